//! Numbers that look random and never repeat within one hospital.

use crate::dice::Dice;

/// Coprime to every power of ten, so that steps of it visit each number once.
const STEP: u64 = 38_716_123;

/// Numbers of a fixed count of digits, each given once.
pub(crate) struct Serial {
    prefix: &'static str,
    next: u64,
    first: u64,
    size: u64,
}

impl Serial {
    /// Numbers with `digits` digits, the first not 0, behind `prefix`.
    pub(crate) fn new(seed: u64, prefix: &'static str, digits: u32) -> Self {
        let first = 10_u64.saturating_pow(digits.saturating_sub(1));
        let size = first * 9;
        let start = Dice::of(seed, &format!("serial {prefix}")).between(0, 1 << 40);
        Self { prefix, next: start.unsigned_abs() % size, first, size }
    }

    /// The next one.
    pub(crate) fn take(&mut self) -> String {
        self.next = (self.next + STEP) % self.size;
        format!("{}{}", self.prefix, self.first + self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_numbers_are_all_different() {
        let mut serial = Serial::new(7, "D", 8);
        let all: std::collections::BTreeSet<_> = (0..10_000).map(|_| serial.take()).collect();
        assert_eq!(all.len(), 10_000);
        assert!(all.iter().all(|id| id.len() == 9));
    }
}
