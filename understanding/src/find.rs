//! Values of labels in a document, typed, with their places.

use crate::labels::{Hit, Labelled, Stretch};
use domain::parser::{Field, FieldMethod, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// How far from a sure label a value may begin, in bytes.
const REACH: usize = 28;
/// Confidence in a value behind a sure label, and in one told by the words around it.
const SURE: f32 = 0.97;
pub(crate) const LIKELY: f32 = 0.88;

/// A document's pages.
pub(crate) struct DocView<'a> {
    pub(crate) pages: &'a [Labelled<'a>],
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    /// Index into the document's pages.
    pub(crate) page: usize,
    pub(crate) line: usize,
    /// Bytes of the line that are quoted: label and value, or the value alone.
    pub(crate) quote: Range<usize>,
    /// Bytes of the value.
    pub(crate) at: Range<usize>,
    pub(crate) confidence: f32,
}

static CONNECTORS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:[^\p{L}\p{N}]|\b(?:is|was|were|are|of|on|at|from|date|equals|approximately|approx|about|the|an?|score|total|value|measured|calculated|to|be|today|now|currently)\b)*$").ok()
});

/// Whether a text between label and value is only filling.
pub(crate) fn is_filling(text: &str) -> bool {
    let new_sentence = text.split(". ").skip(1).any(|next| next.starts_with(char::is_alphabetic));
    text.len() <= 40 && !new_sentence && CONNECTORS.as_ref().is_some_and(|regex| regex.is_match(text))
}

impl<'a> DocView<'a> {
    /// Every value of the labels `keys`, in reading order: the first thing `parse` accepts in a stretch
    /// where the label's value may stand.
    pub(crate) fn typed<T>(
        &self,
        keys: &[&str],
        parse: impl Fn(&str) -> Option<(T, Range<usize>)>,
    ) -> Vec<Found<T>> {
        self.checked(keys, parse, |before, hit| {
            is_filling(before) || (hit.is_sure() && before.len() <= REACH)
        })
    }

    /// The same; `near` says from the text before the value and the label if they belong together.
    pub(crate) fn checked<T>(
        &self,
        keys: &[&str],
        parse: impl Fn(&str) -> Option<(T, Range<usize>)>,
        near: impl Fn(&str, &Hit) -> bool,
    ) -> Vec<Found<T>> {
        let mut found = Vec::new();
        for (page, labelled) in self.pages.iter().enumerate() {
            for (line, at, hit) in labelled.labels(keys) {
                let sure = hit.is_sure() || hit.cell_start;
                for stretch in labelled.stretches(line, at) {
                    let text = labelled.text(&stretch);
                    let Some((value, place)) = parse(text) else { continue };
                    if near(&text[..place.start], hit) {
                        found.push(Self::found(
                            page,
                            &stretch,
                            value,
                            &place,
                            if sure { SURE } else { LIKELY },
                        ));
                        break;
                    }
                }
            }
        }
        found
    }

    /// Every person named by the labels `keys`: behind a sure label, or directly behind a label of several words.
    pub(crate) fn names(&self, keys: &[&str]) -> Vec<Found<String>> {
        /// The shortest label of several words, such as `member name`, in bytes.
        const WORDY: usize = 11;
        let bare = |hit: &Hit| {
            // `Name` at the start of a cell is a label; `Patient` there may begin a sentence or a heading.
            hit.cell_start && hit.key == "patient_name" && hit.label.len() == "Name".len()
        };
        let mut found = self.checked(keys, named_here, |before, hit| {
            // The number of a card's holder may stand before the name: `NAME 01 JANE DOE`.
            let plain = !before.contains(char::is_alphabetic)
                && before.chars().filter(|c| c.is_alphanumeric()).count() <= 2;
            let adjoining = (hit.label.len() >= WORDY || bare(hit)) && plain;
            hit.is_sure() && before.len() <= REACH || adjoining || before.trim() == "is"
        });
        // Recognition loses colons; a family name and a comma make a name of what begins a cell behind its label.
        let reversed = |text: &str| person_name(text).filter(|(name, _)| name.contains(','));
        found.extend(self.checked(keys, reversed, |before, hit| {
            hit.cell_start
                && !hit.is_sure()
                && hit.label.len() < WORDY
                && !bare(hit)
                && !before.contains(char::is_alphanumeric)
        }));
        found.extend(self.filling(keys));
        if found.is_empty() {
            found = self.under(keys);
        }
        found
    }

