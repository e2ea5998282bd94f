//! The fonts of the invisible words. Western text names Helvetica, which every reader brings along with its
//! widths; any other character gets a code in a font of empty glyphs made here, with a table that says which
//! character each code stands for. No font file is needed, on no machine.

use super::append::Append;
use super::content::Number;
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// First part of our fonts' names among a page's resources; no other writer uses it.
pub(super) const NAME: &str = "EpicConnectorText";
/// Codes of a font of empty glyphs: the space, then the characters.
const FIRST_CODE: u8 = b' ';
const CODES: usize = 255 - FIRST_CODE as usize;
/// Width of every empty glyph, in thousandths of an em.
const EMPTY_WIDTH: u16 = 500;
/// Helvetica's widths from the space to the tilde, in thousandths of an em (Adobe's font metrics).
const ASCII_WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// The same from the no-break space to ÿ.
const LATIN_WIDTHS: [u16; 96] = [
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333,
    556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722, 667, 667,
    667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667,
    611, 556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278, 556, 556, 556, 556,
    556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];
/// Typographic characters of code page 1252 with their codes and widths.
const TYPOGRAPHIC: [(char, u8, u16); 10] = [
    ('\u{20ac}', 0x80, 556),
    ('\u{2026}', 0x85, 1000),
    ('\u{2018}', 0x91, 222),
    ('\u{2019}', 0x92, 222),
    ('\u{201c}', 0x93, 333),
    ('\u{201d}', 0x94, 333),
    ('\u{2022}', 0x95, 350),
    ('\u{2013}', 0x96, 556),
    ('\u{2014}', 0x97, 1000),
    ('\u{2122}', 0x99, 1000),
];

/// Which characters have which codes in which font: 0 is Helvetica.
pub(super) struct Fonts {
    others: BTreeMap<char, (usize, u8)>,
}

/// What was last set in a content stream: font, size, stretch in percent.
pub(super) type Set = Option<(usize, f32, i32)>;

impl Fonts {
    pub(super) fn for_text<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let others: BTreeSet<char> =
            texts.flat_map(str::chars).filter(|c| western(*c).is_none() && !c.is_whitespace()).collect();
        let coded = others.into_iter().enumerate().map(|(index, c)| {
            // The space has the first code of every font.
            let code = FIRST_CODE + 1 + u8::try_from(index % CODES).unwrap_or(0);
            (c, (1 + index / CODES, code))
        });
        Self { others: coded.collect() }
    }

    /// Adds the fonts to what is appended; gives their names among a page's resources.
    pub(super) fn add_to(&self, append: &mut Append) -> Vec<(String, ObjectId)> {
        let helvetica = append.add(Object::Dictionary(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type1",
            "BaseFont" => "Helvetica",
            "Encoding" => "WinAnsiEncoding",
        }));
        let mut names = vec![(NAME.to_owned(), helvetica)];
        let fonts = self.others.values().map(|(font, _)| *font).max().unwrap_or(0);
        for font in 1..=fonts {
            let codes: Vec<(u8, char)> = self
                .others
                .iter()
                .filter(|(_, (of, _))| *of == font)
                .map(|(c, (_, code))| (*code, *c))
                .collect();
            names.push((format!("{NAME}{font}"), empty_font(append, &codes)));
        }
        names
    }

    /// Writes a word of `width` points and the space after it.
    pub(super) fn show(&self, text: &str, size: f32, width: f32, set: &mut Set, out: &mut Vec<u8>) {
        let coded: Vec<(usize, u8, u16)> =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| self.coded(c)).collect();
        let natural: f32 = coded.iter().map(|(_, _, width)| f32::from(*width) / 1000.0 * size).sum();
        // Never nothing, never wider than a page is.
        let stretch = (100.0 * width / natural.max(0.01)).round().clamp(1.0, 9999.0) as i32;
        let runs: Vec<&[(usize, u8, u16)]> = coded.chunk_by(|a, b| a.0 == b.0).collect();
        for (index, run) in runs.iter().enumerate() {
            let font = run[0].0;
            if set.is_none_or(|(old, old_size, _)| (old, old_size) != (font, size)) {
                let number = if font == 0 { String::new() } else { font.to_string() };
                out.extend_from_slice(format!("/{NAME}{number} {} Tf ", Number(size, 1)).as_bytes());
            }
            if set.is_none_or(|(_, _, old)| old != stretch) {
                out.extend_from_slice(format!("{stretch} Tz ").as_bytes());
            }
            *set = Some((font, size, stretch));
            out.push(b'(');
            for (_, code, _) in *run {
                if matches!(code, b'(' | b')' | b'\\') {
                    out.push(b'\\');
                }
                match code {
                    b'\r' => out.extend_from_slice(b"\\r"),
                    code => out.push(*code),
                }
            }
            if index + 1 == runs.len() {
                // Also at the line's end: some readers join what nothing separates.
                out.push(b' ');
            }
            out.extend_from_slice(b")Tj\n");
        }
    }

    /// Font, code and width.
    fn coded(&self, c: char) -> (usize, u8, u16) {
        match (western(c), self.others.get(&c)) {
            (Some((code, width)), _) => (0, code, width),
            (None, Some((font, code))) => (*font, *code, EMPTY_WIDTH),
            (None, None) => (0, b'?', 556),
        }
    }
}

