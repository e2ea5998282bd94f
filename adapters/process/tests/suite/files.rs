//! Pools and the files that are sent through them.

use bytes::Bytes;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput};
use image::{DynamicImage, ImageFormat};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use process::{Deadlines, WorkerCommand, WorkerPool};
use std::io::Cursor;
use std::path::PathBuf;
use std::time::Duration;

/// A pool of the test worker, started with `arguments`.
pub(crate) fn pool(size: usize, arguments: &[&str]) -> WorkerPool {
    pool_with(size, arguments, Deadlines::default())
}

pub(crate) fn pool_with(size: usize, arguments: &[&str], deadlines: Deadlines) -> WorkerPool {
    WorkerPool::new(command(arguments), size, deadlines)
}

pub(crate) fn command(arguments: &[&str]) -> WorkerCommand {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_process-test-worker"));
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    WorkerCommand::new(program, arguments, std::env::vars())
}

/// Short for opening and reading, for workers that are expected to exceed it.
pub(crate) fn short() -> Deadlines {
    Deadlines { page: Duration::from_millis(300), packet: Duration::from_millis(300) }
}

/// The first page of a PDF as a scan.
pub(crate) fn scan(pdf: &Bytes) -> Bytes {
    let document = documents::OpenDocument::open(pdf.to_vec()).unwrap();
    let png = documents::picture::page_png(&document, 1, 200.0).unwrap();
    let grey = DynamicImage::ImageLuma8(image::load_from_memory(&png).unwrap().to_luma8());
    let mut jpeg = Vec::new();
    grey.write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
    jpeg.into()
}

/// Pages that say their name and number in 12 point Helvetica.
pub(crate) fn numbered_pdf(name: &str, pages: i32) -> Bytes {
    let mut pdf = Pdf::new();
    let font = Ref::new(3);
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids((0..pages).map(|page| Ref::new(10 + 2 * page))).count(pages);
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    for number in 0..pages {
        let (id, content_id) = (Ref::new(10 + 2 * number), Ref::new(11 + 2 * number));
        let mut page = pdf.page(id);
        page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(content_id);
        page.resources().fonts().pair(Name(b"F1"), font);
        page.finish();
        let mut content = Content::new();
        content.begin_text().set_font(Name(b"F1"), 12.0).next_line(72.0, 700.0);
        content.show(Str(format!("{name} page {}", number + 1).as_bytes())).end_text();
        pdf.stream(content_id, &content.finish());
    }
    pdf.finish().into()
}

pub(crate) fn request(ids: &[&str]) -> AssembleRequest {
    let fragments = ids.iter().map(|id| FragmentInput {
        id: (*id).to_owned(),
        bookmark: (*id).to_owned(),
        section: String::new(),
        facts: Default::default(),
        bytes: Vec::new(),
    });
    AssembleRequest {
        title: "Packet".to_owned(),
        fragments: fragments.collect(),
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    }
}
