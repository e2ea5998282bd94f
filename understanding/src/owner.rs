//! Whose a label's value is: a date of birth, telephone or number printed with the guarantor, the emergency contact,
//! another doctor or the supplier is not the patient's or the prescriber's. Told by words before the label, by whom
//! the line names, and by the block the label stands in.

use crate::labels::{Hit, Labelled};
use crate::text::fold;

/// Who a block of a paper is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Patient,
    Prescriber,
    /// A doctor or nurse who does not prescribe: family doctor, referring, attending.
    Provider,
    Contact,
    Guarantor,
    Subscriber,
    /// Supplier, pharmacy, facility, laboratory.
    Firm,
    Payer,
}

/// Lines above a label in which whom its block is about may stand.
const BLOCK_LINES: usize = 10;
/// A block whose subject stands in a line of its own ends with a gap of this many word heights.
const GAP: f32 = 1.7;
/// Words directly before a label that say whose it is: at most so many of them.
const WORDS_BEFORE: usize = 3;

/// Words that say whose a label is.
const QUALIFIERS: [(Owner, &[&str]); 8] = [
    (
        Owner::Patient,
        &["patient", "patients", "pt", "member", "beneficiary", "veteran", "client", "resident"],
    ),
    (
        Owner::Prescriber,
        &["prescriber", "prescribers", "prescribing", "ordering", "authorizing", "requesting"],
    ),
    (
        Owner::Provider,
        &[
            "pcp",
            "referring",
            "attending",
            "supervising",
            "superv",
            "interpreting",
            "rendering",
            "admitting",
            "reading",
            "consulting",
            "cosigner",
            "collaborating",
            "family",
            "care",
        ],
    ),
    (
        Owner::Contact,
        &[
            "emergency",
            "emerg",
            "emer",
            "kin",
            "nok",
            "spouse",
            "mother",
            "father",
            "parent",
            "guardian",
            "caregiver",
            "relative",
            "child",
            "daughter",
            "son",
            "sibling",
            "partner",
            "wife",
            "husband",
            "friend",
            "ec",
        ],
    ),
    (Owner::Guarantor, &["guarantor", "guarantors", "responsible", "employer"]),
    (
        Owner::Subscriber,
        &[
            "subscriber",
            "subscribers",
            "subscr",
            "insured",
            "insureds",
            "policyholder",
            "holder",
            "holders",
            "sub",
        ],
    ),
    (
        Owner::Firm,
        &[
            "supplier",
            "suppliers",
            "vendor",
            "facility",
            "clinic",
            "practice",
            "pharmacy",
            "hospital",
            "organization",
            "org",
            "company",
            "agency",
            "office",
            "laboratory",
            "lab",
            "location",
            "dme",
            "group",
            "department",
            "site",
            "servicing",
            "center",
            "intake",
            "organizational",
            "organisation",
            "billing",
            "entity",
        ],
    ),
    (Owner::Payer, &["payer", "payor", "insurance", "ins", "plan", "claims", "carrier"]),
];

/// Whose the value of a label is; none if nothing on the page says so.
pub(crate) fn owner(labelled: &Labelled<'_>, line: usize, at: usize) -> Option<Owner> {
    find(labelled, line, at, |_, _| true)
}

/// Whom a bare `Name` names: a label that has its name already announces nobody else.
pub(crate) fn named_by(labelled: &Labelled<'_>, line: usize, at: usize) -> Option<Owner> {
    find(labelled, line, at, |line, hit| !labelled.has_value(line, hit))
}

fn find(
    labelled: &Labelled<'_>,
    line: usize,
    at: usize,
    counts: impl Fn(usize, &Hit) -> bool,
) -> Option<Owner> {
    let hits = &labelled.hits[line];
    let beside = |index: usize| {
        let owner = anchor(labelled, line, &hits[index]).filter(|_| counts(line, &hits[index]))?;
        Some((index, owner))
    };
    let own = qualified(labelled, line, &hits[at]);
    if own.is_some() {
        return own;
    }
    let left = |byte: usize| labelled.sheet.left_of(line, byte).unwrap_or(0.0);
    match (0..at).rev().find_map(beside) {
        // A heading over the label's own column parts it from what stands further left on the line.
        Some((other, named)) => {
            let heading = heading_of(labelled, line, &hits[at]);
            let parted = heading
                .filter(|(edge, _)| *edge > left(hits[other].label.start) + 3.0 * labelled.sheet.height);
            Some(parted.map_or(named, |(_, owner)| owner))
        }
        None => of_block(labelled, line, &hits[at], &counts),
    }
}

