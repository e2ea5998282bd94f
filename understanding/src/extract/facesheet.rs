//! Facesheets and insurance cards: the patient's contacts, providers, address and, by `coverage`, insurers.

use super::{coverage, patient};
use crate::find::{DocView, Found, has_credential, person_name, plain_text};
use crate::owner::Owner;
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\(?\b\d{3}\)?[\s.\-]{0,2}\d{3}[\s.\-]\d{4}\b").ok());
/// A second number on the line of the first: `(C): (518) 555-0101`.
static TAGGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*[|,;/]?\s*\(?(?:c|cell|m|mobile|h|home)\)?\s*:?\s*(?P<v>\(?\b\d{3}\)?[\s.\-]{0,2}\d{3}[\s.\-]\d{4})\b").ok()
});

/// Reads a facesheet or an insurance card.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = coverage::fields(view, class);
    let mut sexes = view.typed(&["sex"], sex);
    sexes.retain(|found| matches!(about(view, found), None | Some(Owner::Patient)));
    for found in sexes.into_iter().chain(beside_age(view)) {
        fields.extend(view.field("sex", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in phones(view) {
        fields.extend(view.field("phone", FieldValue::Text(found.value.clone()), None, &found));
    }
    if class == DocumentClass::InsuranceCard {
        fields.extend(patient::name_on_card(view));
    }
    for (key, name) in [("guarantor", "guarantor.name"), ("emergency_contact", "emergency_contact.name")] {
        for found in view.names(&[key]) {
            fields.extend(view.field(name, FieldValue::Text(found.value.clone()), None, &found));
        }
    }
    for found in by_role(view) {
        fields.extend(view.field("pcp.name", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.names(&["other_provider"]) {
        let name = if is_family_doctor(view, &found) { "pcp.name" } else { "provider.name" };
        fields.extend(view.field(name, FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["address"], plain_text) {
        if matches!(about(view, &found), None | Some(Owner::Patient)) {
            fields.extend(view.field("address", FieldValue::Text(found.value.clone()), None, &found));
        }
    }
    super::distinct(fields)
}

/// `73 Years / Female`, `33 y.o. | F`: the sex beside the age, if the paper says so of one person only.
fn beside_age(view: &DocView<'_>) -> Option<Found<String>> {
    static AGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b\d{1,3}\s*-?\s*(?:y\.?\s?o\.?|years?(?:\s+old)?|yrs?\.?(?:\s+old)?|y(?:\s+old)?)[\s,;|/()\-]{1,5}(?P<v>female|male|f|m)\b").ok()
    });
    let mut found = view.pattern(&AGED);
    let (value, _) = sex(&found.first()?.value)?;
    let same = found.iter().all(|other| sex(&other.value).is_some_and(|(other, _)| other == value));
    same.then(|| Found { value, ..found.swap_remove(0) })
}

/// `Richard Roe, MD | PCP - General`: a name whose role stands in the next cell.
fn by_role(view: &DocView<'_>) -> Vec<Found<String>> {
    let mut found = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, _, hit) in labelled.labels(&["other_provider"]) {
            let row = &labelled.sheet.lines[line];
            let label = row.text.get(hit.label.clone()).unwrap_or_default().to_lowercase();
            let own = row.cells.iter().position(|cell| cell.contains(&hit.label.start));
            let Some(before) = own.and_then(|own| own.checked_sub(1)).and_then(|at| row.cells.get(at)) else {
                continue;
            };
            if !hit.cell_full || hit.colon || !FAMILY.iter().any(|word| label.contains(word)) {
                continue;
            }
            let text = row.text.get(before.clone()).unwrap_or_default();
            let Some((name, at)) = person_name(text) else { continue };
            let alone = at.start == 0 && (at.end == text.len() || has_credential(&text[at.end..]));
            if alone {
                let at = before.start + at.start..before.start + at.end;
                found.push(Found { value: name, page, line, quote: at.clone(), at, confidence: 0.9 });
            }
        }
    }
    found
}

/// Words of a label by which a doctor is the family doctor.
const FAMILY: [&str; 9] =
    ["pcp", "primary", "family", "usual", "personal", "general practi", "prim ", "fam ", "regular"];

fn about<T>(view: &DocView<'_>, found: &Found<T>) -> Option<Owner> {
    patient::label_owner(view, found)
}

/// Whether the label is that of the family doctor; of a name in a table or under a heading, the label above it.
fn is_family_doctor(view: &DocView<'_>, found: &Found<String>) -> bool {
    let labelled = &view.pages[found.page];
    let sheet = &labelled.sheet;
    let own = view.line(found.page, found.line)[found.quote.start..found.at.start].to_lowercase();
    if own.chars().any(char::is_alphabetic) {
        return FAMILY.iter().any(|word| own.contains(word));
    }
    let left = |line: usize, byte: usize| sheet.left_of(line, byte).unwrap_or(f32::INFINITY);
    let column = left(found.line, found.at.start);
    let mut line = found.line;
    for _ in 0..2 {
        let Some(above) = sheet.line_above(line) else { return false };
        line = above;
        let heads = labelled.hits[line].iter().filter(|hit| hit.key == "other_provider");
        let nearest = heads.min_by(|a, b| {
            let off = |hit: &crate::labels::Hit| (left(line, hit.label.start) - column).abs();
            off(a).total_cmp(&off(b))
        });
        if let Some(hit) = nearest {
            let label = sheet.lines[line].text[hit.label.clone()].to_lowercase();
            return FAMILY.iter().any(|word| label.contains(word));
        }
    }
    false
}

/// The patient's telephone numbers: in the patient's block, or where nothing names anybody else and the number is that
/// of a home or stands below the patient's name. A letterhead's number is above it.
fn phones(view: &DocView<'_>) -> Vec<Found<String>> {
    const HOMELY: [&str; 8] = ["home", "cell", "mobile", "patient", "member", "day", "evening", "hm"];
    let named = view
        .pages
        .iter()
        .map(|page| page.labels(&["patient_name", "last_name"]).map(|(line, ..)| line).next());
    let named: Vec<Option<usize>> = named.collect();
    let mut kept = Vec::new();
    for found in view.typed(&["phone"], phone) {
        let line = view.line(found.page, found.line);
        let label = line.get(found.quote.start..found.at.start).unwrap_or_default().to_lowercase();
        let own = match about(view, &found) {
            Some(Owner::Patient) => true,
            None => {
                HOMELY.iter().any(|word| label.contains(word))
                    || named[found.page].is_some_and(|name| name <= found.line)
            }
            Some(_) => false,
        };
        // `Contact by | Phone` has no number under it, though one stands there.
        let under = found.quote.start == found.at.start;
        let sheet = &view.pages[found.page].sheet;
        let above = sheet.line_above(found.line);
        let heads = [above, above.and_then(|line| sheet.line_above(line))];
        let headed = heads.into_iter().flatten().any(|line| view.pages[found.page].is_heading_row(line));
        if !own || under && !headed {
            continue;
        }
        let second = TAGGED.as_ref().and_then(|regex| regex.captures(&line[found.at.end..])?.name("v"));
        let second = second.and_then(|second| {
            let at = found.at.end + second.start()..found.at.end + second.end();
            let (value, _) = phone(second.as_str())?;
            Some(Found {
                value,
                page: found.page,
                line: found.line,
                quote: at.clone(),
                at,
                confidence: found.confidence,
            })
        });
        kept.push(found);
        kept.extend(second);
    }
    kept
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
