//! Pictures as pages: JPEG as it is, PNG and TIFF decoded once and stored without loss. A page has the
//! size the picture's resolution says, and never more than a sheet nobody could print.

use super::{ConvertError, MadePages};
use crate::kind::FileKind;
use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

/// Assumed where a picture does not say: what scanners and fax servers mostly use.
const DPI_ASSUMED: f32 = 200.0;
/// A picture's declared resolution is believed within these bounds.
const DPI_BELIEVED: std::ops::RangeInclusive<f32> = 50.0..=1_200.0;
/// 100 megapixels: an A3 sheet at 600 dpi in both directions and more than any chart page.
const PIXELS_MAX: u64 = 100_000_000;

/// Makes a document of a picture file; a TIFF gives one page an image.
pub(super) fn pages(bytes: Vec<u8>, kind: FileKind, pages_max: u32) -> Result<MadePages, ConvertError> {
    let mut pages = Pages::new();
    match kind {
        FileKind::Jpeg => add_jpeg_file(&mut pages, bytes)?,
        FileKind::Tiff => add_tiff_file(&mut pages, &bytes, pages_max)?,
        _ => {
            let mut reader = ImageReader::with_format(Cursor::new(&bytes), ImageFormat::Png);
            reader.limits(decode_limits());
            let image = reader.decode().map_err(|_| broken("the picture cannot be decoded"))?;
            let dpi = png_dpi(&bytes).unwrap_or(DPI_ASSUMED);
            pages.add_image(&image, (dpi, dpi));
        }
    }
    if pages.ids.is_empty() { Err(ConvertError::Empty) } else { Ok(pages.finish()) }
}

fn decode_limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 8);
    limits
}

fn broken(cause: &str) -> ConvertError {
    ConvertError::Broken { cause: cause.to_owned() }
}

fn add_jpeg_file(pages: &mut Pages, bytes: Vec<u8>) -> Result<(), ConvertError> {
    let unreadable = |_| broken("the picture cannot be decoded");
    let mut decoder = JpegDecoder::new(Cursor::new(&bytes)).map_err(unreadable)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colours = decoder.original_color_type();
    let (width, height) = decoder.dimensions();
    let dpi = jfif_dpi(&bytes).unwrap_or((DPI_ASSUMED, DPI_ASSUMED));
    let rgb = match colours {
        ExtendedColorType::L8 => Some(false),
        ExtendedColorType::Rgb8 => Some(true),
        _ => None,
    };
    // Kept byte for byte when a PDF reader would show the same picture; four-colour and turned ones are
    // decoded, where a reader's guess about inversion or the turn would be a risk.
    if let (Some(rgb), Orientation::NoTransforms) = (rgb, orientation) {
        pages.add_jpeg(bytes, (width, height), rgb, size_pt((width, height), dpi));
        return Ok(());
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    pages.add_image(&image, dpi);
    Ok(())
}

fn add_tiff_file(pages: &mut Pages, bytes: &[u8], pages_max: u32) -> Result<(), ConvertError> {
    let mut decoder =
        Decoder::new(Cursor::new(bytes)).map_err(|_| broken("the tiff has no readable first page"))?;
    loop {
        let count = u32::try_from(pages.ids.len() + 1).unwrap_or(u32::MAX);
        if count > pages_max {
            return Err(ConvertError::TooManyPages { pages: count, max: pages_max });
        }
        let image = tiff_image(&mut decoder).ok_or_else(|| broken("a page of the tiff cannot be decoded"))?;
        let unit = match decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit) {
            Ok(Some(3)) => 2.54, // dots per centimetre
            _ => 1.0,
        };
        let mut dpi = |tag| match decoder.get_tag(tag).ok().and_then(|value| value.into_f32().ok()) {
            Some(value) if DPI_BELIEVED.contains(&(value * unit)) => value * unit,
            _ => DPI_ASSUMED,
        };
        // The two differ on faxes (204 by 98 or 196).
        let dpi = (dpi(Tag::XResolution), dpi(Tag::YResolution));
        pages.add_image(&image, dpi);
        if !decoder.more_images() || decoder.next_image().is_err() {
            return Ok(());
        }
    }
}

