//! Whether the prescriber signed: electronic phrases, names behind a signature label, blank lines, and words
//! that say a signature is still missing.

use crate::dates::find_datetime;
use crate::find::{DocView, Found, has_credential, person_name};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static SIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\b(?:electronically|digitally|electronic(?:al)?|e)[\s\-]*(?:co-?)?(?:reviewed\s+and\s+)?(?:signed|authenticated|approved|signature|sig\b|authorized|verified|attested|validated|ordered\s+and\s+signed)\b",
        r"|\b(?:[s5]igned|authorized|authenticated|approved|verified|validated|attested)(?:\s+off)?\s+(?:electronically|digitally)\b|\be-?sig\b|\bsigned\s+\((?:e|electronic\w*|digital\w*)\)|\b(?:order\s+)?signed(?:\s+off)?(?:\s+and\s+(?:dated|held|verified|approved))?\s*(?:by\b|:)|\bauthenticated\s+by\b|\bauthorized\s+by\b.{0,12}\bsigned\b|(?:^|\s)/e?s/|^\W{0,3}s[/il1|]/?\s",
        r"|\bsign(?:ed)?-?\s?off\s*(?:by\b|:)|\bsigner\s*:|\bsigning\s+(?:provider|physician|practitioner|clinician|prescriber)\s*:|\bsignature\s+(?:verified|captured|applied|on\s+file)\b)",
        r"(?:\s*(?:by|on|at|to)\b)?\s*:?",
    ))
    .ok()
});
/// Words that say outright that nobody signed.
static UNSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\bun-?signed\b|\bnot\s+(?:yet\s+)?(?:been\s+)?(?:electronically\s+)?(?:signed|authenticated|authorized|approved|validated)\b",
        r"|\b(?:pending|awaiting|missing|lacks|without|no)\s+(?:the\s+|a\s+|an\s+)?(?:\w+(?:'s)?\s+){0,2}signature\b",
        r"|\bsignature\s*(?:status)?\s*(?:is\s+)?[:\-]?\s*(?:still\s+)?(?:pending|missing|awaited|awaiting|outstanding|not\s+obtained|none|absent|blank|needed)\b",
        r"|\b(?:awaiting|pending)\s+(?:\w+\s+){0,2}(?:sign(?:ing|-?off)?|authentication)\b|\bto\s+be\s+signed\b|\bsign(?:ing|ed)?\s+pending\b)",
    ))
    .ok()
});
/// Words that ask for a signature; they count only where none is given.
static ASKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bsignature\s+(?:is\s+)?(?:required|requested|due)\b|\brequires?\s+(?:\w+\s+){0,2}signature\b|\bstatus\s*:?\s*(?:pended|draft)\b|\bpended\s+order\b").ok()
});
static HARMLESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:no|not|without)\b.{0,24}\bsignature\b.{0,12}\b(?:required|necessary|needed)\b|\b(?:patient|witness|technician|technologist|guardian)(?:'s)?\s+signature").ok()
});
static STATUS_SIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(?:order|note|document|report|rx|prescription|signature)?\s*status\s*[:.\-]*\s*(?:\(?final\)?\W{0,3})?(?:e-?)?signed\b|\be-?signed\s*:\s*yes\b|\bsigned\s*[:?]\s*yes\b|\bsignature\s*:\s*(?:on\s+file|yes|obtained|present|verified)\b)").ok()
});

