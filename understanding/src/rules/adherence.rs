//! PAP-12: enough nights with enough hours in any thirty days on end of the first three months. Counted from the nights
//! themselves where they are printed; a printed summary proves it only where no choice of days could make it otherwise.

use super::Verdict;
use crate::case_file::{CaseFile, date, number};
use domain::parser::{Document, DocumentClass, Field, FieldValue};
use jiff::civil::Date;

/// What is wanted.
pub(super) struct Wanted {
    pub(super) nights: f64,
    pub(super) window_days: f64,
    pub(super) hours: f64,
    /// Days after the start.
    pub(super) within_days: f64,
}

/// Printed sums of a download.
struct Summary<'a> {
    days: f64,
    enough: f64,
    field: &'a Field,
}

/// The verdict.
pub(super) fn reached(case: &CaseFile<'_>, wanted: &Wanted) -> Verdict {
    let downloads: Vec<&Document> = case.of_class(DocumentClass::AdherenceReport).collect();
    if downloads.is_empty() {
        return Verdict::insufficient().because("there is no download of the device's use");
    }
    if let Some(blower) = downloads.iter().find_map(|download| download.field("adherence.blower_only")) {
        let detail = "the meter counts the blower's hours, which do not show that the device was worn";
        return Verdict::insufficient().because(detail).with("adherence.blower_only", blower);
    }
    let start = case
        .any_field("therapy_start")
        .or_else(|| downloads.iter().find_map(|one| one.field("period_start")));
    let nights = nights(&downloads, start.and_then(date), wanted);
    if !nights.is_empty() {
        let best = best_window(&nights, wanted);
        let verdict = match best {
            _ if best >= wanted.nights => Verdict::met(),
            _ if covers(&nights, wanted) => {
                Verdict::unmet().because(format!("at most {best} nights in thirty days"))
            }
            _ => Verdict::insufficient().because("the nights printed do not cover the first three months"),
        };
        let shown = nights.iter().find(|night| night.minutes >= wanted.hours * 60.0).or(nights.first());
        return verdict
            .with_opt("adherence.night", shown.map(|night| night.field))
            .with_opt("therapy_start", start);
    }
    match downloads.iter().find_map(|download| summary(download)) {
        Some(summary) => of_summary(&summary, wanted).with_opt("therapy_start", start),
        None => Verdict::insufficient().because("the download shows no legible use by the day"),
    }
}

/// Of several windows laid side by side one holds at least its share, so that the sum can prove it; days left over may
/// hold any of them.
fn of_summary(summary: &Summary<'_>, wanted: &Wanted) -> Verdict {
    let windows = (summary.days / wanted.window_days).floor();
    let left_over = summary.days - windows * wanted.window_days;
    let verdict = if windows >= 1.0 && summary.enough - left_over >= wanted.nights * windows {
        Verdict::met()
    } else if summary.enough < wanted.nights {
        let all = summary.days >= wanted.within_days - 1.0;
        let detail = "the download shows fewer nights than are needed";
        if all { Verdict::unmet().because(detail) } else { Verdict::insufficient().because(detail) }
    } else {
        Verdict::insufficient().because("the printed sum does not tell the nights of thirty days on end")
    };
    verdict.with(&summary.field.name, summary.field)
}

fn summary(download: &Document) -> Option<Summary<'_>> {
    let of = |name: &str| download.field(name).and_then(|field| Some((number(field)?, field)));
    let period = || {
        let first = download.field("period_start").and_then(date)?;
        let last = download.field("period_end").and_then(date)?;
        Some(f64::from((last - first).get_days()) + 1.0)
    };
    let days = of("days_total").map(|(days, _)| days).or_else(period)?;
    let by_days = of("days_ge_4h").map(|(enough, field)| Summary { days, enough, field });
    // A rounded share may hide a night: the lower end counts.
    let by_share = || {
        let (share, field) = of("pct_ge_4h")?;
        Some(Summary { days, enough: ((share - 0.5).max(0.0) / 100.0 * days).ceil(), field })
    };
    by_days.or_else(by_share)
}

/// A night by its day.
struct Night<'a> {
    day: Date,
    minutes: f64,
    field: &'a Field,
}

/// The printed nights of the first months, by day.
fn nights<'a>(downloads: &[&'a Document], start: Option<Date>, wanted: &Wanted) -> Vec<Night<'a>> {
    let within = |day: Date| {
        start.is_none_or(|start| (0.0..=wanted.within_days).contains(&f64::from((day - start).get_days())))
    };
    let mut nights: Vec<Night<'a>> = downloads
        .iter()
        .flat_map(|download| download.fields_named("adherence.night"))
        .filter_map(night)
        .filter(|night| within(night.day))
        .collect();
    nights.sort_by_key(|night| night.day);
    nights.dedup_by_key(|night| night.day);
    nights
}

/// `2026-02-03=412`: a day and its minutes.
fn night(field: &Field) -> Option<Night<'_>> {
    let FieldValue::Text(text) = &field.value else { return None };
    let (day, minutes) = text.split_once('=')?;
    Some(Night { day: day.parse().ok()?, minutes: minutes.parse().ok()?, field })
}

/// The most nights with enough hours in any days on end.
fn best_window(nights: &[Night<'_>], wanted: &Wanted) -> f64 {
    let enough: Vec<Date> =
        nights.iter().filter(|night| night.minutes >= wanted.hours * 60.0).map(|night| night.day).collect();
    let of_window = |first: &Date| {
        enough
            .iter()
            .filter(|day| (0.0..wanted.window_days).contains(&f64::from((**day - *first).get_days())))
            .count()
    };
    enough.iter().map(of_window).max().unwrap_or(0) as f64
}

/// Whether every night of the first months is printed, so that none can make it otherwise.
fn covers(nights: &[Night<'_>], wanted: &Wanted) -> bool {
    nights.len() as f64 >= wanted.within_days - 1.0
}
