//! A page's lines as running text, for what is said in sentences, with the way back to the line a word stands on.

use crate::find::{DocView, Found};
use std::ops::Range;

/// A page's lines joined, with the byte each line begins at.
pub(super) struct Flow {
    pub(super) text: String,
    /// Byte of the text and line, line by line.
    pub(super) starts: Vec<(usize, usize)>,
}

impl Flow {
    /// Joins the lines of a page.
    pub(super) fn of(labelled: &crate::labels::Labelled<'_>) -> Self {
        let (mut text, mut starts) = (String::new(), Vec::new());
        let mut below_row = false;
        for (line, row) in labelled.sheet.spoken() {
            // A line that begins with a label or a bullet begins a sentence; others go on from the line above.
            let begins =
                labelled.hits[line].iter().any(|hit| hit.is_sure() && hit.cell_start && hit.label.start < 4)
                    || row.text.starts_with(['•', '-', '*', '[', '☐', '☒'])
                    || row.text.chars().next().is_some_and(|c| c.is_ascii_digit());
            // Rows of a table are sentences of their own.
            let tabular = row.cells.len() >= 2
                && row
                    .cells
                    .last()
                    .is_some_and(|cell| row.text[cell.clone()].starts_with(|c: char| c.is_ascii_digit()));
            let begins = begins || tabular || std::mem::replace(&mut below_row, tabular);
            if !text.is_empty() {
                text.push(if begins { '\n' } else { ' ' });
            }
            starts.push((text.len(), line));
            text.push_str(&row.text);
        }
        Self { text, starts }
    }

    /// The line a byte stands on, and the byte the line begins at.
    pub(super) fn line_of(&self, byte: usize) -> Option<(usize, usize)> {
        self.starts.iter().rev().find(|(start, _)| *start <= byte).map(|(start, line)| (*line, *start))
    }
}

impl Flow {
    /// The place of a stretch of the text, as far as it stands on the line it begins on.
    pub(super) fn place(
        &self,
        view: &DocView<'_>,
        page: usize,
        range: &Range<usize>,
        confidence: f32,
    ) -> Option<Found<()>> {
        let (line, start) = self.line_of(range.start)?;
        let length = view.line(page, line).len();
        let quote = range.start - start..(range.end - start).min(length);
        Some(Found { value: (), page, line, at: quote.clone(), quote, confidence })
    }

    /// The sentences of the text, as byte ranges; a line that begins anew ends one.
    pub(super) fn sentences(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = 0;
        let mut characters = self.text.char_indices().peekable();
        while let Some((index, c)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if is_end(c, next) {
                found.push(start..index);
                start = index + c.len_utf8();
            }
        }
        found.push(start..self.text.len());
        found.retain(|range| self.text[range.clone()].chars().any(char::is_alphanumeric));
        for range in &mut found {
            // What separates it from the sentence before may be that one's line.
            let sentence = &self.text[range.clone()];
            range.start += sentence.len() - sentence.trim_start().len();
        }
        found
    }
}

/// Whether a sentence ends at `c`.
fn is_end(c: char, next: Option<char>) -> bool {
    matches!(c, '\n' | ';' | '?' | '!')
        || (c == '.' && next.is_none_or(|next| next.is_whitespace() || next == ','))
}

/// Where the sentence that holds a byte begins.
pub(super) fn sentence_start(text: &str, byte: usize) -> usize {
    let before = &text[..byte];
    let mut start = 0;
    let mut characters = before.char_indices().peekable();
    while let Some((index, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        if is_end(c, next) {
            start = index + c.len_utf8();
        }
    }
    start
}
