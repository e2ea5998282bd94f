//! JPEG files: kept byte for byte, laid on the page upright and in their own colours. Only a file that is
//! cut off is decoded, so that what is left of it is seen by every reader.

use super::broken;
use super::pages::{Orientation, Pages, Placing, image_dictionary};
use super::raster::Picture;
use super::terms::{ConvertError, ConvertLimits, ConvertNote};
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder};
use lopdf::{Object, Stream};
use std::io::Cursor;

/// Segments before the picture data; honest files have under thirty.
const SEGMENTS_MAX: usize = 2_000;

/// What the segments before the picture say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) pixels: (u32, u32),
    pub(super) components: u8,
    /// Eight bits, Huffman coded: what a PDF may carry.
    pub(super) ordinary: bool,
    /// Colour transform of the Adobe segment, if there is one.
    pub(super) adobe: Option<u8>,
    dpi: Option<(f32, f32)>,
    orientation: Orientation,
    /// Where the picture's data starts.
    data_from: usize,
}

/// Adds the file as a page.
pub(super) fn add(pages: &mut Pages, bytes: &[u8], limits: &ConvertLimits) -> Result<(), ConvertError> {
    let head = read_head(bytes).ok_or_else(|| broken("the jpeg has no picture header"))?;
    super::check_pixels(head.pixels, limits)?;
    let placing = Placing { pixels: head.pixels, dpi: head.dpi, orientation: head.orientation };
    if head.ordinary && is_complete(bytes, &head) {
        pages.add_stored(stored(bytes.to_vec(), &head), &placing);
        return Ok(());
    }
    let picture = decode(bytes, limits).ok_or_else(|| broken("the picture cannot be decoded"))?;
    if head.ordinary {
        let page = pages.count() + 1;
        let rows = head.pixels.1;
        pages.note(ConvertNote::PageCut { page, rows_read: rows_with_content(&picture), rows });
    }
    pages.add_decoded(picture, &Placing { pixels: head.pixels, ..placing });
    Ok(())
}

/// A JPEG stream as a PDF stores it.
pub(super) fn stored(jpeg: Vec<u8>, head: &Head) -> Stream {
    let colours = match head.components {
        1 => "DeviceGray",
        4 => "DeviceCMYK",
        _ => "DeviceRGB",
    };
    let mut dictionary = image_dictionary(head.pixels, colours);
    dictionary.set("Filter", "DCTDecode");
    // Programs that write the Adobe segment write four colours inverted, and readers of a PDF go by its
    // dictionary alone.
    if head.components == 4 && head.adobe.is_some() {
        let inverted = [1, 0, 1, 0, 1, 0, 1, 0].map(Object::Integer);
        dictionary.set("Decode", inverted.to_vec());
    }
    Stream::new(dictionary, jpeg).with_compression(false)
}

/// Decodes what can be decoded; colours become red, green and blue.
pub(super) fn decode(bytes: &[u8], limits: &ConvertLimits) -> Option<Picture> {
    let mut decoder = JpegDecoder::new(Cursor::new(bytes)).ok()?;
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.pixels_per_page.saturating_mul(8));
    decoder.set_limits(allowed).ok()?;
    DynamicImage::from_decoder(decoder).ok().map(|image| Picture::from_image(&image))
}

/// Rows down to the last one that differs from the row at the bottom: the decoder fills what is missing
/// with one colour.
fn rows_with_content(picture: &Picture) -> u32 {
    use super::raster::Samples;
    let (Samples::Bits(data) | Samples::Grey(data) | Samples::Rgb(data) | Samples::Cmyk(data)) =
        &picture.samples;
    let stride = data.len() / (picture.height.max(1) as usize);
    let rows: Vec<&[u8]> = data.chunks_exact(stride.max(1)).collect();
    let Some(last) = rows.last() else { return 0 };
    let filled = rows.iter().rev().take_while(|row| *row == last).count();
    picture.height.saturating_sub(u32::try_from(filled).unwrap_or(0))
}

/// The end of the picture is there. Compressed data cannot hold the end mark by chance.
pub(super) fn is_complete(bytes: &[u8], head: &Head) -> bool {
    bytes.get(head.data_from..).is_some_and(|data| data.windows(2).rev().any(|pair| pair == [0xff, 0xd9]))
}

/// Reads the segments up to the picture's data.
pub(super) fn read_head(bytes: &[u8]) -> Option<Head> {
    let mut at = 2;
    let (mut frame, mut adobe, mut jfif, mut exif) = (None, None, None, None);
    for _ in 0..SEGMENTS_MAX {
        // Fill bytes may stand before a marker.
        while bytes.get(at..at + 2)? == [0xff, 0xff] {
            at += 1;
        }
        let [0xff, marker] = *bytes.get(at..at + 2)? else { return None };
        if matches!(marker, 0x01 | 0xd0..=0xd8) {
            at += 2;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let body = bytes.get(at + 4..at + 2 + length.max(2))?;
        match marker {
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => frame = frame.or(Some((marker, body))),
            0xe0 => jfif = jfif.or_else(|| jfif_dpi(body)),
            0xe1 => exif = exif.or_else(|| Exif::read(body)),
            0xee if body.starts_with(b"Adobe") => adobe = body.get(11).copied(),
            0xda => {
                let (marker, frame) = frame?;
                let &[precision, h1, h0, w1, w0, components, ..] = frame else { return None };
                let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                let exif = exif.unwrap_or_default();
                return Some(Head {
                    pixels: (u32::from(width), u32::from(height)),
                    components,
                    ordinary: matches!(marker, 0xc0..=0xc2)
                        && precision == 8
                        && matches!(components, 1 | 3 | 4)
                        && width > 0
                        && height > 0,
                    adobe,
                    dpi: jfif.or(exif.dpi),
                    orientation: exif.orientation.unwrap_or(Orientation::UPRIGHT),
                    data_from: at + 2 + length,
                });
            }
            0xd9 => return None,
            _ => {}
        }
        at += 2 + length.max(2);
    }
    None
}

/// Density of the JFIF segment.
fn jfif_dpi(body: &[u8]) -> Option<(f32, f32)> {
    let density: &[u8; 5] = body.strip_prefix(b"JFIF\0")?.get(2..7)?.try_into().ok()?;
    let unit = match density[0] {
        1 => 1.0,
        2 => 2.54,
        _ => return None,
    };
    let value = |high, low| f32::from(u16::from_be_bytes([high, low])) * unit;
    let (x, y) = (value(density[1], density[2]), value(density[3], density[4]));
    (x > 0.0 && y > 0.0).then_some((x, y))
}

/// What cameras and phones say beside the picture.
#[derive(Clone, Copy, Default)]
struct Exif {
    orientation: Option<Orientation>,
    dpi: Option<(f32, f32)>,
}

impl Exif {
    fn read(body: &[u8]) -> Option<Self> {
        let directory = super::tiff::first_directory(body.strip_prefix(b"Exif\0\0")?)?;
        Some(Self { orientation: Some(directory.orientation()), dpi: directory.dpi() })
    }
}
