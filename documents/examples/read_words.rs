//! Reads files straight through assembly and reading and prints the lines; `--pdf OUT` keeps the packet.
//! For a look at what the crate makes of a file, without worker processes.

use documents::OpenDocument;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput, assemble};
use documents::read::{PageReader, ReadSettings};
use documents::searchable::add_text_layer;
use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut fragments, mut out) = (Vec::new(), None);
    while let Some(argument) = arguments.next() {
        if argument == "--pdf" {
            out = arguments.next();
            continue;
        }
        let bytes = std::fs::read(&argument)?;
        fragments.push(FragmentInput {
            id: argument,
            bookmark: String::new(),
            section: String::new(),
            facts: Default::default(),
            given_up: None,
            bytes: bytes.into(),
        });
    }
    let limits = AssembleLimits::default();
    let title = "Packet".to_owned();
    let assembled =
        assemble(AssembleRequest { title, fragments, date: None, limits, leave_out_faulty: true })?;
    let document = OpenDocument::open(assembled.pdf.clone())?;
    let (mut reader, settings) = (PageReader::new(None), ReadSettings::default());
    let mut pages = Vec::new();
    let mut shown = std::io::stdout().lock();
    for page in 1..=document.page_count() {
        let page = reader.read_page(&document, page, &settings)?;
        writeln!(shown, "--- {} {:?} {:.2}\n{}", page.page, page.method, page.mean_confidence, page.text)?;
        pages.push(page);
    }
    if let Some(out) = out {
        std::fs::write(out, add_text_layer(assembled.pdf, &pages)?)?;
    }
    Ok(())
}