/// What a document says of its signature, as fields: `signature` yes or no, `signed_by`, `signature_date`.
/// Both yes and no are given where the document contradicts itself.
pub(crate) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut asked = Vec::new();
    for (page, line, text) in view.lines() {
        if matches(&HARMLESS, text).is_some() {
            continue;
        }
        if let Some(range) = matches(&UNSIGNED, text) {
            fields.extend(flag(view, page, line, range, false));
        } else if let Some(range) = matches(&STATUS_SIGNED, text).filter(|range| ends(text, range)) {
            fields.extend(flag(view, page, line, range, true));
        } else if let Some(range) = matches(&SIGNED, text).or_else(|| signed_on(text)) {
            fields.extend(signed(view, page, line, range));
        } else if let Some(range) = matches(&STATUS_SIGNED, text) {
            fields.extend(flag(view, page, line, range, true));
        } else if let Some(range) = matches(&ASKED, text) {
            asked.extend(flag(view, page, line, range, false));
        }
    }
    if !has(&fields, true) {
        fields.extend(labelled(view));
    }
    if fields.iter().all(|field| field.name != "signature") {
        fields.extend(asked);
    }
    for found in view.typed(&["signature_date"], find_datetime_value) {
        fields.extend(view.field("signature_date", FieldValue::Date(found.value), None, &found));
    }
    fields
}

/// Whether nothing stands behind a part of a line.
fn ends(text: &str, range: &Range<usize>) -> bool {
    !text[range.end..].contains(char::is_alphanumeric)
}

/// `Signed 11/03/2026 10:14`, `Signed at 11/03/2026 by …`: the words before the date.
fn signed_on(text: &str) -> Option<Range<usize>> {
    static DATED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?P<v>\bsigned(?:\s+(?:at|on))?)\s*\d{1,4}[/.-]\d").ok());
    Some(DATED.as_ref()?.captures(text)?.name("v")?.range())
}

fn has(fields: &[Field], wanted: bool) -> bool {
    fields.iter().any(|field| field.name == "signature" && field.value == FieldValue::Flag(wanted))
}

fn matches(regex: &LazyLock<Option<Regex>>, text: &str) -> Option<Range<usize>> {
    regex.as_ref()?.find(text).map(|found| found.range())
}

fn find_datetime_value(text: &str) -> Option<(jiff::civil::Date, Range<usize>)> {
    find_datetime(text).map(|(date, _, range)| (date, range))
}

fn place(page: usize, line: usize, quote: Range<usize>) -> Found<()> {
    Found { value: (), page, line, at: quote.clone(), quote, confidence: 0.95 }
}

fn flag(view: &DocView<'_>, page: usize, line: usize, range: Range<usize>, value: bool) -> Option<Field> {
    view.field("signature", FieldValue::Flag(value), None, &place(page, line, range))
}

/// A phrase such as `Electronically signed by` counts with a name or a date behind it, on its line or the next.
fn signed(view: &DocView<'_>, page: usize, line: usize, phrase: Range<usize>) -> Vec<Field> {
    let mut fields = Vec::new();
    let rest = &view.line(page, line)[phrase.end..];
    let below = view.pages[page].sheet.line_below(line);
    let places = [(line, phrase.end, rest)]
        .into_iter()
        .chain(below.map(|below| (below, 0, view.line(page, below))))
        .filter(|(_, _, text)| text.chars().any(char::is_alphanumeric));
    for (at_line, offset, text) in places.take(1) {
        let name = person_name(text).filter(|(_, range)| range.start <= 12);
        let date = find_datetime(text);
        if name.is_none() && date.is_none() {
            fields.extend(signed_by_somebody_before(view, page, line, &phrase));
            break;
        }
        let end =
            name.as_ref().map(|found| found.1.end).max(date.as_ref().map(|found| found.2.end)).unwrap_or(0);
        let quote = if at_line == line { phrase.start..offset + end } else { phrase.clone() };
        fields.extend(flag(view, page, line, quote, true));
        let by = match name {
            Some((name, range)) => {
                Some((name, place(page, at_line, offset + range.start..offset + range.end)))
            }
            None => signer_before(view, page, line, phrase.start).or_else(|| signer_above(view, page, line)),
        };
        if let Some((name, found)) = by {
            fields.extend(view.field("signed_by", FieldValue::Text(name), None, &found));
        }
        if let Some((date, _, range)) = date {
            let found = place(page, at_line, offset + range.start..offset + range.end);
            fields.extend(view.field("signature_date", FieldValue::Date(date), None, &found));
        }
    }
    if fields.is_empty() && is_blank(rest) {
        fields.extend(flag(view, page, line, phrase, false));
    }
    fields
}

