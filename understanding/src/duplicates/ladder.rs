//! The ladder: how two documents of one patient relate, from the surest step to the least sure one.
//!
//! 1. Another day of service, another study or order number, another date of birth: different, whatever the texts say.
//! 2. The same file, the same text, all pages of one among the other's.
//! 3. Raw data and interpretation of one study: complementary.
//! 4. Resembling texts of one class and one day: the same, if no number, field or mark differs; versions, if one was
//!    corrected, signed or added to; else somebody is asked.
//!
//! Between texts, words are compared and every digit counts. Where one of the two was recognised from a picture, runs
//! of letters are compared, digits may be misread, and what differs must be scattered as recognition errors are: a
//! passage that differs whole is another text.

use super::scores::{Scores, of_letters, of_numbers, of_words, scores};
use crate::knowledge::DuplicatePolicy;
use domain::parser::{DocumentClass, DocumentSignature, RelationKind};

/// Texts with fewer words say too little to be the same.
const WORDS_MIN: u32 = 8;
/// A smaller text in a larger one needs this many to be worth telling.
const PART_WORDS_MIN: u32 = 60;
/// Two texts that differ more in length are no two readings of one paper.
const READINGS_RATIO_MIN: f64 = 0.85;

/// How two documents relate that are not simply different.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relation {
    /// How.
    pub kind: RelationKind,
    /// How much of them is the same, 0 to 1.
    pub score: f64,
    /// For people: which step decided.
    pub why: &'static str,
}

const fn relation(kind: RelationKind, score: f64, why: &'static str) -> Option<Relation> {
    Some(Relation { kind, score, why })
}

/// How two documents of one patient relate; none where they are different. The order of the two does not matter.
pub fn relate(a: &DocumentSignature, b: &DocumentSignature, policy: DuplicatePolicy) -> Option<Relation> {
    if contradict(a, b) {
        return None;
    }
    if a.file.is_some() && a.file == b.file {
        return relation(RelationKind::Same, 1.0, "the same file");
    }
    if a.words == 0 || b.words == 0 {
        return None;
    }
    let few = a.words.min(b.words) < WORDS_MIN;
    if a.text_hash == b.text_hash {
        let why = "the same text but for print and fax marks";
        let kind = if few && day(a, b).is_none() { RelationKind::Unsure } else { RelationKind::Same };
        return relation(kind, 1.0, why);
    }
    if few {
        return None;
    }
    let study = same_study(a, b);
    if is_part(a, b) || is_part(b, a) {
        return relation(RelationKind::Within, 1.0, "all its pages are among those of the other");
    }
    let pair = Pair::of(a, b, policy)?;
    if study && a.marks.raw != b.marks.raw && pair.resemblance() < policy.version_min {
        let why = "raw data and interpretation of one study";
        return relation(RelationKind::Complementary, pair.resemblance(), why);
    }
    if !same_class(a.class, b.class) {
        return pair.of_two_classes(policy);
    }
    if pair.scanned { pair.of_scans(policy) } else { pair.of_texts(policy) }
}

/// What two documents can never be the same with.
fn contradict(a: &DocumentSignature, b: &DocumentSignature) -> bool {
    let apart = |a: &[u64], b: &[u64]| !a.is_empty() && !b.is_empty() && !shares(a, b);
    let births = (a.facts.get("dob"), b.facts.get("dob"));
    day(a, b) == Some(false)
        || apart(&a.studies, &b.studies)
        || matches!(births, (Some(a), Some(b)) if apart(a, b))
}

fn shares(a: &[u64], b: &[u64]) -> bool {
    a.iter().any(|hash| b.contains(hash))
}

/// Whether two documents are of one day; none where a day is not legible. Facesheets and cards are of no day.
fn day(a: &DocumentSignature, b: &DocumentSignature) -> Option<bool> {
    if is_undated(a.class) && is_undated(b.class) {
        return Some(true);
    }
    match (a.days.is_empty(), b.days.is_empty()) {
        (false, false) => Some(shares(&a.days, &b.days)),
        // Lists may show the day on which a paper was scanned: it can confirm a printed day, not contradict it.
        (false, true) => b.listed_day.filter(|listed| a.days.contains(listed)).map(|_| true),
        (true, false) => a.listed_day.filter(|listed| b.days.contains(listed)).map(|_| true),
        (true, true) => a.listed_day.zip(b.listed_day).map(|(a, b)| a == b),
    }
}

const fn is_undated(class: DocumentClass) -> bool {
    matches!(class, DocumentClass::Facesheet | DocumentClass::InsuranceCard | DocumentClass::CoverSheet)
}

fn same_class(a: DocumentClass, b: DocumentClass) -> bool {
    a == b || a == DocumentClass::Other || b == DocumentClass::Other
}

