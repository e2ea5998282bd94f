//! What a page is by what it holds: values of breathing in sleep, a device's use, the parts of a night. Such pages are known whatever a laboratory calls them.

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
    found
}

/// A split night has a diagnostic part whatever it says of its titration; a report titled as a titration has none.
pub(super) fn study_or_titration(view: &DocView<'_>, class: DocumentClass) -> DocumentClass {
    let split = view.lines().any(|(_, _, text)| is_of_both_parts(text));
    let titled = view.lines().filter(|(page, ..)| *page == 0).take(TITLE_LINES).any(|(_, _, text)| {
        let words = words_of(text);
        !title_words(text).is_empty()
            && !text.contains(':')
            && (words.iter().any(|word| word == "titration") || titles_a_titration(text))
            && !words.iter().any(|word| matches!(word.as_str(), "diagnostic" | "baseline" | "home"))
    });
    let titled =
        titled || view.lines().filter(|(page, ..)| *page == 0).any(|(_, _, text)| names_titration(text));
    match (split, titled) {
        (true, _) => DocumentClass::SleepStudy,
        (false, true) => DocumentClass::Titration,
        (false, false) => class,
    }
}

/// Whether a label of what was done is followed by a titration alone: `Study type: CPAP titration`.
fn names_titration(text: &str) -> bool {
    #[rustfmt::skip]
    const LABELS: [&str; 15] = [
        "study type", "type of study", "study", "procedure", "procedures", "test", "test type", "exam", "study performed", "procedure performed",
        "type", "test performed", "kind of study", "local title", "report type",
    ];
    let Some((label, value)) = text.split_once(':') else { return false };
    let label = words_of(label).join(" ");
    let words = words_of(value);
    LABELS.contains(&label.as_str())
        && words.len() <= HEADING_WORDS
        && (words.iter().any(|word| word == "titration") || titles_a_titration(value))
        && !words
            .iter()
            .any(|word| matches!(word.as_str(), "diagnostic" | "baseline" | "split" | "home" | "no" | "not"))
}

/// Whether words are a title of a night on pressure, whatever it is called.
fn titles_a_titration(text: &str) -> bool {
    let words = crate::text::tokens(text);
    super::titles_in(&words).into_iter().any(|index| super::is_title_of_titration(index, words.len()))
        || super::titles::pairs(&words).iter().any(|(class, ..)| *class == DocumentClass::Titration)
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
