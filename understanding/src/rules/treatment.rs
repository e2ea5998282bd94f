//! Rules on treatment under way (LCD L33718): the visit after the start (PAP-11), a failed trial (PAP-13), a change of
//! device (PAP-14), a replacement (PAP-15), and patients who bring their device along (PAP-16).

use super::Verdict;
use super::study::{diagnostic_study, index};
use crate::case_file::{CaseFile, date, states};
use domain::parser::{Document, DocumentClass, Field, FieldValue};
use jiff::ToSpan;
use jiff::civil::Date;

fn dated<'a>(document: &'a Document, name: &str) -> Option<(Date, &'a Field)> {
    let field = document.field(name)?;
    Some((date(field)?, field))
}

/// The day the treatment began, wherever it is told.
fn start<'a>(case: &CaseFile<'a>) -> Option<(Date, &'a Field)> {
    let documents = case.documents;
    documents
        .iter()
        .find_map(|document| dated(document, "therapy_start"))
        .or_else(|| documents.iter().find_map(|document| dated(document, "period_start")))
}

/// Visits in person with their days, the earliest first.
fn visits<'a>(case: &CaseFile<'a>) -> Vec<(Date, &'a Field, &'a Document)> {
    let mut visits: Vec<_> = case
        .of_class(DocumentClass::OfficeNote)
        .filter_map(|note| dated(note, "encounter_date").map(|(day, field)| (day, field, note)))
        .collect();
    visits.sort_by_key(|(day, ..)| *day);
    visits
}

fn days(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}

/// PAP-11: better, and the practitioner looked at the use. A later visit counts from its own day on.
pub(super) fn reevaluation(case: &CaseFile<'_>, day_first: f64, day_last: f64) -> Verdict {
    let Some((began, start)) = start(case) else {
        return Verdict::insufficient().because("the day the treatment began is not told");
    };
    let shows = |note: &Document| {
        (states(note, "pap.improved") || states(note, "pap.benefit"))
            && states(note, "pap.adherence_reviewed")
    };
    let after: Vec<_> = visits(case).into_iter().filter(|(day, ..)| days(began, *day) >= day_first).collect();
    let verdict = match after.iter().find(|(.., note)| shows(note)) {
        Some((day, field, _)) if days(began, *day) <= day_last => {
            Verdict::met().with("encounter_date", field)
        }
        Some((_, field, _)) => Verdict::insufficient()
            .because(
                "it came late, and coverage goes on only from that visit: a person decides from which day",
            )
            .with("encounter_date", field),
        None => match after.first() {
            Some((_, field, _)) => Verdict::insufficient()
                .because("the note does not say that the patient is better and that the use was looked at")
                .with("encounter_date", field),
            None => Verdict::insufficient().because("there is no note of a visit in person in that time"),
        },
    };
    verdict.with("therapy_start", start)
}

/// PAP-13: after the start, a visit about the cause of failure and a test in a laboratory.
pub(super) fn requalification(case: &CaseFile<'_>) -> Verdict {
    let about = visits(case).into_iter().rev().find(|(.., note)| states(note, "pap.failure_cause"));
    let began = start(case);
    let in_laboratory = |study: &&Document| {
        let is = |name: &str, wanted: &[&str]| matches!(study.field(name).map(|field| &field.value), Some(FieldValue::Text(text)) if wanted.contains(&text.as_str()));
        is("test_kind", &["psg", "split"]) || is("test_type", &["I"])
    };
    let repeated = [DocumentClass::SleepStudy, DocumentClass::Titration]
        .into_iter()
        .flat_map(|class| case.of_class(class))
        .filter(in_laboratory)
        .filter_map(|study| dated(study, "recording_start"))
        .filter(|(day, _)| began.is_none_or(|(start, _)| *day > start))
        .max_by_key(|(day, _)| *day);
    let verdict = match (&about, repeated, began) {
        (Some(_), Some(_), Some(_)) => Verdict::met(),
        (Some(_), Some(_), None) => Verdict::insufficient()
            .because("the day the treatment began is not told, so that no test is known to be a second one"),
        (None, Some(_), _) => {
            Verdict::insufficient().because("no visit about why the trial failed was found")
        }
        (_, None, _) => Verdict::insufficient().because("no test in a laboratory after the start was found"),
    };
    verdict
        .with_opt("encounter_date", about.map(|(_, field, _)| field))
        .with_opt("recording_start", repeated.map(|(_, field)| field))
        .with_opt("therapy_start", began.map(|(_, field)| field))
}

