//! Symptoms and conditions in running text: said of the patient and of now, denied, or of somebody else.
//!
//! A light NegEx: a trigger before the term in the same sentence denies it unless a word such as `but` or
//! `reports` comes between; the section a term stands in says whether it is family history.

use crate::find::{DocView, Found};
use crate::labels::Hit;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

/// What a term is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Counts when present now.
    Symptom,
    /// Counts as long as it is the patient's own, past or present.
    Condition,
    /// A topic the note deals with, outside histories.
    Topic,
}

const TERMS: [(&str, Kind, &str); 15] = [
    ("symptom.snoring", Kind::Symptom, r"snor(?:ing|es|er|ed|e)\b"),
    (
        "symptom.sleepiness",
        Kind::Symptom,
        r"(?:daytime|excessive(?:ly)?)\s+(?:daytime\s+)?(?:sleep(?:y|iness)|somnolence|hypersomnolence|hypersomnia|drowsiness)|hypersomnolence|\bsomnolen(?:t|ce)\b|fall(?:s|ing)?\s+asleep\s+(?:while|during|at|in|when)|doz(?:ing|es)\s+off|\bEDS\b|\bsleepy\b",
    ),
    (
        "symptom.witnessed_apnea",
        Kind::Symptom,
        r"(?:witness(?:ed)?|observed|nocturnal)\s+(?:apn\w+|pauses|breathing\s+pauses|breath\s+holding|episodes\s+of\s+apnea)|apn\w+\s+(?:episodes?\s+)?(?:witnessed|observed)|stops?\s+breathing|breathing\s+pauses|pauses\s+in\s+(?:his\s+|her\s+|their\s+)?breathing",
    ),
    ("symptom.gasping", Kind::Symptom, r"gasp(?:ing|s)?\b|chok(?:ing|es)\b"),
    (
        "symptom.morning_headache",
        Kind::Symptom,
        r"morning\s+headaches?|headaches?\s+(?:in\s+the\s+morning|on\s+(?:awakening|waking))",
    ),
    (
        "symptom.insomnia",
        Kind::Symptom,
        r"insomnia|(?:difficulty|trouble)\s+(?:falling|staying|initiating|maintaining)\s+(?:a)?sleep",
    ),
    (
        "symptom.mood",
        Kind::Symptom,
        r"depress(?:ion|ed|ive)|mood\s+(?:disorder|disturbance|changes?|swings?)|anxiety|irritab(?:le|ility)",
    ),
    (
        "symptom.cognition",
        Kind::Symptom,
        r"(?:impaired\s+cognition|cognitive\s+(?:impairment|decline|dysfunction|difficult(?:y|ies))|memory\s+(?:loss|problems?|impairment|difficult(?:y|ies)|trouble)|(?:difficulty|trouble)\s+concentrating|(?:poor|impaired|decreased)\s+(?:concentration|memory)|brain\s+fog)",
    ),
    ("symptom.fatigue", Kind::Symptom, r"fatigued?\b|tired(?:ness)?\b|unrefresh(?:ed|ing)|non-?restorative"),
    ("comorbid.hypertension", Kind::Condition, r"hypertension|\bHTN\b|high\s+blood\s+pressure|hypertensive"),
    (
        "comorbid.ischemic_heart_disease",
        Kind::Condition,
        r"coronary\s+(?:artery|heart)\s+disease|\bCAD\b|isch(?:a)?emic\s+heart\s+disease|myocardial\s+infarction|\bIHD\b",
    ),
    (
        "comorbid.stroke",
        Kind::Condition,
        r"\bstroke\b|\bCVA\b|cerebrovascular\s+accident|transient\s+isch(?:a)?emic\s+attack|\bTIA\b",
    ),
    (
        "topic.osa",
        Kind::Topic,
        r"sleep[\s-]+apn(?:o)?ea|\bOSA(?:HS)?\b|sleep[\s-]+disordered\s+breathing|sleep[\s-]related\s+breathing",
    ),
    (
        "topic.sleep_test_ordered",
        Kind::Topic,
        r"(?:order|schedul|refer|obtain|recommend|proceed|arrang|plan|needs?|request|set\s+up)\w*\b[^.]{0,60}?(?:sleep\s+(?:study|test|apnea\s+test)|polysomnogra\w+|\bHSAT\b|\bPSG\b|\bHST\b)",
    ),
    (
        "topic.airway_exam",
        Kind::Topic,
        r"mallampati|crowded\s+(?:oro)?pharynx|narrow\w*\s+(?:\w+\s+)?(?:airway|pharynx|oropharynx)|retrognathia|tonsillar\s+hypertrophy|low[\s-]+hanging\s+palate",
    ),
];

