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

/// A picture turned clockwise by a quarter.
pub(crate) fn sideways(jpeg: &Bytes) -> Bytes {
    let turned = image::load_from_memory(jpeg).unwrap().rotate90();
    let mut jpeg = Vec::new();
    turned.write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
    jpeg.into()
}

/// A page of a few lines in 12 point Helvetica.
pub(crate) fn letter_pdf() -> Bytes {
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids([Ref::new(4)]).count(1);
    pdf.type1_font(Ref::new(3)).base_font(Name(b"Helvetica"));
    let mut page = pdf.page(Ref::new(4));
    page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(Ref::new(5));
    page.resources().fonts().pair(Name(b"F1"), Ref::new(3));
    page.finish();
    let mut content = Content::new();
    content.begin_text().set_font(Name(b"F1"), 12.0).next_line(72.0, 720.0);
    for line in [
        "Progress note of the sleep clinic",
        "The patient was seen for a face to face evaluation",
        "and reports loud snoring with pauses at night",
        "Positive airway pressure with humidifier is ordered",
        "for use every night during sleep for life",
    ] {
        content.show(Str(line.as_bytes())).next_line(0.0, -18.0);
    }
    content.end_text();
    pdf.stream(Ref::new(5), &content.finish());
    pdf.finish().into()
}

/// Pages that say their name and number in 12 point Helvetica.
pub(crate) fn numbered_pdf(name: &str, pages: i32) -> Bytes {
    pages_with(name, pages, 0)
}

/// Bytes of the picture in a heavy PDF: more than goes through a pipe.
pub(crate) const BALLAST_BYTES: usize = 17 * 1024 * 1024 + 5 * 1024;

/// The same, one page, that carries a picture which it does not show.
pub(crate) fn heavy_pdf(name: &str) -> Bytes {
    pages_with(name, 1, BALLAST_BYTES)
}

pub(crate) fn pages_with(name: &str, pages: i32, ballast: usize) -> Bytes {
    let mut pdf = Pdf::new();
    let font = Ref::new(3);
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids((0..pages).map(|page| Ref::new(10 + 2 * page))).count(pages);
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    if ballast > 0 {
        let dots: Vec<u8> =
            (0..ballast as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let mut image = pdf.image_xobject(Ref::new(4), &dots);
        image.width(1024).height(ballast as i32 / 1024).bits_per_component(8);
        image.color_space().device_gray();
    }
    for number in 0..pages {
        let (id, content_id) = (Ref::new(10 + 2 * number), Ref::new(11 + 2 * number));
        let mut page = pdf.page(id);
        page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(content_id);
        let mut resources = page.resources();
        resources.fonts().pair(Name(b"F1"), font);
        if ballast > 0 {
            resources.x_objects().pair(Name(b"I"), Ref::new(4));
        }
        resources.finish();
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
        given_up: None,
        bytes: Bytes::new(),
    });
    AssembleRequest {
        title: "Packet".to_owned(),
        fragments: fragments.collect(),
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    }
}
