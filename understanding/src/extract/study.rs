//! Sleep studies and titrations. The index that counts is the diagnostic one: what was measured on therapy,
//! in one position or in one stage is never taken for it.
//!
//! A label is understood by the ideas it is made of (`words`, `meaning`), found before, behind or above its number
//! (`segments`, `reading`, `label`, `grid`); of contradicting values none is given (`settle`, `proof`).

mod atoms;
mod grid;
mod label;
pub(crate) mod meaning;
mod parts;
mod pressures;
mod proof;
mod reading;
mod segments;
mod settle;
mod spellings;
mod steps;
mod swapped;
#[cfg(test)]
mod systems;
#[cfg(test)]
mod tests;
mod words;

use super::{cpap_trial, signature};
use crate::dates::find_datetime;
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use jiff::civil::{Date, DateTime};
use meaning::Report;
use parts::Therapy;
use reading::Candidate;
use regex::Regex;
use std::sync::LazyLock;

/// A page's first lines, where a date without further words is the study's.
const HEAD_LINES: usize = 14;

static SCORING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)hypopn\w+[^.]{0,120}?(?P<v>[34])\s*%|(?P<w>[34])\s*%\s*(?:oxygen\s+|o2\s+)?desat\w*[^.]{0,60}?hypopn").ok()
});

/// Reads a sleep study; of a titration report the index is the residual one.
pub(super) fn fields(view: &DocView<'_>, titration: bool) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in starts(view) {
        let value = found.value.1.map_or(FieldValue::Date(found.value.0), FieldValue::DateTime);
        fields.extend(view.field("recording_start", value, None, &found));
    }
    for found in
        view.typed(&["interpreted_date"], |text| find_datetime(text).map(|(date, _, range)| (date, range)))
    {
        fields.extend(view.field("interpreted_at", FieldValue::Date(found.value), None, &found));
    }
    fields.extend(kind(view));
    fields.extend(values(view, if titration { Report::Titration } else { Report::Study }));
    fields.extend(pressures::fields(view));
    fields.extend(steps::residual(view, &fields));
    fields.extend(cpap_trial::fields(view));
    fields.extend(signature::fields(view));
    let mut fields = super::distinct(fields);
    proof::name_by_arithmetic(&mut fields);
    proof::mark_unproven(&mut fields);
    fields
}

/// Everything measured in the night, under the names of `meaning`.
fn values(view: &DocView<'_>, report: Report) -> Vec<Field> {
    let titration = report == Report::Titration;
    let therapy = Therapy::of(view);
    let mut found: Vec<Candidate> = Vec::new();
    for segment in segments::segments(view) {
        let failed = parts::tells_of_failure(&segment.text);
        for one in reading::values(view, &segment, report) {
            match report {
                Report::Use => found.push(one),
                _ => found.extend(of_the_night(one, &therapy, view, titration, failed)),
            }
        }
    }
    settle::settled(found, scoring_rule(view))
        .into_iter()
        .filter_map(|one| {
            let (value, unit) = match one.name {
                "obstructive" | "central" | "mixed" | "hypopneas" | "apneas" | "events_total" => {
                    (FieldValue::Count(one.found.value as i64), "events")
                }
                "tst" | "trt" | "monitoring_time" | "minutes_at_88" => {
                    (FieldValue::Number(one.found.value), "min")
                }
                "days_used" | "days_ge_4h" | "days_total" => {
                    let field = FieldValue::Count(one.found.value as i64);
                    return view.field(one.name, field, None, &one.found);
                }
                "efficiency" | "pct_ge_4h" | "nadir_spo2" | "mean_spo2" => {
                    (FieldValue::Number(one.found.value), "%")
                }
                _ => (FieldValue::Number(one.found.value), "/h"),
            };
            view.field(one.name, value, Some(unit), &one.found)
        })
        .collect()
}

/// What a device's record says of its use.
pub(super) fn of_use(view: &DocView<'_>) -> Vec<Field> {
    values(view, Report::Use)
}

/// What `27 of 30` counts, by the words before it and behind it: days of use, or of four hours of it.
pub(super) fn days_named(before: &str, after: &str) -> Option<&'static str> {
    use words::Idea::{Days, FourHours, LessHours, NotUsed, Used};
    let before = words::ideas_of(before);
    let tagged = words::read(after);
    let first = atoms::atoms(after, &tagged.not_values).first().map_or(after.len(), |atom| atom.at.start);
    let near = tagged.tags.iter().filter(|tag| tag.at.start < first);
    let after = near.fold(words::Ideas::default(), |all, tag| all.and(tag.ideas));
    let named = |ideas: words::Ideas| match () {
        () if ideas.any(&[LessHours, NotUsed]) => None,
        () if ideas.has(FourHours) => Some("days_ge_4h"),
        () if ideas.any(&[Used, Days]) && !ideas.has(words::Idea::Foreign) => Some("days_used"),
        () => None,
    };
    if before.any(&[Used, Days, FourHours, LessHours, NotUsed]) { named(before) } else { named(after) }
}

