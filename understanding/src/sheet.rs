//! A page as lines of cells: the layout every reader works on. Page furniture (fax headers, page numbers,
//! print stamps) is recognised here once and disturbs nobody further on.

use crate::text::{Token, tokens};
use domain::ocr_pool::{PageText, Word};
use domain::parser::Evidence;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A gap parts two cells if it is this many times the page's usual space between words …
const SPACES: f32 = 1.75;
/// … but never below and always above these many word heights: a page of columns has no usual space.
const CELL_GAP: std::ops::RangeInclusive<f32> = 1.0..=2.2;
/// Fax headers stand in this share of the page at top and bottom.
const MARGIN: f32 = 0.08;

/// One page.
pub(crate) struct Sheet<'a> {
    pub(crate) page: &'a PageText,
    /// The printed lines; behind them the seams, see [`Line::seam`].
    pub(crate) lines: Vec<Line>,
    /// Typical height of a word in points.
    pub(crate) height: f32,
    /// `Page K of N`, where printed.
    pub(crate) numbering: Option<(u32, u32)>,
}

/// One line: its words joined by single spaces.
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
    /// Byte ranges of runs of words without a wide gap.
    pub(crate) cells: Vec<Range<usize>>,
    /// Top and bottom in points.
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    /// Fax header, page number or print stamp.
    pub(crate) furniture: bool,
    /// Of a line of prose joined with the next one: where the next one begins. A label or value that is
    /// broken between two lines is found on their seam.
    pub(crate) seam: Option<usize>,
    words: Vec<Placed>,
}

struct Placed {
    /// Index into the page's words.
    index: usize,
    start: usize,
    end: usize,
}

static NUMBERING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:page|pages|pg|p)\b\.?\s*:?\s*(\d{1,3})\s*of\s*(\d{1,3})\b").ok());
static PRINT_STAMP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\W*(?:printed\s+(?:by|on|at|from)\b|print(?:ed)?\s*(?:date|time)?\s*:|",
        r"(?:page|pg|p)\.?\s*\d{1,3}\s*(?:of|/)\s*\d{1,3}\W*$|doc(?:ument)?\s*(?:id|no|#)?\s*[:#]?\s*\S+\s+p(?:age|g)?\.?\s*\d|",
        r"page\s*\d{1,3}\W*$|generated\s+(?:by|on)\b)"
    ))
    .ok()
});
static FAX_HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\bfax(?:ed)?\b|\bp(?:age|g)?\.?\s*\d{1,3}\s*/\s*\d{1,3}|\b\d{1,3}/\d{1,3}\s*$|",
        r"\bfrom\s*:.*\bto\s*:|\brightfax\b|\btransmi(?:t|ssion)"
    ))
    .ok()
});

impl<'a> Sheet<'a> {
    /// Lays out one page.
    pub(crate) fn of(page: &'a PageText) -> Self {
        let height = median(page.words.iter().map(|word| word.bbox[3] - word.bbox[1])).max(1.0);
        let mut rows: Vec<(u32, Vec<usize>)> = Vec::new();
        for (index, word) in page.words.iter().enumerate() {
            match rows.iter_mut().rev().take(3).find(|row| row.0 == word.line) {
                Some(row) => row.1.push(index),
                None => rows.push((word.line, vec![index])),
            }
        }
        rows.sort_by_key(|row| row.0);
        let gap = cell_gap(&page.words, height);
        let mut lines: Vec<RawLine> = Vec::new();
        for (_, mut words) in rows {
            words.retain(|index| !page.words[*index].text.trim().is_empty());
            words.sort_by(|a, b| page.words[*a].bbox[0].total_cmp(&page.words[*b].bbox[0]));
            if !words.is_empty() {
                lines.push(Line::of(&page.words, &words, gap, page.height_pt));
            }
        }
        let numbering =
            lines.iter().rev().filter(|line| !line.is_fax).find_map(|line| numbering(&line.line.text));
        let numbering = numbering.or_else(|| {
            let foot = |line: &&RawLine| line.line.top > (1.0 - MARGIN) * page.height_pt;
            lines.iter().rev().filter(foot).find_map(|line| numbering_of_foot(&line.line.text))
        });
        let mut lines: Vec<Line> = lines.into_iter().map(|line| line.line).collect();
        let seams: Vec<Line> = lines.windows(2).filter_map(|pair| seam(&pair[0], &pair[1], height)).collect();
        lines.extend(seams);
        Self { page, lines, height, numbering }
    }