/// Code and width in Helvetica by code page 1252.
fn western(c: char) -> Option<(u8, u16)> {
    let width = |table: &[u16], first: char| {
        let index = usize::try_from(u32::from(c) - u32::from(first)).ok()?;
        Some((u8::try_from(u32::from(c)).ok()?, *table.get(index)?))
    };
    match c {
        ' '..='~' => width(&ASCII_WIDTHS, ' '),
        '\u{a0}'..='\u{ff}' => width(&LATIN_WIDTHS, '\u{a0}'),
        _ => TYPOGRAPHIC.iter().find(|(known, _, _)| *known == c).map(|(_, code, width)| (*code, *width)),
    }
}

fn empty_font(append: &mut Append, codes: &[(u8, char)]) -> ObjectId {
    let last = codes.iter().map(|(code, _)| *code).max().unwrap_or(FIRST_CODE);
    let count = usize::from(last - FIRST_CODE) + 1;
    let glyph = append.add_stream(Stream::new(Dictionary::new(), b"500 0 0 0 0 0 d1".to_vec()));
    let meanings = append.add_stream(Stream::new(Dictionary::new(), to_unicode(codes).into_bytes()));
    let mut differences = vec![Object::from(i64::from(FIRST_CODE))];
    differences.extend(std::iter::repeat_n(Object::from("none"), count));
    let thousandth = || Object::Real(0.001);
    append.add(Object::Dictionary(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type3",
        "FontBBox" => vec![0.into(), (-200).into(), 500.into(), 800.into()],
        "FontMatrix" => vec![thousandth(), 0.into(), 0.into(), thousandth(), 0.into(), 0.into()],
        "CharProcs" => dictionary! { "none" => glyph },
        "Encoding" => dictionary! { "Type" => "Encoding", "Differences" => differences },
        "FirstChar" => i64::from(FIRST_CODE),
        "LastChar" => i64::from(last),
        "Widths" => vec![Object::from(i64::from(EMPTY_WIDTH)); count],
        "Resources" => Dictionary::new(),
        "ToUnicode" => meanings,
    }))
}

/// The table of a font's codes (ISO 32000-1, 9.10.3).
fn to_unicode(codes: &[(u8, char)]) -> String {
    let mut table = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
        /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
        /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
        1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        .to_owned();
    let mut all = vec![(FIRST_CODE, ' ')];
    all.extend_from_slice(codes);
    // At most a hundred in one go.
    for part in all.chunks(100) {
        let _ = writeln!(table, "{} beginbfchar", part.len());
        for (code, c) in part {
            let mut units = [0; 2];
            let units: String = c.encode_utf16(&mut units).iter().map(|unit| format!("{unit:04X}")).collect();
            let _ = writeln!(table, "<{code:02X}> <{units}>");
        }
        table.push_str("endbfchar\n");
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    table
}

#[cfg(test)]
mod tests {
    use super::{Fonts, western};

    #[test]
    fn western_characters_have_helveticas_widths() {
        let widths: Vec<u16> = ['A', 'i', 'é', '–', '€'].map(|c| western(c).unwrap().1).to_vec();
        assert_eq!(widths, [667, 222, 556, 556, 556]);
        assert_eq!((western('ж'), western('\u{85}')), (None, None));
    }

    #[test]
    fn a_word_is_stretched_to_its_box_and_escaped() {
        let (fonts, mut set, mut out) = (Fonts::for_text(["a(b)"].into_iter()), None, Vec::new());
        fonts.show("a(b)", 10.0, 17.78, &mut set, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "/EpicConnectorText 10 Tf 100 Tz (a\\(b\\) )Tj\n");
    }

    #[test]
    fn more_characters_than_one_font_holds_go_into_the_next() {
        let text: String = ('\u{4e00}'..='\u{4fff}').collect();
        let fonts = Fonts::for_text([text.as_str()].into_iter());
        let mut seen: Vec<(usize, u8)> = fonts.others.values().copied().collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), seen.last().unwrap().0), (512, 3));
    }
}
