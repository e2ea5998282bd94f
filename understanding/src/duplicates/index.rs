//! Finds documents worth comparing among many: MinHash with bands, by one permutation.
//!
//! A patient has some dozens of documents, and comparing with each is quickest and misses nothing. Only above the
//! policy's `block_large` is an index made: two documents are compared if they share a file, text, page or study, or one
//! of 16 bands of four least hashes. Two texts that share 85 % of their shingles are missed once in 100,000 times, at
//! 70 % once in 100; what is found is always compared exactly.

use crate::knowledge::DuplicatePolicy;
use domain::ids::DocumentId;
use domain::parser::{DocumentSignature, Shingles};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Bands of a signature, and least hashes in each.
const BANDS: usize = 16;
const ROWS: usize = 4;
const SLOTS: usize = BANDS * ROWS;
const NONE: u32 = u32::MAX;

/// Keys are hashes already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Texts by their least hashes. Numbers count the texts in the order in which they were added.
#[derive(Default)]
pub struct NearIndex {
    /// Band → the newest text that has it.
    heads: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    /// Of each text and band, the text before that has it.
    before: Vec<[u32; BANDS]>,
}

impl NearIndex {
    /// An index with room for so many texts.
    pub fn with_capacity(texts: usize) -> Self {
        let heads = HashMap::with_capacity_and_hasher(texts * BANDS, BuildHasherDefault::default());
        Self { heads, before: Vec::with_capacity(texts) }
    }

    /// Adds a text and gives those before it that may resemble it, each once, in order.
    pub fn add(&mut self, shingles: &Shingles) -> Vec<u32> {
        let own = self.before.len() as u32;
        let (mut found, mut links) = (Vec::new(), [NONE; BANDS]);
        for (band, link) in bands(shingles).into_iter().flatten().zip(&mut links) {
            if let Some(earlier) = self.heads.insert(band, own) {
                *link = earlier;
            }
        }
        for (band, first) in links.iter().enumerate() {
            let mut next = *first;
            while next != NONE {
                found.push(next);
                next = self.before[next as usize][band];
            }
        }
        self.before.push(links);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The bands of a text; none of an empty one.
fn bands(shingles: &Shingles) -> Option<[u64; BANDS]> {
    if shingles.as_slice().is_empty() {
        return None;
    }
    let mut slots = [NONE; SLOTS];
    for shingle in shingles.as_slice() {
        // Another mixing than the one that gave the hash its order.
        let mixed = mix(u64::from(*shingle));
        let slot = &mut slots[(mixed >> 58) as usize % SLOTS];
        *slot = (*slot).min(mixed as u32);
    }
    // Short texts leave slots empty; each takes its value from one that depends on the slot alone.
    let filled = slots;
    for (slot, value) in slots.iter_mut().enumerate().filter(|(_, value)| **value == NONE) {
        let mut probe = mix(slot as u64 + 1);
        for _ in 0..SLOTS * 8 {
            let donor = filled[(probe >> 58) as usize % SLOTS];
            if donor != NONE {
                *value = donor;
                break;
            }
            probe = mix(probe);
        }
    }
    let mut bands = [0; BANDS];
    for (index, (band, rows)) in bands.iter_mut().zip(slots.as_chunks::<ROWS>().0).enumerate() {
        *band = rows.iter().fold(index as u64 + 1, |state, row| mix(state ^ u64::from(*row)));
    }
    Some(bands)
}

const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Pairs of places, of which at least one is new, that are worth comparing.
pub(super) fn candidates(
    documents: &[DocumentSignature],
    new: &[DocumentId],
    policy: DuplicatePolicy,
) -> Vec<(usize, usize)> {
    let is_new: Vec<bool> = documents.iter().map(|document| new.contains(&document.document)).collect();
    let pairs = if documents.len() <= policy.block_large {
        (1..documents.len()).flat_map(|other| (0..other).map(move |one| (one, other))).collect()
    } else {
        among_many(documents)
    };
    let of_new = |(one, other): &(usize, usize)| is_new[*one] || is_new[*other];
    pairs.into_iter().filter(of_new).collect()
}

fn among_many(documents: &[DocumentSignature]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut index = NearIndex::with_capacity(documents.len());
    let mut named: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, document) in documents.iter().enumerate() {
        pairs.extend(index.add(&document.shingles).into_iter().map(|earlier| (earlier as usize, place)));
        let names = [format!("t{}", document.text_hash)]
            .into_iter()
            .chain(document.file.iter().map(|file| format!("f{file}")))
            .chain(document.pages.iter().map(|page| format!("p{page}")))
            .chain(document.studies.iter().map(|study| format!("s{study}")))
            .chain(
                document
                    .marks
                    .raw
                    .then(|| document.days.iter())
                    .into_iter()
                    .flatten()
                    .map(|day| format!("d{day}")),
            );
        for name in names {
            let earlier = named.entry(name).or_default();
            pairs.extend(earlier.iter().map(|earlier| (*earlier, place)));
            earlier.push(place);
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.retain(|(one, other)| one != other);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_resembles_is_found_whatever_comes_first(seed in any::<u64>(), size in 40_u64..400) {
            let number = |at: u64| mix(seed ^ at) as u32;
            let a = Shingles::new((0..size).map(number).collect());
            // Of the union, 90 % is shared.
            let b = Shingles::new((size / 20..size + size / 20).map(number).collect());
            let other = Shingles::new((10_000..10_000 + size).map(number).collect());
            for (first, second) in [(&a, &b), (&b, &a)] {
                let mut index = NearIndex::default();
                prop_assert_eq!(index.add(first), Vec::<u32>::new());
                index.add(&other);
                prop_assert!(index.add(second).contains(&0));
            }
        }
    }

    #[test]
    fn an_empty_text_resembles_nothing() {
        let mut index = NearIndex::default();
        assert!(index.add(&Shingles::default()).is_empty() && index.add(&Shingles::default()).is_empty());
    }
}
