//! From a quote to its value, by the parsers the rules use. A quote that could say two things says none.

use super::fields::{Kind, Locatable, every_locatable};
use super::visible::Placed;
use crate::dates::find_date;
use crate::extract::measure::{minutes, numbers};
use crate::find::person_name;
use crate::identifiers::{code_words, icd10_words, npi_is_valid};
use domain::parser::FieldValue;
use jiff::civil::Date;
use regex::{Regex, RegexBuilder};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a quote says for this field; none where it says nothing, two things, or something else.
pub(crate) fn value(locatable: &Locatable, placed: &Placed, births: &[Date]) -> Option<FieldValue> {
    let around = format!("{} {}", placed.before, placed.text);
    let says = locatable.says.iter().all(|pattern| matches(pattern, &placed.text));
    let never = locatable.never.iter().any(|pattern| matches(pattern, &around));
    if !says || never {
        return None;
    }
    let text = placed.text.as_str();
    match locatable.kind {
        Kind::Date => only(dates(text)).filter(|date| !births.contains(date)).map(FieldValue::Date),
        Kind::Number(least, most) => {
            let found = numbers(text).into_iter().filter(|found| !found.3).map(|found| found.0);
            only(found).filter(|value| (least..=most).contains(value)).map(FieldValue::Number)
        }
        Kind::Share(least, most) => {
            let found = numbers(text).into_iter().map(|found| found.0);
            only(found).filter(|value| (least..=most).contains(value)).map(FieldValue::Number)
        }
        Kind::Minutes => duration(text).map(FieldValue::Number),
        Kind::Npi => {
            let words = code_words(text).map(|(word, _)| word).filter(|word| npi_is_valid(word));
            only(words).map(|npi| FieldValue::Text(npi.to_owned()))
        }
        Kind::Diagnosis => only(icd10_words(text).into_iter().map(|(code, _)| code)).map(FieldValue::Text),
        Kind::Person => person(text).map(FieldValue::Text),
    }
}

/// The one value of many readings of it.
fn only<T: PartialEq>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn dates(text: &str) -> impl Iterator<Item = Date> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (date, range) = find_date(rest, false)?;
        rest = rest.get(range.end..).unwrap_or_default();
        Some(date)
    })
}

/// One duration; a second one in the same quote makes it none.
fn duration(text: &str) -> Option<f64> {
    let (value, range) = minutes(text)?;
    let rest = text.get(range.end..).unwrap_or_default();
    let another = minutes(rest).is_some_and(|(other, _)| other != value);
    ((10.0..=1440.0).contains(&value) && !another).then_some(value)
}

/// The name behind the label, or the whole quote where it is a name.
fn person(text: &str) -> Option<String> {
    let behind = text.rsplit_once(':').map_or(text, |(_, behind)| behind);
    let found = person_name(behind.trim())?;
    Some(found.0)
}

/// Every pattern of the table, made once.
static PATTERNS: LazyLock<HashMap<&'static str, Regex>> = LazyLock::new(|| {
    let made = |pattern: &'static str| {
        Some((pattern, RegexBuilder::new(pattern).case_insensitive(true).build().ok()?))
    };
    every_locatable()
        .flat_map(|locatable| locatable.says.iter().chain(locatable.never))
        .copied()
        .filter_map(made)
        .collect()
});

/// Whether a pattern stands in a text, in any case. The tests make every one, so none is missing.
fn matches(pattern: &'static str, text: &str) -> bool {
    PATTERNS.get(pattern).is_some_and(|regex| regex.is_match(text))
}
