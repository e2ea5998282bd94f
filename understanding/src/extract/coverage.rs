//! The patient's coverages in their order, as facesheets, cards, orders and requests print them: behind labels, in
//! blocks under `Primary insurance`, in tables.

use super::patient::mbi_word;
use crate::find::{DocView, Found, id_word, is_filling, plain_text};
use crate::labels::{Hit, Labelled, Stretch};
use crate::owner::{Owner, owner, qualified};
use crate::text::words_of;
use domain::parser::{DocumentClass, Field, FieldValue};
use std::ops::Range;

/// Coverages read at most; more are kept by the packet, not by us.
const COVERAGES_MAX: u32 = 4;
const KEYS: [&str; 8] = ["coverage_1", "coverage_2", "payer", "plan", "member_id", "mbi", "group", "bare_id"];

/// A coverage's fields are `coverage.RANK.payer`, `.plan`, `.member_id`, `.group`.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rank = 1;
    for (page, labelled) in view.pages.iter().enumerate() {
        let mut tables: Vec<usize> = Vec::new();
        for (line, at, hit) in labelled.labels(&KEYS) {
            if !hit.is_sure() && !hit.cell_start || is_anothers(labelled, line, hit) {
                continue;
            }
            let mut key = hit.key;
            if labelled.is_heading_row(line) && !matches!(key, "coverage_1" | "coverage_2") {
                if tables.last() != Some(&line) {
                    tables.push(line);
                }
                continue;
            }
            // Under a table's headings a word such as `Plan` is part of a payer's name broken over two lines.
            if !tables.is_empty() && !hit.colon && !hit.cell_full || !belongs(labelled, (line, at), class) {
                continue;
            }
            if matches!(key, "coverage_1" | "coverage_2") {
                rank = if key == "coverage_1" { 1 } else { rank.max(1) + u32::from(rank == 1) };
                key = "payer";
            }
            if let Some(found) = behind(labelled, page, (line, at), key) {
                fields.extend(field(view, rank, key, &found));
            }
        }
        for line in tables {
            fields.extend(of_table(view, page, line));
        }
    }
    let mut fields = first_of_each_name(fields);
    if class == DocumentClass::InsuranceCard && !fields.iter().any(|field| field.name.ends_with(".payer")) {
        fields.extend(title_of_card(view));
    }
    fields
}

