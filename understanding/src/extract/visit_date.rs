//! The day of a visit, told apart from the days of other visits, of signing, printing, admission and birth.
//!
//! The head and foot of a page speak of the visit in hand; its text speaks of earlier and later ones as well. Where the
//! head gives two days under equally good labels, none is given: a wrong day decides wrongly.

use crate::dates::{find_date, find_datetime};
use crate::find::{DocView, Found};
use crate::labels::Hit;
use jiff::civil::Date;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A page's first lines that say something are its head.
const HEAD_LINES: usize = 16;
/// Heads of the pages behind the first are shorter; a foot is as short.
const BANNER_LINES: usize = 4;

static HEADED_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:progress\s+notes?|office\s+(?:visit|note)|clinic\s+(?:visit|note)|consult(?:ation)?(?:\s+note)?|h\s?&\s?p|history\s+and\s+physical|sleep\s+(?:medicine|clinic)\b.{0,30}?(?:visit|note|consult\w*)?|follow[\s-]?up(?:\s+visit)?|(?:video|telehealth|telemedicine|virtual)\s+(?:visit|encounter|note)|(?:was\s+)?seen\b)\b.{0,60}?(?P<v>\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-[A-Z][a-z]{2}-\d{4})").ok()
});
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[a-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-[a-z]{3}-\d{4}").ok()
});
/// A sentence that tells of the visit in hand.
static SEEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(?:is|was|were)\s+(?:seen|evaluated|examined)|i\s+(?:saw|evaluated|examined|had\s+the\s+pleasure)|(?:presents?|presented|returns?|returned|comes)\b|seen\s+(?:today|in))[^.;]{0,90}?\b(?:on|today,?)\s+(?P<v>\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-[A-Z][a-z]{2}-\d{4})").ok()
});
/// Words before a label or date by which it is another visit's, or no visit's.
const OTHER_DAYS: [&str; 31] = [
    "last",
    "prior",
    "previous",
    "next",
    "return",
    "upcoming",
    "future",
    "earlier",
    "initial",
    "first",
    "original",
    "scheduled",
    "recent",
    "due",
    "follow",
    "since",
    "until",
    "sign",
    "print",
    "dictat",
    "transcri",
    "filed",
    "fax",
    "birth",
    "dob",
    "born",
    "refer",
    "study",
    "discharge",
    "surgery",
    "test",
];

/// The days of the visits a document is about: one, unless several notes came as one document.
pub(super) fn visit_dates(view: &DocView<'_>) -> Vec<Found<Date>> {
    let mut found = labelled(view);
    if found.is_empty() {
        let bare = || plain(view).or_else(|| only_date_of_head(view)).filter(|_| tells_of_a_visit(view));
        found.extend(headed(view).or_else(bare).or_else(|| told(view)));
    }
    let births: Vec<Date> = view.typed(&["dob"], date).into_iter().map(|found| found.value).collect();
    found.retain(|found| !births.contains(&found.value));
    found
}

/// Whether a paper has what a note of a visit has: a section of one, somebody with a clinician's credential, or the word.
/// The bare date of a questionnaire, a form or a letter of a clerk is no visit's.
fn tells_of_a_visit(view: &DocView<'_>) -> bool {
    static CLINICIAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b(?:M\.?D\.?|D\.?O\.?|N\.?P\.?|PA-?C|APRN|DNP|FNP(?:-\w+)?|CRNP|ARNP|AGNP)(?:\W|$)|\bDr\.? \p{Lu}|(?i:\b(?:visit|encounter|(?:progress|clinic|office|chart|consult\w*)\s+note|h\s?&\s?p)\b)").ok()
    });
    let section = |hit: &Hit| {
        matches!(hit.key, "sec.hpi" | "sec.ros" | "sec.pmh" | "sec.exam" | "sec.plan" | "sec.meds")
            && (hit.colon || hit.cell_full)
    };
    view.pages.iter().flat_map(|page| &page.hits).flatten().any(section)
        || view.lines().any(|(_, _, text)| CLINICIAN.as_ref().is_some_and(|regex| regex.is_match(text)))
}

/// The same, where labels say so: of a stay or a summary, whose bare dates may be anything.
pub(super) fn labelled_visit_dates(view: &DocView<'_>) -> Vec<Found<Date>> {
    labelled(view)
}

fn date(text: &str) -> Option<(Date, Range<usize>)> {
    find_datetime(text).map(|(date, _, range)| (date, range))
}

