//! Copies pages of many documents into one. Only what the pages reach is copied, in the order in which
//! they reach it, so object numbers depend on nothing but the input.
//!
//! Left behind on purpose: the documents' catalogs, page trees, outlines and structure trees; everything
//! that would act on its own when the packet is opened (scripts, launches, form submissions).

use super::fragment::OpenedFragment;
use super::layers::{Layers, PacketLayers};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::collections::{HashMap, VecDeque};

/// Arrays and dictionaries nested deeper than this in one object are cut off: nothing honest is.
const NESTING_MAX: u32 = 64;

/// Page entries that point back into what is left behind.
const DROPPED_FROM_PAGES: [&[u8]; 7] =
    [b"Parent", b"B", b"StructParents", b"AA", b"Thumb", b"PieceInfo", b"Metadata"];

/// Actions that a reader would carry out; a packet is paper.
const DROPPED_ACTIONS: [&[u8]; 5] =
    [b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"RichMediaExecute"];

/// The packet as it grows.
pub(super) struct Packet {
    document: Document,
    root: ObjectId,
    pages: Vec<ObjectId>,
    layers: PacketLayers,
}

impl Packet {
    pub(super) fn new() -> Self {
        let mut document = Document::with_version("1.7");
        let root = document.new_object_id();
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
        document.trailer.set("Root", catalog);
        Self { document, root, pages: Vec::new(), layers: PacketLayers::default() }
    }

    pub(super) fn page_count(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    /// Moves all pages of a fragment to the end of the packet.
    pub(super) fn append(&mut self, fragment: OpenedFragment) {
        let OpenedFragment { document: mut source, pages, .. } = fragment;
        for page in &pages {
            set_upright(&mut source, *page);
        }
        let layers = Layers::of(&source);
        let new_ids: Vec<ObjectId> = pages.iter().map(|_| self.document.new_object_id()).collect();
        let mut copy = Copy {
            known: pages.iter().copied().zip(new_ids.iter().copied()).collect(),
            queue: VecDeque::new(),
            source,
            target: &mut self.document,
        };
        for (old, new) in pages.iter().zip(&new_ids) {
            copy.page(*old, *new, self.root);
        }
        self.layers.take(layers, &copy.known);
        self.pages.extend(new_ids);
    }

    /// Closes the page tree; gives the document and its pages in order.
    pub(super) fn finish(mut self) -> (Document, Vec<ObjectId>) {
        let kids: Vec<Object> = self.pages.iter().map(|page| Object::Reference(*page)).collect();
        let tree = dictionary! { "Type" => "Pages", "Count" => self.page_count(), "Kids" => kids };
        self.document.set_object(self.root, tree);
        if let (Some(layers), Ok(catalog)) = (self.layers.into_properties(), self.document.catalog_mut()) {
            catalog.set("OCProperties", layers);
        }
        (self.document, self.pages)
    }
}

/// Gives the page one of the four turns readers know, and a size if it has none.
fn set_upright(document: &mut Document, page: ObjectId) {
    let turn = document.get_dictionary(page).and_then(|page| page.get_deref(b"Rotate", document)).ok();
    // Some writers count backwards, or in fractions.
    let degrees = turn.and_then(|turn| turn.as_float().ok()).unwrap_or(0.0);
    let turn = if degrees.is_finite() { (degrees / 90.0).round().rem_euclid(4.0) as i64 * 90 } else { 0 };
    if let Ok(dictionary) = document.get_dictionary_mut(page) {
        dictionary.remove(b"Rotate");
        if turn != 0 {
            dictionary.set("Rotate", turn);
        }
        if !dictionary.has(b"MediaBox") {
            // No box anywhere: US Letter, what these charts are printed on.
            dictionary.set("MediaBox", vec![0.into(), 0.into(), 612.into(), 792.into()]);
        }
    }
}

struct Copy<'a> {
    source: Document,
    target: &'a mut Document,
    known: HashMap<ObjectId, ObjectId>,
    /// Old and new id of objects whose references have been written but which are not copied yet.
    queue: VecDeque<(ObjectId, ObjectId)>,
}

impl Copy<'_> {
    fn page(&mut self, old: ObjectId, new: ObjectId, parent: ObjectId) {
        let mut page = self.source.get_dictionary(old).cloned().unwrap_or_default();
        for key in DROPPED_FROM_PAGES {
            page.remove(key);
        }
        page.set("Type", "Page");
        self.dictionary(&mut page, 0);
        page.set("Parent", parent);
        self.target.set_object(new, page);
        while let Some((old, new)) = self.queue.pop_front() {
            let mut object = self.source.objects.remove(&old).unwrap_or(Object::Null);
            self.object(&mut object, 0);
            self.target.set_object(new, object);
        }
    }

    fn object(&mut self, object: &mut Object, depth: u32) {
        if depth > NESTING_MAX {
            *object = Object::Null;
            return;
        }
        match object {
            Object::Reference(id) => *object = self.reference(*id),
            Object::Array(items) => items.iter_mut().for_each(|item| self.object(item, depth + 1)),
            Object::Dictionary(dictionary) if acts_on_its_own(dictionary) => *object = Object::Null,
            Object::Dictionary(dictionary) => self.dictionary(dictionary, depth),
            Object::Stream(stream) => self.stream(stream, depth),
            _ => {}
        }
    }

    fn dictionary(&mut self, dictionary: &mut Dictionary, depth: u32) {
        for (_, value) in dictionary.iter_mut() {
            self.object(value, depth + 1);
        }
    }

    fn stream(&mut self, stream: &mut Stream, depth: u32) {
        // The length may stand in an object of its own, and be wrong; the content is what was read.
        stream.dict.set("Length", i64::try_from(stream.content.len()).unwrap_or(i64::MAX));
        self.dictionary(&mut stream.dict, depth);
    }

    /// The new id of an object, which is queued when it is met for the first time. What does not exist,
    /// and what would pull in the old page tree, becomes null.
    fn reference(&mut self, old: ObjectId) -> Object {
        if let Some(new) = self.known.get(&old) {
            return Object::Reference(*new);
        }
        let Some(object) = self.source.objects.get(&old) else { return Object::Null };
        if let Ok(dictionary) = object.as_dict()
            && let Ok(b"Page" | b"Pages" | b"Catalog" | b"StructTreeRoot") = dictionary.get_type()
        {
            return Object::Null;
        }
        let new = self.target.new_object_id();
        self.known.insert(old, new);
        self.queue.push_back((old, new));
        Object::Reference(new)
    }
}

fn acts_on_its_own(dictionary: &Dictionary) -> bool {
    dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|kind| DROPPED_ACTIONS.contains(&kind))
}
