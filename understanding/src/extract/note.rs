//! Office, progress and telehealth notes: the visit's date, what was assessed, what was measured.

use super::measure::{number, numbers};
use super::{blood_gas, cpap_trial, signature, terms};
use crate::dates::{find_date, find_datetime};
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Centimetres in an inch.
const CM_PER_INCH: f64 = 2.54;
/// A page's first lines, where a date without further words is the visit's.
const HEAD_LINES: usize = 14;

static HEADED_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:progress\s+notes?|office\s+(?:visit|note)|clinic\s+(?:visit|note)|consult(?:ation)?(?:\s+note)?|h\s?&\s?p|history\s+and\s+physical|sleep\s+(?:medicine|clinic)\b.{0,30}?(?:visit|note|consult\w*)?|follow[\s-]?up(?:\s+visit)?|(?:was\s+)?seen\b)\b.{0,60}?(?P<v>\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-[A-Z][a-z]{2}-\d{4})").ok()
});

/// Reads a note.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in encounter_dates(view) {
        fields.extend(view.field("encounter_date", FieldValue::Date(found.value), None, &found));
    }
    for found in view.typed(&["ess"], score) {
        fields.extend(view.field("ess", FieldValue::Number(found.value), Some("points"), &found));
    }
    for found in view.typed(&["bmi"], |text| number(text).filter(|(bmi, _)| (10.0..=100.0).contains(bmi))) {
        fields.extend(view.field("bmi", FieldValue::Number(found.value), Some("kg/m2"), &found));
    }
    for found in view.typed(&["neck"], neck_cm) {
        fields.extend(view.field("neck", FieldValue::Number(found.value), Some("cm"), &found));
    }
    for found in view.names(&["prescriber", "other_provider"]) {
        fields.extend(view.field("author.name", FieldValue::Text(found.value.clone()), None, &found));
    }
    fields.extend(terms::fields(view));
    fields.extend(blood_gas::fields(view));
    fields.extend(cpap_trial::fields(view));
    fields.extend(test_date(view));
    fields.extend(signature::fields(view));
    super::distinct(fields)
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
    for found in encounter_dates(view) {
        fields.extend(view.field("encounter_date", FieldValue::Date(found.value), None, &found));
    }
    for found in view.typed(&["admit_date"], |text| find_date(text, false)) {
        let label = view.line(found.page, found.line)[found.quote.clone()].to_lowercase();
        let name = if label.contains("discharge") { "discharge_date" } else { "admit_date" };
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

/// The visit's date. Dates of signing, dictation and printing have labels of their own and never count.
/// Nobody is seen on the day of her birth: such a date stands in another column.
fn encounter_dates(view: &DocView<'_>) -> Vec<Found<jiff::civil::Date>> {
    let date = |text: &str| find_datetime(text).map(|(date, _, range)| (date, range));
    let births: Vec<_> = view.typed(&["dob"], date).into_iter().map(|found| found.value).collect();
    let mut found = dates_of_visit(view, date);
    found.retain(|found| !births.contains(&found.value));
    found
}

fn dates_of_visit(
    view: &DocView<'_>,
    date: impl Fn(&str) -> Option<(jiff::civil::Date, Range<usize>)> + Copy,
) -> Vec<Found<jiff::civil::Date>> {
    for keys in [&["encounter_date"][..], &["service_date"]] {
        let found = view.typed(keys, date);
        if !found.is_empty() {
            return found;
        }
    }
    let headed =
        view.pattern(&HEADED_DATE).into_iter().filter(|found| found.page == 0 && found.line < HEAD_LINES);
    let headed: Vec<_> = headed
        .filter_map(|found| {
            Some(Found {
                value: find_date(&found.value, false)?.0,
                page: found.page,
                line: found.line,
                quote: found.quote,
                at: found.at,
                confidence: found.confidence,
            })
        })
        .take(1)
        .collect();
    if !headed.is_empty() {
        return headed;
    }
    let mut plain = view.typed(&["plain_date"], date);
    plain.retain(|found| {
        found.page == 0
            && found.line < HEAD_LINES
            && !view.line(found.page, found.line).to_lowercase().contains("sign")
    });
    plain.truncate(1);
    if plain.is_empty() {
        plain.extend(only_date_of_head(view));
    }
    for found in &mut plain {
        found.confidence *= 0.85;
    }
    plain
}

static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[a-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-[a-z]{3}-\d{4}").ok()
});

/// The date in a note's head that no label claims, if there is exactly one.
fn only_date_of_head(view: &DocView<'_>) -> Option<Found<jiff::civil::Date>> {
    const LINES: usize = 6;
    const OTHERS: [&str; 9] = ["sign", "print", "dictat", "filed", "fax", "born", "birth", "dob", "transcri"];
    let mut found: Vec<Found<jiff::civil::Date>> = Vec::new();
    for place in view.pattern(&DATE) {
        let line = view.line(place.page, place.line).to_lowercase();
        let claimed = OTHERS.iter().any(|word| line.contains(word))
            || view.pages[place.page].hits[place.line]
                .iter()
                .any(|hit| hit.key.ends_with("_date") && hit.key != "encounter_date");
        let Some((date, _)) = find_date(&place.value, false) else { continue };
        if place.page == 0 && place.line < LINES && !claimed {
            found.push(Found {
                value: date,
                page: 0,
                line: place.line,
                quote: place.quote,
                at: place.at,
                confidence: 0.85,
            });
        }
    }
    let first = found.first()?.clone();
    found.iter().all(|other| other.value == first.value).then_some(first)
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
