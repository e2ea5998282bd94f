//! Headings above a number, over several rows of a table and two storeys of headings, as ideas.

use super::atoms::atoms;
use super::words::{Idea, Ideas, read};
use crate::find::DocView;
use crate::sheet::Sheet;
use std::ops::Range;

/// How far above a number its column's heading may stand, in lines.
const ROWS: usize = 24;
/// A wider gap between two lines ends a table, in word heights.
const GAP: f32 = 4.5;
/// A single cell of more words is a sentence, and ends a table.
const SENTENCE_WORDS: usize = 7;
/// A number belongs to a heading beside it within this many word heights.
const REACH: f32 = 3.5;

/// What stands above a number.
#[derive(Clone, Copy)]
pub(super) struct Heading {
    pub(super) ideas: Ideas,
    /// What the cell over the names of the rows says of all columns, such as `A+H index by`.
    pub(super) corner: Ideas,
    /// What the other cells of its row say.
    pub(super) beside: Ideas,
    /// How many lines above it stands.
    pub(super) lines: usize,
}

/// What stands right above a number that has no label beside it, whatever else stands in that row.
pub(super) fn over(view: &DocView<'_>, (page, line): (usize, usize), at: &Range<usize>) -> Option<Ideas> {
    let sheet = &view.pages.get(page)?.sheet;
    let (left, right) = sheet.span_of(line, at)?;
    let above = sheet.line_above(line)?;
    let row = &sheet.lines[above];
    if sheet.lines[line].top - row.bottom > 1.6 * sheet.height {
        return None;
    }
    let cell = row.cells.iter().find(|cell| {
        sheet.span_of(above, cell).is_some_and(|(from, to)| {
            let same_left = (from - left).abs() < 1.5 * sheet.height;
            let same_middle = ((from + to) - (left + right)).abs() < 3.0 * sheet.height;
            same_left || same_middle
        })
    })?;
    let text = &row.text[cell.clone()];
    (!has_values(text)).then(|| super::words::ideas_of(text)).filter(|ideas| !ideas.is_empty())
}

/// What the nearest cell without a value says that stands over a cell's left edge: the title of its column.
pub(super) fn title(view: &DocView<'_>, (page, line): (usize, usize), cell: &Range<usize>) -> Ideas {
    /// A title stands over few rows.
    const FAR: usize = 8;
    let none = Ideas::default();
    let Some(sheet) = view.pages.get(page).map(|labelled| &labelled.sheet) else { return none };
    let Some((left, _)) = sheet.span_of(line, cell) else { return none };
    let above: Vec<usize> =
        sheet.spoken().map(|(index, _)| index).take_while(|index| *index < line).collect();
    for head in above.into_iter().rev().take(FAR) {
        let row = &sheet.lines[head];
        let over = row.cells.iter().find(|cell| {
            sheet.span_of(head, cell).is_some_and(|(from, _)| (from - left).abs() < sheet.height)
        });
        let Some(text) = over.map(|cell| &row.text[cell.clone()]) else { continue };
        if !has_values(text) {
            return super::words::ideas_of(text);
        }
    }
    none
}

/// The ideas of the headings above a stretch of a line and how many lines above; none without a heading.
pub(super) fn heading(
    view: &DocView<'_>,
    (page, line): (usize, usize),
    at: &Range<usize>,
) -> Option<Heading> {
    let sheet = &view.pages.get(page)?.sheet;
    let span = sheet.span_of(line, at)?;
    let own_left = sheet.lines.get(line)?.cells.first().and_then(|cell| sheet.left_of(line, cell.start))?;
    let above: Vec<usize> =
        sheet.spoken().map(|(index, _)| index).take_while(|index| *index < line).collect();
    let mut below = line;
    for (lines, head) in above.into_iter().rev().take(ROWS).enumerate() {
        if sheet.lines[below].top - sheet.lines[head].bottom > GAP * sheet.height {
            return None;
        }
        below = head;
        let row = &sheet.lines[head];
        if row.cells.len() == 1 && row.words_count() > SENTENCE_WORDS {
            return None;
        }
        if has_values(&row.text) {
            continue;
        }
        // A title across the page heads no column, only what stands right under it.
        let over = if row.cells.len() == 1 && lines > 0 {
            Over::Nothing
        } else {
            cell_over(sheet, head, span, own_left)
        };
        match over {
            Over::Cell(ideas) if !ideas.is_empty() => {
                let ideas = second_storey(sheet, head, span, own_left, ideas);
                return Some(Heading {
                    ideas,
                    corner: corner(sheet, head, own_left),
                    beside: beside(sheet, head),
                    lines: lines + 1,
                });
            }
            Over::Cell(_) => {}
            Over::Elsewhere => return over_both(sheet, head, span, own_left, lines),
            Over::Nothing if ends_table(&row.text) => return None,
            Over::Nothing => {}
        }
    }
    None
}

/// A heading of two storeys may stand on the upper one alone.
fn over_both(
    sheet: &Sheet<'_>,
    head: usize,
    span: (f32, f32),
    own_left: f32,
    lines: usize,
) -> Option<Heading> {
    let ideas = second_storey(sheet, head, span, own_left, Ideas::default());
    let upper = sheet.line_above(head)?;
    (!ideas.is_empty()).then(|| Heading {
        ideas,
        corner: corner(sheet, head, own_left),
        beside: beside(sheet, head).and(beside(sheet, upper)),
        lines: lines + 2,
    })
}

