//! Settings of what is ordered: pressures of PAP devices and the flow of oxygen.

mod patterns;
mod said;

use crate::find::{DocView, Found};
use crate::text::words_of;
use domain::parser::{Field, FieldValue};
use patterns::Pattern;
use regex::Captures;
use said::Said;
use std::ops::RangeInclusive;

/// Pressures of such devices, in cmH2O.
const PRESSURES: RangeInclusive<f64> = 2.0..=40.0;
/// Oxygen, in L/min.
const FLOWS: RangeInclusive<f64> = 0.25..=20.0;

/// `pap.ipap` and `pap.epap`, or `pap.pressure_min` and `pap.pressure_max`, or `pap.pressure`; `o2.flow`.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let texts = said::texts(view);
    let mut fields = bilevel(view, &texts);
    if fields.is_empty() {
        fields = range(view, &texts);
    }
    // One end of a range alone, or one of two pressures, is no fixed pressure.
    let ends = [&patterns::LEAST, &patterns::MOST, &patterns::IPAP, &patterns::EPAP];
    if fields.is_empty() && ends.into_iter().all(|end| one(&texts, end, &PRESSURES).is_none()) {
        let fixed = [&patterns::PRESSURE, &patterns::CPAP_AND_UNIT, &patterns::NAMED_PRESSURE]
            .into_iter()
            .find_map(|pattern| one(&texts, pattern, &PRESSURES));
        fields.extend(fixed.and_then(|found| number(view, "pap.pressure", "cmH2O", &found)));
    }
    let flow = one(&texts, &patterns::FLOW, &FLOWS).or_else(|| one(&texts, &patterns::NAMED_FLOW, &FLOWS));
    fields.extend(flow.and_then(|found| number(view, "o2.flow", "L/min", &found)));
    fields
}

fn number(view: &DocView<'_>, name: &str, unit: &str, found: &Found<f64>) -> Option<Field> {
    view.field(name, FieldValue::Number(found.value), Some(unit), found)
}

/// The inspiratory pressure is the higher one; where it is not, something else was read.
fn bilevel(view: &DocView<'_>, texts: &[Said]) -> Vec<Field> {
    let named = one(texts, &patterns::IPAP, &PRESSURES).zip(one(texts, &patterns::EPAP, &PRESSURES));
    let falling = |pattern| two(texts, pattern, |a, b, _| a > b);
    let pair = named
        .filter(|(high, low)| high.value > low.value)
        .or_else(|| falling(&patterns::BOTH))
        .or_else(|| falling(&patterns::NAMED_BOTH))
        .or_else(|| falling(&patterns::LETTERED))
        .or_else(|| falling(&patterns::NUMBERS_FIRST));
    let Some((high, low)) = pair else { return Vec::new() };
    both(view, [("pap.ipap", high), ("pap.epap", low)])
}

fn both(view: &DocView<'_>, ends: [(&str, Found<f64>); 2]) -> Vec<Field> {
    ends.into_iter().filter_map(|(name, found)| number(view, name, "cmH2O", &found)).collect()
}

fn range(view: &DocView<'_>, texts: &[Said]) -> Vec<Field> {
    let rising = |pattern| two(texts, pattern, |a, b, _| a < b);
    let of_pressure = |pattern| two(texts, pattern, |a, b, said: &Said| a < b && said.of_pressure);
    let ends = rising(&patterns::RANGE)
        .or_else(|| of_pressure(&patterns::LEAST_AND_MOST))
        .or_else(|| of_pressure(&patterns::NUMBER_FIRST))
        .or_else(|| {
            one(texts, &patterns::LEAST, &PRESSURES)
                .zip(one(texts, &patterns::MOST, &PRESSURES))
                .filter(|(low, high)| low.value < high.value)
        })
        .or_else(|| rising(&patterns::NAMED_RANGE));
    let Some((low, high)) = ends else { return Vec::new() };
    both(view, [("pap.pressure_min", low), ("pap.pressure_max", high)])
}

/// The first value of a pattern that is possible.
fn one(texts: &[Said], pattern: &Pattern, possible: &RangeInclusive<f64>) -> Option<Found<f64>> {
    let read = |found: &Captures<'_>, _: &Said| {
        let value: f64 = found.name("v")?.as_str().parse().ok()?;
        possible.contains(&value).then(|| vec![value])
    };
    first(texts, pattern, read)?.pop()
}

fn two(
    texts: &[Said],
    pattern: &Pattern,
    fits: impl Fn(f64, f64, &Said) -> bool,
) -> Option<(Found<f64>, Found<f64>)> {
    let read = |found: &Captures<'_>, said: &Said| {
        let (a, b): (f64, f64) =
            (found.name("a")?.as_str().parse().ok()?, found.name("b")?.as_str().parse().ok()?);
        (fits(a, b, said) && PRESSURES.contains(&a) && PRESSURES.contains(&b)).then(|| vec![a, b])
    };
    let mut found = first(texts, pattern, read)?;
    let second = found.pop()?;
    Some((found.pop()?, second))
}

fn first(
    texts: &[Said],
    pattern: &Pattern,
    read: impl Fn(&Captures<'_>, &Said) -> Option<Vec<f64>>,
) -> Option<Vec<Found<f64>>> {
    let regex = pattern.as_ref()?;
    texts.iter().find_map(|said| {
        regex.captures_iter(&said.text).find_map(|captures| {
            let whole = captures.get(0)?;
            if is_other(&said.text[..whole.start()], whole.as_str(), &said.text[whole.end()..]) {
                return None;
            }
            let values = read(&captures, said)?;
            Some(values.into_iter().map(|value| said.found(value, whole.range())).collect())
        })
    })
}

/// Whether a match is part of something else: a date, a share, a blood pressure, minutes, the pressure of a ramp or the
/// relief of one.
fn is_other(before: &str, matched: &str, after: &str) -> bool {
    const NEAR: usize = 24;
    const OTHERS: [&str; 9] = ["ramp", "epr", "flex", "relief", "support", "ps", "age", "ages", "blood"];
    let after = after.trim_start().to_lowercase();
    let number_goes_on = |sign: char| {
        after
            .strip_prefix(sign)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    };
    let near: String = {
        let tail: Vec<char> = before.chars().rev().take(NEAR).collect();
        tail.into_iter().rev().collect()
    };
    // What an earlier setting ends with says nothing of this one.
    let own = near.rsplit([',', ';', '.', '/', '|']).next().unwrap_or_default().to_lowercase();
    let words = words_of(&own).into_iter().chain(words_of(matched));
    ['/', '-', '–', '.', ':'].into_iter().any(number_goes_on)
        || after.starts_with('%')
        || ["mm", "minute", "month", "hour", "hrs", "year", "days", "week"]
            .iter()
            .any(|unit| after.starts_with(unit))
        || words.into_iter().any(|word| OTHERS.contains(&word.as_str()))
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
            ("BILEVEL SETTING >> I: 14 CM / E: 8 CM", vec!["pap.ipap=14", "pap.epap=8"]),
            ("AUTO SETTING >> MIN 5 CM / MAX 15 CM", vec!["pap.pressure_min=5", "pap.pressure_max=15"]),
            (
                "What is the IPAP?   14 cm H2O\nWhat is the EPAP?   8 cm H2O",
                vec!["pap.ipap=14", "pap.epap=8"],
            ),
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
