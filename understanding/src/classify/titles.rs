//! Titles in words that no list has, and titles that recognition tore, joined or misread.

use crate::text::{Token, alike, fold};
use domain::parser::DocumentClass;
use std::sync::LazyLock;

/// A title made of a word of each list, in any order.
struct Pair {
    class: DocumentClass,
    of: &'static [&'static str],
    what: &'static [&'static str],
    weight: f32,
}

#[rustfmt::skip]
const PAIRS: [Pair; 9] = [
    Pair {
        class: DocumentClass::OfficeNote,
        of: &["office", "clinic", "progress", "pulmonary", "outpatient", "consultation", "visit", "sleep", "pulmonology", "internal", "primary", "provider", "physician", "pulm", "cardiology", "medicine"],
        what: &["note", "notes", "visit", "encounter", "evaluation", "consultation", "consult", "followup", "follow", "hp"],
        weight: 4.5,
    },
    Pair {
        class: DocumentClass::Lab,
        of: &["laboratory", "laboratories", "lab", "labs", "chemistry", "hematology", "haematology", "microbiology", "specimen", "bloodwork", "serology", "coagulation", "analyzer", "biochemistry"],
        what: &["report", "reports", "results", "result", "summary", "findings", "data", "panel", "profile", "inquiry", "flowsheet", "analysis", "values", "tests", "cumulative", "detail"],
        weight: 5.0,
    },
    Pair {
        class: DocumentClass::Lab,
        of: &["blood", "arterial", "gas", "gases"],
        what: &["gas", "gases", "test", "tests", "analysis", "count", "work"],
        weight: 5.0,
    },
    Pair {
        class: DocumentClass::CoverSheet,
        of: &["fax", "facsimile", "telefax", "efax"],
        what: &["cover", "coversheet", "sheet", "message", "memo", "memorandum", "transmittal", "transmission", "communication", "correspondence"],
        weight: 7.0,
    },
    Pair {
        class: DocumentClass::InsuranceCard,
        of: &["insurance", "member", "membership", "medicare", "medicaid", "benefit", "benefits", "identification", "plan", "subscriber", "health", "id", "scanned"],
        what: &["card", "cards"],
        weight: 6.0,
    },
    Pair {
        class: DocumentClass::Facesheet,
        of: &["registration", "demographic", "demographics", "admission", "admitting", "face", "intake", "enrollment"],
        what: &["sheet", "demographics", "registration", "profile", "data", "information", "record", "inquiry", "details", "detail", "overview", "summary", "form", "facts", "patient", "report"],
        weight: 4.0,
    },
    Pair {
        class: DocumentClass::RawStudyData,
        of: &["event", "events", "epoch", "epochs", "technician", "technologist", "tech", "recording", "raw", "signal", "signals", "data", "device", "recorder", "sensor", "sensors", "file", "annotation", "annotations", "trend", "trends", "stage", "acquisition", "scoring", "night", "overnight", "channel"],
        what: &["log", "list", "listing", "listings", "export", "printout", "dump", "extract", "table", "logs", "graphs", "notes", "setup", "hypnogram", "tracing", "tracings"],
        weight: 7.0,
    },
    Pair {
        class: DocumentClass::Titration,
        of: &["cpap", "pap", "bipap", "bilevel", "asv", "treatment", "therapeutic", "pressure", "vpap", "apap"],
        what: &["titration", "retitration", "polysomnogram", "polysomnography", "psg", "study", "night", "titrations"],
        weight: 10.0,
    },
    Pair {
        class: DocumentClass::Titration,
        of: &["titration", "retitration"],
        what: &["study", "report", "summary", "sleep", "night", "results", "polysomnogram", "polysomnography", "psg", "interpretation", "findings", "data", "table"],
        weight: 10.0,
    },
];

/// What a title's words announce, with the two words that do.
pub(super) fn pairs(words: &[Token]) -> Vec<(DocumentClass, f32, String)> {
    const MOST: usize = 6;
    static FOLDED: LazyLock<Vec<[Vec<String>; 2]>> = LazyLock::new(|| {
        let folded = |words: &[&str]| words.iter().map(|word| fold(word)).collect();
        PAIRS.iter().map(|pair| [folded(pair.of), folded(pair.what)]).collect()
    });
    if words.len() > MOST {
        return Vec::new();
    }
    let at = |list: &[String], not: Option<usize>| {
        words.iter().enumerate().position(|(index, word)| {
            Some(index) != not && list.iter().any(|wanted| alike(wanted, &word.folded))
        })
    };
    let found = PAIRS.iter().zip(FOLDED.iter()).filter_map(|(pair, [of, what])| {
        let first = at(of, None)?;
        at(what, Some(first))?;
        Some((pair.class, pair.weight, format!("{} {}", pair.of[0], pair.what[0])))
    });
    found.collect()
}

