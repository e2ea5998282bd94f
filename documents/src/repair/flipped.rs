//! Undoes one turned-over bit in zlib data: every bit is tried, and the data's own checksum says which one
//! it was. A transfer or a disk turns single bits, and the rest of the stream is unreadable behind one.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// Bytes that one reading of a file may inflate in this search, over all its streams: about two seconds.
pub(super) const PATIENCE_BYTES: u64 = 300 * 1024 * 1024;
/// A page's text grows this much at most; what grows more is a picture or a bomb.
const GROWTH_MAX: usize = 24;
/// What a try costs beside the bytes that it inflates, in such bytes: the copy of the decoder's state.
const TRY_BYTES: u64 = 1_024;
/// Bytes of input between two states that tries start from.
const STEP_BYTES: usize = 16;

const WHOLE: u32 = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
const PIECE: u32 = WHOLE | TINFL_FLAG_HAS_MORE_INPUT;

/// What the data inflates to with one bit of it turned, if its checksum agrees then.
///
/// `reached` is where inflating turned to nonsense: the bit lies before it. Nothing is tried that `patience`
/// (bytes that may still be inflated) would not be enough for.
pub(super) fn righted(data: &[u8], reached: usize, limit: usize, patience: &mut u64) -> Option<Vec<u8>> {
    let (size, reached) = (data.len() as u64, reached.min(data.len()) as u64);
    // As text grows: four times. A try inflates what is behind its bit.
    let behind = (size * 4).saturating_sub(reached * 2);
    if reached * 8 * (behind + TRY_BYTES) > *patience {
        return None;
    }
    let mut data = data.to_vec();
    let mut out = vec![0; data.len().saturating_mul(GROWTH_MAX).min(limit)];
    let mut state = Box::new(DecompressorOxide::new());
    let mut made = 0;
    for at in (0..data.len()).step_by(STEP_BYTES) {
        let next = (at + STEP_BYTES).min(data.len());
        for place in at..next {
            for bit in 0..8 {
                let mut tried = state.clone();
                data[place] ^= 1 << bit;
                let (status, _, more) = decompress(&mut tried, &data[at..], &mut out, made, WHOLE);
                data[place] ^= 1 << bit;
                if status == TINFLStatus::Done {
                    out.truncate(made + more);
                    return Some(out);
                }
                *patience = patience.checked_sub(more as u64 + TRY_BYTES)?;
            }
        }
        let (status, taken, more) = decompress(&mut state, &data[at..next], &mut out, made, PIECE);
        if status != TINFLStatus::NeedsMoreInput || taken < next - at {
            return None;
        }
        made += more;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{PATIENCE_BYTES, righted};
    use crate::repair::inflate::{Ending, deflate, inflate};

    fn text() -> Vec<u8> {
        (0..200u32)
            .flat_map(|n| format!("BT 54 {n} Td ({}) Tj ET\n", n.wrapping_mul(2_654_435_761)).into_bytes())
            .collect()
    }

    #[test]
    fn any_one_bit_is_found_by_the_checksum() {
        let whole = deflate(&text());
        for at in [0, 1, 5, whole.len() / 3, whole.len() / 2, whole.len() - 30, whole.len() - 1] {
            let mut data = whole.clone();
            data[at] ^= 0x10;
            let mut patience = PATIENCE_BYTES;
            let found = righted(&data, data.len(), 1 << 20, &mut patience);
            assert!(found == Some(text()), "bit in byte {at}");
        }
    }

    #[test]
    fn two_bits_are_not_guessed() {
        let mut data = deflate(&text());
        let (first, second) = (data.len() / 3, data.len() / 2);
        data[first] ^= 4;
        data[second] ^= 4;
        assert!(inflate(&data, 1 << 20).ending != Ending::Complete);
        assert_eq!(righted(&data, data.len(), 1 << 20, &mut PATIENCE_BYTES.clone()), None);
    }

    #[test]
    fn the_search_ends_with_its_patience() {
        let mut data = deflate(&text());
        let at = data.len() / 2;
        data[at] ^= 4;
        let mut patience = 1_000_000;
        assert_eq!(righted(&data, data.len(), 1 << 20, &mut patience), None);
        let big = deflate(&vec![7; 50_000_000]);
        assert_eq!(righted(&big[..big.len() - 1], big.len(), 1 << 20, &mut PATIENCE_BYTES.clone()), None);
    }
}