/// Decodes the current page of a TIFF to grey or colour.
fn tiff_image(decoder: &mut Decoder<Cursor<&[u8]>>) -> Option<DynamicImage> {
    let (width, height) = decoder.dimensions().ok()?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return None;
    }
    let colours = decoder.colortype().ok()?;
    let samples = match decoder.read_image().ok()? {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.iter().map(|sample| (sample >> 8) as u8).collect(),
        _ => return None,
    };
    match colours {
        tiff::ColorType::Gray(1) => {
            let grey = unpack_bits(&samples, width, height)?;
            Some(DynamicImage::ImageLuma8(image::GrayImage::from_raw(width, height, grey)?))
        }
        tiff::ColorType::Gray(8 | 16) => {
            Some(DynamicImage::ImageLuma8(image::GrayImage::from_raw(width, height, samples)?))
        }
        tiff::ColorType::RGB(8 | 16) => {
            Some(DynamicImage::ImageRgb8(image::RgbImage::from_raw(width, height, samples)?))
        }
        tiff::ColorType::RGBA(8 | 16) => {
            Some(DynamicImage::ImageRgba8(image::RgbaImage::from_raw(width, height, samples)?))
        }
        _ => None,
    }
}

/// One byte a pixel out of rows of bits, padded to whole bytes. The decoder has already turned
/// "white is zero" round.
fn unpack_bits(packed: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    let stride = width.div_ceil(8);
    let mut grey = Vec::with_capacity(width * height);
    for row in packed.chunks_exact(stride).take(height) {
        grey.extend((0..width).map(|x| if row[x / 8] & (0x80 >> (x % 8)) == 0 { 0 } else { 255 }));
    }
    (grey.len() == width * height).then_some(grey)
}

/// Eight pixels a byte if every pixel is black or white, as on faxes.
fn pack_bits(grey: &[u8], width: u32) -> Option<Vec<u8>> {
    if grey.iter().any(|pixel| !matches!(pixel, 0 | 255)) {
        return None;
    }
    let pack = |bits: &[u8]| {
        bits.iter()
            .enumerate()
            .fold(0, |byte, (at, pixel)| if *pixel == 0 { byte } else { byte | 0x80 >> at })
    };
    let rows = grey.chunks_exact(usize::try_from(width).ok()?);
    Some(rows.flat_map(|row| row.chunks(8).map(pack)).collect())
}

/// Pixels per metre from the pHYs chunk.
fn png_dpi(bytes: &[u8]) -> Option<f32> {
    let at = bytes[..bytes.len().min(4096)].windows(4).position(|window| window == b"pHYs")? + 4;
    let body: &[u8; 9] = bytes.get(at..at + 9)?.try_into().ok()?;
    let per_metre = u32::from_be_bytes([body[0], body[1], body[2], body[3]]);
    let dpi = per_metre as f32 * 0.0254;
    (body[8] == 1 && DPI_BELIEVED.contains(&dpi)).then_some(dpi)
}

/// Density from the JFIF header, which is the file's first segment or absent.
fn jfif_dpi(bytes: &[u8]) -> Option<(f32, f32)> {
    let segment = bytes.get(4..).filter(|_| bytes.get(2..4) == Some(&[0xff, 0xe0]))?;
    let body: &[u8; 5] =
        segment.get(9..14).filter(|_| segment.get(2..7) == Some(b"JFIF\0"))?.try_into().ok()?;
    let unit = match body[0] {
        1 => 1.0,
        2 => 2.54,
        _ => return None,
    };
    let x = f32::from(u16::from_be_bytes([body[1], body[2]])) * unit;
    let y = f32::from(u16::from_be_bytes([body[3], body[4]])) * unit;
    (DPI_BELIEVED.contains(&x) && DPI_BELIEVED.contains(&y)).then_some((x, y))
}

