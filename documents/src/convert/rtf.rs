//! Rich text: paragraphs, styles, tables and pictures, set on the paper the file names. Headers come first
//! and footers last, once: what matters in them is that their words are not lost.

mod characters;
mod layout;
mod reader;
mod tokens;

use super::pages::Pages;
use super::terms::{ConvertError, ConvertLimits, ConvertNote};

/// Adds the file as pages.
pub(super) fn add(pages: &mut Pages, bytes: &[u8], limits: &ConvertLimits) -> Result<(), ConvertError> {
    let note = reader::read(bytes);
    if note.hidden > 0 {
        pages.note(ConvertNote::HiddenTextLeftOut { characters: note.hidden });
    }
    layout::set(pages, &note, limits)
}

/// A note as it was written.
#[derive(Default)]
pub(super) struct Note {
    blocks: Vec<Block>,
    paper: Paper,
    /// Characters that a reader of the note would not see.
    hidden: u32,
}

/// Sizes in points.
#[derive(Clone, Copy)]
struct Paper {
    width: f32,
    height: f32,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl Default for Paper {
    fn default() -> Self {
        // Word's: letter, 1.25 inches at the sides, one above and below.
        Self { width: 612.0, height: 792.0, left: 90.0, right: 90.0, top: 72.0, bottom: 72.0 }
    }
}

enum Block {
    Paragraph(Paragraph),
    Row(Row),
    PageBreak,
    Picture(Picture),
}

#[derive(Clone, Default)]
struct Paragraph {
    spans: Vec<Span>,
    shape: Shape,
}

impl Paragraph {
    fn is_empty(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }
}

/// A paragraph's shape; distances in points.
#[derive(Clone, Default)]
struct Shape {
    align: Align,
    left: f32,
    right: f32,
    first: f32,
    before: f32,
    after: f32,
    tabs: Vec<f32>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

/// Text of one style; a line feed is a line break.
#[derive(Clone)]
struct Span {
    text: String,
    style: super::sheet::Style,
}

/// A row of a table.
struct Row {
    /// Left edge and the right edge of each cell, in points from the text's left edge.
    left: f32,
    edges: Vec<f32>,
    cells: Vec<Vec<Paragraph>>,
    bordered: bool,
}

/// An embedded picture.
struct Picture {
    bytes: Vec<u8>,
    /// Wanted size in points, if the note says.
    size: Option<(f32, f32)>,
}
