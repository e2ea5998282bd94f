//! What the words of a page depend on, as one name a page: equal pages in two files have the same, so what was
//! recognised on one need not be recognised on the other.
//!
//! A page's name covers everything it is drawn from (its content, and whatever that refers to, by value), not where it
//! stands or what the file calls its objects. Too much in the name costs a reading, too little would give a page
//! another page's words: what is not known to be without effect is in it.

use crate::open::{OpenDocument, OpenError};
use crate::read::{ReadSettings, engine_version, tessdata_folder};
use crate::shield::shielded;
use hayro::hayro_syntax::object::{Dict, MaybeRef, ObjRef, Object, Stream};
use hayro::hayro_syntax::page::Page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// Names what a page's words depend on: lower-case hexadecimal SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageKey(pub String);

/// Changes with every line of the code that reads pages (`build.rs`).
const READING: &str = env!("DOCUMENTS_READING");
/// Objects looked at for one page; one that is made of more has no name and is read each time.
const OBJECTS_MAX: u32 = 50_000;
/// How deep they may be nested.
const DEPTH_MAX: u32 = 48;
/// Entries of a page or of what it refers to that do not change how it looks, or lead out of the page.
const LEFT_OUT: [&[u8]; 9] = [
    b"Parent",
    b"StructParent",
    b"StructParents",
    b"P",
    b"PieceInfo",
    b"LastModified",
    b"Thumb",
    b"B",
    b"Tabs",
];

/// The names of all pages, in order, under one way of reading; none for a page that is made of too much.
///
/// # Errors
/// None of the document's: a page that stops the parser has no name. `NoSuchPage` cannot be.
pub fn page_keys(
    document: &OpenDocument,
    settings: &ReadSettings,
    engine: &EngineKey,
) -> Result<Vec<Option<PageKey>>, OpenError> {
    let mut streams = HashMap::new();
    (1..=document.page_count())
        .map(|number| {
            let page = document.page(number)?;
            let digest = shielded(|| Content::of(page, &mut streams)).unwrap_or_default();
            Ok(digest.map(|content| named(&content, settings, engine)))
        })
        .collect()
}

fn named(content: &[u8; 32], settings: &ReadSettings, engine: &EngineKey) -> PageKey {
    let ReadSettings { language, dpi, ignore_text_layer } = settings;
    let way = format!("{READING}|{}|{language}|{dpi}|{ignore_text_layer}", engine.0);
    PageKey(hexadecimal(Sha256::new().chain_update(content).chain_update(way).finalize().as_slice()))
}

/// The recognition engine and its language data, which take a moment to look at and stay the same while a process lives.
#[derive(Clone, Debug)]
pub struct EngineKey(String);

impl EngineKey {
    /// The engine as it reads `language` with the data in `tessdata` or where it is usually installed.
    pub fn of(tessdata: Option<&Path>, language: &str) -> Self {
        // Without it nothing is recognised, so nothing is kept under this name either.
        let mut key = engine_version().unwrap_or_default();
        for name in language.split('+') {
            let file =
                tessdata_folder(tessdata, name).map(|folder| folder.join(format!("{name}.traineddata")));
            // The same without its data.
            let data = file.and_then(|file| std::fs::read(file).ok()).unwrap_or_default();
            let _ = write!(key, "|{name} {}", hexadecimal(Sha256::digest(data).as_slice()));
        }
        Self(key)
    }
}

/// One page's content on its way into a digest.
struct Content<'s> {
    hash: Sha256,
    /// Where in this page an object was met first: it can be referred to again, by itself even.
    met: HashMap<ObjRef, u32>,
    /// What was found in streams of any page of the file: pages often share them all.
    streams: &'s mut HashMap<ObjRef, [u8; 32]>,
    objects: u32,
}