/// A title without its spaces, as a pattern for approximate search.
struct Pattern {
    index: usize,
    length: usize,
    /// For each letter and digit, where it stands in the pattern.
    bits: [u64; LETTERS],
}

const LETTERS: usize = 36;

/// Titles to be found although letters differ and words are torn or joined.
pub(super) struct Titles(Vec<Pattern>);

impl Titles {
    /// Takes the phrases that are long enough to be known with a wrong letter: (index, words).
    pub(super) fn new<'a>(phrases: impl Iterator<Item = (usize, &'a str)>) -> Self {
        /// Shorter titles differ from other words by a letter; longer ones do not fit a machine word.
        const LENGTHS: std::ops::RangeInclusive<usize> = 9..=63;
        let pattern = |(index, words): (usize, &str)| {
            let letters: Vec<usize> =
                words.split(' ').flat_map(|word| fold(word).into_bytes()).filter_map(letter).collect();
            let mut bits = [0; LETTERS];
            for (place, letter) in letters.iter().enumerate().take(*LENGTHS.end()) {
                bits[*letter] |= 1 << place;
            }
            LENGTHS.contains(&letters.len()).then_some(Pattern { index, length: letters.len(), bits })
        };
        Self(phrases.filter_map(pattern).collect())
    }

    /// Every title that stands in the words up to one wrong letter in ten, from a word's start to a word's end.
    pub(super) fn within(&self, words: &[Token]) -> Vec<usize> {
        const LETTERS_AN_ERROR: usize = 10;
        let mut text = Vec::new();
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for word in words {
            starts.push(text.len());
            text.extend(word.folded.bytes().filter_map(letter));
            ends.push(text.len());
        }
        let stands = |pattern: &&Pattern| {
            let most = pattern.length / LETTERS_AN_ERROR;
            text.len() + most >= pattern.length
                && pattern.ends_within(&text, most).iter().any(|end| {
                    let start = end.saturating_sub(pattern.length);
                    ends.contains(end) && starts.iter().any(|known| known.abs_diff(start) <= most)
                })
        };
        self.0.iter().filter(stands).map(|pattern| pattern.index).collect()
    }
}

impl Pattern {
    /// Where the pattern ends in `text` with at most so many errors (Myers 1999, bit-parallel).
    fn ends_within(&self, text: &[usize], most: usize) -> Vec<usize> {
        let last = 1_u64 << (self.length - 1);
        let (mut plus, mut minus, mut errors) = (u64::MAX, 0_u64, self.length);
        let mut found = Vec::new();
        for (at, letter) in text.iter().enumerate() {
            let equal = self.bits[*letter];
            let across = equal | minus;
            let down = ((equal & plus).wrapping_add(plus) ^ plus) | equal;
            let (mut up, mut less) = (minus | !(down | plus), plus & down);
            if up & last != 0 {
                errors += 1;
            } else if less & last != 0 {
                errors -= 1;
            }
            up <<= 1;
            less <<= 1;
            plus = less | !(across | up);
            minus = up & across;
            if errors <= most {
                found.push(at + 1);
            }
        }
        found
    }
}

fn letter(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(usize::from(byte - b'0') + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[test]
    fn torn_joined_and_misread_titles_are_known() {
        let phrases = ["laboratory report", "discharge summary", "progress note", "fax cover"];
        let titles = Titles::new(phrases.iter().copied().enumerate());
        for (text, wanted) in [
            ("LABORATORY REPORT", vec![0]),
            ("LABORA TORY REP0RT", vec![0]),
            ("LABORATORYREPQRT", vec![0]),
            ("Dlscharge Sumrnary", vec![1]),
            ("DISCHARGESUMMARV of 10/05", vec![1]),
            ("Pr0qress Note", vec![2]),
            ("progress made, noted", vec![]),
            ("elaborate report", vec![]),
        ] {
            assert_eq!(titles.within(&tokens(text)), wanted, "{text}");
        }
        let classes = |text: &str| pairs(&tokens(text)).first().map(|(class, ..)| *class);
        assert_eq!(classes("Results of laboratory tests"), Some(DocumentClass::Lab));
        assert_eq!(classes("Sleep study"), None);
    }
}
