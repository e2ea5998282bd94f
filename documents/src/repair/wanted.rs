//! What a page's content asks for and its resources no longer have: fonts get a standard one that fits their
//! lines, so that the words can be read; what cannot be stood in for is told.

use super::inflate::inflate;
use super::state::PageLoss;
use super::typefaces::{likely_standard, standard};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::BTreeMap;

/// Of a page's content; more is no text.
const CONTENT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Operators of one page that are looked at.
const OPERATORS_MAX: usize = 200_000;
/// In thousandths of an em: what moves further to the right in a line stands for a space.
const SPACE: f32 = -180.0;

/// The streams of a page's content.
pub(super) fn parts(document: &Document, contents: &Object) -> Vec<Object> {
    match contents {
        Object::Reference(part) => match document.get_object(*part) {
            Ok(Object::Array(parts)) => parts.clone(),
            _ => vec![contents.clone()],
        },
        Object::Array(parts) => parts.clone(),
        _ => Vec::new(),
    }
}

/// Whether a page's resources, or fonts in them, are named and not there. In a file that is known to be
/// damaged (`thoroughly`) what is not even named may be lost as well.
pub(super) fn resources_are_gone(document: &Document, page: &Dictionary, thoroughly: bool) -> bool {
    let Ok(resources) = page.get(b"Resources") else { return true };
    let Some(resources) = resolved(document, resources) else { return true };
    let Ok(fonts) = resources.get(b"Font") else { return thoroughly };
    let Some(fonts) = resolved(document, fonts) else { return true };
    thoroughly || fonts.iter().any(|(_, font)| resolved(document, font).is_none())
}

/// Puts standard fonts where the content of a page asks for one that is gone; gives what is lost all the same.
pub(super) fn stand_in(document: &mut Document, page: ObjectId, limit: usize) -> Option<PageLoss> {
    let dictionary = document.get_dictionary(page).ok()?;
    let resources = dictionary.get(b"Resources").ok().and_then(|own| resolved(document, own));
    let entries = |kind: &[u8]| {
        let of_kind = resources.and_then(|resources| resources.get(kind).ok());
        of_kind.and_then(|of_kind| resolved(document, of_kind))
    };
    let has = |kind: &[u8], name: &[u8]| {
        let entry = entries(kind).and_then(|of_kind| of_kind.get(name).ok());
        entry.is_some_and(|entry| !matches!(document.dereference(entry), Err(_) | Ok((_, Object::Null))))
    };
    let shown = shown(&content(document, dictionary, limit.min(CONTENT_BYTES_MAX)));
    let gone = shown.fonts.iter().filter(|(name, lines)| !lines.is_empty() && !has(b"Font", name));
    let mut lost = shown.pictures.iter().any(|name| !has(b"XObject", name)).then_some(PageLoss::Picture);
    let mut fonts = entries(b"Font").cloned().unwrap_or_default();
    let mut made = 0;
    for (name, lines) in gone {
        if is_of_pairs(lines) {
            // Codes of a font's own; without it nobody knows the letters.
            lost = lost.max(Some(PageLoss::PartOfContent));
            continue;
        }
        lost = lost.max(Some(PageLoss::Font));
        fonts.set(name.clone(), standard(likely_standard(lines)));
        made += 1;
    }
    if made > 0 {
        let mut all = resources.cloned().unwrap_or_default();
        all.set("Font", fonts);
        document.get_dictionary_mut(page).ok()?.set("Resources", all);
    }
    lost
}

/// What a page's content shows.
#[derive(Default)]
struct Shown {
    /// The lines set in each font.
    fonts: BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
    pictures: Vec<Vec<u8>>,
}

fn shown(content: &[u8]) -> Shown {
    let mut shown = Shown::default();
    let mut font: Vec<u8> = Vec::new();
    // Whether the next text begins a line.
    let mut begins = true;
    for operation in Content::decode_iter(content).map_while(Result::ok).take(OPERATORS_MAX) {
        match operation.operator.as_str() {
            "Tf" => font = name_of(&operation).unwrap_or_default(),
            "Do" => shown.pictures.extend(name_of(&operation)),
            "Td" | "TD" => {
                let down = operation.operands.get(1).and_then(|down| down.as_float().ok());
                begins |= down.is_none_or(|down| down != 0.0);
            }
            "T*" | "Tm" | "BT" => begins = true,
            "Tj" | "TJ" | "'" | "\"" => {
                begins |= matches!(operation.operator.as_str(), "'" | "\"");
                let lines = shown.fonts.entry(font.clone()).or_default();
                if begins || lines.is_empty() {
                    lines.push(Vec::new());
                }
                begins = false;
                if let (Some(line), Some(text)) = (lines.last_mut(), operation.operands.last()) {
                    add_text(line, text);
                }
            }
            _ => {}
        }
    }
    shown.fonts.values_mut().for_each(|lines| lines.retain(|line| !line.is_empty()));
    shown.pictures.sort();
    shown.pictures.dedup();
    shown
}

fn name_of(operation: &Operation) -> Option<Vec<u8>> {
    operation.operands.first()?.as_name().map(<[u8]>::to_vec).ok()
}

fn add_text(line: &mut Vec<u8>, text: &Object) {
    match text {
        Object::String(text, _) => line.extend_from_slice(text),
        Object::Array(items) => {
            for item in items {
                match item {
                    Object::String(text, _) => line.extend_from_slice(text),
                    moved if moved.as_float().is_ok_and(|moved| moved < SPACE) => line.push(b' '),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Whether text is written with two bytes a character: the first of each pair is next to nothing.
fn is_of_pairs(lines: &[Vec<u8>]) -> bool {
    let (mut low, mut all) = (0usize, 0usize);
    for byte in lines.iter().flat_map(|line| line.iter().step_by(2)) {
        all += 1;
        low += usize::from(*byte < 0x10);
    }
    low * 2 > all
}

fn content(document: &Document, page: &Dictionary, limit: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let parts = page.get(b"Contents").map(|contents| parts(document, contents)).unwrap_or_default();
    for part in parts {
        let Ok((_, Object::Stream(stream))) = document.dereference(&part) else { continue };
        let left = limit.saturating_sub(all.len());
        all.extend(plain(stream, left));
        all.push(b'\n');
    }
    all
}

fn plain(stream: &Stream, limit: usize) -> Vec<u8> {
    match stream.filters().as_deref() {
        Ok([b"FlateDecode" | b"Fl"]) => inflate(&stream.content, limit).bytes,
        Ok([_, ..]) => stream.decompressed_content_with_limit(limit).unwrap_or_default(),
        _ => stream.content[..stream.content.len().min(limit)].to_vec(),
    }
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    match document.dereference(object).ok()?.1 {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }
}
