//! PNG files. Their compressed rows are what a PDF carries too, so an ordinary file keeps them; transparent,
//! interlaced and 16-bit ones are decoded.

use super::broken;
use super::pages::{Orientation, Pages, Placing, image_dictionary};
use super::raster::{Picture, Samples, indexed, over_white, png_rows};
use super::terms::{ConvertError, ConvertLimits, ConvertNote};
use lopdf::Stream;
use png::{ColorType, Decoder, Reader, Transformations};
use std::io::Cursor;

type Rows<'a> = Reader<Cursor<&'a [u8]>>;

/// Adds the file as a page.
pub(super) fn add(pages: &mut Pages, bytes: &[u8], limits: &ConvertLimits) -> Result<(), ConvertError> {
    let pixels = declared(bytes).ok_or_else(|| broken("the png has no header"))?;
    super::check_pixels(pixels, limits)?;
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(bytes),
        png::Limits {
            bytes: usize::try_from(limits.pixels_per_page.saturating_mul(8)).unwrap_or(usize::MAX),
        },
    );
    // One byte a sample, palettes resolved, transparency as a sample.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|_| broken("the png's header cannot be read"))?;
    let dpi = reader.info().pixel_dims.filter(|dims| matches!(dims.unit, png::Unit::Meter));
    let dpi = dpi.map(|dims| (dims.xppu as f32 * 0.0254, dims.yppu as f32 * 0.0254));
    let placing = Placing { pixels, dpi, orientation: Orientation::UPRIGHT };

    let plain = plain_stream(bytes, &reader, pixels);
    let (picture, rows_read) =
        decoded(&mut reader, pixels).ok_or_else(|| broken("the picture cannot be decoded"))?;
    match plain {
        Some(stream) if rows_read == pixels.1 => pages.add_stored(stream, &placing),
        _ => {
            if rows_read < pixels.1 {
                let page = pages.count() + 1;
                pages.note(ConvertNote::PageCut { page, rows_read, rows: pixels.1 });
            }
            pages.add_decoded(picture, &placing);
        }
    }
    Ok(())
}

fn declared(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}

/// The file's own compressed rows, if a PDF reads them the same.
fn plain_stream(bytes: &[u8], reader: &Rows<'_>, pixels: (u32, u32)) -> Option<Stream> {
    let info = reader.info();
    let bits = info.bit_depth as u8;
    if info.interlaced || info.trns.is_some() || bits > 8 {
        return None;
    }
    let (colours, samples) = match info.color_type {
        ColorType::Grayscale => ("DeviceGray".into(), 1),
        ColorType::Rgb => ("DeviceRGB".into(), 3),
        ColorType::Indexed => (indexed(info.palette.as_deref()?), 1),
        ColorType::GrayscaleAlpha | ColorType::Rgba => return None,
    };
    let mut dictionary = image_dictionary(pixels, "DeviceGray");
    dictionary.set("ColorSpace", colours);
    dictionary.set("BitsPerComponent", i64::from(bits));
    dictionary.set("Filter", "FlateDecode");
    dictionary.set("DecodeParms", png_rows(pixels.0, samples, bits));
    Some(Stream::new(dictionary, compressed_rows(bytes)).with_compression(false))
}

/// The bodies of all IDAT chunks.
fn compressed_rows(bytes: &[u8]) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut at = 8;
    while let Some(&[a, b, c, d, t1, t2, t3, t4]) =
        bytes.get(at..at + 8).and_then(|head| head.try_into().ok().map(|head: &[u8; 8]| head))
    {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let Some(body) = bytes.get(at + 8..(at + 8).saturating_add(length)) else { break };
        if [t1, t2, t3, t4] == *b"IDAT" {
            rows.extend_from_slice(body);
        }
        at = at + 12 + length;
    }
    rows
}

/// The pixels, and how many rows of them could be read; the rest is white.
fn decoded(reader: &mut Rows<'_>, (width, height): (u32, u32)) -> Option<(Picture, u32)> {
    let (colours, _) = reader.output_color_type();
    let samples = colours.samples();
    let stride = width as usize * samples;
    let mut data = vec![0xff_u8; stride.checked_mul(height as usize)?];
    let rows_read = if reader.info().interlaced {
        // Seven passes over the whole picture: a file that is cut has every row in part.
        match reader.next_frame(&mut data) {
            Ok(_) => height,
            Err(_) => 0,
        }
    } else {
        let mut rows = 0;
        for target in data.chunks_exact_mut(stride.max(1)) {
            let Ok(Some(row)) = reader.next_row() else { break };
            target.copy_from_slice(row.data().get(..stride)?);
            rows += 1;
        }
        rows
    };
    if rows_read == 0 && data.iter().all(|sample| *sample == 0xff) {
        return None;
    }
    let samples = match colours {
        ColorType::GrayscaleAlpha => Samples::Grey(over_white(&data, 2)),
        ColorType::Rgba => Samples::Rgb(over_white(&data, 4)),
        ColorType::Rgb => Samples::Rgb(data),
        ColorType::Grayscale | ColorType::Indexed => Samples::Grey(data),
    };
    Some((Picture { width, height, samples }, rows_read))
}
