//! Rules on positive airway pressure for obstructive sleep apnea (LCD L33718): the evaluation, its date
//! against the recording, and the diagnostic index.

use super::Verdict;
use super::study::{Enough, diagnostic_study, enough, index, no_index, shown};
use crate::case_file::{CaseFile, date, states};
use domain::parser::{Document, DocumentClass, Field, FieldValue};
use jiff::civil::Date;

/// Statements each of which shows that a note deals with sleep apnea.
const ASSESSES: [&str; 7] = [
    "topic.osa",
    "symptom.snoring",
    "symptom.witnessed_apnea",
    "symptom.gasping",
    "symptom.sleepiness",
    "topic.sleep_test_ordered",
    "topic.airway_exam",
];
/// Days apart in words for the coordinator.
const SAME_DAY: &str = "the visit and the sleep test are on the same day";

/// What in a note shows that it assessed sleep apnea.
fn assessment(note: &Document) -> Option<&Field> {
    ASSESSES
        .iter()
        .find(|name| states(note, name))
        .and_then(|name| note.field(name))
        .or_else(|| note.field("ess"))
}

fn evaluations<'a>(case: &CaseFile<'a>) -> Vec<(&'a Document, &'a Field)> {
    case.of_class(DocumentClass::OfficeNote).filter_map(|note| Some((note, assessment(note)?))).collect()
}

/// PAP-1: a visit in person assessed sleep apnea, whenever it was.
pub(super) fn evaluation(case: &CaseFile<'_>) -> Verdict {
    let found = evaluations(case);
    if let Some((note, shown)) = found.first() {
        return Verdict::met()
            .with(&shown.name, shown)
            .with_opt("encounter_date", note.field("encounter_date"));
    }
    let remote =
        case.of_class(DocumentClass::TelehealthNote).find_map(|note| Some((note, assessment(note)?)));
    if let Some((note, shown)) = remote {
        return Verdict::insufficient()
            .because("only a visit by video or telephone was found")
            .with(&shown.name, shown)
            .with_opt("encounter_date", note.field("encounter_date"));
    }
    let any = case.of_class(DocumentClass::OfficeNote).next().is_some();
    let detail = if any { "the notes found do not deal with sleep apnea" } else { "" };
    Verdict::insufficient().because(detail)
}

/// PAP-1a: the note of such a visit says something an evaluation looks at. Not every part is needed each time.
pub(super) fn evaluation_content(case: &CaseFile<'_>) -> Verdict {
    const PARTS: [&str; 12] = [
        "symptom.snoring",
        "symptom.sleepiness",
        "symptom.witnessed_apnea",
        "symptom.gasping",
        "symptom.insomnia",
        "symptom.fatigue",
        "symptom.morning_headache",
        "symptom.mood",
        "topic.airway_exam",
        "ess",
        "neck",
        "bmi",
    ];
    let found = evaluations(case);
    if found.is_empty() {
        return Verdict::not_applicable();
    }
    let part = |note: &'_ Document| {
        PARTS.iter().any(|name| {
            states(note, name) || matches!(*name, "ess" | "neck" | "bmi") && note.field(name).is_some()
        })
    };
    match found.iter().find(|(note, _)| part(note)) {
        Some((note, shown)) => PARTS
            .iter()
            .filter_map(|name| note.field(name))
            .filter(|field| field.value != FieldValue::Flag(false))
            .fold(Verdict::met().with(&shown.name, shown), |verdict, field| verdict.with(&field.name, field)),
        None => {
            found.iter().fold(Verdict::insufficient(), |verdict, (_, shown)| verdict.with(&shown.name, shown))
        }
    }
}

/// PAP-1b: encounter date before recording start; signing, printing and interpretation do not count.
pub(super) fn evaluation_before_study(case: &CaseFile<'_>) -> Verdict {
    let found = evaluations(case);
    let Some(study) = diagnostic_study(case) else { return Verdict::not_applicable() };
    if found.is_empty() {
        return Verdict::not_applicable();
    }
    let Some(start) = study.field("recording_start") else {
        return Verdict::insufficient().because("the sleep study shows no legible recording date");
    };
    let Some(recorded) = date(start) else { return Verdict::insufficient() };
    let mut dated: Vec<(Date, &Field)> = Vec::new();
    let mut undated = false;
    for (note, _) in &found {
        match note.field("encounter_date").and_then(|field| Some((date(field)?, field))) {
            Some(day) => dated.push(day),
            None => undated = true,
        }
    }
    dated.sort_by_key(|(day, _)| *day);
    let Some((first, shown)) = dated.first().copied() else {
        return Verdict::insufficient()
            .because("the note shows no legible date of the visit")
            .with("recording_start", start);
    };
    let verdict = if first < recorded {
        Verdict::met()
    } else if first == recorded {
        Verdict::insufficient().because(SAME_DAY)
    } else if undated {
        Verdict::insufficient().because("a note without a legible date may be of an earlier visit")
    } else {
        Verdict::unmet()
    };
    verdict.with("encounter_date", shown).with("recording_start", start)
}