    /// Lines that say something, with their index.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().enumerate().filter(|(_, line)| !line.furniture && line.seam.is_none())
    }

    /// The evidence for a byte range of a line: whole words, their boxes united, and their mean confidence.
    pub(crate) fn evidence(&self, line: usize, range: &Range<usize>) -> Option<(Evidence, f32)> {
        let line = self.lines.get(line)?;
        let words: Vec<&Word> = line
            .words
            .iter()
            .filter(|word| word.start < range.end && range.start < word.end)
            .map(|word| &self.page.words[word.index])
            .collect();
        let first = words.first()?;
        let bbox = words.iter().fold(first.bbox, |a, word| {
            let b = word.bbox;
            [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
        });
        let quote = words.iter().map(|word| word.text.trim()).collect::<Vec<_>>().join(" ");
        let confidence = words.iter().map(|word| word.confidence).sum::<f32>() / words.len() as f32;
        Some((Evidence { page: self.page.page, bbox, quote }, confidence.clamp(0.0, 1.0)))
    }

    /// Left edge in points of the word that holds a byte of a line.
    pub(crate) fn left_of(&self, line: usize, byte: usize) -> Option<f32> {
        let line = self.lines.get(line)?;
        let word = line.words.iter().find(|word| byte < word.end)?;
        Some(self.page.words[word.index].bbox[0])
    }

    /// Left and right edge in points of the words of a stretch of a line.
    pub(crate) fn span_of(&self, line: usize, range: &Range<usize>) -> Option<(f32, f32)> {
        let words = self.lines.get(line)?.words.iter();
        let mut inside = words.filter(|word| word.start < range.end && range.start < word.end).peekable();
        inside.peek()?;
        Some(inside.fold((f32::INFINITY, f32::NEG_INFINITY), |(left, right), word| {
            let bbox = self.page.words[word.index].bbox;
            (left.min(bbox[0]), right.max(bbox[2]))
        }))
    }

    /// Byte range of the words of a line whose left edge lies in `[from, to)`.
    pub(crate) fn range_between(&self, line: usize, from: f32, to: f32) -> Option<Range<usize>> {
        let line = self.lines.get(line)?;
        let inside = |word: &&Placed| {
            let left = self.page.words[word.index].bbox[0];
            left >= from && left < to
        };
        let first = line.words.iter().find(inside)?;
        let last = line.words.iter().rev().find(inside)?;
        Some(first.start..last.end)
    }

    /// The next line below that says something and is near.
    pub(crate) fn line_below(&self, line: usize) -> Option<usize> {
        if self.lines.get(line)?.seam.is_some() {
            return None;
        }
        /// In word heights; a blank line between two rows of a table is usual.
        const NEAR: f32 = 3.0;
        let bottom = self.lines.get(line)?.bottom;
        let (below, next) = self.spoken().find(|(index, _)| *index > line)?;
        (next.top - bottom < NEAR * self.height).then_some(below)
    }

    /// The line above, however far.
    pub(crate) fn line_above(&self, line: usize) -> Option<usize> {
        self.spoken().take_while(|(index, _)| *index < line).last().map(|(above, _)| above)
    }
}

/// The gap that parts two cells, in points. Typewriter spaces are as wide as a letter is high; others half that.
fn cell_gap(words: &[Word], height: f32) -> f32 {
    /// The narrower gaps of a page are its spaces.
    const LOW_SHARE: f32 = 0.3;
    let mut gaps: Vec<f32> = words
        .windows(2)
        .filter(|pair| pair[0].line == pair[1].line)
        .map(|pair| pair[1].bbox[0] - pair[0].bbox[2])
        .filter(|gap| *gap > 0.0)
        .collect();
    gaps.sort_by(f32::total_cmp);
    let usual = gaps.get((gaps.len() as f32 * LOW_SHARE) as usize).copied().unwrap_or(0.0);
    (SPACES * usual).clamp(*CELL_GAP.start() * height, *CELL_GAP.end() * height)
}