/// How surely a label names the day of the visit in hand; the least is the best.
fn rank(label: &str, in_head: bool) -> Option<u8> {
    let says = |words: &[&str]| words.iter().any(|word| label.contains(word));
    let service = says(&["service", "dos", "d.o.s", "svc", "srvc"]);
    let visit = says(&[
        "visit",
        "encounter",
        "seen",
        "evaluation",
        "consult",
        "appoint",
        "appt",
        "exam",
        "face",
        "clinic",
    ]);
    match (service, visit, says(&["date", "dos", "d.o.s", "dt", "seen", " on"])) {
        (true, _, _) => Some(if in_head { 0 } else { 3 }),
        (_, true, true) => Some(if in_head { 0 } else { 3 }),
        // `Visit:` and `Appointment:` are said of many days; in the head of the visit's.
        (_, true, false) => in_head.then_some(1),
        (_, _, true) => in_head.then_some(2),
        _ => None,
    }
}

/// Whether a line stands in the head or, of later pages, in what is repeated at their top and foot.
fn is_head(view: &DocView<'_>, page: usize, line: usize) -> bool {
    let spoken: Vec<usize> = view.pages[page].sheet.spoken().map(|(index, _)| index).collect();
    let Some(at) = spoken.iter().position(|index| *index == line) else { return false };
    if page == 0 { at < HEAD_LINES } else { at < BANNER_LINES }
}

/// Dates behind labels of visits, the best-named ones of each page; none of a page that names two days equally well.
fn labelled(view: &DocView<'_>) -> Vec<Found<Date>> {
    let mut ranked: Vec<(u8, Found<Date>)> = Vec::new();
    for found in view.typed(&["encounter_date", "service_date"], date) {
        let line = view.line(found.page, found.line);
        let label = label_of(view, &found).to_lowercase();
        let in_head = is_head(view, found.page, found.line);
        // Of a value under its label in a table the label stands above.
        let label = if label.is_empty() { "date of visit".to_owned() } else { label };
        if ["performed", "procedure"].iter().any(|word| label.contains(word))
            || is_of_another_day(line, found.quote.start)
        {
            continue;
        }
        ranked.extend(rank(&label, in_head).map(|rank| (rank, found)));
    }
    let first_head =
        ranked.iter().filter(|(rank, found)| *rank < 3 && found.page == 0).map(|(rank, _)| *rank).min();
    let mut kept: Vec<Found<Date>> = Vec::new();
    for page in 0..view.pages.len() {
        let own = || ranked.iter().filter(|(_, found)| found.page == page);
        let Some(best) = own().map(|(rank, _)| *rank).min() else { continue };
        // Once a head says the day, the text of any page cannot say another one.
        if best >= 3 && first_head.is_some() {
            continue;
        }
        let days: Vec<&Found<Date>> =
            own().filter(|(rank, _)| *rank == best).map(|(_, found)| found).collect();
        if days.iter().all(|found| found.value == days[0].value) {
            kept.push(days[0].clone());
        }
    }
    // Days that only the text gives, each on its page, are as good as one another: none.
    if first_head.is_none() && kept.iter().any(|found| found.value != kept[0].value) {
        kept.clear();
    }
    kept
}

/// The label of a value, as printed; empty where it stands in another line.
fn label_of<'a>(view: &'a DocView<'_>, found: &Found<Date>) -> &'a str {
    let line = view.line(found.page, found.line);
    let at = view.pages[found.page].hits[found.line].iter().find(|hit| hit.label.start == found.quote.start);
    at.and_then(|hit| line.get(hit.label.clone())).unwrap_or_default()
}

/// Whether the words directly before a place speak of another day.
fn is_of_another_day(line: &str, at: usize) -> bool {
    const WORDS: usize = 3;
    let before = line.get(..at).unwrap_or_default();
    let sentence = before
        .rsplit(|c: char| matches!(c, '.' | ';' | ':' | '|') || c.is_ascii_digit())
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let words: Vec<&str> = sentence.split_whitespace().rev().take(WORDS).collect();
    words.iter().any(|word| OTHER_DAYS.iter().any(|other| word.starts_with(other)))
}

/// `Progress Notes  Richard Roe, MD  09/14/2026` and its like in the head.
fn headed(view: &DocView<'_>) -> Option<Found<Date>> {
    view.pattern(&HEADED_DATE)
        .into_iter()
        .filter(|found| {
            found.page == 0 && is_head(view, 0, found.line) && !speaks_of_others(view, found.line)
        })
        .find_map(|found| dated(found, 0.88))
}

