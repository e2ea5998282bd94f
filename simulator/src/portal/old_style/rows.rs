//! How the lists of a chart are drawn: tables, an accordion, cards.

use html_escape::encode_text;

use super::text::{list_date, list_moment};
use crate::chart::DocumentEntry;
use crate::dice::Dice;
use crate::portal::Shared;

/// The tables' columns; their order changes by seed and day.
const COLUMNS: [&str; 6] = ["Date", "Document", "Type", "Author", "Status", "Last Edited"];

const NOTHING: &str = "<div class=\"none\">Nothing on file.</div>\n";

/// "Showing 1-8 of 11"; nothing for an empty list.
pub(super) fn count(skip: usize, rows: usize, total: usize) -> String {
    if total == 0 {
        return String::new();
    }
    let (first, last) = ((skip + 1).min(total), (skip + rows).min(total));
    format!("<span class=\"count\">Showing {first}-{last} of {total}</span>\n")
}

/// A table, a row a document.
pub(super) fn table(portal: &Shared, list: &str, entries: &[&DocumentEntry]) -> String {
    if entries.is_empty() {
        return NOTHING.to_owned();
    }
    let day = portal.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut columns = COLUMNS;
    Dice::of(portal.hospital.seed, &format!("{list} columns/{day}")).shuffle(&mut columns);
    let head: String = columns.iter().map(|name| format!("<th>{name}</th>")).collect();
    let rows: String = entries
        .iter()
        .map(|entry| {
            let cells: String =
                columns.iter().map(|column| format!("<td>{}</td>", cell(entry, column))).collect();
            format!("<tr class=\"row\" data-doc=\"{}\">{cells}</tr>\n", entry.id)
        })
        .collect();
    format!("<table class=\"list\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n")
}

fn cell(entry: &DocumentEntry, column: &str) -> String {
    match column {
        "Date" => entry.service_date.map(list_date).unwrap_or_default(),
        "Document" => link(entry),
        "Type" => encode_text(entry.kind).into_owned(),
        "Author" => encode_text(&entry.author).into_owned(),
        "Status" => encode_text(entry.status).into_owned(),
        _ => entry.edited.map(list_moment).unwrap_or_default(),
    }
}

fn link(entry: &DocumentEntry) -> String {
    format!("<a href=\"javascript:openDoc('{}')\">{}</a>", entry.id, encode_text(&entry.title))
}

/// Panels grouped by visit date; a group goes on as long as the date stays the same.
pub(super) fn accordion(entries: &[&DocumentEntry]) -> String {
    if entries.is_empty() {
        return NOTHING.to_owned();
    }
    entries
        .chunk_by(|a, b| a.service_date == b.service_date)
        .map(|group| {
            let date = group[0].service_date.map_or_else(|| "Undated".to_owned(), list_date);
            let panels: String = group.iter().map(|entry| panel(entry)).collect();
            format!("<div class=\"group\">\n<h3>{date}</h3>\n{panels}</div>\n")
        })
        .collect()
}

fn panel(entry: &DocumentEntry) -> String {
    format!(
        "<div class=\"panel\" data-doc=\"{}\"><span class=\"title\">{}</span> <span class=\"type\">{}</span> \
         <span class=\"author\">{}</span> <span class=\"status\">{}</span> <span class=\"edited\">{}</span></div>\n",
        entry.id,
        link(entry),
        encode_text(entry.kind),
        encode_text(&entry.author),
        encode_text(entry.status),
        entry.edited.map(list_moment).unwrap_or_default()
    )
}

/// A card a document.
pub(super) fn cards(entries: &[&DocumentEntry]) -> String {
    if entries.is_empty() {
        return NOTHING.to_owned();
    }
    entries.iter().map(|entry| card(entry)).collect()
}

fn card(entry: &DocumentEntry) -> String {
    let facts: String = [
        ("Visit date", entry.service_date.map(list_date).unwrap_or_default()),
        ("Provider", entry.author.clone()),
        ("Type", entry.kind.to_owned()),
        ("Status", entry.status.to_owned()),
        ("Edited", entry.edited.map(list_moment).unwrap_or_default()),
    ]
    .iter()
    .map(|(label, value)| format!("<dt>{label}</dt><dd>{}</dd>\n", encode_text(value)))
    .collect();
    format!(
        "<div class=\"card\" data-doc=\"{}\">\n<h4>{}</h4>\n<dl>\n{facts}</dl>\n</div>\n",
        entry.id,
        link(entry)
    )
}