static PATTERNS: LazyLock<Vec<(&str, Kind, Regex)>> = LazyLock::new(|| {
    TERMS
        .iter()
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
    Regex::new(r"(?i)^[\s:\-–=.(\[]*(?:symptoms?|is|was|are|were)?[\s:\-–=.(\[]*(?:no|none|denied|denies|absent|negative|neg|not\s+(?:present|reported|endorsed|noted))\b").ok()
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

/// A page's lines joined, with the byte each line begins at.
struct Flow {
    text: String,
    starts: Vec<(usize, usize)>,
}

/// Every term the document speaks of, as yes or no. The first statement of each kind is kept, a yes before a no.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let flow = Flow::of(labelled);
        let sections = sections(&flow, &labelled.hits);
        for (name, kind, regex) in PATTERNS.iter() {
            for found in regex.find_iter(&flow.text) {
                let Some(present) =
                    judge(&flow.text, found.range(), *kind, section_at(&sections, found.start()))
                else {
                    continue;
                };
                let Some((line, start)) = flow.line_of(found.start()) else { continue };
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

impl Flow {
    fn of(labelled: &crate::labels::Labelled<'_>) -> Self {
        let (mut text, mut starts) = (String::new(), Vec::new());
        for (line, row) in labelled.sheet.spoken() {
            // A line that begins with a label or a bullet begins a sentence; others go on from the line above.
            let begins =
                labelled.hits[line].iter().any(|hit| hit.is_sure() && hit.cell_start && hit.label.start < 4)
                    || row.text.starts_with(['•', '-', '*', '[', '☐', '☒'])
                    || row.text.chars().next().is_some_and(|c| c.is_ascii_digit());
            if !text.is_empty() {
                text.push(if begins { '\n' } else { ' ' });
            }
            starts.push((text.len(), line));
            text.push_str(&row.text);
        }
        Self { text, starts }
    }

    fn line_of(&self, byte: usize) -> Option<(usize, usize)> {
        self.starts.iter().rev().find(|(start, _)| *start <= byte).map(|(start, line)| (*line, *start))
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
fn judge(text: &str, at: std::ops::Range<usize>, kind: Kind, section: Section) -> Option<bool> {
    if section == Section::Family || section == Section::Medication {
        return None;
    }
    if section == Section::Past && kind != Kind::Condition {
        return None;
    }
    let before = &text[sentence_start(text, at.start)..at.start];
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
    if is(&DENIAL, reach) || is(&DENIED_AFTER, after) {
        return (kind != Kind::Topic).then_some(false);
    }
    if kind == Kind::Symptom && is(&PAST, after) {
        return None;
    }
    Some(true)
}

/// Where the sentence that holds a byte begins.
fn sentence_start(text: &str, byte: usize) -> usize {
    let before = &text[..byte];
    let mut start = 0;
    let mut characters = before.char_indices().peekable();
    while let Some((index, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let ends = matches!(c, '\n' | ';' | '?' | '!')
            || (c == '.' && next.is_none_or(|next| next.is_whitespace() || next == ','));
        if ends {
            start = index + c.len_utf8();
        }
    }
    start
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
