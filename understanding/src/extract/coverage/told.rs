//! Coverages told without a label of their own for each part: payer and number behind one label, in a line of a list, or a
//! payer known by name under the heading of a block.

use super::{field, payer, value};
use crate::find::DocView;
use crate::labels::{Labelled, Stretch};
use crate::owner::{Owner, owner_of_heading};
use domain::parser::Field;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

static PAYER_AND_NUMBER: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\W*(?P<payer>[A-Z][A-Za-z&.'\- ]+?)\s*[,;:(\-–]*\s*",
        r"(?:#|(?i:certificate|cert\.?|policy|pol\.?|member(?:\s+id)?|subscriber(?:\s+id)?|mbi|id|no\.?)\s*(?:#|no\.?|number|:)?)\s*:?\s*(?P<id>[A-Z0-9][A-Z0-9\-]{5,})"
    ))
    .ok()
});
/// `Medicare (1EG4-TE5-MK73)`.
static NUMBER_IN_BRACKETS: Pattern = LazyLock::new(|| {
    Regex::new(r"^\W*(?P<payer>[A-Z][A-Za-z&.'\- ]+?)\s*\(\s*(?:(?i:id|member|policy|mbi)\W{0,3})?(?P<id>[A-Z]{0,4}\d[A-Z0-9\-]{5,})\s*\)").ok()
});
/// Insurers every record in the country knows. Their names stand where no label does.
static KNOWN: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\W*(?:medicare|medicaid|medi-?cal|masshealth|aetna|cigna|humana|anthem|blue\s*(?:cross|shield)|bcbs|united\s?health\s?care|uhc\b|aarp|tricare|champva|kaiser|",
        r"wellcare|wellpoint|molina|centene|ambetter|fidelis|mvp\b|cdphp|emblem\s?health|highmark|excellus|independence\s+(?:blue|health)|oscar\b|mutual\s+of\s+omaha|",
        r"devoted|healthfirst|univera|amerigroup|caresource|geisinger|upmc|tufts|harvard\s+pilgrim|health\s?net|priority\s+health|medica\b|optima\s+health|sentara|",
        r"state\s+medicaid|railroad\s+medicare|va\s+community\s+care|workers'?\s+comp|self[\s-]?pay|transamerica|colonial\s+penn|bankers\s+life)\b"
    ))
    .ok()
});
static LISTED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:(?P<first>1[.):]|1st|pri(?:mary|m)?\b\W|ins(?:urance)?\s*#?\s*1\b)|(?P<second>2[.):]|2nd|sec(?:ondary)?\b\W|ins(?:urance)?\s*#?\s*2\b))\W*").ok()
});

