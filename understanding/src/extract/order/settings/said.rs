//! Where a setting may be told: on a printed line, over two lines of prose, or in a column under its heading, which reads
//! as `heading: value` of all columns of the row.

use crate::find::{DocView, Found};
use crate::labels::Labelled;
use std::ops::Range;

/// Words without which a lowest and a highest number are no pressures.
const PRESSURE_WORDS: [&str; 8] = ["press", "pap", "auto", "cm", "cwp", "h2o", "titrat", "setting"];
/// Lines above that may hold them.
const ABOVE: usize = 3;
/// A value under a heading is short.
const VALUE_LENGTH: usize = 24;

/// One of these texts.
pub(super) struct Said {
    pub(super) text: String,
    page: usize,
    line: usize,
    /// The line's part that is quoted; none where the text is the line and a match is quoted itself.
    quote: Option<Range<usize>>,
    /// Whether it, or a line shortly above, speaks of pressures.
    pub(super) of_pressure: bool,
}

impl Said {
    /// A value read from a match in the text.
    pub(super) fn found(&self, value: f64, matched: Range<usize>) -> Found<f64> {
        let quote = self.quote.clone().unwrap_or(matched);
        Found { value, page: self.page, line: self.line, at: quote.clone(), quote, confidence: 0.92 }
    }
}

/// Every such text: lines first, then what is broken between two lines, then columns.
pub(super) fn texts(view: &DocView<'_>) -> Vec<Said> {
    let mut found = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let sheet = &labelled.sheet;
        for (line, row) in sheet.spoken() {
            let text = row.text.clone();
            found.push(Said { of_pressure: speaks(labelled, line, &text), text, page, line, quote: None });
        }
        for (line, row) in sheet.lines.iter().enumerate().filter(|(_, row)| row.seam.is_some()) {
            let text = row.text.clone();
            found.push(Said { of_pressure: of_pressure(&text), text, page, line, quote: None });
        }
        for (heads, _) in sheet.spoken() {
            let Some(line) = sheet.line_below(heads) else { continue };
            let Some(text) = columns(labelled, heads, line) else { continue };
            let quote = Some(0..sheet.lines[line].text.len());
            found.push(Said { of_pressure: of_pressure(&text), text, page, line, quote });
        }
    }
    found
}

fn of_pressure(text: &str) -> bool {
    let lower = text.to_lowercase();
    PRESSURE_WORDS.iter().any(|word| lower.contains(word))
}

fn speaks(labelled: &Labelled<'_>, line: usize, text: &str) -> bool {
    let mut at = Some(line);
    of_pressure(text)
        || (0..ABOVE).any(|_| {
            at = at.and_then(|line| labelled.sheet.line_above(line));
            at.is_some_and(|line| of_pressure(&labelled.sheet.lines[line].text))
        })
}

/// `Min pressure: 5 / Max pressure: 15` of a row of values under a row of headings.
fn columns(labelled: &Labelled<'_>, heads: usize, line: usize) -> Option<String> {
    let sheet = &labelled.sheet;
    let left = |line: usize, byte: usize| sheet.left_of(line, byte).unwrap_or(f32::INFINITY);
    let mut parts = Vec::new();
    for value in &sheet.lines[line].cells {
        let text = sheet.lines[line].text.get(value.clone())?.trim();
        if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() > VALUE_LENGTH {
            continue;
        }
        let near = |cell: &&Range<usize>| {
            (left(heads, cell.start) - left(line, value.start)).abs() < 2.0 * sheet.height
        };
        let Some(head) = sheet.lines[heads].cells.iter().find(near) else { continue };
        let head = sheet.lines[heads].text.get(head.clone())?.trim().trim_end_matches(':');
        let named = head.starts_with(char::is_alphabetic)
            && !head.chars().any(|c| c.is_ascii_digit() && c != '2')
            && head.len() <= 2 * VALUE_LENGTH;
        if named {
            parts.push(format!("{head}: {text}"));
        }
    }
    (!parts.is_empty()).then(|| parts.join(" / "))
}
