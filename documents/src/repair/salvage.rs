//! A document from the objects as they lie in the file: the last of each number counts, object streams are
//! unpacked as far as they inflate, and the catalog is found by what it is where no trailer names it.

use super::flipped::{PATIENCE_BYTES, righted};
use super::inflate::{Ending, inflate};
use super::scan::{NUMBER_MAX, Scan, Scanned, scan};
use super::state::RepairLimits;
use super::syntax::Syntax;
use crate::shield::shielded;
use lopdf::encryption::decrypt_object;
use lopdf::{Dictionary, Document, EncryptionState, Object, ObjectId, Stream};
use std::collections::{HashMap, HashSet};

/// What was found in the file.
pub(super) struct Salvage {
    pub(super) document: Document,
    /// Where each object stands: in the file, then in its object stream.
    pub(super) places: HashMap<ObjectId, (usize, usize)>,
    /// Objects that were parsed with losses.
    pub(super) suspect: HashSet<ObjectId>,
    /// The file ends inside an object.
    pub(super) cut: bool,
    /// Objects in which something had to be skipped or closed.
    pub(super) damaged: bool,
    /// An object stream was cut because it inflates beyond the limit.
    pub(super) bomb: bool,
    /// Bytes that may be inflated in search of turned bits.
    patience: u64,
}

/// Why there is no document.
pub(super) enum Locked {
    /// The empty password does not open it.
    Password,
    /// The encryption dictionary cannot be used.
    Unusable,
}

/// Takes the objects out of the file and undoes an encryption without user password.
pub(super) fn salvage(bytes: &[u8], limits: &RepairLimits) -> Result<Salvage, Locked> {
    let mut scan = scan(bytes, limits);
    let trailer = trailer(&scan);
    if trailer.has(b"Encrypt") && !only_attachments_are_encrypted(&scan, &trailer) {
        decrypt(&mut scan, &trailer)?;
    }
    let mut salvage = Salvage {
        document: Document::with_version("1.7"),
        places: HashMap::new(),
        suspect: HashSet::new(),
        cut: false,
        damaged: false,
        bomb: false,
        patience: PATIENCE_BYTES / 3,
    };
    let mut inflated = 0;
    let Scan { objects, mut budget, .. } = scan;
    for one in objects {
        salvage.cut |= one.cut;
        salvage.damaged |= one.damaged;
        match &one.object {
            Object::Stream(stream) if stream.dict.has_type(b"ObjStm") => {
                let left = limits.object_stream_bytes.saturating_sub(inflated);
                let left = usize::try_from(left).unwrap_or(usize::MAX);
                inflated += salvage.unpack(stream, one.at, left, limits, &mut budget);
            }
            Object::Stream(stream) if stream.dict.has_type(b"XRef") => {}
            _ => salvage.take(one),
        }
    }
    let numbers = salvage.document.objects.keys().map(|id| id.0);
    salvage.document.max_id = numbers.max().unwrap_or(0);
    salvage.set_root(trailer);
    Ok(salvage)
}

impl Salvage {
    fn take(&mut self, one: Scanned) {
        self.put(one.id, (one.at, 0), one.object, one.damaged || one.cut);
    }

    /// A later object replaces an earlier one, unless nothing is left of it.
    fn put(&mut self, id: ObjectId, place: (usize, usize), object: Object, damaged: bool) {
        let worthless = match &object {
            Object::Null => true,
            Object::Dictionary(dictionary) => damaged && dictionary.is_empty(),
            Object::Stream(stream) => damaged && stream.content.is_empty(),
            _ => false,
        };
        if worthless && self.document.objects.contains_key(&id) {
            return;
        }
        if damaged {
            self.suspect.insert(id);
        } else {
            self.suspect.remove(&id);
        }
        self.places.insert(id, place);
        self.document.objects.insert(id, object);
    }

    /// Unpacks an object stream (ISO 32000-1, 7.5.7) as far as it inflates; gives the bytes it took.
    fn unpack(
        &mut self,
        stream: &Stream,
        at: usize,
        left: usize,
        limits: &RepairLimits,
        budget: &mut u32,
    ) -> u64 {
        let (content, whole) = match stream.filters().as_deref() {
            Ok([b"FlateDecode"]) => {
                let mut inflated = inflate(&stream.content, left);
                self.bomb |= inflated.ending == Ending::TooMuch;
                let whole = inflated.ending == Ending::Complete;
                if !whole
                    && inflated.ending != Ending::TooMuch
                    && let Some(bytes) = righted(&stream.content, inflated.used, left, &mut self.patience)
                {
                    inflated.bytes = bytes;
                }
                (predicted(stream, inflated.bytes), whole)
            }
            _ => (stream.decompressed_content_with_limit(left).unwrap_or_default(), true),
        };
        self.damaged |= !whole;
        let first = stream.dict.get(b"First").and_then(Object::as_i64).unwrap_or(0);
        let first = usize::try_from(first).unwrap_or(0).min(content.len());
        let mut index = Syntax::new(&content[..first], 0, limits.depth, 0);
        let mut members = Vec::new();
        while let (Some(number), Some(offset)) = (index.unsigned(), index.unsigned()) {
            members.push((number, first.saturating_add(offset as usize)));
            if members.len() > limits.objects as usize {
                break;
            }
        }
        for (order, (number, offset)) in members.iter().enumerate() {
            if *offset >= content.len() || *number > NUMBER_MAX {
                continue;
            }
            let end = members.get(order + 1).map_or(content.len(), |(_, next)| *next);
            let end = if end > *offset { end.min(content.len()) } else { content.len() };
            let mut syntax = Syntax::new(&content[..end], *offset, limits.depth, *budget);
            let object = syntax.object();
            *budget = syntax.budget;
            self.damaged |= syntax.damaged;
            if let Some(object) = object {
                self.put((*number, 0), (at, order + 1), object, syntax.damaged);
            }
        }
        content.len() as u64
    }

