//! From a TIFF's packed samples to pixels a PDF stores: every depth becomes one or eight bits, every colour
//! model grey, red-green-blue or four inks.

use super::super::raster::{Samples, over_white};
use super::super::terms::ConvertError;
use super::super::unsupported;
use super::chunks::{Layout, Raw};
use super::directory::{Directory, tag};

/// The pixels of a decoded image.
pub(super) fn samples(
    layout: &Layout<'_, '_>,
    directory: &Directory<'_>,
    raw: Raw,
) -> Result<Samples, ConvertError> {
    let planes = match raw {
        Raw::Finished(samples) => return Ok(samples),
        Raw::Packed(planes) => planes,
    };
    if layout.bits == 1 && layout.samples == 1 && layout.photometric <= 1 {
        let mut bits = planes.into_iter().next().unwrap_or_default();
        if layout.photometric == 0 {
            bits.iter_mut().for_each(|byte| *byte = !*byte);
        }
        return Ok(Samples::Bits(bits));
    }
    // A palette's samples are numbers, all others are shares of the full tone.
    let spread = layout.photometric != 3;
    let big_endian = directory.file.big_endian;
    let per_row = if layout.planar { layout.width as usize } else { layout.width as usize * layout.samples };
    let mut bytes: Vec<Vec<u8>> =
        planes.iter().map(|plane| unpacked(plane, per_row, layout.bits, spread, big_endian)).collect();
    let pixels = if layout.planar { interleaved(&bytes) } else { bytes.pop().unwrap_or_default() };
    let colours = match layout.photometric {
        0 | 1 | 3 => 1,
        2 | 6 => 3,
        5 => 4,
        _ => return Err(unsupported("a tiff with this colour model")),
    };
    if layout.samples < colours {
        return Err(unsupported("a tiff with fewer samples than colours"));
    }
    let flat = without_extras(pixels, layout.samples, colours, directory, layout.photometric);
    Ok(match layout.photometric {
        0 => Samples::Grey(flat.iter().map(|value| 255 - value).collect()),
        1 => Samples::Grey(flat),
        3 => Samples::Rgb(coloured(&flat, &directory.numbers(tag::COLOUR_MAP), layout.bits)),
        5 => Samples::Cmyk(flat),
        6 if directory.numbers(tag::YCBCR_SUBSAMPLING) != [1, 1] => {
            return Err(unsupported("a tiff with colours at half resolution and no jpeg"));
        }
        6 => Samples::Rgb(flat.chunks_exact(3).flat_map(|p| from_ycbcr(p[0], p[1], p[2])).collect()),
        _ => Samples::Rgb(flat),
    })
}

/// One byte a sample out of rows of packed ones.
fn unpacked(plane: &[u8], per_row: usize, bits: u32, spread: bool, big_endian: bool) -> Vec<u8> {
    if bits == 8 {
        return plane.to_vec();
    }
    let stride = (per_row * bits as usize).div_ceil(8).max(1);
    let mut out = Vec::with_capacity(per_row * (plane.len() / stride));
    for row in plane.chunks_exact(stride) {
        if bits == 16 {
            // The high byte is the tone; a palette's number is the low one.
            let wanted = usize::from(big_endian != spread);
            out.extend(row.chunks_exact(2).map(|pair| pair[wanted]));
            continue;
        }
        let (per_byte, full) = (8 / bits as usize, (1_u32 << bits) - 1);
        out.extend((0..per_row).map(|at| {
            let shift = 8 - bits * (at % per_byte) as u32 - bits;
            let value = u32::from(row[at / per_byte]) >> shift & full;
            if spread { (value * 255 / full) as u8 } else { value as u8 }
        }));
    }
    out
}

fn interleaved(planes: &[Vec<u8>]) -> Vec<u8> {
    let length = planes.iter().map(Vec::len).min().unwrap_or(0);
    (0..length).flat_map(|at| planes.iter().map(move |plane| plane[at])).collect()
}

/// The colours alone: an opacity is laid over white, anything else beside the colours is dropped.
fn without_extras(
    pixels: Vec<u8>,
    samples: usize,
    colours: usize,
    directory: &Directory<'_>,
    photometric: u64,
) -> Vec<u8> {
    if samples == colours {
        return pixels;
    }
    let opacity = matches!(directory.number(tag::EXTRA_SAMPLES), Some(1 | 2));
    if opacity && samples == colours + 1 && matches!(photometric, 1 | 2) {
        return over_white(&pixels, samples);
    }
    pixels.chunks_exact(samples).flat_map(|pixel| pixel[..colours].iter().copied()).collect()
}

/// Palette colours; the map holds all reds, then greens, then blues, in 16 bits.
fn coloured(numbers: &[u8], map: &[u64], bits: u32) -> Vec<u8> {
    let size = 1_usize << bits.min(8);
    // Some writers put eight bits where sixteen belong.
    let shift = if map.iter().all(|value| *value < 256) { 0 } else { 8 };
    let tone = |colour: usize, number: u8| {
        map.get(colour * size + usize::from(number)).map_or(0, |value| (value >> shift).min(255) as u8)
    };
    numbers.iter().flat_map(|number| [tone(0, *number), tone(1, *number), tone(2, *number)]).collect()
}

/// By ITU-R BT.601, as TIFF 6.0 assumes where nothing else is said.
fn from_ycbcr(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_14 * cb - 0.714_14 * cr, y + 1.772 * cb]
        .map(|value| value.round().clamp(0.0, 255.0) as u8)
}
