//! Settings of what is ordered: pressures of PAP devices and the flow of oxygen.

use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::{Captures, Regex};
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Pressures of such devices, in cmH2O.
const PRESSURES: std::ops::RangeInclusive<f64> = 2.0..=40.0;
/// Oxygen, in L/min.
const FLOWS: std::ops::RangeInclusive<f64> = 0.25..=20.0;

/// A unit in brackets behind a name, and what may stand before the number.
macro_rules! behind {
    () => {
        r"(?:\s*\(?\s*(?:in\s+)?(?:cm\s*(?:of\s+)?(?:H\s?[2z]\s?[O0])?|cwp)\s*\)?)?\s*(?:[:=@]|\bof\b|\bat\b|\bis\b|\bset\b|\bto\b|[.\s]){0,30}\s*"
    };
}

static RANGE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<a>\d{1,2}(?:\.\d)?)\s*(?:cm\s?(?:H\s?[2z]\s?[O0])?\s*)?(?:-|–|—|\bto\b|\bthrough\b)\s*(?P<b>\d{1,2}(?:\.\d)?)\s*(?:cm|cwp)").ok()
});
/// A range without a unit, behind the words that make it one of pressures.
static NAMED_RANGE: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:pressure(?:\s+(?:range|settings?))?|(?:auto\s?-?(?:pap|cpap)|apap)(?:\s+(?:range|settings?|pressures?))?)\b",
        behind!(),
        r"(?P<a>\d{1,2}(?:\.\d)?)\s*(?:-|–|—|\bto\b)\s*(?P<b>\d{1,2}(?:\.\d)?)\b"
    ))
    .ok()
});
static LEAST: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:min(?:imum)?\.?\s+(?:(?:auto|apap|cpap|pap|auto-?cpap)\s+)?press(?:ure)?|pressure\s*[,(]?\s*min(?:imum)?|min(?:imum)?\s+(?:c|a)pap|low(?:er|est)?\s+pressure)\b\.?\)?",
        behind!(),
        r"(?P<v>\d{1,2}(?:\.\d)?)\b"
    ))
    .ok()
});
static MOST: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:max(?:imum)?\.?\s+(?:(?:auto|apap|cpap|pap|auto-?cpap)\s+)?press(?:ure)?|pressure\s*[,(]?\s*max(?:imum)?|max(?:imum)?\s+(?:c|a)pap|(?:high|upp)(?:er|est)?\s+pressure)\b\.?\)?",
        behind!(),
        r"(?P<v>\d{1,2}(?:\.\d)?)\b"
    ))
    .ok()
});
static IPAP: Pattern = LazyLock::new(|| {
    Regex::new(concat!(r"(?i)\b(?:IPAP|inspiratory(?:\s+(?:positive\s+airway\s+)?pressure)?)\b(?:\s*(?:max|pressure|setting))?", behind!(), r"(?P<v>\d{1,2}(?:\.\d)?)\b")).ok()
});
static EPAP: Pattern = LazyLock::new(|| {
    Regex::new(concat!(r"(?i)\b(?:EPAP|expiratory(?:\s+(?:positive\s+airway\s+)?pressure)?)\b(?:\s*(?:min|pressure|setting))?", behind!(), r"(?P<v>\d{1,2}(?:\.\d)?)\b")).ok()
});
/// `14/8 cm H2O` of a bilevel device.
static BOTH: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?:bi-?pap|bi-?level|ipap\s*/\s*epap|vpap|settings?|pressures?)\b[^.;\d]{0,30})?\b(?P<a>\d{1,2}(?:\.\d)?)\s*/\s*(?P<b>\d{1,2}(?:\.\d)?)\s*(?:cm|cwp)").ok()
});
static NAMED_BOTH: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:bi-?pap|bi-?level|ipap\s*/\s*epap|vpap)\b[^.;\d]{0,30}\b(?P<a>\d{1,2}(?:\.\d)?)\s*/\s*(?P<b>\d{1,2}(?:\.\d)?)(?:[^/\d]|$)").ok()
});
static PRESSURE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<v>\d{1,2}(?:\.\d)?)\s*cm\s*(?:of\s+)?(?:H\s?[2z]\s?[O0]|water)").ok()
});
static NAMED_PRESSURE: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:(?:fixed|set|prescribed|cpap|pap)\s+(?:fixed\s+)?pressure(?:\s+settings?)?|cpap\s+(?:set\s+)?(?:at|to|setting)|pressure(?:\s+settings?)?)\b",
        behind!(),
        r"(?P<v>\d{1,2}(?:\.\d)?)\b\s*(?:cm|cwp|$)"
    ))
    .ok()
});
static FLOW: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<v>\d{1,2}(?:\.\d)?)\s*(?:-\s*\d\s*)?(?:l|liters?|litres?)\s*(?:/\s*min|/\s*m\b|pm\b|per\s+min)").ok()
});
static NAMED_FLOW: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:flow(?:\s+rate)?|lit(?:er|re)\s+flow|oxygen|o2)\s*(?:\(?\s*(?:in\s+)?(?:LPM|L\s?/\s?min|lit(?:er|re)s?(?:\s+per\s+min\w*)?)\s*\)?)\s*(?:[:=@]|\bof\b|\bat\b|\s){0,4}(?P<v>\d{1,2}(?:\.\d)?)\b").ok()
});

