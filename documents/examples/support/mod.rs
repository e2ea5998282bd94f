//! Makes scans whose words are known: pages of invented medical papers, drawn, then treated as scanners
//! and fax machines treat them. Used by the examples and by the tests; the same seed gives the same pages.

pub(crate) mod content;
pub(crate) mod defects;
pub(crate) mod pages;

/// SplitMix64: small, seedable and the same on every machine.
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    /// Dice that always fall alike for one seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, but not including, `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.bits() % end.max(1)
    }

    /// From `low` up to `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        let share = (self.bits() >> 40) as f32 / (1u64 << 24) as f32;
        low + share * (high - low)
    }

    /// One of several.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u64) as usize]
    }
}