/// Whether both are of one study: its number, or the night of it.
fn same_study(a: &DocumentSignature, b: &DocumentSignature) -> bool {
    let is_study = |document: &DocumentSignature| {
        document.marks.raw
            || matches!(
                document.class,
                DocumentClass::SleepStudy | DocumentClass::Titration | DocumentClass::RawStudyData
            )
    };
    is_study(a) && is_study(b) && (shares(&a.studies, &b.studies) || day(a, b) == Some(true))
}

/// Whether every page of one is among the other's, which has more.
fn is_part(part: &DocumentSignature, whole: &DocumentSignature) -> bool {
    !part.pages.is_empty()
        && part.pages.len() == part.pages_count as usize
        && part.pages_count < whole.pages_count
        && part.words >= PART_WORDS_MIN
        && part.pages.iter().all(|page| whole.pages.contains(page))
}

/// Two documents with what was measured between them.
struct Pair<'a> {
    a: &'a DocumentSignature,
    b: &'a DocumentSignature,
    /// Words of the shorter one per word of the longer one.
    ratio: f64,
    scanned: bool,
    words: Scores,
    letters: Scores,
    dated: bool,
}

impl<'a> Pair<'a> {
    /// Measures; none where the lengths alone say that they cannot resemble and neither can be part of the other.
    fn of(a: &'a DocumentSignature, b: &'a DocumentSignature, policy: DuplicatePolicy) -> Option<Self> {
        let ratio = f64::from(a.words.min(b.words)) / f64::from(a.words.max(b.words));
        if ratio < policy.length_ratio_min && a.words.min(b.words) < PART_WORDS_MIN {
            return None;
        }
        let scanned = a.scanned || b.scanned;
        let letters = if scanned {
            of_letters((&a.letters, a.letters_scale), (&b.letters, b.letters_scale))
        } else {
            Scores::default()
        };
        let words = of_words(&a.shingles, &b.shingles);
        Some(Self { a, b, ratio, scanned, words, letters, dated: day(a, b) == Some(true) })
    }

    fn resemblance(&self) -> f64 {
        self.words.resemblance.max(self.letters.resemblance)
    }

    fn contained(&self, policy: DuplicatePolicy) -> bool {
        self.words.containment >= policy.contained_min
            || (self.scanned && self.letters.containment >= policy.scan_contained_min && self.scattered())
    }

    /// Whether one says of its standing what the other does not.
    fn marks_differ(&self) -> bool {
        let (a, b) = (self.a.marks, self.b.marks);
        (a.addendum, a.corrected, a.preliminary, a.signed)
            != (b.addendum, b.corrected, b.preliminary, b.signed)
    }

    /// Certain only if both are of one day.
    fn if_dated(&self, kind: RelationKind, score: f64, why: &'static str) -> Option<Relation> {
        if self.dated {
            return relation(kind, score, why);
        }
        relation(RelationKind::Unsure, score, "resembling texts, but the day of service of one is not known")
    }

    fn of_two_classes(&self, policy: DuplicatePolicy) -> Option<Relation> {
        let part = self.a.words.min(self.b.words);
        if self.contained(policy) && self.ratio < READINGS_RATIO_MIN && part >= PART_WORDS_MIN {
            let share = self.words.containment.max(self.letters.containment);
            return self.if_dated(RelationKind::Within, share, "its text stands in the other");
        }
        let near = self.resemblance() >= policy.version_min;
        near.then_some(Relation {
            kind: RelationKind::Unsure,
            score: self.resemblance(),
            why: "resembling texts of two kinds",
        })
    }

    /// Both were written as text.
    fn of_texts(&self, policy: DuplicatePolicy) -> Option<Relation> {
        let Scores { resemblance, containment, marked_differ } = self.words;
        let facts_differ = facts_differ(self.a, self.b);
        if resemblance >= policy.same_min && !marked_differ && !facts_differ && !self.marks_differ() {
            return self.if_dated(
                RelationKind::Same,
                resemblance,
                "one day, nearly the same words, the same numbers",
            );
        }
        let near = resemblance >= policy.version_min && self.ratio >= policy.length_ratio_min;
        let grows = containment >= policy.contained_min && self.ratio >= policy.length_ratio_min;
        if (near || grows) && self.marks_differ() {
            return self.if_dated(RelationKind::Version, resemblance.max(containment), self.version_why());
        }
        if grows && self.ratio < READINGS_RATIO_MIN {
            return self.if_dated(
                RelationKind::Version,
                containment,
                "one day, one holds the other and more",
            );
        }
        if near && !marked_differ && !facts_differ {
            return self.if_dated(
                RelationKind::Version,
                resemblance,
                "one day, the same numbers, other words",
            );
        }
        if near && is_undated(self.a.class) {
            return relation(RelationKind::Version, resemblance, "the same sheet with other entries");
        }
        if containment >= policy.contained_min && self.ratio < policy.length_ratio_min {
            return self.if_dated(RelationKind::Within, containment, "its text stands in the other");
        }
        if resemblance >= policy.unsure_min || near || grows {
            return relation(
                RelationKind::Unsure,
                resemblance,
                "one day, resembling texts, but not the same numbers",
            );
        }
        None
    }

