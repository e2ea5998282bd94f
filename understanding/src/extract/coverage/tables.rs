//! Coverages in tables: one a row under headings, one a column under `Primary` and `Secondary`, one a row behind its rank.

use super::{COVERAGES_MAX, KEYS, field, value};
use crate::find::DocView;
use crate::labels::{Hit, Labelled, Stretch};
use domain::parser::Field;
use regex::Regex;
use std::sync::LazyLock;

/// One coverage a row: the row's cells are set under the headings in their order, as near as they stand.
pub(super) fn of_table(view: &DocView<'_>, page: usize, heads: usize) -> Vec<Field> {
    let labelled = &view.pages[page];
    let sheet = &labelled.sheet;
    let left = |line: usize, byte: usize| sheet.left_of(line, byte).unwrap_or(f32::INFINITY);
    let columns: Vec<(f32, &str)> = sheet.lines[heads]
        .cells
        .iter()
        .map(|cell| {
            let key = labelled.hits[heads]
                .iter()
                .find(|hit| cell.contains(&hit.label.start))
                .map_or("", |hit| hit.key);
            (left(heads, cell.start), key)
        })
        .collect();
    let mut fields = Vec::new();
    let (mut above, mut rank) = (heads, 0);
    while let Some(line) = sheet.line_below(above) {
        above = line;
        let row = &sheet.lines[line];
        if !row.text.chars().any(char::is_alphanumeric) {
            continue;
        }
        // What the office notes below a table has labels of its own.
        let ends =
            |hit: &Hit| hit.colon || matches!(hit.key, "mrn" | "account" | "dob" | "order_id" | "phone");
        let labels = labelled.hits[line].iter().any(ends);
        if labels || rank >= COVERAGES_MAX {
            break;
        }
        // A single cell is the rest of a name broken over two lines, or the text behind the table.
        if row.cells.len() < 2 {
            continue;
        }
        rank += 1;
        // A row may begin with its rank, over which no heading stands.
        let extra = row.cells.len().saturating_sub(columns.len()).min(1);
        let edges: Vec<f32> = row.cells.iter().skip(extra).map(|cell| left(line, cell.start)).collect();
        let heads: Vec<f32> = columns.iter().map(|column| column.0).collect();
        for (cell, column) in row.cells.iter().skip(extra).zip(aligned(&edges, &heads)) {
            let Some((_, key)) = column.and_then(|index| columns.get(index)) else { continue };
            if !KEYS.contains(key) {
                continue;
            }
            let stretch = Stretch { line, range: cell.clone(), label: None };
            // A number fills its cell; text behind the table may hold one too.
            let found = value(key, page, labelled.text(&stretch), &stretch)
                .filter(|found| *key != "member_id" || found.at == *cell);
            fields.extend(found.and_then(|found| field(view, rank, key, &found)));
        }
    }
    fields
}

/// A head whose columns are the coverages, `Primary` beside `Secondary`, over rows of payers and numbers.
pub(super) struct Ranks {
    pub(super) page: usize,
    pub(super) line: usize,
    /// Left edges of the columns in points, by rank.
    edges: Vec<f32>,
}

impl Ranks {
    pub(super) fn of(labelled: &Labelled<'_>, page: usize) -> Option<Self> {
        labelled.sheet.spoken().find_map(|(line, _)| {
            let heads = labelled.hits[line]
                .iter()
                .filter(|hit| matches!(hit.key, "coverage_1" | "coverage_2") && hit.cell_full && !hit.colon);
            let edges: Vec<f32> =
                heads.filter_map(|hit| labelled.sheet.left_of(line, hit.label.start)).collect();
            (edges.len() >= 2).then_some(Self { page, line, edges })
        })
    }

    /// The rank of the column a label of a row stands in.
    pub(super) fn rank_at(&self, labelled: &Labelled<'_>, line: usize, hit: &Hit) -> u32 {
        let left = labelled.sheet.left_of(line, hit.label.start).unwrap_or(0.0);
        let before = self.edges.iter().filter(|edge| **edge <= left + 2.0 * labelled.sheet.height).count();
        before.max(1) as u32
    }

