//! Saturations, blood gases and lung function in running text and in tables, each with how it was measured: at rest,
//! during exercise or asleep; on room air or on oxygen.
//!
//! Names are `sat.STATE.AIR` and `po2.STATE.AIR` (`rest`, `exercise`, `sleep`, `unstated`; `air`, `oxygen`, `unstated`),
//! `paco2`, `fvc`, `mip`, `minutes_at_88`, `hematocrit`. Goals, limits and criteria are no measurements.

mod readings;

use super::flow::Flow;
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// What a number is measured by: name, unit, bounds, and the words before it; group `v` is the value.
const MEASURES: [(&str, &str, f64, f64, &str); 4] = [
    (
        "paco2",
        "mmHg",
        15.0,
        150.0,
        r"(?i)(?:\bp\s?a?\s?c[o0]\s?[2z₂]\b|\bpartial\s+pressure\s+of\s+(?:arterial\s+)?carbon\s+dioxide\b|\barterial\s+(?:co2|carbon\s+dioxide)\b)[^\d\n.;]{0,40}?(?P<v>\d{2,3}(?:\.\d{1,2})?)\b",
    ),
    (
        "fvc",
        "%",
        5.0,
        150.0,
        r"(?i)(?:^|[^/\w-])(?:fvc|forced\s+vital\s+capacity)\b[^\n;%]{0,60}?(?P<v>\d{1,3}(?:\.\d)?)\s*(?:%|percent\b)",
    ),
    (
        "mip",
        "cmH2O",
        3.0,
        200.0,
        r"(?i)\b(?:mip|nif|pi\s?max|max(?:imal|imum)?\s+inspiratory\s+pressure|negative\s+inspiratory\s+force)\b[^\d\n;]{0,30}?[-–−]?\s?(?P<v>\d{1,3}(?:\.\d)?)(?:\s*cm|\s*$|[\s,.;)])",
    ),
    ("hematocrit", "%", 10.0, 80.0, r"(?i)\b(?:ha?ematocrit|hct)\b[^\d\n;]{0,24}?(?P<v>\d{2}(?:\.\d)?)\b"),
];
static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| MEASURES.iter().filter_map(|(.., pattern)| Regex::new(pattern).ok()).collect());

/// A number behind these words is a goal, a limit or a criterion; behind others it was not measured in an artery.
static NO_MEASUREMENT: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?:>|<|≥|≤|>=|<=|\b(?:above|below|under|over|greater|less|more|least|goal|target|maintain\w*|keep|criteri\w+|threshold|if|normal|reference|predicted|expected)\b)[^\d]{0,16}$|\b(?:venous|vbg|end[\s-]?tidal|etco2|transcutaneous|tcp?co2|capillary)\b[^.;\n]{0,40}$").ok()
});
/// Time spent at or below 88 %.
static AT_88: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:≤|<=|<|\b(?:at\s+or\s+below|below|under|less\s+than|of|equal\s+to|lower\s+than))\s*(?:or\s+equal\s+to\s*)?8[89]\s*(?:%|percent)?[^.;\n\d]{0,60}?(?P<v>\d{1,3}(?:\.\d{1,2})?)\s*(?:continuous\s+|consecutive\s+|total\s+)?min",
        r"|(?P<w>\d{1,3}(?:\.\d{1,2})?)\s*(?:continuous\s+|consecutive\s+|total\s+)?min(?:utes?|s)?\b[^.;\n\d]{0,70}?(?:≤|<=|<|\b(?:at\s+or\s+below|below|under|less\s+than))\s*(?:or\s+equal\s+to\s*)?8[89]\b",
        r"|\bT\s?88\b[^.;\n\d]{0,16}?(?P<x>\d{1,3}(?:\.\d)?)\s*min",
    ))
    .ok()
});

/// Every measurement of a note, a laboratory result or another test.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = readings::fields(view);
    fields.extend(readings::columns(view));
    for (page, labelled) in view.pages.iter().enumerate() {
        let flow = Flow::of(labelled);
        for ((name, unit, low, high, _), regex) in MEASURES.iter().zip(PATTERNS.iter()) {
            for found in regex.captures_iter(&flow.text) {
                let (Some(whole), Some(value)) = (found.get(0), found.name("v")) else { continue };
                let Ok(number) = value.as_str().parse::<f64>() else { continue };
                let sentence = super::flow::sentence_start(&flow.text, whole.start());
                let before = &flow.text[sentence..value.start()];
                // `35-45` is a normal range.
                let mut after = flow.text[value.end()..].chars();
                let range = matches!(after.next(), Some('-' | '–'))
                    && after.next().is_some_and(|c| c.is_ascii_digit());
                if range || !(*low..=*high).contains(&number) || is_no_measurement(before) {
                    continue;
                }
                let place = flow.place(view, page, &(whole.start()..value.end()), 0.9);
                fields.extend(
                    place.and_then(|place| view.field(name, FieldValue::Number(number), Some(unit), &place)),
                );
            }
        }
    }
    fields.extend(percent_column(view));
    for field in gas_columns(view) {
        if fields.iter().all(|other| other.name.split('.').next() != field.name.split('.').next()) {
            fields.push(field);
        }
    }
    fields.extend(minutes_at_88(view));
    fields
}

