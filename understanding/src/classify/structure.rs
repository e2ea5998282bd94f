//! What a paper is by its build: a cover sheet names sender, receiver and pages and says little else; a card holds a
//! member's number beside copays and drug-plan numbers; a summary with a history, an examination and a plan is a note.

use super::facets::Group::{Card, Cover, Face, Lab, Meaning, Narrative, Order, Pressure, Raw, Visit};
use super::facets::{Facets, Group};
use super::{listing, pressures, rows};
use crate::find::DocView;
use domain::parser::DocumentClass;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a build that is recognised adds: more than any title, for titles such as `Office visit` stand on cards and
/// cover sheets as well.
const WEIGHT: f32 = 14.0;
/// A paper with so many parts of a note or summary is no form, card or table.
const NARRATIVE_MAX: usize = 1;
/// What each further part of a note adds, and how many count.
const NOTE_PART: f32 = 1.0;
const NOTE_PARTS_MAX: usize = 5;
/// A paper with so many entries of an order or request is no sheet about the patient.
const ORDER_MAX: usize = 2;

type Pattern = LazyLock<Option<Regex>>;

static CODE: Pattern = LazyLock::new(|| Regex::new(r"\b[AEKL]\d{4}\b").ok());

/// A class that a paper's build speaks for, with its weight and the words that decided it.
pub(super) struct Shape {
    pub(super) class: DocumentClass,
    pub(super) weight: f32,
    pub(super) why: Vec<String>,
}

/// What a paper is by its build.
pub(super) fn shapes(view: &DocView<'_>, facets: &Facets) -> Vec<Shape> {
    let shape = |class, weight, group: Group, why: &str| {
        let mut words = vec![why.to_owned()];
        words.extend(facets.words(group));
        Shape { class, weight, why: words }
    };
    let narrative = facets.count(Narrative) > NARRATIVE_MAX;
    // A list of what is sent names a history and a summary as well.
    let told = ["hpi", "complaint", "exam", "review", "plan", "prose"];
    let told = told.iter().filter(|kind| facets.has(Narrative, kind)).count();
    if told <= NARRATIVE_MAX && is_cover(view, facets) {
        return vec![shape(DocumentClass::CoverSheet, WEIGHT, Cover, "sender, receiver, pages")];
    }
    if !narrative && is_card(view, facets) {
        return vec![shape(DocumentClass::InsuranceCard, WEIGHT, Card, "member number, copays")];
    }
    let mut shapes = Vec::new();
    let told = facets.count(Narrative) > 0 || facets.has(Visit, "soap");
    let parts = (facets.count(Narrative) + facets.count(Visit)).saturating_sub(NARRATIVE_MAX + 1);
    if told && parts > 0 && !facets.has(Narrative, "course") {
        let weight = NOTE_PART * parts.min(NOTE_PARTS_MAX) as f32;
        shapes.push(shape(DocumentClass::OfficeNote, weight, Narrative, "parts of a note"));
    }
    let face = facesheet(facets);
    if face > 0.0 {
        shapes.push(shape(DocumentClass::Facesheet, face, Face, "entries of a registration"));
    }
    let (results, names) = results(view, facets);
    if results > 0.0 && !narrative {
        let mut found = shape(DocumentClass::Lab, results, Lab, "rows of results");
        found.why.extend(names);
        shapes.push(found);
    }
    if !narrative && let Some((weight, why)) = recording(view, facets) {
        shapes.push(shape(DocumentClass::RawStudyData, weight, Raw, why));
    }
    shapes
}

