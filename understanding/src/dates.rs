//! Dates as American charts print them. A date that is not wholly legible is no date.

use jiff::civil::{Date, DateTime, Time};
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Years outside this span are misreadings.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2099;
/// Two-digit years from here on are of the last century when they can only be dates of birth.
const BIRTH_PIVOT: i16 = 30;

static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:",
        r"(?P<iy>\d{4})\s?-\s?(?P<im>\d{1,2})\s?-\s?(?P<id>\d{1,2})",
        r"|(?P<sm>\d{1,2})\s?[/.\-]\s?(?P<sd>\d{1,2})\s?[/.\-]\s?(?P<sy>\d{4}|\d{2})",
        r"|(?P<dd>\d{1,2})(?:st|nd|rd|th)?[\s\-]+(?P<dm>[a-z]{3,9})\.?,?[\s\-]+(?P<dy>\d{4})",
        r"|(?P<mm>[a-z]{3,9})\.?[\s\-]+(?P<md>\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(?P<my>\d{4})",
        r")(?:\b|T)",
    ))
    .ok()
});

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s,T;@(]*(?:at\s+)?(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?\s*(?P<half>[ap])?\.?m?\.?\b")
        .ok()
});

/// The first date in a text and its place. `birth`: a two-digit year is of the last century, or unknown.
pub(crate) fn find_date(text: &str, birth: bool) -> Option<(Date, Range<usize>)> {
    for found in DATE.as_ref()?.captures_iter(text) {
        let whole = found.get(0)?;
        // Part of a longer number such as a telephone number or a code is no date.
        let before = text[..whole.start()].chars().next_back();
        let after = text[whole.end()..].chars().next();
        let joined = |c: Option<char>| c.is_some_and(|c| matches!(c, '/' | '-') || c.is_ascii_digit());
        let timed = whole.as_str().ends_with('T');
        if joined(before) || (joined(after) && !timed) {
            continue;
        }
        if let Some(date) = date_of(&found, birth) {
            return Some((date, whole.range()));
        }
    }
    None
}

/// The first date in a text with the time of day behind it, if one is printed.
pub(crate) fn find_datetime(text: &str) -> Option<(Date, Option<DateTime>, Range<usize>)> {
    let (date, range) = find_date(text, false)?;
    let rest = &text[range.end..];
    let Some(found) = TIME.as_ref().and_then(|regex| regex.captures(rest)) else {
        return Some((date, None, range));
    };
    let number = |name| found.name(name).and_then(|part| part.as_str().parse::<i8>().ok());
    let half = found.name("half").map(|half| half.as_str().to_ascii_lowercase());
    let hour = match (number("h")?, half.as_deref()) {
        (12, Some("a")) => 0,
        (hour @ 1..=11, Some("p")) => hour + 12,
        (hour, _) => hour,
    };
    let time = Time::new(hour, number("m")?, 0, 0).ok();
    let end = range.end + found.get(0).map_or(0, |whole| whole.end());
    Some((date, time.map(|time| date.to_datetime(time)), range.start..end))
}

fn date_of(found: &Captures<'_>, birth: bool) -> Option<Date> {
    let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<i16>().ok());
    let month_named = |name: &str| {
        let text = found.name(name)?.as_str().to_ascii_lowercase();
        let index = MONTHS.iter().position(|month| text.starts_with(month))?;
        let full = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ][index];
        (full.starts_with(&text) || text == "sept").then_some(index as i16 + 1)
    };
    let (year, month, day) = if found.name("iy").is_some() {
        (number("iy")?, number("im")?, number("id")?)
    } else if found.name("sy").is_some() {
        let short = found.name("sy").is_some_and(|year| year.len() == 2);
        (full_year(number("sy")?, short, birth)?, number("sm")?, number("sd")?)
    } else if found.name("dy").is_some() {
        (number("dy")?, month_named("dm")?, number("dd")?)
    } else {
        (number("my")?, month_named("mm")?, number("md")?)
    };
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn full_year(year: i16, short: bool, birth: bool) -> Option<i16> {
    match (short, birth) {
        (false, _) => Some(year),
        (true, false) => Some(2000 + year),
        (true, true) => (year >= BIRTH_PIVOT).then_some(1900 + year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_printed_form_is_read() {
        for text in [
            "11/20/2026",
            "11-20-2026",
            "20-Nov-2026",
            "November 20, 2026",
            "2026-11-20",
            "Nov 20 2026",
            "11/20/26",
            "Fri Nov 20, 2026",
            "20 November 2026",
            "11 / 20 / 2026",
            "2026-11-20T08:15",
            "Nov. 20th, 2026",
            "(11/20/2026)",
        ] {
            assert_eq!(find_date(text, false).map(|found| found.0), Some(date(2026, 11, 20)), "{text}");
        }
    }

    #[test]
    fn what_is_not_legible_is_no_date() {
        for text in [
            "13/40/2026",
            "11/2O/2026",
            "l1/20/2026",
            "20/11/2026",
            "518-555-1234",
            "1/2/3/2026",
            "Foo 20, 2026",
            "11/20/1826",
        ] {
            assert_eq!(find_date(text, false), None, "{text}");
        }
        assert_eq!(find_date("12/01/56", true).map(|found| found.0), Some(date(1956, 12, 1)));
        assert_eq!(find_date("12/01/12", true), None, "1912 or 2012");
    }

    #[test]
    fn a_time_of_day_belongs_to_its_date() {
        let (_, at, range) = find_datetime("on 10/15/2026 at 10:14 PM, lights").expect("a date");
        assert_eq!(at, Some(date(2026, 10, 15).at(22, 14, 0, 0)));
        assert_eq!(range, 3..25);
        assert_eq!(find_datetime("10/15/2026 (54 y)").map(|found| found.1), Some(None));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "[0-9a-zA-Z/ .,:-]{0,40}|\\PC{0,20}") {
            if let Some((_, _, range)) = find_datetime(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
