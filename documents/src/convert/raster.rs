//! Decoded pixels and how a PDF stores them: black and white as Group 4 or Flate, whichever is smaller,
//! the rest as Flate. Nothing is lost but resolution that no page needs.

use super::ccitt;
use super::pages::image_dictionary;
use image::DynamicImage;
use lopdf::{Object, Stream, dictionary};

/// Decoded pictures above this are halved until they are below: A4 at 600 dpi has 35 million pixels. More
/// would only cost every reader of the page its memory.
const PIXELS_KEPT_MAX: u64 = 40_000_000;

/// Decoded pixels in rows from the top left.
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) samples: Samples,
}

/// The pixels themselves.
pub(super) enum Samples {
    /// Eight pixels a byte, rows padded to whole bytes; 1 is white.
    Bits(Vec<u8>),
    /// One byte a pixel.
    Grey(Vec<u8>),
    /// Three bytes a pixel.
    Rgb(Vec<u8>),
    /// Four bytes a pixel, 0 is no ink.
    Cmyk(Vec<u8>),
}

impl Picture {
    /// Transparent pixels over white, as paper is.
    pub(super) fn from_image(image: &DynamicImage) -> Self {
        let samples = match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageLuma16(_) => {
                Samples::Grey(image.to_luma8().into_raw())
            }
            _ if image.color().has_alpha() => Samples::Rgb(over_white(image.to_rgba8().as_raw(), 4)),
            _ => Samples::Rgb(image.to_rgb8().into_raw()),
        };
        Self { width: image.width(), height: image.height(), samples }
    }

    /// Halves the sides until there are no more pixels than a page needs.
    pub(super) fn reduced(mut self) -> (Self, bool) {
        let mut reduced = false;
        // Black and white is small as it is, and would have to become grey.
        while u64::from(self.width) * u64::from(self.height) > PIXELS_KEPT_MAX
            && !matches!(self.samples, Samples::Bits(_))
            && self.width > 1
            && self.height > 1
        {
            let (width, height) = (self.width, self.height);
            self.samples = match self.samples {
                Samples::Bits(bits) => Samples::Bits(bits),
                Samples::Grey(data) => Samples::Grey(halved(&data, width, height, 1)),
                Samples::Rgb(data) => Samples::Rgb(halved(&data, width, height, 3)),
                Samples::Cmyk(data) => Samples::Cmyk(halved(&data, width, height, 4)),
            };
            (self.width, self.height) = (width / 2, height / 2);
            reduced = true;
        }
        (self, reduced)
    }

    /// As a PDF stores it, without loss.
    pub(super) fn into_stream(self) -> Stream {
        let pixels = (self.width, self.height);
        let (colours, data) = match self.samples {
            Samples::Bits(bits) => return bits_stream(bits, pixels),
            Samples::Grey(grey) => match pack_bits(&grey, self.width) {
                Some(bits) => return bits_stream(bits, pixels),
                None => ("DeviceGray", grey),
            },
            Samples::Rgb(rgb) => match without_colour(&rgb) {
                Some(grey) => {
                    return Self { width: pixels.0, height: pixels.1, samples: Samples::Grey(grey) }
                        .into_stream();
                }
                None => ("DeviceRGB", rgb),
            },
            Samples::Cmyk(cmyk) => ("DeviceCMYK", cmyk),
        };
        deflated(Stream::new(image_dictionary(pixels, colours), data))
    }
}

fn bits_stream(bits: Vec<u8>, pixels: (u32, u32)) -> Stream {
    let coded = ccitt::encode_g4(&bits, pixels);
    let mut dictionary = image_dictionary(pixels, "DeviceGray");
    dictionary.set("BitsPerComponent", 1);
    let plain = deflated(Stream::new(dictionary, bits));
    match coded {
        Some(coded) if coded.len() < plain.content.len() => ccitt::g4_stream(coded, pixels, false),
        _ => plain,
    }
}

fn deflated(mut stream: Stream) -> Stream {
    // Left uncompressed when that fails or does not pay; the page is the same.
    let _ = stream.compress();
    stream.allows_compression = false;
    stream
}

/// Four pixels become their mean.
fn halved(data: &[u8], width: u32, height: u32, samples: usize) -> Vec<u8> {
    let (width, height) = (width as usize, height as usize);
    let stride = width * samples;
    let mut out = Vec::with_capacity((width / 2) * (height / 2) * samples);
    for y in 0..height / 2 {
        let Some(rows) = data.get(2 * y * stride..(2 * y + 2) * stride) else { break };
        let (upper, lower) = rows.split_at(stride);
        for x in 0..width / 2 {
            for sample in 0..samples {
                let at = 2 * x * samples + sample;
                let sum = [upper[at], upper[at + samples], lower[at], lower[at + samples]];
                out.push((sum.iter().map(|value| u32::from(*value)).sum::<u32>() / 4) as u8);
            }
        }
    }
    out
}

/// The colour samples of pixels whose last sample is their opacity, over white.
pub(super) fn over_white(data: &[u8], samples: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / samples * (samples - 1));
    for pixel in data.chunks_exact(samples) {
        let alpha = u32::from(pixel[samples - 1]);
        out.extend(
            pixel[..samples - 1]
                .iter()
                .map(|colour| ((u32::from(*colour) * alpha + 255 * (255 - alpha) + 127) / 255) as u8),
        );
    }
    out
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
    let rows = grey.chunks_exact(usize::try_from(width).ok()?.max(1));
    Some(rows.flat_map(|row| row.chunks(8).map(pack)).collect())
}

/// One byte a pixel, if a picture stored in colour has none: three times smaller.
fn without_colour(rgb: &[u8]) -> Option<Vec<u8>> {
    let colourless = rgb.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    colourless.then(|| rgb.iter().step_by(3).copied().collect())
}

/// How a PDF names a palette of red, green and blue.
pub(super) fn indexed(palette: &[u8]) -> Object {
    let last = i64::try_from(palette.len() / 3).unwrap_or(1).saturating_sub(1);
    vec![
        "Indexed".into(),
        "DeviceRGB".into(),
        last.into(),
        Object::String(palette.to_vec(), lopdf::StringFormat::Hexadecimal),
    ]
    .into()
}

/// The parameters of Flate data whose rows carry PNG's filters.
pub(super) fn png_rows(columns: u32, colours: u8, bits: u8) -> Object {
    dictionary! {
        "Predictor" => 15,
        "Columns" => columns,
        "Colors" => u32::from(colours),
        "BitsPerComponent" => u32::from(bits),
    }
    .into()
}