/// The days of a trial.
pub(super) struct Trial {
    /// The first day the visit may be on.
    pub(super) day_first: f64,
    pub(super) days: f64,
    /// With fewer days left than this the trial is longer.
    pub(super) days_left_min: f64,
    pub(super) days_extended: f64,
}

/// PAP-14: the new device's own visit, within the trial or the longer one.
pub(super) fn switch(case: &CaseFile<'_>, trial: &Trial) -> Verdict {
    let Some((began, start)) = start(case) else {
        return Verdict::insufficient().because("the day the treatment began is not told");
    };
    let Some(ordered) = case.order_date() else {
        return Verdict::insufficient().because("the order date is not legible").with("therapy_start", start);
    };
    let left = trial.days - days(began, ordered);
    let last = if left > trial.days_left_min { trial.days } else { trial.days_extended };
    let visit = visits(case).into_iter().find(|(day, _, note)| {
        let at = days(began, *day);
        *day > ordered && (trial.day_first..=last).contains(&at) && states(note, "pap.adherence_reviewed")
    });
    let verdict = match visit {
        _ if left < 0.0 => Verdict::unmet().because("the trial was over when the device was changed"),
        Some((_, field, _)) => Verdict::met().with("encounter_date", field),
        None => Verdict::insufficient()
            .because(format!("the visit with the new device's use is due by day {last} after the start")),
    };
    verdict.with("therapy_start", start).with_opt("order_date", case.order_field("order_date"))
}

/// PAP-15: lost, stolen or beyond repair; or old, and a visit says that it is used and helps.
pub(super) fn replacement(case: &CaseFile<'_>, years: f64) -> Verdict {
    let lost = case.order_documents().chain(case.documents).find_map(|document| {
        document.field("replacement.lost").filter(|field| field.value == FieldValue::Flag(true))
    });
    if let Some(lost) = lost {
        return Verdict::met().with("replacement.lost", lost);
    }
    let began = start(case);
    let young = began.zip(case.order_date()).is_some_and(|((began, _), ordered)| {
        began.checked_add((years.clamp(0.0, 50.0) as i64).years()).is_ok_and(|end| ordered < end)
    });
    let therapy = began.map(|(_, field)| field);
    if young {
        return Verdict::insufficient()
            .because("the device is younger than its life, and loss, theft or damage is not told")
            .with_opt("therapy_start", therapy);
    }
    let said = visits(case).into_iter().rev().find(|(.., note)| {
        (states(note, "pap.uses") || states(note, "pap.adherence_reviewed"))
            && (states(note, "pap.benefit") || states(note, "pap.improved"))
    });
    let verdict = match said {
        Some((_, field, _)) => Verdict::met().with("encounter_date", field),
        None => Verdict::insufficient().because("no visit says that the device is used and helps"),
    };
    verdict.with_opt("therapy_start", therapy)
}

/// PAP-16: an earlier test that qualifies, and after it a visit that confirms diagnosis and use.
pub(super) fn entering_medicare(case: &CaseFile<'_>, index_min: f64) -> Verdict {
    let Some((study, found)) = diagnostic_study(case).and_then(|study| Some((study, index(study)?))) else {
        return Verdict::insufficient().because("the earlier sleep test is not in the packet");
    };
    if found.highest < index_min {
        return Verdict::unmet()
            .because("the earlier test does not qualify")
            .with(&found.field.name, found.field);
    }
    let recorded = dated(study, "recording_start");
    let confirms = |note: &Document| {
        states(note, "topic.osa") && (states(note, "pap.uses") || states(note, "pap.benefit"))
    };
    let visit = visits(case)
        .into_iter()
        .rev()
        .find(|(day, _, note)| confirms(note) && recorded.is_some_and(|(test, _)| *day > test));
    let verdict = match (visit, recorded) {
        (Some((_, field, _)), _) => Verdict::met().with("encounter_date", field),
        (None, None) => Verdict::insufficient().because("the day of the earlier test is not legible"),
        (None, Some(_)) => Verdict::insufficient()
            .because("no later visit confirms the diagnosis and that the device is used"),
    };
    verdict.with(&found.field.name, found.field).with_opt("recording_start", recorded.map(|(_, field)| field))
}