fn speaks_of_others(view: &DocView<'_>, line: usize) -> bool {
    let text = view.line(0, line).to_lowercase();
    let claimed = view.pages[0].hits[line].iter().any(|hit| {
        hit.key == "dob"
            || hit.key.ends_with("_date")
                && !matches!(hit.key, "encounter_date" | "plain_date" | "service_date")
    });
    claimed
        || text.split(|c: char| !c.is_alphanumeric()).any(|word| {
            !matches!(word, "initial" | "first" | "follow")
                && OTHER_DAYS.iter().any(|other| word.starts_with(other))
        })
}

fn dated(found: Found<String>, confidence: f32) -> Option<Found<Date>> {
    let value = find_date(&found.value, false)?.0;
    Some(Found { value, page: found.page, line: found.line, quote: found.quote, at: found.at, confidence })
}

/// The one bare `Date:` of the head, away from a signature.
fn plain(view: &DocView<'_>) -> Option<Found<Date>> {
    let mut found = view.typed(&["plain_date"], date);
    found.retain(|found| {
        found.page == 0
            && is_head(view, 0, found.line)
            && !view.line(0, found.line).to_lowercase().contains("sign")
            && !is_of_another_day(view.line(0, found.line), found.quote.start)
    });
    let mut first = found.first()?.clone();
    first.confidence *= 0.85;
    found.iter().all(|other| other.value == first.value).then_some(first)
}

/// The date in a note's head that no label claims, if there is exactly one.
fn only_date_of_head(view: &DocView<'_>) -> Option<Found<Date>> {
    const LINES: usize = 8;
    let mut found: Vec<Found<Date>> = Vec::new();
    let head: Vec<usize> = view.pages.first()?.sheet.spoken().map(|(index, _)| index).take(LINES).collect();
    for place in view.pattern(&DATE) {
        if place.page == 0 && head.contains(&place.line) && !speaks_of_others(view, place.line) {
            found.extend(dated(place, 0.85));
        }
    }
    let first = found.first()?.clone();
    found.iter().all(|other| other.value == first.value).then_some(first)
}

/// `was seen in the clinic on September 14, 2026`, if the text says it once.
fn told(view: &DocView<'_>) -> Option<Found<Date>> {
    let found: Vec<Found<Date>> = view
        .pattern(&SEEN)
        .into_iter()
        .filter(|found| !is_of_another_day(view.line(found.page, found.line), found.quote.start))
        .filter_map(|found| dated(found, 0.8))
        .collect();
    let first = found.first()?.clone();
    found.iter().all(|other| other.value == first.value).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    fn days(text: &str) -> Vec<String> {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let view = DocView { pages: &pages };
        visit_dates(&view).into_iter().map(|found| found.value.to_string()).collect()
    }

    #[test]
    fn the_head_tells_the_day_and_the_text_speaks_of_others() {
        for (text, wanted) in [
            (
                "Visit Date: 03/04/2026\nPrinted: 03/09/2026\nLast visit: 01/02/2026\nNext appointment: 06/01/2026",
                "2026-03-04",
            ),
            (
                "Clinic Note   Roe, Richard, MD   03/04/2026\nHPI: seen by cardiology on 01/02/2026",
                "2026-03-04",
            ),
            ("Encounter: 03/04/2026 09:15 AM\nSigned: 03/06/2026", "2026-03-04"),
            ("DOB: 12/01/1956\nDate: 03/04/2026\nHPI: last office visit 01/02/2026", "2026-03-04"),
            ("Patient   DOB          Date of Service\nDoe, J    12/01/1956   03/04/2026", "2026-03-04"),
            ("Appt. Date/Time:  03/04/2026 9:15 AM\nDictated: 03/05/2026", "2026-03-04"),
            ("Dear Dr. Roe,\nMrs. Doe was seen in my office on March 4, 2026 for snoring.", "2026-03-04"),
        ] {
            assert_eq!(days(text), [wanted], "{text}");
        }
    }

    #[test]
    fn where_two_days_are_possible_none_is_given() {
        for text in [
            "Date of visit: 03/04/2026\nDate of service: 03/05/2026",
            "Last office visit: 03/04/2026",
            "Next visit date: 03/04/2026",
            "Electronically signed by Richard Roe, MD 03/04/2026",
            "Printed on 03/04/2026",
        ] {
            assert!(days(text).is_empty(), "{text}");
        }
    }
}
