//! A report's lines as stretches that are read at once: rows of cells as they stand, prose joined over its lines and cut
//! into sentences, each with what the heading over it speaks of. What the history tells of other nights is left out.

use super::reading::Segment;
use super::words::{Ideas, ideas_of};
use crate::find::DocView;
use crate::sheet::{Line, Sheet};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Sections that tell of the patient or of other nights.
static HISTORY: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:(?:clinical|medical|patient|sleep|brief|pertinent|past)\s+)*(?:history|indications?|information|complaints?|background|hpi|reason(?:\s+for\s+\w+)*|chief\s+complaint|referral|medications?|comorbidit\w+|prior\s+\w+|previous\s+\w+|definitions?|legend|scoring\s+(?:criteria|rules?|definitions?)|reference\s+\w+|severity(?:\s+\w+)*|glossary|abbreviations)\W*(?:$|:)").ok()
});
/// `OXYGEN SATURATION: The mean …`, `Indication: …`.
static INLINE: Pattern = LazyLock::new(|| {
    Regex::new(r"^\W*(?P<h>[A-Z][A-Z0-9 /&,\-()]{3,44}|[A-Z][A-Za-z]+(?:[ /&-][A-Za-z]+){0,4})\s*:(?:\s|$)")
        .ok()
});
/// Words of a heading at most.
const HEADING_WORDS: usize = 7;
/// A cell of at most this many words is one of a table.
const CELL_WORDS: usize = 3;
/// A line reaches this share of the widest line's width if its sentence goes on below.
const FULL: f32 = 0.78;

/// Every stretch of a document.
pub(super) fn segments(view: &DocView<'_>) -> Vec<Segment> {
    let mut found = Vec::new();
    let mut section = Section::default();
    for (page, labelled) in view.pages.iter().enumerate() {
        let sheet = &labelled.sheet;
        let widest = sheet.spoken().filter_map(|(line, row)| sheet.span_of(line, &(0..row.text.len())));
        let widest = widest.map(|(_, right)| right).fold(0.0, f32::max);
        let swapped = super::swapped::is_swapped(sheet);
        let mut open: Option<Segment> = None;
        let mut above: Option<usize> = None;
        for (line, row) in sheet.spoken() {
            if swapped && let Some(row) = super::swapped::segment(page, line, row, section.context) {
                found.extend(open.take().into_iter().flat_map(sentences));
                above = None;
                found.push(row);
                continue;
            }
            let ends_sentence = row.cells.len() == 1
                && open.is_some()
                && above.is_some_and(|above| continues(sheet, above, line, widest));
            if is_table_row(row) && !ends_sentence {
                found.extend(open.take().into_iter().flat_map(sentences));
                above = None;
                section.history = false;
                if !is_heading(row) {
                    found.push(row_segment(page, line, row, section.context));
                    continue;
                }
            }
            if is_heading(row) && !ends_sentence {
                found.extend(open.take().into_iter().flat_map(sentences));
                above = None;
                section = Section::of(&row.text);
                // A short line may be a label whose value stands under it, or hold one in words.
                found.push(row_segment(page, line, row, section.context));
                continue;
            }
            let inline = inline_heading(&row.text);
            let goes_on =
                inline.is_none() && above.is_some_and(|above| continues(sheet, above, line, widest));
            match &mut open {
                Some(segment) if goes_on => {
                    segment.text.push(' ');
                    segment.pieces.push((segment.text.len(), line, 0));
                    segment.text.push_str(&row.text);
                }
                _ => {
                    found.extend(open.take().into_iter().flat_map(sentences));
                    let of_line =
                        inline.as_deref().map_or(section, |heading| Section::of(heading).or(section));
                    if inline.is_some() {
                        section = Section { history: false, ..section };
                    }
                    open = (!of_line.history).then(|| Segment {
                        cells: Vec::new(),
                        ..row_segment(page, line, row, of_line.context)
                    });
                }
            }
            above = Some(line);
        }
        found.extend(open.take().into_iter().flat_map(sentences));
    }
    found
}

/// What stands over a stretch.
#[derive(Clone, Copy, Default)]
struct Section {
    context: Ideas,
    history: bool,
}

impl Section {
    fn of(heading: &str) -> Self {
        let history = HISTORY.as_ref().is_some_and(|regex| regex.is_match(heading));
        Self { context: ideas_of(heading), history }
    }

