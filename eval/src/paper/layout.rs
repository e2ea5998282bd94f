//! Lines, columns and tables on pages: where each goes, where a page ends, and on which line a marked value came to
//! stand.

use super::fonts::{Face, Font};
use super::pdf::{PAGE, Sheet};

/// Where a value that was marked in the text came to stand.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// The mark's number.
    pub(crate) mark: Mark,
    /// Page of the document, from 0.
    pub(crate) page: usize,
    /// The line as printed.
    pub(crate) line: String,
}

/// The number of a mark: it stands in a text as one letter of the private use area, and takes no room.
pub(crate) type Mark = u32;

/// The first of the letters that stand for marks.
const FIRST_MARK: u32 = 0xE000;
/// One past the last.
const END_MARK: u32 = 0xF8FF;

/// A text's mark as the letter that stands for it.
pub(crate) fn letter_of(mark: Mark) -> Option<char> {
    char::from_u32(FIRST_MARK + mark).filter(|c| u32::from(*c) < END_MARK)
}

fn mark_of(c: char) -> Option<Mark> {
    let code = u32::from(c);
    (FIRST_MARK..END_MARK).contains(&code).then(|| code - FIRST_MARK)
}

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) align: Align,
}

/// Where a line stands between its margins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A document being laid out.
pub(crate) struct Paper {
    /// Finished pages and the one in work.
    pub(crate) sheets: Vec<Sheet>,
    /// Where the marks came to stand.
    pub(crate) placed: Vec<Placed>,
    margin: f32,
    top: f32,
    left: f32,
    right: f32,
    y: f32,
    /// Where the halves of a two-column part began, and how far down the left one went: page and height.
    halves: Option<((usize, f32), (usize, f32))>,
    /// The page in work, from 0.
    page: usize,
}

impl Paper {
    /// An empty document; `head` lines stand above each page's text.
    pub(crate) fn new(margin: f32, head: usize) -> Self {
        let top = margin + head as f32 * 12.0;
        Self {
            sheets: vec![Sheet::default()],
            placed: Vec::new(),
            margin,
            top,
            left: margin,
            right: PAGE.0 - margin,
            y: top,
            halves: None,
            page: 0,
        }
    }

    /// Blank room.
    pub(crate) fn gap(&mut self, points: f32) {
        self.y += points;
    }

    /// A new page.
    pub(crate) fn break_page(&mut self) {
        self.page += 1;
        if self.sheets.len() <= self.page {
            self.sheets.push(Sheet::default());
        }
        self.y = self.top;
    }

    fn room_for(&mut self, height: f32) {
        if self.y + height > PAGE.1 - self.margin - 14.0 {
            self.break_page();
        }
    }

    /// A line across.
    pub(crate) fn rule(&mut self) {
        self.room_for(8.0);
        let at = [self.left, self.y + 3.0, self.right, self.y + 3.0];
        self.sheets[self.page].lines.push(at);
        self.y += 8.0;
    }

    /// A paragraph, wrapped; `**` switches bold.
    pub(crate) fn paragraph(&mut self, text: &str, style: Style, indent: f32) {
        let (left, right) = (self.left + indent, self.right);
        for line in wrapped(text, style, right - left) {
            self.room_for(style.size * 1.25);
            self.y += style.size * 1.2;
            let y = self.y;
            self.set_line(&line, style, (left, right), y);
        }
        self.y += style.size * 0.12;
    }

    /// A line as it is, spaces and all.
    pub(crate) fn as_it_is(&mut self, text: &str, style: Style) {
        self.room_for(style.size * 1.25);
        self.y += style.size * 1.2;
        let (y, edges) = (self.y, (self.left, self.right));
        self.set_line(text, style, edges, y);
    }

    /// A heading on a grey band.
    pub(crate) fn band(&mut self, text: &str, style: Style) {
        self.room_for(style.size * 3.0);
        let (top, bottom) = (self.y + 3.0, self.y + 3.0 + style.size * 1.45);
        self.sheets[self.page].bands.push([self.left, top, self.right, bottom]);
        let (left, right) = (self.left + 3.0, self.right);
        self.set_line(text, style, (left, right), bottom - style.size * 0.38);
        self.y = bottom + 2.0;
    }

