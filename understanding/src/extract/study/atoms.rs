//! Measured numbers of a report with their units: `31.2 /h`, `6 h 12 m`, `79 %`. Dates, times of day, ranges and
//! criteria are none.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// What follows a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    None,
    Percent,
    PerHour,
    Minutes,
    /// `6:12`, hours and minutes or a time of day; its value is in minutes.
    Clock,
    Days,
    /// Seconds, pressures, beats, anything else.
    Foreign,
}

/// A number.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// Of times in minutes.
    pub(super) value: f64,
    pub(super) unit: Unit,
    /// Printed without decimals.
    pub(super) whole: bool,
    /// A word for events follows, as in `112 events`.
    pub(super) counted: bool,
    /// The number itself.
    pub(super) at: Range<usize>,
    /// Where its unit ends.
    pub(super) end: usize,
}

static DURATION: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<h>\d{1,2})\s*(?:h|hr|hrs|hours?)\b\.?,?\s*(?:and\s*|&\s*)?(?P<m>\d{1,2}(?:\.\d{1,2})?)\s*(?:m|min|mins|minutes?)\b\.?(?:,?\s*(?:and\s*)?\d{1,2}\s*(?:s|sec|secs|seconds?)\b)?",
        r"|(?P<ch>\d{1,2}):(?P<cm>[0-5]\d)(?::(?P<cs>[0-5]\d))?",
        r"|(?P<dh>\d{1,2}(?:\.\d{1,2})?)\s*(?:hrs?|hours?)\b\.?",
    ))
    .ok()
});
static NUMBER: Pattern = LazyLock::new(|| Regex::new(r"\d{1,4}(?:[.,]\d{1,2})?").ok());
static WORDED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<n>no|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:(?:obstructive|central|mixed|total|scored|respiratory)\s+)?(?:apn|hypopn|events)").ok()
});
static PER_HOUR: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*\(?(?:(?:respiratory\s+)?(?:events?|episodes?|evts?)\.?\s*)?(?:/\s*h(?:ou)?r?\b\.?|\b(?:per|an|each)\s+h(?:ou)?r\b)(?:\s+of\s+(?:\w+\s+){0,2}?(?:sleep|recording|monitoring|tst|trt)(?:\s+time)?)?\)?").ok()
});
static PERCENT: Pattern = LazyLock::new(|| Regex::new(r"^\s*(?:%|percent\b|per\s+cent\b|pct\b)").ok());
static MINUTES: Pattern = LazyLock::new(|| Regex::new(r"(?i)^\s*\(?(?:minutes?|mins?|m)\b\.?\)?").ok());
static FOREIGN: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*-?\s*\(?(?:(?:s|secs?|seconds?)\b|cm\b|cmh2o|cwp|mm\s?hg|bpm|beats|l\b|l/min|lpm|lit(?:ers?|res?)\b|lbs?\b|pounds\b|kg\b|inch\w*|in\.?(?:\s*$|\s*[,;)])|feet\b|ft\b|years?\b|y/?o\b|yrs?\b|mg\b|mcg\b|hz\b|channels?|weeks?|months?|points?|pages?|°|st\b|nd\b|rd\b|th\b|-?\s?year|x\b|times\b)").ok()
});
static DAYS: Pattern = LazyLock::new(|| Regex::new(r"(?i)^\s*\(?(?:days?|nights?)\b\)?").ok());
static COUNTED: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*\(?(?:total\s+|scored\s+|respiratory\s+)*(?:events?|episodes?|evts?|occurrences)\b\)?",
    )
    .ok()
});
/// `22:14 to 06:10`, `10:31 PM`: times of day.
static OF_DAY_AFTER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:[ap]\.?m?\b\.?|(?:-|–|to|until|through)\s*\d{1,2}:\d{2}|hours\b\s*(?:on|to)|[ecmp][sd]t\b)").ok()
});
static OF_DAY_BEFORE: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)(?:\b(?:at|from|until|between|to|@)|\d\s*(?:-|–|to)|\d{4})\s*$").ok());

fn find(pattern: &Pattern, text: &str) -> Option<usize> {
    pattern.as_ref()?.find(text).map(|found| found.end())
}

/// The measured numbers of a text, without those that are part of a label.
pub(super) fn atoms(text: &str, not_values: &[Range<usize>]) -> Vec<Atom> {
    let mut found: Vec<Atom> = durations(text, not_values);
    let taken = |at: &Range<usize>, found: &[Atom]| {
        not_values.iter().any(|part| part.start < at.end && at.start < part.end)
            || found.iter().any(|atom| atom.at.start < at.end && at.start < atom.end)
    };
    for number in NUMBER.iter().flat_map(|regex| regex.find_iter(text)) {
        let at = number.range();
        if taken(&at, &found) || is_glued(text, &at) || is_limit(text, &at) {
            continue;
        }
        let Ok(value) = number.as_str().replace(',', ".").parse::<f64>() else { continue };
        let rest = &text[at.end..];
        let (unit, length) = unit(rest);
        let year = number.len() == 4 && (1900.0..2100.0).contains(&value) && unit == Unit::None;
        if year {
            continue;
        }
        let counted = unit == Unit::None && find(&COUNTED, rest).is_some();
        let whole = !number.as_str().contains(['.', ',']);
        found.push(Atom { value, unit, whole, counted, end: at.end + length, at });
    }
    found.extend(worded(text));
    found.sort_by_key(|atom| atom.at.start);
    found
}