    /// Names that fill the rest of a cell behind its label: `Patient Jane Doe`.
    fn filling(&self, keys: &[&str]) -> Vec<Found<String>> {
        let mut found = Vec::new();
        for (page, labelled) in self.pages.iter().enumerate() {
            for (line, at, hit) in
                labelled.labels(keys).filter(|(_, _, hit)| hit.cell_start && !hit.is_sure())
            {
                let mut stretch = labelled.behind(line, at);
                let cell = labelled.sheet.lines[line].cell_at(hit.label.start).map_or(0, |cell| cell.end);
                stretch.range.end = stretch.range.end.min(cell);
                if stretch.range.start < stretch.range.end
                    && let Some((name, place)) = whole_name(labelled.text(&stretch))
                    && !name.contains(',')
                {
                    found.push(Self::found(page, &stretch, name, &place, LIKELY));
                }
            }
        }
        found
    }

    /// Names alone in their place under a label that fills a cell, though something stands beside the label.
    fn under(&self, keys: &[&str]) -> Vec<Found<String>> {
        let mut found = Vec::new();
        for (page, labelled) in self.pages.iter().enumerate() {
            for (line, at, _) in labelled.labels(keys).filter(|(_, _, hit)| hit.cell_full && !hit.colon) {
                for stretch in labelled.below(line, at, 1) {
                    if let Some((name, place)) = whole_name(labelled.text(&stretch)) {
                        found.push(Self::found(page, &stretch, name, &place, LIKELY));
                    }
                }
            }
        }
        found
    }

    fn found<T>(page: usize, stretch: &Stretch, value: T, place: &Range<usize>, confidence: f32) -> Found<T> {
        let at = stretch.range.start + place.start..stretch.range.start + place.end;
        let start = stretch.label.as_ref().map_or(at.start, |label| label.start);
        Found { value, page, line: stretch.line, quote: start..at.end, at, confidence }
    }

    /// Every match of a pattern on one line; group `v`, or the whole, is the value.
    pub(crate) fn pattern(&self, regex: &LazyLock<Option<Regex>>) -> Vec<Found<String>> {
        let mut found = Vec::new();
        let Some(regex) = regex.as_ref() else { return found };
        for (page, labelled) in self.pages.iter().enumerate() {
            for (line, row) in labelled.sheet.spoken() {
                for captures in regex.captures_iter(&row.text) {
                    let Some(whole) = captures.get(0) else { continue };
                    let value = captures.name("v").unwrap_or(whole);
                    found.push(Found {
                        value: value.as_str().to_owned(),
                        page,
                        line,
                        quote: whole.range(),
                        at: value.range(),
                        confidence: LIKELY,
                    });
                }
            }
        }
        found
    }

    /// A field with its evidence; none if the words cannot be shown.
    pub(crate) fn field<T>(
        &self,
        name: &str,
        value: FieldValue,
        unit: Option<&str>,
        found: &Found<T>,
    ) -> Option<Field> {
        let (evidence, seen) = self.pages.get(found.page)?.sheet.evidence(found.line, &found.quote)?;
        Some(Field {
            name: name.to_owned(),
            value,
            unit: unit.map(str::to_owned),
            evidence,
            confidence: found.confidence * seen,
            method: FieldMethod::Rules,
        })
    }

    /// The text of a line.
    pub(crate) fn line(&self, page: usize, line: usize) -> &str {
        self.pages
            .get(page)
            .and_then(|labelled| labelled.sheet.lines.get(line))
            .map_or("", |line| line.text.as_str())
    }

    /// Every line that says something: page, line, text.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        self.pages.iter().enumerate().flat_map(|(page, labelled)| {
            labelled.sheet.spoken().map(move |(line, row)| (page, line, row.text.as_str()))
        })
    }
}