fn words(view: &DocView<'_>) -> usize {
    view.lines().map(|(_, _, text)| text.split_whitespace().count()).sum()
}

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// A cover sheet names sender, receiver, their numbers and how many pages follow, and says little else.
fn is_cover(view: &DocView<'_>, facets: &Facets) -> bool {
    /// Its confidentiality notice included.
    const WORDS_MAX: usize = 380;
    const ENTRIES_MIN: usize = 5;
    /// A sheet with hardly any words needs fewer entries; one that greets somebody needs more.
    const FEW_WORDS: usize = 150;
    const GREETS: usize = 2;
    static PAGES: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)(?:\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\s+pages\b|\b(?:\d{1,3}|_{2,})\s+(?:pages?|pgs?|sheets)\b(?:\s*\)?\s*(?:incl|with|follow|total|in\s+all|sent|attached|to\s+follow|by\s+fax|\.|,|$)))")
            .ok()
    });
    let words = words(view);
    let codes = view.lines().filter(|(_, _, text)| is(&CODE, text)).count();
    let asked = facets.count(Order);
    if codes > 2 || codes > 0 && asked > 1 || asked > ORDER_MAX || words > WORDS_MAX {
        return false;
    }
    let has = |kind| facets.has(Cover, kind);
    let greets = view.lines().any(|(_, _, text)| text.trim_start().starts_with("Dear "));
    let pages = has("pages") || view.lines().any(|(_, _, text)| is(&PAGES, text));
    let entries = facets.count(Cover) + usize::from(pages && !has("pages"));
    let tells = pages && has("notice");
    let least = if greets && !tells { ENTRIES_MIN + GREETS } else { ENTRIES_MIN };
    let sends = has("to") && (has("from") || has("fax")) || has("from") && has("fax") && pages;
    let covers = has("title") || has("notice") || pages;
    sends && covers && entries >= least
        || sends && (pages || has("title")) && entries + 1 >= least
        || pages && (has("enclosed") || has("notice")) && (has("fax") || has("to")) && entries + 1 >= least
        || words <= FEW_WORDS && has("title") && (sends || pages || has("fax")) && entries + 2 >= least
        || words <= FEW_WORDS && has("notice") && (sends || pages) && entries + 2 >= least
}

/// A card has a member's number beside copays, drug-plan numbers and telephone numbers for members.
fn is_card(view: &DocView<'_>, facets: &Facets) -> bool {
    const WORDS_MAX: usize = 180;
    const SIGNS_MIN: usize = 3;
    /// Hardly any paper but a card says so little beside a member's number.
    const FEW_WORDS: usize = 60;
    let known = ["guarantor", "contact", "marital", "second", "admission", "religion", "race", "address"];
    let of_facesheet = known.iter().filter(|kind| facets.has(Face, kind)).count();
    if of_facesheet > 1 || facets.count(Order) > 1 || facets.count(Meaning) > 1 || words(view) > WORDS_MAX {
        return false;
    }
    let has = |kind| facets.has(Card, kind);
    let mbi = view
        .lines()
        .any(|(_, _, text)| text.split_whitespace().any(|word| crate::identifiers::mbi(word).is_some()));
    let number = has("number") || mbi;
    let signs = facets.kinds(Card).filter(|kind| *kind != "number").count();
    // One sign that stands on nothing else; the rest stands on registrations as well.
    let own = has("rx")
        || has("parts")
        || has("card")
        || has("service")
        || has("copay") && (has("plan") || has("group"));
    let few = words(view) <= FEW_WORDS && facets.count(Order) == 0 && of_facesheet == 0;
    number && own && signs + 1 >= SIGNS_MIN
        || number && few && signs >= SIGNS_MIN
        || has("card") && has("service") && signs >= SIGNS_MIN
}

/// What a registration's entries add: who pays, who is called in an emergency, coverages, who the patient is.
fn facesheet(facets: &Facets) -> f32 {
    const WEIGHTS: [(&str, f32); 18] = [
        ("guarantor", 2.0),
        ("contact", 2.0),
        ("marital", 1.5),
        ("second", 1.5),
        ("religion", 1.0),
        ("race", 1.0),
        ("language", 1.0),
        ("employer", 1.0),
        ("ssn", 1.0),
        ("insurance", 1.0),
        ("subscriber", 1.0),
        ("phone", 1.0),
        ("admission", 1.0),
        ("stay", 1.0),
        ("address", 1.0),
        ("doctor", 0.5),
        ("sex", 0.5),
        ("pharmacy", 0.5),
    ];
    const FREE: f32 = 3.5;
    const MOST: f32 = 12.0;
    if facets.count(Narrative) > NARRATIVE_MAX + 1 || facets.count(Order) > ORDER_MAX {
        return 0.0;
    }
    let sum: f32 = WEIGHTS.iter().filter(|(kind, _)| facets.has(Face, kind)).map(|(_, weight)| weight).sum();
    (1.8 * (sum - FREE)).clamp(0.0, MOST)
}

