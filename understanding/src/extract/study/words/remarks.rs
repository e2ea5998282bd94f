//! Remarks inside a label that hold numbers and are no values: the rule hypopneas were scored by, limits of saturation,
//! hours of use.

use super::{Idea, Ideas, Tagged, blank, matches};
use Idea::{At88, AtOther, Below, Four, FourHours, LessHours, Three};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Remarks on how hypopneas were scored.
static RULE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\b(?:hypopn\w+\s+)?(?:scored|using|at|with|by|via|based\s+on|according\s+to|per|under|a|the|≥|>=|>)\s+){0,4}",
        r"(?:[≥>]=?\s*)?\b(?P<r>[34]|three|four)\s*(?:%|percent|per\s+cent|pct)",
        r"(?:\s*(?:-|/|,|\+|or|and|&|with|of|in)?\s*\b(?:o2|oxygen|desat\w*|spo2|sat\w*|drops?|arousals?|arous|criteri\w+|rules?|definitions?|scoring|based|threshold|method|scored|hyp\w*(?:\s+(?:rule|definition|criteri\w+))?|aasm|cms|medicare|recommended|acceptable|alternative|alternate)\b)*",
    ))
    .ok()
});
/// The rules by the names of who wrote them.
static NAMED_FOUR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:cms|medicare|1\s?b|acceptable|alternat(?:e|ive)|aasm\s*2007|aasm\s+4)\b(?:\s+(?:criteri\w+|rules?|definitions?|scoring|hypopn\w+))*").ok()
});
static NAMED_THREE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:1\s?a|aasm\s+recommended|recommended\s+(?:hypopn\w+\s+)?(?:criteri\w+|rules?|definition|scoring)|aasm\s+2012|aasm\s+3|chicago)\b(?:\s+(?:criteri\w+|rules?|definitions?|scoring|hypopn\w+))*").ok()
});
/// Limits of saturation: `<= 88 %`, `below 90`, `88 % or below`.
static LIMIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(?P<s><=?|≤|=<|\bup\s+to|\bat\s+or\s+(?:below|under|less\s+than)|\bequal\s+to\s+or\s+(?:below|less\s+than)|\b(?:less|lower)\s+than(?:\s+or\s+equal\s+(?:to)?)?|\bbelow|\bunder|\bbeneath|\bof|\bat)",
        r"\s*(?:or\s+(?:equal\s+to|at)\s+)?(?:(?:an?\s+)?(?:spo2|sao2|saturation|oxygen\s+saturation)\s+(?:of\s+)?)?)?",
        r"\b(?P<n>[6-9]\d)\s*(?:%|percent)?(?P<t>\s*(?:-\s*)?(?:or|and|&)\s+(?:below|less|lower|under)\b)?",
    ))
    .ok()
});

/// Four hours of use, or less.
static FOUR_HOURS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(?:>\s?=|≥|=>|>|\bat\s+least|\bgreater\s+than(?:\s+or\s+equal\s+to)?|\bmore\s+than|\bover|\bminimum(?:\s+of)?|\bexceeding|\b(?:usage|used|days|nights)(?:\s+of)?)",
        r"\s*(?:4|four)(?:\.0)?\s*\+?\s*-?\s*(?:h|hr|hrs|hours?)\b(?:\s*(?:or\s+more))?|\b(?:4|four)\s*-?\s*(?:h|hr|hrs|hours?)\s*(?:or\s+(?:more|greater|longer)|\+|and\s+above)|\b4\s?\+\s*(?:h|hr|hrs|hours?)\b)(?:\s*(?:per|/|a|each)\s*(?:day|night))?",
    ))
    .ok()
});
static LESS_HOURS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:<\s?=?|\bless\s+than|\bunder|\bbelow|\bfewer\s+than)\s*(?:[1-9]|four)(?:\.0)?\s*(?:h|hr|hrs|hours?)\b").ok()
});

pub(super) fn hours_of_use(
    text: &str,
    masked: &mut String,
    tags: &mut Vec<Tagged>,
    not_values: &mut Vec<Range<usize>>,
) {
    for (pattern, idea) in [(&LESS_HOURS, LessHours), (&FOUR_HOURS, FourHours)] {
        for found in matches(pattern, text) {
            tags.push(Tagged { ideas: Ideas::of(&[idea]), at: found.clone() });
            not_values.push(found.clone());
            // `used 4 hours or more` is use too.
            let from = found.start
                + text[found.clone()].find(|c: char| c.is_ascii_digit() || c == 'f' || c == 'F').unwrap_or(0);
            blank(masked, &(from..found.end));
        }
    }
}

pub(super) fn named_rules(
    text: &str,
    masked: &mut String,
    tags: &mut Vec<Tagged>,
    not_values: &mut Vec<Range<usize>>,
) {
    if let Some(regex) = RULE.as_ref() {
        for found in regex.captures_iter(text) {
            let (Some(whole), Some(rule)) = (found.get(0), found.name("r")) else { continue };
            // `24 %` ends in a 4; `0.4 %` and `1.3 %` are measured.
            let glued =
                text[..rule.start()].ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
            if glued {
                continue;
            }
            let idea =
                if matches!(rule.as_str().to_lowercase().as_str(), "4" | "four") { Four } else { Three };
            tags.push(Tagged { ideas: Ideas::of(&[idea]), at: whole.range() });
            not_values.push(whole.range());
            // A hypopnea named in a remark is none that was counted, unless it leads the label.
            let before = text[..whole.start()].trim_end();
            let keeps = whole.as_str().trim_start().to_lowercase().starts_with("hypopn")
                && !before.ends_with(|c: char| c.is_alphabetic() || matches!(c, ',' | '('));
            let from = if keeps { rule.start() } else { whole.start() };
            blank(masked, &(from..whole.end()));
        }
    }
    for (pattern, idea) in [(&NAMED_FOUR, Four), (&NAMED_THREE, Three)] {
        for found in matches(pattern, &masked.clone()) {
            tags.push(Tagged { ideas: Ideas::of(&[idea]), at: found.clone() });
            not_values.push(found.clone());
            blank(masked, &found);
        }
    }
}

pub(super) fn limits(masked: &mut String, tags: &mut Vec<Tagged>, not_values: &mut Vec<Range<usize>>) {
    let Some(regex) = LIMIT.as_ref() else { return };
    let copy = masked.clone();
    for found in regex.captures_iter(&copy) {
        let (Some(whole), Some(number)) = (found.get(0), found.name("n")) else { continue };
        let sign = found.name("s").map_or("", |sign| sign.as_str()).to_lowercase();
        let before_sign = !sign.is_empty() && !matches!(sign.as_str(), "of" | "at");
        let after = copy[number.end()..].chars().next();
        let decimal = after.is_some_and(|c| matches!(c, '.' | ':' | '/') || c.is_ascii_digit())
            && copy[number.end() + 1..].starts_with(|c: char| c.is_ascii_digit());
        let glued = copy[..number.start()]
            .ends_with(|c: char| matches!(c, '.' | ',' | '/' | ':') || c.is_alphanumeric());
        if !(before_sign || found.name("t").is_some()) || decimal || glued {
            continue;
        }
        // `below 88` and `at or below 88` are the limit of the rule; so is `below 89`.
        let strict =
            matches!(sign.as_str(), "<" | "below" | "under" | "beneath" | "less than" | "lower than");
        let limit = match number.as_str() {
            "88" => At88,
            "89" if strict => At88,
            _ => AtOther,
        };
        tags.push(Tagged { ideas: Ideas::of(&[Below, limit]), at: whole.range() });
        not_values.push(whole.range());
        blank(masked, &whole.range());
    }
}
