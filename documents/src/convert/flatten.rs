//! Forms and annotations become part of the page: what a person sees in a reader is then drawn by every
//! renderer, copied by every merger and read by every recogniser. Values of forms that come without a
//! picture of themselves get one.

mod appearance;
mod form;
mod marks;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::HashSet;
use std::fmt::Write;

use form::Form;
pub use form::is_xfa_placeholder;

/// Annotations of one page that are looked at; forms have hundreds.
const ANNOTATIONS_MAX: usize = 20_000;
/// Flags of an annotation (ISO 32000-1, table 165): hidden, and not shown on screen.
const HIDDEN_FLAGS: i64 = 1 << 1 | 1 << 5;

/// An appearance that unpacks to more than this is not empty.
const EMPTY_WITHIN_BYTES: usize = 64 * 1024;

/// What was drawn into the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flattened {
    /// Form fields drawn with their values.
    pub fields: u32,
    /// Other annotations drawn: stamps, notes, marks.
    pub annotations: u32,
    /// Those of both that came without a usable appearance and got one made.
    pub made: u32,
    /// Annotations that nobody sees, which are dropped.
    pub hidden: u32,
    /// The form is XFA and its pages only say that another program is needed.
    pub xfa_placeholder: bool,
}

/// Draws annotations and form fields into their pages and takes the form away. Links stay. Call it on a
/// document that is copied from afterwards; signatures do not survive it.
pub fn flatten(document: &mut Document) -> Flattened {
    let mut seen = HashSet::new();
    let pages: Vec<ObjectId> = document.page_iter().filter(|page| seen.insert(*page)).collect();
    flatten_pages(document, &pages)
}

/// The same for a document whose pages are known, as its page tree may be damaged.
pub fn flatten_pages(document: &mut Document, pages: &[ObjectId]) -> Flattened {
    let mut flattened = Flattened { xfa_placeholder: is_xfa_placeholder(document), ..Flattened::default() };
    let form = Form::of(document);
    for page in pages {
        flatten_page(document, *page, &form, &mut flattened);
    }
    if let Ok(catalog) = document.catalog_mut() {
        catalog.remove(b"AcroForm");
        catalog.remove(b"NeedsRendering");
    }
    flattened
}

fn flatten_page(document: &mut Document, page: ObjectId, form: &Form, flattened: &mut Flattened) {
    let annotations = annotations(document, page);
    if annotations.is_empty() {
        return;
    }
    let mut kept: Vec<Object> = Vec::new();
    let mut drawn: Vec<(ObjectId, [f32; 6])> = Vec::new();
    for reference in annotations {
        let Some(annotation) = resolved(document, &reference) else { continue };
        let subtype = annotation.get(b"Subtype").and_then(Object::as_name).unwrap_or_default().to_vec();
        if subtype == b"Link" {
            kept.push(reference);
            continue;
        }
        let flags = annotation.get_deref(b"F", document).and_then(Object::as_i64).unwrap_or(0);
        // A note's pop-up window repeats the note.
        if flags & HIDDEN_FLAGS != 0 || subtype == b"Popup" {
            flattened.hidden += u32::from(subtype != b"Popup");
            continue;
        }
        let Some((appearance, made)) = appearance_of(document, &annotation, &subtype, form) else { continue };
        let Some(matrix) = placing(document, &annotation, appearance) else { continue };
        drawn.push((appearance, matrix));
        flattened.made += u32::from(made);
        *if subtype == b"Widget" { &mut flattened.fields } else { &mut flattened.annotations } += 1;
    }
    draw(document, page, &drawn);
    if let Ok(page) = document.get_dictionary_mut(page) {
        if kept.is_empty() {
            page.remove(b"Annots");
        } else {
            page.set("Annots", kept);
        }
    }
}

/// The page's annotations, as they are listed.
fn annotations(document: &Document, page: ObjectId) -> Vec<Object> {
    let page = document.get_dictionary(page);
    let listed = page.and_then(|page| page.get_deref(b"Annots", document)).and_then(Object::as_array);
    listed.map(|listed| listed.iter().take(ANNOTATIONS_MAX).cloned().collect()).unwrap_or_default()
}

/// A dictionary that may be given directly or by reference.
fn resolved(document: &Document, object: &Object) -> Option<Dictionary> {
    document.dereference(object).ok().and_then(|(_, object)| object.as_dict().ok().cloned())
}

/// The picture of an annotation, and whether it had to be made.
fn appearance_of(
    document: &mut Document,
    annotation: &Dictionary,
    subtype: &[u8],
    form: &Form,
) -> Option<(ObjectId, bool)> {
    let stored = stored_appearance(document, annotation);
    let is_field = subtype == b"Widget";
    // A form that asks for it has values newer than its pictures.
    let stale = is_field && form.is_stale(document, annotation);
    if let Some(stored) = stored.filter(|stored| !stale && draws_something(document, *stored)) {
        return Some((stored, false));
    }
    let made = if is_field {
        form.appearance(document, annotation)
    } else {
        marks::appearance(document, annotation, subtype)
    };
    match made {
        Some(made) => Some((document.add_object(made), true)),
        None => stored.map(|stored| (stored, false)),
    }
}

/// The normal appearance in the annotation's state.
fn stored_appearance(document: &Document, annotation: &Dictionary) -> Option<ObjectId> {
    let appearances = annotation.get_deref(b"AP", document).and_then(Object::as_dict).ok()?;
    let normal = appearances.get(b"N").ok()?;
    let (id, object) = document.dereference(normal).ok()?;
    match object {
        Object::Stream(_) => id,
        Object::Dictionary(states) => {
            let state = annotation.get(b"AS").and_then(Object::as_name).unwrap_or(b"Off");
            let (id, object) = document.dereference(states.get(state).ok()?).ok()?;
            object.as_stream().ok().and(id)
        }
        _ => None,
    }
}