/// `pap.ipap` and `pap.epap`, or `pap.pressure_min` and `pap.pressure_max`, or `pap.pressure`; `o2.flow`.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = bilevel(view);
    if fields.is_empty() {
        fields = range(view);
    }
    if fields.is_empty() {
        let fixed = one(view, &PRESSURE, &PRESSURES).or_else(|| one(view, &NAMED_PRESSURE, &PRESSURES));
        fields.extend(fixed.and_then(|found| number(view, "pap.pressure", "cmH2O", &found)));
    }
    let flow = one(view, &FLOW, &FLOWS).or_else(|| one(view, &NAMED_FLOW, &FLOWS));
    fields.extend(flow.and_then(|found| number(view, "o2.flow", "L/min", &found)));
    fields
}

fn number(view: &DocView<'_>, name: &str, unit: &str, found: &Found<f64>) -> Option<Field> {
    view.field(name, FieldValue::Number(found.value), Some(unit), found)
}

/// The inspiratory pressure is the higher one; where it is not, something else was read.
fn bilevel(view: &DocView<'_>) -> Vec<Field> {
    let named = one(view, &IPAP, &PRESSURES).zip(one(view, &EPAP, &PRESSURES));
    let pair =
        named.or_else(|| two(view, &BOTH, |a, b| a > b)).or_else(|| two(view, &NAMED_BOTH, |a, b| a > b));
    let Some((high, low)) = pair.filter(|(high, low)| high.value > low.value) else { return Vec::new() };
    [("pap.ipap", high), ("pap.epap", low)]
        .into_iter()
        .filter_map(|(name, found)| number(view, name, "cmH2O", &found))
        .collect()
}

fn range(view: &DocView<'_>) -> Vec<Field> {
    let ends = two(view, &RANGE, |a, b| a < b)
        .or_else(|| two(view, &NAMED_RANGE, |a, b| a < b))
        .or_else(|| one(view, &LEAST, &PRESSURES).zip(one(view, &MOST, &PRESSURES)));
    let Some((low, high)) = ends.filter(|(low, high)| low.value < high.value) else { return Vec::new() };
    [("pap.pressure_min", low), ("pap.pressure_max", high)]
        .into_iter()
        .filter_map(|(name, found)| number(view, name, "cmH2O", &found))
        .collect()
}

/// The first value of a pattern within what is possible.
fn one(
    view: &DocView<'_>,
    pattern: &Pattern,
    possible: &std::ops::RangeInclusive<f64>,
) -> Option<Found<f64>> {
    first(view, pattern, |found| Some(vec![found.name("v")?.as_str().parse().ok()?]))
        .and_then(|mut found| found.pop())
        .filter(|found| possible.contains(&found.value))
}

fn two(
    view: &DocView<'_>,
    pattern: &Pattern,
    ordered: fn(f64, f64) -> bool,
) -> Option<(Found<f64>, Found<f64>)> {
    let read = |found: &Captures<'_>| {
        let (a, b): (f64, f64) =
            (found.name("a")?.as_str().parse().ok()?, found.name("b")?.as_str().parse().ok()?);
        (ordered(a, b) && PRESSURES.contains(&a) && PRESSURES.contains(&b)).then(|| vec![a, b])
    };
    let mut found = first(view, pattern, read)?;
    let second = found.pop()?;
    Some((found.pop()?, second))
}

fn first(
    view: &DocView<'_>,
    pattern: &Pattern,
    read: impl Fn(&Captures<'_>) -> Option<Vec<f64>>,
) -> Option<Vec<Found<f64>>> {
    let regex = pattern.as_ref()?;
    view.lines().find_map(|(page, line, text)| {
        regex.captures_iter(text).find_map(|captures| {
            let quote = captures.get(0)?.range();
            let values = read(&captures)?;
            let place = |value| Found {
                value,
                page,
                line,
                at: quote.clone(),
                quote: quote.clone(),
                confidence: 0.92,
            };
            Some(values.into_iter().map(place).collect())
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    fn read(text: &str) -> Vec<String> {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let view = super::DocView { pages: &pages };
        super::fields(&view).into_iter().map(|field| format!("{}={}", field.name, field.value)).collect()
    }

    #[test]
    fn settings_are_read_in_every_usual_wording() {
        for (text, wanted) in [
            (
                "Auto CPAP minimum pressure (cm H2O):   5\nAuto CPAP maximum pressure (cm H2O):   15",
                vec!["pap.pressure_min=5", "pap.pressure_max=15"],
            ),
            ("Pressure range   7 to 15 cmH2O", vec!["pap.pressure_min=7", "pap.pressure_max=15"]),
            ("APAP range: 5-15", vec!["pap.pressure_min=5", "pap.pressure_max=15"]),
            ("AutoPAP: 5 - 15", vec!["pap.pressure_min=5", "pap.pressure_max=15"]),
            ("Min pressure: 4   Max pressure: 20", vec!["pap.pressure_min=4", "pap.pressure_max=20"]),
            ("Bilevel IPAP (cm H2O):   14\nBilevel EPAP (cm H2O):   8", vec!["pap.ipap=14", "pap.epap=8"]),
            ("BiPAP: IPAP 12 EPAP 8 cm H2O", vec!["pap.ipap=12", "pap.epap=8"]),
            ("Bilevel settings: 13/7 cmH2O", vec!["pap.ipap=13", "pap.epap=7"]),
            ("BiPAP 18/10, rate 12", vec!["pap.ipap=18", "pap.epap=10"]),
            ("CPAP at 9 cmH2O", vec!["pap.pressure=9"]),
            ("CPAP fixed pressure (cm H2O):   8", vec!["pap.pressure=8"]),
            ("Oxygen flow rate (LPM):   3", vec!["o2.flow=3"]),
            ("O2 @ 2 L/min per nasal cannula", vec!["o2.flow=2"]),
            ("Blood pressure 128/76", vec![]),
            ("Order date 11/03/2026", vec![]),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }
}
