//! Sets a note on sheets: lines broken at spaces, tabs to their stops, cells side by side.

use super::super::pages::Pages;
use super::super::sheet::{Sheets, Style};
use super::super::terms::{ConvertError, ConvertLimits, ConvertNote};
use super::super::{jpeg, picture_of};
use super::{Align, Block, Note, Paper, Paragraph, Picture, Row};
use lopdf::Stream;

/// Line height over type size.
const LEADING: f32 = 1.2;
/// Tab stops where a paragraph names none, in points.
const TAB_PT: f32 = 36.0;
/// Space between a cell's edge and its text, in points.
const CELL_PAD_PT: f32 = 4.0;
/// A text column is never narrower, in points: room for a short word.
const COLUMN_MIN_PT: f32 = 36.0;
/// Sheets are believed between these sides, in points.
const SHEET_PT: (f32, f32) = (144.0, 1_728.0);
/// Size of a line without text, in points.
const EMPTY_LINE_PT: f32 = 10.0;

/// Adds the note's pages.
pub(super) fn set(pages: &mut Pages, note: &Note, limits: &ConvertLimits) -> Result<(), ConvertError> {
    let paper = believed(note.paper);
    let not_shown;
    {
        let mut setter = Setter {
            sheets: Sheets::new(pages, limits, (paper.width, paper.height)),
            paper,
            y: paper.top,
            limits: *limits,
            not_shown: 0,
        };
        for block in &note.blocks {
            setter.block(block)?;
        }
        not_shown = setter.not_shown;
        setter.sheets.finish()?;
    }
    if not_shown > 0 {
        pages.note(ConvertNote::PicturesNotShown { count: not_shown });
    }
    Ok(())
}

/// Paper with room for text.
fn believed(paper: Paper) -> Paper {
    let width = paper.width.clamp(SHEET_PT.0, SHEET_PT.1);
    let height = paper.height.clamp(SHEET_PT.0, SHEET_PT.1);
    let margin = |wanted: f32, side: f32| wanted.clamp(18.0, side * 0.3);
    Paper {
        width,
        height,
        left: margin(paper.left, width),
        right: margin(paper.right, width),
        top: margin(paper.top, height),
        bottom: margin(paper.bottom, height),
    }
}

struct Setter<'a> {
    sheets: Sheets<'a>,
    paper: Paper,
    /// Where the next line's top is, from the top of the sheet.
    y: f32,
    limits: ConvertLimits,
    not_shown: u32,
}

/// A line ready to be set: pieces with their places from the column's left edge.
#[derive(Default)]
struct Line {
    pieces: Vec<(f32, String, Style)>,
    width: f32,
    height: f32,
}

