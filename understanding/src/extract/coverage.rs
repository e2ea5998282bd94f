//! The patient's coverages in their order, as facesheets, cards, orders and requests print them: behind labels, in
//! blocks under `Primary insurance`, in tables.

mod numbers;
mod tables;
mod told;

use super::patient::mbi_word;
use crate::find::{DocView, Found, plain_text};
use crate::labels::{Hit, Labelled, Stretch};
use crate::owner::{Owner, owner, qualified};
use crate::text::words_of;
use domain::parser::{DocumentClass, Field, FieldValue};
use numbers::member_number;
use std::ops::Range;
use tables::{Ranks, of_ranked_rows, of_table};

/// Coverages read at most; more are kept by the packet, not by us.
const COVERAGES_MAX: u32 = 4;
const KEYS: [&str; 8] = ["coverage_1", "coverage_2", "payer", "plan", "member_id", "mbi", "group", "bare_id"];

/// A coverage's fields are `coverage.RANK.payer`, `.plan`, `.member_id`, `.group`.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rank = 1;
    for page in 0..view.pages.len() {
        let labelled = &view.pages[page];
        let mut one = Page { view, class, page, ranks: Ranks::of(labelled, page), tables: Vec::new(), rank };
        for (line, at, _) in labelled.labels(&KEYS) {
            let found = one.of_label(line, at, &fields);
            fields.extend(found);
        }
        rank = one.rank;
        for line in one.tables {
            fields.extend(of_table(view, page, line));
        }
        fields.extend(of_ranked_rows(view, page));
        let told = told::of_lines(view, page);
        fields.extend(unclaimed(told, &fields));
    }
    if class == DocumentClass::InsuranceCard && !fields.iter().any(|field| field.name.ends_with(".payer")) {
        fields.extend(title_of_card(view));
    }
    if !fields.iter().any(|field| field.name == "coverage.1.payer") {
        fields.extend(told::headed(view));
    }
    first_of_each_name(fields)
}

/// One page while its labels are read from the top.
struct Page<'a> {
    view: &'a DocView<'a>,
    class: DocumentClass,
    page: usize,
    ranks: Option<Ranks>,
    /// Rows of headings met so far.
    tables: Vec<usize>,
    /// The coverage spoken of.
    rank: u32,
}

impl Page<'_> {
    /// What one label says; headings of tables and labels of something else say nothing.
    fn of_label(&mut self, line: usize, at: usize, known: &[Field]) -> Vec<Field> {
        let (view, page) = (self.view, self.page);
        let labelled = &view.pages[page];
        let hit = &labelled.hits[line][at];
        let numbered = is_numbered(labelled, (line, at));
        if !hit.is_sure() && !hit.cell_start && !numbered || is_anothers(labelled, line, hit) {
            return Vec::new();
        }
        let heads = labelled.is_heading_row(line) && !labelled.is_caption(line);
        if heads && !matches!(hit.key, "coverage_1" | "coverage_2") {
            if self.tables.last() != Some(&line) {
                self.tables.push(line);
            }
            return Vec::new();
        }
        // Under a table's headings a word such as `Plan` is part of a payer's name broken over two lines.
        let torn = !self.tables.is_empty() && !hit.colon && !hit.cell_full;
        if torn || !numbered && !belongs(labelled, (line, at), self.class) {
            return Vec::new();
        }
        let key = match hit.key {
            "coverage_1" => {
                self.rank = 1;
                "payer"
            }
            "coverage_2" => {
                self.rank += u32::from(self.rank == 1);
                "payer"
            }
            "plan" if self.class == DocumentClass::PriorAuthorization => "payer",
            key => key,
        };
        if let Some(ranks) = self.ranks.as_ref().filter(|ranks| ranks.line < line) {
            // Each column may have labels of its own.
            if hit.colon && labelled.hits[line].iter().filter(|other| other.key == hit.key).count() > 1 {
                let found = behind(labelled, page, (line, at), key);
                let rank = ranks.rank_at(labelled, line, hit);
                return found.and_then(|found| field(view, rank, key, &found)).into_iter().collect();
            }
            return ranks.of_row(view, line, hit, key);
        }
        if key == "payer" || key == "member_id" {
            let both = told::behind(view, page, (line, at), self.rank);
            if !both.is_empty() {
                return both;
            }
        }
        let Some(found) = behind(labelled, page, (line, at), key) else { return Vec::new() };
        self.rank = rank_of_another(known, self.rank, key, &found.value);
        field(view, self.rank, key, &found).into_iter().collect()
    }
}

