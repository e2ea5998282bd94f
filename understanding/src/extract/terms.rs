//! Symptoms and conditions in running text: said of the patient and of now, denied, or of somebody else.
//!
//! A light NegEx: a trigger before the term in the same sentence denies it unless a word such as `but` or
//! `reports` comes between; the section a term stands in says whether it is family history.

mod needs;
mod table;

use super::flow::{Flow, sentence_start};
use crate::find::{DocView, Found};
use crate::labels::Hit;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;
use table::{Kind, TERMS};

static PATTERNS: LazyLock<Vec<(&str, Kind, Regex)>> = LazyLock::new(|| {
    TERMS
        .iter()
        .chain(&needs::NEEDS)
        .filter_map(|(name, kind, pattern)| {
            // A word must begin where a term begins.
            Some((*name, *kind, Regex::new(&format!(r"(?i)\b(?:{pattern})")).ok()?))
        })
        .collect()
});
static DENIAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:den(?:y|ies|ied|ying)|no|not|without|negative\s+for|never|absen(?:t|ce\s+of)|nor|neither|non|ruled?\s+out|free\s+of|doesn't|does\s+not|didn't|don't|hasn't|wasn't|isn't)\b|\[\s*\]|☐").ok()
});
/// What ends the reach of a denial, a family member or a supposition.
static TURN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:but|however|except|although|though|reports?|reported|endorses?|complain(?:s|ing)|admits?|presents?\s+with|positive\s+for|yes|notes)\b|\[x\]|☒").ok()
});
static DENIED_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:\s?/\s?\w+)?[\s:\-–=.(\[]*(?:symptoms?|is|was|are|were)?[\s:\-–=.(\[]*(?:no|none|denied|denies|absent|negative|neg|not\s+(?:present|reported|endorsed|noted))\b").ok()
});
/// An answer behind a term: `Snoring: yes`.
static AFFIRMED_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:\s?/\s?\w+)?(?:\s?\([^)]{1,24}\))?\s*[:?=\-–]+\s*(?:yes|y|present|positive|pos|endorsed|reported|true|\+)(?:\W|$)").ok()
});
/// A line that answers one question, or begins with whether something is complained of, is a sentence of its own.
static ANSWERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)[:?=]\s*(?:yes|no|y|n|present|absent|denied|none|positive|negative)\b.{0,30}$").ok()
});
static COMPLAINS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:c/o|denies|reports|endorses|complains|admits|\(?[+\-]\)?\s)").ok()
});
static RELATIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:mother|father|brothers?|sisters?|siblings?|parents?|grand(?:mother|father|parents?)|aunt|uncle|cousin|son|daughter|family\s+(?:history|hx|members?)|maternal|paternal|mom|dad)\b").ok()
});
static SUPPOSED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:can|may|could|might|risks?\s+(?:of|for|factors?|including)|lead(?:s|ing)?\s+to|screen(?:ing|ed)?\s+for|if\s+(?:you|he|she|they|untreated)|untreated|educated|counsel(?:l)?ed|prevent(?:ion)?|evaluate\s+for|worsen(?:s|ing)?)\b").ok()
});
static PAST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[^.;\n]{0,40}\b(?:resolved|in\s+the\s+past|no\s+longer|previously)\b").ok()
});
static PULMONARY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:pulmonary(?:\s+arterial)?|portal|ocular|intracranial|heat|white\s+coat)[\s-]*$")
        .ok()
});

/// Sections that hold what is not the patient's present state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Present,
    Past,
    Family,
    Medication,
}

/// Every term the document speaks of, as yes or no. The first statement of each kind is kept, a yes before a no.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let flow = Flow::of(labelled);
        let sections = sections(&flow, &labelled.hits);
        for (name, kind, regex) in PATTERNS.iter() {
            for found in regex.find_iter(&flow.text) {
                let Some((line, start)) = flow.line_of(found.start()) else { continue };
                let above = flow.starts.iter().rev().find(|(begin, _)| *begin < start).map(|(_, line)| *line);
                let is = |regex: &LazyLock<Option<Regex>>, line: usize| {
                    regex.as_ref().is_some_and(|regex| regex.is_match(view.line(page, line)))
                };
                let parted = is(&ANSWERS, line)
                    || is(&COMPLAINS, line)
                    || above.is_some_and(|line| is(&ANSWERS, line));
                let section = section_at(&sections, found.start());
                let from = if parted { start } else { 0 };
                let Some(present) = judge(&flow.text, from, found.range(), *kind, section) else { continue };
                let length = view.line(page, line).len();
                let quote = found.start() - start..(found.end() - start).min(length);
                let place = Found { value: (), page, line, at: quote.clone(), quote, confidence: 0.9 };
                keep(&mut fields, view.field(name, FieldValue::Flag(present), None, &place));
            }
        }
    }
    fields
}

fn keep(fields: &mut Vec<Field>, field: Option<Field>) {
    let Some(field) = field else { return };
    match fields.iter_mut().find(|other| other.name == field.name) {
        Some(other) if other.value == FieldValue::Flag(false) && field.value == FieldValue::Flag(true) => {
            *other = field
        }
        Some(_) => {}
        None => fields.push(field),
    }
}

