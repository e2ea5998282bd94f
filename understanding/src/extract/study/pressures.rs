//! The pressure a titration settled on: of CPAP, or in and out of a bilevel device. A pressure that was tried and did not
//! work, and an index `at the final pressure`, are none.

use super::parts::tells_of_failure;
use super::reading::Segment;
use super::segments::segments;
use crate::extract::columns::heading_above;
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Parts of the patterns. The digit of `H2O` is blanked before they are used.
const PARTS: [(&str, &str); 5] = [
    // Words that settle on a pressure.
    (
        "SETTLED",
        r"(?:final|optim\w+|best|ideal|recommend\w*|therapeutic|effective|prescri\w+|selected|chosen|titrated|treatment|ending|end\s+pressure|end\s+of\s+(?:the\s+)?(?:study|night|titration)|settled|suggest\w*|use)",
    ),
    (
        "WORKED",
        r"(?:recommended|optimal|prescribed|effective|adequate|selected|best|advised|suggested|chosen)",
    ),
    ("BILEVEL", r"(?:bi-?\s?level|bi-?pap|bpap|vpap|ipap\s*/\s*epap)"),
    ("CM", r"\s*(?:cm|cwp|c\.m\.|hpa)"),
    ("NUM", r"\d{1,2}(?:\.\d)?"),
];

/// Group `c` is the pressure of CPAP, `i` and `e` those of a bilevel device; with what each pattern is worth: of two that
/// contradict each other the surer one counts.
const PATTERNS: [(u8, &str); 20] = [
    (
        2,
        r"(?i)\bSETTLED\b[^\d;]{0,60}?\bIPAP\b[^\d;]{0,30}?(?P<i>NUM)\b[^\d;]{0,40}?\bEPAP\b[^\d;]{0,30}?(?P<e>NUM)\b",
    ),
    (
        2,
        r"(?i)\bSETTLED\b[^\d;]{0,60}?\bEPAP\b[^\d;]{0,30}?(?P<e>NUM)\b[^\d;]{0,40}?\bIPAP\b[^\d;]{0,30}?(?P<i>NUM)\b",
    ),
    (3, r"(?i)\bIPAP\b[^\d;]{0,10}\bSETTLED\b[^\d;]{0,24}?(?P<i>NUM)\b"),
    (3, r"(?i)\bEPAP\b[^\d;]{0,10}\bSETTLED\b[^\d;]{0,24}?(?P<e>NUM)\b"),
    (2, r"(?i)\bSETTLED\b[^\d;]{0,40}?\bcm\b[^\d;]{0,24}?(?P<i>NUM)\s*(?:/|\bover\b)\s*(?P<e>NUM)\b"),
    (1, r"(?i)\bIPAP\b[^\d;]{0,30}?(?P<i>NUM)\b[^\d;]{0,40}?\bEPAP\b[^\d;]{0,30}?(?P<e>NUM)\b"),
    (2, r"(?i)\bSETTLED\b[^\d;]{0,60}?(?P<i>NUM)\s*(?:CM[^\d;]{0,8})?(?:/|\bover\b)\s*(?P<e>NUM)CM"),
    (2, r"(?i)\bSETTLED\b[^\d;]{0,60}?\bBILEVEL\b[^\d;]{0,60}?(?P<i>NUM)\s*(?:/|\bover\b)\s*(?P<e>NUM)\b"),
    (1, r"(?i)\bBILEVEL\b[^\d;]{0,60}?(?P<i>NUM)\s*(?:/|\bover\b)\s*(?P<e>NUM)(?:CM|\s*$|[.,])"),
    (2, r"(?i)\bSETTLED\s+(?:\w+\s+)?IPAP\b[^\d;]{0,24}?(?P<i>NUM)\b"),
    (2, r"(?i)\bSETTLED\s+(?:\w+\s+)?EPAP\b[^\d;]{0,24}?(?P<e>NUM)\b"),
    (1, r"(?i)\bIPAP\b\W{0,3}(?:\(\s*CM[^\d;)]{0,8}\))?[\s.:=]*(?P<i>NUM)\b"),
    (1, r"(?i)(?:^|[^/\s])\s*\bEPAP\b\W{0,3}(?:\(\s*CM[^\d;)]{0,8}\))?[\s.:=]*(?P<e>NUM)\b"),
    (2, r"(?i)\bSETTLED\b[^\d;]{0,60}?(?P<c>NUM)CM"),
    // The unit in the label, or none where the label fills the cell.
    (
        2,
        r"(?i)\b(?:SETTLED\b[^\d;]{0,40}?\b(?:pressure|setting|level|cpap|pap|cm)\b|\b(?:cpap|pap|pressure)\b[\s,\-]+(?:at\s+)?(?:the\s+)?\(?SETTLED\b)[^\d;]{0,24}?(?P<c>NUM)\s*(?:$|[.,)]|\s{2})",
    ),
    (
        1,
        r"(?i)\b(?:titrated|increased|raised|adjusted|advanced)\s+(?:from\s+NUM(?:CM[^\d;]{0,8})?\s*)?(?:up\s+)?(?:to|until)\s+(?:\w+\s+){0,4}?(?P<c>NUM)CM",
    ),
    (
        1,
        r"(?i)(?:^|\brecommend\w*:?\s+)\W*(?:start|initiate|begin|prescribe|order|set|continue|dispense)\b[^\d;]{0,60}?\b(?:c?pap|pressure)\b[^\d;]{0,40}?(?P<c>NUM)CM",
    ),
    (
        1,
        r"(?i)\bat\s+(?P<c>NUM)CM[^\d;]{0,60}?\b(?:eliminated|abolished|controlled|prevented|resolved|normali[sz]ed)\b",
    ),
    (
        2,
        r"(?i)\b(?:inspiratory|inspired)\b[^\d;]{0,30}?(?P<i>NUM)\b[^\d;]{0,40}?\b(?:expiratory|expired)\b[^\d;]{0,30}?(?P<e>NUM)\b",
    ),
    (
        2,
        r"(?i)\b(?:CPAP|pressure\s+of|PAP)\s+(?:\w+\s+){0,4}?(?P<c>NUM)CM[^\d;]{0,50}?\b(?:WORKED|reduced|eliminated|abolished|controlled|AHI\s+was|prevented|resolved|normali[sz]ed)\b",
    ),
];

