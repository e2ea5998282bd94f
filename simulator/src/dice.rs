//! Seeded dice: every choice of the generator comes from here, so one seed is one hospital.
//!
//! Each purpose gets its own stream (`Dice::of(seed, "orders/4")`). Adding a choice to one document
//! then leaves every other document as it was.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// A stream of choices.
pub(crate) struct Dice {
    rng: ChaCha8Rng,
}

impl Dice {
    /// The stream for one purpose under one seed.
    pub(crate) fn of(seed: u64, purpose: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(purpose.as_bytes());
        Self { rng: ChaCha8Rng::from_seed(hash.finalize().into()) }
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.rng.random_range(low..=high.max(low))
    }

    /// An index below `len`; 0 when `len` is 0.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        if len == 0 { 0 } else { self.rng.random_range(0..len) }
    }

    /// A fraction from `low` to `high`.
    pub(crate) fn fraction(&mut self, low: f64, high: f64) -> f64 {
        self.rng.random_range(low..=high)
    }

    /// True with the given probability, cut to 0..=1.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability.clamp(0.0, 1.0))
    }

    /// One of a fixed set; the set cannot be empty.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, of: &[T; N]) -> T {
        const { assert!(N > 0, "a choice needs something to choose from") };
        of[self.index(N)]
    }

    /// `count` different members of a fixed set, in the set's own order.
    pub(crate) fn some<'a, T, const N: usize>(&mut self, of: &'a [T; N], count: usize) -> Vec<&'a T> {
        let mut indices: Vec<usize> = (0..N).collect();
        self.shuffle(&mut indices);
        indices.truncate(count);
        indices.sort_unstable();
        indices.into_iter().map(|i| &of[i]).collect()
    }

    /// Brings a list into random order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let j = self.index(i + 1);
            list.swap(i, j);
        }
    }

    /// A string of decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.index(10)).unwrap_or(0))).collect()
    }
}
