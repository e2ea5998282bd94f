//! The randomness behind restart jitter: a seeded sequence, so that a simulation can replay it.
//!
//! Jitter only spreads restarts out; nothing depends on it being hard to guess.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A SplitMix64 sequence.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    /// A sequence that repeats for the same seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A sequence that differs from start to start: std keys every new hasher at random.
    pub(crate) fn unseeded() -> Self {
        Self { state: RandomState::new().build_hasher().finish() }
    }

    /// The next number in `0.0..1.0`.
    pub(crate) fn roll(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        // 32 bits fit a double exactly.
        f64::from((mixed >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolls_repeat_for_a_seed_and_stay_in_range() {
        let rolls = |seed| {
            let mut dice = Dice::seeded(seed);
            (0..1000).map(|_| dice.roll()).collect::<Vec<_>>()
        };
        assert_eq!(rolls(7), rolls(7));
        assert_ne!(rolls(7), rolls(8));
        assert!(rolls(7).iter().all(|roll| (0.0..1.0).contains(roll)));
        let mean = rolls(7).iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
