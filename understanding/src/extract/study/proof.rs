//! The arithmetic of a study: an index that its own report contradicts has been misread, and is not used.
//!
//! It also tells which rule an index without one was scored by, where the events printed beside it say theirs.
//!
//! Two checks: hypopneas scored at 4 % are a subset of those at 3 %, so the 4 % index cannot be the higher one;
//! and events divided by hours must give the index (domain of AASM reports; tolerance for rounding and for time
//! counted as sleep or as recording).

use domain::parser::{Field, FieldValue};

/// Events per hour by which index and events over time may differ.
const TOLERANCE_PER_HOUR: f64 = 1.5;

/// Share of the index by which they may differ; recording time can be a fifth longer than sleep.
const TOLERANCE_SHARE: f64 = 0.25;

/// Events per hour within which an index is the quotient of its own events and time: both are printed rounded.
pub(super) const SAME_PER_HOUR: f64 = 0.15;

/// Events per hour.
pub(super) fn quotient(events: f64, hours: f64) -> f64 {
    events / hours.max(0.01)
}

/// An index without a rule beside a 3 % index is the 4 % one, if the events that give it are printed as scored by 4 %:
/// `REI 55.2, AHI (3%) 78.0, Total Events (4%) 424` in 7.68 hours.
pub(super) fn name_by_arithmetic(fields: &mut [Field]) {
    let named = |name: &str| -> Vec<&Field> { fields.iter().filter(|field| field.name == name).collect() };
    let [three] = named("ahi_3pct")[..] else { return };
    let [total] = named("events_total")[..] else { return };
    if !named("ahi_4pct").is_empty() {
        return;
    }
    if !total.evidence.quote.replace(' ', "").contains("4%") {
        return;
    }
    let (Some(three), Some(events)) = (number(&three.value), number(&total.value)) else { return };
    let hours: Vec<f64> = [named("tst"), named("trt"), named("monitoring_time")]
        .concat()
        .into_iter()
        .filter_map(|time| number(&time.value))
        .map(|minutes| minutes / 60.0)
        .collect();
    let gives = |index: f64| hours.iter().any(|hours| (events / hours - index).abs() <= SAME_PER_HOUR);
    let candidates: Vec<usize> = (0..fields.len())
        .filter(|at| matches!(fields[*at].name.as_str(), "ahi" | "rei" | "pahi"))
        .filter(|at| number(&fields[*at].value).is_some_and(|index| index < three && gives(index)))
        .collect();
    if let [at] = candidates[..] {
        "ahi_4pct".clone_into(&mut fields[at].name);
    }
}

/// Renames indices the report contradicts, such as `ahi_4pct` to `ahi_4pct_unproven`.
pub(super) fn mark_unproven(fields: &mut [Field]) {
    let values = |name: &str| -> Vec<f64> {
        fields.iter().filter(|field| field.name == name).filter_map(|field| number(&field.value)).collect()
    };
    let three = values("ahi_3pct");
    let events = values("events_total");
    let hours: Vec<f64> = [values("tst"), values("trt"), values("monitoring_time")]
        .concat()
        .into_iter()
        .map(|minutes| minutes / 60.0)
        .collect();
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

    fn field(name: &str, value: f64, quote: &str) -> Field {
        let document = crate::fixtures::document(
            domain::parser::DocumentClass::SleepStudy,
            &[(name, FieldValue::Number(value))],
        );
        let mut field = document.fields[0].clone();
        quote.clone_into(&mut field.evidence.quote);
        field
    }

    #[test]
    fn the_events_say_by_which_rule_an_index_was_scored() {
        let named = |rei: f64, events: &str| {
            let mut fields = vec![
                field("ahi_3pct", 78.0, "AHI (3%) 78.0"),
                field("rei", rei, "REI"),
                field("events_total", 424.0, events),
                field("trt", 460.6, "Monitoring Time 460.6"),
            ];
            name_by_arithmetic(&mut fields);
            fields[1].name.clone()
        };
        assert_eq!(named(55.2, "Total Events (4%) 424"), "ahi_4pct");
        assert_eq!(named(55.2, "Total Events (4 %) 424"), "ahi_4pct");
        assert_eq!(named(55.2, "Total Events 424"), "rei", "nothing says 4 %");
        assert_eq!(named(56.2, "Total Events (4%) 424"), "rei", "not what the events give");
    }

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