    /// The catalog that the trailer names, else the last object that is one.
    fn set_root(&mut self, mut trailer: Dictionary) {
        let leads_to_pages = |id: &ObjectId| {
            let catalog = self.document.get_dictionary(*id).ok();
            catalog.is_some_and(|catalog| catalog.has(b"Pages"))
        };
        let named = trailer.get(b"Root").and_then(Object::as_reference).ok().filter(leads_to_pages);
        let by_kind = || {
            let catalogs = self.document.objects.iter().filter(|(id, object)| {
                object.as_dict().is_ok_and(|object| object.has_type(b"Catalog")) && leads_to_pages(id)
            });
            catalogs.max_by_key(|(id, _)| self.places.get(id)).map(|(id, _)| *id)
        };
        match named.or_else(by_kind) {
            Some(root) => trailer.set("Root", root),
            None => drop(trailer.remove(b"Root")),
        }
        for gone in [b"Encrypt".as_slice(), b"Prev", b"XRefStm"] {
            trailer.remove(gone);
        }
        self.document.trailer = trailer;
    }
}

/// What the trailers and cross-reference streams say, the later ones counting more.
fn trailer(scan: &Scan) -> Dictionary {
    let streams = scan.objects.iter().filter_map(|one| match &one.object {
        Object::Stream(stream) if stream.dict.has_type(b"XRef") => Some(&stream.dict),
        _ => None,
    });
    let mut trailer = Dictionary::new();
    for source in streams.chain(&scan.trailers) {
        for key in ["Root", "Encrypt", "ID"] {
            if let Ok(value) = source.get(key.as_bytes())
                && !value.is_null()
            {
                trailer.set(key, value.clone());
            }
        }
    }
    trailer
}

/// Whether strings and streams are left as they are (ISO 32000-2, 7.6.5: the identity filter, which is also
/// what counts where none is named): only attached files need the password then.
fn only_attachments_are_encrypted(scan: &Scan, trailer: &Dictionary) -> bool {
    let dictionary = match trailer.get(b"Encrypt") {
        Ok(Object::Reference(id)) => scan.objects.iter().rfind(|one| one.id == *id).map(|one| &one.object),
        Ok(direct) => Some(direct),
        Err(_) => None,
    };
    let Some(Object::Dictionary(dictionary)) = dictionary else { return false };
    let is_identity = |key: &[u8]| {
        dictionary.get(key).and_then(Object::as_name).map_or(true, |filter| filter == b"Identity")
    };
    let version = dictionary.get(b"V").and_then(Object::as_i64).unwrap_or(0);
    version >= 4 && is_identity(b"StmF") && is_identity(b"StrF")
}

/// Undoes the encryption in place; what cannot be decrypted stays as it is.
fn decrypt(scan: &mut Scan, trailer: &Dictionary) -> Result<(), Locked> {
    let mut document = Document::with_version("1.7");
    let dictionary = trailer.get(b"Encrypt").and_then(Object::as_reference).ok();
    let mut named = trailer.clone();
    match dictionary {
        Some(id) => {
            let found = scan.objects.iter().rfind(|one| one.id == id).ok_or(Locked::Unusable)?;
            document.objects.insert(id, found.object.clone());
        }
        // Written into the trailer itself, where the library does not look for it.
        None => {
            let direct = trailer.get(b"Encrypt").cloned().map_err(|_| Locked::Unusable)?;
            named.set("Encrypt", document.add_object(direct));
        }
    }
    document.trailer = named;
    let authenticated = shielded(|| document.authenticate_password("").is_ok());
    if !authenticated.map_err(|_| Locked::Unusable)? {
        return Err(Locked::Password);
    }
    let state = shielded(|| EncryptionState::decode(&document, "").ok());
    let state = state.ok().flatten().ok_or(Locked::Unusable)?;
    for one in &mut scan.objects {
        let is_table = one.object.as_stream().is_ok_and(|stream| stream.dict.has_type(b"XRef"));
        if Some(one.id) == dictionary || is_table {
            continue;
        }
        if let (true, Object::Stream(stream)) = (one.cut, &mut one.object) {
            // The block ciphers take whole blocks; the last one of a cut stream is not.
            let blocks = stream.content.len() / 16 * 16;
            stream.content.truncate(blocks);
        }
        let (id, object) = (one.id, &mut one.object);
        let done = shielded(|| decrypt_object(&state, id, object).is_ok());
        one.damaged |= !done.unwrap_or(false);
    }
    Ok(())
}

/// Undoes a predictor, which object streams rarely have.
fn predicted(stream: &Stream, bytes: Vec<u8>) -> Vec<u8> {
    let Ok(parameters) = stream.dict.get(b"DecodeParms") else { return bytes };
    let mut bare = Stream::new(Dictionary::new(), super::inflate::deflate(&bytes));
    bare.dict.set("Filter", "FlateDecode");
    bare.dict.set("DecodeParms", parameters.clone());
    bare.decompressed_content_with_limit(bytes.len().saturating_mul(2)).unwrap_or_default()
}
