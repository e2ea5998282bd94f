//! Names of the patient that no label of one line announces: in two fields, under a heading, in a banner, on a card, in a
//! subject line.

use super::label_owner;
use crate::find::{DocView, Found, has_credential, is_filling, person_name};
use crate::labels::Labelled;
use crate::owner::{Owner, owner_of_heading};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Of a name that no label announces.
const BANNER_CONFIDENCE: f32 = 0.9;

/// `Last name: Doe   First name: Jane   MI: A`: one field made of two values.
pub(super) fn split_names(view: &DocView<'_>) -> Vec<Found<String>> {
    /// Lines between the two at most.
    const APART: usize = 2;
    let part = |key: &'static str| {
        view.checked(&[key], name_words, |before, hit| {
            (hit.colon || hit.cell_full) && !before.contains(char::is_alphanumeric)
        })
    };
    let mut firsts = part("first_name");
    firsts.retain(|found| matches!(label_owner(view, found), None | Some(Owner::Patient)));
    let middles = part("middle_name");
    let near = |a: &Found<String>, b: &Found<String>| a.page == b.page && a.line.abs_diff(b.line) <= APART;
    let mut found = part("last_name");
    found.retain(|found| matches!(label_owner(view, found), None | Some(Owner::Patient)));
    found
        .into_iter()
        .filter_map(|mut last| {
            let first = firsts.iter().find(|first| near(first, &last))?;
            let middle = middles
                .iter()
                .find(|middle| near(middle, &last))
                .and_then(|found| found.value.chars().next());
            let middle = middle.map_or_else(String::new, |initial| format!(" {initial}"));
            last.value = format!("{}, {}{middle}", last.value, first.value);
            Some(last)
        })
        .collect()
}

static NAME_WORDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\W*(?P<v>\p{Lu}[\p{L}'’.\-]*(?: \p{Lu}[\p{L}'’.\-]*){0,2})").ok());

fn name_words(text: &str) -> Option<(String, Range<usize>)> {
    let found = NAME_WORDS.as_ref()?.captures(text)?.name("v")?;
    let value = found.as_str().trim_end_matches('.');
    Some((value.to_owned(), found.start()..found.start() + value.len()))
}

static BEFORE_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:(?:re|regarding|i|we|patient|pt|for|of)\b[:,]?\s+|\d{1,3}[.)]\s+)?").ok()
});
/// Sex and age, as banners print them behind the name.
static SEX_AND_AGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)[\s,;|(]*(?:\b(?:f|m|female|male)\b|\b\d{1,3}\s*(?:y\.?\s?o\.?|yrs?\.?(?:\s+old)?|years?(?:\s+old)?|y)(?:\s*/?\s*[fm])?\b\.?|[-|(),;/\s])+$").ok()
});
/// A family name, a comma, a first name, and a date and a number behind them: a banner without labels.
static UNLABELLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\W*(?P<v>\p{Lu}[\p{L}'’\-]+(?: \p{Lu}[\p{L}'’\-]+)?,\s?\p{Lu}[\p{L}'’\-]*(?: \p{Lu}\.?)?)(?:\s*\|\s*|\s+)(?:[A-Z]{0,3}\d{4,10}\b|[A-Z][a-z]{2} \d{1,2}, ?\d{4}|[A-Z]{3} \d{1,2}, ?\d{4}|\d{1,2}/\d{1,2}/\d{4}|[FM]\b|\(?\d{1,3} ?(?:y|Y))").ok()
});

/// A name alone on the line under `PATIENT INFORMATION`.
pub(super) fn headed_names(view: &DocView<'_>) -> Vec<Found<String>> {
    let mut found = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, hits) in labelled.hits.iter().enumerate() {
            for (at, hit) in
                hits.iter().enumerate().filter(|(_, hit)| hit.key.starts_with("sec.") && hit.cell_full)
            {
                if owner_of_heading(labelled, line, hit) != Some(Owner::Patient) {
                    continue;
                }
                let Some(stretch) = labelled.below(line, at, 1).into_iter().next() else { continue };
                let text = &labelled.sheet.lines[stretch.line].text;
                let Some(range) = whole_name(text, stretch.range) else { continue };
                if has_credential(&text[range.end..]) {
                    continue;
                }
                let (value, line) = (text[range.clone()].to_owned(), stretch.line);
                let confidence = BANNER_CONFIDENCE;
                found.push(Found { value, page, line, quote: range.clone(), at: range, confidence });
            }
        }
    }
    found
}

