//! Whose document it is: name, date of birth, record and Medicare number of the patient, wherever they are printed.

mod banner;
mod unlabelled;

pub(super) use unlabelled::name_on_card;

use crate::dates::find_date;
use crate::find::{DocView, Found, has_credential};
use crate::labels::{Hit, Labelled};
use crate::owner::{Owner, named_by, owner, owner_at, qualified};
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Of a name that no label announces.
const BANNER_CONFIDENCE: f32 = 0.9;

/// Name, date of birth, record number and Medicare number.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = Vec::new();
    let ways: [&dyn Fn() -> Vec<Found<String>>; 8] = [
        &|| names(view),
        &|| banner::split_names(view),
        &|| unlabelled::form_names(view),
        &|| banner::headed_names(view),
        &|| banner::banner_names(view),
        &|| unlabelled::above_birth(view),
        &|| banner::subjects(view),
        &|| unlabelled::of_class(view, class),
    ];
    let found = ways.iter().map(|way| way()).find(|found| !found.is_empty()).unwrap_or_default();
    for found in found {
        fields.extend(view.field("patient_name", FieldValue::Text(found.value.clone()), None, &found));
    }
    for found in view.typed(&["dob"], |text| find_date(&text.replace('_', " "), true)) {
        if is_the_patients(view, &found) {
            fields.extend(view.field("dob", FieldValue::Date(found.value), None, &found));
        }
    }
    for found in record_numbers(view, class) {
        fields.extend(view.field("mrn", FieldValue::Text(found.value.clone()), None, &found));
    }
    let mut mbis = view.typed(&["mbi", "member_id", "bare_id"], mbi_word);
    if mbis.is_empty() {
        use DocumentClass::{Facesheet, InsuranceCard, MedicalNecessityForm, Order, PriorAuthorization};
        let insurers =
            matches!(class, Facesheet | InsuranceCard | MedicalNecessityForm | Order | PriorAuthorization);
        mbis.extend(mbi_by_shape(view).filter(|found| insurers || speaks_of_insurance(view, found)));
    }
    for found in mbis {
        fields.extend(view.field("mbi", FieldValue::Text(found.value.clone()), None, &found));
    }
    fields
}

/// The label of a value is its quote's beginning, where both stand on one line; else the heading of its column.
pub(super) fn label_owner<T>(view: &DocView<'_>, found: &Found<T>) -> Option<Owner> {
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
        let over = |hit: &Hit| {
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
    // `Member: Jane Doe` names whom `Member: XYZ123` numbers.
    let mut members = view.names(&["member_id"]);
    members.retain(|found| {
        let label =
            view.line(found.page, found.line).get(found.quote.start..found.at.start).unwrap_or_default();
        let word = label.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
        matches!(word.as_str(), "member" | "enrollee" | "beneficiary" | "insured member")
    });
    let named = view.names(&["patient_name"]).into_iter().chain(members).filter(|found| {
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
    // On a supplier's own paper the patient's number is the supplier's.
    found.retain(|found| {
        let line = view.line(found.page, found.line).to_lowercase();
        !["branch", "sales order", "customer"].iter().any(|word| line.contains(word))
    });
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
            for (line, at, hit) in labelled.labels(&["bare_id", "member_id"]) {
                if !is_plain_id(labelled, line, hit) {
                    continue;
                }
                let stretch = labelled.cell_behind(line, at);
                let text = labelled.text(&stretch);
                let fills = |place: &Range<usize>| hit.cell_start && text[place.end..].trim().is_empty();
                let read = record_number(text).filter(|(_, place)| hit.colon || fills(place));
                let Some((value, place)) = read else { continue };
                let patients = match owner(labelled, line, at) {
                    Some(owner) => owner == Owner::Patient,
                    None => beside_birth(labelled, line),
                };
                if patients && crate::identifiers::mbi(&value).is_none() {
                    let at = stretch.range.start + place.start..stretch.range.start + place.end;
                    let quote = hit.label.start..at.end;
                    found.push(Found { value, page, line, quote, at, confidence: BANNER_CONFIDENCE });
                }
            }
        }
    }
    found
}

/// `ID`, `ID number`: a label that says nothing of a member or a policy.
fn is_plain_id(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> bool {
    const PLAIN: [&str; 8] = [
        "id",
        "i d",
        "id number",
        "id no",
        "identification",
        "identification number",
        "identification no",
        "identifier",
    ];
    let label = labelled.sheet.lines[line].text.get(hit.label.clone()).unwrap_or_default();
    hit.key == "bare_id" || PLAIN.contains(&crate::text::words_of(label).join(" ").as_str())
}

/// Whether the patient's name or day of birth stands on a line or beside it.
fn beside_birth(labelled: &Labelled<'_>, line: usize) -> bool {
    let sheet = &labelled.sheet;
    let near = [Some(line), sheet.line_above(line), sheet.line_below(line)];
    near.into_iter().flatten().any(|line| {
        let hits = labelled.hits[line].iter();
        hits.filter(|hit| hit.is_sure() || hit.cell_start).any(|hit| {
            matches!(hit.key, "dob" | "last_name" | "first_name")
                || hit.key == "patient_name" && hit.label.len() >= "patient".len()
        })
    })
}

static MBI_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b\d[A-Z0-9]{3}[- ]?[A-Z0-9]{3}[- ]?[A-Z0-9]{4}\b").ok());

/// A Medicare number without dashes.
pub(super) fn mbi_word(text: &str) -> Option<(String, Range<usize>)> {
    let found = MBI_WORD.as_ref()?.find(text)?;
    Some((crate::identifiers::mbi(found.as_str())?, found.range()))
}

/// Whether the line of a number, or the one above, speaks of an insurance: off insurers' papers the shape alone may be a
/// device's or a specimen's.
fn speaks_of_insurance(view: &DocView<'_>, found: &Found<String>) -> bool {
    const WORDS: [&str; 9] =
        ["medicare", "mbi", "insur", "member", "subscriber", "policy", "beneficiary", "payer", "coverage"];
    let above = view.pages[found.page].sheet.line_above(found.line);
    [Some(found.line), above].into_iter().flatten().any(|line| {
        let lower = view.line(found.page, line).to_lowercase();
        WORDS.iter().any(|word| lower.contains(word))
    })
}

/// The one word of a document that has a Medicare number's shape, away from devices' numbers.
fn mbi_by_shape(view: &DocView<'_>) -> Option<Found<String>> {
    let mut found: Vec<Found<String>> = Vec::new();
    for (page, line, text) in view.lines() {
        let lower = text.to_lowercase();
        if ["serial", "device", "lot ", "s/n"].iter().any(|word| lower.contains(word)) {
            continue;
        }
        if let Some((value, range)) = mbi_word(text) {
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
    let first = found.first()?.clone();
    found.iter().all(|other| other.value == first.value).then_some(first)
}