/// A group's or a drug plan's number, an employer's or a doctor's is not the member's.
fn is_anothers(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> bool {
    matches!(
        qualified(labelled, line, hit),
        Some(Owner::Provider | Owner::Prescriber | Owner::Firm | Owner::Contact | Owner::Guarantor)
    ) && !matches!(hit.key, "group" | "payer" | "coverage_1" | "coverage_2")
}

/// Off facesheets and cards many of these words mean something else: `Primary` a diagnosis, `Plan` what is planned.
fn belongs(labelled: &Labelled<'_>, (line, at): (usize, usize), class: DocumentClass) -> bool {
    use DocumentClass::{Facesheet, InsuranceCard};
    let hit = &labelled.hits[line][at];
    let label = labelled.sheet.lines[line].text[hit.label.clone()].to_lowercase();
    match hit.key {
        "bare_id" => {
            class == InsuranceCard && hit.colon
                || matches!(owner(labelled, line, at), Some(Owner::Payer | Owner::Subscriber))
                    && hit.is_sure()
        }
        _ if matches!(class, Facesheet | InsuranceCard) => true,
        "plan" => false,
        "coverage_1" | "coverage_2" | "payer" => {
            ["ins", "pay", "cover", "health plan", "carrier"].iter().any(|word| label.contains(word))
                && (hit.colon || hit.cell_full)
        }
        _ => hit.is_sure(),
    }
}

fn behind(
    labelled: &Labelled<'_>,
    page: usize,
    (line, at): (usize, usize),
    key: &str,
) -> Option<Found<String>> {
    // A heading such as `Coverage 1` has labels or a table's headings below it, not its value.
    let inside = |stretch: &Stretch| {
        labelled.hits[stretch.line].iter().filter(|hit| stretch.range.contains(&hit.label.start)).count()
    };
    let starts_with_label = |stretch: &Stretch| {
        labelled.hits[stretch.line]
            .iter()
            .any(|hit| (hit.colon || hit.cell_full) && hit.label.start == stretch.range.start)
    };
    let stretches = labelled.stretches(line, at);
    let own = stretches
        .iter()
        .filter(|stretch| !starts_with_label(stretch) && (stretch.line == line || inside(stretch) < 2));
    own.filter_map(|stretch| value(key, page, labelled.text(stretch), stretch)).next()
}

fn value(key: &str, page: usize, text: &str, stretch: &Stretch) -> Option<Found<String>> {
    let (value, range) = match key {
        "payer" | "plan" => payer(text)?,
        "mbi" => mbi_word(text)?,
        _ => member_number(text)?,
    };
    let at = stretch.range.start + range.start..stretch.range.start + range.end;
    let start = stretch.label.as_ref().map_or(at.start, |label| label.start);
    Some(Found { value, page, line: stretch.line, quote: start..at.end, at, confidence: 0.95 })
}

/// A member's number directly behind its label; a Medicare number without its dashes and spaces.
fn member_number(text: &str) -> Option<(String, Range<usize>)> {
    if let Some((mbi, range)) = mbi_word(text).filter(|(_, range)| is_filling(&text[..range.start])) {
        return Some((mbi, range));
    }
    let (word, range) = id_word(text).filter(|(_, range)| is_filling(&text[..range.start]))?;
    let phone = text[range.start..].chars().take(12).filter(char::is_ascii_digit).count() == 10
        && matches!(word.split('-').map(str::len).collect::<Vec<_>>().as_slice(), [3, 3, 4]);
    let date =
        crate::dates::find_date(&text[range.start..], false).is_some_and(|(_, found)| found.start == 0);
    (!phone && !date).then_some((word, range))
}

/// A payer's name: letters, not a rank, not a label's own words, not a number.
pub(super) fn payer(text: &str) -> Option<(String, Range<usize>)> {
    const FILLER: [&str; 28] = [
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
        "on",
        "file",
        "not",
        "applicable",
        "listed",
        "recorded",
        "known",
        "entered",
        "insurance",
        "coverage",
        "policy",
        "ins",
        "unknown",
        "additional",
        "information",
    ];
    let (name, range) = plain_text(text)?;
    let words = words_of(&name);
    let named = words.iter().any(|word| {
        word.len() >= 2 && word.chars().all(char::is_alphabetic) && !FILLER.contains(&word.as_str())
    });
    (named && name.len() <= 70).then_some((name, range))
}

/// One coverage a row: the row's cells are set under the headings in their order, as near as they stand.
fn of_table(view: &DocView<'_>, page: usize, heads: usize) -> Vec<Field> {
    let labelled = &view.pages[page];
    let sheet = &labelled.sheet;
    let left = |line: usize, byte: usize| sheet.left_of(line, byte).unwrap_or(f32::INFINITY);
    let columns: Vec<(f32, &str)> = sheet.lines[heads]
        .cells
        .iter()
        .map(|cell| {
            let key = labelled.hits[heads]
                .iter()
                .find(|hit| cell.contains(&hit.label.start))
                .map_or("", |hit| hit.key);
            (left(heads, cell.start), key)
        })
        .collect();
    let mut fields = Vec::new();
    let (mut above, mut rank) = (heads, 0);
    while let Some(line) = sheet.line_below(above) {
        above = line;
        let row = &sheet.lines[line];
        if !row.text.chars().any(char::is_alphanumeric) {
            continue;
        }
        let labels = labelled.hits[line].iter().any(|hit| hit.colon);
        if labels || rank >= COVERAGES_MAX {
            break;
        }
        // A single cell is the rest of a name broken over two lines, or the text behind the table.
        if row.cells.len() < 2 {
            continue;
        }
        rank += 1;
        let edges: Vec<f32> = row.cells.iter().map(|cell| left(line, cell.start)).collect();
        let heads: Vec<f32> = columns.iter().map(|column| column.0).collect();
        for (cell, column) in row.cells.iter().zip(aligned(&edges, &heads)) {
            let Some((_, key)) = column.and_then(|index| columns.get(index)) else { continue };
            if !KEYS.contains(key) {
                continue;
            }
            let stretch = Stretch { line, range: cell.clone(), label: None };
            let found = value(key, page, labelled.text(&stretch), &stretch);
            fields.extend(found.and_then(|found| field(view, rank, key, &found)));
        }
    }
    fields
}

/// Sets cells under headings in their order so that they stand as near to them as they can; by index of the heading.
fn aligned(cells: &[f32], heads: &[f32]) -> Vec<Option<usize>> {
    /// Cells of a row and headings of a table at most; wider ones are no tables of coverages.
    const WIDE: usize = 12;
    if cells.len() > heads.len() || heads.len() > WIDE {
        return vec![None; cells.len()];
    }
    let mut best: Option<(f32, Vec<usize>)> = None;
    let mut chosen: Vec<usize> = (0..cells.len()).collect();
    loop {
        let cost: f32 = cells.iter().zip(&chosen).map(|(cell, head)| (cell - heads[*head]).abs()).sum();
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, chosen.clone()));
        }
        let Some(next) = (0..chosen.len()).rev().find(|at| chosen[*at] < heads.len() - (chosen.len() - at))
        else {
            break;
        };
        chosen[next] += 1;
        for at in next + 1..chosen.len() {
            chosen[at] = chosen[at - 1] + 1;
        }
    }
    best.map_or_else(|| vec![None; cells.len()], |(_, chosen)| chosen.into_iter().map(Some).collect())
}

