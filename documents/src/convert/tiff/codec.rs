//! TIFF's compressions but for fax and JPEG: each gives as many bytes as it can, never more than wanted.

use flate2::read::ZlibDecoder;
use std::io::Read;
use weezl::BitOrder;
use weezl::decode::Decoder as Lzw;

/// PackBits: runs of one byte and runs of many.
pub(super) fn packbits(data: &[u8], wanted: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(wanted);
    let mut rest = data;
    while let [head, tail @ ..] = rest {
        if out.len() >= wanted {
            break;
        }
        match head.cast_signed() {
            -128 => rest = tail,
            run if run >= 0 => {
                let length = usize::from(run.unsigned_abs()) + 1;
                let copied = tail.get(..length).unwrap_or(tail);
                out.extend_from_slice(copied);
                rest = tail.get(length..).unwrap_or_default();
            }
            run => {
                let Some((byte, after)) = tail.split_first() else { break };
                out.extend(std::iter::repeat_n(*byte, usize::from(run.unsigned_abs()) + 1));
                rest = after;
            }
        }
    }
    out.truncate(wanted);
    out
}

/// Deflate with a zlib header.
pub(super) fn deflate(data: &[u8], wanted: usize) -> Vec<u8> {
    let mut out = vec![0; wanted];
    let mut reader = ZlibDecoder::new(data);
    let mut filled = 0;
    while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(read) if read > 0 => filled += read,
            _ => break,
        }
    }
    out.truncate(filled);
    out
}

/// LZW as TIFF 6.0 has it, or, by its first two bytes, as older writers had it.
pub(super) fn lzw(data: &[u8], wanted: usize) -> Vec<u8> {
    let old = matches!(data, [0, second, ..] if second & 1 == 1);
    let mut decoder =
        if old { Lzw::new(BitOrder::Lsb, 8) } else { Lzw::with_tiff_size_switch(BitOrder::Msb, 8) };
    let mut out = vec![0; wanted];
    let (mut read, mut filled) = (0, 0);
    while filled < wanted {
        let result = decoder.decode_bytes(&data[read..], &mut out[filled..]);
        read += result.consumed_in;
        filled += result.consumed_out;
        let stuck = result.consumed_in == 0 && result.consumed_out == 0;
        match result.status {
            Ok(weezl::LzwStatus::Ok) if !stuck => {}
            _ => break,
        }
    }
    out.truncate(filled);
    out
}

/// Undoes horizontal differencing (predictor 2) in rows of `stride` bytes.
pub(super) fn undo_differences(data: &mut [u8], stride: usize, samples: usize, bits: u32, big_endian: bool) {
    for row in data.chunks_mut(stride.max(1)) {
        match bits {
            8 => {
                for at in samples..row.len() {
                    row[at] = row[at].wrapping_add(row[at - samples]);
                }
            }
            16 => {
                let read = |pair: [u8; 2]| {
                    if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
                };
                for at in (2 * samples..row.len().saturating_sub(1)).step_by(2) {
                    let before = read([row[at - 2 * samples], row[at - 2 * samples + 1]]);
                    let value = read([row[at], row[at + 1]]).wrapping_add(before);
                    let pair = if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
                    row[at..at + 2].copy_from_slice(&pair);
                }
            }
            _ => {}
        }
    }
}

/// Bits in the other order, for files that store the lowest first.
pub(super) fn reversed(data: &[u8]) -> Vec<u8> {
    data.iter().map(|byte| byte.reverse_bits()).collect()
}

#[cfg(test)]
mod tests {
    use super::{packbits, undo_differences};

    #[test]
    fn packbits_as_apple_described_it() {
        let packed =
            [0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7, 0xAA];
        let unpacked = packbits(&packed, 24);
        assert_eq!(unpacked.len(), 24);
        assert_eq!(unpacked[..7], [0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA]);
        assert_eq!(packbits(&packed[..1], 24), Vec::<u8>::new());
        assert_eq!(packbits(&packed, 5).len(), 5);
    }

    #[test]
    fn differences_add_up_along_a_row() {
        let mut row = [10, 20, 1, 2, 1, 254];
        undo_differences(&mut row, 6, 2, 8, false);
        assert_eq!(row, [10, 20, 11, 22, 12, 20]);
        let mut wide = [1, 255, 0, 1];
        undo_differences(&mut wide, 4, 1, 16, true);
        assert_eq!(wide, [1, 255, 2, 0]);
    }
}
