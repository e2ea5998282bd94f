//! Pages whose description is lost but whose content is not: a content stream that no page names is put on
//! a page like its neighbours, in the place where one is missing.

use super::inflate::inflate;
use super::salvage::Salvage;
use super::state::RepairLimits;
use super::tree::Walk;
use super::verify::references;
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use std::collections::HashSet;

/// What a page has in common with its neighbours.
const SHARED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// Of a stream, to see whether it is a page's content.
const LOOKED_AT_BYTES: usize = 4_096;
/// Operators that text and pictures on pages need; two of them make a page.
const OPERATORS: [&[u8]; 6] = [b"BT", b"Tf", b"Td", b"Tj", b"cm", b"Do"];

/// Puts content that nothing refers to on pages of its own; gives the new pages.
///
/// In a tree that stands, only as many as are missing: more would be forms or old versions. Where the tree
/// itself is lost, all of it.
pub(super) fn rebuild(walk: &mut Walk, salvaged: &mut Salvage, limits: &RepairLimits) -> HashSet<ObjectId> {
    let missing = walk.missing().len();
    let room = if walk.broken { (limits.pages as usize).saturating_sub(walk.pages.len()) } else { missing };
    let contents = if room > 0 { unnamed(salvaged, is_content) } else { Vec::new() };
    if contents.is_empty() || contents.len() > room {
        return HashSet::new();
    }
    let model = walk.any_page().and_then(|id| salvaged.document.get_dictionary(id).ok()).cloned();
    let mut pictures = unnamed(salvaged, is_picture).into_iter();
    let mut pages = Vec::new();
    for content in contents {
        let mut page = Dictionary::new();
        for key in SHARED {
            if let Some(value) = model.as_ref().and_then(|model| model.get(key).ok()) {
                page.set(key, value.clone());
            }
        }
        if !page.has(b"Resources") {
            let operators = salvaged.document.get_object(content).and_then(Object::as_stream).map(beginning);
            page.set("Resources", likely_resources(&operators.unwrap_or_default(), &mut pictures));
        }
        page.set("Type", "Page");
        page.set("Contents", Object::Reference(content));
        let id = salvaged.document.add_object(page);
        let place = salvaged.places.get(&content).copied().unwrap_or_default();
        salvaged.places.insert(id, place);
        pages.push(id);
    }
    if walk.broken {
        let known = walk.pages.len();
        walk.add(&pages);
        walk.sort_by_place(known, |id| salvaged.places.get(id).copied().unwrap_or_default());
    } else {
        walk.fill_missing(&pages);
    }
    pages.into_iter().collect()
}

/// Resources for content whose own are lost: the pictures that nothing else shows, in their order. Its fonts
/// are stood in for later, as on every page that has lost them.
fn likely_resources(operators: &[u8], pictures: &mut impl Iterator<Item = ObjectId>) -> Dictionary {
    let words: Vec<&[u8]> =
        operators.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect();
    let mut shown = Dictionary::new();
    for (index, word) in words.iter().enumerate().skip(1) {
        if *word == b"Do"
            && let Some(picture) = words[index - 1].strip_prefix(b"/")
            && !shown.has(picture)
            && let Some(id) = pictures.next()
        {
            shown.set(picture, Object::Reference(id));
        }
    }
    dictionary! { "XObject" => shown }
}

/// Streams of a kind that no object refers to, in file order.
fn unnamed(salvaged: &Salvage, wanted: fn(&Object) -> bool) -> Vec<ObjectId> {
    let document = &salvaged.document;
    let mut named = Vec::new();
    for object in document.objects.values() {
        match object {
            Object::Stream(stream) => {
                stream.dict.iter().for_each(|(_, value)| references(value, &mut named));
            }
            object => references(object, &mut named),
        }
    }
    let named: HashSet<ObjectId> = named.into_iter().collect();
    let mut found: Vec<ObjectId> = document
        .objects
        .iter()
        .filter(|(id, object)| !named.contains(id) && wanted(object))
        .map(|(id, _)| *id)
        .collect();
    found.sort_by_key(|id| salvaged.places.get(id).copied());
    found
}

fn is_picture(object: &Object) -> bool {
    object
        .as_stream()
        .and_then(|stream| stream.dict.get(b"Subtype"))
        .and_then(Object::as_name)
        .is_ok_and(|kind| kind == b"Image")
}

fn is_content(object: &Object) -> bool {
    let Object::Stream(stream) = object else { return false };
    if stream.dict.has(b"Type") || stream.dict.has(b"Subtype") || stream.dict.has(b"FunctionType") {
        return false;
    }
    let start = beginning(stream);
    let operators = OPERATORS
        .iter()
        .filter(|operator| start.split(|byte| byte.is_ascii_whitespace()).any(|word| word == **operator));
    operators.count() >= 2
}

fn beginning(stream: &Stream) -> Vec<u8> {
    match stream.filters().as_deref() {
        Ok([b"FlateDecode" | b"Fl"]) => inflate(&stream.content, LOOKED_AT_BYTES).bytes,
        Ok([_, ..]) => Vec::new(),
        _ => stream.content[..stream.content.len().min(LOOKED_AT_BYTES)].to_vec(),
    }
}