/// A second payer behind the same label, away from a table, begins the next coverage.
fn rank_of_another(fields: &[Field], rank: u32, key: &str, value: &str) -> u32 {
    let name = format!("coverage.{rank}.payer");
    let other = fields.iter().any(|field| {
        field.name == name
            && !matches!(&field.value, FieldValue::Text(known) if known.eq_ignore_ascii_case(value))
    });
    if key == "payer" && other { rank + 1 } else { rank }
}

/// `Insurance no. W123456789`: a label that ends with what its value is, and such a number right behind it.
fn is_numbered(labelled: &Labelled<'_>, (line, at): (usize, usize)) -> bool {
    /// Digits of the shortest number that needs no colon.
    const DIGITS: usize = 6;
    let hit = &labelled.hits[line][at];
    let row = &labelled.sheet.lines[line];
    let label = row.text.get(hit.label.clone()).unwrap_or_default().to_lowercase();
    let ends = [" no", " number", " id", " nbr", " num", " #"].iter().any(|end| label.ends_with(end));
    let next = row.text.get(hit.value_from..).unwrap_or_default();
    let word = next.trim_start_matches(['.', ' ', '#', ':']).split_whitespace().next().unwrap_or_default();
    hit.key == "member_id"
        && ends
        && word.chars().filter(char::is_ascii_digit).count() >= DIGITS
        && crate::text::words_of(word).len() <= 2
}

/// Coverages of lines whose rank nothing else claims: neither another payer nor a number.
fn unclaimed(told: Vec<Field>, fields: &[Field]) -> Vec<Field> {
    let rank = |field: &Field| field.name.split('.').nth(1).map(str::to_owned);
    let claims = |a: &Field, b: &Field| {
        rank(a) == rank(b)
            && (a.name.ends_with(".member_id") || a.name.ends_with(".payer"))
            && a.name == b.name
            && a.value != b.value
    };
    let claimed: Vec<_> =
        told.iter().filter(|own| fields.iter().any(|other| claims(own, other))).map(rank).collect();
    told.into_iter().filter(|own| !claimed.contains(&rank(own))).collect()
}

/// A group's or a drug plan's number, an employer's or a doctor's is not the member's.
fn is_anothers(labelled: &Labelled<'_>, line: usize, hit: &Hit) -> bool {
    matches!(
        qualified(labelled, line, hit),
        Some(Owner::Provider | Owner::Prescriber | Owner::Firm | Owner::Contact | Owner::Guarantor)
    ) && !matches!(hit.key, "group" | "payer" | "coverage_1" | "coverage_2")
}

/// Off facesheets and cards many of these words mean something else: `Primary` a diagnosis, `Plan` what is planned.
fn belongs(labelled: &Labelled<'_>, (line, at): (usize, usize), class: DocumentClass) -> bool {
    use DocumentClass::{Facesheet, InsuranceCard};
    let hit = &labelled.hits[line][at];
    let label = labelled.sheet.lines[line].text[hit.label.clone()].to_lowercase();
    match hit.key {
        "bare_id" => {
            class == InsuranceCard && (hit.colon || hit.cell_start)
                || matches!(owner(labelled, line, at), Some(Owner::Payer | Owner::Subscriber))
                    && hit.is_sure()
        }
        _ if matches!(class, Facesheet | InsuranceCard) => true,
        // `Plan: Cigna` on a payer's form names the payer; elsewhere a plan is what is planned.
        "plan" => {
            hit.is_sure() && matches!(class, DocumentClass::PriorAuthorization) && {
                let text = labelled.text(&labelled.cell_behind(line, at));
                told::known(text.trim_start_matches([':', ' ']))
            }
        }
        "coverage_1" | "coverage_2" | "payer" => {
            ["ins", "pay", "cover", "health plan", "carrier"].iter().any(|word| label.contains(word))
                && (hit.colon || hit.cell_full)
        }
        _ => hit.is_sure(),
    }
}

