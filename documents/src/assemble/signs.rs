//! What a document carries beside its pages and the packet does not keep: electronic signatures, which hold
//! for the file they were made in only, attached files, and text that nobody sees.

use crate::unseen::{UnseenWhy, unseen_in_file};
use lopdf::{Dictionary, Document, Object};

/// Form fields and names looked at; honest documents have a few hundred.
const NODES_MAX: u32 = 20_000;

/// What is left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Signatures that were given; empty signature fields do not count.
    pub(super) signatures: u32,
    pub(super) attachments: u32,
    /// Text beside the pages that nobody sees: why, and how many words. Attached files are counted above.
    pub(super) unseen: Vec<(UnseenWhy, u32)>,
}

impl Signs {
    pub(super) fn of(document: &Document) -> Self {
        let Ok(catalog) = document.catalog() else { return Self::default() };
        let unseen = unseen_in_file(document).into_iter().filter(|found| found.why != UnseenWhy::Attachment);
        Self {
            signatures: signatures(document, catalog),
            attachments: attachments(document, catalog),
            unseen: unseen.map(|found| (found.why, found.words)).collect(),
        }
    }
}

/// Counts fields of type `Sig` with a value (ISO 32000-1, 12.7.4.5).
fn signatures(document: &Document, catalog: &Dictionary) -> u32 {
    let form = catalog.get_deref(b"AcroForm", document).and_then(Object::as_dict);
    let fields = form.and_then(|form| form.get_deref(b"Fields", document)).and_then(Object::as_array);
    let Ok(fields) = fields else { return 0 };
    let mut count = 0;
    // With what kids inherit from the field above them.
    let mut waiting: Vec<(&Object, bool)> = fields.iter().map(|field| (field, false)).collect();
    let mut looked_at = 0;
    while let Some((field, above)) = waiting.pop() {
        looked_at += 1;
        if looked_at > NODES_MAX {
            break;
        }
        let Some(field) = dictionary(document, field) else { continue };
        let of_type = field.get_deref(b"FT", document).and_then(Object::as_name);
        let is_signature = of_type.map_or(above, |name| name == b"Sig");
        if is_signature && field.get_deref(b"V", document).is_ok_and(|value| value.as_dict().is_ok()) {
            count += 1;
        }
        if let Ok(kids) = field.get_deref(b"Kids", document).and_then(Object::as_array) {
            waiting.extend(kids.iter().map(|kid| (kid, is_signature)));
        }
    }
    count
}

/// Counts the embedded files a reader would list (ISO 32000-1, 7.11.4).
fn attachments(document: &Document, catalog: &Dictionary) -> u32 {
    let names = catalog.get_deref(b"Names", document).and_then(Object::as_dict);
    let Ok(root) = names.and_then(|names| names.get_deref(b"EmbeddedFiles", document)) else { return 0 };
    let mut count: u32 = 0;
    let mut waiting = vec![root];
    let mut looked_at = 0;
    while let Some(node) = waiting.pop() {
        looked_at += 1;
        if looked_at > NODES_MAX {
            break;
        }
        let Some(node) = dictionary(document, node) else { continue };
        if let Ok(pairs) = node.get_deref(b"Names", document).and_then(Object::as_array) {
            count = count.saturating_add(u32::try_from(pairs.len() / 2).unwrap_or(u32::MAX));
        }
        if let Ok(kids) = node.get_deref(b"Kids", document).and_then(Object::as_array) {
            waiting.extend(kids);
        }
    }
    count
}

fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}
