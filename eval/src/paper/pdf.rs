//! Drawn sheets as PDF files: one with a text layer, and one that holds nothing but a picture a page.

use super::fonts::Font;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};

/// Width and height of a letter page in points.
pub(crate) const PAGE: (f32, f32) = (612.0, 792.0);

/// What is drawn on one page, measured from its top left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// Left, baseline, font, size, text.
    pub(crate) texts: Vec<(f32, f32, Font, f32, String)>,
    /// Left, top, right, bottom of thin lines.
    pub(crate) lines: Vec<[f32; 4]>,
    /// Left, top, right, bottom of grey areas.
    pub(crate) bands: Vec<[f32; 4]>,
}

/// Sheets as a PDF with a text layer.
pub(crate) fn text_pdf(sheets: &[Sheet]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = 2;
    let mut fresh = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree) = (Ref::new(1), Ref::new(2));
    let fonts: Vec<(Font, Ref)> = Font::ALL.iter().map(|font| (*font, fresh())).collect();
    let pages: Vec<(Ref, Ref)> = sheets.iter().map(|_| (fresh(), fresh())).collect();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids(pages.iter().map(|page| page.0)).count(pages.len() as i32);
    for (font, id) in &fonts {
        let mut written = pdf.type1_font(*id);
        written.base_font(Name(font.base()));
        written.encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (sheet, (page, content)) in sheets.iter().zip(&pages) {
        let mut written = pdf.page(*page);
        written.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).parent(tree).contents(*content);
        let mut resources = written.resources();
        let mut named = resources.fonts();
        for (font, id) in &fonts {
            named.pair(Name(font.resource()), *id);
        }
        named.finish();
        resources.finish();
        written.finish();
        pdf.stream(*content, &drawn(sheet));
    }
    pdf.finish()
}

fn drawn(sheet: &Sheet) -> Vec<u8> {
    let mut content = Content::new();
    content.set_fill_gray(0.88);
    for [left, top, right, bottom] in &sheet.bands {
        content.rect(*left, PAGE.1 - bottom, right - left, bottom - top).fill_nonzero();
    }
    content.set_fill_gray(0.0).set_line_width(0.6);
    for [left, top, right, bottom] in &sheet.lines {
        content.move_to(*left, PAGE.1 - top).line_to(*right, PAGE.1 - bottom).stroke();
    }
    for (left, baseline, font, size, text) in &sheet.texts {
        content.begin_text().set_font(Name(font.resource()), *size);
        content.next_line(*left, PAGE.1 - baseline).show(Str(&latin(text))).end_text();
    }
    content.finish().into_vec()
}

/// Windows' Latin letters, as far as templates use them; anything else is a question mark.
fn latin(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '™' => 0x99,
        c => u8::try_from(u32::from(c)).unwrap_or(b'?'),
    };
    text.chars().map(byte).collect()
}

/// JPEG pictures as a PDF, one a page: width and height in pixels, and the file.
pub(crate) fn picture_pdf(pictures: &[(u32, u32, Vec<u8>)]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree) = (Ref::new(1), Ref::new(2));
    let id = |index: usize, part: usize| Ref::new((3 + index * 3 + part) as i32);
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids((0..pictures.len()).map(|index| id(index, 0))).count(pictures.len() as i32);
    for (index, (width, height, jpeg)) in pictures.iter().enumerate() {
        let (page, content, image) = (id(index, 0), id(index, 1), id(index, 2));
        let mut written = pdf.page(page);
        written.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).parent(tree).contents(content);
        written.resources().x_objects().pair(Name(b"I"), image);
        written.finish();
        let mut drawn = Content::new();
        drawn
            .save_state()
            .transform([PAGE.0, 0.0, 0.0, PAGE.1, 0.0, 0.0])
            .x_object(Name(b"I"))
            .restore_state();
        pdf.stream(content, &drawn.finish().into_vec());
        let mut picture = pdf.image_xobject(image, jpeg);
        picture.width(*width as i32).height(*height as i32).bits_per_component(8);
        picture.color_space().device_gray();
        picture.filter(Filter::DctDecode);
    }
    pdf.finish()
}
