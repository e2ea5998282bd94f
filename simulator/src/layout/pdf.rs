//! Back end 1: a born-digital PDF with real text in base-14 fonts.
//!
//! No creation date and no random id go in: the same document gives the same bytes.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};

use super::fonts::Face;
use super::page::{Mark, PAGE_HEIGHT_PT, PAGE_WIDTH_PT, Page};

const CATALOG: i32 = 1;
const PAGE_TREE: i32 = 2;
const FIRST_FONT: i32 = 3;
/// Objects per page: the page and its contents (and, in scans, its picture).
const PER_PAGE: i32 = 3;

/// Object numbers of page `index` (0-based): page, contents, picture.
pub(super) fn page_refs(index: usize) -> (Ref, Ref, Ref) {
    let first = 10 + PER_PAGE * i32::try_from(index).unwrap_or(i32::MAX / PER_PAGE - 10);
    (Ref::new(first), Ref::new(first + 1), Ref::new(first + 2))
}

/// Catalog and page tree for `count` pages.
pub(super) fn begin(count: usize) -> Pdf {
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(CATALOG)).pages(Ref::new(PAGE_TREE));
    pdf.pages(Ref::new(PAGE_TREE))
        .kids((0..count).map(|i| page_refs(i).0))
        .count(i32::try_from(count).unwrap_or(i32::MAX));
    pdf
}

/// The page tree's object, parent of every page.
pub(super) fn parent() -> Ref {
    Ref::new(PAGE_TREE)
}

/// The paper's box.
pub(super) fn letter() -> Rect {
    Rect::new(0.0, 0.0, PAGE_WIDTH_PT, PAGE_HEIGHT_PT)
}

/// Compresses a stream for `FlateDecode`.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    // Writing into a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Writes set pages as a PDF with text.
pub(crate) fn to_pdf(pages: &[Page]) -> Vec<u8> {
    let mut pdf = begin(pages.len());
    for face in Face::ALL {
        pdf.type1_font(font_ref(face))
            .base_font(Name(face.base_font()))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (index, page) in pages.iter().enumerate() {
        let (page_ref, contents_ref, _) = page_refs(index);
        let mut object = pdf.page(page_ref);
        object.media_box(letter()).parent(parent()).contents(contents_ref);
        let mut resources = object.resources();
        let mut fonts = resources.fonts();
        for face in Face::ALL {
            fonts.pair(Name(font_name(face).as_bytes()), font_ref(face));
        }
        fonts.finish();
        resources.finish();
        object.finish();
        let stream = deflate(&contents(page));
        pdf.stream(contents_ref, &stream).filter(Filter::FlateDecode);
    }
    pdf.finish()
}

fn contents(page: &Page) -> Vec<u8> {
    let mut content = Content::new();
    for mark in &page.marks {
        match mark {
            Mark::Fill { x, y, width, height, grey } => {
                content.save_state().set_fill_gray(*grey);
                content.rect(*x, PAGE_HEIGHT_PT - y - height, *width, *height).fill_nonzero();
                content.restore_state();
            }
            Mark::Rule { x1, y1, x2, y2, width } => {
                content.set_line_width(*width);
                content.move_to(*x1, PAGE_HEIGHT_PT - y1).line_to(*x2, PAGE_HEIGHT_PT - y2).stroke();
            }
            Mark::Text { x, y, pt, face, text } => {
                content.begin_text().set_font(Name(font_name(*face).as_bytes()), *pt);
                content.set_text_matrix([1.0, 0.0, 0.0, 1.0, *x, PAGE_HEIGHT_PT - y]);
                content.show(Str(&win_ansi(text))).end_text();
            }
        }
    }
    content.finish().to_vec()
}

fn font_ref(face: Face) -> Ref {
    Ref::new(FIRST_FONT + i32::try_from(face.index()).unwrap_or(0))
}

fn font_name(face: Face) -> String {
    format!("F{}", face.index())
}

/// Latin-1 is the same in WinAnsi apart from 0x80 to 0x9F; anything else becomes a question mark.
fn win_ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match u8::try_from(u32::from(c)) {
            Ok(byte) if !(0x80..=0x9F).contains(&byte) => byte,
            _ => b'?',
        })
        .collect()
}
