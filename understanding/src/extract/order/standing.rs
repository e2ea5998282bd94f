//! Whether an order is in force: what its status and its text say of cancelling, replacing and correcting.
//!
//! Who replaces whom is told by the verb: *replaces, supersedes, corrects* speak of the order in hand as the newer one,
//! *replaced by, superseded* as the older one. Equipment is replaced too, so the thing replaced must be an order.

use crate::dates::find_date;
use crate::find::{DocView, Found, id_word};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What may stand between a verb and the order it is about.
macro_rules! an_order {
    () => {
        r"(?:the|this|any|my|our|a|an)?\s*(?:patient(?:'s)?\s+)?(?:previous(?:ly)?|prior|earlier|original|old|initial|first|above|signed|written|dme|cpap|pap|bipap|bilevel|oxygen|equipment|supply|[\s\-])*\s*(?:orders?|prescriptions?|rx|swo|requisitions?)\b"
    };
}

/// The order in hand is the newer one.
static REPLACES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:replac(?:es|ing)|supersed(?:es|ing)|correct(?:s|ing)|amend(?:s|ing)|(?:in\s+place|instead)\s+of|(?:correction|amendment|addendum|replacement)\s+(?:to|of|for)|correct(?:ed|ion)\s+(?:version|copy)\s+of|revis(?:es|ion\s+of))\s+",
        an_order!(),
        r"|\b(?:previous|prior|earlier|original|old|first)\s+(?:\w+\s+){0,2}(?:order|prescription|rx|swo)\b[^.;]{0,60}\b(?:discontinued|cancell?ed|superseded|void(?:ed)?|replaced)\b",
        r"|\b(?:discontinue|cancel|void|disregard)\s+(?:the\s+)?(?:previous|prior|earlier|original|old)\b",
        r"|\b(?:replaces|supersedes|corrects)\s*(?:order|rx)?\s*(?:no\.?|number|id|#)?\s*:?\s*#?\s*(?P<id>[A-Z]{0,5}-?\d[\w\-]{2,})",
    ))
    .ok()
});
/// A title that says so without naming the other order.
static CORRECTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:corrected|amended|revised|replacement)\s+(?:(?:standard|detailed|written|dme|cpap|pap|bipap|oxygen|equipment|supply|home|medical|durable)\s+){0,4}(?:orders?|prescription|rx|swo|requisition)\b|\border\s*[-:(]\s*(?:corrected|amended|revised)\b|^\W*(?:corrected|amended|revised)\W*(?:copy|version)?\W*$").ok()
});
/// The order in hand is the older one.
static REPLACED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:replaced|superseded|corrected|reordered|re-ordered)\s+(?:by|with|on|as|under|in)\b|\bsuperseded\b|\b(?:has|have|was|is|been)\s+(?:been\s+)?(?:replaced|corrected|reordered)\b|\bno\s+longer\s+(?:valid|active|in\s+(?:force|effect))\b|\bsee\s+(?:the\s+)?(?:corrected|new|replacement|revised)\s+(?:order|prescription|rx|swo)\b|\bdo\s+not\s+(?:fill|dispense)\b|\b(?:corrected|new|revised|replacement)\s+(?:order|prescription|rx|swo)\b[^.;]{0,24}\b(?:was|has\s+been)\s+(?:placed|written|issued|entered|sent)\b").ok()
});
static DISCONTINUED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:dis-?continued|d/c'?d|voided|void|inactive)\b").ok());
static CANCELLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bcancell?ed\b|\bcancellation\s+of\s+(?:the\s+|this\s+)?order\b|\border\s+cancellation\b|\b(?:please\s+)?cancel\s+(?:this|the)\s+order\b|\bwithdrawn\b|\brescinded\b|\brevoked\b").ok()
});
static NOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:not|no|never|none|n/a|unless|until|if|cannot|without|hasn't|isn't|wasn't)\b[^.;]{0,30}$",
    )
    .ok()
});
/// A sentence about something else than the order in hand: a visit, a test, a medicine, a payer.
static OF_SOMETHING_ELSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:appointments?|visits?|medications?|tablets?|drugs?|insurance|coverage|polic(?:y|ies)|referrals?|stud(?:y|ies)|machine|device|unit|mask|equipment)\b[^.;:]{0,24}\W*$").ok()
});