/// Whether an appearance is more than an empty frame left by a program that never filled it.
fn draws_something(document: &Document, appearance: ObjectId) -> bool {
    let Ok(stream) = document.get_object(appearance).and_then(Object::as_stream) else { return false };
    // What is larger or cannot be decompressed here is for the renderer to judge.
    stream.get_plain_content_with_limit(EMPTY_WITHIN_BYTES).map_or(true, |content| {
        let content = content.trim_ascii();
        !content.is_empty() && content != b"/Tx BMC EMC" && content != b"/Tx BMC\nEMC"
    })
}

/// The matrix that puts the appearance into the annotation's rectangle (ISO 32000-1, 12.5.5).
fn placing(document: &Document, annotation: &Dictionary, appearance: ObjectId) -> Option<[f32; 6]> {
    let rect = numbers(document, annotation, b"Rect")?;
    let [x0, y0, x1, y1] = normalised(rect.get(..4)?)?;
    let stream = document.get_object(appearance).and_then(Object::as_stream).ok()?;
    let bbox = numbers(document, &stream.dict, b"BBox").unwrap_or_else(|| vec![0.0, 0.0, x1 - x0, y1 - y0]);
    let [bx0, by0, bx1, by1] = normalised(bbox.get(..4)?)?;
    let matrix = numbers(document, &stream.dict, b"Matrix").filter(|matrix| matrix.len() == 6);
    let matrix = matrix.unwrap_or_else(|| vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let turned = [(bx0, by0), (bx0, by1), (bx1, by0), (bx1, by1)]
        .map(|(x, y)| (matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]));
    let low = turned.iter().fold((f32::MAX, f32::MAX), |low, at| (low.0.min(at.0), low.1.min(at.1)));
    let high = turned.iter().fold((f32::MIN, f32::MIN), |high, at| (high.0.max(at.0), high.1.max(at.1)));
    let (width, height) = (high.0 - low.0, high.1 - low.1);
    if width <= 0.0 || height <= 0.0 {
        return None;
    }
    let (sx, sy) = ((x1 - x0) / width, (y1 - y0) / height);
    Some([sx, 0.0, 0.0, sy, x0 - sx * low.0, y0 - sy * low.1])
}

fn normalised(corners: &[f32]) -> Option<[f32; 4]> {
    let [x0, y0, x1, y1] = *corners else { return None };
    Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
}

/// An entry's numbers.
fn numbers(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<f32>> {
    let listed = dictionary.get_deref(key, document).and_then(Object::as_array).ok()?;
    let number =
        |object: &Object| document.dereference(object).ok().and_then(|(_, object)| object.as_float().ok());
    listed.iter().map(number).collect()
}

/// Draws the appearances over the page's content.
fn draw(document: &mut Document, page: ObjectId, drawn: &[(ObjectId, [f32; 6])]) {
    if drawn.is_empty() {
        return;
    }
    let mut names = Dictionary::new();
    // The page's own content may leave its state changed: it is wrapped.
    let mut content = String::from("Q\n");
    for (index, (appearance, [a, b, c, d, e, f])) in drawn.iter().enumerate() {
        mark_as_form(document, *appearance);
        let name = format!("Flat{index}");
        // Writing to a string does not fail.
        let _ = writeln!(content, "q {a} {b} {c} {d} {e} {f} cm /{name} Do Q");
        names.set(name, *appearance);
    }
    let before = document.add_object(Stream::new(Dictionary::new(), b"q\n".to_vec()));
    let after = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
    let contents = contents_with(document, page, before, after);
    let resources = resources_with(document, page, names);
    if let Ok(page) = document.get_dictionary_mut(page) {
        page.set("Contents", contents);
        page.set("Resources", resources);
    }
}

/// Some programs leave the type out, as the place in the file says it.
fn mark_as_form(document: &mut Document, appearance: ObjectId) {
    if let Ok(stream) = document.get_object_mut(appearance).and_then(Object::as_stream_mut) {
        stream.dict.set("Type", "XObject");
        stream.dict.set("Subtype", "Form");
    }
}

fn contents_with(document: &Document, page: ObjectId, before: ObjectId, after: ObjectId) -> Vec<Object> {
    let mut contents = vec![Object::Reference(before)];
    let own = document.get_dictionary(page).and_then(|page| page.get(b"Contents")).cloned();
    if let Ok(own) = own {
        let listed = document.dereference(&own).ok().and_then(|(_, object)| object.as_array().ok());
        match listed {
            Some(parts) => contents.extend(parts.iter().cloned()),
            None => contents.push(own),
        }
    }
    contents.push(Object::Reference(after));
    contents
}

/// The page's resources, its own or inherited, with these pictures; other pages may share them, so they
/// are copied.
fn resources_with(document: &Document, page: ObjectId, names: Dictionary) -> Dictionary {
    let mut resources = inherited_resources(document, page).unwrap_or_default();
    let mut pictures =
        resources.get_deref(b"XObject", document).and_then(Object::as_dict).cloned().unwrap_or_default();
    pictures.extend(&names);
    resources.set("XObject", pictures);
    resources
}

fn inherited_resources(document: &Document, page: ObjectId) -> Option<Dictionary> {
    let mut at = page;
    // Trees are a few levels deep; a loop ends here.
    for _ in 0..64 {
        let node = document.get_dictionary(at).ok()?;
        if let Ok(resources) = node.get_deref(b"Resources", document).and_then(Object::as_dict) {
            return Some(resources.clone());
        }
        at = node.get(b"Parent").and_then(Object::as_reference).ok()?;
    }
    None
}
