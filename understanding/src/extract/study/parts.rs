//! The parts of a split night: what was measured before therapy and what on it, told by headings, by columns, and by
//! the words of the sentence.

use crate::find::{DocView, Found};
use regex::Regex;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

static THERAPY_PART: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:titration|treatment|therapeutic|therapy|(?:c|bi)?pap)\s+(?:portion|phase|part|section|segment|half|study|data|table|results?|period)\b|\b(?:part|phase|half|portion|segment|section)\b.{0,24}\b(?:titration|treatment|therapy|(?:c|bi)pap)\b|^\W*(?:(?:c|bi)?pap\s+)?titration\W*$|^\W*(?:(?:c|bi)?pap|treatment|therapy|with\s+(?:c|bi)?pap|on\s+(?:c|bi)?pap)[^a-z]*$|^\W*(?:under|with|on|during)\s+(?:treatment|therapy|pressure)\b").ok()
});
static DIAGNOSTIC_PART: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:diagnostic|baseline)\s+(?:portion|phase|part|section|segment|half|study|data|results?|period)\b|\b(?:part|phase|half|portion|segment|section)\b.{0,24}\b(?:diagnostic|baseline)\b|^\W*(?:before|without|prior\s+to)\s+(?:treatment|therapy|pressure)\b|^\W*(?:diagnostic|baseline|without\s+(?:c|bi)?pap|before\s+(?:c|bi)?pap)[^a-z]*$|^\W*(?:impression|summary|interpretation|conclusions?|respiratory(?:\s+\w+)?|patient\s+\w+)\W*$").ok()
});
/// Words of a sentence that put what follows on therapy, or before it; the last one counts.
static SAID: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?P<t>\b(?:during|on|with|in|under|after|at)\s+(?:the\s+)?(?:(?:c|bi)?pap|titration|treatment|therapy|therapeutic|bi-?level|optimal|final)\b|\b(?:titration|treatment|therapeutic)\s+(?:portion|phase|part|half|segment)\b|\btitrated\b|\b(?:c|bi|a)?pap\s*(?:of|at|=|:)?\s*\d|\bipap\b|\bbi-?level\s+(?:of\s+)?\d)|(?P<d>\b(?:diagnostic|baseline|pre-?treatment|before\s+(?:c|bi)?pap)\b)").ok()
});
/// Therapy that is asked for, not given.
static ASKED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:recommend\w*|indicat\w*|warrant\w*|given|because|candidate|should|consider\w*|plan\w*|due\s+to|based\s+on)\b").ok()
});

/// Therapy that did not work: what is left of the index is no result.
static FAILURE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:ineffective|inadequate\w*|unsuccessful\w*|fail(?:ed|ure|s)?|persist\w*|did\s+not|could\s+not|was\s+not|were\s+not|not\s+(?:effective|controlled|adequate\w*|eliminated|corrected|tolerated)|remained\s+elevated|suboptimal|switched|changed\s+to|despite)\b").ok()
});

/// Whether a text says that therapy did not work.
pub(super) fn tells_of_failure(text: &str) -> bool {
    is(&FAILURE, text)
}

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// One part of a split night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
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
        const HEADING_WORDS: usize = 9;
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

fn after_last_end(text: &str) -> &str {
    let mut start = 0;
    for (index, c) in text.char_indices() {
        let ends = c == ';' || (c == '.' && text[index + 1..].starts_with(' '));
        if ends {
            start = index + 1;
        }
    }
    &text[start..]
}
