//! Sets blocks into pages: wrapping, columns, tables, page breaks, running head and footer.

use super::block::{Align, Block, Draft};
use super::fonts::{Face, Fonts};
use super::page::{Mark, PAGE_HEIGHT_PT, PAGE_WIDTH_PT, Page};
use super::style::{HeadingStyle, PairStyle, Style};

/// First baseline area below the top edge; leaves room for a fax header line.
const TOP_PT: f32 = 58.0;
/// Text stops this far above the bottom edge; the footer stands below.
const BOTTOM_PT: f32 = 66.0;
/// Line distance as a share of the font size.
const LEADING: f32 = 1.28;
/// White space inside a table cell.
const CELL_PAD_PT: f32 = 6.0;
/// Size of footer and running head; small, yet safe for recognition at 200 dpi.
const FOOTER_PT: f32 = 10.0;

/// Sets a draft; `doc_id` appears on each page as "Doc D… p. 1 of 2".
pub(crate) fn set(fonts: &Fonts, draft: &Draft, doc_id: &str) -> Vec<Page> {
    let mut drafts = vec![draft];
    while let Some(appended) = drafts.last().and_then(|last| last.appended.as_deref()) {
        drafts.push(appended);
    }
    let sets: Vec<Setter<'_>> = drafts.into_iter().map(|draft| Setter::new(fonts, draft).filled()).collect();
    let total = sets.iter().map(|set| set.pages.len()).sum();
    let mut pages = Vec::new();
    for set in sets {
        let first = pages.len();
        pages.extend(set.finish(doc_id, first, total));
    }
    pages
}

struct Setter<'a> {
    fonts: &'a Fonts,
    draft: &'a Draft,
    style: Style,
    pages: Vec<Page>,
    page: Page,
    y: f32,
}

impl<'a> Setter<'a> {
    fn new(fonts: &'a Fonts, draft: &'a Draft) -> Self {
        Self { fonts, draft, style: draft.style, pages: Vec::new(), page: Page::default(), y: TOP_PT }
    }

    fn block(&mut self, block: &Block) {
        let pt = self.style.body_pt;
        match block {
            Block::Letterhead { lines, align } => self.letterhead(lines, *align),
            Block::Title(text) => self.title(text),
            Block::Heading(text) => self.heading(text),
            Block::Para(text) => {
                self.wrapped(text, self.face(false), pt, 0.0);
                self.y += 3.0;
            }
            Block::Strong(text) => self.wrapped(text, self.face(true), pt, 0.0),
            Block::Bullets(items) => self.bullets(items),
            Block::Pairs { columns, rows } => self.pairs((*columns).max(1), rows),
            Block::Table { widths, header, rows, ruled } => self.table(widths, header, rows, *ruled),
            Block::Line => {
                self.need(10.0);
                self.y += 4.0;
                self.rule(self.left(), self.y, self.right(), self.y);
                self.y += 6.0;
            }
            Block::Gap(height) => self.y += height,
        }
    }

    fn letterhead(&mut self, lines: &[String], align: Align) {
        for (i, line) in lines.iter().enumerate() {
            let (pt, bold) = if i == 0 { (15.0, true) } else { (10.5, false) };
            self.one_line(line, self.face(bold), pt, align);
        }
        self.y += 3.0;
        self.rule(self.left(), self.y, self.right(), self.y);
        self.y += 8.0;
    }

    fn title(&mut self, text: &str) {
        let align = if self.style.centred_title { Align::Centre } else { Align::Left };
        self.one_line(text, self.face(true), 14.0, align);
        self.y += 5.0;
    }

    fn heading(&mut self, text: &str) {
        let pt = self.style.body_pt + 0.5;
        // A heading never stands alone at the foot of a page.
        self.need(pt * LEADING * 3.5);
        self.y += 7.0;
        let face = self.face(true);
        match self.style.heading {
            HeadingStyle::Underlined => {
                self.one_line(text, face, pt, Align::Left);
                self.y += 1.0;
                self.rule(self.left(), self.y, self.right(), self.y);
                self.y += 5.0;
            }
            HeadingStyle::Capitals => {
                self.one_line(&text.to_uppercase(), face, pt, Align::Left);
                self.y += 2.0;
            }
            HeadingStyle::Bar => {
                let (x, y, width) = (self.left() - 3.0, self.y, self.right() - self.left() + 6.0);
                self.page.marks.push(Mark::Fill { x, y, width, height: pt * LEADING + 2.0, grey: 0.86 });
                self.one_line(text, face, pt, Align::Left);
                self.y += 6.0;
            }
        }
    }