/// PAP-2: the index and its events reach the numbers.
pub(super) fn study_index(case: &CaseFile<'_>, index_min: f64, events_min: f64) -> Verdict {
    let study = diagnostic_study(case);
    let Some((study, index)) = study.and_then(|study| Some((study, index(study)?))) else {
        return no_index(study);
    };
    let verdict = if index.highest < index_min {
        Verdict::unmet()
    } else if index.lowest < index_min {
        Verdict::insufficient().because("the report shows several indices that do not agree")
    } else {
        match enough(&index, events_min) {
            Enough::Yes => Verdict::met(),
            Enough::No => Verdict::unmet(),
            Enough::Unclear => {
                Verdict::insufficient().because("the number of events or the sleep time is not legible")
            }
        }
    };
    shown(verdict, &index, study)
}

/// The numbers of PAP-3.
pub(super) struct Band {
    pub(super) index_min: f64,
    pub(super) index_below: f64,
    pub(super) review_above: f64,
    pub(super) events_min: f64,
}

/// PAP-3: an index in the band, enough events, and a documented symptom or condition.
pub(super) fn study_index_with_condition(case: &CaseFile<'_>, band: &Band, conditions: &[String]) -> Verdict {
    let study = diagnostic_study(case);
    let Some((study, index)) = study.and_then(|study| Some((study, index(study)?))) else {
        return no_index(study);
    };
    if index.lowest >= band.index_below {
        return shown(Verdict::not_applicable(), &index, study);
    }
    if index.highest < band.index_min {
        return shown(Verdict::unmet(), &index, study);
    }
    if index.lowest < band.index_min || index.highest >= band.index_below {
        return shown(
            Verdict::insufficient().because("the report shows several indices that do not agree"),
            &index,
            study,
        );
    }
    if index.highest > band.review_above {
        let detail = "the index lies between 14 and 15, which neither rule names; a person decides";
        return shown(Verdict::insufficient().because(detail), &index, study);
    }
    match enough(&index, band.events_min) {
        Enough::Yes => {}
        Enough::No => return shown(Verdict::unmet(), &index, study),
        Enough::Unclear => {
            let detail = "the number of events or the sleep time is not legible";
            return shown(Verdict::insufficient().because(detail), &index, study);
        }
    }
    match condition(case, conditions) {
        Ok(field) => shown(Verdict::met(), &index, study).with(&field.name, field),
        Err(denied) => {
            let verdict = if denied { Verdict::unmet() } else { Verdict::insufficient() };
            let detail = "no sleepiness, impaired cognition, mood disorder, insomnia, hypertension, heart disease or stroke is documented";
            shown(verdict.because(detail), &index, study)
        }
    }
}

/// Diagnosis codes on the order that state a condition, by how they begin.
const QUALIFYING_CODES: [&str; 8] = ["I10", "I25", "Z86.73", "F3", "G47.0", "G47.1", "I20", "I63"];

/// The first qualifying condition in a note or among the order's diagnoses; else whether all were denied.
fn condition<'a>(case: &CaseFile<'a>, conditions: &[String]) -> Result<&'a Field, bool> {
    let notes = || {
        case.documents.iter().filter(|document| {
            matches!(document.class, DocumentClass::OfficeNote | DocumentClass::TelehealthNote)
        })
    };
    for name in conditions {
        if let Some(field) = notes().filter(|note| states(note, name)).find_map(|note| note.field(name)) {
            return Ok(field);
        }
    }
    let coded = case.order_documents().flat_map(|document| document.fields_named("dx.icd10")).find(|field| {
        matches!(&field.value, FieldValue::Text(code) if QUALIFYING_CODES.iter().any(|start| code.starts_with(start)))
    });
    if let Some(field) = coded {
        return Ok(field);
    }
    Err(conditions.iter().all(|name| notes().any(|note| note.field(name).is_some())))
}