static READ: LazyLock<Vec<(u8, Regex)>> = LazyLock::new(|| {
    let filled =
        |pattern: &str| PARTS.iter().fold(pattern.to_owned(), |text, (part, by)| text.replace(part, by));
    PATTERNS
        .iter()
        .filter_map(|(worth, pattern)| Some((*worth, Regex::new(&filled(pattern)).ok()?)))
        .collect()
});
static WATER: Pattern = LazyLock::new(|| Regex::new(r"(?i)h\s?[2₂]\s?[o0]\b").ok());
/// Words between that make the number another one.
static OTHER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:AHI|index|RDI|SpO2|SaO2|saturation|TST|time|range|between|from|mask|start(?:ed|ing|s)|initial\w*|minimum|maximum|min|max|failed|events?|hours?|rate|backup|ramp|O2|oxygen|humidi\w+|age|BMI|neck|weight)\b").ok()
});
/// What is measured at a pressure.
static MEASURED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:AHI|REI|RDI|AH|A\+?H|apn\w*|hypopn\w*|arous\w*|index|SpO2|SaO2|saturation|nadir|TST|time|events?|residual|minutes)\b").ok()
});

/// A pressure with what it is worth.
struct Pressure {
    name: &'static str,
    worth: u8,
    found: Found<f64>,
}

/// `final_pressure`, `final.ipap`, `final.epap` (cmH2O): each if the report settles on one.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut found: Vec<Pressure> = Vec::new();
    for segment in segments(view).iter().filter(|segment| !tells_of_failure(&segment.text)) {
        found.extend(said(&segment.text, |at| place(segment, at)));
        if segment.cells.len() >= 2 {
            found.extend(headed(view, segment));
        }
    }
    // Of CPAP and a bilevel device, one was settled on: the surer one, and the bilevel one of two.
    let worth = |name: &str| found.iter().filter(|one| one.name == name).map(|one| one.worth).max();
    let (single, bilevel) = (worth("final_pressure"), worth("final.ipap"));
    let mut fields = Vec::new();
    for name in ["final_pressure", "final.ipap", "final.epap"] {
        let of_name: Vec<&Pressure> = found.iter().filter(|one| one.name == name).collect();
        let Some(best) = of_name.iter().map(|one| one.worth).max() else { continue };
        let surest: Vec<&Found<f64>> =
            of_name.iter().filter(|one| one.worth == best).map(|one| &one.found).collect();
        let first = surest[0];
        let replaced = match name {
            "final_pressure" => bilevel >= Some(best),
            _ => single > bilevel,
        };
        if !replaced && surest.iter().all(|one| (one.value - first.value).abs() < 0.01) {
            fields.extend(view.field(name, FieldValue::Number(first.value), Some("cmH2O"), first));
        }
    }
    fields
}

