//! Looks at one stream's data: whether it unpacks, and what is left of it where it does not. Damaged data is
//! replaced by what came out of it, packed anew so that every reader takes it.

use super::flipped::righted;
use super::inflate::{Ending, deflate, inflate};
use lopdf::{DecompressError, Error, Stream};
use memchr::memmem;

/// What is kept of content that passes the limit: more than any page needs, little enough to be drawn.
const KEPT_OF_TOO_MUCH: usize = 4 * 1024 * 1024;

/// What became of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// With so many bytes, inflated.
    Good(u64),
    /// It was damaged and is as it was again; its checksum says so.
    Righted(u64),
    /// A part of it is left.
    Part(u64),
    /// Cut at the limit.
    TooMuch,
    /// Nothing is left of it, or it is not there.
    Lost,
}

impl Health {
    /// Whether nothing of it is lost.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Good(_) | Self::Righted(_))
    }
}

/// How far a stream is looked into.
pub(super) struct Effort<'a> {
    /// Whether it is unpacked at all.
    pub(super) unpacking: bool,
    /// Bytes that may come out of it.
    pub(super) limit: usize,
    /// Bytes that may be inflated in search of a turned bit, see [`righted`].
    pub(super) patience: &'a mut u64,
}

/// Unpacks a stream to see that it is whole; replaces what is not by what is left of it.
pub(super) fn mended(stream: &mut Stream, effort: &mut Effort<'_>) -> Health {
    let size = stream.content.len() as u64;
    let unpacking = effort.unpacking;
    let filters = stream.filters().unwrap_or_default();
    match filters.as_slice() {
        _ if size == 0 => Health::Good(0),
        [b"FlateDecode" | b"Fl"] if unpacking => inflated(stream, effort),
        [b"FlateDecode" | b"Fl", .., last] if unpacking && is_of_pictures(last) => inflated(stream, effort),
        [b"DCTDecode" | b"DCT"] if memmem::rfind(&stream.content, b"\xff\xd9").is_none() => {
            // The end mark makes readers show what there is.
            let ended = [stream.content.as_slice(), b"\xff\xd9"].concat();
            stream.set_content(ended);
            Health::Part(size)
        }
        [] => Health::Good(size),
        filters if unpacking && !filters.iter().any(|filter| is_of_pictures(filter)) => {
            match stream.decompressed_content_with_limit(effort.limit) {
                Ok(content) => Health::Good(content.len() as u64),
                Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                    stream.set_plain_content(Vec::new());
                    Health::TooMuch
                }
                // Readers differ in what they make of it; it stays as it is.
                Err(_) => Health::Part(size),
            }
        }
        _ => Health::Good(size),
    }
}

/// Names the filter of content that says it is not compressed, and is, as the name was damaged; says whether it did.
pub(super) fn name_its_filter(stream: &mut Stream) -> bool {
    const LOOKED_AT_BYTES: usize = 256;
    let bare = !stream.dict.has(b"Filter") && matches!(stream.content.as_slice(), [0x78, _, ..]);
    let is_packed = bare && inflate(&stream.content, LOOKED_AT_BYTES).bytes.len() >= LOOKED_AT_BYTES;
    if is_packed {
        stream.dict.set("Filter", "FlateDecode");
    }
    is_packed
}

fn inflated(stream: &mut Stream, effort: &mut Effort<'_>) -> Health {
    let inflated = inflate(&stream.content, effort.limit);
    let left = inflated.bytes.len() as u64;
    match inflated.ending {
        Ending::Complete => Health::Good(left),
        Ending::TooMuch => {
            let kept = &inflated.bytes[..KEPT_OF_TOO_MUCH.min(inflated.bytes.len())];
            stream.set_content(deflate(kept));
            Health::TooMuch
        }
        Ending::WrongChecksum | Ending::Cut | Ending::Corrupt => {
            if let Some(whole) = righted(&stream.content, inflated.used, effort.limit, effort.patience) {
                stream.set_content(deflate(&whole));
                return Health::Righted(whole.len() as u64);
            }
            stream.set_content(deflate(&inflated.bytes));
            if left == 0 { Health::Lost } else { Health::Part(left) }
        }
    }
}

/// Filters that give samples, not bytes (ISO 32000-1, table 6).
pub(super) fn is_of_pictures(filter: &[u8]) -> bool {
    matches!(filter, b"DCTDecode" | b"DCT" | b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode" | b"CCF")
}
