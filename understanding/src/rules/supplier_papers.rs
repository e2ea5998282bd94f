//! Rules on papers that are the supplier's own, or that come with the order (ORD-2, ORD-4, ORD-5, F2F-2, CMN-1, RET-1,
//! RFL-1, PAP-8). A hospital's chart seldom holds them: what it does not show is said to be the supplier's to look up,
//! and never stops an order.

use super::Verdict;
use crate::case_file::{CaseFile, date};
use crate::course::Course;
use crate::knowledge::CodeList;
use domain::parser::{DocumentClass, Field, FieldValue};
use jiff::ToSpan;
use jiff::civil::Date;

/// Said where only the supplier can know.
const OWN_RECORD: &str = "the supplier's own record shows it, not the hospital's chart";

fn dated<'a>(case: &CaseFile<'a>, name: &str) -> Option<(Date, &'a Field)> {
    let field = case.any_field(name)?;
    Some((date(field)?, field))
}

fn order_date<'a>(case: &CaseFile<'a>) -> Option<(Date, &'a Field)> {
    let field = case.order_field("order_date")?;
    Some((date(field)?, field))
}

/// ORD-2, ORD-4: the order's own date, never that of its signature, is not after the event.
pub(super) fn dated_before(case: &CaseFile<'_>, event: &str) -> Verdict {
    match (order_date(case), dated(case, event)) {
        (Some((ordered, field)), Some((day, then))) => {
            let verdict = if ordered <= day { Verdict::met() } else { Verdict::unmet() };
            verdict.with("order_date", field).with(event, then)
        }
        (None, _) => Verdict::insufficient().because("the order date is not legible"),
        (Some((_, field)), None) => Verdict::insufficient().because(OWN_RECORD).with("order_date", field),
    }
}

/// ORD-5: what happened has an order of its own.
pub(super) fn new_order(case: &CaseFile<'_>) -> Verdict {
    let Some((ordered, field)) = order_date(case) else {
        return Verdict::insufficient().because("the order date is not legible");
    };
    let verdict = match (case.course, dated(case, "therapy_start")) {
        // The old order may still be good for what goes on unchanged.
        (Course::Initial | Course::Continuation, _) => Verdict::met(),
        (_, Some((start, therapy))) if ordered < start => Verdict::unmet().with("therapy_start", therapy),
        (_, Some((_, therapy))) => Verdict::met().with("therapy_start", therapy),
        (_, None) => Verdict::insufficient().because("when the treatment began is not told"),
    };
    verdict.with("order_date", field)
}

/// F2F-2: which items are on the list on the order date.
pub(super) fn listed_items(case: &CaseFile<'_>, list: Option<&CodeList>, day: Option<Date>) -> Verdict {
    let lines = &case.order.lines;
    let shown = |verdict: Verdict| {
        let field = case.order_field("items.hcpcs").or_else(|| case.order_field("items.description"));
        verdict.with_opt("items.hcpcs", field).with_opt("order_date", case.order_field("order_date"))
    };
    let Some(list) = list else { return Verdict::not_applicable() };
    let on: Vec<&str> =
        lines.iter().filter_map(|line| line.hcpcs.as_deref()).filter(|code| list.holds(code, day)).collect();
    if !on.is_empty() {
        return shown(Verdict::met().because(on.join(", ")));
    }
    if lines.is_empty() || lines.iter().any(|line| line.hcpcs.is_none()) {
        return shown(Verdict::insufficient());
    }
    shown(Verdict::not_applicable())
}

/// CMN-1: none is among the papers, or it is history.
pub(super) fn no_certificate(case: &CaseFile<'_>) -> Verdict {
    let form = case.any_field("cmn.form");
    if form.is_some() || case.of_class(DocumentClass::MedicalNecessityForm).next().is_some() {
        return Verdict::unmet().with_opt("cmn.form", form);
    }
    match case.order_field("order_date") {
        Some(field) => Verdict::met().with("order_date", field),
        None => Verdict::insufficient(),
    }
}

/// RET-1, PAP-8: a flag of the supplier's record, or a day so many years after the order.
pub(super) fn record(case: &CaseFile<'_>, name: &str, years: Option<f64>) -> Verdict {
    let Some(field) = case.any_field(name) else {
        let ordered = case.order_field("order_date");
        return Verdict::insufficient().because(OWN_RECORD).with_opt("order_date", ordered);
    };
    let verdict = match (&field.value, years, case.order_date()) {
        (FieldValue::Flag(true), None, _) => Verdict::met(),
        (FieldValue::Flag(false), None, _) => Verdict::unmet(),
        (_, Some(years), Some(ordered)) => {
            let until = ordered.checked_add((years.clamp(0.0, 100.0) as i64).years());
            match (date(field), until) {
                (Some(kept), Ok(until)) if kept >= until => Verdict::met(),
                (Some(_), Ok(_)) => Verdict::unmet(),
                _ => Verdict::insufficient(),
            }
        }
        _ => Verdict::insufficient(),
    };
    verdict.with(name, field)
}

/// RFL-1: asked for and sent shortly before the supply ends.
pub(super) fn refill_window(case: &CaseFile<'_>, contact_days: f64, ship_days: f64) -> Verdict {
    let (asked, sent) = (dated(case, "refill.request_date"), dated(case, "refill.ship_date"));
    let Some((ends, supply)) = dated(case, "refill.supply_ends") else {
        return match asked.or(sent) {
            Some((_, field)) => Verdict::insufficient().because(OWN_RECORD).with("refill", field),
            None => Verdict::not_applicable(),
        };
    };
    let before = |day: Date| f64::from((ends - day).get_days());
    let early = |found: Option<(Date, &Field)>, most: f64| found.is_some_and(|(day, _)| before(day) > most);
    let verdict = if early(asked, contact_days) || early(sent, ship_days) {
        Verdict::unmet()
    } else if asked.is_some() {
        Verdict::met()
    } else {
        Verdict::insufficient().because("no request of the patient's is shown")
    };
    verdict
        .with("refill.supply_ends", supply)
        .with_opt("refill.request_date", asked.map(|(_, field)| field))
        .with_opt("refill.ship_date", sent.map(|(_, field)| field))
}