    fn version_why(&self) -> &'static str {
        let (a, b) = (self.a.marks, self.b.marks);
        if a.addendum != b.addendum {
            "one day, one has an addendum"
        } else if a.corrected != b.corrected {
            "one day, one is corrected"
        } else if a.preliminary != b.preliminary {
            "one day, one is preliminary"
        } else {
            "one day, one is signed"
        }
    }

    /// One of the two, or both, were recognised from a picture.
    fn of_scans(&self, policy: DuplicatePolicy) -> Option<Relation> {
        let resemblance = self.resemblance();
        let near =
            self.letters.resemblance >= policy.scan_same_min || self.words.resemblance >= policy.version_min;
        let readings = self.ratio >= READINGS_RATIO_MIN;
        let numbers = of_numbers(&self.a.numbers, &self.b.numbers) >= policy.scan_numbers_min;
        if near && readings && numbers && self.scattered() && !facts_contradict(self.a, self.b) {
            if !self.marks_differ() {
                return self.if_dated(RelationKind::Same, resemblance, "one day, two readings of one paper");
            }
            return self.if_dated(RelationKind::Version, resemblance, self.version_why());
        }
        let grown = self.contained(policy) && self.ratio >= policy.length_ratio_min;
        if grown && self.marks_differ() {
            return self.if_dated(RelationKind::Version, resemblance, self.version_why());
        }
        if self.contained(policy) && !readings {
            let share = self.letters.containment.max(self.words.containment);
            let (kind, why) = if self.ratio >= policy.length_ratio_min {
                (RelationKind::Version, "one day, one holds the other and more")
            } else {
                (RelationKind::Within, "its text stands in the other")
            };
            return self.if_dated(kind, share, why);
        }
        if near && is_undated(self.a.class) {
            return relation(RelationKind::Version, resemblance, "the same sheet with other entries");
        }
        let asked =
            self.letters.resemblance >= policy.scan_unsure_min || self.words.resemblance >= policy.unsure_min;
        (asked && self.ratio >= policy.length_ratio_min).then_some(Relation {
            kind: RelationKind::Unsure,
            score: resemblance,
            why: "one day, resembling texts, but not surely two readings of one paper",
        })
    }

    /// Whether what the smaller text lacks is scattered, as recognition errors are. If a letter is read alike in both
    /// with chance q, a run of five letters survives with q^5 and a run of three words with q to the power of their
    /// letters; a passage that differs whole costs both the same share d. Two measures, two unknowns: d is what counts.
    fn scattered(&self) -> bool {
        /// What chance and a lost line make of d, and how much less that is where more is misread: lost and added
        /// spaces cost runs of words alone. Measured on transcribed reports with 0 to 3 % of letters misread.
        const DIFFERENT_MAX: f64 = 0.06;
        const LESS: f64 = 0.1;
        let (letters, words) = (self.letters.containment, self.words.containment);
        if words >= 1.0 {
            return true;
        }
        if letters <= 0.0 || words <= 0.0 {
            // No run of words is left: the errors are everywhere.
            return letters > 0.0;
        }
        let count = f64::from(self.a.letters_count + self.b.letters_count);
        let power = 3.0 * count / f64::from(self.a.words + self.b.words) / 5.0;
        let different = 1.0 - ((power * letters.ln() - words.ln()) / (power - 1.0).max(0.5)).exp();
        different <= DIFFERENT_MAX - LESS * (1.0 - self.letters.resemblance)
    }
}

/// Whether a field has other values here than there, to the letter.
fn facts_differ(a: &DocumentSignature, b: &DocumentSignature) -> bool {
    a.facts.iter().any(|(name, values)| b.facts.get(name).is_some_and(|other| other != values))
}

/// Whether a field that both have shares no value, even where digits that recognition takes for each other are.
fn facts_contradict(a: &DocumentSignature, b: &DocumentSignature) -> bool {
    let coarse = |values: &[u64]| {
        let mut coarse: Vec<u32> = values.iter().map(|value| *value as u32).collect();
        coarse.sort_unstable();
        coarse
    };
    a.facts.iter().any(|(name, values)| {
        b.facts
            .get(name)
            .is_some_and(|other| scores(&coarse(values), &coarse(other), |_| false).containment == 0.0)
    })
}

/// How much of two documents' words is the same (Jaccard of their shingles), whatever else is known of them.
pub fn resemblance(a: &DocumentSignature, b: &DocumentSignature) -> f64 {
    of_words(&a.shingles, &b.shingles).resemblance
}
