//! Six kinds of damage, as gateways, full disks and portals do them.

use crate::dice::Dice;

/// The kinds, with their names in file names.
pub(crate) const KINDS: [(&str, Kind); 6] = [
    ("bad_startxref", Kind::BadStartxref),
    ("trailing_garbage", Kind::TrailingGarbage),
    ("flipped", Kind::Flipped),
    ("zeroed", Kind::Zeroed),
    ("truncated", Kind::Truncated),
    ("html", Kind::Html),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `startxref` points anywhere.
    BadStartxref,
    /// Some kilobytes of noise behind the end.
    TrailingGarbage,
    /// Twelve bytes with one bit turned over.
    Flipped,
    /// 600 bytes of zeros.
    Zeroed,
    /// Cut after 30 to 95 % of the bytes.
    Truncated,
    /// A login page under a document's name.
    Html,
}

/// Damages a copy of `whole`.
pub(crate) fn damaged(kind: Kind, whole: &[u8], seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed ^ 0xdead);
    let mut bytes = whole.to_vec();
    match kind {
        Kind::BadStartxref => {
            let at = whole.windows(9).rposition(|window| window == b"startxref").unwrap_or(whole.len());
            bytes.truncate(at);
            bytes.extend(format!("startxref\n{}\n%%EOF\n", dice.below(2 * whole.len())).into_bytes());
        }
        Kind::TrailingGarbage => bytes.extend((0..3_000 + dice.below(5_000)).map(|_| dice.next() as u8)),
        Kind::Flipped => {
            for _ in 0..12 {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
        }
        Kind::Zeroed => {
            let at = dice.below(bytes.len().saturating_sub(600));
            let end = bytes.len().min(at + 600);
            bytes[at..end].fill(0);
        }
        Kind::Truncated => bytes.truncate(whole.len() * (30 + dice.below(66)) / 100),
        Kind::Html => {
            bytes = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>".to_vec();
            bytes.extend(format!("<form><input name=u{}></form></body></html>", dice.next()).into_bytes());
        }
    }
    bytes
}