/// What rows of results and a laboratory's heading add, and the first of them.
fn results(view: &DocView<'_>, facets: &Facets) -> (f32, Vec<String>) {
    const MOST: f32 = 13.0;
    let found = rows::rows(view);
    let columns = ["range", "result", "units", "flag", "test"];
    let columns = columns.iter().filter(|kind| facets.has(Lab, kind)).count();
    let head = facets.count(Lab) - columns;
    let enough = found.full >= 3
        || found.full + found.bare >= 3 && (columns >= 2 || head >= 1)
        || found.full >= 1 && columns + head >= 3
        || head >= 4;
    if !enough {
        return (0.0, Vec::new());
    }
    let weight = 1.5 * found.full as f32
        + 0.5 * found.bare.min(6) as f32
        + 0.8 * columns as f32
        + 1.0 * head.min(4) as f32;
    (weight.min(MOST), found.names)
}

/// What a recording without an interpretation adds, and by what.
fn recording(view: &DocView<'_>, facets: &Facets) -> Option<(f32, &'static str)> {
    const NAMED: f32 = 6.0;
    const ALSO: f32 = 3.0;
    let meant = facets.has(Meaning, "impression");
    let named = facets.has(Raw, "name");
    let also = if named && !meant { ALSO } else { 0.0 };
    if let Some(found) = listing::listing(view) {
        return Some((found.weight + also, found.why));
    }
    let told = facets.count(Raw) >= 2 && named && !meant;
    told.then_some((NAMED, "a recording's entries"))
}

/// Whether a night was spent on positive pressure, by its tables and what was found, and no part of it without.
pub(super) fn is_on_pressure(view: &DocView<'_>, facets: &Facets) -> bool {
    static WITHOUT: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:baseline|diagnostic|split|without\s+(?:cpap|pap|treatment)|(?:prior\s+to|before|off)\s+(?:cpap|pap|treatment|titration)|untreated|pre-?\s?treatment)\b").ok()
    });
    const PRESSURE_SIGNS_MIN: usize = 2;
    let table = pressures::has_table(view);
    let has = |kind| facets.has(Pressure, kind);
    let found = usize::from(table) * 2
        + usize::from(has("found"))
        + usize::from(has("residual"))
        + usize::from(has("code"));
    // What an earlier night found is no part of this one.
    static EARLIER: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:prior|previous(?:ly)?|earlier|history|referr\w+|outside|known|diagnosed)\b")
            .ok()
    });
    let without = |text: &str| is(&WITHOUT, text) && !is(&EARLIER, text);
    found >= PRESSURE_SIGNS_MIN && !view.lines().any(|(_, _, text)| without(text))
}

/// Whether a document has the parts of a visit's note: history, examination, assessment.
pub(super) fn is_note(view: &DocView<'_>) -> bool {
    const PARTS_MIN: usize = 2;
    let mut parts = BTreeSet::new();
    for labelled in view.pages {
        for hit in labelled.hits.iter().flatten().filter(|hit| hit.colon || hit.cell_full && hit.cell_start) {
            if matches!(hit.key, "sec.hpi" | "sec.exam" | "sec.plan" | "sec.ros") {
                parts.insert(hit.key);
            }
        }
    }
    parts.contains("sec.plan") && parts.len() > PARTS_MIN
        || parts.contains("sec.hpi") && parts.len() >= PARTS_MIN
}

/// Whether a summary is of a stay in hospital.
pub(super) fn is_of_a_stay(view: &DocView<'_>) -> bool {
    static STAY: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)\bhospital\s+course\b|\bdischarge\s+(?:summary|diagnos[ie]s|medications?|date|disposition|condition)\b|\bdate\s+of\s+(?:discharge|admission)\b|\badmi(?:ssion|t)\s+date\b|\bdischarged\s+(?:to|home|on)\b").ok()
    });
    view.lines().any(|(_, _, text)| is(&STAY, text))
}
