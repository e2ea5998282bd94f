//! Which character a byte stands for: code pages by number and by a font's character set, and the two
//! fonts of symbols that notes use for bullets, ticks and arrows.

use super::super::sheet::Family;
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// What a font of the note's table says about its text.
#[derive(Clone, Copy)]
pub(super) struct Font {
    pub(super) family: Family,
    pub(super) script: Script,
}

/// How a font's bytes are read.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Script {
    /// By the note's own code page.
    Default,
    Page(&'static Encoding),
    /// Greek and mathematics.
    Symbol,
    /// Bullets and ticks.
    Wingdings,
}

/// A code page by its number.
pub(super) fn code_page(number: i32) -> &'static Encoding {
    match number {
        874 => WINDOWS_874,
        932 => SHIFT_JIS,
        936 => GBK,
        949 => EUC_KR,
        950 => BIG5,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10_000 => MACINTOSH,
        65_001 => UTF_8,
        _ => WINDOWS_1252,
    }
}

/// The script of `\fcharset`.
pub(super) fn charset(number: i32) -> Script {
    let page = match number {
        2 => return Script::Symbol,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return Script::Default,
    };
    Script::Page(code_page(page))
}

impl Font {
    /// Corrects what the numbers said by the font's name.
    pub(super) fn named(mut self, name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        const FIXED: [&str; 8] =
            ["courier", "consol", "mono", "typewriter", "terminal", "fixed", "ocr", "letter gothic"];
        if FIXED.iter().any(|fixed| name.contains(fixed)) {
            self.family = Family::Mono;
        }
        if name.contains("wingdings") || name.contains("webdings") {
            self.script = Script::Wingdings;
        } else if name.trim_start().starts_with("symbol") {
            self.script = Script::Symbol;
        }
        self
    }
}

/// A byte of a symbol font as a character.
pub(super) fn symbol(byte: u8, script: Script) -> char {
    if script == Script::Wingdings {
        return match byte {
            0x20 => ' ',
            0x6c | 0xb7 => '\u{25cf}',
            0x6e | 0xa7 => '\u{25a0}',
            0x6f | 0xa8 | 0x71 | 0x72 => '\u{2610}',
            0xa1 => '\u{25cb}',
            0xfc => '\u{2713}',
            0xfe | 0x52 => '\u{2611}',
            0x78 | 0xfd | 0x54 => '\u{2612}',
            0xfb => '\u{2717}',
            0xdf | 0xe7 => '\u{2190}',
            0xe0 | 0xe8 | 0xd8 | 0xf0 => '\u{2192}',
            0xe1 | 0xe9 => '\u{2191}',
            0xe2 | 0xea => '\u{2193}',
            _ => '\u{2022}',
        };
    }
    const LETTERS: &str = "\u{391}\u{392}\u{3a7}\u{394}\u{395}\u{3a6}\u{393}\u{397}\u{399}\u{3d1}\u{39a}\u{39b}\u{39c}\u{39d}\u{39f}\u{3a0}\u{398}\u{3a1}\u{3a3}\u{3a4}\u{3a5}\u{3c2}\u{3a9}\u{39e}\u{3a8}\u{396}";
    const SMALL: &str = "\u{3b1}\u{3b2}\u{3c7}\u{3b4}\u{3b5}\u{3c6}\u{3b3}\u{3b7}\u{3b9}\u{3d5}\u{3ba}\u{3bb}\u{3bc}\u{3bd}\u{3bf}\u{3c0}\u{3b8}\u{3c1}\u{3c3}\u{3c4}\u{3c5}\u{3d6}\u{3c9}\u{3be}\u{3c8}\u{3b6}";
    let letter = |letters: &str, first: u8| letters.chars().nth(usize::from(byte - first));
    match byte {
        b'A'..=b'Z' => letter(LETTERS, b'A').unwrap_or('?'),
        b'a'..=b'z' => letter(SMALL, b'a').unwrap_or('?'),
        0x2d => '\u{2212}',
        0xa2 => '\u{2032}',
        0xa3 => '\u{2264}',
        0xa5 => '\u{221e}',
        0xab => '\u{2194}',
        0xac => '\u{2190}',
        0xad => '\u{2191}',
        0xae => '\u{2192}',
        0xaf => '\u{2193}',
        0xb0 => '\u{b0}',
        0xb1 => '\u{b1}',
        0xb2 => '\u{2033}',
        0xb3 => '\u{2265}',
        0xb4 => '\u{d7}',
        0xb7 => '\u{2022}',
        0xb8 => '\u{f7}',
        0xb9 => '\u{2260}',
        0xba => '\u{2261}',
        0xbb => '\u{2248}',
        0xbc => '\u{2026}',
        0xc6 => '\u{2205}',
        0xd6 => '\u{221a}',
        0xe5 => '\u{2211}',
        0x20..=0x7e => char::from(byte),
        _ => '\u{2022}',
    }
}