impl<'s> Content<'s> {
    fn of(page: &Page<'_>, streams: &'s mut HashMap<ObjRef, [u8; 32]>) -> Option<[u8; 32]> {
        let mut content = Self { hash: Sha256::new(), met: HashMap::new(), streams, objects: 0 };
        let (media, crop) = (page.media_box(), page.crop_box());
        for side in [media.x0, media.y0, media.x1, media.y1, crop.x0, crop.y0, crop.x1, crop.y1] {
            content.hash.update(side.to_le_bytes());
        }
        content.hash.update(crate::read::rotation_of(page).to_le_bytes());
        content.dict(page.raw(), 0)?;
        // Inherited where the page has none of its own.
        if !page.raw().contains_key(b"Resources") {
            let mut node = page.raw().clone();
            for _ in 0..DEPTH_MAX {
                node = node.get::<Dict<'_>>(b"Parent")?;
                if let Some(resources) = node.get::<Dict<'_>>(b"Resources") {
                    content.dict(&resources, 0)?;
                    break;
                }
            }
        }
        Some(content.hash.finalize().into())
    }

    fn dict(&mut self, dict: &Dict<'_>, depth: u32) -> Option<()> {
        let mut entries: Vec<_> = dict.entries().collect();
        entries.sort_by(|a, b| a.0.as_ref().cmp(b.0.as_ref()));
        self.mark(b'd', entries.len());
        for (name, value) in entries {
            let name: &[u8] = name.as_ref();
            if LEFT_OUT.contains(&name) {
                continue;
            }
            self.mark(b'k', name.len());
            self.hash.update(name);
            match value {
                MaybeRef::Ref(reference) => {
                    if !self.meet(reference) {
                        continue;
                    }
                    match dict.get::<Object<'_>>(name) {
                        Some(object) => self.object(&object, Some(reference), depth + 1)?,
                        None => self.mark(b'0', 0),
                    }
                }
                MaybeRef::NotRef(object) => self.object(&object, None, depth + 1)?,
            }
        }
        Some(())
    }

    /// Whether the object is new on this page; one met before is named by its place.
    fn meet(&mut self, reference: ObjRef) -> bool {
        let place = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        let first = *self.met.entry(reference).or_insert(place);
        if first != place {
            self.mark(b'r', first as usize);
        }
        first == place
    }

    fn object(&mut self, object: &Object<'_>, reference: Option<ObjRef>, depth: u32) -> Option<()> {
        self.objects += 1;
        if self.objects > OBJECTS_MAX || depth > DEPTH_MAX {
            return None;
        }
        match object {
            Object::Dict(dict) => self.dict(dict, depth)?,
            Object::Stream(stream) => self.stream(stream, reference, depth)?,
            Object::Array(array) => {
                self.mark(b'a', 0);
                let resolved = array.iter::<Object<'_>>();
                // Both lists run side by side: the one tells references, the other what they refer to.
                let mut resolved = resolved.fuse();
                for part in array.raw_iter() {
                    let Some(value) = resolved.next() else { break };
                    match part {
                        MaybeRef::Ref(reference) if !self.meet(reference) => {}
                        MaybeRef::Ref(reference) => self.object(&value, Some(reference), depth + 1)?,
                        MaybeRef::NotRef(_) => self.object(&value, None, depth + 1)?,
                    }
                }
                self.mark(b'e', 0);
            }
            Object::String(string) => {
                self.mark(b's', string.as_ref().len());
                self.hash.update(string.as_ref());
            }
            Object::Name(name) => {
                self.mark(b'n', name.as_ref().len());
                self.hash.update(name.as_ref());
            }
            Object::Number(number) => {
                self.mark(b'f', 0);
                self.hash.update(number.as_f64().to_le_bytes());
            }
            Object::Boolean(value) => self.mark(b'b', usize::from(*value)),
            Object::Null(_) => self.mark(b'0', 0),
        }
        Some(())
    }

    fn stream(&mut self, stream: &Stream<'_>, reference: Option<ObjRef>, depth: u32) -> Option<()> {
        self.mark(b't', 0);
        self.dict(stream.dict(), depth)?;
        let digest = || -> [u8; 32] { Sha256::digest(stream.raw_data()).into() };
        let data = match reference {
            Some(reference) => *self.streams.entry(reference).or_insert_with(digest),
            None => digest(),
        };
        self.hash.update(data);
        Some(())
    }

    /// What comes next, and how much of it: no two contents can run into the same bytes.
    fn mark(&mut self, kind: u8, count: usize) {
        self.hash.update([kind]);
        self.hash.update((count as u64).to_le_bytes());
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
