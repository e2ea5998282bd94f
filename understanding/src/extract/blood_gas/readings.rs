//! Saturations and oxygen pressures with how they were measured. Of several in one sentence, words between two numbers
//! belong to the side they stand on; what is not said again holds on.

use super::super::flow::Flow;
use super::{Pattern, is_no_measurement};
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static SATURATION: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:s[pa]?\s?[o0]\s?[2z₂](?:\s*sat\w*)?|[o0][2z]\s*sat\w*|(?:oxygen|oxyhemoglobin)\s+saturations?|pulse\s+ox(?:imetry)?|oximetry|sats?|saturat(?:ion|ions|es|ed|ing)|desaturat(?:es|ed|ion|ing)|room\s+air\s+sat\w*|(?-i:OX))\b").ok()
});
static GAS: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:p\s?a?\s?[o0][2z₂]|partial\s+pressure\s+of\s+oxygen|arterial\s+oxygen\s+(?:tension|pressure))\b").ok()
});
/// A number with a per cent sign, or a range of which the higher end counts.
static PERCENT: Pattern =
    LazyLock::new(|| Regex::new(r"(?P<a>\d{2,3})(?:\s*(?:-|–|to)\s*(?P<b>\d{2,3}))?\s*(?:%|percent\b)").ok());
/// A bare number directly behind its label.
static BARE: Pattern = LazyLock::new(|| {
    Regex::new(r"^[^\d.;%\n]{0,34}?(?P<a>\d{2,3}(?:\.\d)?)(?:\s*(?:-|–)\s*(?P<b>\d{2,3}))?(?:\s*mm\s?hg)?(?:[^\d%./]|\.\s|\.?$)").ok()
});
/// Percentages of something else, by the word nearest before them.
static OTHER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:ha?ematocrit|hct|fvc|fev1|predicted|efficiency|fio2|ejection|lvef|ef|humidity|usage|compliance|dlco|confidence|nights|days|stenosis|bmi)\b[^%]{0,24}$").ok()
});
static REST: Pattern = LazyLock::new(|| Regex::new(r"(?i)\brest(?:ing|ed)?\b|\bseated\b|\bsitting\b").ok());
static EXERCISE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\bexert\w*|\bexercis\w*|\bambulat\w*|\bwalk\w*|\bactivity\b|\b6\s?mwt\b|\btreadmill\b")
        .ok()
});
static SLEEP: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\bsleep\w*|\basleep\b|\bnocturnal\w*|\bovernight\b|\bat\s+night\b").ok()
});
static AIR: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\broom\s*-?\s*air\b|\bRA\b|\b(?:without|off|no)\s+(?:supplemental\s+|any\s+)?(?:oxygen|o2)\b|\bambient\s+air\b|\bbreathing\s+air\b|\bon\s+air\b").ok()
});
static OXYGEN: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b\d{1,2}(?:\.\d)?\s*(?:l\b|lpm\b|liters?\b|litres?\b)|\bon\s+(?:supplemental\s+|home\s+|portable\s+)?(?:oxygen|o2)\b(?:\s+sat)?|\bnasal\s+cannula\b|\bNC\b|\bwith\s+(?:supplemental\s+)?oxygen\b").ok()
});
/// What parts one reading from the next.
static BORDER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)[,;.|/]|\b(?:and|then|while|but|which|falling|dropping|dropped|fell|improv\w+|increas\w+|ris\w+|rose|recover\w+)\b").ok()
});

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

struct Reading {
    gas: bool,
    value: f64,
    at: Range<usize>,
}

/// `sat.*` and `po2.*` of every page.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let flow = Flow::of(labelled);
        // A table's rows say how, its heading says what.
        let mut headed = false;
        for range in flow.sentences() {
            let text = &flow.text[range.clone()];
            let labelled = is(&SATURATION, text);
            let found = readings(text, labelled || (headed && is_row(text)));
            headed = labelled || (headed && !found.is_empty()) || (headed && text.len() < 40);
            let mut before: (Option<&str>, Option<&str>) = (None, None);
            for (index, reading) in found.iter().enumerate() {
                let around = around(text, &found, index);
                let state = state(&around).or(before.0);
                let air = air(&around).or(before.1);
                before = (state, air);
                let name = format!(
                    "{}.{}.{}",
                    if reading.gas { "po2" } else { "sat" },
                    state.unwrap_or("unstated"),
                    air.unwrap_or("unstated")
                );
                let unit = if reading.gas { "mmHg" } else { "%" };
                let place = range.start + reading.at.start..range.start + reading.at.end;
                let place = flow.place(view, page, &place, 0.9);
                fields.extend(place.and_then(|place| {
                    view.field(&name, FieldValue::Number(reading.value), Some(unit), &place)
                }));
            }
        }
    }
    fields
}