/// Time of sleep spent at or below 88 %, in minutes.
pub(super) fn minutes_at_88(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let Some(regex) = AT_88.as_ref() else { return fields };
    for (page, labelled) in view.pages.iter().enumerate() {
        let flow = Flow::of(labelled);
        for found in regex.captures_iter(&flow.text) {
            let value = ["v", "w", "x"].into_iter().find_map(|name| found.name(name));
            let Some((whole, value)) = found.get(0).zip(value) else { continue };
            let Ok(minutes) = value.as_str().parse::<f64>() else { continue };
            let place = flow.place(view, page, &(whole.start()..value.end().max(whole.end())), 0.88);
            fields.extend(place.and_then(|place| {
                view.field("minutes_at_88", FieldValue::Number(minutes), Some("min"), &place)
            }));
        }
    }
    fields
}

fn is_no_measurement(before: &str) -> bool {
    NO_MEASUREMENT.as_ref().is_some_and(|regex| regex.is_match(before))
}

/// Pressures of a table with the gases in its heading and their values under it, below units and normal ranges. How the
/// patient breathed is told beside the table, if at all.
fn gas_columns(view: &DocView<'_>) -> Vec<Field> {
    /// Rows of units and ranges between heading and values.
    const ROWS: usize = 6;
    static CARBON: Pattern = LazyLock::new(|| Regex::new(r"(?i)^\W*p\s?a?\s?c[o0]\s?[2z₂]\b").ok());
    static OXYGEN: Pattern = LazyLock::new(|| Regex::new(r"(?i)^\W*p\s?a?\s?[o0]\s?[2z₂]\b").ok());
    static VENOUS: Pattern = LazyLock::new(|| Regex::new(r"(?i)\b(?:ven(?:ous)?|vbg|cap(?:illary)?)\b").ok());
    let is = |pattern: &Pattern, text: &str| pattern.as_ref().is_some_and(|regex| regex.is_match(text));
    let air = view.lines().any(|(_, _, text)| text.to_lowercase().contains("room air"));
    let oxygen = view.lines().any(|(_, _, text)| {
        let text = text.to_lowercase();
        ["nasal cannula", "on oxygen", "supplemental", " lpm", "l/min"].iter().any(|word| text.contains(word))
    });
    let mut fields = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let sheet = &labelled.sheet;
        for (head, row) in sheet.spoken().filter(|(_, row)| row.cells.len() >= 3 && !is(&VENOUS, &row.text)) {
            for cell in &row.cells {
                let (name, bounds) = match &row.text[cell.clone()] {
                    text if is(&CARBON, text) => ("paco2".to_owned(), 15.0..=150.0),
                    text if is(&OXYGEN, text) => {
                        let state = match (air, oxygen) {
                            (true, false) => "po2.unstated.air",
                            (false, true) => "po2.unstated.oxygen",
                            _ => "po2.unstated.unstated",
                        };
                        (state.to_owned(), 20.0..=150.0)
                    }
                    _ => continue,
                };
                let Some((left, right)) = sheet.span_of(head, cell) else { continue };
                let below = sheet.spoken().map(|(line, _)| line).filter(|line| *line > head).take(ROWS);
                let value = below.filter(|line| sheet.lines[*line].cells.len() >= 3).find_map(|line| {
                    super::study::plain_numbers(&sheet.lines[line].text).into_iter().find_map(
                        |(value, at)| {
                            let (from, to) = sheet.span_of(line, &at)?;
                            (from <= right && left <= to && bounds.contains(&value))
                                .then_some((line, value, at))
                        },
                    )
                });
                let Some((line, value, at)) = value else { continue };
                let place =
                    crate::find::Found { value: (), quote: at.clone(), at, page, line, confidence: 0.88 };
                fields.extend(view.field(&name, FieldValue::Number(value), Some("mmHg"), &place));
            }
        }
    }
    fields
}

/// The vital capacity of a table whose column is headed `% predicted`.
fn percent_column(view: &DocView<'_>) -> Vec<Field> {
    static ROW: Pattern = LazyLock::new(|| Regex::new(r"(?i)^\W*(?:fvc|forced\s+vital\s+capacity)\b").ok());
    static HEAD: Pattern =
        LazyLock::new(|| Regex::new(r"(?i)%\s*(?:of\s+)?pred\w*|\bpercent\s+(?:of\s+)?predicted").ok());
    let mut fields = Vec::new();
    for found in view.pattern(&ROW) {
        let text = view.line(found.page, found.line);
        if text.contains('%') || text.to_lowercase().contains("fev1") {
            continue;
        }
        let numbers = super::measure::numbers(text);
        let headed = numbers.iter().find(|(_, range, ..)| {
            let head = super::columns::heading_above(view, (found.page, found.line), range);
            HEAD.as_ref().zip(head).is_some_and(|(regex, head)| regex.is_match(&head))
        });
        if let Some((value, range, ..)) = headed {
            let quote: Range<usize> = found.at.start..range.end;
            let place = crate::find::Found {
                value: (),
                quote,
                at: range.clone(),
                page: found.page,
                line: found.line,
                confidence: 0.85,
            };
            fields.extend(view.field("fvc", FieldValue::Number(*value), Some("%"), &place));
        }
    }
    fields
}

#[cfg(test)]
mod tests;