/// What a text says of pressures.
fn said(text: &str, place: impl Fn(Range<usize>) -> Option<Found<f64>>) -> Vec<Pressure> {
    let blanked = |found: &regex::Captures<'_>| "x".repeat(found[0].len());
    let text = WATER.as_ref().map_or_else(|| text.into(), |regex| regex.replace_all(text, blanked));
    let mut found = Vec::new();
    for (worth, regex) in READ.iter() {
        for captures in regex.captures_iter(&text) {
            for (group, name) in [("c", "final_pressure"), ("i", "final.ipap"), ("e", "final.epap")] {
                let (Some(whole), Some(value)) = (captures.get(0), captures.name(group)) else { continue };
                let number =
                    |group: &str| captures.name(group).and_then(|one| one.as_str().parse::<f64>().ok());
                // Air goes in at the higher pressure.
                if number("i").zip(number("e")).is_some_and(|(inspired, expired)| inspired <= expired) {
                    continue;
                }
                if is_other(&text, whole.start(), &value.range()) {
                    continue;
                }
                let place = place(value.range());
                let plausible = place.filter(|place| (3.0..=35.0).contains(&place.value));
                found.extend(plausible.map(|found| Pressure { name, worth: *worth, found }));
            }
        }
    }
    found
}

/// Whether the words around a number make it another one than the pressure of a match.
fn is_other(text: &str, start: usize, value: &Range<usize>) -> bool {
    let is = |pattern: &Pattern, text: &str| pattern.as_ref().is_some_and(|regex| regex.is_match(text));
    let after = text[value.end..].trim_start();
    let unit = ["cm", "cwp", "hpa", "/", "over"].iter().any(|unit| after.to_lowercase().starts_with(unit));
    let between = &text[start..value.start];
    // `CPAP was titrated from 5 to 11` names its range on purpose.
    let raised = between.split_whitespace().nth(1) == Some("from");
    let from = text[..start].rfind(['.', ';']).map_or(0, |end| end + 1);
    let range = text[value.end..].starts_with(['-', '–']) || after.starts_with("to ");
    range
        || !raised && is(&OTHER, between)
        || !unit && is(&MEASURED, &text[from..value.start])
        || after.starts_with(['%', ':'])
        || after.to_lowercase().starts_with("min")
}

/// Numbers of a row whose words stand above them, beside them, or both: `Final | 11` under `CPAP (cm H2O)`.
fn headed(view: &DocView<'_>, segment: &Segment) -> Vec<Pressure> {
    let (_, line, offset) = segment.pieces[0];
    let words = |text: &str| text.chars().any(char::is_alphabetic);
    let mut found = Vec::new();
    for (number, cell) in segment.cells.iter().enumerate() {
        let text = &segment.text[cell.clone()];
        let value =
            text.trim_start().split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default();
        let next =
            segment.cells.get(number + 1).map_or("", |next| &segment.text[next.clone()]).to_lowercase();
        let foreign =
            ["per", "/", "%", "min", "hour", "sec", "event"].iter().any(|unit| next.starts_with(unit));
        if value.is_empty() || foreign {
            continue;
        }
        let from = cell.start + (text.len() - text.trim_start().len());
        let at = from + offset..from + value.len() + offset;
        let head =
            heading_above(view, (segment.page, line), &at).or_else(|| above(view, (segment.page, line), &at));
        let Some(head) = head else { continue };
        let beside = segment.cells[..number].iter().rev().map(|cell| &segment.text[cell.clone()]);
        let beside = beside.take(1).find(|text| words(text) && !text.contains(|c: char| c.is_ascii_digit()));
        let label = format!("{head} {}: ", beside.unwrap_or_default());
        let shift = |place_in: Range<usize>| {
            let start = place_in.start.checked_sub(label.len())? + from;
            place(segment, start..start + place_in.len())
        };
        found.extend(said(&format!("{label}{}", text.trim()), shift));
    }
    found
}

/// The words right above a number, a few lines up at most.
fn above(view: &DocView<'_>, (page, line): (usize, usize), at: &Range<usize>) -> Option<String> {
    let sheet = &view.pages.get(page)?.sheet;
    let (left, right) = sheet.span_of(line, at)?;
    let head = sheet.line_above(line)?;
    let row = &sheet.lines[head];
    let near = sheet.lines[line].top - row.bottom < 1.6 * sheet.height;
    let cell = row
        .cells
        .iter()
        .find(|cell| sheet.span_of(head, cell).is_some_and(|(from, to)| from <= right && left <= to))?;
    let text = &row.text[cell.clone()];
    (near && text.contains(char::is_alphabetic)).then(|| text.to_owned())
}

fn place(segment: &Segment, value: Range<usize>) -> Option<Found<f64>> {
    let (start, line, offset) = *segment.pieces.iter().rev().find(|piece| piece.0 <= value.start)?;
    let number = segment.text.get(value.clone())?.parse().ok()?;
    let at = value.start - start + offset..value.end - start + offset;
    Some(Found { value: number, page: segment.page, line, quote: at.clone(), at, confidence: 0.9 })
}
