//! What a run of pages is: words in headings and in the body speak for classes, each once.

mod cues;
mod facets;
mod listing;
mod night;
mod pressures;
mod remote;
mod rows;
mod structure;
mod titles;

use crate::find::DocView;
use crate::text::{Phrases, Token, tokens, words_of};
use cues::Cue;
use domain::parser::DocumentClass;
use facets::Facets;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;
use titles::Titles;

/// A verdict with the words that decided it.
#[derive(Clone, Debug)]
pub(crate) struct Classified {
    pub(crate) class: DocumentClass,
    pub(crate) confidence: f32,
    pub(crate) decided_by: Vec<String>,
}

/// A heading has at most this many words.
const HEADING_WORDS: usize = 9;
/// A title is little more than its cue: at most this many further words.
const TITLE_MORE: usize = 4;
/// Labels behind which a title stands.
const NAMES_A_TITLE: [&str; 8] = [
    "title",
    "local title",
    "standard title",
    "document",
    "document type",
    "note type",
    "report type",
    "type of note",
];
/// Lines of a document's first page in which a heading counts as its title.
const TITLE_LINES: usize = 9;
/// Below this sum a document is `Other`.
const SCORE_MIN: f32 = 4.0;
/// An order needs this much from its body: a heading alone is no order.
const ORDER_BODY_MIN: f32 = 3.0;
/// Dates and times beside a title, and what stands in brackets behind it.
static UNSAID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?",
        r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2},?\s+\d{4}\b|\([^)]{12,}\)"
    ))
    .ok()
});
/// What parts a title from what stands beside it.
const DASHES: &[&str] = &[" - ", " – ", " — ", " | "];
/// A title that names a night on pressure weighs at least this much.
const NIGHT_TITLE: f32 = 8.0;
/// Lines in which a heading, or a letter's salutation, may stand: letterhead, date and address come before it.
const HEADING_LINES: usize = 12;
/// A cue of at least this weight may be a heading.
const HEADING_MIN: f32 = 2.0;
/// A title cue of at least this weight opens a new document inside a fragment.
pub(crate) const STRONG_TITLE: f32 = 5.0;

/// The cues' words, by the cues' own order.
static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(CUES.iter().map(|cue| cue.words)));
static CUES: LazyLock<Vec<&Cue>> = LazyLock::new(cues::all);
/// Those that may be headings, to be known although words are torn and letters misread.
static TITLES: LazyLock<Titles> = LazyLock::new(|| {
    let titles = CUES.iter().enumerate().filter(|(_, cue)| cue.title >= HEADING_MIN);
    Titles::new(titles.map(|(index, cue)| (index, cue.words)))
});

#[derive(Clone, Copy, Default)]
struct Score {
    title: f32,
    body: f32,
}

/// Classifies a document. `hint` is what the chart called it (title and type): a weak cue among others.
pub(crate) fn classify(view: &DocView<'_>, hint: &str) -> Classified {
    let mut tally = Tally { scores: Vec::new(), said: vec![(false, false); CUES.len()], paired: Vec::new() };
    let mut title_lines = 0;
    for (page, _, text) in view.lines() {
        let words = tokens(text);
        let title = page == 0 && title_lines < TITLE_LINES;
        title_lines += usize::from(page == 0);
        tally.count(&words, &if title { title_parts(text) } else { Vec::new() }, 1.0);
    }
    let hint = tokens(hint);
    tally.count(&hint, std::slice::from_ref(&hint), 0.4);
    for (class, body, why) in night::by_content(view) {
        tally.add(class, 0.0, body, why);
    }
    decide(view, tally.scores)
}

/// What was counted so far.
struct Tally {
    scores: Vec<(DocumentClass, Score, Vec<String>)>,
    /// Of each cue, whether it counted in the body and in a title.
    said: Vec<(bool, bool)>,
    /// Classes that a title's two words announced.
    paired: Vec<DocumentClass>,
}

impl Tally {
    fn add(&mut self, class: DocumentClass, title: f32, body: f32, why: &str) {
        let position = self.scores.iter().position(|(of, ..)| *of == class).unwrap_or_else(|| {
            self.scores.push((class, Score::default(), Vec::new()));
            self.scores.len() - 1
        });
        let (_, score, decided) = &mut self.scores[position];
        score.title += title;
        score.body += body;
        if !why.is_empty() && !decided.iter().any(|word| word == why) {
            decided.push(why.to_owned());
        }
    }