    /// The values of a row, each under its rank.
    pub(super) fn of_row(&self, view: &DocView<'_>, line: usize, hit: &Hit, key: &str) -> Vec<Field> {
        let labelled = &view.pages[self.page];
        let (sheet, mut fields) = (&labelled.sheet, Vec::new());
        for (index, edge) in self.edges.iter().enumerate() {
            let right = self.edges.get(index + 1).copied().unwrap_or(f32::INFINITY);
            let of = |line: usize| {
                sheet.range_between(line, edge - 1.5 * sheet.height, right - 0.5 * sheet.height)
            };
            // The second column's value may stand on a line of its own.
            let alone = || {
                let below = sheet.line_below(line)?;
                let row = sheet.lines.get(below)?;
                let single = row.cells.len() == 1 && labelled.hits[below].iter().all(|hit| !hit.colon);
                Some((below, of(below).filter(|range| single && row.cells.contains(range))?))
            };
            let own = of(line).filter(|range| range.start >= hit.label.end).map(|range| (line, range));
            let Some((line, range)) = own.or_else(|| alone().filter(|_| index > 0)) else { continue };
            let stretch = Stretch { line, range, label: None };
            let found = value(key, self.page, labelled.text(&stretch), &stretch);
            fields.extend(found.and_then(|found| field(view, index as u32 + 1, key, &found)));
        }
        fields
    }
}

static RANKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:(?P<first>1|1st|pri|prim|primary|ins\s?1)|(?P<second>2|2nd|sec|secondary|ins\s?2))[.):]?$",
    )
    .ok()
});
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?i:(?:member|subscriber|policy|cert(?:ificate)?|id|mbr)\s*(?:id|no\.?|number|nbr)?\s*[#:]?)\s+(?P<v>[A-Z0-9][A-Z0-9\-]{5,})$").ok()
});

/// `1 | Medicare | ID 1EG4TE5MK73`: rank, payer and number in the cells of a row without headings.
pub(super) fn of_ranked_rows(view: &DocView<'_>, page: usize) -> Vec<Field> {
    let labelled = &view.pages[page];
    let mut fields = Vec::new();
    for (line, row) in labelled.sheet.spoken().filter(|(_, row)| row.cells.len() >= 3) {
        let cell = |index: usize| {
            row.cells.get(index).and_then(|cell| row.text.get(cell.clone())).unwrap_or_default()
        };
        let Some(found) = RANKED.as_ref().and_then(|regex| regex.captures(cell(0))) else { continue };
        let rank = if found.name("first").is_some() { 1 } else { 2 };
        let number = row.cells.iter().skip(2).find_map(|range| {
            let text = row.text.get(range.clone())?;
            let at = NUMBERED.as_ref()?.captures(text)?.name("v")?.range();
            let range = range.start + at.start..range.start + at.end;
            let stretch = Stretch { line, range, label: None };
            value("member_id", page, labelled.text(&stretch), &stretch)
        });
        let Some(number) = number else { continue };
        let stretch = Stretch { line, range: row.cells[1].clone(), label: None };
        let payer = value("payer", page, labelled.text(&stretch), &stretch);
        fields.extend(payer.and_then(|payer| field(view, rank, "payer", &payer)));
        fields.extend(field(view, rank, "member_id", &number));
    }
    fields
}

/// Sets cells under headings in their order so that they stand as near to them as they can; by index of the heading.
fn aligned(cells: &[f32], heads: &[f32]) -> Vec<Option<usize>> {
    /// Cells of a row and headings of a table at most; wider ones are no tables of coverages.
    const WIDE: usize = 12;
    if cells.len() > heads.len() || heads.len() > WIDE {
        return vec![None; cells.len()];
    }
    let mut best: Option<(f32, Vec<usize>)> = None;
    let mut chosen: Vec<usize> = (0..cells.len()).collect();
    loop {
        let cost: f32 = cells.iter().zip(&chosen).map(|(cell, head)| (cell - heads[*head]).abs()).sum();
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, chosen.clone()));
        }
        let Some(next) = (0..chosen.len()).rev().find(|at| chosen[*at] < heads.len() - (chosen.len() - at))
        else {
            break;
        };
        chosen[next] += 1;
        for at in next + 1..chosen.len() {
            chosen[at] = chosen[at - 1] + 1;
        }
    }
    best.map_or_else(|| vec![None; cells.len()], |(_, chosen)| chosen.into_iter().map(Some).collect())
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn cells_stand_under_headings_in_their_order() {
        assert_eq!(aligned(&[50.0, 130.0, 250.0], &[50.0, 176.0, 290.0, 360.0]), [Some(0), Some(1), Some(2)]);
        assert_eq!(aligned(&[50.0, 290.0], &[50.0, 176.0, 290.0]), [Some(0), Some(2)]);
        assert_eq!(aligned(&[50.0, 60.0, 70.0], &[50.0, 60.0]), [None, None, None]);
        assert_eq!(aligned(&[], &[50.0]), []);
    }
}