    /// A heading that says nothing leaves what stood before.
    fn or(self, before: Self) -> Self {
        if self.context.is_empty() && !self.history { Self { history: false, ..before } } else { self }
    }
}

fn inline_heading(text: &str) -> Option<String> {
    let found = INLINE.as_ref()?.captures(text)?.name("h")?;
    Some(format!("{}:", found.as_str()))
}

fn is_table_row(row: &Line) -> bool {
    let words = |cell: &Range<usize>| row.text[cell.clone()].split_whitespace().count();
    // Words of prose that are far apart go on in small letters.
    let begins = |cell: &Range<usize>| {
        let first = row.text[cell.clone()].split_whitespace().next().unwrap_or_default();
        !first.starts_with(char::is_lowercase) || first.contains(char::is_uppercase)
    };
    let leaders = row.text.contains("...") || row.text.contains("___") || row.text.contains(". . .");
    leaders
        || row.cells.len() >= 2 && row.cells.iter().any(|cell| words(cell) <= CELL_WORDS)
        || row.cells.len() >= 2 && row.cells.iter().all(|cell| words(cell) <= HEADING_WORDS && begins(cell))
        || row.cells.len() == 1 && row.words_count() <= CELL_WORDS
}

/// A short line without a number is the title of what follows.
fn is_heading(row: &Line) -> bool {
    row.cells.len() == 1
        && row.words_count() <= HEADING_WORDS
        && !row.text.trim_end().ends_with(['.', ','])
        && !row
            .text
            .split_whitespace()
            .any(|word| word.trim_start_matches('(').starts_with(|c: char| c.is_ascii_digit()))
}

fn row_segment(page: usize, line: usize, row: &Line, context: Ideas) -> Segment {
    Segment { page, text: row.text.clone(), pieces: vec![(0, line, 0)], cells: row.cells.clone(), context }
}

/// Whether prose goes on from one line to the next.
fn continues(sheet: &Sheet<'_>, above: usize, line: usize, widest: f32) -> bool {
    let (first, second) = (&sheet.lines[above], &sheet.lines[line]);
    let near = second.top - first.bottom < 1.5 * sheet.height;
    let full = sheet.span_of(above, &(0..first.text.len())).is_some_and(|(_, right)| right >= FULL * widest);
    let begins_small = second.text.starts_with(char::is_lowercase);
    // Behind a full stop a short line is the next heading.
    let heads = first.text.trim_end().ends_with(['.', '!', '?']) && is_heading(second) && !begins_small;
    near && (full || begins_small) && !heads
}

/// A stretch of prose as its sentences.
fn sentences(segment: Segment) -> Vec<Segment> {
    const ABBREVIATED: [&str; 12] =
        ["no", "min", "avg", "max", "approx", "vs", "dr", "hr", "hrs", "mins", "st", "ave"];
    let text = &segment.text;
    let mut ends = Vec::new();
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let next = rest.trim_start().chars().next();
        let last = text[..at].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        let event = matches!(
            last.as_str(),
            "press"
                | "resid"
                | "idx"
                | "tot"
                | "sup"
                | "hyp"
                | "apn"
                | "desat"
                | "obs"
                | "cen"
                | "mix"
                | "hypop"
                | "resp"
                | "sat"
                | "lat"
        );
        let abbreviated = event
            || ABBREVIATED.contains(&last.as_str())
                && next.is_some_and(|c| c.is_ascii_digit() || c.is_lowercase());
        let stop = c == '.'
            && !text[..at].ends_with('.')
            && rest.starts_with(' ')
            && next.is_some_and(|c| !c.is_lowercase())
            && !abbreviated;
        if stop || c == '•' {
            ends.push(at + c.len_utf8());
        }
    }
    ends.push(text.len());
    let mut start = 0;
    let mut found = Vec::new();
    for end in ends {
        let part = &text[start..end];
        let from = start + (part.len() - part.trim_start().len());
        if from < end {
            found.push(Segment {
                page: segment.page,
                text: text[from..end].to_owned(),
                pieces: pieces(&segment.pieces, from, end),
                cells: Vec::new(),
                context: segment.context,
            });
        }
        start = end;
    }
    found
}

/// The lines of a part, by bytes of the part.
fn pieces(all: &[(usize, usize, usize)], from: usize, end: usize) -> Vec<(usize, usize, usize)> {
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (start, line, offset) in all {
        if *start <= from {
            found = vec![(0, *line, offset + from - start)];
        } else if *start < end {
            found.push((start - from, *line, *offset));
        }
    }
    found
}