impl Setter<'_> {
    fn block(&mut self, block: &Block) -> Result<(), ConvertError> {
        match block {
            Block::Paragraph(paragraph) => {
                let (left, width) = (self.paper.left, self.paper.width - self.paper.left - self.paper.right);
                self.y += paragraph.shape.before;
                for (indent, line) in self.lines(paragraph, width) {
                    self.make_room(line.height)?;
                    self.set_line(&line, left + indent, self.y);
                    self.y += line.height;
                }
                self.y += paragraph.shape.after;
                Ok(())
            }
            Block::Row(row) => self.row(row),
            Block::PageBreak if self.sheets.is_blank() => Ok(()),
            Block::PageBreak => self.next_page(),
            Block::Picture(picture) => self.picture(picture),
        }
    }

    fn next_page(&mut self) -> Result<(), ConvertError> {
        self.y = self.paper.top;
        self.sheets.next_page()
    }

    /// Goes to the next sheet if this much does not fit any more.
    fn make_room(&mut self, height: f32) -> Result<(), ConvertError> {
        let full = self.y + height > self.paper.height - self.paper.bottom;
        if full && !self.sheets.is_blank() { self.next_page() } else { Ok(()) }
    }

    fn set_line(&mut self, line: &Line, left: f32, top: f32) {
        let baseline = top + line.height / LEADING;
        for (x, text, style) in &line.pieces {
            self.sheets.text(left + x, baseline, text, style);
        }
    }

    /// The lines of a paragraph in a column, each with its indent.
    fn lines(&mut self, paragraph: &Paragraph, column: f32) -> Vec<(f32, Line)> {
        let shape = &paragraph.shape;
        let left = shape.left.clamp(0.0, (column - COLUMN_MIN_PT).max(0.0));
        let right = shape.right.clamp(0.0, (column - left - COLUMN_MIN_PT).max(0.0));
        let first = (left + shape.first).clamp(0.0, (column - COLUMN_MIN_PT).max(0.0));
        let mut breaker = Breaker {
            lines: vec![(first, Line::default())],
            left,
            edge: column - right,
            word: Vec::new(),
            word_width: 0.0,
        };
        for span in &paragraph.spans {
            for c in span.text.chars() {
                match c {
                    '\n' => breaker.end_line(),
                    '\t' => breaker.tab(&shape.tabs, &span.style),
                    _ => {
                        let width = self.sheets.width(c.encode_utf8(&mut [0; 4]), &span.style);
                        breaker.push(c, width, &span.style);
                    }
                }
            }
        }
        breaker.finish(shape.align)
    }

    fn row(&mut self, row: &Row) -> Result<(), ConvertError> {
        let columns = self.columns(row);
        let mut cells: Vec<Vec<(f32, Line)>> = Vec::new();
        for (cell, (_, width)) in row.cells.iter().zip(&columns) {
            let mut lines = Vec::new();
            for paragraph in cell {
                lines.extend(self.lines(paragraph, (width - 2.0 * CELL_PAD_PT).max(COLUMN_MIN_PT)));
            }
            cells.push(lines);
        }
        // A row higher than what is left goes on over the sheets, as many lines at a time as fit.
        let mut next = vec![0; cells.len()];
        loop {
            let rest = |cell: &[(f32, Line)], from: usize| {
                cell[from..].iter().map(|(_, line)| line.height).sum::<f32>()
            };
            let needed = cells.iter().zip(&next).map(|(cell, from)| rest(cell, *from)).fold(0.0, f32::max);
            let sheet = self.paper.height - self.paper.bottom - self.paper.top;
            self.make_room(needed.min(sheet) + CELL_PAD_PT)?;
            let (top, room) = (self.y, self.paper.height - self.paper.bottom - self.y);
            let mut height = 0.0_f32;
            for ((cell, from), (left, _)) in cells.iter().zip(&mut next).zip(&columns) {
                let mut down = 0.0;
                while let Some((indent, line)) =
                    cell.get(*from).filter(|(_, line)| down == 0.0 || down + line.height <= room)
                {
                    self.set_line(line, left + CELL_PAD_PT + indent, top + down);
                    down += line.height;
                    *from += 1;
                }
                height = height.max(down);
            }
            self.y = top + height + CELL_PAD_PT / 2.0;
            if row.bordered {
                self.frame(&columns, top, self.y);
            }
            if cells.iter().zip(&next).all(|(cell, from)| *from >= cell.len()) {
                return Ok(());
            }
            self.next_page()?;
        }
    }

    /// Left edge and width of each cell; a row wider than the sheet is squeezed, a row without widths is
    /// divided evenly.
    fn columns(&self, row: &Row) -> Vec<(f32, f32)> {
        let room = self.paper.width - self.paper.left - self.paper.right;
        let count = row.cells.len().max(1);
        let usable = row.edges.len() >= count
            && row.edges.windows(2).all(|pair| pair[1] >= pair[0])
            && row.edges.first().is_some_and(|edge| *edge > row.left);
        if !usable {
            let width = room / count as f32;
            return (0..count).map(|index| (self.paper.left + index as f32 * width, width)).collect();
        }
        let wide = row.edges[count - 1] - row.left;
        let left = row.left.max(0.0);
        let squeeze = (room / (left + wide)).min(1.0);
        let place = |edge: f32| self.paper.left + (left + edge - row.left) * squeeze;
        let starts = std::iter::once(row.left).chain(row.edges.iter().copied());
        starts
            .zip(&row.edges)
            .take(count)
            .map(|(start, end)| (place(start), place(*end) - place(start)))
            .collect()
    }

    fn frame(&mut self, columns: &[(f32, f32)], top: f32, bottom: f32) {
        let (Some((left, _)), Some((last, width))) = (columns.first(), columns.last()) else { return };
        let right = last + width;
        self.sheets.line((*left, top), (right, top), 0.5);
        self.sheets.line((*left, bottom), (right, bottom), 0.5);
        for (x, _) in columns.iter().chain(&[(right, 0.0)]) {
            self.sheets.line((*x, top), (*x, bottom), 0.5);
        }
    }

    fn picture(&mut self, picture: &Picture) -> Result<(), ConvertError> {
        let Some((image, pixels)) = image_of(&picture.bytes, &self.limits) else {
            self.not_shown += 1;
            let style = Style::plain(super::super::sheet::Family::Sans, EMPTY_LINE_PT);
            self.make_room(style.size * LEADING)?;
            self.sheets.text(self.paper.left, self.y + style.size, "[picture]", &style);
            self.y += style.size * LEADING;
            return Ok(());
        };
        let wanted = picture.size.unwrap_or((pixels.0 as f32 * 0.75, pixels.1 as f32 * 0.75));
        let room = (
            self.paper.width - self.paper.left - self.paper.right,
            self.paper.height - self.paper.top - self.paper.bottom,
        );
        let squeeze = (room.0 / wanted.0.max(1.0)).min(room.1 / wanted.1.max(1.0)).min(1.0);
        let size = (wanted.0 * squeeze, wanted.1 * squeeze);
        self.make_room(size.1)?;
        self.sheets.picture(image, (self.paper.left, self.y), size);
        self.y += size.1;
        Ok(())
    }
}

