//! Fax coding (ITU-T T.4 and T.6), read in all its variants and written as Group 4.

use super::pages::image_dictionary;
use fax::encoder::Encoder;
use fax::{Color, VecWriter};
use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};
use lopdf::{Stream, dictionary};

/// The encoder counts columns in signed 16 bits.
const ENCODED_WIDTH_MAX: u32 = 32_000;

/// Which of the fax codings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Runs only, each row starting at a whole byte, no line ends (TIFF's own variant).
    RunLengths,
    /// Group 3, one-dimensional.
    Group3,
    /// Group 3, two-dimensional.
    Group3TwoDimensional,
    /// Group 4.
    Group4,
}

/// Decoded rows: 1 is what the coding calls white.
pub(super) struct Decoded {
    /// Rows padded to whole bytes; rows that could not be read are white.
    pub(super) bits: Vec<u8>,
    /// Rows that could be read.
    pub(super) rows: u32,
}

/// Decodes as many rows as can be read.
pub(super) fn decode(data: &[u8], coding: Coding, (width, height): (u32, u32)) -> Decoded {
    let settings = DecodeSettings {
        columns: width,
        rows: height,
        end_of_block: coding != Coding::RunLengths,
        end_of_line: false,
        rows_are_byte_aligned: coding == Coding::RunLengths,
        encoding: match coding {
            Coding::RunLengths | Coding::Group3 => EncodingMode::Group3_1D,
            Coding::Group3TwoDimensional => EncodingMode::Group3_2D,
            Coding::Group4 => EncodingMode::Group4,
        },
        strict: false,
    };
    let mut rows = Rows::new(width, height);
    // What was read before an error is kept.
    let _ = hayro_ccitt::decode(data, &mut rows, &mut DecoderContext::new(settings));
    Decoded { rows: u32::try_from(rows.at).unwrap_or(height), bits: rows.bits }
}

struct Rows {
    bits: Vec<u8>,
    width: usize,
    stride: usize,
    /// Rows received.
    at: usize,
}

impl Rows {
    fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        let stride = width.div_ceil(8);
        Self { bits: vec![0xff; stride * height], width, stride, at: 0 }
    }
}

impl Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let Some(row) = self.bits.get_mut(self.at * self.stride..(self.at + 1) * self.stride) else { return };
        for run in changes.chunks(2) {
            let start = run.first().map_or(self.width, |start| *start as usize).min(self.width);
            let end = run.get(1).map_or(self.width, |end| *end as usize).min(self.width);
            blacken(row, start, end);
        }
        self.at += 1;
    }
}

/// Clears the bits from `start` up to `end`.
fn blacken(row: &mut [u8], start: usize, end: usize) {
    if start >= end {
        return;
    }
    let (first, last) = (start / 8, (end - 1) / 8);
    let head = 0xff_u8 >> (start % 8);
    let tail = 0xff_u8 << (7 - (end - 1) % 8);
    if first == last {
        row[first] &= !(head & tail);
        return;
    }
    row[first] &= !head;
    row[first + 1..last].fill(0);
    row[last] &= !tail;
}

/// Codes rows of bits (1 is white) as Group 4; `None` for pictures wider than fax can be.
pub(super) fn encode_g4(bits: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let columns = u16::try_from(width).ok().filter(|_| (1..=ENCODED_WIDTH_MAX).contains(&width))?;
    let stride = usize::from(columns).div_ceil(8);
    let mut encoder = Encoder::new(VecWriter::with_capacity(bits.len() / 8));
    let rows = bits.chunks_exact(stride);
    if rows.len() != height as usize {
        return None;
    }
    for row in rows {
        let pixel = |x: usize| if row[x / 8] & (0x80 >> (x % 8)) == 0 { Color::Black } else { Color::White };
        encoder.encode_line((0..usize::from(columns)).map(pixel), columns).ok()?;
    }
    encoder.finish().ok().map(VecWriter::finish)
}

/// Group 4 data as a PDF stores it. `inverted` if what the coding calls white is black.
pub(super) fn g4_stream(coded: Vec<u8>, pixels: (u32, u32), inverted: bool) -> Stream {
    let mut dictionary = image_dictionary(pixels, "DeviceGray");
    dictionary.set("BitsPerComponent", 1);
    dictionary.set("Filter", "CCITTFaxDecode");
    dictionary.set(
        "DecodeParms",
        dictionary! { "K" => -1, "Columns" => pixels.0, "Rows" => pixels.1, "BlackIs1" => inverted },
    );
    Stream::new(dictionary, coded).with_compression(false)
}

#[cfg(test)]
mod tests {
    use super::{Coding, blacken, decode, encode_g4};

    #[test]
    fn what_is_coded_as_group_4_is_decoded_the_same() {
        // A linear congruential sequence: runs of every length, also at the edges of bytes.
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for (width, height) in [(1, 1), (7, 3), (8, 9), (1728, 40), (2561, 12), (31, 200)] {
            let stride = (width as usize).div_ceil(8);
            let mut bits = vec![0xff_u8; stride * height as usize];
            for row in bits.chunks_mut(stride) {
                let mut at = 0;
                while at < width as usize {
                    let end = (at + 1 + (next() as usize % 90)).min(width as usize);
                    if next() % 2 == 0 {
                        blacken(row, at, end);
                    }
                    at = end;
                }
            }
            let coded = encode_g4(&bits, (width, height)).unwrap_or_default();
            let decoded = decode(&coded, Coding::Group4, (width, height));
            assert_eq!(decoded.rows, height, "{width} by {height}");
            assert!(decoded.bits == bits, "{width} by {height}");
        }
    }
}
