//! The font of the invisible words: Tesseract's own glyphless font when it is installed, which carries all
//! of Unicode's first plane in 572 bytes; else Helvetica, which readers bring along.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use std::fmt::Write as _;
use std::path::Path;

/// Width of every glyph of the glyphless font, in ems.
const GLYPHLESS_WIDTH_EM: f32 = 0.5;
/// Helvetica's mean width over English text, in ems; words are stretched anyway.
const HELVETICA_WIDTH_EM: f32 = 0.5;

/// Two-byte codes that are their own Unicode values.
const IDENTITY_TO_UNICODE: &str = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
    /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
    /CMapName /Adobe-Identify-UCS def\n/CMapType 2 def\n\
    1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n\
    1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange\n\
    endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";

/// How characters become bytes.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    /// Two bytes, the character's own number.
    Identity,
    /// Windows code page 1252.
    WinAnsi,
}

/// The font as an object of the document.
pub(super) struct TextFont {
    pub(super) id: ObjectId,
    pub(super) encoding: Encoding,
}

impl TextFont {
    /// Adds the font once; all pages share it.
    pub(super) fn add_to(document: &mut Document, tessdata: Option<&Path>) -> Self {
        let file = tessdata.and_then(|folder| std::fs::read(folder.join("pdf.ttf")).ok());
        match file {
            Some(file) => Self { id: glyphless(document, file), encoding: Encoding::Identity },
            None => {
                let font = dictionary! {
                    "Type" => "Font",
                    "Subtype" => "Type1",
                    "BaseFont" => "Helvetica",
                    "Encoding" => "WinAnsiEncoding",
                };
                Self { id: document.add_object(font), encoding: Encoding::WinAnsi }
            }
        }
    }
}

fn glyphless(document: &mut Document, file: Vec<u8>) -> ObjectId {
    let mut compressed = |dictionary: Dictionary, content: Vec<u8>| {
        let mut stream = Stream::new(dictionary, content);
        let _ = stream.compress();
        document.add_object(stream)
    };
    let length = i64::try_from(file.len()).unwrap_or(0);
    let file = compressed(dictionary! { "Length1" => length }, file);
    // Every character is glyph 1, the only one: nothing is to be seen.
    let all_one = compressed(Dictionary::new(), [0, 1].repeat(0x1_0000));
    let to_unicode = compressed(Dictionary::new(), IDENTITY_TO_UNICODE.as_bytes().to_vec());
    let descriptor = document.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => "GlyphLessFont",
        "FontFile2" => file,
        "FontBBox" => vec![0.into(), 0.into(), 500.into(), 1000.into()],
        "Ascent" => 1000,
        "CapHeight" => 1000,
        "Descent" => -1,
        "Flags" => 5,
        "ItalicAngle" => 0,
        "StemV" => 80,
    });
    let text = |value: &str| Object::String(value.as_bytes().to_vec(), StringFormat::Literal);
    let descendant = document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => "GlyphLessFont",
        "CIDToGIDMap" => all_one,
        "CIDSystemInfo" => dictionary! {
            "Registry" => text("Adobe"), "Ordering" => text("Identity"), "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "DW" => 500,
    });
    document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => "GlyphLessFont",
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![Object::Reference(descendant)],
        "ToUnicode" => to_unicode,
    })
}

impl Encoding {
    /// Unstretched width of a text, in ems.
    pub(super) fn width_em(self, text: &str) -> f32 {
        let each = match self {
            Self::Identity => GLYPHLESS_WIDTH_EM,
            Self::WinAnsi => HELVETICA_WIDTH_EM,
        };
        each * text.chars().count() as f32
    }

    /// Writes the operator that shows a text.
    pub(super) fn show(self, text: &str, out: &mut String) {
        out.push('<');
        for c in text.chars() {
            // Beyond the first plane two codes would be needed for one character; recognition with
            // Western data yields none.
            let code = u16::try_from(u32::from(c)).unwrap_or(0xfffd);
            let _ = match self {
                Self::Identity => write!(out, "{code:04X}"),
                Self::WinAnsi => write!(out, "{:02X}", win_ansi(c)),
            };
        }
        out.push_str("> Tj\n");
    }
}

/// Latin-1 and the typographic characters Tesseract emits; anything else is a question mark.
fn win_ansi(c: char) -> u8 {
    match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        '\u{20ac}' => 0x80,
        '\u{2018}' => 0x91,
        '\u{2019}' => 0x92,
        '\u{201c}' => 0x93,
        '\u{201d}' => 0x94,
        '\u{2022}' => 0x95,
        '\u{2013}' => 0x96,
        '\u{2014}' => 0x97,
        _ => b'?',
    }
}
