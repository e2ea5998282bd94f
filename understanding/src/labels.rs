//! Labels: the dictionary of spellings, and where they stand on a line. What belongs to a label is told by
//! layout: behind it, in the next cell, or under it.

mod dictionary;

use crate::sheet::{Line, Sheet};
use crate::text::{Phrases, Token};
use regex::Regex;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// One label on a line.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    /// What it labels, such as `dob`.
    pub(crate) key: &'static str,
    /// Its place in the line.
    pub(crate) label: Range<usize>,
    /// Where its value would begin: behind colon, number sign and a remark in brackets.
    pub(crate) value_from: usize,
    /// A colon or the like follows.
    pub(crate) colon: bool,
    /// It begins a cell.
    pub(crate) cell_start: bool,
    /// It fills a cell.
    pub(crate) cell_full: bool,
}

impl Hit {
    /// Whether it surely is a label and no word in a sentence.
    pub(crate) fn is_sure(&self) -> bool {
        self.colon || self.cell_full || STRONG.contains(&self.key)
    }
}

/// Labels that need no colon: nobody writes them in a sentence.
const STRONG: [&str; 4] = ["dob", "mrn", "npi", "mbi"];

/// All spellings and what each labels.
static SPELLINGS: LazyLock<(Vec<&'static str>, Phrases)> = LazyLock::new(|| {
    let keys = dictionary::labels().map(|(key, _)| key).collect();
    (keys, Phrases::new(dictionary::labels().map(|(_, spelling)| spelling)))
});

static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // A remark such as (MM/DD/YYYY), (%), (#), (s), (4%); then perhaps No., #; then perhaps a colon.
    Regex::new(r"^(?:\s?[._]{2,})?(?:\s?\((?:[a-zA-Z/ #%.]{0,14}|[34] ?%[a-zA-Z ]{0,14})\))?(?:\s?(?:#|[Nn]o\.|[Nn]umber\b))?\s?(?P<colon>[:;=：])?")
        .ok()
});

/// The labels of a line, from left to right, none overlapping another; the longest spelling wins.
pub(crate) fn hits(line: &Line) -> Vec<Hit> {
    let (keys, phrases) = &*SPELLINGS;
    let mut found = Vec::new();
    let mut next = 0;
    while next < line.tokens.len() {
        let mut here = phrases.starting(&line.tokens[next..]);
        here.retain(|(index, _)| holds_together(line, &line.tokens[next..next + phrases.length(*index)]));
        // The longest wins, then one without a misread letter, then the first of the table.
        let best = here
            .iter()
            .max_by_key(|(index, exact)| (phrases.length(*index), *exact, std::cmp::Reverse(*index)));
        match best {
            Some((index, _)) => {
                let last = next + phrases.length(*index);
                let label = line.tokens[next].start..line.tokens[last - 1].end;
                if !is_unit(&line.text[..label.start]) {
                    found.push(hit(line, keys[*index], label));
                }
                next = last;
            }
            None => next += 1,
        }
    }
    found
}

/// Whether what follows is a unit, as in `events per hour of sleep time`, and labels nothing.
fn is_unit(before: &str) -> bool {
    let before = before.trim_end().to_lowercase();
    ["per hour of", "per hr of", "hours of", "/hour of", "/hr of"].iter().any(|unit| before.ends_with(unit))
}

/// The words of one label stand in one cell, with little between them; in prose, which goes on in small letters,
/// recognition may have put a wide gap between them.
fn holds_together(line: &Line, tokens: &[Token]) -> bool {
    tokens.windows(2).all(|pair| {
        let between = &line.text[pair[0].end..pair[1].start];
        between.len() <= 3
            && !between.contains([':', ';', ','])
            && (line.cell_at(pair[0].start) == line.cell_at(pair[1].start)
                || line.text[pair[1].start..].starts_with(char::is_lowercase))
    })
}

fn hit(line: &Line, key: &'static str, label: Range<usize>) -> Hit {
    let rest = &line.text[label.end..];
    let found = BEHIND.as_ref().and_then(|regex| regex.captures(rest));
    let (length, colon) = found.map_or((0, false), |found| {
        (found.get(0).map_or(0, |whole| whole.len()), found.name("colon").is_some())
    });
    let cell = line.cell_at(label.start).cloned().unwrap_or(0..line.text.len());
    let bare = |text: &str| !text.chars().any(char::is_alphanumeric);
    let value_from = label.end + length;
    Hit {
        key,
        colon,
        cell_start: bare(&line.text[cell.start..label.start]),
        cell_full: bare(&line.text[cell.start..label.start])
            && bare(line.text.get(value_from..cell.end).unwrap_or_default()),
        label,
        value_from,
    }
}

/// A sheet with the labels of each line.
pub(crate) struct Labelled<'a> {
    pub(crate) sheet: Sheet<'a>,
    pub(crate) hits: Vec<Vec<Hit>>,
}

