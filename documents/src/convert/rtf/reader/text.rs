//! From bytes and `\u` to the paragraph's text: code pages, symbol fonts, and what a reader would not see.

use super::super::Span;
use super::super::characters::{self, Script};
use super::{Reader, Target, WHITE_FROM};

impl Reader {
    /// Bytes in the font's or the note's code page, which may end inside a character.
    pub(super) fn byte_text(&mut self, bytes: &[u8]) {
        match self.group.target {
            Target::Picture => self.pict.hex.extend(bytes.iter().filter(|byte| byte.is_ascii_hexdigit())),
            Target::Fonts => self.font_text(bytes),
            Target::Colours => {
                for _ in bytes.iter().filter(|byte| **byte == b';') {
                    self.colours.push(std::mem::take(&mut self.colour));
                }
            }
            Target::Skip | Target::FormField => {}
            Target::Body | Target::Header | Target::Footer => self.pending.extend_from_slice(bytes),
        }
    }

    pub(super) fn font_text(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b';' {
                let name = std::mem::take(&mut self.font_name);
                if let Some(font) = self.fonts.get_mut(&self.group.font) {
                    *font = font.named(&name);
                }
            } else if self.font_name.len() < 100 {
                self.font_name.push(char::from(*byte));
            }
        }
    }

    /// Turns the bytes that have come in into text.
    pub(super) fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let script = self.fonts.get(&self.group.font).map_or(Script::Default, |font| font.script);
        match script {
            Script::Default => self.text(&self.code_page.decode_without_bom_handling(&bytes).0),
            Script::Page(page) => self.text(&page.decode_without_bom_handling(&bytes).0),
            Script::Symbol | Script::Wingdings => {
                let text: String = bytes.iter().map(|byte| characters::symbol(*byte, script)).collect();
                self.text(&text);
            }
        }
    }

    /// One 16-bit unit of `\u`.
    pub(super) fn unicode(&mut self, unit: u16) {
        self.skip = self.group.unicode_skip;
        let high = self.surrogate.take();
        let c = match (high, unit) {
            (_, 0xd800..=0xdbff) => {
                self.surrogate = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => char::decode_utf16([high, unit]).next().and_then(Result::ok),
            // Symbol fonts put their bytes into the private area.
            (_, 0xf000..=0xf0ff) => {
                let script = self.fonts.get(&self.group.font).map_or(Script::Default, |font| font.script);
                let script = if script == Script::Wingdings { script } else { Script::Symbol };
                Some(characters::symbol((unit & 0xff) as u8, script))
            }
            _ => char::from_u32(u32::from(unit)),
        };
        if let Some(c) = c {
            self.text(c.encode_utf8(&mut [0; 4]));
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if !matches!(self.group.target, Target::Body | Target::Header | Target::Footer) || text.is_empty() {
            return;
        }
        let white = !self.shaded
            && self
                .colours
                .get(self.group.colour)
                .is_some_and(|colour| colour.iter().all(|tone| *tone >= WHITE_FROM))
            && self.group.colour > 0;
        if self.group.hidden || self.group.deleted || white {
            let count = text.chars().filter(|c| !c.is_whitespace()).count();
            self.note.hidden = self.note.hidden.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
            return;
        }
        let text = if self.group.capitals { text.to_uppercase() } else { text.to_owned() };
        let mut style = self.group.style;
        if let Some(font) = self.fonts.get(&self.group.font) {
            style.family = font.family;
        }
        if style.rise != 0.0 {
            style.size *= 0.66;
        }
        match self.paragraph.spans.last_mut() {
            Some(span) if span.style == style => span.text.push_str(&text),
            _ => self.paragraph.spans.push(Span { text, style }),
        }
    }
}
