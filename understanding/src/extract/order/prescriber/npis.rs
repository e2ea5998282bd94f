//! Whose an NPI is. It is the prescriber's if its label, its column, its block or the name beside it says so. A number of
//! which only the place is known, or that stands with a supplier, a facility, a pharmacy, a laboratory, a group or another
//! doctor, is nobody's: a missing number is asked for, a strange one is billed.

use super::{ANOTHER, label_owner, named_before, npi_word};
use crate::find::{DocView, Found, has_credential, person_name};
use crate::identifiers::npi_is_valid;
use crate::owner::Owner;
use domain::patient::names_compatible;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Lines below the prescriber's name, or below a line that shows a prescriber, in which the number may stand.
const LINES_BELOW: usize = 6;

/// Words of the names of suppliers and practices, and of labels of their numbers.
static FIRM: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:llc|inc|corp|supply|supplies|suppliers?|vendors?|dme|hme|dmepos|pharmac\w+|medical|home\s?care|respiratory|hospital|clinic|institute|cent(?:er|re)|associates|facility|billing|entity|services|company|practice|group|organi[sz]ation(?:al)?|org|agency|lab|laborator\w+|diagnostics?|imaging|health\w*|equipment|oxygen|partners|type\s*2|p\.?\s?c)\b").ok()
});
/// Words of suppliers' names: where one stands between the prescriber's name and a number, the number is the supplier's.
static SUPPLIER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:llc|supply|supplies|suppliers?|vendors?|dme|hme|dmepos|ptan|nsc|pharmac\w+|home\s?care|home\s+medical|respiratory|oxygen|medical\s+equipment|equipment\s+company|lab|laborator\w+|diagnostics)\b").ok()
});
/// A line in which a prescriber signs or is to sign.
static SIGNS: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:prescrib\w+|physician|practitioner|provider|clinician|ordering)(?:'?s)?\s+(?:\w+\s+)?(?:signature|name)|\b(?:e-?|electronically\s+|digitally\s+)?signed\b|\bsignature\b|/s/").ok()
});
static NUMBER_IN_BRACKETS: Pattern = LazyLock::new(|| {
    Regex::new(r"^[\s,]*(?:(?:M\.?D|D\.?O|NP|PA|PA-C|APRN|DNP|FNP(?:-\w+)?|CNS|CRNP|ARNP|FCCP|FAASM|PhD)\.?[\s,]*){0,3}[(\[]\s*(?:NPI\W{0,3})?(?P<v>[12]\d{9})\s*[)\]]").ok()
});

