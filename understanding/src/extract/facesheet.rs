//! Facesheets and insurance cards: the patient's coverages in their order, contacts, providers.

use crate::find::{DocView, Found, id_word, plain_text};
use crate::labels::Stretch;
use crate::text::words_of;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\(?\b\d{3}\)?[\s.\-]{0,2}\d{3}[\s.\-]\d{4}\b").ok());

/// Coverages read at most; more are kept by the packet, not by us.
const COVERAGES_MAX: u32 = 4;

/// Reads a facesheet or an insurance card. Coverage fields are `coverage.RANK.payer`, `.plan`, `.member_id`.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = coverages(view);
    for found in view.typed(&["sex"], sex) {
        fields.extend(view.field("sex", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["phone"], phone) {
        fields.extend(view.field("phone", FieldValue::Text(found.value.clone()), None, &found));
    }
    // A card names its member beside the bare word.
    for found in view.names(&["member_id"]) {
        fields.extend(view.field("patient_name", FieldValue::Text(found.value.clone()), None, &found));
    }
    for (key, name) in [("guarantor", "guarantor.name"), ("emergency_contact", "emergency_contact.name")] {
        for found in view.names(&[key]) {
            fields.extend(view.field(name, FieldValue::Text(found.value.clone()), None, &found));
        }
    }
    for found in view.names(&["other_provider"]) {
        let label = view.line(found.page, found.line)[found.quote.clone()].to_lowercase();
        let name = if label.contains("pcp") || label.contains("primary care") {
            "pcp.name"
        } else {
            "provider.name"
        };
        fields.extend(view.field(name, FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["address"], plain_text) {
        fields.extend(view.field("address", FieldValue::Text(found.value.clone()), None, &found));
    }
    super::distinct(fields)
}

fn sex(text: &str) -> Option<(String, Range<usize>)> {
    let (word, range) = text.find(|c: char| c.is_alphabetic()).map(|start| {
        let word: String = text[start..].chars().take_while(|c| c.is_alphabetic()).collect();
        let end = start + word.len();
        (word.to_lowercase(), start..end)
    })?;
    match word.as_str() {
        "f" | "female" => Some(("F".to_owned(), range)),
        "m" | "male" => Some(("M".to_owned(), range)),
        _ => None,
    }
}

fn phone(text: &str) -> Option<(String, Range<usize>)> {
    let found = PHONE.as_ref()?.find(text)?;
    let digits: String = found.as_str().chars().filter(char::is_ascii_digit).collect();
    Some((format!("+1{digits}"), found.range()))
}

/// A payer's name: letters, not a rank, not a label's own words, not a number.
fn payer(text: &str) -> Option<(String, Range<usize>)> {
    let (name, range) = plain_text(text)?;
    let words = words_of(&name);
    let filler = [
        "primary",
        "secondary",
        "tertiary",
        "yes",
        "no",
        "none",
        "n",
        "a",
        "na",
        "active",
        "self",
        "same",
        "patient",
    ];
    let named = words.iter().any(|word| {
        word.len() >= 2 && word.chars().all(char::is_alphabetic) && !filler.contains(&word.as_str())
    });
    (named && name.len() <= 70).then_some((name, range))
}

/// Walks labels in reading order; `Coverage 1`, `Secondary insurance` and the like set the rank the following
/// labels belong to. Tables give one coverage a row.
fn coverages(view: &DocView<'_>) -> Vec<Field> {
    const KEYS: [&str; 7] = ["coverage_1", "coverage_2", "payer", "plan", "member_id", "mbi", "group"];
    let mut fields = Vec::new();
    let mut rank = 1;
    for (page, labelled) in view.pages.iter().enumerate() {
        let mut tables = Vec::new();
        for (line, at, hit) in labelled.labels(&KEYS) {
            if !hit.is_sure() && !hit.cell_start {
                continue;
            }
            let heads_table = labelled.is_heading_row(line);
            if heads_table && !matches!(hit.key, "coverage_1" | "coverage_2") {
                tables.push((line, at));
                continue;
            }
            // Under a table's headings a word such as `Plan` is part of a payer's name broken over two lines.
            if !tables.is_empty() && !hit.colon && !hit.cell_full {
                continue;
            }
            let mut key = hit.key;
            if matches!(key, "coverage_1" | "coverage_2") {
                rank = if key == "coverage_1" { 1 } else { rank.max(1) + u32::from(rank == 1) };
                key = "payer";
            }
            let stretches = labelled.stretches(line, at);
            // A heading such as `Coverage 1` has labels below it, not its value.
            let own = stretches.iter().filter(|stretch| {
                !starts_with_label(labelled, stretch) && !holds_headings(labelled, line, stretch)
            });
            if let Some(found) =
                own.filter_map(|stretch| value(key, page, labelled.text(stretch), stretch)).next()
            {
                fields.extend(field(view, rank, key, &found));
            }
        }
        for (line, at) in tables {
            let key = labelled.hits[line][at].key;
            for (row, stretch) in labelled.below(line, at, COVERAGES_MAX as usize).iter().enumerate() {
                let Some(found) = value(key, page, labelled.text(stretch), stretch) else { break };
                fields.extend(field(view, row as u32 + 1, key, &found));
            }
        }
    }
    first_of_each_name(fields)
}

/// Whether what stands under a label is a row of a table's headings: `Coverage` above `Payer  Member ID  Group`.
fn holds_headings(labelled: &crate::labels::Labelled<'_>, line: usize, stretch: &Stretch) -> bool {
    let inside = |hit: &&crate::labels::Hit| stretch.range.contains(&hit.label.start);
    stretch.line != line && labelled.hits[stretch.line].iter().filter(inside).count() >= 2
}

fn starts_with_label(labelled: &crate::labels::Labelled<'_>, stretch: &Stretch) -> bool {
    labelled.hits[stretch.line]
        .iter()
        .any(|hit| (hit.colon || hit.cell_full) && hit.label.start == stretch.range.start)
}

fn value(key: &str, page: usize, text: &str, stretch: &Stretch) -> Option<Found<String>> {
    let (value, range) = match key {
        "payer" | "plan" => payer(text)?,
        "mbi" => super::mbi_word(text)?,
        _ => id_word(text).filter(|(_, range)| crate::find::is_filling(&text[..range.start]))?,
    };
    let at = stretch.range.start + range.start..stretch.range.start + range.end;
    let start = stretch.label.as_ref().map_or(at.start, |label| label.start);
    Some(Found { value, page, line: stretch.line, quote: start..at.end, at, confidence: 0.95 })
}

fn field(view: &DocView<'_>, rank: u32, key: &str, found: &Found<String>) -> Option<Field> {
    let part = if key == "mbi" { "member_id" } else { key };
    (rank <= COVERAGES_MAX).then(|| {
        view.field(&format!("coverage.{rank}.{part}"), FieldValue::Text(found.value.clone()), None, found)
    })?
}

fn first_of_each_name(fields: Vec<Field>) -> Vec<Field> {
    let mut kept: Vec<Field> = Vec::new();
    for field in fields {
        if !kept.iter().any(|other| other.name == field.name) {
            kept.push(field);
        }
    }
    kept
}
