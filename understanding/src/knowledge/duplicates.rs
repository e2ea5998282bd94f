//! `[duplicates]` of `outcomes.toml`: when two orders or two documents of one patient count as the same.

use super::decode::Node;

/// When two orders or two documents of one patient count as the same. Shares are of 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DuplicatePolicy {
    /// Least share of word shingles two orders of one key have in common (Jaccard).
    pub resemblance_min: f64,
    /// Words in a shingle.
    pub shingle_words: usize,
    /// Days that the dates of two copies of one order may lie apart and still be asked about.
    pub order_days_apart_max: u32,
    /// From this resemblance on two documents of one day are one, if no number, field or mark differs.
    pub same_min: f64,
    /// From this resemblance on they may be versions of one document.
    pub version_min: f64,
    /// From this resemblance on somebody is asked.
    pub unsure_min: f64,
    /// From this share on the smaller text stands in the larger one.
    pub contained_min: f64,
    /// The first gate: where the shorter of two texts is less than this share of the longer one, they can only be part
    /// and whole.
    pub length_ratio_min: f64,
    /// `same_min` for the runs of letters where one of two was recognised from a picture.
    pub scan_same_min: f64,
    /// `unsure_min` for them.
    pub scan_unsure_min: f64,
    /// `contained_min` for them.
    pub scan_contained_min: f64,
    /// Least share of the numbers that two scans of one paper have in common.
    pub scan_numbers_min: f64,
    /// From so many documents of one patient on, those worth comparing are found by MinHash.
    pub block_large: usize,
}

impl DuplicatePolicy {
    /// Where the file says nothing. `same_min`, `version_min` and `unsure_min` as studied on hospital notes; those for
    /// scans keep copies with up to 3 % of letters misread.
    pub const USUAL: Self = Self {
        resemblance_min: 0.7,
        shingle_words: 3,
        order_days_apart_max: 3,
        same_min: 0.97,
        version_min: 0.85,
        unsure_min: 0.7,
        contained_min: 0.98,
        length_ratio_min: 0.5,
        scan_same_min: 0.55,
        scan_unsure_min: 0.35,
        scan_contained_min: 0.7,
        scan_numbers_min: 0.8,
        block_large: 500,
    };

    pub(super) fn read(node: &Node<'_>) -> Self {
        let share = |key: &'static str, usual: f64| {
            let value = node.number_opt(key).unwrap_or(usual);
            if !(0.0..=1.0).contains(&value) {
                node.mistake(key, "must lie between 0 and 1", None);
            }
            value
        };
        let count = |key: &'static str, usual: usize, range: std::ops::RangeInclusive<f64>| {
            let value = node.number_opt(key).unwrap_or(usual as f64);
            if !range.contains(&value) {
                let reason = format!("must lie between {} and {}", range.start(), range.end());
                node.mistake(key, reason, None);
            }
            value.clamp(*range.start(), *range.end()) as usize
        };
        let usual = Self::USUAL;
        let resemblance_min = node.number("resemblance_min");
        let shingle_words = node.number("shingle_words");
        if !(0.5..=1.0).contains(&resemblance_min) {
            node.mistake("resemblance_min", "must lie between 0.5 and 1", None);
        }
        if !(1.0..=10.0).contains(&shingle_words) {
            node.mistake("shingle_words", "must lie between 1 and 10", None);
        }
        let policy = Self {
            resemblance_min,
            shingle_words: shingle_words.clamp(1.0, 10.0) as usize,
            order_days_apart_max: count("order_days_apart_max", 3, 0.0..=30.0) as u32,
            same_min: share("same_min", usual.same_min),
            version_min: share("version_min", usual.version_min),
            unsure_min: share("unsure_min", usual.unsure_min),
            contained_min: share("contained_min", usual.contained_min),
            length_ratio_min: share("length_ratio_min", usual.length_ratio_min),
            scan_same_min: share("scan_same_min", usual.scan_same_min),
            scan_unsure_min: share("scan_unsure_min", usual.scan_unsure_min),
            scan_contained_min: share("scan_contained_min", usual.scan_contained_min),
            scan_numbers_min: share("scan_numbers_min", usual.scan_numbers_min),
            block_large: count("block_large", usual.block_large, 2.0..=100_000.0),
        };
        let steps = [policy.unsure_min, policy.version_min, policy.same_min];
        if !steps.is_sorted() {
            node.mistake("version_min", "must lie between unsure_min and same_min", None);
        }
        if policy.scan_unsure_min > policy.scan_same_min {
            node.mistake("scan_unsure_min", "must not lie above scan_same_min", None);
        }
        policy
    }
}

impl Default for DuplicatePolicy {
    fn default() -> Self {
        Self::USUAL
    }
}
