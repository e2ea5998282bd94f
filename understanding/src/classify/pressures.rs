//! Tables of a night on positive pressure: a row or a column for each pressure that was tried, with what it did.

use crate::find::DocView;
use crate::text::words_of;
use regex::Regex;
use std::sync::LazyLock;

/// A pressure at a row's start: `8`, `CPAP 8`, `12/8`, `12/8 BU 10`, `IPAP 12 EPAP 8`.
static ROW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\W*(?:(?:c?pap|apap|auto|bi-?pap|bi-?level|bpap|asv|vpap|ipap|avaps|s|st|s/t|-)\W*(?:-?\s?st?\b|s/t\b)?\W*)?(?P<first>\d{1,2}(?:\.[05]0?)?)",
        r"(?:\s?(?:[/\-]|over|epap)\s?(?P<second>\d{1,2}(?:\.[05]0?)?))?(?:\s?(?:cm\s?h?2?[o0]?\w*|bu\s?\d+|ps\s?[\d\-]+))*(?P<rest>(?:\s.*)?)$"
    ))
    .ok()
});
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:\.\d+)?").ok());

/// Whether a paper has a table of pressures with what was measured at each.
pub(super) fn has_table(view: &DocView<'_>) -> bool {
    const ROWS_MIN: usize = 3;
    let mut speaks = false;
    let mut rows: Vec<f32> = Vec::new();
    let (mut best, mut across) = (0, false);
    for (_, _, text) in view.lines() {
        let words = words_of(text);
        let names = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        let pressure = names(&[
            "cpap",
            "pap",
            "ipap",
            "epap",
            "bipap",
            "bilevel",
            "pressure",
            "pressures",
            "cmh2o",
            "asv",
            "cwp",
            "apap",
        ]);
        speaks |= pressure
            && names(&[
                "ahi", "index", "apnea", "rdi", "a", "tst", "time", "min", "duration", "minutes", "spo2",
                "sao2", "rem", "supine", "h2o", "level", "levels", "range", "cmh2o", "cm", "setting",
                "settings", "mode",
            ]);
        across |= pressure && rising_in_line(text) >= ROWS_MIN;
        match row(text) {
            Some(pressure) if rows.last().is_none_or(|last| *last <= pressure) => rows.push(pressure),
            Some(pressure) => rows = vec![pressure],
            None => {}
        }
        let mut distinct = rows.clone();
        distinct.dedup();
        best = best.max(distinct.len());
    }
    speaks && (best >= ROWS_MIN || across)
}

/// The pressure a row begins with, if figures follow.
fn row(text: &str) -> Option<f32> {
    const PRESSURES: std::ops::RangeInclusive<f32> = 3.0..=30.0;
    const FIGURES: std::ops::RangeInclusive<usize> = 2..=14;
    let found = ROW.as_ref()?.captures(text)?;
    let value = |name: &str| found.name(name).and_then(|place| place.as_str().parse::<f32>().ok());
    let first = value("first").filter(|first| PRESSURES.contains(first))?;
    if value("second").is_some_and(|second| second > first || second < *PRESSURES.start()) {
        return None;
    }
    let rest = found.name("rest")?.as_str();
    let figures = NUMBER.as_ref()?.find_iter(rest).count();
    let letters = rest.chars().filter(|c| c.is_alphabetic()).count();
    // Figures, not a sentence.
    (FIGURES.contains(&figures) && letters < rest.len() / 2).then_some(first)
}

/// How many pressures rise along one line: the head of a table with a column for each.
fn rising_in_line(text: &str) -> usize {
    let mut last = 0.0;
    let mut count = 0;
    for number in NUMBER.iter().flat_map(|regex| regex.find_iter(text)) {
        let before = text[..number.start()].chars().next_back();
        // The figure in `H2O` is no pressure, nor is a date's.
        if before.is_some_and(|c| c.is_alphabetic() || c == '/' || c == '.')
            || text[number.end()..].starts_with('/')
        {
            continue;
        }
        let value: f32 = number.as_str().parse().unwrap_or(0.0);
        if !(3.0..=30.0).contains(&value) || value <= last {
            return 0;
        }
        last = value;
        count += 1;
    }
    count
}
