//! Walks a page tree that may be incomplete, wrong or endless. Every node is entered once, a page is given
//! as often as it is named, within a limit; kids that are not in the file keep their place in the count.

use super::state::RepairLimits;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::HashSet;

/// Attributes a page may inherit from the tree above it (ISO 32000-1, table 30).
const INHERITABLE: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// References that lead to references are followed this far.
const HOPS_MAX: u32 = 16;

/// What a walk has found.
#[derive(Default)]
pub(super) struct Walk {
    /// In reading order.
    pub(super) pages: Vec<Leaf>,
    /// Nodes and pages that were entered.
    pub(super) seen: HashSet<ObjectId>,
    /// The tree leads back into itself.
    pub(super) looped: bool,
    /// A page is named more than once.
    pub(super) repeated: bool,
    /// There is no root, or a node in it cannot be read.
    pub(super) broken: bool,
    /// More pages than allowed; the walk stopped there.
    pub(super) too_many: bool,
    /// What the root says, where it says it.
    pub(super) promised: Option<u32>,
    nodes: Vec<Node>,
}

/// A place for a page.
pub(super) struct Leaf {
    pub(super) page: Place,
    /// Index of the node above it.
    node: Option<usize>,
}

impl Leaf {
    fn is_missing(&self) -> bool {
        matches!(self.page, Place::Missing)
    }
}

/// What stands at the place.
pub(super) enum Place {
    /// An object.
    Object(ObjectId),
    /// A dictionary that stands in the tree itself.
    Direct(Dictionary),
    /// A reference to what is not in the file.
    Missing,
}

/// What a node hands down.
struct Node {
    parent: Option<usize>,
    own: Vec<(&'static [u8], Object)>,
}

/// Walks the tree below the catalog.
pub(super) fn walk(document: &Document, limits: &RepairLimits) -> Walk {
    let mut walk = Walk::default();
    let root = document.catalog().and_then(|catalog| catalog.get(b"Pages")).cloned();
    match root {
        Ok(root) => walk.below(document, &root, limits),
        Err(_) => walk.broken = true,
    }
    walk
}

impl Walk {
    /// Adds the tree under `root`, which may be a reference, a node or a single page.
    pub(super) fn below(&mut self, document: &Document, root: &Object, limits: &RepairLimits) {
        let first = self.nodes.is_empty();
        // Kids that wait, the next one last.
        let mut waiting = vec![(root.clone(), None)];
        while let Some((kid, above)) = waiting.pop() {
            let (id, dictionary) = resolved(document, &kid);
            let Some(dictionary) = dictionary else {
                match (id, above) {
                    (Some(_), Some(_)) => self.pages.push(Leaf { page: Place::Missing, node: above }),
                    (None, Some(_)) => {}
                    (_, None) => self.broken = true,
                }
                continue;
            };
            let kids = dictionary.get_deref(b"Kids", document).and_then(Object::as_array);
            let is_node = kids.is_ok() || dictionary.has_type(b"Pages");
            let again = id.is_some_and(|id| !self.seen.insert(id));
            if again && is_node {
                self.looped = true;
                continue;
            }
            if !is_node {
                self.repeated |= again;
                self.leaf(id, dictionary, above);
            } else {
                if above.is_none() && first {
                    self.promised = dictionary
                        .get_deref(b"Count", document)
                        .and_then(Object::as_i64)
                        .ok()
                        .and_then(|count| u32::try_from(count).ok());
                }
                let node = self.nodes.len();
                self.nodes.push(Node { parent: above, own: attributes(document, dictionary) });
                match kids {
                    Ok(kids) => waiting.extend(kids.iter().rev().map(|kid| (kid.clone(), Some(node)))),
                    Err(_) => self.broken = true,
                }
            }
            if self.pages.len() > limits.pages as usize || waiting.len() > limits.objects as usize {
                self.too_many = true;
                return;
            }
        }
    }

    fn leaf(&mut self, id: Option<ObjectId>, dictionary: &Dictionary, node: Option<usize>) {
        let page = id.map_or_else(|| Place::Direct(dictionary.clone()), Place::Object);
        self.pages.push(Leaf { page, node });
    }

    /// Puts pages that were found beside the tree where they stand in the file, if the tree's own `known`
    /// pages stand in file order, as most writers leave them; else they stay at the end.
    pub(super) fn sort_by_place(&mut self, known: usize, place: impl Fn(&ObjectId) -> (usize, usize)) {
        if self.pages.len() == known {
            return;
        }
        let place_of = |leaf: &Leaf| match &leaf.page {
            Place::Object(id) => Some(place(id)),
            Place::Direct(_) | Place::Missing => None,
        };
        let places: Option<Vec<_>> =
            self.pages[..known].iter().filter(|leaf| !leaf.is_missing()).map(place_of).collect();
        self.pages.retain(|leaf| !leaf.is_missing());
        if places.is_some_and(|places| places.is_sorted()) {
            self.pages.sort_by_key(place_of);
        }
    }

