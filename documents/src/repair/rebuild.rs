//! A document around pages that were found: a new catalog with one flat tree, and nothing that the pages
//! do not reach.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use std::collections::HashSet;

/// Entries of the old catalog that pages need to look as they did: form fields and layers.
const KEPT_FROM_CATALOG: [&[u8]; 2] = [b"AcroForm", b"OCProperties"];

/// Replaces catalog, tree and trailer; drops what the pages do not reach.
pub(super) fn flatten_tree(document: &mut Document, ids: &[ObjectId]) {
    let old = document.catalog().cloned().unwrap_or_default();
    // A damaged page may refer into the old tree, whose pages would be found again beside ours.
    let kept: HashSet<ObjectId> = ids.iter().copied().collect();
    document.objects.retain(|id, object| kept.contains(id) || !is_of_a_tree(object));
    let tree = document.new_object_id();
    let kids: Vec<Object> = ids.iter().map(|id| Object::Reference(*id)).collect();
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    for id in ids {
        if let Ok(page) = document.get_dictionary_mut(*id) {
            // What was a node, or the catalog itself, by its place in a damaged tree is a page now.
            for key in [&b"Kids"[..], b"Count", b"Pages"] {
                page.remove(key);
            }
            page.set("Type", "Page");
            page.set("Parent", tree);
            if !page.has(b"MediaBox") {
                // No box anywhere: US Letter, what charts are printed on.
                page.set("MediaBox", vec![0.into(), 0.into(), 612.into(), 792.into()]);
            }
        }
    }
    document.set_object(tree, dictionary! { "Type" => "Pages", "Count" => count, "Kids" => kids });
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree };
    for key in KEPT_FROM_CATALOG {
        if let Ok(value) = old.get(key) {
            catalog.set(key, value.clone());
        }
    }
    let root = document.add_object(catalog);
    let mut trailer = Dictionary::new();
    trailer.set("Root", root);
    document.trailer = trailer;
    if "1.5" > document.version.as_str() {
        document.version = "1.5".to_owned();
    }
    document.prune_objects();
}

fn is_of_a_tree(object: &Object) -> bool {
    let dictionary = object.as_dict().map(Dictionary::get_type);
    matches!(dictionary, Ok(Ok(b"Page" | b"Pages" | b"Catalog")))
}
