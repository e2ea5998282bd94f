//! Layers that a document switches off (optional content, ISO 32000-1, 8.11): nobody sees them, and the
//! renderer does not even report them. They are found by walking the page once more with all layers on, in a
//! copy of the document without the switches, made only for documents that switch something off.

use super::{UnseenGlyph, UnseenWhy};
use crate::read::Glyph;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name};
use lopdf::Document;
use std::collections::HashSet;

/// The document with all layers on; none if it switches nothing off.
pub(crate) fn with_all_layers_shown(pdf: &Pdf) -> Option<Pdf> {
    if !switches_off(pdf) {
        return None;
    }
    let mut document = Document::load_mem(pdf.data().as_ref()).ok()?;
    document.catalog_mut().ok()?.remove(b"OCProperties");
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).ok()?;
    Pdf::new(bytes).ok()
}

fn switches_off(pdf: &Pdf) -> bool {
    let xref = pdf.xref();
    let default = xref
        .get::<Dict<'_>>(xref.root_id())
        .and_then(|catalog| catalog.get::<Dict<'_>>("OCProperties"))
        .and_then(|layers| layers.get::<Dict<'_>>("D"));
    default.is_some_and(|default| {
        let listed = default.get::<Array<'_>>("OFF").is_some_and(|off| off.raw_iter().next().is_some());
        listed || default.get::<Name<'_>>("BaseState").is_some_and(|state| state.as_ref() == b"OFF")
    })
}

/// What is only there with all layers on.
pub(crate) fn hidden_glyphs<'a>(all: Vec<Glyph>, drawn: impl Iterator<Item = &'a Glyph>) -> Vec<UnseenGlyph> {
    let key = |glyph: &Glyph| {
        let tenths = |points: f64| (points * 10.0).round() as i64;
        (glyph.text.clone(), tenths(glyph.origin.x), tenths(glyph.origin.y))
    };
    let drawn: HashSet<_> = drawn.map(key).collect();
    all.into_iter()
        .filter(|glyph| !drawn.contains(&key(glyph)))
        .map(|glyph| UnseenGlyph { why: UnseenWhy::HiddenLayer, sure: true, glyph })
        .collect()
}