/// Two lines of prose, close together, as one line of one cell.
fn seam(first: &Line, second: &Line, height: f32) -> Option<Line> {
    const WORDS_MIN: usize = 4;
    const NEAR: f32 = 1.8;
    // Two spaces behind a full stop may look like a gap between cells.
    let runs = |line: &Line| line.words.len() >= WORDS_MIN * line.cells.len();
    let prose = runs(first) && (second.cells.len() == 1 || runs(second));
    if !prose || first.furniture || second.furniture || second.top - first.bottom > NEAR * height {
        return None;
    }
    let start = first.text.len() + 1;
    let moved =
        |word: &Placed| Placed { index: word.index, start: word.start + start, end: word.end + start };
    let kept = |word: &Placed| Placed { index: word.index, start: word.start, end: word.end };
    let text = format!("{} {}", first.text, second.text);
    Some(Line {
        tokens: tokens(&text),
        cells: std::iter::once(0..text.len()).collect(),
        top: first.top,
        bottom: second.bottom,
        furniture: false,
        seam: Some(start),
        words: first.words.iter().map(kept).chain(second.words.iter().map(moved)).collect(),
        text,
    })
}

struct RawLine {
    line: Line,
    is_fax: bool,
}

impl Line {
    fn of(all: &[Word], words: &[usize], gap: f32, page_height: f32) -> RawLine {
        let (mut text, mut placed, mut cells) = (String::new(), Vec::new(), Vec::<Range<usize>>::new());
        let mut right = f32::NEG_INFINITY;
        for index in words {
            let word = &all[*index];
            let wide = word.bbox[0] - right > gap;
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word.text.trim());
            let end = text.len();
            match cells.last_mut() {
                Some(cell) if !wide => cell.end = end,
                _ => cells.push(start..end),
            }
            placed.push(Placed { index: *index, start, end });
            right = right.max(word.bbox[2]);
        }
        let top = words.iter().map(|index| all[*index].bbox[1]).fold(f32::INFINITY, f32::min);
        let bottom = words.iter().map(|index| all[*index].bbox[3]).fold(f32::NEG_INFINITY, f32::max);
        let in_margin = bottom < MARGIN * page_height || top > (1.0 - MARGIN) * page_height;
        let matches =
            |regex: &LazyLock<Option<Regex>>| regex.as_ref().is_some_and(|regex| regex.is_match(&text));
        let tokens = tokens(&text);
        let is_fax = in_margin && matches(&FAX_HEADER) && !names_patient(&tokens);
        let furniture = is_fax
            || matches(&PRINT_STAMP)
            || (in_margin && numbering(&text).is_some() && words.len() <= 12 && !names_patient(&tokens));
        RawLine {
            line: Self { text, tokens, cells, top, bottom, furniture, seam: None, words: placed },
            is_fax,
        }
    }

    /// How many words it has.
    pub(crate) fn words_count(&self) -> usize {
        self.words.len()
    }

    /// The cell a byte stands in.
    pub(crate) fn cell_at(&self, byte: usize) -> Option<&Range<usize>> {
        self.cells.iter().find(|cell| byte < cell.end)
    }
}

/// Whether a line of plain text is a print stamp or a page number.
pub(crate) fn is_print_stamp(line: &str) -> bool {
    // Most lines are too long or begin otherwise; the pattern is dear.
    let start = line.trim_start_matches(|c: char| !c.is_alphanumeric()).get(..1).unwrap_or_default();
    matches!(start, "p" | "P" | "g" | "G" | "d" | "D")
        && PRINT_STAMP.as_ref().is_some_and(|stamp| stamp.is_match(line))
}

/// Whether a line at a page's top or bottom is what a fax machine adds.
pub(crate) fn is_fax_header(line: &str) -> bool {
    FAX_HEADER.as_ref().is_some_and(|header| header.is_match(line)) && !names_patient(&tokens(line))
}

/// A banner with the patient's identifiers is worth more than the page number beside it.
fn names_patient(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.folded.as_str(), "dob" | "mrn" | "blrth" | "birth"))
}

fn numbering(text: &str) -> Option<(u32, u32)> {
    counted(&NUMBERING.as_ref()?.captures(text)?)
}

/// `pg 1/2` in a page's foot: fax machines number at the top.
fn numbering_of_foot(text: &str) -> Option<(u32, u32)> {
    static SLASHED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\b(?:page|pg|p)\b\.?\s*:?\s*(\d{1,2})\s*/\s*(\d{1,2})\b").ok());
    let lower = text.to_lowercase();
    if ["fax", "from:", "transmi", "rcvd", "received"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    counted(&SLASHED.as_ref()?.captures(text)?)
}

/// The page and the pages of a match of two numbers.
fn counted(found: &regex::Captures<'_>) -> Option<(u32, u32)> {
    let number = |index: usize| found.get(index)?.as_str().parse::<u32>().ok();
    let (page, of) = (number(1)?, number(2)?);
    (page >= 1 && page <= of).then_some((page, of))
}

/// The middle value; 0 of none.
pub(crate) fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
