//! Back end 3: a whole HTML page, as Epic serves notes that were never printed.

use html_escape::encode_text;

use super::block::{Align, Block, Draft};

/// The footer is a table footer group, which browsers repeat on every printed page.
const CSS: &str = "body{font-family:Segoe UI,Arial,sans-serif;font-size:14px;margin:24px;color:#111}\
h1{font-size:18px}h2{font-size:15px;border-bottom:1px solid #999;margin:14px 0 4px}\
table{border-collapse:collapse;margin:4px 0}td,th{border:1px solid #bbb;padding:2px 8px;text-align:left}\
.sheet{display:table;width:100%}.sheet>main{display:table-row-group}\
.sheet>footer{display:table-footer-group;break-inside:avoid;font-size:12px;color:#333}\
dl{display:grid;grid-template-columns:max-content auto;gap:1px 12px;margin:4px 0}dt{font-weight:600}dd{margin:0}\
.letterhead{border-bottom:2px solid #333}.letterhead.centre{text-align:center}";

/// Writes a draft as an HTML page; `doc_id` stands in the footer.
pub(crate) fn to_html(draft: &Draft, title: &str, doc_id: &str) -> String {
    let body = html_body(draft);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <style>{CSS}</style></head>\n<body><div class=\"sheet\"><main>\n{body}</main>\n\
         <footer><div>{} &middot; Doc {}</div></footer></div></body></html>\n",
        encode_text(title),
        encode_text(&draft.footer),
        encode_text(doc_id),
    )
}

/// The blocks alone, for pages that have a frame of their own.
pub(crate) fn html_body(draft: &Draft) -> String {
    draft.blocks.iter().map(block).collect()
}

fn block(block: &Block) -> String {
    match block {
        Block::Letterhead { lines, align } => {
            let class = if *align == Align::Centre { "letterhead centre" } else { "letterhead" };
            format!("<div class=\"{class}\">{}</div>\n", each(lines, "div"))
        }
        Block::Title(text) => format!("<h1>{}</h1>\n", encode_text(text)),
        Block::Heading(text) => format!("<h2>{}</h2>\n", encode_text(text)),
        Block::Para(text) => format!("<p>{}</p>\n", encode_text(text)),
        Block::Strong(text) => format!("<p><strong>{}</strong></p>\n", encode_text(text)),
        Block::Bullets(items) => format!("<ul>{}</ul>\n", each(items, "li")),
        Block::Pairs { rows, .. } => {
            let rows: String = rows
                .iter()
                .map(|(l, v)| format!("<dt>{}:</dt> <dd>{}</dd>\n", encode_text(l), encode_text(v)))
                .collect();
            format!("<dl>\n{rows}</dl>\n")
        }
        Block::Table { header, rows, .. } => {
            let head = if header.is_empty() {
                String::new()
            } else {
                format!("<thead><tr>{}</tr></thead>", each(header, "th"))
            };
            let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", each(row, "td"))).collect();
            format!("<table>{head}<tbody>\n{rows}</tbody></table>\n")
        }
        Block::Line => "<hr>\n".to_owned(),
        Block::Gap(_) => String::new(),
    }
}

fn each(items: &[String], tag: &str) -> String {
    items.iter().map(|item| format!("<{tag}>{}</{tag}>\n", encode_text(item))).collect()
}