    /// A row of cells side by side, each wrapped, ruled or not; shares of the width in per cent.
    pub(crate) fn row(&mut self, cells: &[String], shares: &[f32], style: Style, ruled: bool) {
        let width = self.right - self.left;
        let even = 100.0 / cells.len().max(1) as f32;
        let total: f32 = (0..cells.len()).map(|at| shares.get(at).copied().unwrap_or(even)).sum();
        let pad = if ruled { 3.0 } else { 0.0 };
        let mut x = self.left;
        let mut set: Vec<(f32, f32, Vec<String>)> = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            let share = shares.get(at).copied().unwrap_or(even) / total.max(1.0) * width;
            set.push((x, x + share, wrapped(cell, style, share - 2.0 * pad - 2.0)));
            x += share;
        }
        let rows = set.iter().map(|cell| cell.2.len()).max().unwrap_or(0).max(1);
        let height = rows as f32 * style.size * 1.2 + pad * 1.4;
        self.room_for(height);
        let top = self.y;
        for (left, right, lines) in &set {
            for (number, line) in lines.iter().enumerate() {
                let y = top + pad * 0.5 + (number + 1) as f32 * style.size * 1.2;
                self.set_line(line, style, (left + pad, right - pad), y);
            }
            if ruled {
                let bottom = top + height;
                let (l, r) = (*left, *right);
                self.sheets[self.page].lines.extend([
                    [l, top, r, top],
                    [l, bottom, r, bottom],
                    [l, top, l, bottom],
                    [r, top, r, bottom],
                ]);
            }
        }
        self.y = top + height + if ruled { 0.0 } else { style.size * 0.1 };
    }

    /// What follows stands in the left half.
    pub(crate) fn left_half(&mut self) {
        self.halves = Some(((self.page, self.y), (self.page, self.y)));
        (self.left, self.right) = (self.margin, PAGE.0 / 2.0 - 8.0);
    }

    /// What follows stands beside it.
    pub(crate) fn right_half(&mut self) {
        if let Some((began, _)) = self.halves {
            self.halves = Some((began, (self.page, self.y)));
            (self.page, self.y) = began;
        }
        (self.left, self.right) = (PAGE.0 / 2.0 + 8.0, PAGE.0 - self.margin);
    }

    /// What follows stands below both.
    pub(crate) fn both_halves(&mut self) {
        if let Some((_, (page, y))) = self.halves.take()
            && (page, y) > (self.page, self.y)
        {
            (self.page, self.y) = (page, y);
        }
        (self.left, self.right) = (self.margin, PAGE.0 - self.margin);
    }

    /// A line at a fixed height of every page, such as a header; the text is made for each page.
    pub(crate) fn on_every_page(
        &mut self,
        y: f32,
        style: Style,
        mut text: impl FnMut(usize, usize) -> String,
    ) {
        let pages = self.sheets.len();
        for page in 0..pages {
            self.page = page;
            let line = text(page + 1, pages);
            self.set_line(&line, style, (self.margin, PAGE.0 - self.margin), y);
        }
    }

    /// Sets one line that fits, and notes its marks.
    fn set_line(&mut self, line: &str, style: Style, (left, right): (f32, f32), y: f32) {
        let plain = plain(line);
        let width = width(line, style);
        let mut x = match style.align {
            Align::Left => left,
            Align::Centre => left + (right - left - width).max(0.0) / 2.0,
            Align::Right => (right - width).max(left),
        };
        let mut bold = style.bold;
        for (number, part) in line.split("**").enumerate() {
            if number > 0 {
                bold = !bold;
            }
            for mark in part.chars().filter_map(mark_of) {
                self.placed.push(Placed { mark, page: self.page, line: plain.clone() });
            }
            let text: String = part.chars().filter(|c| mark_of(*c).is_none()).collect();
            let font = Font { face: style.face, bold };
            let advance = font.width(&text, style.size);
            if !text.trim().is_empty() {
                self.sheets[self.page].texts.push((x, y, font, style.size, text));
            }
            x += advance;
        }
    }
}

fn plain(line: &str) -> String {
    line.replace("**", "").chars().filter(|c| mark_of(*c).is_none()).collect()
}

fn width(line: &str, style: Style) -> f32 {
    let mut bold = style.bold;
    let mut width = 0.0;
    for (number, part) in line.split("**").enumerate() {
        if number > 0 {
            bold = !bold;
        }
        let text: String = part.chars().filter(|c| mark_of(*c).is_none()).collect();
        width += Font { face: style.face, bold }.width(&text, style.size);
    }
    width
}

/// A text broken into lines of at most a width; bold that is open at a line's end goes on in the next.
fn wrapped(text: &str, style: Style, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut open = false;
    for word in text.split(' ') {
        let tried = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || line == "**" || width(&tried, style) <= room {
            line = if line == "**" { format!("**{word}") } else { tried };
            continue;
        }
        if line.matches("**").count() % 2 == 1 {
            open = true;
            line.push_str("**");
        }
        lines.push(std::mem::take(&mut line));
        line = if std::mem::take(&mut open) { format!("**{word}") } else { word.to_owned() };
    }
    lines.push(line);
    lines
}
