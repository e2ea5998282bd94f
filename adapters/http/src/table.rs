//! Tables whose columns stand in any order: a cell is found by its column's header.

use crate::compile::Finder;
use crate::view::View;
use crate::words;
use scraper::ElementRef;

/// The column under a header with one of these texts, for this row.
pub(crate) fn column(
    view: &View<'_>,
    row: ElementRef<'_>,
    headers: &Finder,
    names: &[String],
) -> Option<usize> {
    let cells = headers.all(view);
    let table = table_of(row);
    // A page with several tables has headers for each.
    let own: Vec<_> =
        cells.iter().copied().filter(|cell| table.is_some() && table_of(*cell) == table).collect();
    let cells = if own.is_empty() { cells } else { own };
    let names: Vec<String> = names.iter().map(|name| words::label_form(name)).collect();
    let mut column = 0;
    for cell in cells {
        if names.contains(&words::label_form(&words::of_element(cell))) {
            return Some(column);
        }
        column += span(cell);
    }
    None
}

/// A row's cell in a column.
pub(crate) fn cell(row: ElementRef<'_>, column: usize) -> Option<ElementRef<'_>> {
    let table_row = row.value().name() == "tr";
    let mut at = 0;
    for cell in row.child_elements() {
        if table_row && !matches!(cell.value().name(), "td" | "th") {
            continue;
        }
        let after = at + span(cell);
        if (at..after).contains(&column) {
            return Some(cell);
        }
        at = after;
    }
    None
}

fn table_of(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap).find(|outer| outer.value().name() == "table")
}

/// Columns a cell takes; more than a thousand is what browsers refuse, too.
fn span(cell: ElementRef<'_>) -> usize {
    cell.attr("colspan").and_then(|span| span.trim().parse().ok()).unwrap_or(1).clamp(1, 1000)
}
