//! An incremental update (ISO 32000-1, 7.5.6): the packet's bytes as they are, then the new objects and the
//! pages that name them, then a table of just these. No clock, no chance: the same input, the same bytes.

use super::inherited;
use crate::assemble::save_options;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};
use std::io::Write as _;

/// What goes into the trailer of the update from the one before it.
const KEPT_OF_TRAILER: [&[u8]; 2] = [b"Root", b"Info"];

/// What is to be appended.
pub(super) struct Append {
    next: u32,
    objects: Vec<(ObjectId, Object)>,
}

/// Where an object of the update stands.
enum Place {
    At(usize, u16),
    In { stream: u32, index: usize },
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
    /// be shared with pages that do not need them.
    pub(super) fn layer(
        &mut self,
        document: &Document,
        page: ObjectId,
        content: Vec<u8>,
        fonts: &[(String, ObjectId)],
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
        self.objects.push((page, Object::Dictionary(dictionary)));
    }

    /// The packet with its update.
    pub(super) fn finish(self, mut pdf: Vec<u8>, document: &Document) -> Result<Vec<u8>, String> {
        let before = pdf.len();
        if !pdf.ends_with(b"\n") {
            pdf.push(b'\n');
        }
        let written = match document.reference_table.cross_reference_type {
            XrefType::CrossReferenceStream => self.with_stream(&mut pdf, document),
            XrefType::CrossReferenceTable => self.with_table(&mut pdf, document),
        };
        match written {
            Ok(()) => Ok(pdf),
            Err(error) => {
                pdf.truncate(before);
                Err(error.kind().to_string())
            }
        }
    }

    /// For packets with a table of objects in the old form.
    fn with_table(self, pdf: &mut Vec<u8>, document: &Document) -> std::io::Result<()> {
        let from = pdf.len();
        let mut places = Vec::new();
        for (id, object) in &self.objects {
            places.push((id.0, Place::At(pdf.len(), id.1)));
            indirect(pdf, *id, object)?;
        }
        let mut trailer = trailer(document, self.next, &pdf[from..]);
        let start = pdf.len();
        pdf.extend_from_slice(b"xref\n");
        places.sort_by_key(|(id, _)| *id);
        for section in places.chunk_by(|a, b| a.0 + 1 == b.0) {
            writeln!(pdf, "{} {}", section[0].0, section.len())?;
            for (_, place) in section {
                if let Place::At(offset, generation) = place {
                    writeln!(pdf, "{offset:010} {generation:05} n ")?;
                }
            }
        }
        pdf.extend_from_slice(b"trailer\n");
        trailer.set("Prev", i64::try_from(document.xref_start).unwrap_or(0));
        lopdf::Writer::write_object(pdf, &Object::Dictionary(trailer))?;
        write!(pdf, "\nstartxref\n{start}\n%%EOF\n")
    }

    /// For packets with a table in the form of a stream, as ours are: the small objects go into one stream.
    fn with_stream(mut self, pdf: &mut Vec<u8>, document: &Document) -> std::io::Result<()> {
        let from = pdf.len();
        let mut places = Vec::new();
        let (container, table) = (self.next, self.next + 1);
        self.next += 2;
        let (mut index, mut packed) = (Vec::new(), Vec::new());
        let mut count = 0;
        for (id, object) in &self.objects {
            if matches!(object, Object::Stream(_)) || id.1 != 0 {
                places.push((id.0, Place::At(pdf.len(), id.1)));
                indirect(pdf, *id, object)?;
                continue;
            }
            write!(index, "{} {} ", id.0, packed.len())?;
            lopdf::Writer::write_object(&mut packed, object)?;
            packed.push(b' ');
            places.push((id.0, Place::In { stream: container, index: count }));
            count += 1;
        }
        let first = i64::try_from(index.len()).unwrap_or(0);
        let about =
            dictionary! { "Type" => "ObjStm", "N" => i64::try_from(count).unwrap_or(0), "First" => first };
        let mut stream = Stream::new(about, [index, packed].concat());
        let _ = stream.compress();
        places.push((container, Place::At(pdf.len(), 0)));
        indirect(pdf, (container, 0), &Object::Stream(stream))?;
        let mut about = trailer(document, self.next, &pdf[from..]);
        let start = pdf.len();
        places.push((table, Place::At(start, 0)));
        places.sort_by_key(|(id, _)| *id);
        let sections = places
            .chunk_by(|a, b| a.0 + 1 == b.0)
            .flat_map(|section| {
                [Object::from(section[0].0), Object::from(i64::try_from(section.len()).unwrap_or(0))]
            })
            .collect::<Vec<_>>();
        about.set("Type", "XRef");
        about.set("Index", sections);
        about.set("W", vec![1.into(), 4.into(), 2.into()]);
        about.set("Prev", i64::try_from(document.xref_start).unwrap_or(0));
        let entries = places.iter().flat_map(|(_, place)| entry(place)).collect();
        let mut stream = Stream::new(about, entries);
        let _ = stream.compress();
        indirect(pdf, (table, 0), &Object::Stream(stream))?;
        write!(pdf, "startxref\n{start}\n%%EOF\n")
    }

    /// The packet written anew with the new objects in it: for packets whose table cannot be leaned on.
    pub(super) fn rewritten(self, mut document: Document) -> Result<Vec<u8>, String> {
        for (id, object) in self.objects {
            document.set_object(id, object);
        }
        // The writer numbers what it adds from here.
        document.max_id = document.max_id.max(self.next - 1);
        let mut pdf = Vec::new();
        document.save_with_options(&mut pdf, save_options()).map_err(|error| error.kind().to_string())?;
        Ok(pdf)
    }
}

fn indirect(pdf: &mut Vec<u8>, (id, generation): ObjectId, object: &Object) -> std::io::Result<()> {
    writeln!(pdf, "{id} {generation} obj")?;
    lopdf::Writer::write_object(pdf, object)?;
    pdf.extend_from_slice(b"\nendobj\n");
    Ok(())
}

/// One entry of a table in the form of a stream: kind, place, generation or index.
fn entry(place: &Place) -> [u8; 7] {
    let (kind, at, more) = match place {
        Place::At(offset, generation) => (1, u32::try_from(*offset).unwrap_or(0), *generation),
        Place::In { stream, index } => (2, *stream, u16::try_from(*index).unwrap_or(0)),
    };
    let ([a, b, c, d], [e, f]) = (at.to_be_bytes(), more.to_be_bytes());
    [kind, a, b, c, d, e, f]
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