/// Where sections begin, by byte of the flow.
fn sections(flow: &Flow, hits: &[Vec<Hit>]) -> Vec<(usize, Section)> {
    let mut found = Vec::new();
    for (start, line) in &flow.starts {
        for hit in &hits[*line] {
            let heads = hit.colon || (hit.cell_full && hit.label.start < 4);
            let section = match hit.key {
                "sec.family" => Section::Family,
                "sec.pmh" | "sec.surgical" => Section::Past,
                "sec.meds" => Section::Medication,
                key if key.starts_with("sec.") => Section::Present,
                _ => continue,
            };
            if heads {
                found.push((start + hit.label.start, section));
            }
        }
    }
    found
}

fn section_at(sections: &[(usize, Section)], byte: usize) -> Section {
    sections.iter().rev().find(|(start, _)| *start <= byte).map_or(Section::Present, |(_, section)| *section)
}

/// Whether the term is said of the patient (yes), denied (no), or neither.
/// What stands before byte `from` is another sentence.
fn judge(text: &str, from: usize, at: std::ops::Range<usize>, kind: Kind, section: Section) -> Option<bool> {
    if section == Section::Family || (section == Section::Medication && kind != Kind::Drug) {
        return None;
    }
    if section == Section::Past && kind != Kind::Condition {
        return None;
    }
    let before = &text[sentence_start(text, at.start).max(from.min(at.start))..at.start];
    let reach = TURN
        .as_ref()
        .and_then(|regex| regex.find_iter(before).last())
        .map_or(before, |turn| &before[turn.end()..]);
    let is = |regex: &LazyLock<Option<Regex>>, text: &str| {
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    };
    if is(&RELATIVE, reach) || is(&SUPPOSED, reach) || is(&PULMONARY, before) {
        return None;
    }
    let after = &text[at.end..];
    if is(&AFFIRMED_AFTER, after) {
        return Some(true);
    }
    if is(&DENIAL, reach) || is(&DENIED_AFTER, after) {
        return (kind != Kind::Topic).then_some(false);
    }
    if kind == Kind::Symptom && is(&PAST, after) {
        return None;
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use crate::find::DocView;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;
    use domain::parser::FieldValue;

    fn stated(text: &str) -> Vec<(String, bool)> {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let view = DocView { pages: &pages };
        super::fields(&view)
            .into_iter()
            .map(|field| (field.name, field.value == FieldValue::Flag(true)))
            .collect()
    }

    fn says(text: &str, name: &str) -> Option<bool> {
        stated(text).into_iter().find(|(found, _)| found == name).map(|(_, yes)| yes)
    }

    #[test]
    fn what_is_denied_is_not_present() {
        for (text, name, wanted) in [
            ("Patient reports loud snoring nightly.", "symptom.snoring", Some(true)),
            ("Patient denies snoring.", "symptom.snoring", Some(false)),
            ("He denies any gasping, choking or\ncoughing episodes.", "symptom.gasping", Some(false)),
            ("Denies chest pain but reports snoring.", "symptom.snoring", Some(true)),
            ("No history of stroke.", "comorbid.stroke", Some(false)),
            ("Snoring: No", "symptom.snoring", Some(false)),
            ("Snoring: yes, loud", "symptom.snoring", Some(true)),
            ("[ ] Snoring\n[x] Witnessed apneas", "symptom.snoring", Some(false)),
            ("[ ] Snoring\n[x] Witnessed apneas", "symptom.witnessed_apnea", Some(true)),
            ("Insomnia, resolved in 2019.", "symptom.insomnia", None),
            ("Pulmonary hypertension.", "comorbid.hypertension", None),
            ("Untreated apnea may cause stroke.", "comorbid.stroke", None),
            ("Gasping/choking: no", "symptom.gasping", Some(false)),
            ("Snoring: no\nWitnessed apneas: yes", "symptom.witnessed_apnea", Some(true)),
            ("Snoring: no\nDozes while reading", "symptom.sleepiness", Some(true)),
            ("denies snoring\nc/o daytime sleepiness", "symptom.sleepiness", Some(true)),
            ("Apneas have been witnessed by family", "symptom.witnessed_apnea", Some(true)),
            ("She awakens with a dull headache", "symptom.morning_headache", Some(true)),
            ("negative for morning headaches, insomnia", "symptom.insomnia", Some(false)),
        ] {
            assert_eq!(says(text, name), wanted, "{text}");
        }
    }

    #[test]
    fn relatives_and_histories_are_told_apart() {
        let text = "FAMILY HISTORY: Father snores; mother had a stroke.\nPAST MEDICAL HISTORY: Hypertension, insomnia.\nHPI: She has witnessed apneas.";
        assert_eq!(says(text, "symptom.snoring"), None);
        assert_eq!(says(text, "comorbid.stroke"), None);
        assert_eq!(says(text, "comorbid.hypertension"), Some(true));
        assert_eq!(says(text, "symptom.insomnia"), None, "a past symptom is no present one");
        assert_eq!(says(text, "symptom.witnessed_apnea"), Some(true));
        assert_eq!(says("Her father snores.", "symptom.snoring"), None);
    }
}
