//! Rows that print the number before what it is: `22.1 /h   AHI   |   70   obstructive apneas`. They are read as if the
//! label stood first.

use super::reading::Segment;
use super::words::Ideas;
use crate::sheet::{Line, Sheet};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// A cell that is a number, perhaps several of one kind, with a unit.
static VALUE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*\d{1,4}(?:[.,]\d{1,2})?(?:\s*/\s*\d{1,3}(?:\.\d{1,2})?)*\s*(?:/\s*h(?:r|our)?s?|per\s+hour|%|min(?:utes?|s)?\.?|h(?:rs?|ours?)?(?:\s*\d{1,2}\s*m(?:in)?)?|s(?:ec)?|bpm|/\s*min|db|(?:cm\s?h2o|cwp|cm)|events(?:\s*/\s*h(?:r|our)?)?)?\W*$").ok()
});
/// A cell with a label and its own value.
static LABELLED: Pattern =
    LazyLock::new(|| Regex::new(r":\s*\d|[^<>]=\s*\d|[^<>=≤≥\s]\s+\d[\d.]*\s*%?$").ok());
/// A page prints its values so in at least so many rows, or not at all.
const ROWS: usize = 3;

fn is_value(text: &str) -> bool {
    VALUE.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Whether a page prints numbers before their labels.
pub(super) fn is_swapped(sheet: &Sheet<'_>) -> bool {
    sheet.spoken().filter(|(_, row)| pairs(row).is_some()).count() >= ROWS
}

/// Value and label of each pair of cells.
fn pairs(row: &Line) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    let text = |cell: &Range<usize>| &row.text[cell.clone()];
    let pairs: Vec<(Range<usize>, Range<usize>)> =
        row.cells.chunks(2).filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone()))).collect();
    let whole = row.cells.len() == pairs.len() * 2 && !pairs.is_empty();
    let shaped = |(value, label): &(Range<usize>, Range<usize>)| {
        let labelled = LABELLED.as_ref().is_some_and(|regex| regex.is_match(text(label).trim_end()));
        is_value(text(value))
            && !is_value(text(label))
            && !labelled
            && text(label).contains(char::is_alphabetic)
    };
    (whole && pairs.iter().all(shaped)).then_some(pairs)
}

/// Such a row with its labels first, a cell a pair.
pub(super) fn segment(page: usize, line: usize, row: &Line, context: Ideas) -> Option<Segment> {
    let mut found = Segment { page, text: String::new(), pieces: Vec::new(), cells: Vec::new(), context };
    for (value, label) in pairs(row)? {
        if !found.text.is_empty() {
            found.text.push(' ');
        }
        let start = found.text.len();
        found.pieces.push((start, line, label.start));
        found.text.push_str(&row.text[label]);
        found.text.push_str(": ");
        found.pieces.push((found.text.len(), line, value.start));
        found.text.push_str(&row.text[value]);
        found.cells.push(start..found.text.len());
    }
    Some(found)
}
