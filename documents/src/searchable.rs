//! Writes recognised words back into the packet, invisibly and exactly over the picture, so that it can be
//! searched and copied. The packet's bytes stay as they are, pictures included: what is new is appended
//! (ISO 32000-1, 7.5.6), and where nothing is new nothing is written.
//!
//! The words go in front of the page's own content, where no unbalanced graphics state can reach them.

mod append;
mod content;
mod font;
mod lines;
mod present;

use crate::read::{PageText, ReadMethod, Word};
use crate::shield::shielded;
use append::Append;
use content::Placement;
use font::Fonts;
use lopdf::{Document, LoadOptions, Object, ObjectId};
use present::Present;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why the words could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SearchableError {
    /// The packet is not one that `assemble` made.
    #[error("the packet cannot be opened for writing: {cause}; assemble it again")]
    Unreadable {
        /// What failed; never document text.
        cause: String,
    },
    /// A page that was read is not in the packet.
    #[error("the packet has {pages} pages, words were given for page {page}; read the packet again")]
    NoSuchPage {
        /// From 1.
        page: u32,
        /// There are.
        pages: u32,
    },
    /// The packet could not be written.
    #[error("the searchable packet could not be written: {cause}")]
    Unwritable {
        /// What failed.
        cause: String,
    },
}

/// Adds the words of recognised pages to the packet. Pages with a text layer of their own are left alone, and
/// so is every word that already stands at its place, as fax headers and scanners' layers do: doing it twice
/// changes nothing. The same packet and words give the same bytes.
pub fn add_text_layer(pdf: Vec<u8>, pages: &[PageText]) -> Result<Vec<u8>, SearchableError> {
    let wanted: Vec<&PageText> =
        pages.iter().filter(|page| page.method == ReadMethod::Ocr && !page.words.is_empty()).collect();
    if wanted.is_empty() {
        return Ok(pdf);
    }
    // Without its pictures: they are not looked at, and they are most of it.
    let document = opened(&pdf, LoadOptions::with_filter(without_pictures))?;
    let ids: Vec<ObjectId> = document.page_iter().collect();
    let pages_in_packet = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let pdf = Arc::new(pdf);
    let present = Present::open(&pdf);
    let mut layers: Vec<(ObjectId, &PageText, Vec<Word>)> = Vec::new();
    for page in wanted {
        let id = usize::try_from(page.page)
            .ok()
            .and_then(|number| number.checked_sub(1))
            .and_then(|index| ids.get(index))
            .copied()
            .ok_or(SearchableError::NoSuchPage { page: page.page, pages: pages_in_packet })?;
        let missing = present.missing(page);
        if !has_our_font(&document, id) && !missing.is_empty() {
            layers.push((id, page, missing));
        }
    }
    drop(present);
    // The only other owner is gone; copied only if that ever changes.
    let pdf = Arc::try_unwrap(pdf).unwrap_or_else(|shared| shared.as_ref().clone());
    if layers.is_empty() {
        return Ok(pdf);
    }
    let mut append = Append::to(&document);
    let fonts = Fonts::for_text(layers.iter().flat_map(|(_, _, words)| words).map(|word| word.text.as_str()));
    let names = fonts.add_to(&mut append);
    for (id, page, words) in &layers {
        let placement = Placement::of(&document, *id);
        append.layer(&document, *id, content::layer(words, page, &placement, &fonts), &names);
    }
    let written = if can_be_appended_to(&document) {
        append.finish(pdf, &document)
    } else {
        append.rewritten(opened(&pdf, LoadOptions::default())?)
    };
    written.map_err(|cause| SearchableError::Unwritable { cause })
}

/// What is appended leans on the table of objects before it.
fn can_be_appended_to(document: &Document) -> bool {
    document.xref_recovery.is_none() && document.xref_start > 0
}

fn opened(pdf: &[u8], options: LoadOptions) -> Result<Document, SearchableError> {
    let unreadable = |cause: &str| SearchableError::Unreadable { cause: cause.to_owned() };
    let document = shielded(|| Document::load_mem_with_options(pdf, options))
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| unreadable("it cannot be parsed"))?;
    if document.is_encrypted() {
        return Err(unreadable("it is encrypted"));
    }
    Ok(document)
}

/// The parser keeps what is left in place of a stream, and what is returned of anything else.
fn without_pictures(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let Object::Stream(stream) = object else { return Some((id, object.clone())) };
    if stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Image") {
        // Not empty: an empty one would be read again.
        stream.content = vec![0];
    }
    Some((id, Object::Null))
}

fn has_our_font(document: &Document, page: ObjectId) -> bool {
    let resources = inherited(document, page, b"Resources").and_then(|resources| resources.as_dict().ok());
    let fonts = resources
        .and_then(|resources| resources.get_deref(b"Font", document).ok())
        .and_then(|fonts| fonts.as_dict().ok());
    fonts.is_some_and(|fonts| fonts.iter().any(|(name, _)| name.starts_with(font::NAME.as_bytes())))
}

/// An attribute of a page, its own or inherited.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..64 {
        if let Ok(value) = node.get_deref(key, document) {
            return Some(value);
        }
        node = document.get_dictionary(node.get(b"Parent").and_then(Object::as_reference).ok()?).ok()?;
    }
    None
}