fn unit(rest: &str) -> (Unit, usize) {
    // `86   Minutes SpO2 88 % or less: 8.6`: a capital begins the next label.
    let next_label = rest.trim_start().starts_with("Min")
        && rest.split([';', ',']).next().is_some_and(|rest| rest.contains(':'));
    if next_label {
        return (Unit::None, 0);
    }
    let patterns = [
        (&PERCENT, Unit::Percent),
        (&PER_HOUR, Unit::PerHour),
        (&MINUTES, Unit::Minutes),
        (&DAYS, Unit::Days),
        (&FOREIGN, Unit::Foreign),
    ];
    patterns
        .into_iter()
        .find_map(|(pattern, unit)| Some((unit, find(pattern, rest)?)))
        .unwrap_or((Unit::None, 0))
}

/// Hours and minutes.
fn durations(text: &str, not_values: &[Range<usize>]) -> Vec<Atom> {
    let mut found = Vec::new();
    for captures in DURATION.iter().flat_map(|regex| regex.captures_iter(text)) {
        let Some(whole) = captures.get(0) else { continue };
        let number = |name: &str| captures.name(name).and_then(|part| part.as_str().parse::<f64>().ok());
        let (value, unit) = match (number("h"), number("ch"), number("dh")) {
            (Some(hours), ..) => (hours * 60.0 + number("m").unwrap_or(0.0), Unit::Minutes),
            (_, Some(hours), _) => {
                (hours * 60.0 + number("cm").unwrap_or(0.0) + number("cs").unwrap_or(0.0) / 60.0, Unit::Clock)
            }
            (.., Some(hours)) => (hours * 60.0, Unit::Minutes),
            _ => continue,
        };
        let glued =
            text[..whole.start()].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | ':' | '/'));
        let inside = not_values.iter().any(|part| part.start < whole.end() && whole.start() < part.end);
        let rate = captures.name("dh").is_some() && text[whole.end()..].trim_start().starts_with('/');
        if glued || inside || rate {
            continue;
        }
        let of_day = unit == Unit::Clock
            && (find(&OF_DAY_AFTER, &text[whole.end()..]).is_some()
                || find(&OF_DAY_BEFORE, &text[..whole.start()]).is_some()
                || value > 16.0 * 60.0);
        let unit = if of_day { Unit::Foreign } else { unit };
        found.push(Atom {
            value: (value * 10.0).round() / 10.0,
            unit,
            whole: false,
            counted: false,
            at: whole.range(),
            end: whole.end(),
        });
    }
    found
}

/// Small counts in words: `one apnea`, `no central apneas`.
fn worded(text: &str) -> Vec<Atom> {
    const NUMBERS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let regex = WORDED.iter().flat_map(|regex| regex.captures_iter(text));
    regex
        .filter_map(|found| {
            let word = found.name("n")?;
            let name = word.as_str().to_lowercase();
            let value = if name == "no" { 0 } else { NUMBERS.iter().position(|number| *number == name)? };
            let at = word.range();
            Some(Atom { value: value as f64, unit: Unit::None, whole: true, counted: false, end: at.end, at })
        })
        .collect()
}

/// Part of a word, a date or a longer number; a misread letter behind it.
fn is_glued(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    let next = text[at.end..].chars().nth(1);
    let dated = matches!(after, Some('/' | '-' | '–')) && next.is_some_and(|c| c.is_ascii_digit());
    let ranged = matches!(before, Some('-' | '–'))
        && text[..at.start - before.map_or(0, char::len_utf8)]
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit());
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | ':' | '.' | ',' | '$' | '#'))
        || after.is_some_and(|c| c.is_ascii_digit() || c == ':')
        || after.is_some_and(|c| matches!(c, 'O' | 'o' | 'l' | 'I' | 'S' | 'B'))
        || dated
        || ranged
        || is_range(text, at)
}

/// `5 - 15`, `5 to 15`: a range is a normal value or a setting.
fn is_range(text: &str, at: &Range<usize>) -> bool {
    static AFTER: Pattern = LazyLock::new(|| Regex::new(r"(?i)^\s*(?:-|–|to)\s*\d").ok());
    static BEFORE: Pattern = LazyLock::new(|| Regex::new(r"(?i)\d\s*(?:%\s*)?(?:-|–|\bto)\s*$").ok());
    let after_to = find(&AFTER, &text[at.end..]).is_some();
    after_to || find(&BEFORE, &text[..at.start]).is_some()
}

/// Behind a comparing sign or word: a limit, no measurement.
fn is_limit(text: &str, at: &Range<usize>) -> bool {
    static LIMIT: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)(?:[<>≤≥]=?|\s[x×*]|\b(?:than|least|exceed\w*|over|above|below|under|up\s+to|between)(?:\s+or\s+equal\s+to)?)\s*(?:an?\s+|of\s+)?$").ok()
    });
    find(&LIMIT, &text[..at.start]).is_some()
}
