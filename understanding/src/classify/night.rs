//! What a page is by what it holds: values of breathing in sleep, a device's use, rows of a recording, the parts of a
//! night. Such pages are known whatever a laboratory calls them.

use super::{HEADING_WORDS, TITLE_LINES, title_words};
use crate::extract::study::meaning::Report;
use crate::extract::study::shown;
use crate::find::DocView;
use crate::text::words_of;
use domain::parser::DocumentClass;

/// What the content adds to classes, and why.
pub(super) fn by_content(view: &DocView<'_>) -> Vec<(DocumentClass, f32, &'static str)> {
    /// A note quotes a few values of a study; a device's record has few, and two of them stand nowhere else.
    type Kind = (DocumentClass, Report, &'static str, usize, f32, &'static [&'static str]);
    const KINDS: [Kind; 2] = [
        (
            DocumentClass::SleepStudy,
            Report::Study,
            "apnea values",
            3,
            1.2,
            &["apnea", "apnoea", "ahi", "rei", "rdi", "a+h"],
        ),
        (
            DocumentClass::AdherenceReport,
            Report::Use,
            "days of use",
            1,
            2.4,
            &["usage", "used", "complian", "adheren"],
        ),
    ];
    const MOST: f32 = 9.0;
    let mut found = Vec::new();
    for (class, report, why, quoted, each, words) in KINDS {
        let says = view.lines().any(|(_, _, text)| {
            let text = text.to_lowercase();
            words.iter().any(|word| text.contains(word))
        });
        let values = if says { shown(view, report) } else { 0 };
        if values > quoted {
            found.push((class, (each * (values - quoted) as f32).min(MOST), why));
        }
    }
    if is_listing(view) {
        found.push((DocumentClass::RawStudyData, LISTING, "rows of a recording"));
    }
    found
}

/// What a listing of a recording counts.
const LISTING: f32 = 9.0;

/// Whether a page lists a recording epoch by epoch or event by event: many rows with a time of day in them under a
/// heading of what recordings have in columns.
fn is_listing(view: &DocView<'_>) -> bool {
    const ROWS_MIN: usize = 6;
    const COLUMNS_MIN: usize = 3;
    const COLUMNS: [&str; 27] = [
        "epoch", "ep", "epochs", "clock", "clk", "time", "stage", "stg", "st", "spo2", "sao2", "hr", "pulse",
        "pos", "position", "event", "evt", "events", "type", "duration", "dur", "note", "comment", "ar",
        "arousal", "start", "remark",
    ];
    let headed = view.lines().any(|(_, _, text)| {
        let words = words_of(text);
        let known = words.iter().filter(|word| COLUMNS.contains(&word.as_str())).count();
        known >= COLUMNS_MIN && known * 3 >= words.len() * 2
    });
    let clock = |text: &str| {
        text.split_whitespace().take(3).any(|word| {
            let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
            digits.contains(':')
                && digits.split(':').all(|part| part.len() <= 2 && part.parse::<u8>().is_ok())
        })
    };
    headed && view.lines().filter(|(_, _, text)| clock(text)).count() >= ROWS_MIN
}

/// A split night has a diagnostic part whatever it says of its titration; a report titled as a titration has none.
pub(super) fn study_or_titration(view: &DocView<'_>, class: DocumentClass) -> DocumentClass {
    let split = view.lines().any(|(_, _, text)| is_of_both_parts(text));
    let titled = view.lines().filter(|(page, ..)| *page == 0).take(TITLE_LINES).any(|(_, _, text)| {
        let words = words_of(text);
        !title_words(text).is_empty()
            && !text.contains(':')
            && words.iter().any(|word| word == "titration")
            && !words.iter().any(|word| word == "diagnostic" || word == "baseline")
    });
    match (split, titled) {
        (true, _) => DocumentClass::SleepStudy,
        (false, true) => DocumentClass::Titration,
        (false, false) => class,
    }
}

/// Whether a line speaks of a night's diagnostic part: as a heading, as columns for both parts, or in a sentence that
/// tells what was done in it. What another night found, or should be done, is no part of this one.
fn is_of_both_parts(text: &str) -> bool {
    const OTHER: [&str; 14] = [
        "consider",
        "recommend",
        "recommended",
        "prior",
        "previous",
        "previously",
        "if",
        "protocol",
        "criteria",
        "eligible",
        "history",
        "future",
        "repeat",
        "should",
    ];
    let words = words_of(text);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let next_to = |first: &[&str], second: &[&str]| {
        words.windows(2).any(|pair| first.contains(&pair[0].as_str()) && second.contains(&pair[1].as_str()))
    };
    const PARTS: [&str; 8] = ["portion", "part", "phase", "half", "segment", "section", "period", "hours"];
    let named = next_to(&["split"], &["night", "study", "psg", "polysomnogram", "polysomnography"])
        || has(&["splitnight"]);
    let part = next_to(&["diagnostic", "baseline", "pretreatment", "untreated"], &PARTS)
        || next_to(&PARTS, &["diagnostic", "baseline"]);
    let columns = words.len() <= HEADING_WORDS
        && has(&["diagnostic", "baseline", "pretreatment"])
        && has(&["titration", "treatment", "therapy", "pap", "cpap", "therapeutic"])
        && !has(&["ahi", "index"]);
    let halves = next_to(&["first", "initial"], &["part", "half", "portion", "phase", "hours"])
        && (has(&["slept", "recorded", "diagnostic", "baseline", "ahi", "apnea", "sleep"])
            || words.len() <= HEADING_WORDS);
    let short = words.len() <= HEADING_WORDS;
    !has(&OTHER)
        && (columns
            || halves
            || part
            || (named && (short || has(&["performed", "conducted", "underwent", "was"]))))
}