    fn bullets(&mut self, items: &[String]) {
        let pt = self.style.body_pt;
        for item in items {
            self.need(pt * LEADING);
            let (x, y) = (self.left() + 6.0, self.y + pt);
            self.text(x, y, pt, self.face(false), "-");
            self.wrapped(item, self.face(false), pt, 16.0);
        }
        self.y += 3.0;
    }

    fn pairs(&mut self, columns: usize, rows: &[(String, String)]) {
        if self.style.pairs == PairStyle::Grid {
            return self.pair_grid(columns, rows);
        }
        let column_width = (self.right() - self.left()) / columns as f32;
        for line in rows.chunks(columns) {
            let cells: Vec<_> = line.iter().map(|(l, v)| self.pair_cell(l, v, column_width)).collect();
            let height = cells.iter().map(|c| c.lines.len()).max().unwrap_or(1);
            let pt = self.style.body_pt;
            self.need(height as f32 * pt * LEADING);
            for (column, cell) in cells.iter().enumerate() {
                let x = self.left() + column as f32 * column_width;
                self.text(x, self.y + pt, pt, cell.label_face, &cell.label);
                for (i, text) in cell.lines.iter().enumerate() {
                    let y = self.y + pt + i as f32 * pt * LEADING;
                    self.text(x + cell.indent, y, pt, self.face(false), text);
                }
            }
            self.y += height as f32 * pt * LEADING;
        }
        self.y += 3.0;
    }

    fn pair_cell(&self, label: &str, value: &str, width: f32) -> PairCell {
        let pt = self.style.body_pt;
        let (label, label_face, indent) = match self.style.pairs {
            PairStyle::Inline | PairStyle::Grid => {
                let text = format!("{label}:");
                let indent = self.fonts.width(self.face(true), pt, &text) + 0.3 * pt;
                (text, self.face(true), indent)
            }
            PairStyle::Aligned => {
                let natural = self.fonts.width(self.face(false), pt, label) + pt;
                (label.to_owned(), self.face(false), natural.max((width * 0.42).min(150.0)))
            }
        };
        let lines = self.wrap(value, self.face(false), pt, (width - indent - 6.0).max(40.0));
        PairCell { label, label_face, indent, lines }
    }

    fn pair_grid(&mut self, columns: usize, rows: &[(String, String)]) {
        let share = 1.0 / columns as f32;
        let label_share = if columns == 1 { 0.32 } else { 0.42 };
        let widths: Vec<f32> =
            (0..columns).flat_map(|_| [share * label_share, share * (1.0 - label_share)]).collect();
        let table: Vec<Vec<String>> = rows
            .chunks(columns)
            .map(|line| {
                let mut cells: Vec<String> = line.iter().flat_map(|(l, v)| [l.clone(), v.clone()]).collect();
                cells.resize(columns * 2, String::new());
                cells
            })
            .collect();
        self.table(&widths, &[], &table, true);
    }

    fn table(&mut self, widths: &[f32], header: &[String], rows: &[Vec<String>], ruled: bool) {
        if ruled {
            self.need(self.style.body_pt * LEADING * 2.0);
            self.rule(self.left(), self.y, self.right(), self.y);
        }
        if !header.is_empty() {
            self.row(widths, header, true, ruled);
        }
        for row in rows {
            self.row(widths, row, false, ruled);
        }
        self.y += 6.0;
    }

