//! Plain words of an order by which it is not the first one of its treatment, and the day the treatment began. Line by
//! line, so that the heading of a table says nothing of its rows.

use super::{Pattern, flag};
use crate::dates::find_date;
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

/// A device of this treatment.
const DEVICE: &str = r"(?:(?:a-?|bi-?|c-?|v-?)?pap|bi-?level|e0601|e0470)";

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&text.replace("DEVICE", DEVICE)).ok()
}

static CONTINUATION: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:order\s+type|type\s+of\s+order|reason(?:\s+for\s+order)?|request(?:\s+type)?)\s*[:\-]?\s*(?:continu(?:ation|ed)|renewal|recert\w*)\b",
        r"|\bcontinued\s+(?:coverage|medical\s+necessity|medical\s+need|need\s+(?:for|of)\s+(?:the\s+)?DEVICE)\b|\bcontinuation\s+of\s+(?:DEVICE|(?:positive\s+airway\s+)?(?:pressure\s+)?therapy)\b|\brecertification\b|\b(?:month|months)\s+4\s*(?:-|to|through|\+)",
    ))
});
static REPLACEMENT: Pattern = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\breplacement\s+(?:of\s+)?(?:the\s+|a\s+|patient'?s\s+|existing\s+|current\s+)?DEVICE\s+(?:device|machine|unit)\b|\breplace\s+(?:the\s+|existing\s+|current\s+|patient'?s\s+)?(?:lost|stolen|broken|damaged|worn|old)?\s*DEVICE\s+(?:device|machine|unit)\b",
        r"|\breasonable\s+useful\s+lifetime\b|\border\s+type\s*[:\-]?\s*replacement\b|\breason(?:\s+for\s+order)?\s*[:\-]?\s*replacement\b",
    ))
});
static REQUALIFICATION: Pattern = LazyLock::new(|| {
    pattern(r"(?i)\bre-?qualif(?:y|ication|ying)\b|\bafter\s+(?:a\s+)?failed\s+(?:\w+\s+){0,3}trial\b")
});
static ENTERING: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:new|newly\s+enrolled|transition(?:ed|ing)?|recently\s+enrolled|entering|switch(?:ed|ing))\s+(?:to|in|into|on)?\s*(?:fee[\s-]for[\s-]service\s+|traditional\s+|ffs\s+)?medicare\b[^.\n]{0,60}?\b(?:DEVICE|device)\b",
    )
});
static SWITCH: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:switch(?:ed|ing)?|chang(?:e|ed|ing))\s+from\s+(?:a-?|c-?)?pap\s+to\s+(?:bi-?pap|bi-?level)\b",
    )
});
static LOST: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:lost|stolen|theft|irreparabl[ye]|damaged\s+beyond\s+repair|destroyed\s+(?:in|by)|beyond\s+repair)\b",
    )
});
static START: Pattern = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:therapy|treatment|DEVICE|device)\s+(?:start(?:ed)?|set-?up|setup|initiat(?:ed|ion))(?:\s+(?:date|on))?|(?:set-?up|setup)\s+date|date\s+of\s+(?:initial\s+)?(?:set-?up|setup)|started\s+(?:on\s+)?DEVICE\s+(?:therapy\s+)?on)\s*:?\s*",
    )
});

/// What an order says of its course.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let told: [(&str, &Pattern); 5] = [
        ("course.continuation", &CONTINUATION),
        ("course.replacement", &REPLACEMENT),
        ("course.requalification", &REQUALIFICATION),
        ("course.entering_medicare", &ENTERING),
        ("course.switch", &SWITCH),
    ];
    let mut fields: Vec<Field> =
        told.iter().filter_map(|(name, pattern)| flag(view, name, pattern)).collect();
    if fields.iter().any(|field| field.name == "course.replacement") {
        fields.extend(flag(view, "replacement.lost", &LOST));
    }
    fields
}

/// The day the treatment began, behind words that say so.
pub(super) fn therapy_start(view: &DocView<'_>) -> Option<Field> {
    view.pattern(&START).into_iter().find_map(|found| {
        let after = view.line(found.page, found.line).get(found.at.end..)?;
        let (day, range) = find_date(after, false).filter(|(_, range)| range.start <= 3)?;
        let quote = found.quote.start..found.at.end + range.end;
        let place = Found {
            value: (),
            at: quote.clone(),
            quote,
            page: found.page,
            line: found.line,
            confidence: 0.9,
        };
        view.field("therapy_start", FieldValue::Date(day), None, &place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    fn told(text: &str) -> Vec<String> {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let view = DocView { pages: &pages };
        let mut fields = fields(&view);
        fields.extend(therapy_start(&view));
        fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect()
    }

    #[test]
    fn an_order_says_its_course_in_plain_words_or_is_a_first_one() {
        for pattern in [&CONTINUATION, &REPLACEMENT, &REQUALIFICATION, &ENTERING, &SWITCH, &LOST, &START] {
            assert!(pattern.is_some(), "it compiles");
        }
        for (text, wanted) in [
            ("Order type: Continuation", &["course.continuation=yes"][..]),
            ("Continued coverage of CPAP is requested.", &["course.continuation=yes"]),
            (
                "Replacement CPAP device, stolen in a burglary",
                &["course.replacement=yes", "replacement.lost=yes"],
            ),
            ("Re-qualification after a failed CPAP trial", &["course.requalification=yes"]),
            ("Patient transitioning to Medicare with her CPAP device", &["course.entering_medicare=yes"]),
            ("Changed from CPAP to BiPAP", &["course.switch=yes"]),
            ("CPAP setup date: 01/10/2026", &["therapy_start=2026-01-10"]),
            // A first order.
            ("HCPCS  Description  Qty  Replacement\nE0601  CPAP device  1", &[]),
            ("A7033 Replacement nasal pillows, pair   2 per month", &[]),
            ("Continuous use? Yes", &[]),
            ("CORRECTED ORDER - replaces order 1234", &[]),
            ("CPAP, auto 5-15 cmH2O. Length of need 99 months", &[]),
        ] {
            assert_eq!(told(text), wanted, "{text}");
        }
    }
}