/// Names that stand directly before a date of birth or a record number.
pub(super) fn banner_names(view: &DocView<'_>) -> Vec<Found<String>> {
    let mut found = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, row) in labelled.sheet.spoken() {
            let first =
                labelled.hits[line].iter().find(|hit| hit.is_sure() && matches!(hit.key, "dob" | "mrn"));
            let range = match first {
                Some(hit) => before_label(labelled, line, hit.label.start),
                None => UNLABELLED
                    .as_ref()
                    .and_then(|regex| regex.captures(&row.text)?.name("v"))
                    .and_then(|name| whole_name(&row.text, name.range())),
            };
            let Some(range) = range else { continue };
            let value = row.text[range.clone()].to_owned();
            if has_credential(&row.text[range.end..]) || is_place(&value) {
                continue;
            }
            found.push(Found {
                value,
                page,
                line,
                quote: range.clone(),
                at: range,
                confidence: BANNER_CONFIDENCE,
            });
        }
    }
    found
}

/// `Tyler, TX` is a town.
fn is_place(name: &str) -> bool {
    name.rsplit(',').next().is_some_and(|state| {
        let state = state.trim();
        name.contains(',') && state.len() == 2 && state.chars().all(char::is_uppercase)
    })
}

/// The name before a label: the last part of the text, cell by cell, that is a name and nothing else; one with a
/// comma before all others, for a house has no comma in its name.
fn before_label(labelled: &Labelled<'_>, line: usize, end: usize) -> Option<Range<usize>> {
    let row = &labelled.sheet.lines[line];
    let mut parts: Vec<Range<usize>> = Vec::new();
    for cell in row.cells.iter().filter(|cell| cell.start < end) {
        let (start, end) = (cell.start, cell.end.min(end));
        let mut from = start;
        for piece in row.text[start..end].split('|') {
            parts.push(from..from + piece.len());
            from += piece.len() + 1;
        }
    }
    let names: Vec<Range<usize>> = parts.into_iter().filter_map(|part| whole_name(&row.text, part)).collect();
    let comma = |range: &&Range<usize>| row.text[(*range).clone()].contains(',');
    names.iter().rfind(comma).or(names.last()).cloned()
}

/// A part that is a name, sex and age apart.
pub(super) fn whole_name(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let mut piece = text.get(part.clone())?;
    let mut start = part.start;
    if let Some(head) = BEFORE_NAME.as_ref().and_then(|regex| regex.find(piece)) {
        start += head.end();
        piece = &piece[head.end()..];
    }
    if let Some(tail) = SEX_AND_AGE.as_ref().and_then(|regex| regex.find(piece)) {
        piece = &piece[..tail.start()];
    }
    let piece = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.');
    let (name, range) = person_name(piece)?;
    let rest = piece[range.end..].trim_matches(|c: char| !c.is_alphanumeric());
    (range.start == 0 && rest.is_empty()).then(|| start..start + name.len())
}

/// Words of a subject line that make it no name.
const SUBJECT_WORDS: [&str; 46] = [
    "referral",
    "order",
    "orders",
    "new",
    "request",
    "record",
    "records",
    "cpap",
    "bipap",
    "pap",
    "dme",
    "oxygen",
    "supply",
    "supplies",
    "authorization",
    "prior",
    "claim",
    "appointment",
    "result",
    "results",
    "follow",
    "up",
    "prescription",
    "test",
    "letter",
    "necessity",
    "setup",
    "set",
    "home",
    "equipment",
    "visit",
    "chart",
    "notes",
    "documents",
    "papers",
    "urgent",
    "stat",
    "missing",
    "information",
    "needed",
    "document",
    "delivery",
    "insurance",
    "therapy",
    "machine",
    "fax",
];

/// `RE: Jane Doe`, where nothing else names the patient.
pub(super) fn subjects(view: &DocView<'_>) -> Vec<Found<String>> {
    let is_name = |text: &str| {
        let words = crate::text::words_of(text);
        let (name, range) = person_name(text)?;
        let before = is_filling(&text[..range.start]);
        let plain = words.iter().take(5).all(|word| !SUBJECT_WORDS.contains(&word.as_str()));
        (before && plain && !has_credential(&text[range.end..])).then_some((name, range))
    };
    let mut found =
        view.checked(&["subject"], is_name, |before, hit| hit.colon && !before.contains(char::is_alphabetic));
    found.truncate(1);
    found
}
