//! What ends: paragraphs, cells, rows, pictures and the boxes of forms.

use super::super::{Block, Picture, Row};
use super::{CELLS_MAX, Pict, Reader, RowShape, Target};

impl Reader {
    /// The list that blocks of the current target go to.
    pub(super) fn blocks(&mut self, target: Target) -> &mut Vec<Block> {
        match target {
            Target::Header => &mut self.header,
            Target::Footer => &mut self.footer,
            _ => &mut self.note.blocks,
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        self.end_paragraph_of(self.group.target);
    }

    pub(super) fn end_paragraph_of(&mut self, target: Target) {
        if target == Target::Skip {
            return;
        }
        let mut paragraph = std::mem::take(&mut self.paragraph);
        paragraph.shape = self.group.shape.clone();
        if self.group.in_table && target == Target::Body {
            self.cell.push(paragraph);
            return;
        }
        self.end_row();
        self.blocks(target).push(Block::Paragraph(paragraph));
    }

    pub(super) fn end_cell(&mut self) {
        let mut paragraph = std::mem::take(&mut self.paragraph);
        paragraph.shape = self.group.shape.clone();
        self.cell.push(paragraph);
        let cell = std::mem::take(&mut self.cell);
        if self.cells.len() < CELLS_MAX {
            self.cells.push(cell);
        } else if let Some(last) = self.cells.last_mut() {
            last.extend(cell);
        }
    }

    pub(super) fn end_row(&mut self) {
        // Text of a cell that never ended.
        if !self.cell.is_empty() {
            let cell = std::mem::take(&mut self.cell);
            self.cells.push(cell);
        }
        if self.cells.is_empty() {
            return;
        }
        let cells = std::mem::take(&mut self.cells);
        let RowShape { left, edges, bordered } = self.row.clone();
        let target = self.group.target;
        self.blocks(target).push(Block::Row(Row { left, edges, cells, bordered }));
    }

    pub(super) fn end_picture(&mut self) {
        let pict = std::mem::take(&mut self.pict);
        if !matches!(self.group.target, Target::Body | Target::Header | Target::Footer) {
            return;
        }
        let scaled = |side: f32, scale: f32| if scale > 0.0 { side * scale } else { side };
        let size = (scaled(pict.width, pict.scale.0), scaled(pict.height, pict.scale.1));
        let size = Some(size).filter(|(width, height)| *width > 0.0 && *height > 0.0);
        let bytes = if pict.known { pict.bytes() } else { Vec::new() };
        // Text before it stays before it.
        if !self.paragraph.is_empty() && !self.group.in_table {
            self.end_paragraph();
        }
        let target = self.group.target;
        self.blocks(target).push(Block::Picture(Picture { bytes, size }));
    }

    /// A box to tick, as forms have it.
    pub(super) fn end_form_field(&mut self) {
        let (kind, result, default) = std::mem::take(&mut self.form);
        if kind == Some(1) {
            // 25 means that nobody has touched it.
            let ticked = result.filter(|result| *result != 25).or(default).unwrap_or(0) == 1;
            let target = std::mem::replace(&mut self.group.target, Target::Body);
            self.text(if ticked { "\u{2612}" } else { "\u{2610}" });
            self.group.target = target;
        }
    }
}

impl Pict {
    pub(super) fn bytes(self) -> Vec<u8> {
        if !self.raw.is_empty() {
            return self.raw;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
        self.hex.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }
}
