//! How long the hot functions take, one by one: what a file is, what is on its pages, the words of a text layer, one
//! packet out of many files, words laid over a packet. Recognition is raced as a whole by the root's `documents` bench.
//!
//! `cargo bench -p documents --bench functions -- NAME`; allocations are counted beside the times.

use divan::{AllocProfiler, Bencher, black_box};
use documents::OpenDocument;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput, assemble};
use documents::kind::sniff;
use documents::read::{PageReader, PageText, ReadError, ReadMethod, ReadSettings, inspect};
use documents::repair::{RepairLimits, mend};
use documents::searchable::add_text_layer;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use std::collections::BTreeMap;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// Lines of a page, each of ten words.
const LINES: u16 = 48;

fn main() {
    divan::main();
}

/// A file as a program prints it: so many pages of text in a standard font.
fn printed(pages: i32) -> Vec<u8> {
    let (catalog, tree, font) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let page = |number: i32| Ref::new(4 + 2 * number);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids((0..pages).map(page)).count(pages);
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    for number in 0..pages {
        let content = Ref::new(5 + 2 * number);
        let mut dictionary = pdf.page(page(number));
        dictionary.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(content);
        dictionary.resources().fonts().pair(Name(b"F"), font);
        dictionary.finish();
        pdf.stream(content, &text(number));
    }
    pdf.finish()
}

fn text(page: i32) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text().set_font(Name(b"F"), 10.0).set_leading(14.0).next_line(54.0, 740.0);
    for line in 0..LINES {
        let words = format!("page {page} line {line} order for oxygen at two liters per minute");
        content.show(Str(words.as_bytes())).next_line_using_leading();
    }
    content.end_text();
    content.finish().into_vec()
}

fn request(files: usize) -> AssembleRequest {
    let fragment = |number: usize| FragmentInput {
        id: number.to_string(),
        bookmark: format!("File {number}"),
        section: "Media".to_owned(),
        facts: BTreeMap::new(),
        given_up: None,
        bytes: printed(1 + i32::try_from(number % 4).unwrap_or(0)).into(),
    };
    AssembleRequest {
        title: "Packet".to_owned(),
        date: None,
        fragments: (0..files).map(fragment).collect(),
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    }
}

/// The pages of a file, read.
fn read(pdf: &[u8]) -> Result<Vec<PageText>, ReadError> {
    let document = OpenDocument::open(pdf.to_vec())?;
    let (mut reader, settings) = (PageReader::new(None), ReadSettings::default());
    (1..=document.page_count()).map(|page| reader.read_page(&document, page, &settings)).collect()
}

#[divan::bench]
fn kind(bencher: Bencher<'_, '_>) {
    let pdf = printed(20);
    bencher.bench(|| sniff(black_box(&pdf)));
}

#[divan::bench]
fn open_and_inspect_20_pages(bencher: Bencher<'_, '_>) {
    let pdf = printed(20);
    bencher
        .with_inputs(|| pdf.clone())
        .bench_values(|pdf| OpenDocument::open(pdf).map(|document| inspect(&document).is_ok()).is_ok());
}

#[divan::bench]
fn words_of_20_printed_pages(bencher: Bencher<'_, '_>) {
    let pdf = printed(20);
    bencher.bench(|| read(black_box(&pdf)).is_ok());
}

#[divan::bench]
fn mend_a_whole_file_of_20_pages(bencher: Bencher<'_, '_>) {
    let (pdf, limits) = (printed(20), RepairLimits::default());
    bencher.with_inputs(|| pdf.clone()).bench_values(|pdf| mend(pdf, &limits));
}

#[divan::bench]
fn mend_a_file_cut_in_half(bencher: Bencher<'_, '_>) {
    let (pdf, limits) = (printed(20), RepairLimits::default());
    bencher.with_inputs(|| pdf[..pdf.len() / 2].to_vec()).bench_values(|pdf| mend(pdf, &limits));
}

#[divan::bench(args = [10, 60])]
fn files_into_one(bencher: Bencher<'_, '_>, files: usize) {
    let request = request(files);
    bencher.with_inputs(|| request.clone()).bench_values(assemble);
}

#[divan::bench]
fn text_layer_of_20_pages(bencher: Bencher<'_, '_>) {
    let pdf = printed(20);
    let mut pages = read(&pdf).unwrap_or_default();
    for page in &mut pages {
        // As if the words had been recognised: only then are they written.
        page.method = ReadMethod::Ocr;
    }
    bencher.with_inputs(|| pdf.clone()).bench_values(|pdf| add_text_layer(pdf, &pages));
}
