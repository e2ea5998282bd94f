//! Names of the patient on papers that do not label them with a word of one line: forms whose one box holds name, address
//! and number, a name over the day of birth, letters, cards, agreements, and sentences.

use super::banner::whole_name;
use super::{mbi_by_shape, names};
use crate::find::{DocView, Found, has_credential, person_name};
use crate::owner::Owner;
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Of a name that no label announces.
const CONFIDENCE: f32 = 0.9;

/// `PATIENT NAME, ADDRESS, TELEPHONE and MEDICARE ID`.
static BOXED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:patient|beneficiary|member)(?:'?s)?\s+name\s*(?:,|and|&|/)\s*(?:address|telephone|phone|id|dob|date)").ok()
});
/// An address: a house number and a street, or a town with its state.
static ADDRESS: Pattern = LazyLock::new(|| {
    Regex::new(r"^\W*(?:\d{1,6}\s+\p{L}|P\.?\s?O\.?\s+Box|[\p{L} .'-]+,\s*[A-Z]{2}\s+\d{5})").ok()
});
static DEAR: Pattern = LazyLock::new(|| {
    Regex::new(r"^\W*(?i:dear)\s+(?:Mr|Mrs|Ms|Miss|Mx)\.?\s+(?P<v>\p{Lu}[\p{L}'’. \-]*)").ok()
});
/// `Jane A. Doe is a 69-year-old woman`, `Mrs. Jane Doe`.
static IN_PROSE: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?P<v>\p{Lu}[\p{L}'’\-]+(?: \p{Lu}\.?)?(?: \p{Lu}[\p{L}'’\-]+){1,2}),? (?:is|was) an? (?:(?:very )?pleasant |delightful )?\d{1,3}[\s-]*(?:year|yr|y/?o)",
        r"|\b(?:Mr|Mrs|Ms|Miss)\.? (?P<w>\p{Lu}[\p{L}'’\-]+(?: \p{Lu}\.?)? \p{Lu}[\p{L}'’\-]+)"
    ))
    .ok()
});

fn found(page: usize, line: usize, text: &str, at: Range<usize>) -> Found<String> {
    let value = text[at.clone()].to_owned();
    Found { value, page, line, quote: at.clone(), at, confidence: CONFIDENCE }
}

fn says(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// The name in a box that holds more: behind the colon of its heading, or on one of the next lines of its column.
pub(super) fn form_names(view: &DocView<'_>) -> Vec<Found<String>> {
    /// Lines of the box in which the name may stand.
    const LINES: usize = 3;
    let mut names = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let sheet = &labelled.sheet;
        for (line, row) in sheet.spoken() {
            let Some(heading) = BOXED.as_ref().and_then(|regex| regex.find(&row.text)) else { continue };
            let Some(left) = sheet.left_of(line, heading.start()) else { continue };
            let next = row.cells.iter().find(|cell| cell.start > heading.start());
            let right = next.and_then(|cell| sheet.left_of(line, cell.start)).unwrap_or(f32::INFINITY);
            let mut at = Some(line);
            for step in 0..LINES {
                let Some(here) = at else { break };
                let text = &sheet.lines[here].text;
                let range = sheet.range_between(here, left - sheet.height, right - 0.5 * sheet.height);
                if let Some(mut range) = range {
                    // Behind the heading's last word; on the heading's own line only a colon ends it.
                    match text[range.clone()].rfind(':') {
                        Some(colon) => range.start += colon + 1,
                        None if step == 0 => range.start = range.end,
                        None => {}
                    }
                    let name = person_name(&text[range.clone()]).filter(|(_, name)| name.start <= 3);
                    if let Some((_, name)) = name {
                        names.push(found(page, here, text, range.start + name.start..range.start + name.end));
                        break;
                    }
                }
                at = sheet.line_below(here);
            }
        }
    }
    names
}

/// A name alone on the line, or in the column, directly above the patient's day of birth or record number.
pub(super) fn above_birth(view: &DocView<'_>) -> Vec<Found<String>> {
    let mut names: Vec<Found<String>> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let sheet = &labelled.sheet;
        for (line, _) in sheet.spoken() {
            let birth =
                labelled.hits[line].iter().position(|hit| hit.is_sure() && matches!(hit.key, "dob" | "mrn"));
            let Some(birth) = birth else { continue };
            let owner = crate::owner::owner(labelled, line, birth);
            let Some(above) = sheet.line_above(line).filter(|_| matches!(owner, None | Some(Owner::Patient)))
            else {
                continue;
            };
            let near = sheet.lines[line].top - sheet.lines[above].bottom < 2.0 * sheet.height;
            let row = &sheet.lines[above];
            let cell = row.cells.first().cloned().unwrap_or_default();
            let named = whole_name(&row.text, cell).filter(|name| {
                near && labelled.hits[above].is_empty() && !has_credential(&row.text[name.end..])
            });
            names.extend(named.map(|name| found(page, above, &row.text, name)));
        }
    }
    names
}

