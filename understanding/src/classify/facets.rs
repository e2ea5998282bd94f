//! What entries a paper has: many spellings of each thing that forms, sheets and cards ask for, found at the places
//! where an entry stands, with a misread letter or a lost colon. Classes are told by which things come together.

mod forms;
mod records;

use crate::find::DocView;
use crate::sheet::Line;
use crate::text::Phrases;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Where on a line the words of an entry count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere: nobody writes them by the way.
    Any,
    /// At a cell's start, or before a colon.
    Head,
    /// As a label only: before a colon, a number sign or leaders, or filling a cell.
    Entry,
    /// As a label, or before a telephone number.
    Dial,
}

/// A group of papers whose entries are counted together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Group {
    /// Fax and other cover sheets.
    Cover,
    /// Insurance cards.
    Card,
    /// Facesheets and registrations.
    Face,
    /// Heads of laboratory reports.
    Lab,
    /// Recordings without interpretation.
    Raw,
    /// Nights on positive pressure.
    Pressure,
    /// Parts of a note or summary.
    Narrative,
    /// What else a visit's note has.
    Visit,
    /// Entries of orders and of requests to payers.
    Order,
    /// What only somebody who read a study writes.
    Meaning,
}

/// One thing and its spellings.
pub(super) struct Facet {
    group: Group,
    /// What it is; several rows may spell the same thing.
    kind: &'static str,
    place: Place,
    words: &'static [&'static str],
}

const fn facet(group: Group, kind: &'static str, place: Place, words: &'static [&'static str]) -> Facet {
    Facet { group, kind, place, words }
}

static FACETS: LazyLock<(Vec<&'static Facet>, Phrases)> = LazyLock::new(|| {
    let all = || {
        forms::FACETS
            .iter()
            .chain(records::FACETS)
            .flat_map(|facet| facet.words.iter().map(move |words| (facet, *words)))
    };
    (all().map(|(facet, _)| facet).collect(), Phrases::new(all().map(|(_, words)| words)))
});

/// The things a paper was seen to have, with the words that show each.
#[derive(Default)]
pub(super) struct Facets {
    seen: BTreeMap<(Group, &'static str), String>,
}

impl Facets {
    /// Looks at every line once.
    pub(super) fn of(view: &DocView<'_>) -> Self {
        let (facets, phrases) = &*FACETS;
        let mut seen = BTreeMap::new();
        for (_, line) in view.pages.iter().flat_map(|page| page.sheet.spoken()) {
            for start in 0..line.tokens.len() {
                for (index, _) in phrases.starting(&line.tokens[start..]) {
                    let facet = facets[index];
                    let last = &line.tokens[start + phrases.length(index) - 1];
                    let at = line.tokens[start].start..last.end;
                    // Folding takes `5` for `s`: figures are no words.
                    let said = line.text[at.clone()].contains(char::is_alphabetic);
                    if said && stands(line, &at, facet.place) {
                        seen.entry((facet.group, facet.kind)).or_insert_with(|| line.text[at].to_lowercase());
                    }
                }
            }
        }
        Self { seen }
    }

    /// Whether a thing was seen.
    pub(super) fn has(&self, group: Group, kind: &'static str) -> bool {
        self.seen.contains_key(&(group, kind))
    }

    /// How many things of a group were seen.
    pub(super) fn count(&self, group: Group) -> usize {
        self.kinds(group).count()
    }

    /// The things of a group.
    pub(super) fn kinds(&self, group: Group) -> impl Iterator<Item = &'static str> {
        self.seen.keys().filter(move |(of, _)| *of == group).map(|(_, kind)| *kind)
    }

    /// The words that showed a group.
    pub(super) fn words(&self, group: Group) -> Vec<String> {
        self.seen.iter().filter(|((of, _), _)| *of == group).map(|(_, words)| words.clone()).collect()
    }
}

fn stands(line: &Line, at: &Range<usize>, place: Place) -> bool {
    let boxed = line.text[..at.start].trim_end().ends_with([')', ']', '☐', '☒', '☑', '□', '■']);
    let begins = boxed
        || line.cells.iter().any(|cell| {
            // A box to be ticked or a bullet may stand before it.
            cell.start <= at.start
                && at.start < cell.end
                && !line.text[cell.start..at.start]
                    .contains(|c: char| c.is_alphanumeric() && c != 'x' && c != 'X')
        });
    let fills =
        begins && line.cells.iter().any(|cell| at.end <= cell.end && is_tail(&line.text[at.end..cell.end]));
    match place {
        Place::Any => true,
        Place::Head => begins || labels(&line.text[at.end..]),
        Place::Entry => fills || labels(&line.text[at.end..]),
        Place::Dial => fills || labels(&line.text[at.end..]) || dials(&line.text[at.end..]),
    }
}

/// Whether nothing but a remark follows inside the cell.
fn is_tail(rest: &str) -> bool {
    remarked(rest).chars().all(|c| !c.is_alphanumeric())
}

/// Whether a label ends here: a colon, a number sign or leaders follow, perhaps behind a remark or `number`.
fn labels(rest: &str) -> bool {
    let rest = remarked(rest);
    rest.starts_with([':', ';', '#', '=', '：', '…'])
        || rest.starts_with("..")
        || rest.starts_with("__")
        || rest.starts_with(". .")
}

/// Whether a telephone number follows.
fn dials(rest: &str) -> bool {
    const DIGITS_MIN: usize = 7;
    let number = remarked(rest).split(|c: char| c.is_alphabetic()).next().unwrap_or_default();
    number.chars().filter(char::is_ascii_digit).count() >= DIGITS_MIN
}

/// What follows without a remark such as `(with this sheet)` or a word such as `number`.
fn remarked(rest: &str) -> &str {
    const MORE: [&str; 8] = ["number", "no", "nbr", "num", "name", "s", "to", "phone"];
    const REMARK: usize = 28;
    let mut rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('(')
        && let Some(end) = inside.find(')').filter(|end| *end <= REMARK)
    {
        rest = inside[end + 1..].trim_start();
    }
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    if end > 0 && MORE.contains(&rest[..end].to_lowercase().as_str()) {
        rest = rest[end..].trim_start().trim_start_matches('.');
    }
    rest.trim_start()
}
