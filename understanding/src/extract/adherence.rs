//! What a device's own record says of its use. The index it prints is of the nights on therapy: it is never a
//! diagnosis.

use super::measure::{minutes, number};
use crate::dates::find_date;
use crate::find::{DocView, Found, LIKELY, id_word};
use domain::parser::{Field, FieldValue};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

static USED_OF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<v>\d{1,3})\s*(?:/|of|out of)\s*(?P<all>\d{1,3})(?:\s*days?)?\b").ok()
});

/// Reads a record of use: `period_start`, `period_end`, `days_total`, `days_used`, `days_ge_4h`, `pct_ge_4h` (%),
/// `usage_avg_all_days` and `usage_avg_used_days` (min), `residual_ahi` (/h), `leak_95` (L/min),
/// `pressure_95` (cmH2O), `device_serial`.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = period(view);
    fields.extend(days(view));
    for field in super::study::of_use(view) {
        if fields.iter().all(|other| other.name != field.name) {
            fields.push(field);
        }
    }
    for (key, name) in [("usage_all", "usage_avg_all_days"), ("usage_used", "usage_avg_used_days")] {
        for found in view.typed(&[key], minutes) {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some("min"), &found));
        }
    }
    let measured = [(["leak_95"], "leak_95", "L/min"), (["pressure_95"], "pressure_95", "cmH2O")];
    for (keys, name, unit) in measured {
        for found in view.typed(&keys, number) {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some(unit), &found));
        }
    }
    for found in view.typed(&["device_serial"], id_word) {
        fields.extend(view.field("device_serial", FieldValue::Text(found.value.clone()), None, &found));
    }
    super::distinct(fields)
}

/// What parts the two dates of a range.
static RANGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:-|–|—|to|through|thru|until|and)\s*$").ok());

/// The first range of dates: a record of use has one period.
fn period(view: &DocView<'_>) -> Vec<Field> {
    /// The longest period that a record shows, in days.
    const DAYS_MAX: i32 = 400;
    for (page, line, text) in view.lines() {
        let Some((first, place)) = find_date(text, true) else { continue };
        let Some((last, end)) = text.get(place.end..).and_then(|rest| find_date(rest, true)) else {
            continue;
        };
        let joined =
            RANGE.as_ref().is_some_and(|regex| regex.is_match(&text[place.end..place.end + end.start]));
        let days = (last - first).get_days();
        if !joined || !(0..=DAYS_MAX).contains(&days) {
            continue;
        }
        let found = |value: Date, at: std::ops::Range<usize>| Found {
            value,
            page,
            line,
            quote: at.clone(),
            at,
            confidence: LIKELY,
        };
        let (start, end) =
            (found(first, place.clone()), found(last, place.end + end.start..place.end + end.end));
        return [("period_start", start), ("period_end", end)]
            .into_iter()
            .filter_map(|(name, found)| view.field(name, FieldValue::Date(found.value), None, &found))
            .collect();
    }
    Vec::new()
}

/// `28/30 days` says two things: days with use, or with four hours of it, and days of the period.
fn days(view: &DocView<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (page, line, text) in view.lines() {
        let mut from = 0;
        for found in USED_OF.iter().flat_map(|regex| regex.captures_iter(text)) {
            let (Some(whole), Some(used), Some(all)) = (found.get(0), found.name("v"), found.name("all"))
            else {
                continue;
            };
            let glued = text[..whole.start()].ends_with(['/', '-', '.'])
                || text[whole.end()..].starts_with(['/', '-']);
            let name = super::study::days_named(&text[from..whole.start()], &text[whole.end()..]);
            let (Some(name), false) = (name, glued) else { continue };
            from = whole.end();
            let (Ok(value), Ok(total)) = (used.as_str().parse::<i64>(), all.as_str().parse::<i64>()) else {
                continue;
            };
            let place =
                Found { value, page, line, quote: whole.range(), at: whole.range(), confidence: LIKELY };
            for (name, value) in [(name, value), ("days_total", total)] {
                let new = value <= total && fields.iter().all(|other: &Field| other.name != name);
                fields.extend(view.field(name, FieldValue::Count(value), None, &place).filter(|_| new));
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use crate::fixtures::{forms::ADHERENCE, understood};

    #[test]
    fn a_record_of_use_says_days_hours_and_what_is_left_of_the_index() {
        let read = understood(&[ADHERENCE]);
        let said: Vec<String> = read.documents[0]
            .fields
            .iter()
            .map(|field| format!("{} {} {}", field.name, field.value, field.unit.as_deref().unwrap_or("-")))
            .collect();
        for wanted in [
            "period_start 2026-08-20 -",
            "period_end 2026-09-18 -",
            "days_used 27 -",
            "days_total 30 -",
            "days_ge_4h 24 -",
            "usage_avg_all_days 341 min",
            "usage_avg_used_days 378 min",
            "residual_ahi 2.4 /h",
            "leak_95 18.2 L/min",
            "device_serial 23211234567 -",
        ] {
            assert!(said.iter().any(|one| one == wanted), "{wanted}: {said:#?}");
        }
        assert!(!said.iter().any(|one| one.starts_with("ahi")), "{said:#?}");
    }
}