    fn count(&mut self, words: &[Token], titles: &[Vec<Token>], weight: f32) {
        let fitting = |title: &Vec<Token>| {
            let room = title.len();
            titles_in(title).into_iter().filter(move |index| room <= PHRASES.length(*index) + TITLE_MORE)
        };
        let mut titled: Vec<usize> = titles.iter().flat_map(fitting).collect();
        titled.sort_unstable();
        titled.dedup();
        let mut found = PHRASES.within(words);
        found.extend(&titled);
        // A line is one title, however many wordings of it are known.
        let mut best: Vec<(DocumentClass, f32)> = Vec::new();
        for index in found {
            let (cue, done) = (CUES[index], self.said[index]);
            let in_title = !done.1 && titled.contains(&index);
            if done.0 && !in_title {
                continue;
            }
            self.said[index] = (true, done.1 || in_title);
            let body = if done.0 { 0.0 } else { cue.body * weight };
            self.add(cue.class, 0.0, body, cue.words);
            if in_title {
                match best.iter_mut().find(|(class, _)| *class == cue.class) {
                    Some((_, title)) => *title = title.max(cue.title),
                    None => best.push((cue.class, cue.title)),
                }
            }
        }
        for (class, title) in best {
            self.add(class, title * weight, 0.0, "");
        }
        for (class, more, why) in titles.iter().flat_map(|title| titles::pairs(title)) {
            // A listed title of the same class says it already.
            let listed = titled.iter().any(|index| CUES[*index].class == class && CUES[*index].title >= more);
            if !listed && !self.paired.contains(&class) {
                self.paired.push(class);
                self.add(class, more * weight, 0.0, &why);
            }
        }
    }
}

/// Whether a cue names a night on pressure and nearly fills a title of so many words.
fn is_title_of_titration(index: usize, words: usize) -> bool {
    let cue = CUES[index];
    cue.class == DocumentClass::Titration
        && cue.title >= NIGHT_TITLE
        && words <= PHRASES.length(index) + TITLE_MORE
}

/// Cues that stand in a title, also torn, joined or misread.
fn titles_in(words: &[Token]) -> Vec<usize> {
    let mut found = PHRASES.within(words);
    found.extend(TITLES.within(words));
    found.sort_unstable();
    found.dedup();
    found
}

/// The words of a line that can be a title: few, no sentence, and nothing behind a label's colon.
fn title_words(text: &str) -> Vec<Token> {
    let text = text.trim();
    let head = match text.split_once(':') {
        Some((head, rest)) if NAMES_A_TITLE.contains(&words_of(head).join(" ").as_str()) => rest,
        Some((head, _)) => head,
        None => text,
    };
    let head = UNSAID.as_ref().map_or(Cow::Borrowed(head), |regex| regex.replace_all(head, " "));
    let words = tokens(&head);
    let sentence = text.ends_with('.') && !text.contains(':');
    if sentence || has_telephone(text) || words.len() > HEADING_WORDS { Vec::new() } else { words }
}

/// The words of a line that can be a title: the whole, and each part between dashes.
fn title_parts(text: &str) -> Vec<Vec<Token>> {
    let mut parts = vec![title_words(text)];
    let between: Vec<&str> = DASHES.iter().find(|dash| text.contains(**dash)).map_or_else(Vec::new, |dash| {
        text.split(*dash).map(str::trim).filter(|part| !part.is_empty()).collect()
    });
    if between.len() > 1 {
        parts.extend(between.into_iter().map(title_words));
    }
    parts.retain(|words| !words.is_empty());
    parts
}

/// Whether a line gives a telephone number: whom to call is no title.
fn has_telephone(text: &str) -> bool {
    const GROUPS: [usize; 3] = [3, 3, 4];
    let digits: Vec<usize> =
        text.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
    digits.windows(GROUPS.len()).any(|run| run == GROUPS)
}

/// Other recordings have durations and events too; a sleep study names itself or an index of breathing.
fn speaks_of_sleep(cue: &str) -> bool {
    const ANCHORS: [&str; 13] = [
        "ahi",
        "apnea",
        "polysom",
        "sleep study",
        "home sleep",
        "hsat",
        "psg",
        "respiratory event",
        "titration",
        "sleep testing",
        "sleep monitoring",
        "watchpat",
        "pahi",
    ];
    ANCHORS.iter().any(|anchor| cue.contains(anchor))
}

fn decide(view: &DocView<'_>, scores: Vec<(DocumentClass, Score, Vec<String>)>) -> Classified {
    let mut totals: Vec<(f32, DocumentClass, Vec<String>)> = scores
        .into_iter()
        .filter(|(class, score, words)| match class {
            DocumentClass::Order => score.body >= ORDER_BODY_MIN,
            DocumentClass::SleepStudy | DocumentClass::Titration => {
                let titled = *class == DocumentClass::Titration && score.title >= NIGHT_TITLE;
                titled || words.iter().any(|word| speaks_of_sleep(word))
            }
            _ => true,
        })
        .map(|(class, score, words)| (score.title + score.body, class, words))
        .collect();
    let facets = Facets::of(view);
    for shape in structure::shapes(view, &facets) {
        match totals.iter_mut().find(|total| total.1 == shape.class) {
            Some(total) => {
                total.0 += shape.weight;
                total.2.extend(shape.why);
            }
            None => totals.push((shape.weight, shape.class, shape.why)),
        }
    }
    totals.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let second = totals.get(1).map_or(0.0, |total| total.0);
    match totals.into_iter().next() {
        Some((best, class, words)) if best >= SCORE_MIN => {
            let class = refine(view, &facets, class);
            Classified {
                class,
                confidence: (best / (best + second + 1.0)).clamp(0.0, 1.0),
                decided_by: words,
            }
        }
        _ => Classified { class: DocumentClass::Other, confidence: 0.3, decided_by: Vec::new() },
    }
}

