//! The parts of a split night: what was measured before therapy and what on it, told by headings, by columns, and by
//! the words of the sentence.

use super::super::columns::heading_above;
use super::super::measure::numbers;
use crate::find::{DocView, Found};
use regex::Regex;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

static THERAPY_PART: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:titration|treatment|therapeutic|therapy|(?:c|bi)?pap)\s+(?:portion|phase|part|section|segment|half|study|data|table|results?|period)\b|\b(?:part|phase|half|portion|segment|section)\b.{0,24}\b(?:titration|treatment|therapy|(?:c|bi)pap)\b|^\W*(?:(?:c|bi)?pap\s+)?titration\W*$").ok()
});
static DIAGNOSTIC_PART: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:diagnostic|baseline)\s+(?:portion|phase|part|section|segment|half|study|data|results?|period)\b|\b(?:part|phase|half|portion|segment|section)\b.{0,24}\b(?:diagnostic|baseline)\b|^\W*(?:diagnostic|baseline)\W*$|^\W*(?:impression|summary|interpretation|conclusions?|respiratory(?:\s+\w+)?|patient\s+\w+)\W*$").ok()
});
/// Words of a sentence that put what follows on therapy, or before it; the last one counts.
static SAID: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?P<t>\b(?:during|on|with|in|under|after|at)\s+(?:the\s+)?(?:(?:c|bi)?pap|titration|treatment|therapy|therapeutic|bi-?level|optimal|final)\b|\b(?:titration|treatment|therapeutic)\s+(?:portion|phase|part|half|segment)\b|\btitrated\b)|(?P<d>\b(?:diagnostic|baseline|pre-?treatment|before\s+(?:c|bi)?pap)\b)").ok()
});
/// Therapy that is asked for, not given.
static ASKED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:recommend\w*|indicat\w*|warrant\w*|given|because|candidate|should|consider\w*|plan\w*|due\s+to|based\s+on)\b").ok()
});
static THERAPY_COLUMN: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:titrat\w*|treatment|therap\w+|(?:c|bi)?pap|bi-?level|part\s*2|on\s+pap)\b").ok()
});
static DIAGNOSTIC_COLUMN: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:diagnostic|baseline|part\s*1|pre-?\s?(?:pap|treatment))\b").ok());
static THREE_COLUMN: Pattern = LazyLock::new(|| Regex::new(r"(?i)(?:^|\D)3\s*(?:%|percent)|\b1\s?a\b").ok());
static FOUR_COLUMN: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)(?:^|\D)4\s*(?:%|percent)|\b1\s?b\b|\bcms\b|\bmedicare\b").ok());

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// One part of a split night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Diagnostic,
    Therapy,
}

/// What of a report was measured on therapy.
pub(super) struct Therapy {
    lines: Vec<(usize, usize)>,
}

impl Therapy {
    /// Reads the headings.
    pub(super) fn of(view: &DocView<'_>) -> Self {
        const HEADING_WORDS: usize = 7;
        let mut lines = Vec::new();
        let mut therapy = false;
        for (page, line, text) in view.lines() {
            let heading = text.split_whitespace().count() <= HEADING_WORDS
                && view.pages[page].sheet.lines[line].cells.len() == 1;
            if heading && is(&DIAGNOSTIC_PART, text) {
                therapy = false;
            } else if heading && is(&THERAPY_PART, text) {
                therapy = true;
            }
            if therapy {
                lines.push((page, line));
            }
        }
        Self { lines }
    }

    /// Whether a value stands in that part, or its sentence says that it was measured on therapy.
    pub(super) fn holds<T>(&self, view: &DocView<'_>, found: &Found<T>) -> bool {
        match said(view, found) {
            Some(part) => part == Part::Therapy,
            None => self.lines.contains(&(found.page, found.line)),
        }
    }
}

/// What the words before a value in its sentence say.
fn said<T>(view: &DocView<'_>, found: &Found<T>) -> Option<Part> {
    let sheet = &view.pages.get(found.page)?.sheet;
    let row = sheet.lines.get(found.line)?;
    let before = row.text.get(..found.quote.start)?;
    let own = after_last_end(before);
    // The sentence may begin on the line above.
    let above = sheet.spoken().map(|(index, _)| index).take_while(|index| *index < found.line).last();
    let begins_above = own.len() == before.len() && row.cells.len() == 1;
    let above = above.filter(|_| begins_above).map(|above| &sheet.lines[above]);
    let above = above.filter(|line| line.cells.len() == 1 && line.words_count() > 6);
    let text = format!("{} {own}", above.map_or("", |line| after_last_end(&line.text)));
    let last = SAID.as_ref()?.captures_iter(&text).last()?;
    if last.name("d").is_some() {
        return Some(Part::Diagnostic);
    }
    let end = last.get(0)?.end();
    (!is(&ASKED, &text[end..])).then_some(Part::Therapy)
}

