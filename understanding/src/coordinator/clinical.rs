//! Studies, tests and visits of a packet in one line each, from the documents' fields.

use super::summary::{StudyLine, VisitLine};
use crate::case_file::date;
use domain::parser::{Document, DocumentClass, Field};
use domain::redacted::Redacted;

/// Indices of a study with their names, the one that counts first.
const INDICES: [(&str, &str); 7] = [
    ("ahi_4pct", "AHI (4 % rule)"),
    ("ahi", "AHI"),
    ("rei", "REI"),
    ("pahi", "pAHI"),
    ("rdi", "RDI"),
    ("ahi_3pct", "AHI (3 % rule)"),
    ("residual_ahi", "AHI under treatment"),
];

/// What is told beside an index.
const BESIDE: [(&str, &str); 4] = [
    ("events_total", "events"),
    ("tst", "sleep time"),
    ("trt", "recording time"),
    ("central_index", "central index"),
];

/// Measurements outside of sleep studies, by how their names begin.
const TESTS: [(&str, &str); 6] = [
    ("sat.", "saturation"),
    ("po2.", "PaO2"),
    ("paco2", "PaCO2"),
    ("fvc", "FVC"),
    ("mip", "MIP"),
    ("hematocrit", "hematocrit"),
];

/// A line a study, and a line a document with measurements.
pub(super) fn studies(documents: &[Document]) -> Vec<StudyLine> {
    documents.iter().filter_map(|document| study(document).or_else(|| test(document))).collect()
}

fn study(document: &Document) -> Option<StudyLine> {
    let kind = match document.class {
        DocumentClass::SleepStudy => "sleep study",
        DocumentClass::Titration => "titration",
        DocumentClass::RawStudyData => "raw study data",
        _ => return None,
    };
    let mut parts: Vec<String> = INDICES
        .iter()
        .filter_map(|(name, words)| Some(format!("{words} {}", value(document.field(name)?))))
        .collect();
    if parts.is_empty() {
        parts.push("no index that can be read".to_owned());
    }
    let beside =
        BESIDE.iter().filter_map(|(name, words)| Some(format!("{words} {}", value(document.field(name)?))));
    parts.extend(beside);
    Some(line(document, kind, &parts, &["recording_start", "service_date"]))
}

fn test(document: &Document) -> Option<StudyLine> {
    let mut parts: Vec<String> = Vec::new();
    for field in &document.fields {
        let Some((name, words)) = TESTS.iter().find(|(name, _)| field.name.starts_with(name)) else {
            continue;
        };
        let how = field.name.strip_prefix(name).unwrap_or_default();
        let part = format!("{words} {}{}", value(field), circumstances(how));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        return None;
    }
    Some(line(document, "test", &parts, &["test_date", "encounter_date", "service_date"]))
}

/// `rest.air` → ` at rest on room air`.
fn circumstances(how: &str) -> String {
    let mut words = String::new();
    for part in how.split('.') {
        words.push_str(match part {
            "rest" => " at rest",
            "exercise" => " during exercise",
            "sleep" => " during sleep",
            "air" => " on room air",
            "oxygen" => " on oxygen",
            _ => "",
        });
    }
    words
}

fn line(document: &Document, kind: &str, parts: &[String], days: &[&str]) -> StudyLine {
    StudyLine {
        kind: kind.to_owned(),
        date: days.iter().find_map(|name| document.field(name).and_then(date)).map(Redacted::new),
        result: parts.join(", ").into(),
        page_first: document.page_first,
        page_last: document.page_last,
    }
}

fn value(field: &Field) -> String {
    match &field.unit {
        Some(unit) => format!("{} {unit}", field.value),
        None => field.value.to_string(),
    }
}

/// A line a visit, the earliest first; those without a legible date last.
pub(super) fn visits(documents: &[Document]) -> Vec<VisitLine> {
    let mut visits: Vec<VisitLine> = documents.iter().filter_map(visit).collect();
    visits.sort_by_key(|visit| {
        let day = visit.date.as_ref().map(|day| *day.reveal());
        (day.is_none(), day, visit.page_first)
    });
    visits
}

fn visit(document: &Document) -> Option<VisitLine> {
    let how = match document.class {
        DocumentClass::OfficeNote => "visit in person",
        DocumentClass::TelehealthNote => "visit by video or telephone",
        DocumentClass::EncounterSummary => "hospital encounter",
        _ => return None,
    };
    Some(VisitLine {
        how: how.to_owned(),
        date: document.field("encounter_date").and_then(date).map(Redacted::new),
        page_first: document.page_first,
        page_last: document.page_last,
    })
}
