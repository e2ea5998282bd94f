//! Sleep studies and titrations. The index that counts is the diagnostic one: what was measured on therapy,
//! in one position or in one stage is never taken for it.

mod oximetry;
mod parts;
mod proof;

use super::measure::{count, count_before, minutes, number, percentage};
use super::{blood_gas, cpap_trial, signature};
use crate::dates::find_datetime;
use crate::find::{DocView, Found, is_filling};
use domain::parser::{Field, FieldValue};
use jiff::civil::{Date, DateTime};
use parts::{Part, Therapy};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Indices above this are misreadings, per hour.
const INDEX_MAX: f64 = 200.0;
/// A page's first lines, where a date without further words is the study's.
const HEAD_LINES: usize = 14;

/// A remark between the label and the number, such as `(4%)`, `(events/hour)`, `using 4% desaturation`.
static REMARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:\s*(?:[\(\[][^)\]]{0,40}[\)\]]|(?:(?:at|using|with|by|via|per|for|from|of|a|an|the|scored|hypopn\w+)\s+){0,5}\b[34]\s*%(?:\s*(?:o2|oxygen|desat\w*|criteri\w*|rule|scoring|hypopnea\w*))*|\b(?:cms|medicare|aasm(?:\s*1[ab])?)\b|events?\s*(?:/|per)\s*h\w*|\bper\s+h(?:ou)?r\b(?:\s+of\s+\w+(?:\s+time)?)?\)?|/\s*h(?:r|our)?\b|,))+").ok()
});
static FOUR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b4\s*%|\bcms\b|\bmedicare\b|\b1b\b|\bfour\s+percent").ok());
static THREE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b39?\s*%|\b1a\b|\bthree\s+percent|\baasm\s+recommended").ok());
static SCORING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)hypopn\w+[^.]{0,120}?(?P<v>[34])\s*%|(?P<w>[34])\s*%\s*(?:oxygen\s+|o2\s+)?desat\w*[^.]{0,60}?hypopn").ok()
});
/// Words just before an index that make it another one than the study's.
static OTHER_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:supine|rem|nrem|non-?rem|lateral|prone|residual|central|obstructive|therap(?:y|eutic)|treatment|titrat\w+|goal|target|device|machine|normal|post|left|right|side|position\w*|previous|prior)[\s\-:]*$").ok()
});
static OTHER_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s\-,(]*(?:in|on|during|while|at|with)?\s*(?:the\s+)?(?:supine|rem\b|nrem|non-?rem|lateral|prone|cpap|pap\b|bipap|therapy|treatment|optimal|final|this\s+pressure|\d+\s*cm)").ok()
});
/// Reads a sleep study; of a titration report the index is the residual one.
pub(super) fn fields(view: &DocView<'_>, titration: bool) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in starts(view) {
        let value = found.value.1.map_or(FieldValue::Date(found.value.0), FieldValue::DateTime);
        fields.extend(view.field("recording_start", value, None, &found));
    }
    for found in
        view.typed(&["interpreted_date"], |text| find_datetime(text).map(|(date, _, range)| (date, range)))
    {
        fields.extend(view.field("interpreted_at", FieldValue::Date(found.value), None, &found));
    }
    fields.extend(kind(view));
    fields.extend(indices(view, titration));
    fields.extend(events(view));
    let therapy = Therapy::of(view);
    for (key, name) in [("tst", "tst"), ("trt", "trt")] {
        // The index of a split night is that of its diagnostic part, and so is its time.
        let counts = |found: &Found<f64>| found.value >= 10.0 && (titration || !therapy.holds(view, found));
        for found in view.typed(&[key], minutes).into_iter().filter(counts) {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some("min"), &found));
        }
    }
    for (key, name) in [("efficiency", "efficiency"), ("nadir", "nadir_spo2"), ("mean_spo2", "mean_spo2")] {
        for found in
            view.typed(&[key], |text| percentage(text).filter(|(value, _)| (10.0..=100.0).contains(value)))
        {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some("%"), &found));
        }
    }
    let indices_beside = ["central_index", "odi", "residual_ahi", "supine_ahi", "rem_ahi"];
    for (key, name) in indices_beside.map(|name| (name, name)) {
        for found in view.typed(&[key], |text| number(text).filter(|(value, _)| *value <= INDEX_MAX)) {
            fields.extend(view.field(name, FieldValue::Number(found.value), Some("/h"), &found));
        }
    }
    // `AHI at final pressure: 3.4` is no pressure.
    let stands_alone = |found: &Found<f64>| {
        let before = view.line(found.page, found.line)[..found.quote.start].trim_end().to_lowercase();
        !["at", "on", "with", "under"]
            .iter()
            .any(|word| before.ends_with(&format!(" {word}")) || before == *word)
    };
    for found in view
        .typed(&["optimal_pressure"], |text| number(text).filter(|(value, _)| (3.0..=30.0).contains(value)))
        .into_iter()
        .filter(stands_alone)
    {
        fields.extend(view.field("final_pressure", FieldValue::Number(found.value), Some("cmH2O"), &found));
    }
    fields.extend(oximetry::fields(view));
    fields.extend(blood_gas::minutes_at_88(view));
    fields.extend(cpap_trial::fields(view));
    fields.extend(signature::fields(view));
    let mut fields = super::distinct(fields);
    proof::name_by_arithmetic(&mut fields);
    proof::mark_unproven(&mut fields);
    fields
}

