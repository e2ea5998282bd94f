//! The picture of a field or free text made from its words, in the size and colour that its default
//! appearance names. The font is one of the standard ones: a form's own fonts hold what its author needed.

use super::super::sheet::{Family, Fonts, Style};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use std::fmt::Write;

/// Size of type where the form leaves it to the reader, in points: from, to.
const AUTO_PT: (f32, f32) = (4.0, 12.0);
/// Line height over type size.
const LEADING: f32 = 1.15;
/// Space between the frame and the words, in points.
const PAD_PT: f32 = 2.0;
/// Characters of one value that are drawn; a page holds under ten thousand.
const CHARACTERS_MAX: usize = 20_000;

/// How words stand in their frame.
pub(super) enum Kind {
    Line,
    Lines,
    /// One character a cell.
    Comb {
        cells: usize,
    },
    Tick,
}

/// Frame, type and colour.
pub(super) struct Look {
    size: (f32, f32),
    family: Family,
    /// Zero leaves it to the reader.
    type_size: f32,
    /// A colour operator with its numbers.
    colour: String,
    alignment: i64,
}

impl Look {
    /// Reads a default appearance string (ISO 32000-1, 12.7.3.3).
    pub(super) fn new(size: (f32, f32), default_appearance: &[u8], alignment: i64) -> Self {
        let text = String::from_utf8_lossy(default_appearance);
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut look =
            Self { size, family: Family::Sans, type_size: 0.0, colour: "0 g".to_owned(), alignment };
        for (at, word) in words.iter().enumerate() {
            let numbers = |count: usize| {
                let values: Option<Vec<f32>> = at
                    .checked_sub(count)
                    .map(|from| words[from..at].iter().map_while(|word| word.parse().ok()).collect());
                values.filter(|values| values.len() == count)
            };
            match *word {
                "Tf" => {
                    look.type_size = numbers(1).map_or(0.0, |size| size[0].clamp(0.0, 144.0));
                    let font = at.checked_sub(2).and_then(|font| words.get(font)).unwrap_or(&"");
                    if font.contains("Co") {
                        look.family = Family::Mono;
                    }
                }
                "g" | "rg" | "k" => {
                    let count = if *word == "g" { 1 } else { word.len() + usize::from(*word == "rg") };
                    let count = if *word == "k" { 4 } else { count };
                    if let Some(values) = numbers(count) {
                        let values: Vec<String> = values.iter().map(f32::to_string).collect();
                        look.colour = format!("{} {word}", values.join(" "));
                    }
                }
                _ => {}
            }
        }
        look
    }
}

/// Draws the words; none for a frame without room.
pub(super) fn picture(document: &mut Document, look: &Look, kind: &Kind, text: &str) -> Option<Stream> {
    let (width, height) = look.size;
    if width < 1.0 || height < 1.0 || text.trim().is_empty() {
        return None;
    }
    let text: String = text.chars().take(CHARACTERS_MAX).collect();
    let mut fonts = Fonts::default();
    let mut content = format!("/Tx BMC q 0 0 {width} {height} re W n {}\n", look.colour);
    match kind {
        Kind::Tick => {
            let style = Style::plain(look.family, width.min(height) * 0.8);
            let wide = measured(&mut fonts, &text, &style);
            show(
                &mut content,
                &mut fonts,
                ((width - wide) / 2.0, (height - style.size * 0.7) / 2.0),
                &text,
                &style,
            );
        }
        Kind::Comb { cells } if *cells > 0 => {
            let style = Style::plain(look.family, auto_size(look, height * 0.65));
            let cell = width / *cells as f32;
            for (at, c) in text.chars().take(*cells).enumerate() {
                let mut buffer = [0; 4];
                let c = c.encode_utf8(&mut buffer);
                let x = cell * at as f32 + (cell - measured(&mut fonts, c, &style)) / 2.0;
                show(&mut content, &mut fonts, (x, baseline_of_one(height, &style)), c, &style);
            }
        }
        Kind::Lines => lines(&mut content, &mut fonts, look, &text),
        Kind::Line | Kind::Comb { .. } => {
            let text = text.replace(['\r', '\n'], " ");
            let mut style = Style::plain(look.family, auto_size(look, height * 0.65));
            let wide = measured(&mut fonts, &text, &style);
            let room = (width - 2.0 * PAD_PT).max(1.0);
            // Readers make type smaller where the form leaves them the choice; elsewhere they cut it off. Here
            // nothing is cut.
            if wide > room {
                style.size = (style.size * room / wide).max(1.0);
            }
            let x = aligned(&mut fonts, look, &text, &style);
            show(&mut content, &mut fonts, (x, baseline_of_one(height, &style)), &text, &style);
        }
    }
    content.push_str("Q EMC\n");
    Some(form_object(document, look.size, content, &fonts))
}