/// Recognition doubles an initial `S.` into `S$.` and puts specks such as `:‘` before one; the marks are part of no
/// name.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\p{L}[\p{L}'’.\-]*(?:(?:[,:;‘`]?\s+|[:;]?[‘`]|,)(?:\p{L}\$\.?|\p{L}[\p{L}'’.\-]*)){1,4}")
        .ok()
});
/// Words behind a name that are no part of it.
const CREDENTIALS: [&str; 22] = [
    "md", "do", "np", "pa", "pac", "rn", "fnp", "cns", "phd", "aprn", "dnp", "arnp", "fnpc", "fnpbc", "crnp",
    "mbbs", "facp", "fccp", "faasm", "npc", "agnp", "mph",
];
/// Words no name has: where one stands, the name ended.
#[rustfmt::skip]
const NOT_A_NAME: [&str; 239] = [
    "date", "dob", "birth", "mrn", "npi", "phone", "address", "sex", "male", "female", "age", "patient",
    "name", "provider", "signature", "electronically", "signed", "on", "id", "number", "medicare", "order",
    "visit", "information", "relationship", "is", "was", "the", "and", "fax", "page", "for", "with", "has",
    "who", "license", "specialty", "street", "at", "instructions", "education", "history", "care", "team",
    "summary", "demographics", "portal", "contact", "type", "class", "status", "sheet", "form", "record", "records", "registration", "intake", "profile", "agreement", "consent",
    "rights", "questionnaire", "overview", "inquiry", "request", "referral", "prescription", "authorization",
    "release", "data", "position", "parent", "child", "sibling", "friend", "daughter", "son", "wife",
    "husband", "mother", "father", "brother", "sister", "code",
    "denies", "reports", "presents", "states", "complains", "notes", "home", "cell", "mobile", "work",
    "tel", "telephone", "email", "gender", "marital", "race", "language", "employer", "ssn", "account",
    "acct", "chart", "pcp", "referring", "referred", "ordering", "attending", "primary", "secondary",
    "guarantor", "subscriber", "insured", "member", "policy", "relation", "spouse", "self", "yes", "no",
    "none", "unknown", "years", "yrs", "yo", "old", "location", "service", "encounter", "appointment",
    "admitted", "discharged", "procedure", "report", "study", "physician", "doctor", "clinician",
    "supplier", "equipment", "diagnosis", "height", "weight", "dx", "hcpcs", "quantity", "description",
    "partner", "aunt", "uncle", "niece", "nephew", "grandson", "granddaughter", "neighbor", "caregiver", "guardian",
    "rel", "ph",
    "objective", "subjective", "left", "right", "assessment", "exam", "normal", "bilateral", "chief", "complaint",
    "vital", "signs", "systems", "physical", "current", "medications", "allergies", "impression", "findings",
    "technique", "comparison", "conclusion", "result", "results", "specimen", "collected", "received", "reported",
    "final", "abnormal", "reference", "units", "test", "tests", "panel", "total", "index", "events", "stage", "apnea",
    "pressure", "mask", "device", "mode", "settings", "humidifier", "start", "stop", "duration", "score", "scale",
    "epworth", "experience", "appt", "rev", "copy", "scanned",
    "not", "applicable", "see", "same", "from", "to", "re", "dear", "preferred", "legal", "printed",
    "print", "title", "credentials", "time", "confidential", "ext", "attn", "comments", "pages",
];
/// Words of the names of hospitals, practices, suppliers and payers: what one ends is no person.
#[rustfmt::skip]
const OF_A_FIRM: [&str; 64] = [
    "hospital", "clinic", "center", "centre", "medical", "health", "healthcare", "sleep", "pulmonary",
    "medicine", "associates", "llc", "inc", "pc", "llp", "dme", "supply", "supplies", "medicaid",
    "homecare", "services", "respiratory", "oxygen", "laboratory", "lab", "university", "network",
    "partners", "physicians", "specialists", "group", "systems", "company", "corp", "foundation",
    "institute", "department", "dept", "pharmacy", "radiology", "cardiology", "neurology", "family",
    "internal", "advantage", "cross", "shield", "insurance", "plan", "hmo", "ppo", "office", "relations", "access",
    "registration", "scheduling", "billing", "desk", "administration", "management", "committee", "division",
    "diagnostics", "equipment",
];

/// Words inside a name that are written small.
const PARTICLES: [&str; 10] = ["de", "la", "van", "von", "der", "den", "del", "di", "da", "bin"];

