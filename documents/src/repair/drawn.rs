//! The last resort for a PDF that only the renderer can read: its pages as pictures. What a person would
//! see is kept; the words are recognised again later.

use super::readers::Found;
use super::state::{PageLoss, PageState, RepairLimits};
use crate::open::OpenDocument;
use crate::picture::{self, Colour};
use crate::shield::shielded;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use std::collections::BTreeSet;

/// 200 dpi is what faxes and chart scans have; recognition loses half a point of recall against 300.
const DPI: f32 = 200.0;
/// JPEG quality at which 200 dpi text shows no ringing that Tesseract would mind.
const QUALITY: u8 = 85;

/// Draws every page and makes a document of the pictures; a page that stops the renderer stays blank.
pub(super) fn document(source: &OpenDocument, limits: &RepairLimits) -> Option<Found> {
    if source.page_count() > limits.drawn_pages {
        return None;
    }
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let mut ids: Vec<ObjectId> = Vec::new();
    let mut pages = Vec::new();
    for number in 1..=source.page_count() {
        let drawn = shielded(|| picture_of(source, number)).ok().flatten();
        let lost = if drawn.is_none() { Some(PageLoss::AllContent) } else { None };
        ids.push(add_page(&mut document, tree, drawn));
        pages.push(PageState { page: number, lost });
    }
    if pages.iter().all(|page| page.lost.is_some()) {
        return None;
    }
    let kids: Vec<Object> = ids.iter().map(|id| Object::Reference(*id)).collect();
    document
        .set_object(tree, dictionary! { "Type" => "Pages", "Count" => source.page_count(), "Kids" => kids });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    Some(Found { document, ids, pages, missing: Vec::new(), what: BTreeSet::new() })
}

/// A page as JPEG.
struct Picture {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
    grey: bool,
    width_pt: f32,
    height_pt: f32,
}

fn picture_of(source: &OpenDocument, number: u32) -> Option<Picture> {
    let drawn = picture::draw(source.page(number).ok()?, DPI);
    let (data, colours) = match &drawn.pixels {
        Colour::Grey(data) => (data, ExtendedColorType::L8),
        Colour::Rgb(data) => (data, ExtendedColorType::Rgb8),
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(data, drawn.width, drawn.height, colours)
        .ok()?;
    Some(Picture {
        jpeg,
        width: drawn.width,
        height: drawn.height,
        grey: colours == ExtendedColorType::L8,
        width_pt: drawn.width_pt,
        height_pt: drawn.height_pt,
    })
}

fn add_page(document: &mut Document, tree: ObjectId, drawn: Option<Picture>) -> ObjectId {
    let Some(drawn) = drawn else {
        let size = vec![0.into(), 0.into(), 612.into(), 792.into()];
        return document.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "MediaBox" => size });
    };
    let colours = if drawn.grey { "DeviceGray" } else { "DeviceRGB" };
    let picture = document.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => drawn.width, "Height" => drawn.height,
            "ColorSpace" => colours, "BitsPerComponent" => 8, "Filter" => "DCTDecode",
        },
        drawn.jpeg,
    ));
    let content = format!("q {} 0 0 {} 0 0 cm /Im0 Do Q", drawn.width_pt, drawn.height_pt);
    let content = document.add_object(Stream::new(dictionary! {}, content.into_bytes()));
    document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => tree,
        "MediaBox" => vec![0.into(), 0.into(), drawn.width_pt.into(), drawn.height_pt.into()],
        "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => picture } },
        "Contents" => content,
    })
}
