//! What a device's own record says of its use. The index it prints is of the nights on therapy: it is never a
//! diagnosis.

use super::measure::{count, minutes, number, percentage};
use crate::dates::find_date;
use crate::find::{DocView, Found, LIKELY, id_word};
use domain::parser::{Field, FieldValue};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

static USED_OF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?P<v>\d{1,3})\s*(?:/|of|out of)\s*(?P<all>\d{1,3})(?:\s*days?)?\b").ok()
});

/// Reads a record of use: `period_start`, `period_end`, `days_total`, `days_used`, `days_ge_4h`, `pct_ge_4h` (%),
/// `usage_avg_all_days` and `usage_avg_used_days` (min), `residual_ahi` (/h), `leak_95` (L/min),
/// `pressure_95` (cmH2O), `device_serial`.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = period(view);
    fields.extend(days(view));
    for found in view.typed(&["usage_4h_share"], percentage) {
        fields.extend(view.field("pct_ge_4h", FieldValue::Number(found.value), Some("%"), &found));
    }
    for (key, name) in [("usage_all", "usage_avg_all_days"), ("usage_used", "usage_avg_used_days")] {
        for found in view.typed(&[key], minutes) {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some("min"), &found));
        }
    }
    let measured = [
        (["residual_ahi", "ahi"].as_slice(), "residual_ahi", "/h"),
        (&["leak_95"], "leak_95", "L/min"),
        (&["pressure_95"], "pressure_95", "cmH2O"),
    ];
    for (keys, name, unit) in measured {
        for found in view.typed(keys, number) {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some(unit), &found));
        }
    }
    for found in view.typed(&["device_serial"], id_word) {
        fields.extend(view.field("device_serial", FieldValue::Text(found.value.clone()), None, &found));
    }
    super::distinct(fields)
}

/// The first two dates of the line that names the period, in their order.
fn period(view: &DocView<'_>) -> Vec<Field> {
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, at, _) in labelled.labels(&["usage_period"]) {
            let stretches = labelled.stretches(line, at);
            let pair = stretches.into_iter().find_map(|stretch| {
                let text = labelled.text(&stretch);
                let (first, place) = find_date(text, true)?;
                let (last, end) = find_date(&text[place.end..], true)?;
                let from = stretch.range.start;
                let end = place.end + end.start..place.end + end.end;
                Some((
                    stretch.line,
                    [(first, place), (last, end)].map(|(date, at)| (date, from + at.start..from + at.end)),
                ))
            });
            let Some((line, [first, last])) = pair else { continue };
            if first.0 > last.0 {
                continue;
            }
            let found = |(value, at): (Date, std::ops::Range<usize>)| Found {
                value,
                page,
                line,
                quote: at.clone(),
                at,
                confidence: LIKELY,
            };
            let (start, end) = (found(first), found(last));
            return [("period_start", start), ("period_end", end)]
                .into_iter()
                .filter_map(|(name, found)| view.field(name, FieldValue::Date(found.value), None, &found))
                .collect();
        }
    }
    Vec::new()
}

/// Days of the period, with use, and with four hours or more; `28/30 days` says two of them.
fn days(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let used_of = |text: &str| {
        let found = USED_OF.as_ref()?.captures(text)?;
        let part =
            |name: &str| Some((found.name(name)?.as_str().parse::<i64>().ok()?, found.name(name)?.range()));
        let (used, all) = (part("v")?, part("all")?);
        (used.0 <= all.0).then_some(((used.0, all.0), used.1.start..all.1.end))
    };
    for found in view.typed(&["usage_days"], used_of) {
        let (used, all) = found.value;
        fields.extend(view.field("days_used", FieldValue::Count(used), None, &found));
        fields.extend(view.field("days_total", FieldValue::Count(all), None, &found));
    }
    for (key, name) in
        [("usage_days", "days_used"), ("usage_4h_days", "days_ge_4h"), ("usage_total_days", "days_total")]
    {
        if fields.iter().all(|field: &Field| field.name != name) {
            for found in view.typed(&[key], count).into_iter().take(1) {
                fields.extend(view.field(name, FieldValue::Count(found.value), None, &found));
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