fn size_pt((width, height): (u32, u32), (x, y): (f32, f32)) -> (f32, f32) {
    // 14,400 points is the largest page readers accept (ISO 32000-1, annex C).
    ((width as f32 * 72.0 / x).min(14_400.0), (height as f32 * 72.0 / y).min(14_400.0))
}

/// A document that is made of pictures only.
pub(crate) struct Pages {
    document: Document,
    ids: Vec<ObjectId>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self { document: Document::with_version("1.7"), ids: Vec::new() }
    }

    /// Adds a page with a JPEG file on it, byte for byte.
    pub(crate) fn add_jpeg(&mut self, jpeg: Vec<u8>, pixels: (u32, u32), rgb: bool, size_pt: (f32, f32)) {
        let mut dictionary = image_dictionary(pixels, rgb);
        dictionary.set("Filter", "DCTDecode");
        let image = Stream::new(dictionary, jpeg).with_compression(false);
        self.add_page(image, size_pt);
    }

    /// Adds a page with decoded pixels, compressed without loss.
    fn add_image(&mut self, image: &DynamicImage, dpi: (f32, f32)) {
        let pixels = (image.width(), image.height());
        let grey = match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageLuma16(_) => Ok(image.to_luma8().into_raw()),
            _ => {
                let rgb = on_white(image);
                without_colour(&rgb).ok_or(rgb)
            }
        };
        let mut dictionary = image_dictionary(pixels, grey.is_err());
        let mut stream = match grey {
            Ok(grey) => match pack_bits(&grey, image.width()) {
                Some(packed) => {
                    dictionary.set("BitsPerComponent", 1);
                    Stream::new(dictionary, packed)
                }
                None => Stream::new(dictionary, grey),
            },
            Err(rgb) => Stream::new(dictionary, rgb),
        };
        // Left uncompressed when that fails or does not pay; the page is the same.
        let _ = stream.compress();
        self.add_page(stream, size_pt(pixels, dpi));
    }

    fn add_page(&mut self, image: Stream, (width, height): (f32, f32)) {
        let image = self.document.add_object(image);
        let draw = format!("q {width} 0 0 {height} 0 0 cm /Im0 Do Q\n");
        let content = self.document.add_object(Stream::new(Dictionary::new(), draw.into_bytes()));
        let page = self.document.add_object(dictionary! {
            "Type" => "Page",
            "MediaBox" => vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)],
            "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => image } },
            "Contents" => content,
        });
        self.ids.push(page);
    }

    pub(crate) fn finish(self) -> MadePages {
        MadePages { document: self.document, pages: self.ids }
    }
}

fn image_dictionary((width, height): (u32, u32), rgb: bool) -> Dictionary {
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => width,
        "Height" => height,
        "ColorSpace" => if rgb { "DeviceRGB" } else { "DeviceGray" },
        "BitsPerComponent" => 8,
    }
}

/// Colour pixels, transparent ones over white, as paper is.
fn on_white(image: &DynamicImage) -> Vec<u8> {
    if !image.color().has_alpha() {
        return image.to_rgb8().into_raw();
    }
    let rgba = image.to_rgba8();
    let mut rgb = Vec::with_capacity(rgba.as_raw().len() / 4 * 3);
    for pixel in rgba.as_raw().chunks_exact(4) {
        let alpha = u32::from(pixel[3]);
        rgb.extend(
            pixel[..3]
                .iter()
                .map(|colour| ((u32::from(*colour) * alpha + 255 * (255 - alpha) + 127) / 255) as u8),
        );
    }
    rgb
}

/// One byte a pixel, if a picture stored in colour has none: three times smaller.
fn without_colour(rgb: &[u8]) -> Option<Vec<u8>> {
    let colourless = rgb.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    colourless.then(|| rgb.iter().step_by(3).copied().collect())
}
