//! Control words: destinations, structure, and characters with names. Formatting is in `format`.

use super::super::super::sheet::Family;
use super::super::Block;
use super::super::characters::{Font, Script, charset, code_page};
use super::{Reader, RowShape, Target};

/// Destinations without text of the note.
const SKIPPED: [&str; 38] = [
    "stylesheet",
    "info",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "datastore",
    "xmlnstbl",
    "latentstyles",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "objdata",
    "objclass",
    "objname",
    "nonshppict",
    "shprslt",
    "sp",
    "filetbl",
    "revtbl",
    "pgptbl",
    "mmathPr",
    "colorschememapping",
    "ftnsep",
    "ftnsepc",
    "aftnsep",
    "aftnsepc",
    "atnid",
    "atnauthor",
    "atndate",
    "atnref",
    "annotation",
    "comment",
    "do",
    "private",
    "xe",
    "tc",
];

/// Starred destinations that hold text or pictures all the same.
const OPENED: [&str; 7] = ["shppict", "shpinst", "shpgrp", "shptxt", "shp", "listtext", "pntext"];

const TWIPS_PER_POINT: f32 = 20.0;

impl Reader {
    pub(super) fn word(&mut self, name: &str, value: Option<i32>) {
        let destination = self.group.fresh || self.group.starred;
        if destination && self.destination(name) {
            return;
        }
        match self.group.target {
            Target::Skip => {}
            Target::Fonts => self.font_word(name, value),
            Target::Colours => {
                let tone = value.unwrap_or(0).clamp(0, 255) as u8;
                match name {
                    "red" => self.colour[0] = tone,
                    "green" => self.colour[1] = tone,
                    "blue" => self.colour[2] = tone,
                    _ => {}
                }
            }
            Target::Picture => self.picture_word(name, value),
            Target::FormField => match name {
                "fftype" => self.form.0 = value,
                "ffres" => self.form.1 = value,
                "ffdefres" => self.form.2 = value,
                _ => {}
            },
            Target::Body | Target::Header | Target::Footer => {
                if !self.structure(name, value) && !self.character(name, value) {
                    self.format(name, value);
                }
            }
        }
    }

    /// Whether the word opens a destination; it is set then.
    fn destination(&mut self, name: &str) -> bool {
        // Inside something skipped only a form's tick is of interest.
        let skipping = self.group.target == Target::Skip;
        let target = match name {
            "formfield" => Target::FormField,
            _ if skipping => return true,
            "fonttbl" => Target::Fonts,
            "colortbl" => Target::Colours,
            "pict" => Target::Picture,
            "header" | "headerl" | "headerr" | "headerf" => Target::Header,
            "footer" | "footerl" | "footerr" | "footerf" => Target::Footer,
            "footnote" => {
                self.text(" [");
                return true;
            }
            _ if SKIPPED.contains(&name) => Target::Skip,
            _ if OPENED.contains(&name) => return true,
            _ if self.group.starred => Target::Skip,
            _ => return false,
        };
        if matches!(target, Target::Header | Target::Footer) && !self.paragraph.is_empty() {
            self.end_paragraph();
        }
        self.group.target = target;
        true
    }

    fn font_word(&mut self, name: &str, value: Option<i32>) {
        if name == "f" {
            self.group.font = value.unwrap_or(0);
            self.font_name.clear();
        }
        let fresh = Font { family: Family::Sans, script: Script::Default };
        let font = self.fonts.entry(self.group.font).or_insert(fresh);
        match (name, value) {
            ("fmodern", _) | ("fprq", Some(1)) => font.family = Family::Mono,
            ("fcharset", Some(number)) => font.script = charset(number),
            ("cpg", Some(number)) => font.script = Script::Page(code_page(number)),
            _ => {}
        }
    }

    fn picture_word(&mut self, name: &str, value: Option<i32>) {
        let points = value.unwrap_or(0).max(0) as f32 / TWIPS_PER_POINT;
        match name {
            "pngblip" | "jpegblip" => self.pict.known = true,
            "picwgoal" => self.pict.width = points,
            "pichgoal" => self.pict.height = points,
            "picscalex" => self.pict.scale.0 = value.unwrap_or(100) as f32 / 100.0,
            "picscaley" => self.pict.scale.1 = value.unwrap_or(100) as f32 / 100.0,
            _ => {}
        }
    }

    /// Paragraphs, pages, tables and paper.
    fn structure(&mut self, name: &str, value: Option<i32>) -> bool {
        let points = value.unwrap_or(0) as f32 / TWIPS_PER_POINT;
        match name {
            "par" | "sect" => self.end_paragraph(),
            "page" | "pagebb" | "sbkpage" => {
                if name == "page" && !self.paragraph.spans.is_empty() {
                    self.end_paragraph();
                }
                if name != "sbkpage" {
                    let target = self.group.target;
                    self.end_row();
                    self.blocks(target).push(Block::PageBreak);
                }
            }
            "trowd" => {
                // A row may be described before or after its cells, so nothing ends here.
                self.row = RowShape::default();
            }
            "trleft" => self.row.left = points.clamp(-200.0, 1_000.0),
            "cellx" => {
                if self.row.edges.len() < super::CELLS_MAX {
                    self.row.edges.push(points.clamp(-200.0, 2_000.0));
                }
            }
            "clbrdrt" | "clbrdrb" | "clbrdrl" | "clbrdrr" | "trbrdrt" | "trbrdrh" => self.row.bordered = true,
            "intbl" => self.group.in_table = true,
            "cell" => self.end_cell(),
            "nestcell" => self.text("\t"),
            "nestrow" => self.text("\n"),
            "row" => self.end_row(),
            "ansicpg" => self.code_page = code_page(value.unwrap_or(1252)),
            "mac" => self.code_page = code_page(10_000),
            "paperw" if points > 0.0 => self.note.paper.width = points,
            "paperh" if points > 0.0 => self.note.paper.height = points,
            "margl" => self.note.paper.left = points,
            "margr" => self.note.paper.right = points,
            "margt" => self.note.paper.top = points,
            "margb" => self.note.paper.bottom = points,
            _ => return false,
        }
        true
    }

    /// Characters with names.
    fn character(&mut self, name: &str, value: Option<i32>) -> bool {
        let text = match name {
            "u" => {
                // Negative numbers are the upper half of 16 bits.
                self.unicode((value.unwrap_or(0) & 0xffff) as u16);
                return true;
            }
            "uc" => {
                self.group.unicode_skip = usize::try_from(value.unwrap_or(1)).unwrap_or(1).min(100);
                return true;
            }
            "tab" => "\t",
            "line" | "softline" => "\n",
            "emdash" => "\u{2014}",
            "endash" => "\u{2013}",
            "lquote" => "\u{2018}",
            "rquote" => "\u{2019}",
            "ldblquote" => "\u{201c}",
            "rdblquote" => "\u{201d}",
            "bullet" => "\u{2022}",
            "emspace" | "enspace" | "qmspace" => " ",
            "column" => "\n",
            _ => return false,
        };
        self.text(text);
        true
    }
}
