//! Back end 2: the same pages faxed or scanned, as an image-only PDF or as picture files.
//!
//! One picture per page, no text objects. Bi-level pages are packed and deflated as fax gateways
//! store them; grey pages are JPEG as copiers store them.

use std::ops::Range;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use pdf_writer::{Content, Filter, Finish, Name, Pdf};

use super::fonts::{Face, Family, Fonts};
use super::page::{PAGE_HEIGHT_PT, PAGE_WIDTH_PT, Page};
use super::pdf::{begin, deflate, letter, page_refs, parent};
use super::picture;
use super::raster::Raster;
use crate::dice::Dice;

/// Resolution of office scanners and "fine" fax.
pub(super) const DPI: f32 = 200.0;
/// Darker than this is black in a bi-level scan.
pub(super) const THRESHOLD: u8 = 140;
/// Dirt specks per page, at most.
const SPECKS_MAX: i64 = 200;
const JPEG_QUALITY: u8 = 82;

/// What the scanner and the fax machine add.
#[derive(Debug, Clone)]
pub(crate) struct ScanOptions {
    /// Tilt of the first page in degrees; later pages tilt on their own.
    pub(crate) skew_degrees_max: f64,
    /// Grey instead of black and white.
    pub(crate) grey: bool,
    /// Fax header without the page number, such as "11/18/2026 09:12  FROM: …".
    pub(crate) fax_header: Option<String>,
    /// The file the pictures are put in.
    pub(crate) container: Container,
}

/// The file around the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Pdf,
    Tiff,
    /// Holds the first page only.
    Jpeg,
}

/// Writes the pages `range` of a document as pictures; `dice` decides tilt and dirt.
pub(crate) fn to_scan(
    fonts: &Fonts,
    pages: &[Page],
    range: Range<usize>,
    options: &ScanOptions,
    dice: &mut Dice,
) -> Vec<u8> {
    let rasters: Vec<Raster> = range.map(|index| raster(fonts, pages, index, options, dice)).collect();
    match options.container {
        Container::Tiff => picture::tiff(&rasters, options.grey),
        Container::Jpeg => picture::jpeg(&rasters),
        Container::Pdf => {
            let mut pdf = begin(rasters.len());
            for (index, raster) in rasters.iter().enumerate() {
                write_page(&mut pdf, index, raster, options.grey);
            }
            pdf.finish()
        }
    }
}

fn raster(fonts: &Fonts, pages: &[Page], index: usize, options: &ScanOptions, dice: &mut Dice) -> Raster {
    let skew = dice.fraction(-options.skew_degrees_max, options.skew_degrees_max) as f32;
    let mut raster = Raster::new(DPI, skew, if options.grey { 246 } else { 255 });
    if let Some(page) = pages.get(index) {
        raster.draw(fonts, page);
    }
    if let Some(header) = &options.fax_header {
        let text = format!("{header}   P. {:03}/{:03}", index + 1, pages.len());
        raster.text(fonts, Face { family: Family::Mono, bold: true }, 9.5, 28.0, 24.0, &text);
    }
    speckle(&mut raster, dice);
    raster
}

fn speckle(raster: &mut Raster, dice: &mut Dice) {
    for _ in 0..dice.between(SPECKS_MAX / 5, SPECKS_MAX) {
        let (x, y) = (dice.index(raster.width), dice.index(raster.height));
        let size = if dice.chance(0.85) { 1 } else { 2 };
        raster.dot(x, y, size, 40);
    }
}

fn write_page(pdf: &mut Pdf, index: usize, raster: &Raster, grey: bool) {
    let (page_ref, contents_ref, image_ref) = page_refs(index);
    let name = Name(b"Im0");
    let mut page = pdf.page(page_ref);
    page.media_box(letter()).parent(parent()).contents(contents_ref);
    page.resources().x_objects().pair(name, image_ref);
    page.finish();

    let jpeg = if grey { to_jpeg(raster) } else { None };
    let (data, filter, bits) = match jpeg {
        Some(data) => (data, Filter::DctDecode, 8),
        None => (deflate(&pack(raster)), Filter::FlateDecode, 1),
    };
    let mut image = pdf.image_xobject(image_ref, &data);
    image.filter(filter);
    image.width(raster.width as i32).height(raster.height as i32);
    image.color_space().device_gray();
    image.bits_per_component(bits);
    image.finish();

    let mut content = Content::new();
    content.save_state().transform([PAGE_WIDTH_PT, 0.0, 0.0, PAGE_HEIGHT_PT, 0.0, 0.0]);
    content.x_object(name).restore_state();
    pdf.stream(contents_ref, &content.finish());
}

/// `None` when the encoder refuses, which no page size here provokes; the caller then packs bits.
pub(super) fn to_jpeg(raster: &Raster) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (width, height) = (u32::try_from(raster.width).ok()?, u32::try_from(raster.height).ok()?);
    JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)
        .encode(&raster.pixels, width, height, ExtendedColorType::L8)
        .ok()?;
    Some(out)
}

/// One bit per pixel, rows padded to bytes, 1 is white (DeviceGray).
fn pack(raster: &Raster) -> Vec<u8> {
    let stride = raster.width.div_ceil(8);
    let mut bits = vec![0xFF_u8; stride * raster.height];
    for (row, line) in raster.pixels.chunks(raster.width).enumerate() {
        for (x, pixel) in line.iter().enumerate() {
            if *pixel < THRESHOLD {
                bits[row * stride + x / 8] &= !(0x80 >> (x % 8));
            }
        }
    }
    bits
}
