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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::Compiler;
    use crate::view::Page;
    use reqwest::Url;

    /// The words in the column `name` of each row.
    fn column_of(html: &'static str, headers: &str, rows: &str, name: &str) -> Vec<String> {
        let address = Url::parse("http://127.0.0.1/").unwrap();
        let bytes = html.into();
        let page =
            Page { what: "x", address, status: 200, html: true, to_login: false, retry_after: None, bytes };
        let view = View::of(&page);
        let mut compiler = Compiler::default();
        let (headers, rows) = (compiler.finder("h", headers), compiler.finder("r", rows));
        let words = |row| {
            let column = column(&view, row, &headers, &[name.to_owned()]);
            column.and_then(|column| cell(row, column)).map_or_else(String::new, words::of_element)
        };
        rows.all(&view).into_iter().map(words).collect()
    }

    #[test]
    fn wide_cells_and_several_tables_keep_their_columns() {
        let html = "<table><tr><th colspan=2>Who</th><th>When:</th><th>What</th></tr>
            <tr class=r><td>a</td><td>b</td><td>today</td><td>note</td></tr>
            <tr class=r><td colspan=3>none</td><td>scan</td></tr></table>
            <table><tr><th>What</th><th>When</th></tr><tr class=r><td>fax</td><td>now</td></tr></table>";
        assert_eq!(column_of(html, "th", "tr.r", "what"), ["note", "scan", "fax"]);
        assert_eq!(column_of(html, "th", "tr.r", "When"), ["today", "none", "now"]);
    }

    #[test]
    fn a_grid_of_plain_elements_is_a_table_too() {
        let html = "<div class=h><span>Date</span><span>Title</span></div>
            <div class=r><span>1 Nov</span><b>Note</b></div>";
        assert_eq!(column_of(html, "div.h span", "div.r", "Title"), ["Note"]);
    }
}