/// Reads what a document says: `order.status` (`cancelled`, `discontinued`, `superseded`), `order.corrects` (the other
/// order's number or date as printed, or `-` where it names none), `order_id`.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in view.typed(&["order_id"], id_word) {
        fields.extend(view.field("order_id", FieldValue::Text(found.value.to_uppercase()), None, &found));
    }
    for (page, line, text) in view.lines() {
        let (active, passive) = (affirmed(&REPLACES, text), affirmed(&REPLACED, text));
        // `Superseded by the corrected order` names a corrected order and is none.
        let first = |found: &Range<usize>| passive.as_ref().is_none_or(|other| found.start < other.start);
        let titled = || affirmed(&CORRECTED, text).filter(|_| passive.is_none());
        if let Some(found) = active.filter(first).or_else(titled) {
            let below = view.pages[page].sheet.line_below(line);
            let named = named(&text[found.start..]).or_else(|| {
                below.and_then(|below| named(view.line(page, below)).filter(|_| ends_open(text)))
            });
            let value = FieldValue::Text(named.unwrap_or_else(|| "-".to_owned()));
            fields.extend(view.field("order.corrects", value, None, &place(page, line, &found)));
            continue;
        }
        let statuses = [
            (passive, "superseded"),
            (affirmed(&CANCELLED, text), "cancelled"),
            (affirmed(&DISCONTINUED, text), "discontinued"),
        ];
        let said = statuses.into_iter().find_map(|(found, status)| {
            let found = found.filter(|found| is_about_the_order(view, (page, line), text, found))?;
            Some((found, status))
        });
        if let Some((found, status)) = said {
            let value = FieldValue::Text(status.to_owned());
            fields.extend(view.field("order.status", value, None, &place(page, line, &found)));
        }
    }
    fields
}

/// Whether a line speaks of another order than the one in hand, so that a date in its sentence may be that one's.
pub(super) fn speaks_of_another(text: &str) -> bool {
    affirmed(&REPLACES, text).is_some() || affirmed(&REPLACED, text).is_some()
}

fn place(page: usize, line: usize, range: &Range<usize>) -> Found<()> {
    Found { value: (), page, line, at: range.clone(), quote: range.clone(), confidence: 0.92 }
}

/// Where the words stand, if nothing before them in their sentence denies them.
fn affirmed(regex: &LazyLock<Option<Regex>>, text: &str) -> Option<Range<usize>> {
    let found = regex.as_ref()?.find(text)?;
    let before = text[..found.start()].rsplit(['.', ';']).next().unwrap_or_default();
    let denied = NOT.as_ref().is_some_and(|regex| regex.is_match(before));
    // `Replaces: none` names nothing.
    let answer = text[found.end()..].trim_start_matches([':', ' ', '#']).to_lowercase();
    let empty = ["none", "n/a", "no ", "not "].iter().any(|word| answer.starts_with(word)) || answer == "no";
    (!denied && !empty).then(|| found.range())
}

/// A status, a line that says little else, or a sentence that speaks of the order.
fn is_about_the_order(
    view: &DocView<'_>,
    (page, line): (usize, usize),
    text: &str,
    found: &Range<usize>,
) -> bool {
    /// A stamp or a heading has few words.
    const STAMP_WORDS: usize = 6;
    let hits = &view.pages[page].hits[line];
    if let Some(hit) = hits.iter().rfind(|hit| hit.is_sure() && hit.label.end <= found.start) {
        // `Discontinued: 11/05/2026` as a label is told by the words; of other labels only the status counts.
        return hit.key == "order_status"
            || hit.key == "order_id"
            || (hit.label.start..hit.value_from).contains(&found.start);
    }
    let lower = text.to_lowercase();
    let names_order =
        ["order", "prescription", " rx", "swo", "requisition"].iter().any(|word| lower.contains(word));
    let other = |text: &str| OF_SOMETHING_ELSE.as_ref().is_some_and(|regex| regex.is_match(text));
    if names_order {
        return !other(&text[..found.start]);
    }
    // A stamp says nothing else; `patient cancelled the visit` does.
    let people = ["patient", "she ", "he ", "her ", "his "].iter().any(|word| lower.contains(word));
    text.split_whitespace().count() <= STAMP_WORDS && !people && !other(&text[..found.start]) && !other(text)
}

/// The number or the date by which another order is named.
fn named(text: &str) -> Option<String> {
    static ID: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:#|\bno\.?|\bnumber|\bid|\border|\bprescription|\brx)\s*[:#]?\s*(?P<v>[A-Z]{0,5}-?\d[\w\-]{2,})").ok()
    });
    if let Some(found) = ID.as_ref().and_then(|regex| regex.captures(text)) {
        let id = &found["v"];
        if find_date(id, false).is_none() {
            return Some(id.to_uppercase());
        }
    }
    find_date(text, false).map(|(date, _)| date.to_string())
}

/// Whether a line breaks off where a number or a date must follow.
fn ends_open(text: &str) -> bool {
    let last = text.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
    ["of", "order", "dated", "from", "#", "no.", "number", "placed", "written", "on"].contains(&last.as_str())
}