    /// A page that is in the file.
    pub(super) fn any_page(&self) -> Option<ObjectId> {
        self.pages.iter().find_map(|leaf| match leaf.page {
            Place::Object(id) => Some(id),
            Place::Direct(_) | Place::Missing => None,
        })
    }

    /// Adds pages behind the others.
    pub(super) fn add(&mut self, pages: &[ObjectId]) {
        self.pages.extend(pages.iter().map(|page| Leaf { page: Place::Object(*page), node: None }));
    }

    /// Puts pages into missing places, from the first.
    pub(super) fn fill_missing(&mut self, pages: &[ObjectId]) {
        let places = self.pages.iter_mut().filter(|leaf| leaf.is_missing());
        for (leaf, page) in places.zip(pages) {
            leaf.page = Place::Object(*page);
        }
    }

    /// Pages that are in the file.
    pub(super) fn present(&self) -> usize {
        self.pages.iter().filter(|leaf| !leaf.is_missing()).count()
    }

    /// Original numbers, from 1, of pages that are named but not in the file.
    pub(super) fn missing(&self) -> Vec<u32> {
        (1..).zip(&self.pages).filter(|(_, leaf)| leaf.is_missing()).map(|(number, _)| number).collect()
    }

    /// Makes every page an object of its own with everything it inherits written on it; gives their ids.
    pub(super) fn settle(&self, document: &mut Document) -> Vec<ObjectId> {
        let mut taken = HashSet::new();
        let mut ids = Vec::new();
        for leaf in &self.pages {
            let id = match &leaf.page {
                Place::Missing => continue,
                Place::Object(id) if taken.insert(*id) => *id,
                Place::Object(id) => {
                    let copy = document.get_dictionary(*id).cloned().unwrap_or_default();
                    document.add_object(copy)
                }
                Place::Direct(dictionary) => document.add_object(dictionary.clone()),
            };
            self.hand_down(document, id, leaf.node);
            if leaf.node.is_none() {
                hand_down_from_parents(document, id);
            }
            ids.push(id);
        }
        ids
    }

    fn hand_down(&self, document: &mut Document, page: ObjectId, mut node: Option<usize>) {
        let Ok(dictionary) = document.get_dictionary_mut(page) else { return };
        while let Some(above) = node.and_then(|index| self.nodes.get(index)) {
            for (key, value) in &above.own {
                if dictionary.get(key).map_or(true, Object::is_null) {
                    dictionary.set(*key, value.clone());
                }
            }
            node = above.parent;
        }
    }
}

/// For pages found beside the tree: what the nodes say that the page itself names.
fn hand_down_from_parents(document: &mut Document, page: ObjectId) {
    let mut found = Vec::new();
    let mut node = document.get_dictionary(page);
    for _ in 0..HOPS_MAX {
        let above = node.and_then(|node| node.get(b"Parent")).and_then(Object::as_reference);
        let Ok(above) = above.and_then(|above| document.get_dictionary(above)) else { break };
        found.extend(attributes(document, above));
        node = Ok(above);
    }
    if let Ok(page) = document.get_dictionary_mut(page) {
        for (key, value) in found {
            if !page.has(key) {
                page.set(key, value);
            }
        }
    }
}

fn attributes(document: &Document, dictionary: &Dictionary) -> Vec<(&'static [u8], Object)> {
    INHERITABLE
        .into_iter()
        .filter_map(|key| {
            let value = dictionary.get(key).ok()?;
            let there = !document.dereference(value).ok()?.1.is_null();
            there.then(|| (key, value.clone()))
        })
        .collect()
}

/// Follows references to a dictionary; gives the last id on the way.
fn resolved<'a>(document: &'a Document, object: &'a Object) -> (Option<ObjectId>, Option<&'a Dictionary>) {
    let (mut object, mut id) = (object, None);
    for _ in 0..HOPS_MAX {
        match object {
            Object::Reference(next) => {
                id = Some(*next);
                match document.objects.get(next) {
                    Some(found) => object = found,
                    None => return (id, None),
                }
            }
            Object::Dictionary(dictionary) => return (id, Some(dictionary)),
            Object::Stream(stream) => return (id, Some(&stream.dict)),
            Object::Null => return (id, None),
            _ => return (None, None),
        }
    }
    (None, None)
}
