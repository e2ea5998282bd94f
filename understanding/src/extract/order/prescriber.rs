//! Who prescribes: name and NPI, told apart from the supplier's, the practice's and other doctors'.
//!
//! A number belongs to whom its line or block names; where two numbers could be the prescriber's, neither is given.

mod npis;

use super::super::signature;
use super::reach;
use crate::find::{DocView, Found, has_credential, person_name};
use crate::identifiers::npi_is_valid;
use crate::owner::{Owner, owner_at};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Words before a number by which it is another doctor's.
static ANOTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:other\s+(?:providers?|physicians?)|superv\w*|covering|pcp|primary\s+care|referr\w+|cosign\w*|collaborat\w+|interpret\w+|reading\s+(?:physician|provider|md)|attending|rendering|billing|cc)\b").ok()
});

/// `prescriber.name`, `prescriber.npi` (or `prescriber.npi_unproven` where the check digit is wrong), telephone and fax.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let names = names(view);
    match names.first() {
        Some(found) => {
            fields.extend(view.field("prescriber.name", FieldValue::Text(found.value.clone()), None, found));
        }
        None => fields.extend(signer(view)),
    }
    let beside = beside_number(view);
    if fields.is_empty()
        && let Some(found) = &beside
    {
        fields.extend(view.field("prescriber.name", FieldValue::Text(found.value.clone()), None, found));
    }
    let by_name = names.first().cloned().or_else(|| signer_place(view, &fields));
    if let Some(found) = npis::number(view, by_name.as_ref()) {
        let name = if npi_is_valid(&found.value) { "prescriber.npi" } else { "prescriber.npi_unproven" };
        fields.extend(view.field(name, FieldValue::Text(found.value.clone()), None, &found));
    }
    fields.extend(reach::fields(view, names.first()));
    fields
}

/// The names behind the prescriber's labels; those whose label speaks of ordering come first.
fn names(view: &DocView<'_>) -> Vec<Found<String>> {
    const ORDERS: [&str; 8] =
        ["order", "auth", "prescri", "treating", "request", "practitioner", "physician", "clinician"];
    const OTHERS: [&str; 6] = ["supplier", "patient", "witness", "deliver", "technician", "beneficiary"];
    let mut names = view.names(&["prescriber"]);
    names.retain(|found| {
        let line = view.line(found.page, found.line).to_lowercase();
        let label = line.get(..found.at.start).unwrap_or_default();
        let printed = label.contains("print") && OTHERS.iter().any(|word| label.contains(word));
        let by_other = matches!(label_owner(view, found), Some(Owner::Firm | Owner::Contact));
        let unproven =
            label.contains("print") && !has_credential(&view.line(found.page, found.line)[found.at.end..]);
        !printed && !unproven && !by_other
    });
    let rank = |found: &Found<String>| {
        let quoted = view.line(found.page, found.line)[found.quote.clone()].to_lowercase();
        match ORDERS.iter().any(|word| quoted.contains(word)) {
            true => 0,
            false => 1,
        }
    };
    names.sort_by_key(rank);
    names
}

fn label_owner<T>(view: &DocView<'_>, found: &Found<T>) -> Option<Owner> {
    owner_at(view.pages.get(found.page)?, found.line, found.quote.start)
}

/// Who signed an order that names nobody else as its prescriber.
fn signer(view: &DocView<'_>) -> Option<Field> {
    let signed = signature::fields(view).into_iter().filter(|field| field.name == "signed_by");
    // A nurse who enters the order, or the patient who accepts it, signs without the credential of a prescriber.
    let mut signers =
        signed.map(|field| Field { name: "prescriber.name".to_owned(), ..field }).filter(|field| {
            let place = signer_place(view, std::slice::from_ref(field));
            place.is_some_and(|place| prescribes(&view.line(place.page, place.line)[place.at.end..]))
        });
    let first = signers.next()?;
    signers.all(|other| other.value == first.value).then_some(first)
}

/// Whether a credential behind a name is one of those who prescribe.
fn prescribes(after: &str) -> bool {
    static NURSE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)^[\s,]*(?:rn|lpn|lvn|ma|cma|rpsgt|rrt|crt|mph|phd)\b").ok());
    has_credential(after) && !NURSE.as_ref().is_some_and(|regex| regex.is_match(after))
}