fn says(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// The prescriber's number: beside or under the name, or by its label. None where two could be.
pub(super) fn number(view: &DocView<'_>, name: Option<&Found<String>>) -> Option<Found<String>> {
    let ranked: Vec<((u8, usize), Found<String>)> = view
        .typed(&["npi"], npi_word)
        .into_iter()
        .filter_map(|npi| Some((rank(view, &npi, name)?, npi)))
        .collect();
    let Some(best) = ranked.iter().map(|(rank, _)| *rank).min() else {
        return name.and_then(|name| in_brackets(view, name));
    };
    let mut first = ranked.into_iter().filter(|(rank, _)| *rank == best).map(|(_, npi)| npi);
    let found = first.next()?;
    first.all(|other| other.value == found.value).then_some(found)
}

/// `Roe, Richard, MD [1234567893]`: a number with its check digit right behind the prescriber's name.
fn in_brackets(view: &DocView<'_>, name: &Found<String>) -> Option<Found<String>> {
    let line = view.line(name.page, name.line);
    let found = NUMBER_IN_BRACKETS.as_ref()?.captures(line.get(name.at.end..)?)?.name("v")?;
    let at = name.at.end + found.start()..name.at.end + found.end();
    npi_is_valid(found.as_str()).then(|| Found {
        value: found.as_str().to_owned(),
        page: name.page,
        line: name.line,
        quote: at.clone(),
        at,
        confidence: 0.9,
    })
}

/// Whether a number is surely a firm's or another doctor's, by what its own line or block says.
pub(super) fn is_anothers(view: &DocView<'_>, npi: &Found<String>) -> bool {
    let line = view.line(npi.page, npi.line);
    let before = line.get(..npi.quote.start).unwrap_or_default();
    if says(&ANOTHER, before) || is_firms_by_label(line, npi) {
        return true;
    }
    match label_owner(view, npi) {
        Some(Owner::Provider | Owner::Payer | Owner::Contact) => true,
        Some(Owner::Firm) => named_before(view, npi).is_none(),
        _ => false,
    }
}

/// `NPI of supplier: 1`, `NPI (group): 1`, `NPI: 1 (facility)`.
fn is_firms_by_label(line: &str, npi: &Found<String>) -> bool {
    let label = line.get(npi.quote.start..npi.at.start).unwrap_or_default();
    let behind = line.get(npi.at.end..).unwrap_or_default().trim_start();
    let remark = behind.strip_prefix(['(', '[']).and_then(|rest| rest.split([')', ']']).next());
    says(&FIRM, label) || remark.is_some_and(|remark| says(&FIRM, remark))
}

/// How near a number is to the prescriber, the least first; none for somebody else's or nobody's.
fn rank(view: &DocView<'_>, npi: &Found<String>, name: Option<&Found<String>>) -> Option<(u8, usize)> {
    let line = view.line(npi.page, npi.line);
    let person = named_before(view, npi);
    let is_prescriber =
        |(_, found): &(usize, String)| name.is_some_and(|name| names_compatible(found, &name.value));
    // Whoever is named as the prescriber may stand under another doctor's label too.
    if !person.as_ref().is_some_and(is_prescriber) && is_anothers(view, npi) {
        return None;
    }
    let cell =
        view.pages[npi.page].sheet.lines[npi.line].cell_at(npi.quote.start).map_or(0, |cell| cell.start);
    let own = |from: usize| line.get(from.min(npi.quote.start)..npi.quote.start).unwrap_or_default();
    if person.is_none()
        && (says(&FIRM, own(cell)) || beside_firm(view, npi) || says(&FIRM, caption(view, npi)))
    {
        return None;
    }
    if let Some((start, name)) = &person
        && says(&SUPPLIER, own(start + name.len()))
    {
        return None;
    }
    if let Some(name) = name.filter(|name| name.page == npi.page) {
        if name.line == npi.line && name.at.end <= npi.at.start && !says(&SUPPLIER, own(name.at.end)) {
            return Some((0, 0));
        }
        if person.is_none()
            && (name.line + 1..=name.line + LINES_BELOW).contains(&npi.line)
            && !supplier_between(view, npi, name.line)
        {
            return Some((1, npi.line - name.line));
        }
    }
    if says_prescriber(view, npi) {
        return Some((3, 0));
    }
    match (person, label_owner(view, npi)) {
        (Some(_), _) => Some((2, 0)),
        (None, Some(Owner::Prescriber))
            if !supplier_between(view, npi, npi.line.saturating_sub(LINES_BELOW)) =>
        {
            Some((3, 0))
        }
        (None, None) => Some((4, signer_above(view, npi)?)),
        (None, _) => None,
    }
}

/// Whether the cell before the number's holds a firm's name and nothing that is a label.
fn beside_firm(view: &DocView<'_>, npi: &Found<String>) -> bool {
    let row = &view.pages[npi.page].sheet.lines[npi.line];
    let own = row.cells.iter().position(|cell| npi.quote.start < cell.end);
    let Some(before) = own.and_then(|own| own.checked_sub(1)).and_then(|at| row.cells.get(at)) else {
        return false;
    };
    let labels =
        view.pages[npi.page].hits[npi.line].iter().any(|hit| hit.colon && before.contains(&hit.label.start));
    !labels && row.text.get(before.clone()).is_some_and(|text| says(&FIRM, text))
}

/// What stands under a number in its column without digits: the caption of a form.
fn caption<'a>(view: &'a DocView<'_>, npi: &Found<String>) -> &'a str {
    let below = view.pages[npi.page].sheet.line_below(npi.line);
    let text = below.map_or("", |line| in_column(view, npi, line));
    let names_number = text.to_lowercase().contains("npi") && !text.chars().any(|c| c.is_ascii_digit());
    if names_number { text } else { "" }
}

/// The words of a line that stand in the number's column: its own cell, or the one whose left edge is nearest.
fn in_column<'a>(view: &'a DocView<'_>, npi: &Found<String>, line: usize) -> &'a str {
    let sheet = &view.pages[npi.page].sheet;
    let text = view.line(npi.page, line);
    let Some(left) = sheet.left_of(npi.line, npi.quote.start) else { return text };
    let reach = left + 2.0 * sheet.height;
    let cells = &sheet.lines[line].cells;
    let cell =
        cells.iter().rev().find(|cell| sheet.left_of(line, cell.start).is_some_and(|edge| edge <= reach));
    cell.and_then(|cell| text.get(cell.clone())).unwrap_or(text)
}

/// Whether the label of a number itself says that it is the prescriber's: `Individual NPI`, `Physician NPI #`.
fn says_prescriber(view: &DocView<'_>, npi: &Found<String>) -> bool {
    const WORDS: [&str; 9] = [
        "prescrib",
        "physician",
        "practitioner",
        "order",
        "author",
        "clinician",
        "indiv",
        "treating",
        "type 1",
    ];
    let label: Range<usize> = npi.quote.start..npi.at.start;
    let own = view.line(npi.page, npi.line).get(label).unwrap_or_default().to_lowercase();
    WORDS.iter().any(|word| own.contains(word))
}

/// Whether a supplier, a pharmacy or a laboratory is named in the number's column between a line and the number.
fn supplier_between(view: &DocView<'_>, npi: &Found<String>, from: usize) -> bool {
    let sheet = &view.pages[npi.page].sheet;
    // Behind `prescriber NPI` nothing above matters.
    if says_prescriber(view, npi) {
        return false;
    }
    sheet
        .spoken()
        .map(|(line, _)| line)
        .filter(|line| (from + 1..npi.line).contains(line))
        .any(|line| says(&SUPPLIER, in_column(view, npi, line)))
}

/// Lines up to a person with the credential of one who prescribes, or to where one signs, in the number's column; none if a
/// firm is named before.
fn signer_above(view: &DocView<'_>, npi: &Found<String>) -> Option<usize> {
    let sheet = &view.pages[npi.page].sheet;
    let own = view.line(npi.page, npi.line).get(..npi.quote.start).unwrap_or_default();
    if says(&SIGNS, own) {
        return Some(0);
    }
    let mut line = npi.line;
    for distance in 1..=LINES_BELOW {
        line = sheet.line_above(line)?;
        let text = in_column(view, npi, line);
        let signs = says(&SIGNS, text);
        let person = person_name(text).is_some_and(|(_, range)| has_credential(&text[range.end..]));
        if says(&ANOTHER, text) || says(&FIRM, text) && !signs && !person {
            return None;
        }
        if signs || person {
            return Some(distance);
        }
    }
    None
}
