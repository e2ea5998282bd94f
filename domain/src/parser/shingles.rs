//! A sorted set of short keyed hashes, packed for the store: a document has some hundreds of them.

use data_encoding::BASE64_NOPAD;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Bytes of one hash. Two texts of one patient that share a hash by accident are one in some millions.
const BYTES: usize = 4;

/// Sorted, each once. Stored as base64 of big-endian words, a quarter of what a list of numbers takes. `Debug` shows
/// how many there are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Shingles(Vec<u32>);

impl Shingles {
    /// Sorts and drops repeats.
    pub fn new(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }

    /// Takes hashes that are sorted, each once.
    pub const fn of_sorted(hashes: Vec<u32>) -> Self {
        Self(hashes)
    }

    /// The hashes, in order.
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }
}

impl fmt::Debug for Shingles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shingles({})", self.0.len())
    }
}

impl Serialize for Shingles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|hash| hash.to_be_bytes()).collect();
        serializer.serialize_str(&BASE64_NOPAD.encode(&bytes))
    }
}

impl<'de> Deserialize<'de> for Shingles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
        let (words, rest) = bytes.as_chunks::<BYTES>();
        if !rest.is_empty() {
            return Err(D::Error::custom("shingles are cut off"));
        }
        Ok(Self::new(words.iter().map(|word| u32::from_be_bytes(*word)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::Shingles;

    #[test]
    fn what_is_packed_comes_back_and_what_is_cut_off_does_not() {
        let shingles = Shingles::new(vec![7, u32::MAX, 0, 7]);
        let text = serde_json::to_string(&shingles).expect("packed");
        assert_eq!(text, "\"AAAAAAAAAAf/////\"");
        assert_eq!(serde_json::from_str::<Shingles>(&text).expect("unpacked"), shingles);
        assert!(serde_json::from_str::<Shingles>("\"AAAAAAA\"").is_err());
    }
}
