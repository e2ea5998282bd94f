//! Rules on positive airway pressure for obstructive sleep apnea (LCD L33718): the evaluation, its date
//! against the recording, and the diagnostic index.

use super::Verdict;
use crate::case_file::{CaseFile, date, number, states};
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

/// The diagnostic index of a study and the events it was counted from.
struct Index<'a> {
    lowest: f64,
    highest: f64,
    field: &'a Field,
    /// Events printed, or summed from their kinds.
    events: Option<(f64, &'a Field)>,
    /// Index times hours, where a time is printed.
    derived: Option<(f64, &'a Field)>,
}

/// The index scored by the 4 % rule, else the one without a named rule; 3 % alone never qualifies (PAP-5).
fn index(study: &Document) -> Option<Index<'_>> {
    let name = ["ahi_4pct", "ahi", "rei", "pahi", "rdi"].into_iter().find(|name| {
        // A report that prints a 3 % index and an RDI has no index we may use.
        study.field(name).is_some() && (*name == "ahi_4pct" || study.field("ahi_3pct").is_none())
    })?;
    let values: Vec<f64> = study.fields_named(name).filter_map(number).collect();
    let field = study.field(name)?;
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Recording-based indices count per hour of recording, others per hour of sleep.
    let times: [&str; 2] = if matches!(name, "rei" | "rdi") { ["trt", "tst"] } else { ["tst", "trt"] };
    let time = times.iter().find_map(|time| study.field(time));
    let derived = time.and_then(|time| Some((lowest * number(time)? / 60.0, time)));
    Some(Index { lowest, highest, field, events: events(study), derived })
}

/// The number of apneas and hypopneas: printed as one, or summed.
fn events(study: &Document) -> Option<(f64, &Field)> {
    let of = |name: &str| study.field(name).and_then(|field| Some((number(field)?, field)));
    if let Some(total) = of("events_total") {
        return Some(total);
    }
    let (hypopneas, field) = of("hypopneas")?;
    let apneas = of("apneas").map(|apneas| apneas.0).or_else(|| {
        let kinds: Vec<f64> =
            ["obstructive", "central", "mixed"].iter().filter_map(|kind| Some(of(kind)?.0)).collect();
        (!kinds.is_empty()).then(|| kinds.iter().sum())
    })?;
    Some((apneas + hypopneas, field))
}

/// Whether the events reach a number.
enum Enough {
    Yes,
    No,
    Unclear,
}

fn enough(index: &Index<'_>, events_min: f64) -> Enough {
    match (&index.events, &index.derived) {
        (Some((events, _)), _) if *events >= events_min => Enough::Yes,
        // Printed events that do not fit the index may be misread.
        (Some(_), Some((derived, _))) if *derived >= events_min => Enough::Unclear,
        (Some(_), _) => Enough::No,
        (None, Some((derived, _))) if *derived >= events_min => Enough::Yes,
        (None, Some(_)) => Enough::No,
        (None, None) => Enough::Unclear,
    }
}

/// Of several studies the one with the highest legible index; without any index the last one. A titration is
/// none (PAP-17).
fn diagnostic_study<'a>(case: &CaseFile<'a>) -> Option<&'a Document> {
    case.of_class(DocumentClass::SleepStudy).max_by(|a, b| {
        let rank = |study: &Document| index(study).map_or(-1.0, |index| index.lowest);
        rank(a).total_cmp(&rank(b)).then_with(|| {
            let start = |study: &Document| study.field("recording_start").and_then(date);
            start(a).cmp(&start(b))
        })
    })
}

fn shown<'a>(verdict: Verdict, index: &Index<'a>, study: &'a Document) -> Verdict {
    verdict
        .with(&index.field.name, index.field)
        .with_opt("events", index.events.as_ref().map(|events| events.1))
        .with_opt("sleep_time", index.derived.as_ref().map(|derived| derived.1))
        .with_opt("recording_start", study.field("recording_start"))
}

fn no_index(study: Option<&Document>) -> Verdict {
    match study {
        None => Verdict::insufficient().because("there is none in the packet"),
        Some(study) => {
            let three = study.field("ahi_3pct");
            let unproven = study.fields.iter().find(|field| field.name.ends_with("_unproven"));
            if let Some(field) = unproven {
                let detail = "its index does not fit its own events and times; look at the page";
                return Verdict::insufficient().because(detail).with(&field.name, field);
            }
            let detail = if three.is_some() {
                "the report shows the index by the 3 % rule only"
            } else {
                "the report shows none that can be read"
            };
            Verdict::insufficient().because(detail).with_opt("ahi_3pct", three)
        }
    }
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