/// When the recording began; interpretation, scoring and signing have labels of their own.
fn starts(view: &DocView<'_>) -> Vec<Found<(Date, Option<DateTime>)>> {
    let parse = |text: &str| find_datetime(text).map(|(date, at, range)| ((date, at), range));
    for keys in [&["recording_start"][..], &["service_date"], &["encounter_date"]] {
        let found = view.typed(keys, parse);
        if !found.is_empty() {
            return found;
        }
    }
    let mut plain = view.typed(&["plain_date"], parse);
    plain.retain(|found| {
        found.page == 0
            && found.line < HEAD_LINES
            && !view.line(found.page, found.line).to_lowercase().contains("sign")
    });
    plain.truncate(1);
    for found in &mut plain {
        found.confidence *= 0.85;
    }
    plain
}

static KIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<v>split[\s-]?night|home\s+sleep\s+(?:apnea\s+)?(?:test\w*|study)|HSAT|HST|watchpat|polysomno\w+|PSG)\b").ok()
});

fn kind(view: &DocView<'_>) -> Option<Field> {
    let found = view.pattern(&KIND);
    let name = |found: &Found<String>| {
        let text = found.value.to_lowercase();
        if text.starts_with("split") {
            ("split", 0)
        } else if text.starts_with('p') {
            ("psg", 2)
        } else {
            ("hsat", 1)
        }
    };
    let best = found.iter().min_by_key(|found| name(found).1)?;
    view.field("test_kind", FieldValue::Text(name(best).0.to_owned()), None, best)
}

/// The index by the rule it was scored with: `ahi_4pct`, `ahi_3pct`, `ahi` where no rule is printed.
fn indices(view: &DocView<'_>, titration: bool) -> Vec<Field> {
    let rule = scoring_rule(view);
    let mut fields = Vec::new();
    let therapy = Therapy::of(view);
    for (key, plain) in [("ahi", "ahi"), ("rei", "rei"), ("pahi", "pahi"), ("rdi", "rdi")] {
        for found in view.checked(&[key], index_value, |_, _| true) {
            let columns = parts::columns(view, &found);
            if !columns.is_empty() {
                for (place, part, scored) in columns {
                    let name = match (part, scored) {
                        _ if key == "rdi" => plain,
                        (Some(Part::Therapy), _) => "residual_ahi",
                        (_, Some(4)) => "ahi_4pct",
                        (_, Some(3)) => "ahi_3pct",
                        _ if titration => "residual_ahi",
                        _ => rule_name(rule.filter(|_| key == "ahi"), plain),
                    };
                    if key != "rdi" || part != Some(Part::Therapy) {
                        fields.extend(view.field(name, FieldValue::Number(place.value), Some("/h"), &place));
                    }
                }
                continue;
            }
            let (found, in_column) = match parts::whole_night(view, &found) {
                Some(Some(whole)) => (whole, true),
                Some(None) => continue,
                None => (found, false),
            };
            let line = view.line(found.page, found.line);
            let before = &line[..found.quote.start];
            let behind_label = &line[found.quote.start..found.at.start];
            let rest = &line[found.at.end..];
            let is = |regex: &LazyLock<Option<Regex>>, text: &str| {
                regex.as_ref().is_some_and(|regex| regex.is_match(text))
            };
            if is(&OTHER_BEFORE, before)
                || (!in_column && is(&OTHER_AFTER, rest))
                || is(&OTHER_AFTER, after_label(behind_label))
            {
                continue;
            }
            let on_therapy = titration || therapy.holds(view, &found);
            let name = match () {
                () if on_therapy && key != "rdi" => "residual_ahi",
                () if on_therapy => continue,
                () if key == "rdi" => plain,
                // A home test's REI or pAHI scored by a named rule is that rule's index.
                () => match by_rule(before, behind_label, rest, if key == "ahi" { rule } else { None }) {
                    "ahi" => plain,
                    named => named,
                },
            };
            fields.extend(view.field(name, FieldValue::Number(found.value), Some("/h"), &found));
        }
    }
    fields
}

