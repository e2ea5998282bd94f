//! Which glyph of which standard font shows a character. What Latin text needs is in WinAnsi; Greek and
//! mathematics come from Symbol, ticks and boxes from ZapfDingbats. A character that none of them has is
//! shown by its plain letter or an empty box, and the text layer has the character itself.

use super::metrics;
use encoding_rs::WINDOWS_1252;
use lopdf::{Dictionary, Object, dictionary};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// Fonts made for characters without a glyph; each holds 223, and beyond all of them a question mark is
/// shown: such a file is no note in any script we know.
const STAND_IN_FONTS_MAX: usize = 40;
/// Codes of one such font.
const STAND_IN_CODES: usize = 223;

/// Proportional or fixed pitch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum Family {
    Sans,
    Mono,
}

/// How a piece of text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Style {
    pub(in super::super) family: Family,
    /// In points.
    pub(in super::super) size: f32,
    pub(in super::super) bold: bool,
    pub(in super::super) italic: bool,
    pub(in super::super) underline: bool,
    pub(in super::super) strike: bool,
    /// Above the baseline, in points; below where negative.
    pub(in super::super) rise: f32,
}

impl Style {
    pub(in super::super) const fn plain(family: Family, size: f32) -> Self {
        Self { family, size, bold: false, italic: false, underline: false, strike: false, rise: 0.0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Font {
    Latin {
        family: Family,
        bold: bool,
        italic: bool,
    },
    Symbol,
    Dingbats,
    /// Stand-ins: glyphs of a Latin font, or boxes, with characters of their own.
    StandIn(usize),
}

#[derive(Clone, Copy)]
struct Glyph {
    font: Font,
    code: u8,
    /// Thousandths of the em.
    width: u16,
}

/// Codes of one font in a row.
pub(in super::super) struct Run {
    pub(in super::super) codes: Vec<u8>,
    /// In points.
    pub(in super::super) width: f32,
}

/// A font whose codes are given to characters as they come.
struct StandIn {
    base: Option<(Family, bool, bool)>,
    /// Glyph name and the character it stands for.
    glyphs: Vec<(String, char)>,
}

/// The fonts a document uses.
#[derive(Default)]
pub(in super::super) struct Fonts {
    /// Characters of each font used; for fonts whose codes say nothing by themselves.
    used: BTreeMap<Font, BTreeMap<u8, char>>,
    stand_ins: Vec<StandIn>,
    known: HashMap<(char, Family, bool, bool), Glyph>,
    /// Characters shown by a stand-in.
    pub(super) substituted: u32,
}

impl Fonts {
    /// In points.
    pub(in super::super) fn width(&mut self, c: char, style: &Style) -> f32 {
        match normal(c) {
            Some(c) => f32::from(self.glyph(c, style).width) * style.size / 1000.0,
            None => 0.0,
        }
    }

    /// The text as codes, split where the font changes.
    pub(in super::super) fn runs(&mut self, text: &str, style: &Style) -> Vec<(String, Run)> {
        let mut runs: Vec<(Font, Run)> = Vec::new();
        for c in text.chars().filter_map(normal) {
            let glyph = self.glyph(c, style);
            self.used.entry(glyph.font).or_default().insert(glyph.code, c);
            self.substituted += u32::from(matches!(glyph.font, Font::StandIn(_)));
            let width = f32::from(glyph.width) * style.size / 1000.0;
            match runs.last_mut() {
                Some((font, run)) if *font == glyph.font => {
                    run.codes.push(glyph.code);
                    run.width += width;
                }
                _ => runs.push((glyph.font, Run { codes: vec![glyph.code], width })),
            }
        }
        runs.into_iter().map(|(font, run)| (name(font), run)).collect()
    }

    fn glyph(&mut self, c: char, style: &Style) -> Glyph {
        let key = (c, style.family, style.bold, style.italic);
        if let Some(glyph) = self.known.get(&key) {
            return *glyph;
        }
        let glyph = latin(c, style).or_else(|| special(c)).unwrap_or_else(|| self.stand_in(c, style));
        self.known.insert(key, glyph);
        glyph
    }

    fn stand_in(&mut self, c: char, style: &Style) -> Glyph {
        let letter = plain_letter(c);
        let base = letter.map(|_| (style.family, style.bold, style.italic));
        let free =
            self.stand_ins.iter().position(|font| font.base == base && font.glyphs.len() < STAND_IN_CODES);
        let index = match free {
            Some(index) => index,
            None if self.stand_ins.len() < STAND_IN_FONTS_MAX => {
                self.stand_ins.push(StandIn { base, glyphs: Vec::new() });
                self.stand_ins.len() - 1
            }
            None => return latin('?', style).unwrap_or(Glyph { font: Font::Symbol, code: b'?', width: 444 }),
        };
        let font = &mut self.stand_ins[index];
        font.glyphs.push((letter.map_or_else(|| "a74".to_owned(), String::from), c));
        let code = (32 + font.glyphs.len()).min(255) as u8;
        let width = letter.and_then(|letter| latin(letter, style)).map_or(762, |glyph| glyph.width);
        Glyph { font: Font::StandIn(index), code, width }
    }

    /// Each font used: its name in the resources, its dictionary, and its map to Unicode where codes need one.
    pub(in super::super) fn dictionaries(&self) -> Vec<(String, Dictionary, Option<String>)> {
        let describe = |(font, codes): (&Font, &BTreeMap<u8, char>)| {
            let (base, map) = match font {
                Font::Latin { family, bold, italic } => (base_name(*family, *bold, *italic), None),
                Font::Symbol => ("Symbol", Some(to_unicode(codes))),
                Font::Dingbats => ("ZapfDingbats", Some(to_unicode(codes))),
                Font::StandIn(index) => {
                    let base = self.stand_ins.get(*index).and_then(|font| font.base);
                    (base.map_or("ZapfDingbats", |(f, b, i)| base_name(f, b, i)), Some(to_unicode(codes)))
                }
            };
            let mut dictionary = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => base };
            match font {
                Font::Latin { .. } => dictionary.set("Encoding", "WinAnsiEncoding"),
                Font::StandIn(index) => dictionary.set("Encoding", self.differences(*index)),
                Font::Symbol | Font::Dingbats => {}
            }
            (name(*font), dictionary, map)
        };
        self.used.iter().map(describe).collect()
    }

    fn differences(&self, index: usize) -> Object {
        let names = self.stand_ins.get(index).map(|font| font.glyphs.as_slice()).unwrap_or_default();
        let mut differences: Vec<Object> = vec![33.into()];
        differences.extend(names.iter().map(|(name, _)| Object::Name(name.clone().into_bytes())));
        dictionary! { "Type" => "Encoding", "Differences" => differences }.into()
    }
}

fn name(font: Font) -> String {
    match font {
        Font::Latin { family, bold, italic } => {
            let family = if family == Family::Sans { "S" } else { "M" };
            format!("{family}{}{}", if bold { "b" } else { "" }, if italic { "i" } else { "" })
        }
        Font::Symbol => "Sy".to_owned(),
        Font::Dingbats => "Zd".to_owned(),
        Font::StandIn(index) => format!("X{index}"),
    }
}

fn base_name(family: Family, bold: bool, italic: bool) -> &'static str {
    match (family, bold, italic) {
        (Family::Sans, false, false) => "Helvetica",
        (Family::Sans, true, false) => "Helvetica-Bold",
        (Family::Sans, false, true) => "Helvetica-Oblique",
        (Family::Sans, true, true) => "Helvetica-BoldOblique",
        (Family::Mono, false, false) => "Courier",
        (Family::Mono, true, false) => "Courier-Bold",
        (Family::Mono, false, true) => "Courier-Oblique",
        (Family::Mono, true, true) => "Courier-BoldOblique",
    }
}

/// What is not seen is dropped, what looks the same is made the same.
fn normal(c: char) -> Option<char> {
    match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => Some(' '),
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' => None,
        '\u{2010}' | '\u{2011}' | '\u{2043}' => Some('-'),
        '\u{2500}' | '\u{2501}' | '\u{2504}' | '\u{2505}' | '\u{2508}' | '\u{2509}' | '\u{2550}' => Some('-'),
        '\u{2502}' | '\u{2503}' | '\u{2506}' | '\u{2507}' | '\u{250a}' | '\u{250b}' | '\u{2551}' => Some('|'),
        '\u{250c}'..='\u{254b}' | '\u{2552}'..='\u{256c}' => Some('+'),
        c if c.is_control() => None,
        c => Some(c),
    }
}