/// Whether a text begins with the name of a payer everybody knows.
pub(super) fn known(text: &str) -> bool {
    KNOWN.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// `Insurance: Medicare, certificate 1EG4TE5MK73`: payer and number behind one label.
pub(super) fn behind(view: &DocView<'_>, page: usize, (line, at): (usize, usize), rank: u32) -> Vec<Field> {
    let labelled = &view.pages[page];
    places(labelled, (line, at))
        .iter()
        .map(|stretch| both(view, page, stretch.line, stretch.range.clone(), rank))
        .find(|fields| !fields.is_empty())
        .unwrap_or_default()
}

/// Where the value of a label may stand. Under a heading of its own column a known payer goes before what stands in the next
/// column of the line.
pub(super) fn places(labelled: &Labelled<'_>, (line, at): (usize, usize)) -> Vec<Stretch> {
    let hit = &labelled.hits[line][at];
    let mut stretches = labelled.stretches(line, at);
    // Under a rank without a payer stands the next row's label, and what follows that one is its own.
    if matches!(hit.key, "payer" | "coverage_1" | "coverage_2") {
        let next = labelled.sheet.line_below(line);
        stretches.retain(|stretch| stretch.line <= line || Some(stretch.line) == next);
    }
    if hit.cell_full && !hit.colon && matches!(hit.key, "payer" | "coverage_1" | "coverage_2") {
        let below = labelled.below(line, at, 1);
        let behind = stretches.first().is_some_and(|first| known(labelled.text(first)));
        if !behind && below.first().is_some_and(|first| known(labelled.text(first))) {
            stretches.splice(..0, below);
        }
    }
    stretches
}

/// Payer and number in a part of a line.
fn both(view: &DocView<'_>, page: usize, line: usize, part: Range<usize>, rank: u32) -> Vec<Field> {
    let labelled = &view.pages[page];
    let whole = labelled.sheet.lines[line].text.get(part.clone()).unwrap_or_default();
    let listed = LISTED.as_ref().and_then(|regex| regex.find(whole)).map_or(0, |found| found.end());
    let (part, text) = (part.start + listed..part.end, &whole[listed..]);
    for pattern in [&PAYER_AND_NUMBER, &NUMBER_IN_BRACKETS] {
        let Some(found) = pattern.as_ref().and_then(|regex| regex.captures(text)) else { continue };
        let (Some(name), Some(id)) = (found.name("payer"), found.name("id")) else { continue };
        if !id.as_str().chars().any(|c| c.is_ascii_digit()) || payer(name.as_str()).is_none() {
            continue;
        }
        let stretch = |range: Range<usize>| Stretch {
            line,
            range: part.start + range.start..part.start + range.end,
            label: None,
        };
        let (name, id) = (stretch(name.range()), stretch(id.range()));
        let payer = value("payer", page, labelled.text(&name), &name);
        let number = value("member_id", page, labelled.text(&id), &id);
        if let (Some(payer), Some(number)) = (payer, number) {
            return [("payer", payer), ("member_id", number)]
                .into_iter()
                .filter_map(|(key, found)| field(view, rank, key, &found))
                .collect();
        }
    }
    Vec::new()
}

/// `1) Medicare, ID 1EG4TE5MK73`, `Medicare #1EG4TE5MK73`: a payer known by name, its number behind it; the first one is the
/// primary coverage unless a rank says otherwise.
pub(super) fn of_lines(view: &DocView<'_>, page: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut next = 1;
    for (line, row) in view.pages[page].sheet.spoken() {
        let (mut from, mut rank) = (0, next);
        if let Some(found) = LISTED.as_ref().and_then(|regex| regex.captures(&row.text)) {
            from = found.get(0).map_or(0, |whole| whole.end());
            rank = if found.name("first").is_some() { 1 } else { 2 };
        }
        if !known(&row.text[from..]) {
            continue;
        }
        let found = both(view, page, line, from..row.text.len(), rank);
        if !found.is_empty() {
            next = rank + 1;
        }
        fields.extend(found);
    }
    fields
}

/// A payer known by name alone on a line under a heading such as `Insurance coverage`.
pub(super) fn headed(view: &DocView<'_>) -> Option<Field> {
    /// Lines below the heading.
    const BELOW: usize = 2;
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, hits) in labelled.hits.iter().enumerate() {
            let heads = |hit: &&crate::labels::Hit| {
                hit.cell_full
                    && (owner_of_heading(labelled, line, hit) == Some(Owner::Payer)
                        || matches!(hit.key, "payer" | "coverage_1"))
            };
            if labelled.sheet.lines[line].seam.is_some() || !hits.iter().any(|hit| heads(&hit)) {
                continue;
            }
            let mut at = line;
            for _ in 0..BELOW {
                let Some(below) = labelled.sheet.line_below(at) else { break };
                at = below;
                let row = &labelled.sheet.lines[at];
                let Some(cell) = row.cells.first() else { continue };
                let labels = labelled.hits[at].iter().any(|hit| hit.colon && hit.label.start < cell.end);
                if labels || !known(row.text.get(cell.clone()).unwrap_or_default()) {
                    continue;
                }
                let stretch = Stretch { line: at, range: cell.clone(), label: None };
                let found = value("payer", page, labelled.text(&stretch), &stretch)?;
                return field(view, 1, "payer", &found);
            }
        }
    }
    None
}