/// Measured numbers of a line: no dates, ranges, limits.
pub(super) fn plain_numbers(text: &str) -> Vec<(f64, std::ops::Range<usize>)> {
    let atoms = atoms::atoms(text, &words::read(text).not_values);
    let measured =
        atoms.into_iter().filter(|atom| !matches!(atom.unit, atoms::Unit::Clock | atoms::Unit::Foreign));
    measured.map(|atom| (atom.value, atom.at)).collect()
}

/// How many different things of a sleep study, or of a device's use, are printed with their labels.
pub(crate) fn shown(view: &DocView<'_>, report: Report) -> usize {
    let segments = segments::segments(view);
    let found = segments.iter().flat_map(|segment| reading::values(view, segment, report));
    let mut names: Vec<&'static str> = found.filter(|one| one.rank >= 2).map(|one| one.name).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

/// What was measured on therapy is the residual index, or nothing that a study is asked for.
fn of_the_night(
    mut one: Candidate,
    therapy: &Therapy,
    view: &DocView<'_>,
    titration: bool,
    failed: bool,
) -> Option<Candidate> {
    let index = matches!(one.name, "ahi" | "ahi_4pct" | "ahi_3pct" | "rei");
    if titration {
        // What a report prints as residual outweighs the rows of its pressures.
        if matches!(one.name, "residual_ahi" | "residual_final") {
            one.rank += 3;
        }
        let kept = index
            || matches!(
                one.name,
                "residual_ahi"
                    | "residual_final"
                    | "tst"
                    | "trt"
                    | "tib"
                    | "monitoring"
                    | "efficiency"
                    | "mean_spo2"
                    | "nadir_spo2"
            );
        if index {
            one.name = "residual_ahi";
        }
        return (kept && !(failed && one.name == "residual_ahi")).then_some(one);
    }
    if !matches!(one.name, "residual_ahi" | "residual_final") && therapy.holds(view, &one.found) {
        if !index {
            return None;
        }
        one.name = "residual_ahi";
    }
    (!(failed && one.name == "residual_ahi")).then_some(one)
}

/// When the recording began; interpretation, scoring and signing have labels of their own.
fn starts(view: &DocView<'_>) -> Vec<Found<(Date, Option<DateTime>)>> {
    let parse = |text: &str| find_datetime(text).map(|(date, at, range)| ((date, at), range));
    static WEEKDAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^\W*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)?\W*$").ok()
    });
    let weekday = |text: &str| WEEKDAY.as_ref().is_some_and(|regex| regex.is_match(text));
    for keys in [&["recording_start"][..], &["service_date"], &["encounter_date"]] {
        let mut found = view.typed(keys, parse);
        if found.is_empty() {
            found = view.checked(keys, parse, |before, _| weekday(before));
        }
        if !found.is_empty() {
            return found;
        }
    }
    let mut plain = view.typed(&["plain_date"], parse);
    plain.retain(|found| {
        found.page == 0
            && found.line < HEAD_LINES
            && !view.line(found.page, found.line).to_lowercase().contains("sign")
    });
    plain.truncate(1);
    for found in &mut plain {
        found.confidence *= 0.85;
    }
    plain
}

static KIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<v>split[\s-]?night|home\s+sleep\s+(?:apnea\s+)?(?:test\w*|study)|HSAT|HST|watchpat|polysomno\w+|PSG)\b").ok()
});

fn kind(view: &DocView<'_>) -> Option<Field> {
    let found = view.pattern(&KIND);
    let name = |found: &Found<String>| {
        let text = found.value.to_lowercase();
        if text.starts_with("split") {
            ("split", 0)
        } else if text.starts_with('p') {
            ("psg", 2)
        } else {
            ("hsat", 1)
        }
    };
    let best = found.iter().min_by_key(|found| name(found).1)?;
    view.field("test_kind", FieldValue::Text(name(best).0.to_owned()), None, best)
}

/// The rule hypopneas were scored by, if the report names exactly one.
fn scoring_rule(view: &DocView<'_>) -> Option<u8> {
    let text: Vec<&str> = view.lines().map(|(_, _, text)| text).collect();
    let joined = text.join(" ");
    let mut rules: Vec<u8> = SCORING
        .as_ref()?
        .captures_iter(&joined)
        .filter_map(|found| found.name("v").or(found.name("w"))?.as_str().parse().ok())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    if let [rule] = rules[..] { Some(rule) } else { None }
}
