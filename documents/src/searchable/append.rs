//! An incremental update (ISO 32000-1, 7.5.6): the packet's bytes as they are, then the new objects and the
//! pages that name them, then a table of just these. No clock, no chance: the same input, the same bytes.

use super::inherited;
use crate::file_form::{Packed, Place, file_of, indirect, table};
use crate::pieces::Pieces;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};
use sha2::{Digest, Sha256};
use std::io::Write as _;

/// What goes into the trailer of the update from the one before it.
const KEPT_OF_TRAILER: [&[u8]; 2] = [b"Root", b"Info"];

/// What is to be appended.
pub(super) struct Append {
    next: u32,
    objects: Vec<(ObjectId, Object)>,
}

impl Append {
    pub(super) const fn to(document: &Document) -> Self {
        Self { next: document.max_id + 1, objects: Vec::new() }
    }

    pub(super) fn add(&mut self, object: Object) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        self.objects.push((id, object));
        id
    }

    pub(super) fn add_stream(&mut self, mut stream: Stream) -> ObjectId {
        // Left uncompressed if that does not pay.
        let _ = stream.compress();
        self.add(Object::Stream(stream))
    }

    /// Puts a content stream in front of a page's own and names the fonts on this page only: resources may
    /// be shared with pages that do not need them. With a `turn` the page is shown turned by so many degrees.
    pub(super) fn layer(
        &mut self,
        document: &Document,
        page: ObjectId,
        content: Vec<u8>,
        fonts: &[(String, ObjectId)],
        turn: Option<i64>,
    ) {
        let ours = self.add_stream(Stream::new(Dictionary::new(), content));
        let Ok(mut dictionary) = document.get_dictionary(page).cloned() else { return };
        let before = match dictionary.get(b"Contents") {
            Ok(Object::Array(parts)) => parts.clone(),
            Ok(Object::Reference(id)) => match document.get_object(*id) {
                Ok(Object::Array(parts)) => parts.clone(),
                _ => vec![Object::Reference(*id)],
            },
            _ => Vec::new(),
        };
        let mut contents = vec![Object::Reference(ours)];
        contents.extend(before);
        let mut resources = inherited(document, page, b"Resources")
            .and_then(|resources| resources.as_dict().ok())
            .cloned()
            .unwrap_or_default();
        let mut named =
            resources.get_deref(b"Font", document).and_then(Object::as_dict).cloned().unwrap_or_default();
        for (name, font) in fonts {
            named.set(name.as_bytes(), *font);
        }
        resources.set("Font", named);
        dictionary.set("Contents", contents);
        dictionary.set("Resources", resources);
        if let Some(turn) = turn {
            dictionary.set("Rotate", turn);
        }
        self.objects.push((page, Object::Dictionary(dictionary)));
    }

    /// What follows the packet's bytes.
    pub(super) fn finish(self, packet: &[u8], document: &Document) -> Result<Vec<u8>, String> {
        let mut update = Update { packet_bytes: packet.len(), bytes: Vec::new() };
        if !packet.ends_with(b"\n") {
            update.bytes.push(b'\n');
        }
        let written = match document.reference_table.cross_reference_type {
            XrefType::CrossReferenceStream => self.with_stream(&mut update, document),
            XrefType::CrossReferenceTable => self.with_table(&mut update, document),
        };
        written.map_err(|error| error.kind().to_string())?;
        Ok(update.bytes)
    }

    /// For packets with a table of objects in the old form.
    fn with_table(self, update: &mut Update, document: &Document) -> std::io::Result<()> {
        let from = update.bytes.len();
        let mut places = Vec::new();
        for (id, object) in &self.objects {
            places.push((id.0, update.place(), id.1));
            indirect(&mut update.bytes, *id, object)?;
        }
        let mut trailer = trailer(document, self.next, &update.bytes[from..]);
        let start = update.place();
        let out = &mut update.bytes;
        out.extend_from_slice(b"xref\n");
        places.sort_by_key(|(id, ..)| *id);
        for section in places.chunk_by(|a, b| a.0 + 1 == b.0) {
            writeln!(out, "{} {}", section[0].0, section.len())?;
            for (_, offset, generation) in section {
                writeln!(out, "{offset:010} {generation:05} n ")?;
            }
        }
        out.extend_from_slice(b"trailer\n");
        trailer.set("Prev", i64::try_from(document.xref_start).unwrap_or(0));
        lopdf::Writer::write_object(out, &Object::Dictionary(trailer))?;
        write!(out, "\nstartxref\n{start}\n%%EOF\n")
    }

    /// For packets with a table in the form of a stream, as ours are: the small objects go into one stream.
    fn with_stream(mut self, update: &mut Update, document: &Document) -> std::io::Result<()> {
        let from = update.bytes.len();
        let mut places = Vec::new();
        let (container, last) = (self.next, self.next + 1);
        self.next += 2;
        let mut packed = Packed::default();
        for (id, object) in &self.objects {
            if matches!(object, Object::Stream(_)) || id.1 != 0 {
                places.push((id.0, Place::At(update.place(), id.1)));
                indirect(&mut update.bytes, *id, object)?;
                continue;
            }
            let index = packed.add(id.0, object)?;
            places.push((id.0, Place::In { stream: container, index }));
        }
        let mut stream = packed.into_stream();
        let _ = stream.compress();
        places.push((container, Place::At(update.place(), 0)));
        indirect(&mut update.bytes, (container, 0), &Object::Stream(stream))?;
        let mut about = trailer(document, self.next, &update.bytes[from..]);
        about.set("Prev", i64::try_from(document.xref_start).unwrap_or(0));
        let start = update.place();
        places.push((last, Place::At(start, 0)));
        let mut stream = table(places, about);
        let _ = stream.compress();
        indirect(&mut update.bytes, (last, 0), &Object::Stream(stream))?;
        write!(update.bytes, "startxref\n{start}\n%%EOF\n")
    }

    /// The packet written anew with the new objects in it: for packets whose table cannot be leaned on.
    pub(super) fn rewritten(self, mut document: Document) -> Result<Pieces, String> {
        for (id, object) in self.objects {
            document.set_object(id, object);
        }
        file_of(document).map_err(|error| error.kind().to_string())
    }
}

/// Bytes behind the packet's.
struct Update {
    packet_bytes: usize,
    bytes: Vec<u8>,
}

impl Update {
    /// Where in the file the next byte will stand.
    fn place(&self) -> usize {
        self.packet_bytes + self.bytes.len()
    }
}

/// The update's trailer; the second part of the file identifier is made of what is appended.
fn trailer(document: &Document, size: u32, appended: &[u8]) -> Dictionary {
    let mut trailer = Dictionary::new();
    for key in KEPT_OF_TRAILER {
        if let Ok(value) = document.trailer.get(key) {
            trailer.set(key, value.clone());
        }
    }
    trailer.set("Size", size);
    let ids = document.trailer.get(b"ID").and_then(Object::as_array).ok();
    if let Some(first) = ids.and_then(|ids| ids.first()) {
        let mut hash = Sha256::new();
        hash.update(first.as_str().unwrap_or_default());
        hash.update(appended);
        let second = Object::String(hash.finalize()[..16].to_vec(), StringFormat::Hexadecimal);
        trailer.set("ID", vec![first.clone(), second]);
    }
    trailer
}