/// `Richard Roe, MD has electronically signed this order`, `Richard Roe, MD [e-sig 11/03/2026]`: the signer before the phrase.
fn signer_before(view: &DocView<'_>, page: usize, line: usize, end: usize) -> Option<(String, Found<()>)> {
    let text = view.line(page, line).get(..end)?;
    let from = text.rfind([':', '|']).map_or(0, |at| at + 1);
    let (name, range) = person_name(text.get(from..)?)?;
    let range = from + range.start..from + range.end;
    let only = text.get(from..range.start)?.chars().all(|c| !c.is_alphanumeric());
    (only && has_credential(&text[range.end..])).then(|| (name, place(page, line, range)))
}

/// A phrase with nothing behind it counts where the signer stands before it on its line.
fn signed_by_somebody_before(
    view: &DocView<'_>,
    page: usize,
    line: usize,
    phrase: &Range<usize>,
) -> Vec<Field> {
    let Some((name, found)) = signer_before(view, page, line, phrase.start) else { return Vec::new() };
    // `Richard Roe, MD, e-signature: ____` asks for one.
    let rest = view.line(page, line).get(phrase.end..).unwrap_or_default();
    if is_blank(rest) && (rest.contains('_') || view.line(page, line)[phrase.clone()].ends_with(':')) {
        return Vec::new();
    }
    let quote = found.quote.start..phrase.end;
    [flag(view, page, line, quote, true), view.field("signed_by", FieldValue::Text(name), None, &found)]
        .into_iter()
        .flatten()
        .collect()
}

/// `Richard Roe, MD` on the line above `Electronically signed 11/03/2026`, with little else.
fn signer_above(view: &DocView<'_>, page: usize, line: usize) -> Option<(String, Found<()>)> {
    /// Further words: credentials and a specialty.
    const MORE: usize = 4;
    let above = view.pages[page].sheet.line_above(line)?;
    let text = view.line(page, above);
    let (name, range) = person_name(text)?;
    let rest = &text[range.end..];
    let alone = range.start == 0 && has_credential(rest) && rest.split_whitespace().count() <= MORE;
    alone.then(|| (name, place(page, above, range)))
}

/// A signature label with a name is a signature; with nothing but a line, none.
fn labelled(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, at, hit) in labelled.labels(&["signature"]) {
            let label = &labelled.sheet.lines[line].text[hit.label.clone()];
            if !hit.is_sure() || !crate::text::fold(label).contains("slgnat") {
                continue;
            }
            let stretches = labelled.stretches(line, at);
            let named = stretches.iter().find_map(|stretch| {
                let (name, range) = person_name(labelled.text(stretch))?;
                let at = stretch.range.start + range.start..stretch.range.start + range.end;
                Some((stretch.line, at, name))
            });
            match named {
                Some((at_line, at, name)) => {
                    let found = place(page, at_line, at.clone());
                    fields.extend(view.field("signature", FieldValue::Flag(true), None, &found));
                    fields.extend(view.field("signed_by", FieldValue::Text(name), None, &found));
                }
                None if is_blank(labelled.text(&labelled.behind(line, at))) => {
                    fields.extend(flag(view, page, line, hit.label.clone(), false));
                }
                None => {}
            }
        }
    }
    fields
}

/// Nothing, a drawn line, or what recognition makes of a drawn line.
fn is_blank(text: &str) -> bool {
    const FEW: usize = 2;
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.len() <= FEW
        || (letters.len() <= 12 && letters.to_lowercase().chars().all(|c| matches!(c, 'e' | 'x' | '_')))
}