/// The labels of a line; of a seam only those that begin above it and have their value below.
fn hits_to_read(line: &Line) -> Vec<Hit> {
    if line.furniture {
        return Vec::new();
    }
    let mut found = hits(line);
    if let Some(seam) = line.seam {
        let crosses = |hit: &Hit| {
            let rest = line.text.get(hit.value_from..seam).unwrap_or_default();
            hit.label.start < seam && (hit.value_from >= seam || crate::find::is_filling(rest))
        };
        if let Some(last) = found.iter().rposition(crosses) {
            // Those behind it only bound its value; they are read on their own line.
            found.drain(..last);
        } else {
            found.clear();
        }
    }
    found
}

/// A stretch of a line where a value may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) line: usize,
    pub(crate) range: Range<usize>,
    /// The label stands directly before it, so that a quote can show both.
    pub(crate) label: Option<Range<usize>>,
}

impl<'a> Labelled<'a> {
    /// Finds the labels of every line.
    pub(crate) fn of(sheet: Sheet<'a>) -> Self {
        let hits = sheet.lines.iter().map(hits_to_read).collect();
        Self { sheet, hits }
    }

    /// Every label of one of these keys, with its line.
    pub(crate) fn labels<'s>(&'s self, keys: &'s [&str]) -> impl Iterator<Item = (usize, usize, &'s Hit)> {
        self.hits.iter().enumerate().flat_map(move |(line, hits)| {
            let read = if self.sheet.lines[line].seam.is_some() { 1 } else { hits.len() };
            hits.iter()
                .take(read)
                .enumerate()
                .filter(move |(_, hit)| keys.contains(&hit.key))
                .map(move |(at, hit)| (line, at, hit))
        })
    }

    /// What stands behind a label on its line: to the next sure label, or the line's end.
    pub(crate) fn behind(&self, line: usize, at: usize) -> Stretch {
        let hit = &self.hits[line][at];
        let text = &self.sheet.lines[line].text;
        let end = self.hits[line][at + 1..]
            .iter()
            .find(|next| next.is_sure())
            .map_or(text.len(), |next| next.label.start);
        let range = hit.value_from.min(end)..end;
        Stretch { line, range, label: Some(hit.label.clone()) }
    }

    /// The first cell behind a label that holds anything.
    pub(crate) fn cell_behind(&self, line: usize, at: usize) -> Stretch {
        let mut stretch = self.behind(line, at);
        let row = &self.sheet.lines[line];
        for cell in &row.cells {
            let range = cell.start.max(stretch.range.start)..cell.end.min(stretch.range.end);
            if range.start < range.end && row.text[range.clone()].chars().any(char::is_alphanumeric) {
                stretch.range = range;
                return stretch;
            }
        }
        stretch
    }

    /// What stands under a label, for up to `rows` lines: words that begin between this cell's left edge and the next's.
    pub(crate) fn below(&self, line: usize, at: usize, rows: usize) -> Vec<Stretch> {
        let hit = &self.hits[line][at];
        let sheet = &self.sheet;
        let Some(left) = sheet.left_of(line, hit.label.start) else { return Vec::new() };
        let row = &sheet.lines[line];
        let next_cell = row.cells.iter().find(|cell| cell.start > hit.label.start);
        let right = next_cell.and_then(|cell| sheet.left_of(line, cell.start)).unwrap_or(f32::INFINITY);
        let mut found = Vec::new();
        let mut above = line;
        for _ in 0..rows {
            let Some(below) = sheet.line_below(above) else { break };
            if let Some(range) =
                sheet.range_between(below, left - 1.5 * sheet.height, right - 0.5 * sheet.height)
            {
                found.push(Stretch { line: below, range, label: None });
            }
            above = below;
        }
        found
    }

    /// Where a label's value may stand, the likeliest first.
    pub(crate) fn stretches(&self, line: usize, at: usize) -> Vec<Stretch> {
        let hit = &self.hits[line][at];
        let behind = self.behind(line, at);
        let has_words = |stretch: &Stretch| {
            self.sheet.lines[stretch.line].text[stretch.range.clone()].chars().any(char::is_alphanumeric)
        };
        if has_words(&behind) && !(hit.cell_full && !hit.colon && self.is_heading_row(line)) {
            let cell = self.cell_behind(line, at);
            return if cell == behind { vec![cell] } else { vec![cell, behind] };
        }
        if hit.cell_full { self.below(line, at, 2) } else { Vec::new() }
    }

    /// A row whose cells are all labels without values: the headings of a table.
    pub(crate) fn is_heading_row(&self, line: usize) -> bool {
        let full: BTreeSet<usize> = self.hits[line]
            .iter()
            .filter(|hit| hit.cell_full && !hit.colon)
            .map(|hit| hit.label.start)
            .collect();
        let cells = self.sheet.lines[line].cells.len();
        full.len() >= 2 && full.len() * 3 >= cells * 2
    }

    /// The text of a stretch.
    pub(crate) fn text(&self, stretch: &Stretch) -> &str {
        &self.sheet.lines[stretch.line].text[stretch.range.clone()]
    }
}