pub(super) fn after_last_end(text: &str) -> &str {
    let mut start = 0;
    for (index, c) in text.char_indices() {
        let ends = c == ';' || (c == '.' && text[index + 1..].starts_with(' '));
        if ends {
            start = index + 1;
        }
    }
    &text[start..]
}

/// The values of a label's row by their columns, where the headings above tell parts of the night or scoring rules
/// apart; empty of any other row.
pub(super) fn columns(view: &DocView<'_>, found: &Found<f64>) -> Vec<(Found<f64>, Option<Part>, Option<u8>)> {
    /// Indices above this are misreadings, per hour.
    const INDEX_MAX: f64 = 200.0;
    let text = view.line(found.page, found.line);
    let mut values = Vec::new();
    for (value, range, _, percent) in numbers(text) {
        if range.start < found.at.start || percent || value > INDEX_MAX {
            continue;
        }
        let Some(head) = heading_above(view, (found.page, found.line), &range) else { continue };
        let part = match (is(&DIAGNOSTIC_COLUMN, &head), is(&THERAPY_COLUMN, &head)) {
            (true, _) => Some(Part::Diagnostic),
            (false, true) => Some(Part::Therapy),
            (false, false) => None,
        };
        let rule = match (is(&FOUR_COLUMN, &head), is(&THREE_COLUMN, &head)) {
            (true, false) => Some(4),
            (false, true) => Some(3),
            _ => None,
        };
        if part.is_some() || rule.is_some() {
            let quote = found.quote.start.min(range.start)..range.end;
            let place = Found { value, quote, at: range, ..found.clone() };
            values.push((place, part, rule));
        }
    }
    values
}

static INDEX_COLUMN: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\bindex\b|/\s*h(?:r|our)?\b|\bper\s+h(?:ou)?r\b").ok());
static WHOLE_COLUMN: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:total|all(?:\s+night)?|overall|whole\s+night|sleep|tst|result|value)\b").ok()
});
static OTHER_COLUMN: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*#|\bno\.?\s*$|\b(?:count|number|events|rem|n-?rem|non-?\s?rem|supine|prone|left|right|lateral|side|upright|mean|max|min|minutes|duration|time|longest|normal|reference|range)\b",
    )
    .ok()
});

static COUNT_COLUMN: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:#|no\.?|count|number|events|total\s+(?:no\.?|number|events))\W*$").ok()
});

/// The count of events in an index's row, where one heading says count and another says index.
pub(super) fn count_beside(view: &DocView<'_>, found: &Found<f64>) -> Option<Found<f64>> {
    whole_night(view, found)??;
    let text = view.line(found.page, found.line);
    numbers(text).into_iter().find_map(|(value, range, whole, percent)| {
        if range.start < found.quote.end.min(found.at.start) || !whole || percent {
            return None;
        }
        let head = heading_above(view, (found.page, found.line), &range)?;
        let quote = found.quote.start.min(range.start)..range.end;
        is(&COUNT_COLUMN, &head).then(|| Found { value, quote, at: range, ..found.clone() })
    })
}

/// The number of a label's row that is the index of the whole night, where headings above tell counts, stages and
/// positions apart; `None` where no heading does, or there is no choice. Inside, `None` if the row holds no such number.
pub(super) fn whole_night(view: &DocView<'_>, found: &Found<f64>) -> Option<Option<Found<f64>>> {
    let text = view.line(found.page, found.line);
    let mut told = false;
    let mut best: Option<(u8, Found<f64>)> = None;
    let row: Vec<_> = numbers(text)
        .into_iter()
        .filter(|(_, range, _, percent)| range.start >= found.at.start && !percent)
        .collect();
    // A lone number may stand under another column's heading.
    if row.len() < 2 {
        return None;
    }
    for (value, range, ..) in row {
        let Some(head) = heading_above(view, (found.page, found.line), &range) else { continue };
        let rank = match () {
            () if is(&OTHER_COLUMN, &head) && !is(&INDEX_COLUMN, &head) => 0,
            () if is(&INDEX_COLUMN, &head) => 2,
            () if is(&WHOLE_COLUMN, &head) => 1,
            () => continue,
        };
        told = true;
        if rank > best.as_ref().map_or(0, |(rank, _)| *rank) {
            let quote = found.quote.start.min(range.start)..range.end;
            best = Some((rank, Found { value, quote, at: range, ..found.clone() }));
        }
    }
    told.then(|| best.map(|(_, found)| found))
}