/// A person's name at the start of a text: two to five words of letters.
pub(crate) fn person_name(text: &str) -> Option<(String, Range<usize>)> {
    let offset = text.find(|c: char| c.is_alphabetic())?;
    let found = NAME.as_ref()?.find(&text[offset..])?;
    let mut end = 0;
    let mut words = 0;
    for part in found.as_str().split_inclusive(|c: char| c.is_whitespace() || c == ',') {
        if part.trim().is_empty() {
            end += part.len();
            continue;
        }
        let bare: String = part.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        let title = words == 0 && matches!(bare.as_str(), "dr" | "mr" | "mrs" | "ms");
        // A sentence goes on in small letters.
        let small = part.starts_with(char::is_lowercase) && !PARTICLES.contains(&bare.as_str());
        if OF_A_FIRM.contains(&bare.as_str()) {
            // `Roe, John Sleep Medicine` has a name before the department; `Cedar Valley Sleep` is none.
            if words < 2 || !found.as_str()[..end].contains(',') {
                return None;
            }
            break;
        }
        if small || NOT_A_NAME.contains(&bare.as_str()) || (words > 0 && CREDENTIALS.contains(&bare.as_str()))
        {
            break;
        }
        end += part.len();
        words += usize::from(!title);
    }
    let name = found.as_str()[..end].trim_end_matches(|c: char| !c.is_alphanumeric());
    let full = name.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1).count();
    (words >= 2 && full >= 2).then(|| (name.to_owned(), offset..offset + name.len()))
}

/// The same behind a verb: `is Jane Doe`.
fn named_here(text: &str) -> Option<(String, Range<usize>)> {
    let verb = text.len() - text.trim_start().strip_prefix("is ").unwrap_or(text).len();
    let (name, range) = person_name(text.get(verb..)?)?;
    Some((name, verb + range.start..verb + range.end))
}

/// A text that is a name and, at most, the credentials behind it.
fn whole_name(text: &str) -> Option<(String, Range<usize>)> {
    let (name, range) = person_name(text)?;
    let before = !text[..range.start].contains(char::is_alphanumeric);
    let rest = text[range.end..].trim_matches(|c: char| !c.is_alphanumeric());
    (before && (rest.is_empty() || has_credential(&text[range.end..]))).then_some((name, range))
}

/// The credential printed right behind a name, such as `MD`.
pub(crate) fn has_credential(after: &str) -> bool {
    let word: String = after
        .trim_start_matches([',', ' '])
        .chars()
        .take_while(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let bare: String = word.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    CREDENTIALS.contains(&bare.as_str())
}

/// Free text up to the end of a stretch, trimmed of marks.
pub(crate) fn plain_text(text: &str) -> Option<(String, Range<usize>)> {
    let start = text.find(|c: char| c.is_alphanumeric())?;
    let trimmed = text[start..]
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '|' | ':' | ';' | ',' | '-' | '_'));
    Some((trimmed.to_owned(), start..start + trimmed.len()))
}

static ID_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?").ok());

/// An identifier: the first word with a digit, as printed.
pub(crate) fn id_word(text: &str) -> Option<(String, Range<usize>)> {
    let found = ID_WORD.as_ref()?.find_iter(text).next()?;
    let enough = found.len() >= 3 && found.as_str().chars().any(|c| c.is_ascii_digit());
    enough.then(|| (found.as_str().to_owned(), found.range()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_other_words_begin() {
        for (text, wanted) in [
            ("Doe, Jane A", Some("Doe, Jane A")),
            ("JANE A. DOE  MRN: E1", Some("JANE A. DOE")),
            ("Dr. John Q. Roe, MD", Some("Dr. John Q. Roe")),
            ("O'Neil-Smith, Séan Jr.", Some("O'Neil-Smith, Séan Jr")),
            ("Roe, John, MD Sleep Medicine", Some("Roe, John")),
            ("Relationship", None),
            ("FACE SHEET", None),
            ("12 Main Street", None),
            ("DOE,JANE A", Some("DOE,JANE A")),
            ("Doe", None),
            ("", None),
        ] {
            assert_eq!(person_name(text).map(|found| found.0).as_deref(), wanted, "{text}");
        }
        assert!(has_credential(", M.D. on") && has_credential(", FNP-C") && !has_credential(" on 10/12"));
    }
}