/// Whose the label at a byte of a line is.
pub(crate) fn owner_at(labelled: &Labelled<'_>, line: usize, label_start: usize) -> Option<Owner> {
    let at = labelled.hits.get(line)?.iter().position(|hit| hit.label.start == label_start)?;
    owner(labelled, line, at)
}

/// What the label itself and the words directly before it say.
pub(crate) fn qualified(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> Option<Owner> {
    let row = &labelled.sheet.lines[line];
    let inside =
        row.tokens.iter().filter(|token| hit.label.start <= token.start && token.end <= hit.label.end);
    if let Some(owner) = inside.filter_map(|token| meant(&token.folded)).next() {
        return Some(owner);
    }
    let cell = row.cell_at(hit.label.start).map_or(0, |cell| cell.start);
    let mut next = hit.label.start;
    for token in row.tokens.iter().rev().filter(|token| token.end <= hit.label.start).take(WORDS_BEFORE) {
        let between = row.text.get(token.end..next).unwrap_or_default();
        if token.start < cell || between.len() > 3 || between.contains([':', ';', ',', '|', ')', '#', '_']) {
            break;
        }
        if let Some(owner) = meant(&token.folded) {
            return Some(owner);
        }
        next = token.start;
    }
    None
}

fn meant(folded: &str) -> Option<Owner> {
    let says = |words: &[&str]| words.iter().any(|word| fold(word) == folded);
    QUALIFIERS.iter().find(|(_, words)| says(words)).map(|(owner, _)| *owner)
}

/// Whom a heading announces.
pub(crate) fn owner_of_heading(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> Option<Owner> {
    anchor(labelled, line, hit).filter(|_| hit.key.starts_with("sec."))
}

/// Whom a label names, if it surely is one that names somebody.
fn anchor(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> Option<Owner> {
    if !hit.colon && !hit.cell_full && !names_whole_cell(labelled, line, hit) {
        return None;
    }
    let label = labelled.sheet.lines[line].text.get(hit.label.clone())?.to_lowercase();
    match hit.key {
        "patient_name" if label == "name" || label == "full name" => None,
        "patient_name" => Some(Owner::Patient),
        "prescriber" => Some(Owner::Prescriber),
        "other_provider" => Some(Owner::Provider),
        "emergency_contact" => Some(Owner::Contact),
        "guarantor" => Some(Owner::Guarantor),
        "subscriber" => Some(Owner::Subscriber),
        "supplier" => Some(Owner::Firm),
        "payer" | "plan" | "coverage_1" | "coverage_2" => Some(Owner::Payer),
        key if key.starts_with("sec.") => of_heading(&label),
        _ => None,
    }
}

/// `Patient Jane Doe` in a cell of its own: a label without its colon.
fn names_whole_cell(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> bool {
    let row = &labelled.sheet.lines[line];
    let rest = row.cell_at(hit.label.start).and_then(|cell| row.text.get(hit.value_from..cell.end));
    hit.cell_start
        && hit.key == "patient_name"
        && rest.is_some_and(|rest| {
            crate::find::person_name(rest).is_some_and(|(_, at)| {
                rest[..at.start].trim().is_empty() && rest[at.end..].chars().all(|c| !c.is_alphanumeric())
            })
        })
}

/// Whom a heading such as `Insurance information` announces.
fn of_heading(label: &str) -> Option<Owner> {
    let words = [
        ("guarantor", Owner::Guarantor),
        ("subscriber", Owner::Subscriber),
        ("insur", Owner::Payer),
        ("coverage", Owner::Payer),
        ("payer", Owner::Payer),
        ("contacts", Owner::Contact),
        ("supplier", Owner::Firm),
        ("physician", Owner::Prescriber),
        ("prescriber", Owner::Prescriber),
        ("provider", Owner::Prescriber),
        ("requester", Owner::Prescriber),
        ("patient", Owner::Patient),
        ("member", Owner::Patient),
        ("beneficiary", Owner::Patient),
        ("demographic", Owner::Patient),
        ("personal", Owner::Patient),
    ];
    words.into_iter().find(|(word, _)| label.contains(word)).map(|(_, owner)| owner)
}

/// The nearest heading above a label that begins where the label begins: its left edge, and whom it announces.
fn heading_of(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> Option<(f32, Owner)> {
    let sheet = &labelled.sheet;
    let left = sheet.left_of(line, hit.label.start)?;
    let mut below = line;
    for _ in 0..BLOCK_LINES {
        below = sheet.line_above(below)?;
        let found = labelled.hits[below].iter().find_map(|other| {
            let edge = sheet.left_of(below, other.label.start)?;
            let heads = other.cell_full
                && !labelled.has_value(below, other)
                && (edge - left).abs() < 2.0 * sheet.height;
            heads.then_some((edge, anchor(labelled, below, other)?))
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whom the nearest heading or name above in the same column is about.
fn of_block(
    labelled: &Labelled<'_>,
    line: usize,
    hit: &Hit,
    counts: &impl Fn(usize, &Hit) -> bool,
) -> Option<Owner> {
    let sheet = &labelled.sheet;
    let reach = sheet.left_of(line, hit.label.start)? + 2.0 * sheet.height;
    let (mut below, mut parted) = (line, false);
    for _ in 0..BLOCK_LINES {
        let above = sheet.line_above(below)?;
        parted |= sheet.lines[below].top - sheet.lines[above].bottom > GAP * sheet.height;
        below = above;
        let row = &sheet.lines[above];
        let left = |byte: usize| sheet.left_of(above, byte).unwrap_or(f32::INFINITY);
        let column = row.cells.iter().rposition(|cell| left(cell.start) <= reach);
        let named =
            labelled.hits[above].iter().rev().filter(|other| left(other.label.start) <= reach).find_map(
                |other| {
                    let own = row.cells.iter().position(|cell| other.label.start < cell.end)?;
                    // The value of a label stands in the next cell; what stands further right is another column.
                    (column? <= own + 1 && counts(above, other))
                        .then_some((other, anchor(labelled, above, other)?))
                },
            );
        let Some((other, owner)) = named else { continue };
        let heads = other.cell_full && !labelled.has_value(above, other);
        if heads || !parted {
            return Some(owner);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::sheet::Sheet;

    /// Owners of every label of a key, in reading order.
    fn owners(text: &str, key: &str) -> Vec<Option<Owner>> {
        let page = page(1, text);
        let labelled = Labelled::of(Sheet::of(&page));
        let keys = [key];
        labelled.labels(&keys).map(|(line, at, _)| owner(&labelled, line, at)).collect()
    }

    #[test]
    fn a_number_belongs_to_whom_its_line_or_block_names() {
        use Owner::{Contact, Firm, Patient, Payer, Prescriber, Provider};
        for (text, key, wanted) in [
            ("Emergency Contact: Jo Doe  Phone: 518-555-0100", "phone", vec![Some(Contact)]),
            ("PCP TEL: 518-555-0100", "phone", vec![Some(Provider)]),
            ("Supplier NPI: 1234567893", "other_npi", vec![Some(Firm)]),
            ("SUPPLIER\nTri-River (NPI 1234567893)", "npi", vec![Some(Firm)]),
            (
                "Patient: Jane Doe               Ordering Provider: Roe, R\nPhone: 518-555-0100             Phone: 518-555-0101",
                "phone",
                vec![Some(Patient), Some(Prescriber)],
            ),
            ("Insurance: Medicare     ID #: 1EG4TE5MK73", "bare_id", vec![Some(Payer)]),
            ("Patient: DOE,JANE\nDOB: 12/01/1956\nID: 00515196", "bare_id", vec![Some(Patient)]),
            ("Home Phone: 518-555-0100", "phone", vec![None]),
        ] {
            assert_eq!(owners(text, key), wanted, "{text}");
        }
    }

    #[test]
    fn a_heading_reaches_over_a_gap_and_a_line_does_not() {
        let heading = "Emergency Contacts\n\n\nPhone: 518-555-0100";
        assert_eq!(owners(heading, "phone"), [Some(Owner::Contact)]);
        let line = "Guarantor: Doe, John\n\n\nPhone: 518-555-0100";
        assert_eq!(owners(line, "phone"), [None]);
    }
}
