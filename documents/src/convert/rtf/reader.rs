//! From tokens to paragraphs, rows and pictures. Groups nest; what a group sets ends with it. Destinations
//! that hold no text of the note are skipped.

mod blocks;
mod format;
mod text;
mod words;

use super::super::sheet::{Family, Style};
use super::characters::Font;
use super::tokens::{Token, Tokens};
use super::{Block, Note, Paragraph, Shape};
use encoding_rs::{Encoding, WINDOWS_1252};
use std::collections::HashMap;

/// Groups inside groups; honest notes have under fifty.
const DEPTH_MAX: usize = 1_000;
/// Cells of one row, by Word's own limit.
const CELLS_MAX: usize = 63;
/// Brighter than this is the colour of the paper.
const WHITE_FROM: u8 = 240;

/// Reads a note; never fails, what is no rich text gives little.
pub(super) fn read(bytes: &[u8]) -> Note {
    let mut reader = Reader::new();
    for token in Tokens::new(bytes) {
        reader.take(token);
    }
    reader.finish()
}

/// Where text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Body,
    Skip,
    Fonts,
    Colours,
    Picture,
    Header,
    Footer,
    FormField,
}

/// What ends with its group.
#[derive(Clone)]
struct Group {
    target: Target,
    /// A star was read: an unknown destination is skipped.
    starred: bool,
    /// Nothing but the opening brace was read.
    fresh: bool,
    style: Style,
    shape: Shape,
    font: i32,
    colour: usize,
    hidden: bool,
    deleted: bool,
    capitals: bool,
    in_table: bool,
    /// Characters that stand for those who cannot read `\u`.
    unicode_skip: usize,
}

/// A picture while its bytes come in.
#[derive(Default)]
struct Pict {
    hex: Vec<u8>,
    raw: Vec<u8>,
    known: bool,
    width: f32,
    height: f32,
    scale: (f32, f32),
}

/// The row that is being described.
#[derive(Clone, Default)]
struct RowShape {
    left: f32,
    edges: Vec<f32>,
    bordered: bool,
}

struct Reader {
    stack: Vec<Group>,
    group: Group,
    /// Groups beyond the limit, which are not kept.
    too_deep: usize,
    note: Note,
    header: Vec<Block>,
    footer: Vec<Block>,
    paragraph: Paragraph,
    row: RowShape,
    cell: Vec<Paragraph>,
    cells: Vec<Vec<Paragraph>>,
    fonts: HashMap<i32, Font>,
    font_name: String,
    colours: Vec<[u8; 3]>,
    colour: [u8; 3],
    /// Anything lies behind text, so that white text may be meant to be read.
    shaded: bool,
    code_page: &'static Encoding,
    /// Bytes of a code page whose characters may have two.
    pending: Vec<u8>,
    /// High half of a character given in two `\u`.
    surrogate: Option<u16>,
    skip: usize,
    pict: Pict,
    form: (Option<i32>, Option<i32>, Option<i32>),
}

impl Reader {
    fn new() -> Self {
        let group = Group {
            target: Target::Body,
            starred: false,
            fresh: false,
            style: Style::plain(Family::Sans, 12.0),
            shape: Shape::default(),
            font: 0,
            colour: 0,
            hidden: false,
            deleted: false,
            capitals: false,
            in_table: false,
            unicode_skip: 1,
        };
        Self {
            stack: Vec::new(),
            group,
            too_deep: 0,
            note: Note::default(),
            header: Vec::new(),
            footer: Vec::new(),
            paragraph: Paragraph::default(),
            row: RowShape::default(),
            cell: Vec::new(),
            cells: Vec::new(),
            fonts: HashMap::new(),
            font_name: String::new(),
            colours: Vec::new(),
            colour: [0; 3],
            shaded: false,
            code_page: WINDOWS_1252,
            pending: Vec::new(),
            surrogate: None,
            skip: 0,
            pict: Pict::default(),
            form: (None, None, None),
        }
    }

    fn take(&mut self, token: Token<'_>) {
        if !matches!(token, Token::Hex(_) | Token::Text(_)) {
            self.flush();
        }
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Word(name, value) => {
                self.word(name, value);
                self.group.fresh = false;
                self.group.starred = false;
            }
            Token::Symbol(b'*') => self.group.starred = true,
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Hex(byte) if self.skip > 0 => {
                let _ = byte;
                self.skip -= 1;
            }
            Token::Hex(byte) => self.byte_text(&[byte]),
            Token::Binary(bytes) => {
                if self.group.target == Target::Picture {
                    self.pict.raw.extend_from_slice(bytes);
                }
            }
            Token::Text(bytes) => {
                let skipped = self.skip.min(bytes.len());
                self.skip -= skipped;
                self.byte_text(&bytes[skipped..]);
            }
        }
    }

    fn open(&mut self) {
        self.skip = 0;
        if self.stack.len() >= DEPTH_MAX {
            self.too_deep += 1;
            return;
        }
        self.stack.push(self.group.clone());
        self.group.fresh = true;
        self.group.starred = false;
    }

    fn close(&mut self) {
        self.skip = 0;
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(outer) = self.stack.pop() else { return };
        let ended = std::mem::replace(&mut self.group, outer);
        if ended.target == self.group.target {
            return;
        }
        match ended.target {
            Target::Picture => self.end_picture(),
            Target::Header | Target::Footer if !self.paragraph.is_empty() => {
                self.end_paragraph_of(ended.target);
            }
            Target::FormField => self.end_form_field(),
            _ => {}
        }
    }

    fn symbol(&mut self, symbol: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        match symbol {
            b'~' => self.text("\u{a0}"),
            b'_' => self.text("-"),
            b'\n' | b'\r' => self.end_paragraph(),
            b'\\' | b'{' | b'}' => self.text(char::from(symbol).encode_utf8(&mut [0; 4])),
            b'\t' => self.text("\t"),
            _ => {}
        }
    }

    fn finish(mut self) -> Note {
        self.flush();
        // Groups that were never closed.
        if self.group.target != Target::Skip {
            self.group.target = Target::Body;
        }
        if !self.paragraph.is_empty() {
            self.end_paragraph();
        }
        self.end_row();
        let mut blocks = self.header;
        blocks.append(&mut self.note.blocks);
        blocks.append(&mut self.footer);
        self.note.blocks = blocks;
        self.note
    }
}
