//! Columns: which heading stands above a number. Reports print what belongs to the diagnostic part beside what was
//! measured on therapy, and one scoring rule beside the other.

use crate::find::DocView;
use std::ops::Range;

/// How far above a number its column's heading may stand, in lines.
const ROWS: usize = 14;

/// The words of the nearest cell without a measured number above a stretch of a line whose column holds it.
pub(super) fn heading_above(
    view: &DocView<'_>,
    (page, line): (usize, usize),
    at: &Range<usize>,
) -> Option<String> {
    let sheet = &view.pages.get(page)?.sheet;
    let row = sheet.lines.get(line)?;
    if row.cells.len() < 2 {
        return None;
    }
    let left = sheet.left_of(line, at.start)?;
    let above: Vec<usize> =
        sheet.spoken().map(|(index, _)| index).take_while(|index| *index < line).collect();
    for heads in above.into_iter().rev().take(ROWS) {
        let head = &sheet.lines[heads];
        // A line of one cell ends the table above it.
        if head.cells.len() < 2 {
            if head.words_count() > 6 {
                return None;
            }
            continue;
        }
        let reach = 2.5 * sheet.height;
        let cell = head
            .cells
            .iter()
            .rev()
            .find(|cell| sheet.left_of(heads, cell.start).is_some_and(|edge| edge <= left + reach))?;
        let next = head.cells.iter().find(|other| other.start > cell.start);
        let inside =
            next.is_none_or(|next| sheet.left_of(heads, next.start).is_some_and(|edge| edge > left + reach));
        let text = head.text.get(cell.clone())?;
        // A cell above the names of the rows names rows itself.
        let own_left = row.cells.first().and_then(|first| sheet.left_of(line, first.start)).unwrap_or(left);
        let edge = sheet.left_of(heads, cell.start).unwrap_or(left);
        let names_row = cell.start == head.cells[0].start && edge < own_left + 2.0 * sheet.height;
        let is_value = text.trim_start().starts_with(|c: char| c.is_ascii_digit()) && !text.contains('%');
        let measured = text.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | ' '));
        if inside && !names_row && !is_value && (!measured || is_rule(text)) {
            return Some(text.to_owned());
        }
    }
    None
}

/// `3 %` and `4%` head columns although they look like values.
fn is_rule(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(digits.as_str(), "3%" | "4%")
}
