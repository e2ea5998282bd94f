//! Lists what nobody sees in PDF files, page by page: for a look at a suspicious file, and to count alarms
//! over a folder of honest ones.

use documents::OpenDocument;
use documents::read::{PageReader, ReadSettings};
use documents::unseen::unseen_in_file;
use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = PageReader::new(None);
    let mut shown = std::io::stdout().lock();
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file)?;
        let beside =
            lopdf::Document::load_mem(&bytes).map_or_else(|_| Vec::new(), |file| unseen_in_file(&file));
        for found in &beside {
            writeln!(shown, "{file}: {} words {}: {:?}", found.words, found.why.text(), found.text)?;
        }
        let document = match OpenDocument::open(bytes) {
            Ok(document) => document,
            Err(error) => {
                writeln!(shown, "{file}: {error}")?;
                continue;
            }
        };
        for page in 1..=document.page_count().min(20) {
            match reader.read_page(&document, page, &ReadSettings::default()) {
                Ok(read) => {
                    writeln!(shown, "{file}: page {page} {:?}, {} words", read.method, read.words.len())?;
                    for found in &read.unseen {
                        writeln!(
                            shown,
                            "{file}: page {page}: {} words {}: {:?}",
                            found.words,
                            found.why.text(),
                            found.text
                        )?;
                    }
                }
                Err(error) => writeln!(shown, "{file}: page {page}: {error}")?,
            }
        }
    }
    Ok(())
}
