//! The last resort for a damaged PDF: its pages as pictures. What a person would see is kept, the text
//! layer is lost and recognised again later.

use super::fragment::{FragmentFault, OpenedFragment, RepairKind};
use crate::convert::Pages;
use crate::open::OpenDocument;
use crate::picture::{self, Colour};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

/// 200 dpi is what faxes and chart scans have; recognition loses half a point of recall against 300.
const DPI: f32 = 200.0;
/// JPEG quality at which 200 dpi text shows no ringing that Tesseract would mind.
const QUALITY: u8 = 85;

/// Draws every page and makes a document of the pictures.
pub(super) fn document(source: &OpenDocument) -> Result<OpenedFragment, FragmentFault> {
    let mut pages = Pages::new();
    for number in 1..=source.page_count() {
        let drawn = source.page(number).ok().map(|page| picture::draw(page, DPI));
        let Some(drawn) = drawn else { continue };
        let (data, colours) = match &drawn.pixels {
            Colour::Grey(data) => (data, ExtendedColorType::L8),
            Colour::Rgb(data) => (data, ExtendedColorType::Rgb8),
        };
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
            .encode(data, drawn.width, drawn.height, colours)
            .map_err(|_| FragmentFault::Broken { cause: "a page cannot be drawn".to_owned() })?;
        let size = (drawn.width_pt, drawn.height_pt);
        pages.add_jpeg(jpeg, (drawn.width, drawn.height), colours == ExtendedColorType::Rgb8, size);
    }
    Ok(OpenedFragment::made(pages.finish(), Some(RepairKind::Rasterised)))
}
