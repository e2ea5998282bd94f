//! Measured numbers with their units, as reports print them.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{1,4}(?:[.,]\d{1,2})?").ok());
static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<h>\d{1,2})\s*(?:h|hr|hrs|hours?)\b\.?,?\s*(?:and\s*)?(?P<m>\d{1,2})\s*(?:m|min|mins|minutes?)\b",
        r"|\b(?P<ch>\d{1,2}):(?P<cm>\d{2})(?::\d{2})?\b",
        r"|(?P<dh>\d{1,2}\.\d{1,2}|\d{1,2})\s*(?:h|hr|hrs|hours?)\b",
        r"|(?P<min>\d{2,3}(?:\.\d{1,2})?)\s*(?:m|min|mins|minutes?)?\b",
    ))
    .ok()
});

/// Every number of a text: value, place, whether it is whole, and whether `%` follows.
pub(crate) fn numbers(text: &str) -> Vec<(f64, Range<usize>, bool, bool)> {
    let Some(regex) = NUMBER.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for number in regex.find_iter(text) {
        let before = text[..number.start()].chars().next_back();
        let after = text[number.end()..].chars().next();
        // Part of a word, a date, a time or a longer number is no measurement. A misread letter is none either.
        let glued = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | ':' | '.' | ',' | '$'))
            || after.is_some_and(|c| c.is_ascii_digit() || matches!(c, ':'))
            || after.is_some_and(|c| matches!(c, 'O' | 'o' | 'l' | 'I' | 'S' | 'B'));
        let dated = after == Some('/') && text[number.end() + 1..].starts_with(|c: char| c.is_ascii_digit());
        if glued || dated {
            continue;
        }
        let percent = text[number.end()..].trim_start().starts_with('%');
        let whole = !number.as_str().contains(['.', ',']);
        if let Ok(value) = number.as_str().replace(',', ".").parse::<f64>() {
            found.push((value, number.range(), whole, percent));
        }
    }
    found
}

/// The first number that is no percentage.
pub(crate) fn number(text: &str) -> Option<(f64, Range<usize>)> {
    numbers(text).into_iter().find(|found| !found.3).map(|(value, range, ..)| (value, range))
}

/// The first whole number that is no percentage.
pub(crate) fn count(text: &str) -> Option<(i64, Range<usize>)> {
    numbers(text)
        .into_iter()
        .find(|(value, _, whole, percent)| *whole && !percent && *value < 5000.0)
        .map(|(value, range, ..)| (value as i64, range))
}

/// A duration in minutes: `385.8 min`, `6 h 25 min`, `6:25`, `6.4 hours`, or a bare number of minutes.
pub(crate) fn minutes(text: &str) -> Option<(f64, Range<usize>)> {
    for found in CLOCK.as_ref()?.captures_iter(text) {
        let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<f64>().ok());
        let minutes = match (number("h"), number("ch"), number("dh"), number("min")) {
            (Some(hours), ..) => hours * 60.0 + number("m")?,
            (_, Some(hours), ..) => hours * 60.0 + number("cm")?,
            (_, _, Some(hours), _) => hours * 60.0,
            (.., Some(minutes)) => minutes,
            _ => continue,
        };
        let whole = found.get(0)?;
        if text[whole.end()..].trim_start().starts_with('%') || minutes > 1440.0 {
            continue;
        }
        return Some(((minutes * 10.0).round() / 10.0, whole.range()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_come_in_minutes() {
        for (text, wanted) in [
            ("385.8 min", 385.8),
            ("6 h 25 min", 385.0),
            ("6 hrs, 25 minutes", 385.0),
            ("6:25", 385.0),
            ("6.4 hours", 384.0),
            ("412", 412.0),
            (": 412 minutes (86%)", 412.0),
            ("06:25:30", 385.0),
            ("7h 2m", 422.0),
        ] {
            assert_eq!(minutes(text).map(|found| found.0), Some(wanted), "{text}");
        }
        assert_eq!(minutes("86 %"), None);
    }

    #[test]
    fn only_whole_legible_numbers_count() {
        assert_eq!(number("22.4 /hr").map(|found| found.0), Some(22.4));
        for text in ["2O.4", "l2", "10/12/2026", "22:14", "v1.2", "E0601"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(number("86% 22"), Some((22.0, 4..6)));
        assert_eq!(count("45 7.1").map(|found| found.0), Some(45));
        assert_eq!(count("7.1 45").map(|found| found.0), Some(45));
    }
}
