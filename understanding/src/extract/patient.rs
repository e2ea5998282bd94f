//! Whose document it is: name, date of birth, record and Medicare number of the patient, wherever they are printed.

use crate::dates::find_date;
use crate::find::{DocView, Found, has_credential, is_filling, person_name};
use crate::labels::Labelled;
use crate::owner::{Owner, named_by, owner, owner_at, owner_of_heading, qualified};
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Of a name that no label announces.
const BANNER_CONFIDENCE: f32 = 0.9;

/// Name, date of birth, record number and Medicare number.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut found = names(view);
    if found.is_empty() {
        found = split_names(view);
    }
    if found.is_empty() {
        found = headed_names(view);
    }
    if found.is_empty() {
        found = banner_names(view);
    }
    if found.is_empty() {
        found = subjects(view);
    }
    for found in found {
        fields.extend(view.field("patient_name", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["dob"], |text| find_date(text, true)) {
        if is_the_patients(view, &found) {
            fields.extend(view.field("dob", FieldValue::Date(found.value), None, &found));
        }
    }
    for found in record_numbers(view, class) {
        fields.extend(view.field("mrn", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["mbi", "member_id", "bare_id"], mbi_word) {
        fields.extend(view.field("mbi", FieldValue::Text(found.value.clone()), None, &found));
    }
    fields
}

/// The label of a value is its quote's beginning, where both stand on one line; else the heading of its column.
fn label_owner<T>(view: &DocView<'_>, found: &Found<T>) -> Option<Owner> {
    let labelled = view.pages.get(found.page)?;
    if found.quote.start < found.at.start {
        return owner_at(labelled, found.line, found.quote.start);
    }
    /// A value stands at most so many lines under its column's heading.
    const ROWS: usize = 2;
    let sheet = &labelled.sheet;
    let left = sheet.left_of(found.line, found.at.start)?;
    let mut line = found.line;
    for _ in 0..ROWS {
        line = sheet.line_above(line)?;
        let hits = &labelled.hits[line];
        let over = |hit: &crate::labels::Hit| {
            hit.cell_full
                && sheet.left_of(line, hit.label.start).is_some_and(|x| (x - left).abs() < 2.0 * sheet.height)
        };
        let Some(at) = hits.iter().position(over) else { continue };
        // A table of relatives or policy holders says so in another column.
        let others = ["relation", "subscriber", "emergency_contact", "guarantor"];
        if let Some(other) = hits.iter().find(|hit| hit.cell_full && others.contains(&hit.key)) {
            return Some(if other.key == "relation" { Owner::Contact } else { Owner::Subscriber });
        }
        return owner(labelled, line, at);
    }
    None
}

/// Relatives and policy holders have dates of birth too; doctors have none on these papers.
fn is_the_patients<T>(view: &DocView<'_>, found: &Found<T>) -> bool {
    !matches!(label_owner(view, found), Some(Owner::Contact | Owner::Guarantor | Owner::Subscriber))
}

/// Names behind the patient's labels. A bare `Name` counts where its block is about nobody else.
fn names(view: &DocView<'_>) -> Vec<Found<String>> {
    let named = view.names(&["patient_name"]).into_iter().filter(|found| {
        let line = view.line(found.page, found.line);
        let label = line.get(found.quote.start..found.at.start).unwrap_or_default().to_lowercase();
        let bare = label.trim_start().starts_with("name") || label.starts_with("full name");
        let about = match (bare, label.is_empty()) {
            (true, _) => view.pages[found.page].hits[found.line]
                .iter()
                .position(|hit| hit.label.start == found.quote.start)
                .and_then(|at| named_by(&view.pages[found.page], found.line, at)),
            (_, true) => label_owner(view, found),
            _ => label_qualifier(view, found),
        };
        !has_credential(&line[found.at.end..]) && matches!(about, None | Some(Owner::Patient))
    });
    named.collect()
}

fn label_qualifier<T>(view: &DocView<'_>, found: &Found<T>) -> Option<Owner> {
    let labelled = view.pages.get(found.page)?;
    let hit = labelled.hits.get(found.line)?.iter().find(|hit| hit.label.start == found.quote.start)?;
    let own = labelled.sheet.lines[found.line].text.get(hit.label.clone())?.to_lowercase();
    // The label's own words name the patient; only what stands before them can mean somebody else.
    let before = qualified(labelled, found.line, hit)?;
    (!own.contains("patient") && !own.contains("member")).then_some(before)
}

/// `Last name: Doe   First name: Jane   MI: A`: one field made of two values.
fn split_names(view: &DocView<'_>) -> Vec<Found<String>> {
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
fn headed_names(view: &DocView<'_>) -> Vec<Found<String>> {
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
fn banner_names(view: &DocView<'_>) -> Vec<Found<String>> {
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
            if has_credential(&row.text[range.end..]) {
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
fn whole_name(text: &str, part: Range<usize>) -> Option<Range<usize>> {
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
fn subjects(view: &DocView<'_>) -> Vec<Found<String>> {
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

static RECORD_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[^\p{L}\p{N}]*(?:is\s+)?(?P<v>[A-Z]{0,4}-?\d[A-Z0-9]*(?:-[A-Z0-9]+){0,3})").ok()
});

static TORN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^ \d{2,5}(?:\s|$)").ok());

/// A record number directly behind its label: at least four digits, and neither a date, a telephone nor a Social
/// Security number.
fn record_number(text: &str) -> Option<(String, Range<usize>)> {
    const DIGITS_MIN: usize = 4;
    const LENGTH_MAX: usize = 16;
    let found = RECORD_NUMBER.as_ref()?.captures(text)?.name("v")?;
    let value = found.as_str();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let rest = &text[found.end()..];
    // Cut off in the middle of a word, a date or a telephone number, or torn in two by recognition.
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '-'))
        || TORN.as_ref().is_some_and(|regex| regex.is_match(rest));
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    let other = matches!(lengths.as_slice(), [3, 2, 4] | [3, 3, 4]) || find_date(value, false).is_some();
    (digits >= DIGITS_MIN && value.len() <= LENGTH_MAX && !goes_on && !other)
        .then(|| (value.to_owned(), found.range()))
}

/// Numbers behind the labels of record numbers; a bare `ID` counts in the patient's own block, off insurers' papers.
fn record_numbers(view: &DocView<'_>, class: DocumentClass) -> Vec<Found<String>> {
    let mut found = view.typed(&["mrn"], record_number);
    found.retain(|found| {
        let labelled = view.pages.get(found.page);
        let hit = labelled.and_then(|page| {
            page.hits[found.line]
                .iter()
                .find(|hit| hit.label.start == found.quote.start)
                .map(|hit| (page, hit))
        });
        hit.is_none_or(|(page, hit)| {
            matches!(qualified(page, found.line, hit), None | Some(Owner::Patient | Owner::Firm))
        })
    });
    use DocumentClass::{InsuranceCard, PriorAuthorization};
    if found.is_empty() && !matches!(class, InsuranceCard | PriorAuthorization) {
        for (page, labelled) in view.pages.iter().enumerate() {
            for (line, at, hit) in labelled.labels(&["bare_id"]) {
                let stretch = labelled.cell_behind(line, at);
                let text = labelled.text(&stretch);
                let Some((value, place)) = record_number(text).filter(|_| hit.colon) else { continue };
                if owner(labelled, line, at) == Some(Owner::Patient)
                    && crate::identifiers::mbi(&value).is_none()
                {
                    let at = stretch.range.start + place.start..stretch.range.start + place.end;
                    let quote = hit.label.start..at.end;
                    found.push(Found { value, page, line, quote, at, confidence: BANNER_CONFIDENCE });
                }
            }
        }
    }
    found
}

static MBI_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b\d[A-Z0-9]{3}[- ]?[A-Z0-9]{3}[- ]?[A-Z0-9]{4}\b").ok());

/// A Medicare number without dashes.
pub(super) fn mbi_word(text: &str) -> Option<(String, Range<usize>)> {
    let found = MBI_WORD.as_ref()?.find(text)?;
    Some((crate::identifiers::mbi(found.as_str())?, found.range()))
}