/// What stands over a number in a row without values.
enum Over {
    Cell(Ideas),
    /// Headings, but of other columns.
    Elsewhere,
    Nothing,
}

fn cell_over(sheet: &Sheet<'_>, head: usize, (left, right): (f32, f32), own_left: f32) -> Over {
    let row = &sheet.lines[head];
    let mut best: Option<(f32, Ideas)> = None;
    let mut headings = 0;
    for (index, cell) in row.cells.iter().enumerate() {
        let Some((from, to)) = sheet.span_of(head, cell) else { continue };
        let ideas =
            read(&row.text[cell.clone()]).tags.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas));
        // A cell above the names of the rows names rows itself.
        let names_rows = index == 0
            && from < own_left + 2.0 * sheet.height
            && left > own_left + 2.0 * sheet.height
            && to < left;
        if names_rows {
            continue;
        }
        headings += usize::from(!ideas.is_empty());
        let apart = (from - right).max(left - to).max(0.0);
        let middle = ((from + to) - (left + right)).abs() / 2.0;
        if apart <= REACH * sheet.height
            && best.as_ref().is_none_or(|(other, _)| apart * 4.0 + middle < *other)
        {
            best = Some((apart * 4.0 + middle, ideas));
        }
    }
    match best {
        Some((_, ideas)) => Over::Cell(ideas),
        None if headings >= 2 => Over::Elsewhere,
        None => Over::Nothing,
    }
}

/// The cell over the names of the rows.
fn corner(sheet: &Sheet<'_>, head: usize, own_left: f32) -> Ideas {
    let row = &sheet.lines[head];
    let first = row.cells.first().filter(|cell| {
        row.cells.len() >= 3
            && sheet.left_of(head, cell.start).is_some_and(|left| left < own_left + 2.0 * sheet.height)
    });
    first.map_or(Ideas::default(), |cell| super::words::ideas_of(&row.text[cell.clone()]))
}

/// What the cells of a row of headings say; each is read by itself, for its abbreviations.
fn beside(sheet: &Sheet<'_>, head: usize) -> Ideas {
    let row = &sheet.lines[head];
    row.cells
        .iter()
        .fold(Ideas::default(), |all, cell| all.and(super::words::ideas_of(&row.text[cell.clone()])))
}

/// What the rows above a row of the same table are called.
pub(super) fn names_above(view: &DocView<'_>, (page, line): (usize, usize)) -> Ideas {
    /// Kinds of events are few.
    const FAR: usize = 7;
    let none = Ideas::default();
    let Some(sheet) = view.pages.get(page).map(|labelled| &labelled.sheet) else { return none };
    let left_of =
        |line: usize| sheet.lines.get(line).and_then(|row| sheet.left_of(line, row.cells.first()?.start));
    let Some(left) = left_of(line) else { return none };
    let above: Vec<usize> =
        sheet.spoken().map(|(index, _)| index).take_while(|index| *index < line).collect();
    let mut below = line;
    let mut all = none;
    for row in above.into_iter().rev().take(FAR) {
        let near = sheet.lines[below].top - sheet.lines[row].bottom < 1.6 * sheet.height;
        let aligned = left_of(row).is_some_and(|other| (other - left).abs() < sheet.height);
        let text = &sheet.lines[row].text;
        let name = sheet.lines[row].cells.first().map_or("", |cell| &text[cell.clone()]);
        let breathing =
            [Idea::Apnea, Idea::Hypopnea, Idea::Obstructive, Idea::Central, Idea::Mixed, Idea::Rera];
        let ideas = super::words::ideas_of(name);
        if !near || !aligned || !has_values(text) || !ideas.any(&breathing) {
            break;
        }
        below = row;
        all = all.and(ideas);
    }
    all
}

/// A heading may stand on two lines, or under one that spans several columns.
fn second_storey(sheet: &Sheet<'_>, head: usize, span: (f32, f32), own_left: f32, ideas: Ideas) -> Ideas {
    let Some(upper) = sheet.line_above(head) else { return ideas };
    let row = &sheet.lines[upper];
    let near = sheet.lines[head].top - row.bottom < 1.6 * sheet.height;
    if !near || row.cells.len() < 2 || has_values(&row.text) {
        return ideas;
    }
    match cell_over(sheet, upper, span, own_left) {
        Over::Cell(more) => ideas.and(more),
        Over::Elsewhere | Over::Nothing => ideas,
    }
}

fn has_values(text: &str) -> bool {
    !atoms(text, &read(text).not_values).is_empty()
}

/// Whether a single line is the title of another section; names of groups of events stand inside a table.
fn ends_table(text: &str) -> bool {
    let ideas = super::words::ideas_of(text);
    let group =
        [Idea::Apnea, Idea::Hypopnea, Idea::Events, Idea::Respiratory, Idea::Obstructive, Idea::Central];
    !ideas.any(&group) || ideas.has(Idea::Foreign)
}