/// An embedded picture as a PDF stores it.
fn image_of(bytes: &[u8], limits: &ConvertLimits) -> Option<(Stream, (u32, u32))> {
    if let Some(head) = jpeg::read_head(bytes).filter(|head| head.ordinary && jpeg::is_complete(bytes, head))
    {
        super::super::check_pixels(head.pixels, limits).ok()?;
        return Some((jpeg::stored(bytes.to_vec(), &head), head.pixels));
    }
    let picture = picture_of(bytes, limits)?.reduced().0;
    let pixels = (picture.width, picture.height);
    Some((picture.into_stream(), pixels))
}

/// Fills lines with words.
struct Breaker {
    lines: Vec<(f32, Line)>,
    /// Indent of all lines but the first.
    left: f32,
    edge: f32,
    /// The word that is coming in, in pieces of one style.
    word: Vec<(String, Style, f32)>,
    word_width: f32,
}

impl Breaker {
    fn push(&mut self, c: char, width: f32, style: &Style) {
        if c != ' ' && self.word_width + width > self.edge - self.left {
            // A word wider than the column is cut.
            self.end_word();
            self.end_line();
        }
        match self.word.last_mut() {
            Some((text, last, wide)) if last == style => {
                text.push(c);
                *wide += width;
            }
            _ => self.word.push((c.to_string(), *style, width)),
        }
        self.word_width += width;
        if c == ' ' {
            self.end_word();
        }
    }

    /// Puts the word on the line, or on the next if it does not fit.
    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let width = std::mem::take(&mut self.word_width);
        let trailing = word
            .last()
            .map_or(0.0, |(text, style, _)| if text.ends_with(' ') { style.size * 0.28 } else { 0.0 });
        let full = self.lines.last().is_some_and(|(indent, line)| {
            !line.pieces.is_empty() && indent + line.width + width - trailing > self.edge + 0.01
        });
        if full {
            self.lines.push((self.left, Line::default()));
        }
        let Some((_, line)) = self.lines.last_mut() else { return };
        for (text, style, width) in word {
            line.height = line.height.max(style.size * LEADING);
            let (at, wide) = (line.width, width);
            match line.pieces.last_mut() {
                Some((x, last, known)) if *known == style && *x <= at => last.push_str(&text),
                _ => line.pieces.push((at, text, style)),
            }
            line.width += wide;
        }
    }

    fn end_line(&mut self) {
        self.end_word();
        self.lines.push((self.left, Line::default()));
    }

    /// Goes to the next stop; where there is none, to the next line.
    fn tab(&mut self, stops: &[f32], style: &Style) {
        self.end_word();
        let Some((indent, line)) = self.lines.last_mut() else { return };
        let at = *indent + line.width;
        let stop = stops.iter().copied().find(|stop| *stop > at + 0.5);
        let stop = stop.unwrap_or_else(|| ((at + 0.5) / TAB_PT).floor() * TAB_PT + TAB_PT);
        line.height = line.height.max(style.size * LEADING);
        if stop < self.edge {
            line.width = stop - *indent;
            // A piece of its own, so that what follows starts at the stop.
            line.pieces.push((line.width, String::new(), *style));
        } else {
            self.lines.push((self.left, Line::default()));
        }
    }

    fn finish(mut self, align: Align) -> Vec<(f32, Line)> {
        self.end_word();
        for (indent, line) in &mut self.lines {
            if line.height == 0.0 {
                line.height = EMPTY_LINE_PT * LEADING;
            }
            let free = (self.edge - *indent - line.width).max(0.0);
            *indent += match align {
                Align::Left => 0.0,
                Align::Centre => free / 2.0,
                Align::Right => free,
            };
        }
        self.lines
    }
}