    fn row(&mut self, widths: &[f32], cells: &[String], bold: bool, ruled: bool) {
        let (pt, total) = (self.style.body_pt, self.right() - self.left());
        let face = self.face(bold);
        let wrapped: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, share)| self.wrap(cell, face, pt, share * total - 2.0 * CELL_PAD_PT))
            .collect();
        let lines = wrapped.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let height = lines as f32 * pt * LEADING + if ruled { 9.0 } else { 1.0 };
        if self.need(height) && ruled {
            self.rule(self.left(), self.y, self.right(), self.y);
        }
        let (top, mut x) = (self.y, self.left());
        for (cell, share) in wrapped.iter().zip(widths) {
            for (i, line) in cell.iter().enumerate() {
                let y = top + pt + if ruled { 3.5 } else { 2.0 } + i as f32 * pt * LEADING;
                self.text(x + CELL_PAD_PT, y, pt, face, line);
            }
            x += share * total;
        }
        self.y += height;
        if ruled {
            self.rule(self.left(), self.y, self.right(), self.y);
        } else if bold {
            self.rule(self.left(), self.y + 1.0, self.right(), self.y + 1.0);
            self.y += 3.0;
        }
    }

    fn one_line(&mut self, text: &str, face: Face, pt: f32, align: Align) {
        self.need(pt * LEADING);
        let x = match align {
            Align::Left => self.left(),
            Align::Centre => (PAGE_WIDTH_PT - self.fonts.width(face, pt, text)) / 2.0,
        };
        self.text(x, self.y + pt, pt, face, text);
        self.y += pt * LEADING;
    }

    fn wrapped(&mut self, text: &str, face: Face, pt: f32, indent: f32) {
        for line in self.wrap(text, face, pt, self.right() - self.left() - indent) {
            self.need(pt * LEADING);
            self.text(self.left() + indent, self.y + pt, pt, face, &line);
            self.y += pt * LEADING;
        }
    }

    /// Breaks at spaces; a word wider than the line stands alone and sticks out.
    fn wrap(&self, text: &str, face: Face, pt: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let candidate = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if line.is_empty() || self.fonts.width(face, pt, &candidate) <= width {
                line = candidate;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// Starts a new page when `height` does not fit; says whether it did.
    fn need(&mut self, height: f32) -> bool {
        if self.y + height <= PAGE_HEIGHT_PT - BOTTOM_PT {
            return false;
        }
        self.pages.push(std::mem::take(&mut self.page));
        self.y = TOP_PT;
        let (x, face) = (self.left(), self.face(false));
        self.text(x, self.y + FOOTER_PT, FOOTER_PT, face, &self.draft.running_head);
        self.y += FOOTER_PT * LEADING + 8.0;
        true
    }

    /// Everything set, the last page closed.
    fn filled(mut self) -> Self {
        for block in &self.draft.blocks {
            self.block(block);
        }
        self.pages.push(std::mem::take(&mut self.page));
        self
    }

    /// The pages with their footers; `first` stand before them, `total` are the document.
    fn finish(mut self, doc_id: &str, first: usize, total: usize) -> Vec<Page> {
        let (left, right, face) = (self.left(), self.right(), self.face(false));
        let y = PAGE_HEIGHT_PT - 36.0;
        for (i, page) in self.pages.iter_mut().enumerate() {
            let mark = format!("Doc {doc_id} p. {} of {total}", first + i + 1);
            let x = right - self.fonts.width(face, FOOTER_PT, &mark);
            let footer = self.draft.footer.clone();
            page.marks.push(Mark::Rule { x1: left, y1: y - 14.0, x2: right, y2: y - 14.0, width: 0.5 });
            page.marks.push(Mark::Text { x: left, y, pt: FOOTER_PT, face, text: footer });
            page.marks.push(Mark::Text { x, y, pt: FOOTER_PT, face, text: mark });
        }
        self.pages
    }

    fn text(&mut self, x: f32, y: f32, pt: f32, face: Face, text: &str) {
        if !text.is_empty() {
            self.page.marks.push(Mark::Text { x, y, pt, face, text: text.to_owned() });
        }
    }

    fn rule(&mut self, x1: f32, y1: f32, x2: f32, y2: f32) {
        self.page.marks.push(Mark::Rule { x1, y1, x2, y2, width: 0.7 });
    }

    fn face(&self, bold: bool) -> Face {
        Face { family: self.style.family, bold }
    }

    fn left(&self) -> f32 {
        self.style.margin_pt
    }

    fn right(&self) -> f32 {
        PAGE_WIDTH_PT - self.style.margin_pt
    }
}

/// One label with its wrapped value.
struct PairCell {
    label: String,
    label_face: Face,
    indent: f32,
    lines: Vec<String>,
}
