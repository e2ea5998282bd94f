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
/// Words by which hypopneas were scored by the 3 % rule, which Medicare does not take …
static THREE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:hypopn\w*|p?AHI|REI|RDI|A\s?\+\s?H|apn(?:o?)ea\w*)\b[^.;]{0,80}?\b3\s?%|\b3\s?%[^.;]{0,50}?\b(?:hypopn\w*|arousals?)|\brule\s+1A\b|\b1A\s+(?:rule|criteri\w*|hypopn\w*)|\(1A\)|\brecommended\s+(?:rule|criteri\w*|definition|hypopn\w*|scoring)|\bdesat\w*\s+or\s+(?:an?\s+)?(?:eeg\s+)?arousal").ok()
});
/// … and by the 4 % rule, which it does.
static FOUR: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:hypopn\w*|p?AHI|REI|RDI|A\s?\+\s?H|apn(?:o?)ea\w*|CMS|medicare)\b[^.;]{0,80}?\b4\s?%|\b4\s?%[^.;]{0,50}?\bhypopn\w*|\b(?:rule\s+)?1B\b|\bacceptable\s+(?:rule|criteri\w*|definition|hypopn\w*|scoring)|\b(?:CMS|medicare)\s+(?:rule|criteri\w*|definition|scoring|hypopn\w*)").ok()
});
/// What of them stands on one line where the words are broken over two.
static THREE_SHORT: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b3\s?%|\b1A\b|\brecommended\b|\barousal\b").ok());
static FOUR_SHORT: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b4\s?%|\b1B\b|\bacceptable\b|\bCMS\b|\bmedicare\b").ok());
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
    fields.extend(hypopnea_rule(view));
    for (pattern, by_supplier) in [(&SUPPLIER, true), (&NO_SUPPLIER, false)] {
        if let Some(found) = view.pattern(pattern).into_iter().next() {
            fields.extend(view.field("test.by_supplier", FieldValue::Flag(by_supplier), None, &found));
            break;
        }
    }
    fields
}

/// `hypopnea_3pct` where a report scores by the 3 % rule and nowhere by the 4 % rule: an index it prints without a rule is
/// then none that Medicare takes. `hypopnea_4pct` the other way round.
fn hypopnea_rule(view: &DocView<'_>) -> Option<Field> {
    let lines: Vec<&str> = view.lines().map(|(_, _, text)| text).collect();
    let text = lines.join(" ");
    let says = |pattern: &Pattern| pattern.as_ref().is_some_and(|regex| regex.is_match(&text));
    let (name, rule, short) = match (says(&THREE), says(&FOUR)) {
        (true, false) => ("hypopnea_3pct", &THREE, &THREE_SHORT),
        (false, true) => ("hypopnea_4pct", &FOUR, &FOUR_SHORT),
        _ => return None,
    };
    let shown = view.pattern(rule).into_iter().chain(view.pattern(short)).next()?;
    view.field(name, FieldValue::Flag(true), None, &shown)
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
            (
                "Hypopneas: 30% flow reduction with 3% desaturation or arousal\nAHI 22.4",
                &["hypopnea_3pct=yes"],
            ),
            ("Scored by the AASM recommended rule (1A)\nAHI 22.4", &["hypopnea_3pct=yes"]),
            ("AHI (3%) 30.1\nAHI (4%) 22.4", &[]),
            ("Hypopneas were scored with 4% desaturation. ODI 3%: 30", &["hypopnea_4pct=yes"]),
            ("Hypopneas by CMS criteria. REI 12.1", &["hypopnea_4pct=yes"]),
            ("AHI 22.4\nODI (3%): 30.2", &[]),
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
