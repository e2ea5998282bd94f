//! Fields of a document, by its class. Each file knows one class; this one knows what all share: whose
//! document it is.

mod adherence;
mod blood_gas;
mod columns;
mod cpap_trial;
mod facesheet;
mod flow;
pub(crate) mod measure;
mod note;
mod order;
mod rule_facts;
pub(crate) mod signature;
pub(crate) mod study;
mod terms;

use crate::dates::find_date;
use crate::find::{DocView, Found, has_credential, id_word};
use crate::knowledge::CodeTable;
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

pub(crate) use order::{OrderLine, is_certain_equipment_order, order_lines};

/// Reads every field of a document of this class.
pub(crate) fn fields(view: &DocView<'_>, class: DocumentClass, codes: &CodeTable) -> Vec<Field> {
    let mut fields = identity(view);
    fields.extend(match class {
        DocumentClass::Facesheet | DocumentClass::InsuranceCard => facesheet::fields(view),
        DocumentClass::Order => order::fields(view, codes),
        DocumentClass::OfficeNote | DocumentClass::TelehealthNote => note::fields(view),
        DocumentClass::EncounterSummary => note::summary_fields(view),
        DocumentClass::SleepStudy => study::fields(view, false),
        DocumentClass::Titration => study::fields(view, true),
        DocumentClass::Lab | DocumentClass::Other => note::test_fields(view),
        DocumentClass::AdherenceReport => adherence::fields(view),
        DocumentClass::Imaging
        | DocumentClass::Letter
        | DocumentClass::CoverSheet
        | DocumentClass::RawStudyData
        | DocumentClass::MedicalNecessityForm
        | DocumentClass::PriorAuthorization
        | DocumentClass::Consent => Vec::new(),
    });
    fields.extend(rule_facts::fields(view, class));
    fields.extend(crate::protected::notice(view, class));
    fields
}

/// `DOE, JANE A` directly before a date of birth, as banners print it.
static BANNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\W*(?P<v>\p{Lu}[\p{L}'’\-]+,\s*\p{Lu}[\p{L}'’.\-]*(?:\s\p{Lu}[\p{L}'’.\-]*){0,2})\b[^:]{0,24}?\b(?:DOB|D\.O\.B\.?|MRN|Date of Birth|Birth ?[Dd]ate|Born)\b").ok()
});

/// Name, date of birth and record number, wherever the document prints them.
pub(crate) fn identity(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let is_provider =
        |found: &Found<String>| has_credential(&view.line(found.page, found.line)[found.at.end..]);
    let mut names: Vec<Found<String>> = view
        .names(&["patient_name"])
        .into_iter()
        .filter(|found| !is_provider(found) && !is_under_another(view, found))
        .collect();
    if names.is_empty() {
        names = view.pattern(&BANNER).into_iter().filter_map(|found| in_its_cell(view, found)).collect();
    }
    for found in names {
        fields.extend(view.field("patient_name", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["dob"], |text| find_date(text, true)) {
        fields.extend(view.field("dob", FieldValue::Date(found.value), None, &found));
    }
    for found in view.typed(&["mrn"], id_word) {
        fields.extend(view.field("mrn", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["mbi", "member_id"], mbi_word) {
        fields.extend(view.field("mbi", FieldValue::Text(found.value.clone()), None, &found));
    }
    fields
}

/// Lines above a bare `Name` in which the heading of its block stands.
const BLOCK_LINES: usize = 10;

/// Whether a bare `Name` stands in a block of other persons: under `Emergency Contacts`, `Guarantor`, `PCP`.
fn is_under_another(view: &DocView<'_>, found: &Found<String>) -> bool {
    const OTHERS: [&str; 5] =
        ["emergency_contact", "guarantor", "subscriber", "other_provider", "prescriber"];
    let Some(labelled) = view.pages.get(found.page) else { return false };
    let label = labelled.sheet.lines[found.line].text.get(found.quote.start..).unwrap_or_default();
    let is_bare = label.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("name"))
        && !label[4..].starts_with(char::is_alphabetic);
    let (true, Some(left)) = (is_bare, labelled.sheet.left_of(found.line, found.quote.start)) else {
        return false;
    };
    let mut line = found.line;
    for _ in 0..BLOCK_LINES {
        let Some(above) = labelled.sheet.line_above(line) else { return false };
        line = above;
        let heading = labelled.hits[line].iter().find(|hit| {
            let beside =
                labelled.sheet.left_of(line, hit.label.start).map_or(f32::INFINITY, |x| (x - left).abs());
            hit.cell_full
                && !hit.colon
                && beside < 2.0 * labelled.sheet.height
                && (OTHERS.contains(&hit.key) || hit.key.starts_with("sec."))
        });
        if let Some(heading) = heading {
            return OTHERS.contains(&heading.key);
        }
    }
    false
}

/// A banner's name ends where its cell ends: what follows is the sex or the age.
fn in_its_cell(view: &DocView<'_>, mut found: Found<String>) -> Option<Found<String>> {
    let line = &view.pages.get(found.page)?.sheet.lines[found.line];
    let end = line.cell_at(found.at.start)?.end.min(found.at.end);
    found.at.end = end;
    found.quote.end = end;
    found.value = line.text.get(found.at.clone())?.to_owned();
    Some(found)
}

static MBI_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b\d[A-Z0-9]{3}[- ]?[A-Z0-9]{3}[- ]?[A-Z0-9]{4}\b").ok());

/// A Medicare number without dashes.
fn mbi_word(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    let found = MBI_WORD.as_ref()?.find(text)?;
    Some((crate::identifiers::mbi(found.as_str())?, found.range()))
}

/// Keeps the first field of each name and value.
pub(crate) fn distinct(fields: Vec<Field>) -> Vec<Field> {
    let mut kept: Vec<Field> = Vec::new();
    for field in fields {
        if !kept.iter().any(|other| other.name == field.name && other.value == field.value) {
            kept.push(field);
        }
    }
    kept
}
