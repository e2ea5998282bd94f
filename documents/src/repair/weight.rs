//! Weighs a file before a parser without a sum of its own unpacks it: what its object streams inflate to,
//! all together.

use super::inflate::inflate;
use super::state::RepairLimits;
use memchr::memmem;

/// Between an object stream's type and its data stands the rest of its dictionary.
const DICTIONARY_BYTES_MAX: usize = 2_048;

/// Whether object and cross-reference streams together inflate beyond the limit.
pub(super) fn too_heavy(bytes: &[u8], limits: &RepairLimits) -> bool {
    let mut left = usize::try_from(limits.object_stream_bytes).unwrap_or(usize::MAX);
    for mark in [b"ObjStm".as_slice(), b"XRef"] {
        for at in memmem::find_iter(bytes, mark) {
            let window = bytes.get(at..).unwrap_or_default();
            let window = &window[..window.len().min(DICTIONARY_BYTES_MAX)];
            let Some(data) = memmem::find(window, b"stream") else { continue };
            let mut start = at + data + b"stream".len();
            start += usize::from(bytes.get(start) == Some(&b'\r'));
            start += usize::from(bytes.get(start) == Some(&b'\n'));
            let inflated = inflate(bytes.get(start..).unwrap_or_default(), left).bytes.len();
            if inflated >= left {
                return true;
            }
            left -= inflated;
        }
    }
    false
}