fn latin(c: char, style: &Style) -> Option<Glyph> {
    let mut buffer = [0; 4];
    let (bytes, _, unmapped) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    let code = match *bytes {
        [code] if !unmapped && code >= 32 => code,
        _ => return None,
    };
    let table = if style.bold { &metrics::SANS_BOLD } else { &metrics::SANS };
    let width = match style.family {
        Family::Sans => *table.get(usize::from(code) - 32)?,
        Family::Mono => metrics::MONO,
    };
    // Five codes have no character.
    let font = Font::Latin { family: style.family, bold: style.bold, italic: style.italic };
    (width > 0).then_some(Glyph { font, code, width })
}

/// Characters of Symbol and ZapfDingbats (ISO 32000-1, annex D.5 and D.6) that notes use.
fn special(c: char) -> Option<Glyph> {
    let symbol = |code, width| Some(Glyph { font: Font::Symbol, code, width });
    let dingbat = |code, width| Some(Glyph { font: Font::Dingbats, code, width });
    const UPPER: (&str, [u16; 24]) = (
        "ABGDEZHQIKLMNXOPRSTUFCYW",
        [
            722, 667, 603, 612, 611, 611, 722, 741, 333, 722, 686, 889, 722, 645, 722, 768, 556, 592, 611,
            690, 763, 722, 795, 768,
        ],
    );
    const LOWER: (&str, [u16; 25]) = (
        "abgdezhqiklmnxoprVstufcyw",
        [
            631, 549, 411, 494, 439, 494, 603, 521, 329, 549, 549, 576, 521, 493, 549, 549, 549, 439, 603,
            439, 576, 521, 549, 686, 686,
        ],
    );
    match c {
        // The capital letters have a gap where final sigma would be.
        '\u{391}'..='\u{3a9}' if c != '\u{3a2}' => {
            let at = c as usize - 0x391 - usize::from(c > '\u{3a2}');
            symbol(*UPPER.0.as_bytes().get(at)?, *UPPER.1.get(at)?)
        }
        '\u{3b1}'..='\u{3c9}' => {
            let at = c as usize - 0x3b1;
            symbol(*LOWER.0.as_bytes().get(at)?, *LOWER.1.get(at)?)
        }
        '\u{2212}' => symbol(45, 549),
        '\u{2126}' => symbol(87, 768),
        '\u{2206}' => symbol(68, 612),
        '\u{2032}' => symbol(162, 247),
        '\u{2264}' => symbol(163, 549),
        '\u{221e}' => symbol(165, 713),
        '\u{2194}' => symbol(171, 1042),
        '\u{2190}' => symbol(172, 987),
        '\u{2191}' => symbol(173, 603),
        '\u{2192}' => symbol(174, 987),
        '\u{2193}' => symbol(175, 603),
        '\u{2033}' => symbol(178, 411),
        '\u{2265}' => symbol(179, 549),
        '\u{2260}' => symbol(185, 549),
        '\u{2261}' => symbol(186, 549),
        '\u{2248}' => symbol(187, 549),
        '\u{2205}' => symbol(198, 823),
        '\u{221a}' => symbol(214, 549),
        '\u{2211}' => symbol(229, 713),
        '\u{2220}' => symbol(208, 768),
        '\u{2234}' => symbol(92, 863),
        '\u{2713}' => dingbat(51, 755),
        '\u{2714}' | '\u{2611}' => dingbat(52, 846),
        '\u{2717}' | '\u{2718}' | '\u{2612}' | '\u{2715}' | '\u{2716}' => dingbat(56, 762),
        '\u{25cf}' => dingbat(108, 791),
        '\u{25cb}' => dingbat(109, 873),
        '\u{25a0}' | '\u{25aa}' => dingbat(110, 761),
        '\u{2610}' | '\u{25a1}' | '\u{25ab}' => dingbat(111, 762),
        '\u{25b2}' => dingbat(115, 892),
        '\u{25bc}' => dingbat(116, 892),
        _ => None,
    }
}

/// The letter under the accents, where it is one of ours.
fn plain_letter(c: char) -> Option<char> {
    let other = match c {
        '\u{142}' => Some('l'),
        '\u{141}' => Some('L'),
        '\u{111}' => Some('d'),
        '\u{110}' => Some('D'),
        '\u{131}' => Some('i'),
        _ => None,
    };
    other.or_else(|| std::iter::once(c).nfkd().next().filter(char::is_ascii_alphabetic))
}

/// A map from codes to characters (ISO 32000-1, 9.10.3).
fn to_unicode(codes: &BTreeMap<u8, char>) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Codes def\n/CMapType 2 def\n\
         1 begincodespacerange\n<00> <FF>\nendcodespacerange\n",
    );
    let codes: Vec<(&u8, &char)> = codes.iter().collect();
    for part in codes.chunks(100) {
        // Writing to a string does not fail.
        let _ = writeln!(map, "{} beginbfchar", part.len());
        for (code, c) in part {
            let _ = write!(map, "<{code:02X}> <");
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(map, "{unit:04X}");
            }
            map.push_str(">\n");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}
