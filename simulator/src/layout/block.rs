//! The words of a document before they have a place: blocks in reading order.

use super::style::Style;

/// Where a line stands between the margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
}

/// One piece of a document.
#[derive(Clone)]
pub(crate) enum Block {
    /// The institution at the top; the first line is larger.
    Letterhead { lines: Vec<String>, align: Align },
    /// The document's name.
    Title(String),
    /// A section heading.
    Heading(String),
    /// Running text, wrapped.
    Para(String),
    /// One line of bold text, for statements that stand alone.
    Strong(String),
    /// A list with bullets.
    Bullets(Vec<String>),
    /// Label and value, in as many columns as given.
    Pairs { columns: usize, rows: Vec<(String, String)> },
    /// A table; `widths` are shares of the text width.
    Table { widths: Vec<f32>, header: Vec<String>, rows: Vec<Vec<String>>, ruled: bool },
    /// A horizontal line.
    Line,
    /// White space in points.
    Gap(f32),
}

impl Block {
    /// Label and value pairs from borrowed text.
    pub(crate) fn pairs<L: Into<String>, V: Into<String>>(
        columns: usize,
        rows: impl IntoIterator<Item = (L, V)>,
    ) -> Self {
        Block::Pairs { columns, rows: rows.into_iter().map(|(l, v)| (l.into(), v.into())).collect() }
    }

    /// A table from borrowed headers.
    pub(crate) fn table(widths: &[f32], header: &[&str], rows: Vec<Vec<String>>, ruled: bool) -> Self {
        Block::Table {
            widths: widths.to_vec(),
            header: header.iter().map(|h| (*h).to_owned()).collect(),
            rows,
            ruled,
        }
    }
}

/// Several paragraphs.
pub(crate) fn paragraphs(texts: impl IntoIterator<Item = String>) -> Vec<Block> {
    texts.into_iter().map(Block::Para).collect()
}

/// A composed document: what it says and how it looks.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) style: Style,
    /// Repeated at the top from the second page on, as hospital print-outs do.
    pub(crate) running_head: String,
    /// Left part of the footer.
    pub(crate) footer: String,
    pub(crate) blocks: Vec<Block>,
    /// Pages of another draft behind the own ones, under the same document number.
    pub(crate) appended: Option<Box<Draft>>,
}
