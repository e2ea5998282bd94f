//! Oxygen in one line, as in `Oximetry: mean 92%, low 77%`: the words are labels only behind what was measured.

use crate::find::{DocView, Found, LIKELY};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

/// How far behind the measured thing its numbers may stand, in characters.
const REACH: &str = r"(?i)\b(?:oximetry|oxygen\s+sat\w*|o2\s+sat\w*|spo2|sao2)\b[^.;]{0,60}?";

static MEAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"{REACH}\b(?:mean|average|avg)\W{{1,3}}(?P<v>\d{{2,3}})\s*%")).ok()
});
static LOW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"{REACH}\b(?:low|lowest|nadir|min(?:imum)?)\W{{1,3}}(?P<v>\d{{2,3}})\s*%")).ok()
});

/// Mean and lowest saturation.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (pattern, name) in [(&MEAN, "mean_spo2"), (&LOW, "nadir_spo2")] {
        for found in view.pattern(pattern) {
            let Some(value) = found.value.parse::<f64>().ok().filter(|value| *value <= 100.0) else {
                continue;
            };
            let found = Found { value, confidence: LIKELY, ..place(&found) };
            fields.extend(view.field(name, FieldValue::Number(value), Some("%"), &found));
        }
    }
    fields
}

fn place(found: &Found<String>) -> Found<f64> {
    Found {
        value: 0.0,
        page: found.page,
        line: found.line,
        quote: found.quote.clone(),
        at: found.at.clone(),
        confidence: found.confidence,
    }
}
