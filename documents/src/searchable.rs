//! Writes recognised words back into the packet, invisibly and exactly over the picture, so that it can be
//! searched and copied; pages whose content was found turned are set upright. The packet's bytes stay as they are, pictures included: what is new is appended
//! (ISO 32000-1, 7.5.6), and where nothing is new nothing is written.
//!
//! The words go in front of the page's own content, where no unbalanced graphics state can reach them.

mod append;
mod content;
mod font;
mod lines;
mod present;

use crate::pieces::Pieces;
use crate::read::{PageText, ReadMethod, Word};
use crate::shield::shielded;
use append::Append;
use bytes::Bytes;
use content::Placement;
use font::Fonts;
use lopdf::{Document, LoadOptions, Object, ObjectId};
use present::Present;
use serde::{Deserialize, Serialize};

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

/// What has become of a packet.
pub enum TextLayer {
    /// Nothing is to be added: it stays as it is.
    Nothing,
    /// This follows its bytes.
    Appended(Vec<u8>),
    /// It had to be written anew, as its table of objects cannot be leaned on.
    Rewritten(Pieces),
}

/// Adds the words of recognised pages to the packet, see [`text_layer`].
pub fn add_text_layer(mut pdf: Vec<u8>, pages: &[PageText]) -> Result<Vec<u8>, SearchableError> {
    let packet = Bytes::from(pdf);
    let layer = text_layer(&packet, pages)?;
    pdf = packet.into();
    match layer {
        TextLayer::Nothing => {}
        TextLayer::Appended(update) => pdf.extend_from_slice(&update),
        TextLayer::Rewritten(file) => pdf = file.into_vec(),
    }
    Ok(pdf)
}

/// The words of recognised pages as they are to be added to the packet. Pages with a text layer of their own are
/// left alone, and so is every word that already stands at its place, as fax headers and scanners' layers do:
/// doing it twice changes nothing. The same packet and words give the same bytes.
pub fn text_layer(pdf: &Bytes, pages: &[PageText]) -> Result<TextLayer, SearchableError> {
    let wanted: Vec<&PageText> =
        pages.iter().filter(|page| page.method == ReadMethod::Ocr && !page.words.is_empty()).collect();
    if wanted.is_empty() {
        return Ok(TextLayer::Nothing);
    }
    // Without its pictures: they are not looked at, and they are most of it.
    let document = opened(pdf, LoadOptions::with_filter(without_pictures))?;
    let ids: Vec<ObjectId> = document.page_iter().collect();
    let pages_in_packet = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let present = Present::open(pdf);
    let mut layers: Vec<(ObjectId, &PageText, Vec<Word>)> = Vec::new();
    for page in wanted {
        let id = usize::try_from(page.page)
            .ok()
            .and_then(|number| number.checked_sub(1))
            .and_then(|index| ids.get(index))
            .copied()
            .ok_or(SearchableError::NoSuchPage { page: page.page, pages: pages_in_packet })?;
        let missing = present.missing(page);
        // A page that is set upright gets our font even if it needs no word of ours, as the sign that it has been.
        let is_wanted = !missing.is_empty() || page.turned != 0;
        if is_wanted && !has_our_font(&document, id) {
            layers.push((id, page, missing));
        }
    }
    drop(present);
    if layers.is_empty() {
        return Ok(TextLayer::Nothing);
    }
    let mut append = Append::to(&document);
    let fonts = Fonts::for_text(layers.iter().flat_map(|(_, _, words)| words).map(|word| word.text.as_str()));
    let names = fonts.add_to(&mut append);
    for (id, page, words) in &layers {
        let placement = Placement::of(&document, *id);
        let layer = content::layer(words, page, &placement, &fonts);
        append.layer(&document, *id, layer, &names, upright(&document, *id, page.turned));
    }
    let written = if can_be_appended_to(&document) {
        append.finish(pdf, &document).map(TextLayer::Appended)
    } else {
        append.rewritten(opened(pdf, LoadOptions::default())?).map(TextLayer::Rewritten)
    };
    written.map_err(|cause| SearchableError::Unwritable { cause })
}

/// The turn with which a page shows its content upright; none where it does so already. Words are placed on the page
/// whatever its turn, so nothing else changes.
fn upright(document: &Document, page: ObjectId, turned: u16) -> Option<i64> {
    let turned = i64::from(turned / 90 * 90).rem_euclid(360);
    let shown = inherited(document, page, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0);
    (turned != 0).then(|| (shown - turned).rem_euclid(360))
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