fn behind(
    labelled: &Labelled<'_>,
    page: usize,
    (line, at): (usize, usize),
    key: &str,
) -> Option<Found<String>> {
    // A heading such as `Coverage 1` has labels or a table's headings below it, not its value.
    let inside = |stretch: &Stretch| {
        labelled.hits[stretch.line].iter().filter(|hit| stretch.range.contains(&hit.label.start)).count()
    };
    let starts_with_label = |stretch: &Stretch| {
        labelled.hits[stretch.line]
            .iter()
            .any(|hit| (hit.colon || hit.cell_full) && hit.label.start == stretch.range.start)
    };
    let stretches = told::places(labelled, (line, at));
    let own = stretches
        .iter()
        .filter(|stretch| !starts_with_label(stretch) && (stretch.line == line || inside(stretch) < 2));
    own.filter_map(|stretch| value(key, page, labelled.text(stretch), stretch)).next()
}

fn value(key: &str, page: usize, text: &str, stretch: &Stretch) -> Option<Found<String>> {
    let (value, range) = match key {
        "payer" | "plan" => payer(text)?,
        "mbi" => mbi_word(text)?,
        _ => member_number(text)?,
    };
    let at = stretch.range.start + range.start..stretch.range.start + range.end;
    let start = stretch.label.as_ref().map_or(at.start, |label| label.start);
    Some(Found { value, page, line: stretch.line, quote: start..at.end, at, confidence: 0.95 })
}

/// Whether a printed name begins with that of a payer everybody knows.
pub(crate) fn is_known_payer(name: &str) -> bool {
    told::known(name)
}

/// A payer's name: letters, not a rank, not a label's own words, not a number.
pub(super) fn payer(text: &str) -> Option<(String, Range<usize>)> {
    const FILLER: [&str; 47] = [
        "first",
        "second",
        "third",
        "1st",
        "2nd",
        "card",
        "cards",
        "copy",
        "id",
        "number",
        "phone",
        "claims",
        "front",
        "of",
        "and",
        "office",
        "use",
        "only",
        "primary",
        "secondary",
        "tertiary",
        "yes",
        "no",
        "none",
        "n",
        "a",
        "na",
        "active",
        "self",
        "same",
        "patient",
        "on",
        "file",
        "not",
        "applicable",
        "listed",
        "recorded",
        "known",
        "entered",
        "insurance",
        "coverage",
        "policy",
        "ins",
        "profile",
        "unknown",
        "additional",
        "information",
    ];
    let (name, range) = plain_text(text)?;
    let words = words_of(&name);
    let named = words.iter().any(|word| {
        word.len() >= 2 && word.chars().all(char::is_alphabetic) && !FILLER.contains(&word.as_str())
    });
    // `2) Cigna` is a line of a list.
    let listed =
        name.starts_with(|c: char| c.is_ascii_digit()) && name[1..].trim_start().starts_with([')', '.']);
    (named && !listed && name.len() <= 70).then_some((name, range))
}

/// The insurer's name at the head of a card: the first words that are neither a label nor speak of the copy.
fn title_of_card(view: &DocView<'_>) -> Option<Field> {
    const LINES: usize = 4;
    const WORDS: usize = 6;
    const OF_THE_COPY: [&str; 12] = [
        "card",
        "copy",
        "front",
        "back",
        "scanned",
        "scan",
        "member",
        "insurance",
        "identification",
        "image",
        "page",
        "id",
    ];
    let labelled = view.pages.first()?;
    let (line, cell, name) = labelled.sheet.spoken().take(LINES).find_map(|(line, row)| {
        let cell = row.cells.first()?.clone();
        let text = row.text.get(cell.clone())?;
        let (name, _) = payer(text)?;
        let words = words_of(text);
        let plain = words.len() <= WORDS
            && !text.contains(':')
            && !text.chars().any(|c| c.is_ascii_digit())
            && (!words.iter().any(|word| OF_THE_COPY.contains(&word.as_str()))
                || words.contains(&"medicare".to_owned()));
        plain.then_some((line, cell, name))
    })?;
    let found = Found { value: name, page: 0, line, quote: cell.clone(), at: cell, confidence: 0.85 };
    field(view, 1, "payer", &found)
}

fn field(view: &DocView<'_>, rank: u32, key: &str, found: &Found<String>) -> Option<Field> {
    let part = if matches!(key, "mbi" | "bare_id") { "member_id" } else { key };
    (rank <= COVERAGES_MAX).then(|| {
        view.field(&format!("coverage.{rank}.{part}"), FieldValue::Text(found.value.clone()), None, found)
    })?
}

fn first_of_each_name(fields: Vec<Field>) -> Vec<Field> {
    let mut kept: Vec<Field> = Vec::new();
    for field in fields {
        if !kept.iter().any(|other| other.name == field.name) {
            kept.push(field);
        }
    }
    kept
}
