//! Rules on respiratory assist devices (LCD L33800): the main diagnosis (PAP-10), symptoms of hypoventilation during
//! sleep with one qualifying measurement (RAD-1).

use super::Verdict;
use crate::case_file::{CaseFile, number, states};
use crate::knowledge::Criterion;
use domain::parser::{Document, DocumentClass, Field, FieldValue};

/// Where visits and symptoms are told of.
const VISITS: [DocumentClass; 3] =
    [DocumentClass::OfficeNote, DocumentClass::TelehealthNote, DocumentClass::EncounterSummary];
/// Where measurements stand.
const MEASURED_IN: [DocumentClass; 7] = [
    DocumentClass::OfficeNote,
    DocumentClass::TelehealthNote,
    DocumentClass::EncounterSummary,
    DocumentClass::Lab,
    DocumentClass::SleepStudy,
    DocumentClass::Titration,
    DocumentClass::Other,
];

/// PAP-10: the main diagnosis is none of these.
pub(super) fn main_diagnosis_not(case: &CaseFile<'_>, diagnoses: &[String]) -> Verdict {
    let Some(main) = &case.order.main_diagnosis else { return Verdict::insufficient() };
    let excluded = matches!(&main.value, FieldValue::Text(code) if diagnoses.iter().any(|start| code.starts_with(start.as_str())));
    let verdict = if excluded { Verdict::unmet() } else { Verdict::met() };
    verdict.with("dx.icd10", main)
}

/// RAD-1: a symptom, and a measurement of a criterion that fits the diagnosis.
pub(super) fn hypoventilation(case: &CaseFile<'_>, symptoms: &[String], criteria: &[Criterion]) -> Verdict {
    let fitting = fitting(case, criteria);
    if fitting.is_empty() {
        return Verdict::insufficient().because("no diagnosis on the order is one the device is covered for");
    }
    let measured: Vec<(bool, &Field)> =
        fitting.iter().flat_map(|criterion| together(measurements(case, criterion), criterion)).collect();
    let symptom = symptoms.iter().find_map(|name| stated(case, name));
    let qualifying = measured.iter().find(|(qualifies, _)| *qualifies).map(|(_, field)| *field);
    match (qualifying, symptom) {
        (Some(field), Some(symptom)) => Verdict::met().with(&field.name, field).with(&symptom.name, symptom),
        (Some(field), None) => Verdict::insufficient()
            .because("no symptom of hypoventilation during sleep is documented")
            .with(&field.name, field),
        (None, _) => match measured.first() {
            Some((_, field)) => Verdict::unmet()
                .because(format!("none reaches what {} needs", fitting[0].name))
                .with(&field.name, field),
            None => Verdict::insufficient()
                .because(format!("no measurement for {} was found", fitting[0].name))
                .with_opt("symptom", symptom),
        },
    }
}

/// The criteria of the order's diagnoses; where none is any criterion's, those of what the notes state.
fn fitting<'c>(case: &CaseFile<'_>, criteria: &'c [Criterion]) -> Vec<&'c Criterion> {
    let codes: Vec<&str> = case
        .order_documents()
        .flat_map(|document| document.fields_named("dx.icd10"))
        .filter_map(|field| match &field.value {
            FieldValue::Text(code) => Some(code.as_str()),
            _ => None,
        })
        .collect();
    let excepted = |criterion: &Criterion| {
        criterion
            .unless_diagnoses
            .iter()
            .any(|start| codes.iter().any(|code| code.starts_with(start.as_str())))
            || criterion.unless_conditions.iter().any(|name| stated(case, name).is_some())
    };
    let coded = |criterion: &&Criterion| {
        !excepted(criterion)
            && criterion
                .diagnoses
                .iter()
                .any(|start| codes.iter().any(|code| code.starts_with(start.as_str())))
    };
    let by_code: Vec<&Criterion> = criteria.iter().filter(coded).collect();
    if !by_code.is_empty() {
        return by_code;
    }
    criteria
        .iter()
        .filter(|criterion| !excepted(criterion))
        .filter(|criterion| criterion.conditions.iter().any(|name| stated(case, name).is_some()))
        .collect()
}

/// A statement made in a note.
fn stated<'a>(case: &CaseFile<'a>, name: &str) -> Option<&'a Field> {
    case.documents
        .iter()
        .filter(|document| VISITS.contains(&document.class) && states(document, name))
        .find_map(|document| document.field(name))
}

/// Every measurement a criterion looks at, and whether it qualifies.
fn measurements<'a>(case: &CaseFile<'a>, criterion: &Criterion) -> Vec<(bool, &'a Field)> {
    let mut found = Vec::new();
    let documents = || case.documents.iter().filter(|document| MEASURED_IN.contains(&document.class));
    let mut look = |name: &'static str, qualifies: &dyn Fn(f64) -> bool| {
        for field in documents().flat_map(|document| document.fields_named(name)) {
            found.extend(number(field).map(|value| (qualifies(value), field)));
        }
    };
    if let Some(min) = criterion.paco2_min {
        look("paco2", &|value| value >= min);
    }
    if let Some(below) = criterion.fvc_below {
        look("fvc", &|value| value < below);
    }
    if let Some(below) = criterion.mip_below {
        look("mip", &|value| value < below);
    }
    if let Some(min) = criterion.minutes_at_88_min {
        look("minutes_at_88", &|value| value >= min);
    }
    if let Some(min) = criterion.central_index_min {
        found.extend(case.of_class(DocumentClass::SleepStudy).filter_map(|study| central(study, min)));
    }
    found
}

/// Where a criterion wants every measurement, none qualifies before each of them does; what lacks one is not proven, and
/// so no measurement speaks against it either.
fn together<'a>(measured: Vec<(bool, &'a Field)>, criterion: &Criterion) -> Vec<(bool, &'a Field)> {
    if !criterion.all {
        return measured;
    }
    let wanted = [
        (criterion.paco2_min, "paco2"),
        (criterion.fvc_below, "fvc"),
        (criterion.mip_below, "mip"),
        (criterion.minutes_at_88_min, "minutes_at_88"),
        (criterion.central_index_min, "central_index"),
    ];
    let names = wanted.iter().filter(|(limit, _)| limit.is_some()).map(|(_, name)| *name);
    let of = |name: &str| {
        measured.iter().filter(|(_, field)| field.name == name).map(|(yes, _)| *yes).collect::<Vec<_>>()
    };
    let each: Vec<Vec<bool>> = names.map(of).collect();
    if each.iter().all(|values| values.contains(&true)) {
        return measured;
    }
    let against = each.iter().any(|values| !values.is_empty() && !values.contains(&true));
    measured.into_iter().filter(|(yes, _)| against && !yes).collect()
}

/// A study's central index, and whether it and its share of the events qualify.
fn central(study: &Document, index_min: f64) -> Option<(bool, &Field)> {
    /// More than this share of the events must be central.
    const SHARE: f64 = 0.5;
    let field = study.field("central_index")?;
    let central = number(field)?;
    let all = ["ahi_4pct", "ahi", "rei"].into_iter().find_map(|name| study.field(name).and_then(number));
    let qualifies = central >= index_min && all.is_some_and(|all| all >= index_min && central > SHARE * all);
    Some((qualifies, field))
}