/// What only papers of one class show: the addressee of a letter, the holder of a card, who agrees, whom a text is about.
pub(super) fn of_class(view: &DocView<'_>, class: DocumentClass) -> Vec<Found<String>> {
    use DocumentClass::{Consent, InsuranceCard, Letter};
    let names = match class {
        Letter => addressee(view),
        InsuranceCard => holder(view),
        Consent => agreeing(view),
        _ => Vec::new(),
    };
    if names.is_empty() && class != InsuranceCard { in_prose(view) } else { names }
}

/// The name over the address of a letter to the patient, as its salutation confirms.
fn addressee(view: &DocView<'_>) -> Vec<Found<String>> {
    let dear = view.pattern(&DEAR).into_iter().next();
    let Some(dear) = dear else { return Vec::new() };
    let sheet = &view.pages[dear.page].sheet;
    let family = crate::text::words_of(&dear.value);
    for (line, row) in sheet.spoken().filter(|(line, _)| *line < dear.line) {
        let address = sheet.line_below(line).is_some_and(|below| says(&ADDRESS, &sheet.lines[below].text));
        let cell = row.cells.first().cloned().unwrap_or_default();
        let Some(name) = whole_name(&row.text, cell).filter(|_| address) else { continue };
        let words = crate::text::words_of(&row.text[name.clone()]);
        if !has_credential(&row.text[name.end..]) && family.iter().all(|word| words.contains(word)) {
            return vec![found(dear.page, line, &row.text, name)];
        }
    }
    Vec::new()
}

/// Whose card it is, unless it lists several people or says that its holder is another one.
fn holder(view: &DocView<'_>) -> Vec<Found<String>> {
    let others = view.lines().any(|(_, _, text)| {
        let lower = text.to_lowercase();
        ["dependent", "spouse", "relationship: child", "covered members", "family members"]
            .iter()
            .any(|word| lower.contains(word))
    });
    if others { Vec::new() } else { view.names(&["subscriber"]) }
}

/// `Print name: Jane Doe   Birth date: 12/01/1956` under an agreement.
fn agreeing(view: &DocView<'_>) -> Vec<Found<String>> {
    let mut names = view.names(&["prescriber"]);
    names.retain(|found| {
        let line = view.line(found.page, found.line).to_lowercase();
        let hits = &view.pages[found.page].hits[found.line];
        let others = ["witness", "guardian", "representative", "technolog", "staff", "provider", "physician"];
        line.contains("print")
            && hits.iter().any(|hit| hit.key == "dob")
            && !others.iter().any(|word| line.contains(word))
            && !has_credential(view.line(found.page, found.line).get(found.at.end..).unwrap_or_default())
    });
    names
}

/// Whom a text is about, if it names one person so.
fn in_prose(view: &DocView<'_>) -> Vec<Found<String>> {
    let Some(regex) = IN_PROSE.as_ref() else { return Vec::new() };
    let mut names: Vec<Found<String>> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, row) in labelled.sheet.lines.iter().enumerate().filter(|(_, row)| !row.furniture) {
            for captures in regex.captures_iter(&row.text) {
                let Some(name) = captures.name("v").or(captures.name("w")) else { continue };
                if person_name(name.as_str()).is_some_and(|(_, at)| at.len() == name.len()) {
                    names.push(found(page, line, &row.text, name.range()));
                }
            }
        }
    }
    let first = names.first().map(|found| found.value.clone());
    if names.iter().any(|found| Some(&found.value) != first.as_ref()) {
        names.clear();
    }
    names.truncate(1);
    names
}

/// On a card without a label the member's name stands alone on the line above the number.
pub(in crate::extract) fn name_on_card(view: &DocView<'_>) -> Vec<Field> {
    /// Lines above the number.
    const ABOVE: usize = 2;
    if !names(view).is_empty() {
        return Vec::new();
    }
    let Some(number) = mbi_by_shape(view) else { return Vec::new() };
    let labelled = &view.pages[number.page];
    let row = &labelled.sheet.lines[number.line];
    let mut line = number.line;
    // Beside the number, or above it.
    let beside = row.cells.first().filter(|cell| cell.start < number.at.start);
    let end = beside.map_or(0, |cell| cell.end.min(number.at.start));
    if let Some(range) = beside.and_then(|cell| whole_name(&row.text, cell.start..end)) {
        let found = found(number.page, line, &row.text, range);
        return Vec::from_iter(view.field(
            "patient_name",
            FieldValue::Text(found.value.clone()),
            None,
            &found,
        ));
    }
    for _ in 0..ABOVE {
        let Some(above) = labelled.sheet.line_above(line) else { break };
        line = above;
        let text = &labelled.sheet.lines[line].text;
        if let Some(range) = whole_name(text, 0..text.len()).filter(|_| labelled.hits[line].is_empty()) {
            let found = found(number.page, line, text, range);
            return view
                .field("patient_name", FieldValue::Text(found.value.clone()), None, &found)
                .into_iter()
                .collect();
        }
    }
    Vec::new()
}