/// A note of a visit by video or telephone says so; a study with a therapy part only is a titration.
fn refine(view: &DocView<'_>, facets: &Facets, class: DocumentClass) -> DocumentClass {
    if class == DocumentClass::SleepStudy && is_uninterpreted(view) {
        return DocumentClass::RawStudyData;
    }
    if matches!(class, DocumentClass::SleepStudy | DocumentClass::Titration) {
        let on_pressure = structure::is_on_pressure(view, facets);
        return night::study_or_titration(view, if on_pressure { DocumentClass::Titration } else { class });
    }
    // Some records call every visit's note a summary of the encounter.
    let note = class == DocumentClass::OfficeNote
        || class == DocumentClass::EncounterSummary
            && structure::is_note(view)
            && !structure::is_of_a_stay(view);
    if !note {
        return class;
    }
    if remote::is_remote(view) { DocumentClass::TelehealthNote } else { DocumentClass::OfficeNote }
}

/// A study's recorded data name themselves, and nobody says what they mean.
fn is_uninterpreted(view: &DocView<'_>) -> bool {
    const RAW: [&str; 8] = [
        "raw data",
        "raw study data",
        "hypnogram",
        "event log",
        "event list",
        "epoch by epoch",
        "not interpreted",
        "uninterpreted",
    ];
    const MEANING: [&str; 8] = [
        "impression",
        "interpretation",
        "diagnosis",
        "diagnoses",
        "conclusion",
        "recommendation",
        "recommendations",
        "interpreting physician",
    ];
    let (mut raw, mut meant) = (false, false);
    for (_, _, text) in view.lines() {
        let words = crate::text::words_of(text);
        let says = |phrase: &&str| crate::text::find_phrase(&words, phrase).is_some();
        raw |= RAW.iter().any(says) && !words.iter().any(|word| word == "reviewed");
        // `Interpretation: …` heads its line; `reviewed epoch by epoch and signed` says that somebody read it.
        let head = text.split_once(':').map_or(words.len(), |(head, _)| head.split_whitespace().count());
        let read =
            ["reviewed", "signed", "interpreted"].iter().any(|word| words.iter().any(|other| other == word));
        meant |= head.min(words.len()) <= HEADING_WORDS && MEANING.iter().any(says) && !RAW.iter().any(says);
        meant |= read
            && !words
                .iter()
                .any(|word| matches!(word.as_str(), "not" | "awaiting" | "pending" | "to" | "unsigned"));
    }
    raw && !meant
}

/// The class a page's title announces, if one does strongly.
pub(crate) fn title_class(view: &DocView<'_>) -> Option<(DocumentClass, f32)> {
    let mut best: Option<(DocumentClass, f32)> = None;
    let parts = view.lines().take(TITLE_LINES).flat_map(|(_, _, text)| title_parts(text));
    for words in parts {
        for index in titles_in(&words) {
            let cue = CUES[index];
            let fits = words.len() <= PHRASES.length(index) + TITLE_MORE;
            if fits && best.is_none_or(|(_, weight)| cue.title > weight) {
                best = Some((cue.class, cue.title));
            }
        }
    }
    best.filter(|(_, weight)| *weight >= STRONG_TITLE)
}

/// The class a page's heading names, also where the words alone are no sure title.
pub(crate) fn heading(view: &DocView<'_>) -> Option<DocumentClass> {
    let mut best: Option<(DocumentClass, f32)> = None;
    for (_, _, text) in view.lines().take(HEADING_LINES) {
        let words = title_words(text);
        if words.first().is_some_and(|word| word.folded == "dear") {
            return Some(DocumentClass::Letter);
        }
        if text.contains(':') {
            continue;
        }
        let listed = titles_in(&words)
            .into_iter()
            .filter(|index| words.len() <= PHRASES.length(*index) + 2)
            .map(|index| (CUES[index].class, CUES[index].title));
        let paired = titles::pairs(&words).into_iter().map(|(class, weight, _)| (class, weight));
        for (class, title) in listed.chain(paired) {
            if title >= HEADING_MIN && best.is_none_or(|(_, weight)| title > weight) {
                best = Some((class, title));
            }
        }
    }
    best.map(|(class, _)| class)
}

#[cfg(test)]
mod tests;
