//! Optional content (ISO 32000-1, 8.11): what a document hides by default stays hidden in the packet.
//! The switches live in each document's catalog, which is left behind; without them a hidden draft or
//! template would show on the page and be read as part of it.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use std::collections::{HashMap, HashSet};

/// The layers of one document.
pub(super) struct Layers {
    /// In the document's order.
    all: Vec<ObjectId>,
    hidden: HashSet<ObjectId>,
}

/// The layers of the packet.
#[derive(Default)]
pub(super) struct PacketLayers {
    all: Vec<Object>,
    hidden: Vec<Object>,
}

impl Layers {
    /// What a document's default configuration hides; nothing where there is none.
    pub(super) fn of(document: &Document) -> Option<Self> {
        let properties =
            document.catalog().ok()?.get_deref(b"OCProperties", document).ok()?.as_dict().ok()?;
        let all = references(document, properties, b"OCGs");
        let mut hidden = HashSet::new();
        if let Ok(default) = properties.get_deref(b"D", document).and_then(Object::as_dict) {
            let base_is_off =
                default.get(b"BaseState").and_then(Object::as_name).is_ok_and(|state| state == b"OFF");
            if base_is_off {
                hidden.extend(all.iter().copied());
            }
            for shown in references(document, default, b"ON") {
                hidden.remove(&shown);
            }
            hidden.extend(references(document, default, b"OFF"));
        }
        Some(Self { all, hidden })
    }
}

impl PacketLayers {
    /// Takes over a document's layers that its pages reached; `known` maps old ids to new ones.
    pub(super) fn take(&mut self, layers: Option<Layers>, known: &HashMap<ObjectId, ObjectId>) {
        let Some(Layers { all, hidden }) = layers else { return };
        for (old, new) in all.iter().filter_map(|old| Some((old, *known.get(old)?))) {
            self.all.push(Object::Reference(new));
            if hidden.contains(old) {
                self.hidden.push(Object::Reference(new));
            }
        }
    }

    /// The catalog's entry; none without layers.
    pub(super) fn into_properties(self) -> Option<Dictionary> {
        let Self { all, hidden } = self;
        (!all.is_empty()).then(|| dictionary! { "OCGs" => all, "D" => dictionary! { "OFF" => hidden } })
    }
}

fn references(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Vec<ObjectId> {
    let items = dictionary.get_deref(key, document).and_then(Object::as_array);
    items.map_or_else(
        |_| Vec::new(),
        |items| items.iter().filter_map(|item| item.as_reference().ok()).collect(),
    )
}
