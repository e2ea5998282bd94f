//! How long the equipment is needed: behind a label, in a column, with boxes to tick, or in a sentence.

use crate::find::{DocView, Found, is_filling};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// How far behind its label a length may stand: boxes that are not ticked come first.
const REACH: usize = 48;
/// Stands for a lifetime on Medicare's forms.
const LIFETIME: i64 = 99;

static MONTHS: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?P<life>\blife\s?-?time\b|\bindefinite\w*|\bpermanent\w*)|\b(?P<m>\d{1,3})\s*(?:\)\s*)?(?P<unit>months?|mths?\b|mos?\b|years?|yrs?\b)?")
        .ok()
});
/// What a form prints to explain its numbers: `1-99 (99 = lifetime)`.
static EXPLAINED: Pattern = LazyLock::new(|| {
    Regex::new(r#"(?i)\(?\s*(?:\b1\s?(?:-|–|to)\s?99\b(?:\s*months?)?[\s,;:]*)?\(?\s*["'“]?\b99\b["'”]?\s*(?:months?\s*)?(?:=|is|means|equals|stands|indicates)\s*(?:for\s+)?(?:a\s+)?["'“]?life(?:\s?-?time)?\b["'”]?\s*\)?|\(\s*(?:in\s+)?(?:months?|mos?)\b[,;]?\s*(?:1\s?-\s?)?99\b(?:\s*=\s*life(?:\s?-?time)?)?\)?|\(?\b1\s?(?:-|–)\s?99\b(?:\s*months?)?\)?"#).ok()
});
static BOX: Pattern = LazyLock::new(|| {
    Regex::new(r"(?P<ticked>\[\s*[xX✓✔*]\s*\]|\(\s*[xX✓✔]\s*\)|[☑☒■✓✔])|\[[\s_]*\]|\(\s*\)|[☐□❏❑]").ok()
});
/// Sentences that tell it.
static TOLD: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\b(?:length|duration|period)\s+of\s+(?:medical\s+)?(?:need|use|therapy)\b|\b(?:need(?:s|ed)?|require[sd]?)\b|\bhow\s+(?:long|many\s+months)\b)[^.;\n]{0,70}?",
        r"(?P<v>\blife\s?-?time\b|\bindefinite(?:ly)?\b|\b\d{1,3}\s*(?:\)\s*)?(?:months?|mths?\b|mos?\b|years?|yrs?\b))",
        r"|(?P<w>\blife\s?-?time)\s+(?:need|use)\b",
        r"|\b(?:for|x|×)\s*(?P<x>99\s*(?:months?|mos?\b))"
    ))
    .ok()
});
/// Words by which a time is something else.
static ELSE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:refills?|replac\w+|every|per|follow|used|using|trial|seen|within|warranty|ago|last|past|rental|renew\w*|recert\w*|old|visit|evaluat\w+)\b").ok()
});

fn says(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Every length of need in months, labels before sentences.
pub(super) fn lengths(view: &DocView<'_>) -> Vec<Found<i64>> {
    let labelled = view.checked(&["length_of_need"], months, |before, hit| {
        is_filling(before) || (hit.is_sure() || hit.cell_start) && unexplained(before).trim().len() <= REACH
    });
    if labelled.is_empty() { told(view) } else { labelled }
}

/// A length of need in months; 99 stands for a lifetime. Of boxes the ticked one counts.
fn months(text: &str) -> Option<(i64, Range<usize>)> {
    let text = unexplained(text);
    let boxes: Vec<(Range<usize>, bool)> = BOX
        .as_ref()?
        .captures_iter(&text)
        .filter_map(|found| Some((found.get(0)?.range(), found.name("ticked").is_some())))
        .collect();
    let part = match boxes.iter().position(|(_, ticked)| *ticked) {
        Some(at) => boxes[at].0.end..boxes.get(at + 1).map_or(text.len(), |(next, _)| next.start),
        None if boxes.is_empty() => 0..text.len(),
        None => return None,
    };
    let (value, found) = number(text.get(part.clone())?)?;
    Some((value, part.start + found.start..part.start + found.end))
}

/// The text with blanks, byte by byte, where a form explains its numbers.
fn unexplained(text: &str) -> String {
    let Some(regex) = EXPLAINED.as_ref() else { return text.to_owned() };
    let mut plain = text.to_owned();
    for found in regex.find_iter(text) {
        // `12 (99 = lifetime)` explains, `99 (lifetime)` answers: only what has a sign or a range is left out.
        plain.replace_range(found.range(), &" ".repeat(found.len()));
    }
    plain
}

fn number(text: &str) -> Option<(i64, Range<usize>)> {
    let found = MONTHS.as_ref()?.captures(text)?;
    let whole = found.get(0)?.range();
    if found.name("life").is_some() {
        return Some((LIFETIME, whole));
    }
    let number: i64 = found.name("m")?.as_str().parse().ok()?;
    let in_years = found.name("unit").is_some_and(|unit| unit.as_str().to_lowercase().starts_with('y'));
    let months = if in_years { number * 12 } else { number };
    (1..=999).contains(&months).then_some((months, whole))
}

/// `She will need it for 12 months`, `lifetime need`: on a line, or on two lines of prose.
fn told(view: &DocView<'_>) -> Vec<Found<i64>> {
    let mut found: Vec<Found<i64>> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, row) in labelled.sheet.lines.iter().enumerate().filter(|(_, row)| !row.furniture) {
            let text = unexplained(&row.text);
            let Some(captures) = TOLD.as_ref().and_then(|regex| regex.captures(&text)) else { continue };
            let Some(value) = ["v", "w", "x"].iter().find_map(|name| captures.name(name)) else { continue };
            let Some(whole) = captures.get(0) else { continue };
            let sentence = text[..whole.end()].rsplit(['.', ';']).next().unwrap_or_default();
            if says(&ELSE, sentence) {
                continue;
            }
            let Some((months, _)) = number(value.as_str()) else { continue };
            if !found.iter().any(|other| other.value == months) {
                let quote = whole.range();
                found.push(Found { value: months, page, line, at: quote.clone(), quote, confidence: 0.88 });
            }
        }
    }
    // Two different times: neither is surely that of the need.
    if found.len() > 1 {
        found.clear();
    }
    found
}
