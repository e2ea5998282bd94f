//! Typefaces that stand in for fonts that are lost: which standard one fits the lines of a page, and fonts
//! whose program is damaged but whose characters are known.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// Fewer line ends tell nothing.
const LINE_ENDS_MIN: usize = 4;
/// Lines shorter than this share of the longest end where a paragraph does.
const FULL_LINE: f32 = 0.5;
/// Thousandths of an em of characters beyond ASCII.
const OTHER_WIDTH: u16 = 556;

/// Standard fonts (ISO 32000-1, 9.6.2.2) with the widths of ASCII from the space on, as Adobe's metrics have them.
const STANDARD: [(&str, [u16; 95]); 3] = [
    (
        "Helvetica",
        [
            278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
            556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
            611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
            667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
            222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
        ],
    ),
    (
        "Times-Roman",
        [
            250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
            500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
            556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
            722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
            278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
        ],
    ),
    ("Courier", [600; 95]),
];

/// The standard font in which the lines are most likely set: the one in which they end where the next word
/// would have passed the longest line. Helvetica where that tells nothing.
pub(super) fn likely_standard(lines: &[Vec<u8>]) -> &'static str {
    let mut best = (STANDARD[0].0, 0.0);
    for (name, widths) in &STANDARD {
        let fit = fit(lines, widths);
        if fit > best.1 {
            best = (name, fit);
        }
    }
    best.0
}

/// The share of line ends that these widths explain.
fn fit(lines: &[Vec<u8>], widths: &[u16; 95]) -> f32 {
    let width = |text: &[u8]| -> f32 {
        let of = |byte: &u8| byte.checked_sub(b' ').and_then(|at| widths.get(usize::from(at)));
        text.iter().map(|byte| f32::from(*of(byte).unwrap_or(&OTHER_WIDTH))).sum()
    };
    let set: Vec<f32> = lines.iter().map(|line| width(line)).collect();
    let longest = set.iter().copied().fold(0.0, f32::max);
    let (mut ends, mut explained) = (0usize, 0usize);
    for (index, next) in lines.iter().enumerate().skip(1) {
        let before = set[index - 1];
        let word: Vec<u8> = next.iter().copied().take_while(|byte| *byte != b' ').collect();
        if before < longest * FULL_LINE || word.is_empty() {
            continue;
        }
        ends += 1;
        explained += usize::from(before + width(b" ") + width(&word) > longest);
    }
    if ends < LINE_ENDS_MIN { 0.0 } else { explained as f32 / ends as f32 }
}

/// A standard font with Windows' characters, which nearly every program uses with them.
pub(super) fn standard(name: &str) -> Dictionary {
    dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name, "Encoding" => "WinAnsiEncoding" }
}

/// Takes a font program away that is damaged or gone, where the font says by itself which characters it
/// shows and how wide: every reader has, or draws, a face that stands in. A torn program shows nothing at
/// all in most readers. Says whether the program is not as it was.
pub(super) fn give_up_program(
    document: &mut Document,
    font: ObjectId,
    is_whole: impl Fn(ObjectId) -> bool,
) -> bool {
    let below = document.get_dictionary(font).ok().and_then(|font| descendant(document, font));
    let holder = below.unwrap_or(font);
    let Some(descriptor) = reference(document, holder, b"FontDescriptor") else { return false };
    let is_there = |id: ObjectId| matches!(document.objects.get(&id), Some(Object::Stream(_)));
    let is_damaged = |key: &[u8]| {
        reference(document, descriptor, key).is_some_and(|program| !is_there(program) || !is_whole(program))
    };
    let Some(key) = [&b"FontFile"[..], b"FontFile2", b"FontFile3"].into_iter().find(|key| is_damaged(key))
    else {
        return false;
    };
    let names_characters = match below {
        Some(_) => reference(document, font, b"ToUnicode").is_some_and(|map| is_there(map) && is_whole(map)),
        None => document.get_dictionary(font).is_ok_and(|font| font.has(b"Encoding")),
    };
    if !names_characters {
        return true;
    }
    if let Ok(descriptor) = document.get_dictionary_mut(descriptor) {
        descriptor.remove(key);
        without_tag(descriptor, b"FontName");
    }
    if let Ok(font) = document.get_dictionary_mut(font) {
        without_tag(font, b"BaseFont");
    }
    if let Some(below) = below.and_then(|below| document.get_dictionary_mut(below).ok()) {
        without_tag(below, b"BaseFont");
        // Codes were the torn program's glyphs; the characters alone say what to draw now.
        below.remove(b"CIDToGIDMap");
        let system = dictionary! {
            "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        };
        below.set("CIDSystemInfo", system);
    }
    true
}

/// The font below a composite one.
fn descendant(document: &Document, font: &Dictionary) -> Option<ObjectId> {
    let below = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok()?;
    below.first()?.as_reference().ok()
}

fn reference(document: &Document, holder: ObjectId, key: &[u8]) -> Option<ObjectId> {
    document.get_dictionary(holder).and_then(|holder| holder.get(key)).and_then(Object::as_reference).ok()
}

/// Takes the mark of a subset from a font's name (ISO 32000-1, 9.6.4): a reader that has the font itself finds it.
fn without_tag(dictionary: &mut Dictionary, key: &[u8]) {
    let Ok(name) = dictionary.get(key).and_then(Object::as_name) else { return };
    if let Some((tag, rest)) = name.split_at_checked(7)
        && tag.ends_with(b"+")
        && tag[..6].iter().all(u8::is_ascii_uppercase)
    {
        let rest = rest.to_vec();
        dictionary.set(key, Object::Name(rest));
    }
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, fit, likely_standard};

    /// Lines filled with words as a program does it, in a column of 50 ems.
    fn set_in(name: &str) -> Vec<Vec<u8>> {
        let (_, widths) = STANDARD.iter().find(|(font, _)| *font == name).unwrap();
        let width =
            |text: &str| -> u32 { text.bytes().map(|b| u32::from(widths[usize::from(b - b' ')])).sum() };
        let words =
            ["illness", "WORKMAN", "of", "lilting", "momentum", "at", "fill", "mammogram", "I", "tilt"];
        let (mut lines, mut line, mut dice) = (Vec::new(), String::new(), 1u64);
        for _ in 0..600 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let word = words[(dice >> 33) as usize % words.len()];
            if !line.is_empty() && width(&line) + width(" ") + width(word) > 50_000 {
                lines.push(std::mem::take(&mut line).into_bytes());
            }
            line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        }
        lines
    }

    #[test]
    fn lines_tell_the_face_they_are_set_in() {
        for (name, widths) in &STANDARD {
            let lines = set_in(name);
            assert!(lines.len() > 10);
            assert!(fit(&lines, widths) > 0.99, "{name}");
            assert_eq!(likely_standard(&lines), *name);
        }
        assert_eq!(likely_standard(&[b"one line".to_vec()]), "Helvetica");
    }
}
