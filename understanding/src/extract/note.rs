//! Office, progress and telehealth notes: the visit's date, what was assessed, what was measured.

use super::measure::{number, numbers};
use super::visit_date::{labelled_visit_dates, visit_dates};
use super::{blood_gas, cpap_trial, signature, terms, vitals};
use crate::dates::find_date;
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Centimetres in an inch.
const CM_PER_INCH: f64 = 2.54;
/// Reads a note.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in visit_dates(view) {
        fields.extend(view.field("encounter_date", FieldValue::Date(found.value), None, &found));
    }
    for found in view.typed(&["ess"], score) {
        fields.extend(view.field("ess", FieldValue::Number(found.value), Some("points"), &found));
    }
    fields.extend(vitals::fields(view));
    for found in view.typed(&["neck"], neck_cm) {
        fields.extend(view.field("neck", FieldValue::Number(found.value), Some("cm"), &found));
    }
    for found in authors(view) {
        fields.extend(view.field("author.name", FieldValue::Text(found.value.clone()), None, &found));
    }
    fields.extend(terms::fields(view));
    fields.extend(blood_gas::fields(view));
    fields.extend(cpap_trial::fields(view));
    fields.extend(test_date(view));
    fields.extend(signature::fields(view));
    super::distinct(fields)
}

/// Who wrote the note: whom its labels name, unless they name who sent the patient, prescribes elsewhere or supervises.
fn authors(view: &DocView<'_>) -> Vec<Found<String>> {
    const OTHERS: [&str; 24] = [
        "pcp",
        "primary",
        "family",
        "refer",
        "ref ",
        "supervis",
        "cosign",
        "copy",
        "copies",
        "cc",
        "order",
        "request",
        "personal",
        "usual",
        "scribe",
        "billing",
        "collaborat",
        "admitting",
        "interpret",
        "radiolog",
        "reading",
        "read by",
        "reviewed",
        "service",
    ];
    let mut found = view.names(&["prescriber", "other_provider"]);
    found.retain(|found| {
        let line = view.line(found.page, found.line).to_lowercase();
        let label = line.get(found.quote.start..found.at.start).unwrap_or_default().to_owned();
        !OTHERS.iter().any(|word| label.contains(word))
    });
    found
}

static OF_24: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b(?P<v>\d{1,2})\s*/\s*24\b").ok());

/// A score of 0 to 24, also as `17/24`.
fn score(text: &str) -> Option<(f64, Range<usize>)> {
    let of_24 = OF_24
        .as_ref()?
        .captures(text)
        .and_then(|found| Some((found.name("v")?.as_str().parse().ok()?, found.get(0)?.range())));
    of_24.or_else(|| number(text)).filter(|(score, _): &(f64, _)| *score <= 24.0 && score.fract() == 0.0)
}

/// Reads a summary of an encounter or a stay.
pub(super) fn summary_fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let stay = view.typed(&["admit_date"], |text| find_date(text, false));
    // A summary of a stay is of no visit; one of a visit says its day like a note.
    let days = if stay.is_empty() { visit_dates(view) } else { labelled_visit_dates(view) };
    for found in days {
        fields.extend(view.field("encounter_date", FieldValue::Date(found.value), None, &found));
    }
    for found in view.typed(&["admit_date"], |text| find_date(text, false)) {
        let label = view.line(found.page, found.line)[found.quote.clone()].to_lowercase();
        let leaves = ["disch", "dc", "d/c", "dis "].iter().any(|word| label.contains(word));
        let name = if leaves { "discharge_date" } else { "admit_date" };
        fields.extend(view.field(name, FieldValue::Date(found.value), None, &found));
    }
    fields.extend(terms::fields(view));
    fields.extend(blood_gas::fields(view));
    fields.extend(cpap_trial::fields(view));
    fields.extend(test_date(view));
    super::distinct(fields)
}

/// Reads a laboratory result, or a test that is none of our classes, such as an oximetry.
pub(super) fn test_fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = blood_gas::fields(view);
    if fields.is_empty() {
        return fields;
    }
    fields.extend(test_date(view));
    for keys in [&["service_date"][..], &["encounter_date"], &["plain_date"]] {
        let found = view.typed(keys, |text| find_date(text, false));
        if let Some(found) = found.first() {
            fields.extend(view.field("service_date", FieldValue::Date(found.value), None, found));
            break;
        }
    }
    super::distinct(fields)
}

/// The day a test was made or a sample was taken, where it has a label of its own.
fn test_date(view: &DocView<'_>) -> Option<Field> {
    let found = view.typed(&["test_date"], |text| find_date(text, false)).into_iter().next()?;
    view.field("test_date", FieldValue::Date(found.value), None, &found)
}

/// Neck circumference in centimetres; a number without a unit tells its unit by its size.
fn neck_cm(text: &str) -> Option<(f64, Range<usize>)> {
    let (value, range, ..) = numbers(&text.replace('½', ".5")).into_iter().next()?;
    // The replaced mark is one byte longer or shorter; the quote then covers whole words all the same.
    let range = range.start.min(text.len())..range.end.min(text.len());
    let after = text.get(range.end..).unwrap_or_default().trim_start_matches(['½', ' ']).to_lowercase();
    let inches = after.starts_with("in") || after.starts_with(['"', '”', '\'', '″']);
    let cm = if after.starts_with("cm") || after.starts_with("centim") {
        value
    } else if inches || (10.0..=25.0).contains(&value) {
        value * CM_PER_INCH
    } else {
        value
    };
    (25.0..=70.0).contains(&cm).then_some(((cm * 10.0).round() / 10.0, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neck_sizes_come_in_centimetres() {
        for (text, wanted) in [
            ("17 in", Some(43.2)),
            ("17.5 inches", Some(44.5)),
            ("43 cm", Some(43.0)),
            ("16\"", Some(40.6)),
            ("42", Some(42.0)),
            ("17", Some(43.2)),
            ("supple", None),
            ("3", None),
        ] {
            assert_eq!(neck_cm(text).map(|found| found.0), wanted, "{text}");
        }
    }
}
