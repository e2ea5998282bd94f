//! Seeded dice: the same seed rolls the same numbers in the same order.

use crate::locked;
use std::sync::Mutex;

/// splitmix64 (Steele, Lea, Flood 2014): one word of state, good enough to choose faults, and short enough
/// to have no dependency.
pub struct Dice(Mutex<u64>);

impl Dice {
    /// Starts a sequence.
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// The next number.
    pub fn roll(&self) -> u64 {
        let mut state = locked(&self.0);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = *state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `limit`; 0 when the limit is 0.
    pub fn below(&self, limit: u64) -> u64 {
        self.roll().checked_rem(limit).unwrap_or(0)
    }

    /// Whether something with this chance in a thousand happens.
    pub fn hits(&self, per_mille: u32) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_seed_replays_and_chances_come_true() {
        let (a, b) = (Dice::new(7), Dice::new(7));
        assert!((0..100).all(|_| a.roll() == b.roll()));
        let hits = (0..10_000).filter(|_| a.hits(100)).count();
        assert!((800..1_200).contains(&hits), "{hits} of 10,000 at 100 per mille");
        assert!(!a.hits(0) && a.hits(1_000));
    }
}