fn rule_name(rule: Option<u8>, plain: &'static str) -> &'static str {
    match rule {
        Some(4) => "ahi_4pct",
        Some(3) => "ahi_3pct",
        _ => plain,
    }
}

/// What stands between the label's last word and the number.
fn after_label(text: &str) -> &str {
    text.find(|c: char| c.is_whitespace() || c == ':').map_or("", |start| &text[start..])
}

fn by_rule(before: &str, between: &str, after: &str, rule: Option<u8>) -> &'static str {
    let is = |regex: &LazyLock<Option<Regex>>, text: &str| {
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    };
    let short = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let last: String = before.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    // What follows belongs to this number only up to the next mark.
    let after = short(after, 44);
    let after = after.split([';', ',']).next().unwrap_or_default().split("AHI").next().unwrap_or_default();
    for text in [between, last.as_str(), after, clause(before)] {
        match (is(&FOUR, text), is(&THREE, text)) {
            (true, false) => return "ahi_4pct",
            (false, true) => return "ahi_3pct",
            _ => {}
        }
    }
    rule_name(rule, "ahi")
}

/// What goes before a label in its own sentence, behind the last measured number: `With the 3% criterion the`.
fn clause(before: &str) -> &str {
    let sentence = parts::after_last_end(before);
    let measured = super::measure::numbers(sentence).into_iter().rfind(|(_, _, _, percent)| !percent);
    measured.map_or(sentence, |(_, range, ..)| &sentence[range.end..])
}

/// The rule hypopneas were scored by, if the report names exactly one.
fn scoring_rule(view: &DocView<'_>) -> Option<u8> {
    let text: Vec<&str> = view.lines().map(|(_, _, text)| text).collect();
    let joined = text.join(" ");
    let mut rules: Vec<u8> = SCORING
        .as_ref()?
        .captures_iter(&joined)
        .filter_map(|found| found.name("v").or(found.name("w"))?.as_str().parse().ok())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    if let [rule] = rules[..] { Some(rule) } else { None }
}

/// An index behind its label: the number after remarks, within bounds.
fn index_value(text: &str) -> Option<(f64, Range<usize>)> {
    let skip = REMARK.as_ref().and_then(|regex| regex.find(text)).map_or(0, |found| found.end());
    let (value, range) = number(&text[skip..])?;
    let filling = crate::find::is_filling(&text[skip..][..range.start]);
    (filling && value <= INDEX_MAX).then_some((value, skip + range.start..skip + range.end))
}

fn events(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let names = [
        ("events_total", "events_total"),
        ("obstructive", "obstructive"),
        ("central", "central"),
        ("mixed", "mixed"),
        ("hypopneas", "hypopneas"),
        ("apneas", "apneas"),
    ];
    let therapy = Therapy::of(view);
    // A row of an index that has its count beside it.
    for found in view.checked(&["ahi"], index_value, |_, _| true) {
        if let Some(count) = parts::count_beside(view, &found).filter(|_| !therapy.holds(view, &found)) {
            fields.extend(view.field(
                "events_total",
                FieldValue::Count(count.value as i64),
                Some("events"),
                &count,
            ));
        }
    }
    for found in view.checked(&["central"], index_value, |_, _| true) {
        if let Some(Some(index)) = parts::whole_night(view, &found).filter(|_| !therapy.holds(view, &found)) {
            fields.extend(view.field("central_index", FieldValue::Number(index.value), Some("/h"), &index));
        }
    }
    for (key, name) in names {
        // In a list such as `92 hypopneas, 70 apneas` the number belongs to the word behind it.
        let mut found =
            view.checked(&[key], count, |before, _| is_filling(before) && !before.contains([',', ';']));
        if found.is_empty() {
            found.extend(count_before(view, &[key]));
        }
        for found in found.into_iter().filter(|found| !therapy.holds(view, found)) {
            fields.extend(view.field(name, FieldValue::Count(found.value), Some("events"), &found));
        }
    }
    fields
}
