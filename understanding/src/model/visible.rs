//! What a person sees of a document, as lines, and where a quote stands in it. Text that nobody sees is in no page's
//! words, so no quote of it is ever found.

use crate::find::DocView;
use domain::parser::Evidence;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A quote runs over at most so many lines.
const LINES_MAX: usize = 3;
/// Characters of a quote; a longer one says too many things.
const QUOTE_CHARS: std::ops::RangeInclusive<usize> = 2..=240;
/// Words before a quote on its line that may tell what it is not.
const WORDS_BEFORE: usize = 4;

/// The lines of one page that say something; fax headers, page numbers and print stamps are none of them.
pub(crate) struct VisiblePage<'a> {
    /// Index into the document's pages.
    index: usize,
    /// Number in the packet.
    pub(crate) number: u32,
    pub(crate) lines: Vec<(usize, &'a str)>,
    /// All lines, joined by single spaces.
    text: String,
    /// Where each line begins in it.
    starts: Vec<usize>,
}

/// A quote as it stands on a page.
pub(crate) struct Placed {
    /// Its words, joined by single spaces.
    pub(crate) text: String,
    /// The words just before it on its line.
    pub(crate) before: String,
    pub(crate) evidence: Evidence,
    /// Mean confidence of its words.
    pub(crate) seen: f32,
}

/// The pages of a document.
pub(crate) fn pages<'a>(view: &DocView<'a>) -> Vec<VisiblePage<'a>> {
    let page = |(index, labelled): (usize, &'a crate::labels::Labelled<'a>)| {
        let lines: Vec<(usize, &str)> =
            labelled.sheet.spoken().map(|(line, row)| (line, row.text.as_str())).collect();
        let (mut text, mut starts) = (String::new(), Vec::new());
        for (_, line) in &lines {
            if !text.is_empty() {
                text.push(' ');
            }
            starts.push(text.len());
            text.push_str(line);
        }
        VisiblePage { index, number: labelled.sheet.page.page, lines, text, starts }
    };
    view.pages.iter().enumerate().map(page).collect()
}

/// Text on the page itself that speaks to a machine instead of a reader. No place on such a page counts: what the model
/// took from it may be what it was told to take.
static TO_MACHINES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior|schema|system)",
        r"|\b(?:system|developer|hidden)\s+(?:prompt|instructions?|message|override)\b",
        r"|\b(?:language\s+model|large\s+model|chat\s?gpt|\bgpt-?\d|\bllms?\b|a\.?i\.?\s+(?:model|assistant|system|reader|agent)|(?:dear|attention|note\s+to(?:\s+the)?|instructions?\s+(?:to|for)(?:\s+the)?)\s+(?:ai|assistant|model|parser|bot))\b",
        r"|<\|?/?(?:im_start|im_end|system|assistant|user|endoftext)\|?>|\[/?(?:inst|system)\]|<<sys>>|###\s*(?:system|instruction|assistant|user)",
        r#"|"?\b(?:role|found|field|quote|tool_calls?|function_call)"?\s*:\s*["\[{]"#,
        r"|^\s*(?:system|assistant|developer)\s*:|\b(?:respond|reply|answer)\s+(?:only\s+)?(?:with|in)\s+(?:the\s+)?(?:following|json)",
        r"|\byou\s+(?:are|must|will|should)\s+(?:now\s+)?(?:an?\s+)?(?:ai|assistant|answer|output|respond|extract|classify)\b",
    ))
    .ok()
});

impl VisiblePage<'_> {
    /// Whether a line of the page, or two together, speaks to a machine.
    pub(crate) fn speaks_to_machines(&self) -> bool {
        let Some(regex) = TO_MACHINES.as_ref() else { return true };
        let pairs = self.lines.windows(2).map(|pair| format!("{} {}", pair[0].1, pair[1].1));
        self.lines.iter().any(|(_, line)| regex.is_match(line))
            || pairs.into_iter().any(|pair| regex.is_match(&pair))
    }

    /// Where a quote stands, letter by letter but for white space, as whole words.
    pub(crate) fn place(&self, view: &DocView<'_>, quote: &str) -> Option<Placed> {
        let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
        if !QUOTE_CHARS.contains(&quote.chars().count()) {
            return None;
        }
        let start = self
            .text
            .match_indices(&quote)
            .map(|(start, _)| start)
            .find(|start| self.is_whole(&(*start..start + quote.len())))?;
        let range = start..start + quote.len();
        let pieces = self.pieces(&range);
        if pieces.is_empty() || pieces.len() > LINES_MAX {
            return None;
        }
        let (evidence, seen) = self.evidence(view, &pieces)?;
        let before = &self.text[self.line_start(start)..start];
        let words: Vec<&str> = before.split_whitespace().collect();
        let before = words[words.len().saturating_sub(WORDS_BEFORE)..].join(" ");
        Some(Placed { text: quote, before, evidence, seen })
    }

    /// Whether no word is cut: a part of a number or of a code is another number or code.
    fn is_whole(&self, range: &Range<usize>) -> bool {
        let before = self.text[..range.start].chars().next_back();
        let mut after = self.text[range.end..].chars();
        let (next, second) = (after.next(), after.next());
        let begins =
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '\'' | ':' | ';'));
        let ends = match next {
            None => true,
            Some(c) if c.is_whitespace() => true,
            Some('.' | ',' | ';' | ':' | ')' | ']' | '"' | '\'') => {
                second.is_none_or(|c| c.is_whitespace() || !c.is_alphanumeric())
            }
            Some(_) => false,
        };
        begins && ends
    }

    fn line_start(&self, at: usize) -> usize {
        self.starts.iter().rev().find(|start| **start <= at).copied().unwrap_or(0)
    }

    /// The range as parts of lines.
    fn pieces(&self, range: &Range<usize>) -> Vec<(usize, Range<usize>)> {
        let parts = self.lines.iter().zip(&self.starts).filter_map(|((line, text), start)| {
            let from = range.start.max(*start);
            let to = range.end.min(start + text.len());
            (from < to).then(|| (*line, from - start..to - start))
        });
        parts.collect()
    }

    fn evidence(&self, view: &DocView<'_>, pieces: &[(usize, Range<usize>)]) -> Option<(Evidence, f32)> {
        let sheet = &view.pages.get(self.index)?.sheet;
        let mut found = Vec::new();
        for (line, range) in pieces {
            found.push(sheet.evidence(*line, range)?);
        }
        let seen = found.iter().map(|(_, seen)| *seen).sum::<f32>() / found.len() as f32;
        let quote = found.iter().map(|(evidence, _)| evidence.quote.as_str()).collect::<Vec<_>>().join(" ");
        let first = found.first()?.0.bbox;
        let bbox = found.iter().fold(first, |a, (evidence, _)| {
            let b = evidence.bbox;
            [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
        });
        Some((Evidence { page: self.number, bbox, quote }, seen))
    }
}
