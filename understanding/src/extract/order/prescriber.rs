//! Who prescribes: name and NPI, told apart from the supplier's, the practice's and other doctors'.
//!
//! A number belongs to whom its line or block names; where two numbers could be the prescriber's, neither is given.

use super::super::signature;
use super::reach;
use crate::find::{DocView, Found, has_credential, person_name};
use crate::identifiers::npi_is_valid;
use crate::owner::{Owner, owner_at};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Lines below the prescriber's name in which the number may stand.
const LINES_BELOW: usize = 6;

/// Words of the names of suppliers and practices.
static FIRM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:llc|inc|corp|supply|supplies|supplier|vendor|dme|hme|pharmacy|medical|homecare|respiratory|hospital|clinic|center|centre|associates|facility|services|company|practice|laboratory|health\w*|p\.?\s?c)\b").ok()
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
    if let Some(found) = number(view, names.first()) {
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
        !printed && !by_other
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
    let field = signature::fields(view).into_iter().find(|field| field.name == "signed_by")?;
    Some(Field { name: "prescriber.name".to_owned(), ..field })
}

/// A name with a credential directly before an NPI, as letterheads print it.
fn beside_number(view: &DocView<'_>) -> Option<Found<String>> {
    view.typed(&["npi"], npi_word).into_iter().find_map(|npi| {
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

/// The prescriber's number: beside or under the name, or by its label. None where two could be.
fn number(view: &DocView<'_>, name: Option<&Found<String>>) -> Option<Found<String>> {
    let ranked: Vec<((u8, usize), Found<String>)> = view
        .typed(&["npi"], npi_word)
        .into_iter()
        .filter_map(|npi| Some((rank(view, &npi, name)?, npi)))
        .collect();
    let best = ranked.iter().map(|(rank, _)| *rank).min()?;
    let mut first = ranked.into_iter().filter(|(rank, _)| *rank == best).map(|(_, npi)| npi);
    let found = first.next()?;
    first.all(|other| other.value == found.value).then_some(found)
}

/// How near a number is to the prescriber, the least first; none for somebody else's.
fn rank(view: &DocView<'_>, npi: &Found<String>, name: Option<&Found<String>>) -> Option<(u8, usize)> {
    let owner = label_owner(view, npi);
    let line = view.line(npi.page, npi.line);
    let person = named_before(view, npi);
    if person.is_none() {
        let cell =
            view.pages[npi.page].sheet.lines[npi.line].cell_at(npi.quote.start).map_or(0, |cell| cell.start);
        let before = line.get(cell..npi.quote.start).unwrap_or_default();
        let firm = FIRM.as_ref().is_some_and(|regex| regex.is_match(before));
        let others = Some(Owner::Firm) == owner
            || matches!(owner, Some(Owner::Provider | Owner::Payer | Owner::Contact));
        if firm || others {
            return None;
        }
    }
    if let Some(name) = name.filter(|name| name.page == npi.page) {
        if name.line == npi.line && name.at.end <= npi.at.start {
            return Some((0, 0));
        }
        if person.is_none() && (name.line + 1..=name.line + LINES_BELOW).contains(&npi.line) {
            return Some((1, npi.line - name.line));
        }
    }
    match (person, owner) {
        (Some(_), _) => Some((2, 0)),
        (None, Some(Owner::Prescriber)) => Some((3, 0)),
        (None, _) => Some((4, 0)),
    }
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
