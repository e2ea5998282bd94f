//! Inflates what can be inflated: data that ends early or turns to nonsense gives what came before, and
//! nothing grows beyond its limit.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Output grows by steps of this size.
const STEP_BYTES: usize = 64 * 1024;

/// What came out.
pub(super) struct Inflated {
    pub(super) bytes: Vec<u8>,
    pub(super) ending: Ending,
    /// Bytes of the data that were taken.
    pub(super) used: usize,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// At its mark, and the checksum, where there is one, agrees.
    Complete,
    /// At its mark, but the checksum disagrees: some of the bytes are wrong.
    WrongChecksum,
    /// The input ends before the mark.
    Cut,
    /// The input turns to nonsense before the mark.
    Corrupt,
    /// The output passes the limit.
    TooMuch,
}

/// Inflates zlib data (RFC 1950), up to `limit` bytes. A damaged header is stepped over.
pub(super) fn inflate(data: &[u8], limit: usize) -> Inflated {
    let with_header = matches!(data, [cmf, flg, ..]
        if cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flg)) % 31 == 0);
    let mut inflated = raw(data.get(2..).unwrap_or_default(), limit);
    inflated.used += 2;
    if !with_header && inflated.ending != Ending::Complete && inflated.bytes.len() < data.len() {
        // No zlib data at all: some writers leave the header out.
        let bare = raw(data, limit);
        if bare.ending == Ending::Complete {
            return bare;
        }
    }
    if inflated.ending == Ending::Complete
        && let Some(Ok(sum)) = data.get(inflated.used..inflated.used + 4).map(<[u8; 4]>::try_from)
        && u32::from_be_bytes(sum) != adler32(&inflated.bytes)
    {
        inflated.ending = Ending::WrongChecksum;
    }
    inflated
}

/// Inflates bare deflate data.
fn raw(data: &[u8], limit: usize) -> Inflated {
    let mut state = Decompress::new(false);
    let mut bytes = Vec::with_capacity(data.len().saturating_mul(3).min(limit).min(16 * STEP_BYTES));
    let ending = loop {
        if bytes.len() > limit {
            bytes.truncate(limit);
            break Ending::TooMuch;
        }
        if bytes.capacity() == bytes.len() {
            bytes
                .reserve(STEP_BYTES.max(bytes.len() / 2).min(limit.saturating_sub(bytes.len()) + STEP_BYTES));
        }
        let (taken, made) = (state.total_in(), state.total_out());
        let rest = usize::try_from(taken).ok().and_then(|taken| data.get(taken..)).unwrap_or_default();
        let status = state.decompress_vec(rest, &mut bytes, FlushDecompress::None);
        match status {
            Ok(Status::StreamEnd) if bytes.len() > limit => {}
            Ok(Status::StreamEnd) => break Ending::Complete,
            Err(_) => break Ending::Corrupt,
            Ok(_) if (taken, made) == (state.total_in(), state.total_out()) => break Ending::Cut,
            Ok(_) => {}
        }
    };
    Inflated { bytes, ending, used: usize::try_from(state.total_in()).unwrap_or(data.len()).min(data.len()) }
}

/// Compresses as zlib data, the same bytes every time.
pub(super) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut state = Compress::new(Compression::default(), true);
    let mut bytes = Vec::with_capacity(data.len() / 2 + STEP_BYTES);
    loop {
        let taken = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let rest = data.get(taken..).unwrap_or_default();
        match state.compress_vec(rest, &mut bytes, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return bytes,
            Ok(_) => bytes.reserve(STEP_BYTES),
        }
    }
}

/// RFC 1950, 8.2.
fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    // The largest number of bytes after which neither sum has passed 32 bits.
    for chunk in data.chunks(5552) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65_521;
        b %= 65_521;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::{Ending, deflate, inflate};

    fn text() -> Vec<u8> {
        (0..20_000u32).flat_map(|n| format!("{} Tj ", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    #[test]
    fn what_was_deflated_is_inflated() {
        let inflated = inflate(&deflate(&text()), usize::MAX);
        assert_eq!((inflated.ending, inflated.bytes == text()), (Ending::Complete, true));
    }

    #[test]
    fn cut_data_gives_nearly_all_that_came_before() {
        let data = deflate(&text());
        let inflated = inflate(&data[..data.len() / 2], usize::MAX);
        assert_eq!(inflated.ending, Ending::Cut);
        assert!(inflated.bytes.len() > text().len() * 4 / 10);
        assert!(text().starts_with(&inflated.bytes));
    }

    #[test]
    fn nonsense_in_the_middle_gives_what_came_before() {
        let mut data = deflate(&text());
        let at = data.len() / 2;
        data[at..at + 64].fill(0xff);
        let inflated = inflate(&data, usize::MAX);
        assert!(inflated.ending != Ending::Complete);
        assert!(inflated.bytes.len() > text().len() * 4 / 10);
        assert_eq!(inflated.bytes[..text().len() * 4 / 10], text()[..text().len() * 4 / 10]);
    }

    #[test]
    fn a_damaged_header_or_checksum_costs_nothing() {
        let mut data = deflate(&text());
        data[0] = 0;
        assert!(inflate(&data, usize::MAX).bytes == text());
        let last = data.len() - 1;
        data[last] ^= 1;
        let inflated = inflate(&data, usize::MAX);
        assert_eq!((inflated.ending, inflated.bytes == text()), (Ending::WrongChecksum, true));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let data = deflate(&vec![0; 10_000_000]);
        let inflated = inflate(&data, 1_000_000);
        assert_eq!((inflated.ending, inflated.bytes.len()), (Ending::TooMuch, 1_000_000));
        assert!(inflated.bytes.capacity() < 3_000_000);
    }
}