/// Many lines from the top, in type small enough for all of them.
fn lines(content: &mut String, fonts: &mut Fonts, look: &Look, text: &str) {
    let (width, height) = look.size;
    let room = (width - 2.0 * PAD_PT).max(1.0);
    let mut style = Style::plain(look.family, auto_size(look, AUTO_PT.1));
    let mut rows = wrapped(fonts, text, &style, room);
    while rows.len() as f32 * style.size * LEADING > height && style.size > AUTO_PT.0 {
        style.size -= 0.5;
        rows = wrapped(fonts, text, &style, room);
    }
    let mut y = height - PAD_PT - style.size * 0.9;
    for row in rows {
        let x = aligned(fonts, look, &row, &style);
        show(content, fonts, (x, y), &row, &style);
        y -= style.size * LEADING;
    }
}

fn auto_size(look: &Look, wanted: f32) -> f32 {
    if look.type_size > 0.0 { look.type_size } else { wanted.clamp(AUTO_PT.0, AUTO_PT.1) }
}

fn baseline_of_one(height: f32, style: &Style) -> f32 {
    (height - style.size) / 2.0 + style.size * 0.22
}

fn measured(fonts: &mut Fonts, text: &str, style: &Style) -> f32 {
    text.chars().map(|c| fonts.width(c, style)).sum()
}

fn aligned(fonts: &mut Fonts, look: &Look, text: &str, style: &Style) -> f32 {
    let free = (look.size.0 - 2.0 * PAD_PT - measured(fonts, text, style)).max(0.0);
    PAD_PT
        + match look.alignment {
            1 => free / 2.0,
            2 => free,
            _ => 0.0,
        }
}

fn wrapped(fonts: &mut Fonts, text: &str, style: &Style, room: f32) -> Vec<String> {
    let mut rows = Vec::new();
    for line in text.replace("\r\n", "\n").replace('\r', "\n").split('\n') {
        let (mut row, mut wide) = (String::new(), 0.0);
        for word in line.split_inclusive(' ') {
            let width = measured(fonts, word, style);
            if wide + measured(fonts, word.trim_end(), style) > room && !row.is_empty() {
                rows.push(std::mem::take(&mut row));
                wide = 0.0;
            }
            row.push_str(word);
            wide += width;
        }
        rows.push(row);
    }
    rows
}

fn show(content: &mut String, fonts: &mut Fonts, (x, y): (f32, f32), text: &str, style: &Style) {
    let mut at = x;
    for (font, run) in fonts.runs(text, style) {
        // Writing to a string does not fail.
        let _ = write!(content, "BT /{font} {} Tf {at:.2} {y:.2} Td <", style.size);
        for code in &run.codes {
            let _ = write!(content, "{code:02X}");
        }
        content.push_str("> Tj ET\n");
        at += run.width;
    }
}

fn form_object(document: &mut Document, size: (f32, f32), content: String, used: &Fonts) -> Stream {
    let mut fonts = Dictionary::new();
    for (name, mut font, to_unicode) in used.dictionaries() {
        if let Some(map) = to_unicode {
            font.set("ToUnicode", document.add_object(Stream::new(Dictionary::new(), map.into_bytes())));
        }
        fonts.set(name, font);
    }
    framed(size, content, dictionary! { "Font" => fonts })
}

/// A form object of this size, in its own coordinates from the lower left.
pub(super) fn framed(size: (f32, f32), content: String, resources: Dictionary) -> Stream {
    Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), Object::Real(size.0), Object::Real(size.1)],
            "Resources" => resources,
        },
        content.into_bytes(),
    )
}
