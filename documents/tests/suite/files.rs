//! Makes the files the tests feed in: born-digital PDFs with a foreign writer, scans by drawing those.

use documents::OpenDocument;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput};
use documents::picture::page_png;
use image::{DynamicImage, ImageFormat};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use std::io::Cursor;

/// A facesheet of labels and far-away values.
pub(crate) const FACESHEET: [(f32, f32, &str); 12] = [
    (72.0, 720.0, "PATIENT FACESHEET"),
    (72.0, 680.0, "Patient:"),
    (260.0, 680.0, "Example, Maria"),
    (72.0, 660.0, "Date of birth:"),
    (260.0, 660.0, "04/17/1961"),
    (72.0, 640.0, "Insurance:"),
    (260.0, 640.0, "Medicare Part B"),
    (72.0, 620.0, "Diagnosis:"),
    (260.0, 620.0, "G47.33 obstructive sleep apnea"),
    (72.0, 580.0, "The patient was seen in the sleep clinic for a face to face evaluation."),
    (72.0, 564.0, "She reports loud snoring and witnessed pauses in breathing at night."),
    (72.0, 548.0, "Continuous positive airway pressure is ordered with heated humidifier."),
];

/// A US Letter PDF, one page an entry, each a list of texts at places, in 12 point Helvetica.
pub(crate) fn text_pdf(pages: &[&[(f32, f32, &str)]]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree, font) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let page_ref = |index: usize| Ref::new(10 + 2 * i32::try_from(index).unwrap());
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids((0..pages.len()).map(page_ref)).count(i32::try_from(pages.len()).unwrap());
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    for (index, texts) in pages.iter().enumerate() {
        let id = page_ref(index);
        let content_id = Ref::new(id.get() + 1);
        let mut page = pdf.page(id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(content_id);
        page.resources().fonts().pair(Name(b"F1"), font);
        page.finish();
        let mut content = Content::new();
        for (x, y, text) in *texts {
            content.begin_text().set_font(Name(b"F1"), 12.0).next_line(*x, *y);
            content.show(Str(text.as_bytes())).end_text();
        }
        pdf.stream(content_id, &content.finish());
    }
    pdf.finish()
}

/// A PDF of `pages` pages that says only its name and page on each.
pub(crate) fn numbered_pdf(name: &str, pages: usize) -> Vec<u8> {
    let texts: Vec<String> = (1..=pages).map(|page| format!("{name} page {page} of {pages}")).collect();
    let lines: Vec<[(f32, f32, &str); 1]> = texts.iter().map(|text| [(72.0, 700.0, text.as_str())]).collect();
    text_pdf(&lines.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>())
}

/// The first page of a PDF as a grey picture.
pub(crate) fn drawn(pdf: Vec<u8>, dpi: f32) -> DynamicImage {
    let png = page_png(&OpenDocument::open(pdf).unwrap(), 1, dpi).unwrap();
    DynamicImage::ImageLuma8(image::load_from_memory(&png).unwrap().to_luma8())
}

/// The facesheet as a picture file.
pub(crate) fn scanned_facesheet(format: ImageFormat, dpi: f32) -> Vec<u8> {
    let mut bytes = Vec::new();
    drawn(text_pdf(&[&FACESHEET]), dpi).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

pub(crate) fn fragment(id: &str, section: &str, bytes: Vec<u8>) -> FragmentInput {
    FragmentInput {
        id: id.to_owned(),
        bookmark: format!("Bookmark {id}"),
        section: section.to_owned(),
        facts: Default::default(),
        given_up: None,
        bytes: bytes.into(),
    }
}

pub(crate) fn request(fragments: Vec<FragmentInput>) -> AssembleRequest {
    AssembleRequest {
        title: "Packet".to_owned(),
        fragments,
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    }
}

/// The words of the facesheet.
pub(crate) fn facesheet_words() -> Vec<&'static str> {
    FACESHEET.iter().flat_map(|(_, _, text)| text.split_whitespace()).collect()
}