/// The insurer's name at the head of a card: the first words that are neither a label nor speak of the copy.
fn title_of_card(view: &DocView<'_>) -> Option<Field> {
    const LINES: usize = 4;
    const WORDS: usize = 6;
    const OF_THE_COPY: [&str; 12] = [
        "card",
        "copy",
        "front",
        "back",
        "scanned",
        "scan",
        "member",
        "insurance",
        "identification",
        "image",
        "page",
        "id",
    ];
    let labelled = view.pages.first()?;
    let (line, cell, name) = labelled.sheet.spoken().take(LINES).find_map(|(line, row)| {
        let cell = row.cells.first()?.clone();
        let text = row.text.get(cell.clone())?;
        let (name, _) = payer(text)?;
        let words = words_of(text);
        let plain = words.len() <= WORDS
            && !text.contains(':')
            && !text.chars().any(|c| c.is_ascii_digit())
            && (!words.iter().any(|word| OF_THE_COPY.contains(&word.as_str()))
                || words.contains(&"medicare".to_owned()));
        plain.then_some((line, cell, name))
    })?;
    let found = Found { value: name, page: 0, line, quote: cell.clone(), at: cell, confidence: 0.85 };
    field(view, 1, "payer", &found)
}

fn field(view: &DocView<'_>, rank: u32, key: &str, found: &Found<String>) -> Option<Field> {
    let part = if matches!(key, "mbi" | "bare_id") { "member_id" } else { key };
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

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn cells_stand_under_headings_in_their_order() {
        assert_eq!(aligned(&[50.0, 130.0, 250.0], &[50.0, 176.0, 290.0, 360.0]), [Some(0), Some(1), Some(2)]);
        assert_eq!(aligned(&[50.0, 290.0], &[50.0, 176.0, 290.0]), [Some(0), Some(2)]);
        assert_eq!(aligned(&[50.0, 60.0, 70.0], &[50.0, 60.0]), [None, None, None]);
        assert_eq!(aligned(&[], &[50.0]), []);
    }
}
