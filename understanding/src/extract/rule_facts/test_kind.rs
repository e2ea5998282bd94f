//! What kind of home test it was: its type, its channels, and whether an equipment supplier had a hand in it.

use super::Pattern;
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

static TYPE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\btype\s+(?P<v>I{1,3}V?|IV|[1-4])\b(?:\s*$|(?:\s+\w+){0,3}?\s+(?:sleep|home|portable|monitor\w*|device|study|test|hsat|hst|polysom\w*)\b)").ok()
});
static ARTERIAL_TONE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:watch-?\s?pat|peripheral\s+arterial\s+tone|arterial\s+tonometry)\b").ok()
});
static CHANNELS: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<v>\d{1,2})[\s-]?channels?\b|\bchannels?(?:\s+recorded)?\s*:?\s*(?P<w>\d{1,2})\b")
        .ok()
});
static SUPPLIER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:delivered|collected|picked\s+up|provided|shipped|dispensed)\s+by\s+(?:the\s+|a\s+)?(?:DME|HME|durable\s+medical|equipment|home\s+medical)\b").ok()
});
static NO_SUPPLIER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:device|equipment|recorder|monitor)\b.{0,40}?\b(?:dispensed|delivered|provided|picked\s+up|mailed)\s+(?:\w+\s+){0,3}?by\s+(?:the\s+)?(?:sleep\s+(?:center|centre|lab\w*|clinic)|hospital|clinic|practice)\b").ok()
});

/// What the report tells of it.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(found) = view.pattern(&ARTERIAL_TONE).into_iter().next() {
        fields.extend(view.field("test_type", FieldValue::Text("PAT".to_owned()), None, &found));
    } else if let Some(found) = view.pattern(&TYPE).into_iter().next() {
        let name = match found.value.to_uppercase().as_str() {
            "1" => "I".to_owned(),
            "2" => "II".to_owned(),
            "3" => "III".to_owned(),
            "4" => "IV".to_owned(),
            roman => roman.to_owned(),
        };
        fields.extend(view.field("test_type", FieldValue::Text(name), None, &found));
    }
    if let Some(found) = view.pattern(&CHANNELS).into_iter().next() {
        let digits: String = found.value.chars().filter(char::is_ascii_digit).collect();
        if let Ok(count) = digits.parse() {
            fields.extend(view.field("test_channels", FieldValue::Count(count), None, &found));
        }
    }
    for (pattern, by_supplier) in [(&SUPPLIER, true), (&NO_SUPPLIER, false)] {
        if let Some(found) = view.pattern(pattern).into_iter().next() {
            fields.extend(view.field("test.by_supplier", FieldValue::Flag(by_supplier), None, &found));
            break;
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    #[test]
    fn a_home_test_tells_its_kind() {
        for (text, wanted) in [
            ("Type III home sleep apnea test, 4 channels", &["test_type=III", "test_channels=4"][..]),
            ("Device: WatchPAT 300", &["test_type=PAT"]),
            ("Recorder delivered by the DME company", &["test.by_supplier=yes"]),
            ("The device was dispensed by the sleep center", &["test.by_supplier=no"]),
            ("Type 2 diabetes mellitus", &[]),
        ] {
            let page = page(1, text);
            let pages = [Labelled::of(Sheet::of(&page))];
            let read: Vec<String> = fields(&DocView { pages: &pages })
                .iter()
                .map(|field| format!("{}={}", field.name, field.value))
                .collect();
            assert_eq!(read, wanted, "{text}");
        }
    }
}
