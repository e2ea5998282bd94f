//! The pressure a titration settled on: of CPAP, or in and out of a bilevel device. A pressure that was tried and did not
//! work, and an index `at the final pressure`, are none.

use super::parts::tells_of_failure;
use super::reading::Segment;
use super::segments::segments;
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Words that settle on a pressure.
const SETTLED: &str = r"(?:final|optim\w+|best|recommend\w*|therapeutic|effective|prescri\w+|selected|use)";

/// Group `c` is the pressure of CPAP, `i` and `e` those of a bilevel device.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?i)\bIPAP\b[^\d;]{0,30}?(?P<i>\d{1,2}(?:\.\d)?)\b[^;]{0,24}?\bEPAP\b[^\d;]{0,30}?(?P<e>\d{1,2}(?:\.\d)?)\b",
        r"(?i)\b(?:SETTLED|bi-?level|bi-?pap|vpap)\b[^\d;]{0,60}?(?P<i>\d{1,2}(?:\.\d)?)\s*/\s*(?P<e>\d{1,2}(?:\.\d)?)\s*(?:cm|cwp)",
        r"(?i)\bSETTLED\s+IPAP\b[^\d;]{0,12}?(?P<i>\d{1,2}(?:\.\d)?)\b",
        r"(?i)\bSETTLED\s+EPAP\b[^\d;]{0,12}?(?P<e>\d{1,2}(?:\.\d)?)\b",
        r"(?i)\bSETTLED\b[^\d;]{0,60}?(?P<c>\d{1,2}(?:\.\d)?)\s*(?:cm|cwp)",
        r"(?i)\bCPAP\s+(?:of|at|pressure\s+of)\s+(?P<c>\d{1,2}(?:\.\d)?)\s*(?:cm|cwp)[^;]{0,40}?\b(?:reduced|eliminated|abolished|controlled|AHI\s+was|prevented)",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(&pattern.replace("SETTLED", SETTLED)).ok())
    .collect()
});
/// Words between that make the number another one.
static OTHER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:AHI|index|RDI|SpO2|SaO2|TST|time|range|between|from|mask)\b").ok()
});

/// `final_pressure`, `final.ipap`, `final.epap` (cmH2O): each if the report settles on one.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut found: Vec<(&'static str, Found<f64>)> = Vec::new();
    for segment in segments(view).iter().filter(|segment| !tells_of_failure(&segment.text)) {
        for regex in PATTERNS.iter() {
            for captures in regex.captures_iter(&segment.text) {
                let named = [("c", "final_pressure"), ("i", "final.ipap"), ("e", "final.epap")];
                for (group, name) in named {
                    let (Some(whole), Some(value)) = (captures.get(0), captures.name(group)) else {
                        continue;
                    };
                    let between = &segment.text[whole.start()..value.start()];
                    let other = OTHER.as_ref().is_some_and(|regex| regex.is_match(between));
                    let Some(place) = place(segment, &value).filter(|_| !other) else { continue };
                    if (3.0..=35.0).contains(&place.value) {
                        found.push((name, place));
                    }
                }
            }
        }
    }
    let mut fields = Vec::new();
    for name in ["final_pressure", "final.ipap", "final.epap"] {
        let of_name: Vec<&Found<f64>> = found.iter().filter(|one| one.0 == name).map(|one| &one.1).collect();
        let Some(first) = of_name.first() else { continue };
        let bilevel = name == "final_pressure" && found.iter().any(|one| one.0 == "final.ipap");
        if !bilevel && of_name.iter().all(|one| (one.value - first.value).abs() < 0.01) {
            fields.extend(view.field(name, FieldValue::Number(first.value), Some("cmH2O"), first));
        }
    }
    fields
}

fn place(segment: &Segment, value: &regex::Match<'_>) -> Option<Found<f64>> {
    let (start, line, offset) = *segment.pieces.iter().rev().find(|piece| piece.0 <= value.start())?;
    let at = value.start() - start + offset..value.end() - start + offset;
    let value = value.as_str().parse().ok()?;
    Some(Found { value, page: segment.page, line, quote: at.clone(), at, confidence: 0.9 })
}
