//! How much two sets of hashes have in common: resemblance (of the union) and containment (of the smaller one).

use domain::parser::Shingles;
use std::cmp::Ordering;

/// What two sorted sets have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scores {
    /// Share of the union, 0 to 1; 0 of two empty sets.
    pub(super) resemblance: f64,
    /// Share of the smaller set, 0 to 1; 0 where one is empty.
    pub(super) containment: f64,
    /// Whether only one of them has a hash that is marked by its lowest bit.
    pub(super) marked_differ: bool,
}

/// Compares two sorted sets.
pub(super) fn scores<T: Ord + Copy>(a: &[T], b: &[T], is_marked: impl Fn(T) -> bool) -> Scores {
    let (mut shared, mut left, mut right) = (0_usize, 0, 0);
    let mut marked_differ = false;
    while left < a.len() && right < b.len() {
        match a[left].cmp(&b[right]) {
            Ordering::Less => {
                marked_differ |= is_marked(a[left]);
                left += 1;
            }
            Ordering::Greater => {
                marked_differ |= is_marked(b[right]);
                right += 1;
            }
            Ordering::Equal => {
                shared += 1;
                left += 1;
                right += 1;
            }
        }
    }
    marked_differ |= a[left..].iter().chain(&b[right..]).any(|hash| is_marked(*hash));
    let (union, least) = (a.len() + b.len() - shared, a.len().min(b.len()));
    let share = |of: usize| if of == 0 { 0.0 } else { shared as f64 / of as f64 };
    Scores { resemblance: share(union), containment: share(least), marked_differ }
}

/// Compares the shingles of two texts; a marked one has a digit.
pub(super) fn of_words(a: &Shingles, b: &Shingles) -> Scores {
    scores(a.as_slice(), b.as_slice(), |shingle: u32| shingle & 1 == 1)
}

/// Compares samples of runs of letters; the scale of the sparser one counts.
pub(super) fn of_letters((a, scale_a): (&Shingles, u8), (b, scale_b): (&Shingles, u8)) -> Scores {
    let limit = u32::MAX >> scale_a.max(scale_b).min(31);
    let kept = |set: &'_ Shingles| set.as_slice().partition_point(|run| *run <= limit);
    scores(&a.as_slice()[..kept(a)], &b.as_slice()[..kept(b)], |_| false)
}

/// Least share of one side's numbers the other has too, exactly or up to digits that recognition confuses. Of few
/// numbers one may be lost. 1 where neither has any.
pub(super) fn of_numbers(a: &[u64], b: &[u64]) -> f64 {
    /// What a text without numbers would make of one that has a few.
    const LOST: usize = 1;
    let coarse = |numbers: &[u64]| {
        let mut coarse: Vec<u32> = numbers.iter().map(|number| *number as u32).collect();
        coarse.sort_unstable();
        coarse
    };
    let (coarse_a, coarse_b) = (coarse(a), coarse(b));
    let share = |own: &[u32], other: &[u32]| {
        let found = own.iter().filter(|number| other.binary_search(number).is_ok()).count();
        if own.is_empty() { 1.0 } else { ((found + LOST) as f64 / own.len() as f64).min(1.0) }
    };
    share(&coarse_a, &coarse_b).min(share(&coarse_b, &coarse_a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn scores_are_symmetric_and_bounded(
            a in proptest::collection::btree_set(0_u32..60, 0..40),
            b in proptest::collection::btree_set(0_u32..60, 0..40),
        ) {
            let (a, b) = (Shingles::new(a.into_iter().collect()), Shingles::new(b.into_iter().collect()));
            let found = of_words(&a, &b);
            prop_assert_eq!(found, of_words(&b, &a));
            prop_assert!((0.0..=1.0).contains(&found.resemblance) && found.resemblance <= found.containment);
            prop_assert!(a != b || a.as_slice().is_empty() || found.resemblance > 0.999);
            prop_assert!(a != b || !found.marked_differ);
            prop_assert_eq!(of_letters((&a, 0), (&b, 3)), of_letters((&b, 3), (&a, 0)));
        }

        #[test]
        fn numbers_agree_with_themselves_and_either_way(
            a in proptest::collection::vec(0_u64..40, 0..30), b in proptest::collection::vec(0_u64..40, 0..30),
        ) {
            prop_assert!((of_numbers(&a, &a) - 1.0).abs() < 1e-12);
            prop_assert!((of_numbers(&a, &b) - of_numbers(&b, &a)).abs() < 1e-12);
        }
    }
}
