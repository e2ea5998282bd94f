//! Some pages of the packet as a document of their own, to be drawn before the packet is written: what they do not
//! reach is not copied, and the packet's pictures are most of it.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use std::collections::BTreeSet;

/// Where optional content is switched on and off, without which hidden layers would be drawn.
const KEPT_OF_CATALOG: &[u8] = b"OCProperties";

/// The pages, in this order.
pub(super) fn of(document: &Document, pages: &[ObjectId]) -> Document {
    let mut some = Document::with_version("1.7");
    some.max_id = document.max_id;
    let layers = document.catalog().ok().and_then(|catalog| catalog.get(KEPT_OF_CATALOG).ok());
    let mut reached: BTreeSet<ObjectId> = pages.iter().copied().collect();
    let mut queue: Vec<ObjectId> = pages.to_vec();
    layers.into_iter().for_each(|layers| follow(layers, &mut reached, &mut queue));
    while let Some(id) = queue.pop() {
        let Some(object) = document.objects.get(&id) else { continue };
        // Other pages are reached by links, and up the tree.
        if !pages.contains(&id) && object.as_dict().is_ok_and(is_of_the_tree) {
            continue;
        }
        follow(object, &mut reached, &mut queue);
        some.objects.insert(id, object.clone());
    }
    let root = some.new_object_id();
    for page in pages {
        if let Ok(page) = some.get_dictionary_mut(*page) {
            page.set("Parent", root);
        }
    }
    let kids: Vec<Object> = pages.iter().map(|page| Object::Reference(*page)).collect();
    let count = i64::try_from(kids.len()).unwrap_or(0);
    some.set_object(root, dictionary! { "Type" => "Pages", "Count" => count, "Kids" => kids });
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => root };
    if let Some(layers) = layers {
        catalog.set(KEPT_OF_CATALOG, layers.clone());
    }
    let catalog = some.add_object(catalog);
    some.trailer.set("Root", catalog);
    some
}

fn is_of_the_tree(dictionary: &Dictionary) -> bool {
    matches!(dictionary.get_type(), Ok(b"Page" | b"Pages" | b"Catalog"))
}

/// Notes what an object refers to. The packet's objects are nested no deeper than copying lets them be.
fn follow(object: &Object, reached: &mut BTreeSet<ObjectId>, queue: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) if reached.insert(*id) => queue.push(*id),
        Object::Array(items) => items.iter().for_each(|item| follow(item, reached, queue)),
        Object::Dictionary(dictionary) => follow_all(dictionary, reached, queue),
        Object::Stream(stream) => follow_all(&stream.dict, reached, queue),
        _ => {}
    }
}

fn follow_all(dictionary: &Dictionary, reached: &mut BTreeSet<ObjectId>, queue: &mut Vec<ObjectId>) {
    dictionary.iter().for_each(|(_, value)| follow(value, reached, queue));
}