/// The line on which the signer who prescribes is named.
fn signer_place(view: &DocView<'_>, fields: &[Field]) -> Option<Found<String>> {
    let field = fields.iter().find(|field| field.name == "prescriber.name")?;
    let FieldValue::Text(name) = &field.value else { return None };
    view.lines().find_map(|(page, line, text)| {
        let start =
            text.find(name.as_str()).filter(|_| view.pages[page].sheet.page.page == field.evidence.page)?;
        let at = start..start + name.len();
        Some(Found { value: name.clone(), page, line, quote: at.clone(), at, confidence: field.confidence })
    })
}

/// A name with a credential directly before an NPI, as letterheads print it.
fn beside_number(view: &DocView<'_>) -> Option<Found<String>> {
    view.typed(&["npi"], npi_word).into_iter().filter(|npi| !npis::is_anothers(view, npi)).find_map(|npi| {
        let (start, name) = named_before(view, &npi)?;
        let at = start..start + name.len();
        Some(Found { value: name, page: npi.page, line: npi.line, quote: at.clone(), at, confidence: 0.88 })
    })
}

/// The person with a credential whose name stands before a number in its line, and the byte it begins at.
fn named_before(view: &DocView<'_>, npi: &Found<String>) -> Option<(usize, String)> {
    let line = view.line(npi.page, npi.line);
    let before = line.get(..npi.quote.start)?;
    // Behind a label, else from the line's beginning.
    let from = before.rfind([':', '|']).map_or(0, |at| at + 1);
    let by = [" by ", " By ", " BY "]
        .iter()
        .filter_map(|by| before.rfind(by).map(|at| at + by.len()))
        .max()
        .unwrap_or(0);
    let from = from.max(by);
    let (name, range) = person_name(&before[from..])?;
    has_credential(&before[from + range.end..]).then(|| (from + range.start, name))
}

/// A number printed as an NPI: digits only count, whatever their check digit says.
fn npi_word(text: &str) -> Option<(String, Range<usize>)> {
    let start = text.find(|c: char| c.is_alphanumeric())?;
    let word: String = text[start..].chars().take_while(|c| c.is_alphanumeric()).collect();
    (word.len() >= 8 && word.chars().any(|c| c.is_ascii_digit()))
        .then(|| (word.clone(), start..start + word.len()))
}

#[cfg(test)]
mod tests {
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    fn read(text: &str) -> (Option<String>, Option<String>) {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let view = super::DocView { pages: &pages };
        let fields = super::fields(&view);
        let value =
            |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.value.to_string());
        (value("prescriber.name"), value("prescriber.npi"))
    }

    #[test]
    fn the_prescribers_number_is_told_from_others() {
        for (text, name, npi) in [
            (
                "SUPPLIER\nBeacon Respiratory Supply (NPI 1245319599)\n\n\nSigned by Jane Roe, MD (NPI: 1234567893)",
                Some("Jane Roe"),
                Some("1234567893"),
            ),
            (
                "Ordering Provider: Roe, Jane, MD\nNPI: 1234567893\nSupplier NPI: 1245319599",
                Some("Roe, Jane"),
                Some("1234567893"),
            ),
            (
                "Facility NPI: 1245319599\nPrescriber: Jane Roe, NP   NPI 1234567893",
                Some("Jane Roe"),
                Some("1234567893"),
            ),
            (
                "Valley Family Practice\nJane Roe, DO     NPI# 1234567893",
                Some("Jane Roe"),
                Some("1234567893"),
            ),
            ("PRINTED NAME: Jane Roe, PA-C          NPI: 1234567893", Some("Jane Roe"), Some("1234567893")),
            ("NPI: 1234567893\nNPI: 1245319599", None, None),
            ("PCP: Jane Roe, MD\nPCP NPI: 1234567893", None, None),
        ] {
            let read = read(text);
            assert_eq!((read.0.as_deref(), read.1.as_deref()), (name, npi), "{text}");
        }
    }
}
