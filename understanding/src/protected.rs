//! Records that must not be passed on: substance-use treatment under 42 CFR Part 2, told by the notice that prohibits
//! re-disclosure or by the programme the record comes from, and psychotherapy notes, told by type or title; never by a
//! word in a history.

mod listed;

pub(crate) use listed::{Kind, Protection};

use crate::find::{DocView, Found};
use crate::knowledge::KeepLists;
use domain::parser::{Document, DocumentClass, Field, FieldValue};
use domain::patient_scraper::ListedDocument;
use regex::Regex;
use std::sync::LazyLock;

/// The field that marks such a document; its quote is the notice.
pub(crate) const NOTICE: &str = "part2_notice";

type Pattern = LazyLock<Option<Regex>>;

/// The rule's own name.
static CITED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b42\s*c\s?\.?\s?f\s?\.?\s?r\s?\.?\s*,?\s*(?:\(?\s*part\s*2\b|§+\s*2\.\d|pt\.?\s*2\b)|\b42\s+code\s+of\s+federal\s+regulations\s*,?\s*part\s*2\b|\bpart\s*2\s+of\s+(?:title\s+)?42\b").ok()
});
/// What the notice forbids.
static FORBIDS: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\bprohibit\w*\b.{0,80}\bdisclos|\bre-?\s?disclos|\b(?:further|unauthori[sz]ed)\s+(?:use\s+or\s+)?disclos|\bdisclosed\s+to\s+you\s+from\s+records\b|\brestrict\w*\s+any\s+use\b").ok()
});
/// The notice without its rule's name.
static WORDED: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\bfederal\s+(?:confidentiality\s+)?(?:rules?|law|regulations?)\b.{0,60}\bprohibit\w*\b.{0,80}\b(?:further\s+)?disclosure\b.{0,220}\b(?:substance\s+(?:use|abuse)|alcohol|drug)\b",
        r"|\b(?:substance\s+(?:use|abuse)(?:\s+disorder)?|alcohol\s+(?:or|and)\s+drug(?:\s+abuse)?)\s+(?:patient\s+|treatment\s+)?records?\b.{0,160}\bprohibit\w*\b.{0,80}\bdisclos",
        r"|\brestrict\w*\s+any\s+use\s+of\s+(?:the|this)\s+information\s+to\s+(?:criminally\s+)?investigate\s+or\s+prosecute\b",
    ))
    .ok()
});
/// The record says that it is none, or speaks of what others may hold.
static DENIED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:not|isn't|aren't|neither|no)\b[^.]{0,50}$|\bmay\s+(?:also\s+)?(?:contain|include)\b[^.]{0,80}$|\bif\b[^.]{0,80}$").ok()
});
/// A programme that treats substance use, as a letterhead or a title names it.
static PROGRAMME: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:substance\s+(?:use|abuse)(?:\s+disorders?)?|addiction(?:\s+medicine)?|chemical\s+dependency|opioid(?:\s+use\s+disorder)?|methadone(?:\s+maintenance)?|suboxone|alcohol\s+(?:and|&)\s+(?:other\s+)?drugs?(?:\s+abuse)?|drug\s+(?:and|&)\s+alcohol|detox(?:ification)?)\s+",
        r"(?:(?:treatment|recovery|outpatient|inpatient|residential|intensive|rehabilitation|counseling|services?)\s+){0,3}",
        r"(?:program(?:me)?|clinic|center|centre|services?|unit|facility|treatment)\b",
    ))
    .ok()
});

/// Words around a citation in which the prohibition stands, in characters.
const NEAR: usize = 500;
/// Lines of a first page in which a programme names itself.
const HEAD_LINES: usize = 6;
/// A letterhead or title has at most so many words.
const HEAD_WORDS: usize = 9;

/// What a document is, by the notice on its pages, else by what the chart calls it or its own heading.
pub(crate) fn protection(
    view: &DocView<'_>,
    document: &Document,
    listed: Option<&ListedDocument>,
    lists: &KeepLists,
) -> Option<Protection> {
    if document.field(NOTICE).is_some() {
        let by = "the notice or programme on its pages";
        return Some(Protection { kind: Kind::SubstanceUse, certain: true, by });
    }
    listed::by_name(view, listed, lists)
}

/// The mark of such a document, with the words that make it one.
pub(crate) fn notice(view: &DocView<'_>, class: DocumentClass) -> Option<Field> {
    (0..view.pages.len()).find_map(|page| on_page(view, page, class)).or_else(|| programme(view))
}

