//! Labels: the dictionary of spellings, and where they stand on a line. What belongs to a label is told by
//! layout: behind it, in the next cell, or under it.

mod captions;
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
    /// Nobody writes it in a sentence, so that it needs no colon.
    strong: bool,
}

impl Hit {
    /// Whether it announces a person.
    fn names_somebody(&self) -> bool {
        const PEOPLE: [&str; 6] =
            ["patient_name", "emergency_contact", "guarantor", "subscriber", "prescriber", "other_provider"];
        PEOPLE.contains(&self.key)
    }

    /// Whether it surely is a label and no word in a sentence.
    pub(crate) fn is_sure(&self) -> bool {
        self.colon || self.cell_full || self.strong
    }
}

/// Labels that need no colon: nobody writes them in a sentence.
const STRONG: [&str; 4] = ["dob", "mrn", "npi", "mbi"];
/// Spellings of these that people do write in sentences: they need a colon, a cell or a number sign.
const WEAK: [&str; 25] = [
    "chart",
    "file no",
    "file number",
    "record id",
    "u",
    "record no",
    "record number",
    "pid",
    "mpi",
    "person number",
    "clinic no",
    "clinic number",
    "hospital id",
    "pt no",
    "pt number",
    "pat no",
    "pat id",
    "patient no",
    "patient number",
    "patient identifier",
    "birthday",
    "medical record",
    "med record",
    "health record number",
    "unit nbr",
];
/// Labels of numbers: a number sign behind one is as good as a colon.
const NUMBERED: [&str; 8] = ["mrn", "mbi", "npi", "member_id", "bare_id", "account", "order_id", "group"];

/// All spellings and what each labels.
static SPELLINGS: LazyLock<(Vec<&'static str>, Phrases)> = LazyLock::new(|| {
    let keys = dictionary::labels().map(|(key, _)| key).collect();
    (keys, Phrases::new(dictionary::labels().map(|(_, spelling)| spelling)))
});

static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // A remark such as (MM/DD/YYYY), (%), (#), (s), (4%); then perhaps No., #; then perhaps a colon.
    // Leaders may stand before and behind the sign, on typewriters with spaces between the points.
    Regex::new(concat!(
        r"^(?:\s?(?P<leaders>\.{3,})|\s?[._]{2,}|\s?(?:\.\s){2,}|\s?\.\s?(?P<abbreviated>:))?",
        r"(?:\s?\((?:[a-zA-Z/ #%.]{0,14}|[34] ?%[a-zA-Z ]{0,14}|(?i:last|first|surname|family|legal|print)[a-zA-Z,./ ]{0,30}|(?i:# of |in )?(?i:months?|mos?|99)\b[^)]{0,28})\))?",
        r"(?:\s?(?P<mark>#|[Nn][Oo]\.|[Nn]umber\b)s?)?(?:\s?(?P<dots>\.{3,})|\s?[._]{2,}|\s?(?:\.\s){2,})?\s?(?P<colon>[:;=：?])?"
    ))
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
                    found.extend(hit(line, keys[*index], label));
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
        // A comma stands inside `Last, First` only.
        let listed = matches!(pair[1].folded.as_str(), "flrst" | "ml" | "mlddle");
        between.len() <= 3
            && !between.contains([':', ';'])
            && (listed || !between.contains(','))
            && (line.cell_at(pair[0].start) == line.cell_at(pair[1].start)
                || line.text[pair[1].start..].starts_with(char::is_lowercase))
    })
}

static ENUMERATED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\W*(?:\([a-zA-Z0-9]{1,2}\)|(?:\d{1,2}|[A-Z])[.)])\W*$").ok());

/// Words that label a number with a number sign and nothing without one.
const NEEDS_MARK: [&str; 11] =
    ["mr", "hospital", "hosp", "pat", "record", "cert", "contract", "medicare", "mem", "u", "file"];

/// What a word labels that a number sign follows: `Patient #` is no name, `Unit #` no ward.
fn of_number(spelling: &str) -> Option<&'static str> {
    Some(match spelling {
        "patient" | "pt" | "pat" | "unit" | "chart" | "hosp" | "clinic" | "record" | "mr" | "resident"
        | "u" | "file" | "hospital" | "medical record" | "med rec" | "patient record" => "mrn",
        "member" | "mem" | "policy" | "pol" | "subscriber" | "identification" | "plan member" | "insured"
        | "insurance" | "ins" | "cert" | "contract" | "recipient" | "beneficiary" | "enrollee"
        | "cardholder" => "member_id",
        "encounter" | "visit" | "account" | "acct" => "account",
        "order" | "rx" | "prescription" => "order_id",
        _ => return None,
    })
}

