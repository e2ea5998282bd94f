//! Rows of results: an analyte, its value, and a unit, a range or a flag beside it. Laboratory reports are made of them,
//! whatever they are called.

mod analytes;

use crate::find::DocView;
use crate::sheet::Line;
use crate::text::Phrases;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

static ANALYTES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(analytes::ANALYTES.iter().copied()));

type Pattern = LazyLock<Option<Regex>>;

/// A value behind an analyte, perhaps behind a specimen, a method or a flag.
static VALUE: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:[^\p{L}\d<>+\-]{0,40}(?:\([^)]{0,24}\)|serum|plasma|total|blood|automated|auto|calc(?:ulated)?|level|count|\*?[hl]\*?|high|low|of|was|is|s|p|a)\b){0,3}",
        r"[^\p{L}\d]{0,60}(?:(?P<number>[<>]?\s?[+\-]?[\dOlI]*[.,]?[\dOlI]*\d[\dOlI]*)|(?P<word>negative|positive|neg|pos|not\s+detected|detected|non-?\s?reactive|reactive|trace|none\s+seen|normal|yellow|clear|few|rare|many|moderate|straw|no\s+growth)\b)"
    ))
    .ok()
});
static MARK: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:[mgunpμµ]?c?g\s?/\s?d?m?l|m?mol\s?/\s?l|[umnpμµ]?mol/l|m?eq\s?/\s?l|m?[iu]{1,2}u?\s?/\s?m?l|u/l|iu/l|[xk]?10\s?[\^e*]?\s?\d|k/u[lL]|m/ul|thou/ul|mill/ul|cells?/ul|/?ul\b|mm\s?hg|kpa|fl\b|pg\b|ng/ml|pg/ml|ug/dl|mcg/dl|mm/hr?|ml/min|sec(?:onds)?\b|/hpf|/lpf|torr|%pcv|vol\s?%)",
        r"|(?:^|\s)(?:high|low|abnormal|critical|final|\*?[hl]{1,2}\*?)(?:\s|$|\))|[(\[]?[<>]?\s?\d*\.?\d+\s?(?:-|–|to)\s?[<>]?\d*\.?\d+[)\]]?|[<>]\s?(?:or\s?=\s?)?\d|%"
    ))
    .ok()
});

/// So many analytes on a line head columns.
const HEADS_MIN: usize = 4;

/// Rows of a paper.
#[derive(Default)]
pub(super) struct Rows {
    /// Analytes with a value and a unit, range or flag.
    pub(super) full: usize,
    /// Analytes with a value alone.
    pub(super) bare: usize,
    /// The first few, for who asks why.
    pub(super) names: Vec<String>,
}

/// The rows of results a paper has; each analyte counts once.
pub(super) fn rows(view: &DocView<'_>) -> Rows {
    let mut seen: BTreeMap<usize, (bool, String)> = BTreeMap::new();
    // Analytes that head columns, until the row of their values comes.
    let mut heads: Vec<(usize, Range<usize>, String)> = Vec::new();
    for (_, line) in view.pages.iter().flat_map(|page| page.sheet.spoken()) {
        let valued = of_line(line);
        if heads.len() >= HEADS_MIN && figures(line) + 1 >= heads.len() {
            for (index, at, text) in heads.drain(..) {
                seen.entry(index).or_insert_with(|| (true, text[at].to_lowercase()));
            }
        }
        heads = places(line)
            .into_iter()
            .filter(|(index, ..)| valued.iter().all(|(known, ..)| known != index))
            .map(|(index, at)| (index, at, line.text.clone()))
            .collect();
        for (index, at, full) in valued {
            let entry = seen.entry(index).or_insert_with(|| (full, line.text[at].to_lowercase()));
            entry.0 |= full;
        }
    }
    const SHOWN: usize = 4;
    Rows {
        full: seen.values().filter(|(full, _)| *full).count(),
        bare: seen.values().filter(|(full, _)| !*full).count(),
        names: seen.into_values().take(SHOWN).map(|(_, name)| name).collect(),
    }
}

/// Words of a line that are figures.
fn figures(line: &Line) -> usize {
    let figure = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit() || c == '<' || c == '>');
    line.text.split_whitespace().filter(figure).count()
}

/// Where analytes stand on a line.
fn places(line: &Line) -> Vec<(usize, Range<usize>)> {
    /// Shorter names are words as well: they count at a cell's start only.
    const SHORT: usize = 4;
    let mut places = Vec::new();
    let mut next = 0;
    while next < line.tokens.len() {
        let here = ANALYTES.starting(&line.tokens[next..]);
        let Some((index, _)) = here.into_iter().max_by_key(|(index, _)| ANALYTES.length(*index)) else {
            next += 1;
            continue;
        };
        let length = ANALYTES.length(index);
        let at = line.tokens[next].start..line.tokens[next + length - 1].end;
        let begins = line.cells.iter().any(|cell| cell.start == at.start);
        let said = line.text[at.clone()].contains(char::is_alphabetic);
        if said && (at.len() >= SHORT || begins) {
            places.push((index, at));
        }
        next += length;
    }
    places
}

/// Analytes of a line that have a value: which, where, and whether a unit, range or flag follows.
fn of_line(line: &Line) -> Vec<(usize, Range<usize>, bool)> {
    let places = places(line);
    let ends: Vec<usize> =
        places.iter().skip(1).map(|(_, at)| at.start).chain(std::iter::once(line.text.len())).collect();
    places
        .into_iter()
        .zip(ends)
        .filter_map(|((index, at), end)| {
            let rest = &line.text[at.end..end];
            let found = VALUE.as_ref()?.captures(rest)?;
            let value = found.get(0)?;
            let marked = found.name("word").is_some()
                || MARK.as_ref().is_some_and(|mark| mark.is_match(&rest[value.end()..]));
            Some((index, at, marked))
        })
        .collect()
}