/// Saturations under headings that say how each was measured: `O2 sat, room air, at rest` over `86 %`.
pub(super) fn columns(view: &DocView<'_>) -> Vec<Field> {
    /// Rows under a heading that may hold its values.
    const ROWS: usize = 2;
    let mut fields = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let sheet = &labelled.sheet;
        for (head, row) in sheet.spoken() {
            for cell in &row.cells {
                let text = &row.text[cell.clone()];
                if !is(&SATURATION, text) || !has_how(text) || is(&PERCENT, text) {
                    continue;
                }
                let Some((left, right)) = sheet.span_of(head, cell) else { continue };
                let below = sheet.spoken().map(|(line, _)| line).filter(|line| *line > head).take(ROWS);
                let value = below
                    .filter(|line| !is(&SATURATION, &sheet.lines[*line].text))
                    .flat_map(|line| {
                        let found = PERCENT
                            .iter()
                            .flat_map(move |regex| regex.captures_iter(&sheet.lines[line].text));
                        found.filter_map(move |found| Some((line, found.name("a")?)))
                    })
                    .find(|(line, value)| {
                        sheet
                            .span_of(*line, &value.range())
                            .is_some_and(|(from, to)| from <= right && left <= to)
                    });
                let Some((line, value)) = value else { continue };
                let Some(number) =
                    value.as_str().parse::<f64>().ok().filter(|value| (40.0..=100.0).contains(value))
                else {
                    continue;
                };
                let name =
                    format!("sat.{}.{}", state(text).unwrap_or("unstated"), air(text).unwrap_or("unstated"));
                let at = value.range();
                let place =
                    crate::find::Found { value: (), quote: at.clone(), at, page, line, confidence: 0.88 };
                fields.extend(view.field(&name, FieldValue::Number(number), Some("%"), &place));
            }
        }
    }
    fields
}

/// A row such as `Rest, room air   86 %`.
fn is_row(text: &str) -> bool {
    (is(&REST, text) || is(&EXERCISE, text) || is(&SLEEP, text)) && (is(&AIR, text) || is(&OXYGEN, text))
}

/// Every reading of a sentence, in order.
fn readings(text: &str, saturations: bool) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    let mut add = |gas: bool, captures: &regex::Captures<'_>, offset: usize| {
        let Some(first) = captures.name("a") else { return };
        let last = captures.name("b").unwrap_or(first);
        let at = offset + first.start()..offset + last.end();
        // Of a range the higher end counts.
        let values = [first.as_str().parse::<f64>(), last.as_str().parse::<f64>()];
        let value = values.into_iter().flatten().fold(0.0, f64::max);
        let bounds = if gas { 20.0..=150.0 } else { 40.0..=100.0 };
        let before = &text[..at.start];
        let taken = found.iter().any(|other| other.at.start < at.end && at.start < other.at.end);
        if bounds.contains(&value) && !taken && !is_no_measurement(before) && (gas || !is(&OTHER, before)) {
            found.push(Reading { gas, value, at });
        }
    };
    for label in GAS.iter().flat_map(|regex| regex.find_iter(text)) {
        if let Some(captures) = BARE.as_ref().and_then(|regex| regex.captures(&text[label.end()..])) {
            add(true, &captures, label.end());
        }
    }
    if saturations {
        for captures in PERCENT.iter().flat_map(|regex| regex.captures_iter(text)) {
            add(false, &captures, 0);
        }
        for label in SATURATION.iter().flat_map(|regex| regex.find_iter(text)) {
            if let Some(captures) = BARE.as_ref().and_then(|regex| regex.captures(&text[label.end()..])) {
                add(false, &captures, label.end());
            }
        }
    }
    found.sort_by_key(|reading| reading.at.start);
    found
}

/// The words that belong to one reading: up to the border between it and its neighbours.
fn around(text: &str, all: &[Reading], index: usize) -> String {
    let at = &all[index].at;
    let before = match index.checked_sub(1).map(|previous| all[previous].at.end) {
        None => &text[..at.start],
        Some(end) => {
            let between = &text[end..at.start];
            let border = BORDER.as_ref().and_then(|regex| regex.find(between));
            match border {
                Some(border) => &between[border.start()..],
                // Without a border the words lead the second, if the first had words before it.
                None if all[..index].len() == 1 && has_how(&text[..all[0].at.start]) => between,
                None => "",
            }
        }
    };
    let after = match all.get(index + 1).map(|next| next.at.start) {
        None => &text[at.end..],
        Some(start) => {
            let between = &text[at.end..start];
            let border = BORDER.as_ref().and_then(|regex| regex.find(between));
            match border {
                Some(border) => &between[..border.start()],
                None if index == 0 && has_how(&text[..at.start]) => "",
                None => between,
            }
        }
    };
    format!("{before} | {after}")
}

fn has_how(text: &str) -> bool {
    state(text).is_some() || air(text).is_some()
}

fn state(text: &str) -> Option<&'static str> {
    match (is(&REST, text), is(&EXERCISE, text), is(&SLEEP, text)) {
        (true, false, _) => Some("rest"),
        (false, true, _) => Some("exercise"),
        (false, false, true) => Some("sleep"),
        _ => None,
    }
}

fn air(text: &str) -> Option<&'static str> {
    match (is(&AIR, text), is(&OXYGEN, text)) {
        (true, false) => Some("air"),
        (false, true) => Some("oxygen"),
        // `off oxygen` and `without O2` name the oxygen they deny.
        (true, true) => None,
        (false, false) => None,
    }
}