/// None for words such as `Mr`, which label a number only with a number sign.
fn hit(line: &Line, key: &'static str, label: Range<usize>) -> Option<Hit> {
    let rest = &line.text[label.end..];
    let found = BEHIND.as_ref().and_then(|regex| regex.captures(rest));
    let (length, mut colon, marked) = found.map_or((0, false, false), |found| {
        // Leaders of points lead to a value as a colon does.
        let colon = ["colon", "abbreviated", "leaders", "dots"].iter().any(|name| found.name(name).is_some());
        (found.get(0).map_or(0, |whole| whole.len()), colon, found.name("mark").is_some())
    });
    let spelling = line.text[label.clone()].to_lowercase();
    if NEEDS_MARK.contains(&spelling.as_str()) && !marked {
        return None;
    }
    let key = if marked { of_number(&spelling).unwrap_or(key) } else { key };
    colon |= marked && NUMBERED.contains(&key);
    let strong = STRONG.contains(&key) && !WEAK.contains(&spelling.as_str());
    let cell = line.cell_at(label.start).cloned().unwrap_or(0..line.text.len());
    let bare = |text: &str| !text.chars().any(char::is_alphanumeric);
    // `(a) Beneficiary`, `12. Length of need`: the number of a form's field is no word before its label.
    let numbered =
        ENUMERATED.as_ref().is_some_and(|regex| regex.is_match(&line.text[cell.start..label.start]));
    let value_from = label.end + length;
    Some(Hit {
        key,
        strong,
        colon,
        cell_start: numbered || bare(&line.text[cell.start..label.start]),
        cell_full: (numbered || bare(&line.text[cell.start..label.start]))
            && bare(line.text.get(value_from..cell.end).unwrap_or_default()),
        label,
        value_from,
    })
}

/// `RxPCN:   ADV`: short words and a colon.
fn is_unknown_label(cell: &str) -> bool {
    const WORDS: usize = 4;
    const LETTERS: usize = 24;
    let Some((label, _)) = cell.split_once(':') else { return false };
    label.starts_with(char::is_alphabetic)
        && label.len() <= LETTERS
        && label.split_whitespace().count() <= WORDS
        && !label.chars().any(|c| c.is_ascii_digit() || c == ',')
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
        let next = self.hits[line][at + 1..].iter().find(|next| next.is_sure());
        let mut end = next.map_or(text.len(), |next| next.label.start);
        // What ends with a colon in a further cell is another label, though none we know.
        if hit.cell_full {
            let cells = &self.sheet.lines[line].cells;
            let unknown = cells
                .iter()
                .find(|cell| cell.start >= hit.value_from && is_unknown_label(&text[(*cell).clone()]));
            end = end.min(unknown.map_or(end, |cell| cell.start));
        }
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
        let mut left_rows = rows;
        while left_rows > 0 {
            let Some(below) = sheet.line_below(above) else { break };
            above = below;
            // A rule of dashes is no row.
            if !sheet.lines[below].text.chars().any(char::is_alphanumeric) {
                continue;
            }
            left_rows -= 1;
            let range = sheet.range_between(below, left - 1.5 * sheet.height, right - 0.5 * sheet.height);
            found.extend(range.and_then(|range| self.own(hit, Stretch { line: below, range, label: None })));
        }
        found
    }

    /// A stretch under a label, if it does not begin with another label: that one's value is no value of this one.
    /// Only `Name` may stand between a heading and the name of the person it announces.
    fn own(&self, above: &Hit, mut stretch: Stretch) -> Option<Stretch> {
        let first = self.hits[stretch.line].iter().find(|hit| hit.label.start == stretch.range.start);
        let Some(first) = first.filter(|hit| hit.colon || hit.cell_full) else {
            // What stands behind another label of the row is that label's.
            let inside = |hit: &&Hit| hit.colon && stretch.range.contains(&hit.label.start);
            if let Some(next) = self.hits[stretch.line].iter().find(inside) {
                stretch.range.end = next.label.start;
            }
            return Some(stretch);
        };
        let text = &self.sheet.lines[stretch.line].text;
        let names = text[first.label.clone()].eq_ignore_ascii_case("name") && above.names_somebody();
        if !names && first.key != above.key {
            return None;
        }
        let next =
            self.hits[stretch.line].iter().find(|hit| hit.is_sure() && hit.label.start > first.label.start);
        let end = next.map_or(text.len(), |next| next.label.start);
        stretch.range = first.value_from.min(end)..end;
        (!stretch.range.is_empty()).then_some(stretch)
    }

    /// Where a label's value may stand, the likeliest first.
    pub(crate) fn stretches(&self, line: usize, at: usize) -> Vec<Stretch> {
        let hit = &self.hits[line][at];
        let behind = self.behind(line, at);
        let has_words = |stretch: &Stretch| {
            self.sheet.lines[stretch.line].text[stretch.range.clone()].chars().any(char::is_alphanumeric)
        };
        let caption = || hit.cell_full && !hit.colon && (self.is_heading_row(line) || self.is_caption(line));
        if has_words(&behind) && !caption() {
            let cell = self.cell_behind(line, at);
            return if cell == behind { vec![cell] } else { vec![cell, behind] };
        }
        match () {
            () if !hit.cell_full => Vec::new(),
            () if !hit.colon && self.is_caption(line) => self.above(line, at).into_iter().collect(),
            () => self.below(line, at, 2),
        }
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

    /// Whether anything that is no label stands behind a label on its line.
    pub(crate) fn has_value(&self, line: usize, hit: &Hit) -> bool {
        let text = &self.sheet.lines[line].text;
        let next = self.hits[line].iter().find(|next| next.is_sure() && next.label.start > hit.label.start);
        let end = next.map_or(text.len(), |next| next.label.start);
        text.get(hit.value_from.min(end)..end).unwrap_or_default().chars().any(char::is_alphanumeric)
    }

    /// The text of a stretch.
    pub(crate) fn text(&self, stretch: &Stretch) -> &str {
        &self.sheet.lines[stretch.line].text[stretch.range.clone()]
    }
}
