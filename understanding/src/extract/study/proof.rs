//! The arithmetic of a study: an index that its own report contradicts has been misread, and is not used.
//!
//! Two checks: hypopneas scored at 4 % are a subset of those at 3 %, so the 4 % index cannot be the higher one;
//! and events divided by hours must give the index (domain of AASM reports; tolerance for rounding and for time
//! counted as sleep or as recording).

use domain::parser::{Field, FieldValue};

/// Events per hour by which index and events over time may differ.
const TOLERANCE_PER_HOUR: f64 = 1.5;

/// Share of the index by which they may differ; recording time can be a fifth longer than sleep.
const TOLERANCE_SHARE: f64 = 0.25;

/// Renames indices the report contradicts, such as `ahi_4pct` to `ahi_4pct_unproven`.
pub(super) fn mark_unproven(fields: &mut [Field]) {
    let values = |name: &str| -> Vec<f64> {
        fields.iter().filter(|field| field.name == name).filter_map(|field| number(&field.value)).collect()
    };
    let three = values("ahi_3pct");
    let events = values("events_total");
    let hours: Vec<f64> =
        [values("tst"), values("trt")].concat().into_iter().map(|minutes| minutes / 60.0).collect();
    for field in fields.iter_mut().filter(|field| matches!(field.name.as_str(), "ahi_4pct" | "ahi")) {
        let Some(index) = number(&field.value) else { continue };
        let above_three = field.name == "ahi_4pct" && three.len() == 1 && index > three[0] + 0.05;
        if above_three || contradicted(index, &events, &hours) {
            field.name.push_str("_unproven");
        }
    }
}

/// Whether no printed number of events and time gives the index.
fn contradicted(index: f64, events: &[f64], hours: &[f64]) -> bool {
    let tolerance = TOLERANCE_PER_HOUR.max(index * TOLERANCE_SHARE);
    let mut derived =
        events.iter().flat_map(|events| hours.iter().map(move |hours| events / hours)).peekable();
    derived.peek().is_some() && derived.all(|derived| (derived - index).abs() > tolerance)
}

fn number(value: &FieldValue) -> Option<f64> {
    match value {
        FieldValue::Number(number) => Some(*number),
        FieldValue::Count(count) => Some(*count as f64),
        FieldValue::Text(_) | FieldValue::Date(_) | FieldValue::DateTime(_) | FieldValue::Flag(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_must_fit_events_and_time() {
        for (index, events, hours, expected) in [
            (51.9, vec![332.0], vec![6.43], false),
            (11.7, vec![74.0], vec![6.30, 6.5], false),
            (17.0, vec![74.0], vec![6.30, 6.5], true),
            (6.0, vec![332.0], vec![6.43], true),
            (20.0, vec![], vec![6.43], false),
            (20.0, vec![130.0], vec![], false),
        ] {
            assert_eq!(contradicted(index, &events, &hours), expected, "{index}");
        }
    }
}
