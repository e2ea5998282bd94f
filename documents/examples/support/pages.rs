//! From texts at places to drawn pages, their words with boxes, and the PDF of a batch of scans.

use super::Dice;
use super::content::{self, LAYOUTS, Placed};
use super::defects::{Defects, moved, scanned};
use documents::OpenDocument;
use documents::picture::page_png;
use documents::read::{PageReader, ReadSettings};
use image::GrayImage;
use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use std::error::Error;

/// A word that stands on a page.
pub(crate) struct TrueWord {
    /// As printed.
    pub(crate) text: String,
    /// Left, top, right, bottom in points from the scan's top left.
    pub(crate) bbox: [f32; 4],
}

/// A scan and what stands on it.
pub(crate) struct ScannedPage {
    /// Grey pixels.
    pub(crate) picture: GrayImage,
    /// Dots per inch across and down.
    pub(crate) dpi: (f32, f32),
    /// What was done to it.
    pub(crate) defects: Defects,
    /// In printing order.
    pub(crate) words: Vec<TrueWord>,
}

/// Which batch is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 200 dpi grey, speckle, up to 0.6 degrees askew.
    Clean,
    /// The same up to 3 degrees askew, in quarter turns, faint or inverted.
    Hard,
    /// Black and white at 204 by 196 dpi, every fourth page at 204 by 98.
    Fax,
}

const LETTER: (f32, f32) = (612.0, 792.0);
const FONTS: [&[u8]; 3] = [b"Helvetica", b"Times-Roman", b"Courier"];

/// Page `number`, from 0, of the batch `kind` made with `seed`.
pub(crate) fn scan(kind: Kind, number: usize, seed: u64) -> Result<ScannedPage, Box<dyn Error>> {
    let mut dice = Dice::new(seed ^ (number as u64 + 1).wrapping_mul(0x1000_0000_01B3));
    let pdf = digital_page(number, &mut dice);
    let defects = match kind {
        Kind::Clean => Defects::clean(&mut dice),
        Kind::Hard => Defects::hard(number, &mut dice),
        Kind::Fax => Defects::fax(&mut dice),
    };
    let dpi = match kind {
        Kind::Clean | Kind::Hard => (200.0, 200.0),
        Kind::Fax if number % 4 == 3 => (204.0, 98.0),
        Kind::Fax => (204.0, 196.0),
    };
    scan_of(pdf, &defects, dpi, &mut dice)
}

/// One born-digital page with the texts of the layout that is due.
pub(crate) fn digital_page(number: usize, dice: &mut Dice) -> Vec<u8> {
    let texts = content::page(LAYOUTS[number % LAYOUTS.len()], dice);
    // Fonts change more slowly than layouts, so that every pair comes up.
    born_digital(&[texts], FONTS[number / LAYOUTS.len() % FONTS.len()])
}

/// A scan of the first page of a born-digital PDF of letter size.
pub(crate) fn scan_of(
    pdf: Vec<u8>,
    defects: &Defects,
    dpi: (f32, f32),
    dice: &mut Dice,
) -> Result<ScannedPage, Box<dyn Error>> {
    let document = OpenDocument::open(pdf)?;
    let finest = dpi.0.max(dpi.1);
    let drawn = image::load_from_memory(&page_png(&document, 1, finest)?)?.into_luma8();
    let mut picture = drawn;
    if dpi.0 != dpi.1 {
        let side = |points: f32, dpi: f32| (points * dpi / 72.0).round() as u32;
        let (width, height) = (side(LETTER.0, dpi.0), side(LETTER.1, dpi.1));
        picture = image::imageops::resize(&picture, width, height, image::imageops::FilterType::Triangle);
    }
    let picture = scanned(&picture, defects, dice);
    let page = PageReader::new(None).read_page(&document, 1, &ReadSettings::default())?;
    let words = page.words.into_iter().map(|word| {
        let [x0, y0, x1, y1] = word.bbox;
        let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|point| moved(point, LETTER, defects));
        let across = corners.map(|corner| corner.0);
        let down = corners.map(|corner| corner.1);
        let least = |values: [f32; 4]| values.into_iter().fold(f32::INFINITY, f32::min);
        let most = |values: [f32; 4]| values.into_iter().fold(f32::NEG_INFINITY, f32::max);
        TrueWord { text: word.text, bbox: [least(across), least(down), most(across), most(down)] }
    });
    let dpi = if defects.quarter_turns % 2 == 1 { (dpi.1, dpi.0) } else { dpi };
    Ok(ScannedPage { picture, dpi, defects: *defects, words: words.collect() })
}

/// A born-digital PDF, one page an entry.
pub(crate) fn born_digital(pages: &[Vec<Placed>], font_name: &[u8]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree, font) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let mut next = Ref::new(4);
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (next.bump(), next.bump())).collect();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(pages.len() as i32);
    pdf.type1_font(font).base_font(Name(font_name));
    for (texts, (page_id, content_id)) in pages.iter().zip(&ids) {
        let mut page = pdf.page(*page_id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, LETTER.0, LETTER.1)).contents(*content_id);
        page.resources().fonts().pair(Name(b"F1"), font);
        page.finish();
        let mut content = Content::new();
        // Courier is a fifth wider than the others.
        let narrower = if font_name == b"Courier" { 0.82 } else { 1.0 };
        for text in texts {
            content.begin_text().set_font(Name(b"F1"), text.size * narrower).next_line(text.x, text.y);
            content.show(Str(text.text.as_bytes())).end_text();
        }
        pdf.stream(*content_id, &content.finish());
    }
    pdf.finish()
}

/// The scans as one PDF: an image a page, not compressed with loss, one bit a pixel where that is all.
pub(crate) fn pdf_of(scans: &[ScannedPage]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let kids: Vec<Object> =
        scans.iter().map(|scan| Object::Reference(page_of(&mut document, tree, scan))).collect();
    let count = kids.len() as i64;
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

fn page_of(document: &mut Document, tree: ObjectId, scan: &ScannedPage) -> ObjectId {
    let (width, height) = scan.picture.dimensions();
    let two_tone = scan.defects.threshold.is_some();
    let (bits, data) = if two_tone { (1, packed(&scan.picture)) } else { (8, scan.picture.as_raw().clone()) };
    let mut stream = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(width),
            "Height" => i64::from(height), "ColorSpace" => "DeviceGray", "BitsPerComponent" => bits,
        },
        data,
    );
    // Left as it is where that does not pay.
    let _ = stream.compress();
    let image = document.add_object(stream);
    let points = |pixels: u32, dpi: f32| pixels as f32 * 72.0 / dpi;
    let (wide, high) = (points(width, scan.dpi.0), points(height, scan.dpi.1));
    let content = format!("q {wide} 0 0 {high} 0 0 cm /Im0 Do Q\n");
    let content = document.add_object(Stream::new(dictionary! {}, content.into_bytes()));
    document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "MediaBox" => vec![0.into(), 0.into(), wide.into(), high.into()],
        "Contents" => content,
        "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => image } },
    })
}

/// Eight pixels a byte, white as 1.
fn packed(picture: &GrayImage) -> Vec<u8> {
    let rows = picture.as_raw().chunks_exact(picture.width().max(1) as usize);
    rows.flat_map(|row| {
        row.chunks(8).map(|eight| {
            eight
                .iter()
                .enumerate()
                .fold(0, |byte, (bit, pixel)| byte | (u8::from(*pixel >= 128) << (7 - bit)))
        })
    })
    .collect()
}