fn on_page(view: &DocView<'_>, page: usize, class: DocumentClass) -> Option<Field> {
    // The joined text of the page, and the byte at which each of its lines begins.
    let mut text = String::new();
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (line, row) in view.pages[page].sheet.lines.iter().enumerate().filter(|(_, row)| row.seam.is_none()) {
        starts.push((text.len(), line));
        text.push_str(&row.text);
        text.push(' ');
    }
    let cited = CITED.iter().flat_map(|regex| regex.find_iter(&text)).find(|found| {
        let denied = DENIED.as_ref().is_some_and(|regex| regex.is_match(&text[..found.start()]));
        !denied && FORBIDS.as_ref().is_some_and(|regex| regex.is_match(around(&text, found.range())))
    });
    // A fax cover speaks of what its fax may hold.
    let worded = || {
        WORDED.as_ref()?.find_iter(&text).find(|found| {
            let denied = DENIED.as_ref().is_some_and(|regex| regex.is_match(&text[..found.start()]));
            !denied && class != DocumentClass::CoverSheet
        })
    };
    let found = cited.filter(|_| class != DocumentClass::CoverSheet).or_else(worded)?;
    let (start, line) = starts.iter().rev().find(|(start, _)| *start <= found.start()).copied()?;
    let length = view.line(page, line).len();
    let quote = found.start() - start..(found.end() - start).min(length);
    mark(view, page, line, quote, 0.95)
}

fn around(text: &str, range: std::ops::Range<usize>) -> &str {
    let mut start = range.start.saturating_sub(NEAR);
    let mut end = (range.end + NEAR).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    &text[start..end]
}

/// A letterhead or title that names a programme.
fn programme(view: &DocView<'_>) -> Option<Field> {
    let head = view.lines().filter(|(page, ..)| *page == 0).take(HEAD_LINES);
    for (page, line, text) in head.filter(|(_, _, text)| is_title(text)) {
        if let Some(found) = PROGRAMME.as_ref().and_then(|regex| regex.find(text)) {
            return mark(view, page, line, found.range(), 0.9);
        }
    }
    None
}

/// Whether a line can be a title or a letterhead: few words, each longer one with a capital, no label, no sentence.
fn is_title(text: &str) -> bool {
    /// Shorter words (of, and, the) stand small in titles.
    const LONG: usize = 4;
    let plain = !text.contains([':', ',']) && !text.trim_end().ends_with('.');
    let small = |word: &str| word.chars().count() >= LONG && word.starts_with(char::is_lowercase);
    plain && text.split_whitespace().count() <= HEAD_WORDS && !text.split_whitespace().any(small)
}

fn mark(
    view: &DocView<'_>,
    page: usize,
    line: usize,
    quote: std::ops::Range<usize>,
    confidence: f32,
) -> Option<Field> {
    let found = Found { value: (), page, line, at: quote.clone(), quote, confidence };
    view.field(NOTICE, FieldValue::Flag(true), None, &found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    #[test]
    fn the_notice_marks_a_record_and_a_word_in_a_history_does_not() {
        for (text, marked) in [
            (
                "Progress note\nThis information has been disclosed to you from records protected by federal\nconfidentiality rules (42 CFR part 2). The federal rules prohibit you from making any\nfurther disclosure of this record unless expressly permitted by written consent.",
                true,
            ),
            ("42 CFR part 2 prohibits unauthorized disclosure of these records.", true),
            ("42 C.F.R. Part 2 prohibits unauthorized use or disclosure of these records.", true),
            ("Federal law prohibits any further disclosure of these substance use disorder records.", true),
            (
                "The federal rules restrict any use of the information to criminally investigate or\nprosecute any patient.",
                true,
            ),
            ("RIVERSIDE OPIOID TREATMENT PROGRAM\nProgress note\nPatient doing well.", true),
            ("Hope Addiction Recovery Center\nCounseling note", true),
            ("History of alcohol abuse and opioid use disorder, sober since 2019.", false),
            ("Past history: attended a substance use treatment program in 2015.", false),
            ("Social history: former drug use. Denies alcohol.", false),
            ("This record is not subject to 42 CFR Part 2; redisclosure is prohibited by HIPAA.", false),
            ("Confidentiality notice: any further disclosure of this fax is prohibited.", false),
            ("Records may contain information protected by 42 CFR Part 2 and its redisclosure rule.", false),
            ("Patient signed the 42 CFR Part 2 consent form.", false),
        ] {
            let page = page(1, text);
            let pages = [Labelled::of(Sheet::of(&page))];
            let found = notice(&DocView { pages: &pages }, DocumentClass::OfficeNote);
            assert_eq!(found.is_some(), marked, "{text}");
            assert!(found.is_none_or(|field| !field.evidence.quote.is_empty()));
        }
    }
}
