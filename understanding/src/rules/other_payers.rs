//! What payers other than Medicare ask beside its rules: how old a study may be, how near to it a visit.

use super::Verdict;
use super::study::diagnostic_study;
use crate::case_file::{CaseFile, date, states};
use domain::parser::DocumentClass;
use jiff::ToSpan;

/// The study was recorded within some months before the order.
pub(super) fn study_within(case: &CaseFile<'_>, months: f64) -> Verdict {
    let Some(study) = diagnostic_study(case) else {
        return Verdict::insufficient().because("there is no diagnostic study in the packet");
    };
    let start = study.field("recording_start");
    let Some((field, recorded)) = start.and_then(|field| Some((field, date(field)?))) else {
        return Verdict::insufficient().because("the study shows no legible recording date");
    };
    let Some(ordered) = case.order_date() else {
        return Verdict::insufficient()
            .because("the order date is not legible")
            .with("recording_start", field);
    };
    let first = ordered.checked_sub((months.clamp(0.0, 120.0) as i64).months());
    let verdict = match first {
        Ok(first) if recorded >= first && recorded <= ordered => Verdict::met(),
        _ => Verdict::unmet(),
    };
    verdict.with("recording_start", field).with_opt("order_date", case.order_field("order_date"))
}

/// A visit about sleep apnea lies within some days of the study.
pub(super) fn visit_near_study(case: &CaseFile<'_>, days: f64) -> Verdict {
    let study = diagnostic_study(case).and_then(|study| study.field("recording_start"));
    let Some((start, recorded)) = study.and_then(|field| Some((field, date(field)?))) else {
        return Verdict::insufficient()
            .because("no diagnostic study with a legible recording date was found");
    };
    let visits: Vec<_> = [DocumentClass::OfficeNote, DocumentClass::TelehealthNote]
        .into_iter()
        .flat_map(|class| case.of_class(class))
        .filter(|note| {
            states(note, "topic.osa") || states(note, "symptom.snoring") || note.field("ess").is_some()
        })
        .filter_map(|note| note.field("encounter_date"))
        .filter_map(|field| Some((date(field)?, field)))
        .collect();
    let apart = |day: jiff::civil::Date| f64::from((recorded - day).get_days()).abs();
    match visits.iter().min_by(|a, b| apart(a.0).total_cmp(&apart(b.0))) {
        Some((day, visit)) => {
            let verdict = if apart(*day) <= days { Verdict::met() } else { Verdict::unmet() };
            verdict.with("encounter_date", visit).with("recording_start", start)
        }
        None => Verdict::insufficient()
            .because("no dated note about sleep apnea was found")
            .with("recording_start", start),
    }
}
