//! Pages that show exactly the same as an earlier page. They stay in the packet and are marked: a person
//! skips them, and nobody has to prove later that a page was not lost.
//!
//! Equal means equal objects, stream by stream, whatever their numbers. Lengths are compared first, so
//! that contents are hashed for pages only that look alike.

use lopdf::{Dictionary, Document, Object, ObjectId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// References followed one after the other; an object deeper than that counts as unlike all others.
const DEPTH_MAX: u32 = 100;

/// Entries that do not change what is seen, or that lead back to the page and its tree.
const LEFT_OUT: [&[u8]; 10] = [
    b"Parent",
    b"P",
    b"StructParent",
    b"StructParents",
    b"LastModified",
    b"M",
    b"NM",
    b"PieceInfo",
    b"Metadata",
    b"Popup",
];

type Fingerprint = [u8; 32];

/// For every page in order the index of the first page that is the same, if that is not itself.
pub(super) fn repeats(document: &Document, pages: &[ObjectId]) -> Vec<Option<usize>> {
    let mut outlines = Fingerprints::new(document, false);
    let outlines: Vec<Fingerprint> = pages.iter().map(|page| outlines.of_page(*page)).collect();
    let mut alike: HashMap<Fingerprint, u32> = HashMap::new();
    for outline in &outlines {
        *alike.entry(*outline).or_default() += 1;
    }
    let mut contents = Fingerprints::new(document, true);
    let mut first: HashMap<Fingerprint, usize> = HashMap::new();
    (0..)
        .zip(pages.iter().zip(&outlines))
        .map(|(index, (page, outline))| {
            if alike.get(outline).is_none_or(|count| *count < 2) {
                return None;
            }
            let found = *first.entry(contents.of_page(*page)).or_insert(index);
            (found != index).then_some(found)
        })
        .collect()
}

/// Fingerprints of objects by value; each object is looked at once.
struct Fingerprints<'a> {
    document: &'a Document,
    /// Contents of streams, or just their lengths.
    contents: bool,
    known: HashMap<ObjectId, Fingerprint>,
}

impl<'a> Fingerprints<'a> {
    fn new(document: &'a Document, contents: bool) -> Self {
        Self { document, contents, known: HashMap::new() }
    }

    fn of_page(&mut self, page: ObjectId) -> Fingerprint {
        let mut hash = Sha256::new();
        if let Ok(page) = self.document.get_dictionary(page) {
            self.dictionary(page, &mut hash, 0);
        }
        hash.finalize().into()
    }

    fn reference(&mut self, id: ObjectId, depth: u32) -> Fingerprint {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let mut hash = Sha256::new();
        // What refers to itself is told by its number until it is known, and then equals nothing.
        hash.update(id.0.to_le_bytes());
        let itself: Fingerprint = hash.finalize().into();
        self.known.insert(id, itself);
        if depth > DEPTH_MAX {
            return itself;
        }
        let mut hash = Sha256::new();
        match self.document.objects.get(&id) {
            // Links lead to pages by their place, not by what is on them.
            Some(Object::Dictionary(page)) if page.has_type(b"Page") => hash.update(b"page"),
            Some(object) => self.object(object, &mut hash, depth + 1),
            None => hash.update(b"null"),
        }
        let found = hash.finalize().into();
        self.known.insert(id, found);
        found
    }

    fn object(&mut self, object: &Object, hash: &mut Sha256, depth: u32) {
        match object {
            Object::Null => hash.update(b"n"),
            Object::Boolean(value) => hash.update([b'b', u8::from(*value)]),
            Object::Integer(value) => part(hash, b'i', &value.to_le_bytes()),
            Object::Real(value) => part(hash, b'r', &value.to_le_bytes()),
            Object::Name(value) => part(hash, b'N', value),
            Object::String(value, _) => part(hash, b's', value),
            Object::Array(items) => {
                part(hash, b'a', &items.len().to_le_bytes());
                items.iter().for_each(|item| self.object(item, hash, depth));
            }
            Object::Dictionary(dictionary) => self.dictionary(dictionary, hash, depth),
            Object::Stream(stream) => {
                self.dictionary(&stream.dict, hash, depth);
                let length = stream.content.len().to_le_bytes();
                part(hash, b'S', if self.contents { &stream.content } else { &length });
            }
            Object::Reference(id) => {
                let known = self.reference(*id, depth);
                part(hash, b'R', &known);
            }
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary, hash: &mut Sha256, depth: u32) {
        let mut entries: Vec<(&Vec<u8>, &Object)> =
            dictionary.iter().filter(|(key, _)| !LEFT_OUT.contains(&key.as_slice())).collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        part(hash, b'd', &entries.len().to_le_bytes());
        for (key, value) in entries {
            part(hash, b'k', key);
            self.object(value, hash, depth);
        }
    }
}

fn part(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}
