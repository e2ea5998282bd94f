//! Looks at what every page needs: its content, its pictures, its fonts. Damaged streams are replaced by
//! what could be inflated of them, packed anew so that every reader takes them; what is lost is noted at
//! the page.

use super::inflate::{Ending, deflate, inflate};
use super::state::{Damage, PageLoss, PageState, RepairLimits};
use lopdf::{DecompressError, Dictionary, Document, Error, Object, ObjectId, Stream};
use memchr::memmem;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Forms inside forms are followed this far; nothing honest has ten.
const FORM_DEPTH_MAX: u32 = 16;
/// What is kept of content that passes the limit: more than any page needs, little enough to be drawn.
const KEPT_OF_TOO_MUCH: usize = 4 * 1024 * 1024;
/// Of one picture: A0 at 600 dpi has 560 million, but nobody faxes that; 400 million are 40 pages' worth.
const PIXELS_MAX: i64 = 400_000_000;
/// Objects below one font or pattern.
const FURNITURE_MAX: usize = 4_000;

/// The verdict on a document's pages.
pub(super) struct Verified {
    pub(super) pages: Vec<PageState>,
    pub(super) what: BTreeSet<Damage>,
}

/// Checks and mends everything the pages reach. `suspect` are objects that were parsed with losses.
pub(super) fn verify(
    document: &mut Document,
    ids: &[ObjectId],
    suspect: &HashSet<ObjectId>,
    limits: &RepairLimits,
) -> Verified {
    let mut check = Check {
        limits,
        suspect,
        streams: HashMap::new(),
        losses: HashMap::new(),
        inflated: 0,
        inflated_max: limits.stream_bytes.saturating_mul(16),
        what: BTreeSet::new(),
        document,
    };
    let pages = (1..).zip(ids).map(|(page, id)| PageState { page, lost: check.page(*id) }).collect();
    Verified { pages, what: check.what }
}

struct Check<'a> {
    document: &'a mut Document,
    limits: &'a RepairLimits,
    suspect: &'a HashSet<ObjectId>,
    /// Streams that were looked at.
    streams: HashMap<ObjectId, Health>,
    /// What a page loses with an object of its resources.
    losses: HashMap<ObjectId, Option<PageLoss>>,
    /// Bytes inflated so far, and after how many the rest is believed.
    inflated: u64,
    inflated_max: u64,
    what: BTreeSet<Damage>,
}

#[derive(Clone, Copy)]
enum Health {
    /// With so many bytes, inflated.
    Good(u64),
    /// A part of it is left.
    Part(u64),
    /// Cut at the limit.
    TooMuch,
    /// Nothing is left of it, or it is not there.
    Lost,
}

impl Check<'_> {
    fn page(&mut self, id: ObjectId) -> Option<PageLoss> {
        let page = self.document.get_dictionary(id).cloned().unwrap_or_default();
        let mut lost = self.contents(id, &page);
        if let Ok((_, Object::Dictionary(resources))) =
            page.get(b"Resources").and_then(|resources| self.document.dereference(resources))
        {
            let resources = resources.clone();
            lost = lost.max(self.resources(&resources, 0));
        }
        lost
    }

    fn contents(&mut self, id: ObjectId, page: &Dictionary) -> Option<PageLoss> {
        let Ok(contents) = page.get(b"Contents") else {
            return self.suspect.contains(&id).then_some(PageLoss::AllContent);
        };
        let parts = match contents {
            Object::Reference(part) => match self.document.get_object(*part) {
                Ok(Object::Array(parts)) => parts.clone(),
                _ => vec![contents.clone()],
            },
            Object::Array(parts) => parts.clone(),
            _ => Vec::new(),
        };
        let (mut good, mut damaged, mut bytes) = (0usize, 0usize, 0u64);
        for (index, part) in parts.iter().enumerate() {
            let health = part.as_reference().map_or(Health::Lost, |part| self.content(part));
            match health {
                Health::Good(size) => (good, bytes) = (good + 1, bytes + size),
                Health::Part(size) => (good, damaged, bytes) = (good + 1, damaged + 1, bytes + size),
                Health::Lost => damaged += 1,
                Health::TooMuch => bytes = u64::MAX / 2,
            }
            if bytes > self.limits.stream_bytes {
                self.what.insert(Damage::Bomb);
                let kept = index + usize::from(matches!(health, Health::TooMuch));
                self.cut_contents(id, &parts[..kept]);
                return Some(PageLoss::TooMuchContent);
            }
        }
        match (good, damaged) {
            (_, 0) => None,
            (0, _) => Some(PageLoss::AllContent),
            _ => Some(PageLoss::PartOfContent),
        }
    }

    /// A stream of operators. Compressed as a picture it is none: readers that unpack it all the same find
    /// whatever size it states.
    fn content(&mut self, id: ObjectId) -> Health {
        if let Some(Object::Stream(stream)) = self.document.objects.get_mut(&id)
            && stream.filters().is_ok_and(|filters| filters.iter().any(|filter| is_of_pictures(filter)))
        {
            stream.set_plain_content(Vec::new());
            self.what.insert(Damage::Bomb);
            self.streams.insert(id, Health::Lost);
        }
        self.stream(id, true)
    }

    fn cut_contents(&mut self, page: ObjectId, parts: &[Object]) {
        if let Ok(page) = self.document.get_dictionary_mut(page) {
            page.set("Contents", parts.to_vec());
        }
    }

    fn resources(&mut self, resources: &Dictionary, depth: u32) -> Option<PageLoss> {
        let mut lost = None;
        for (kind, entries) in resources.iter() {
            let missing = match kind.as_slice() {
                b"Font" => PageLoss::Font,
                b"XObject" => PageLoss::Picture,
                b"Pattern" | b"Shading" | b"ExtGState" | b"ColorSpace" => PageLoss::Detail,
                _ => continue,
            };
            let entries = match self.document.dereference(entries) {
                Ok((_, Object::Dictionary(entries))) => entries.clone(),
                _ => continue,
            };
            for (_, entry) in entries.iter() {
                lost = lost.max(match entry {
                    Object::Reference(id) => self.resource(*id, missing, depth),
                    _ => None,
                });
            }
        }
        lost
    }

    fn resource(&mut self, id: ObjectId, missing: PageLoss, depth: u32) -> Option<PageLoss> {
        if let Some(known) = self.losses.get(&id) {
            return *known;
        }
        // A form that leads back to itself costs nothing more.
        self.losses.insert(id, None);
        let lost = match self.document.objects.get(&id) {
            None | Some(Object::Null) => {
                self.what.insert(Damage::ObjectsMissing);
                Some(missing)
            }
            Some(Object::Stream(stream)) if missing == PageLoss::Picture => {
                let is_form =
                    stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form");
                if is_form { self.form(id, depth) } else { self.picture(id) }
            }
            Some(_) => self.furniture(id, missing),
        };
        self.losses.insert(id, lost);
        lost
    }

    fn form(&mut self, id: ObjectId, depth: u32) -> Option<PageLoss> {
        let content = match self.content(id) {
            Health::Good(_) => None,
            Health::TooMuch => Some(PageLoss::TooMuchContent),
            Health::Part(_) | Health::Lost => Some(PageLoss::PartOfContent),
        };
        if depth >= FORM_DEPTH_MAX {
            return content;
        }
        let resources = self.document.get_object(id).and_then(Object::as_stream);
        let resources = resources.and_then(|form| form.dict.get(b"Resources")).cloned();
        match resources.as_ref().map(|resources| self.document.dereference(resources)) {
            Ok(Ok((_, Object::Dictionary(resources)))) => {
                let resources = resources.clone();
                content.max(self.resources(&resources, depth + 1))
            }
            _ => content,
        }
    }

    fn picture(&mut self, id: ObjectId) -> Option<PageLoss> {
        if self.is_monstrous(id) {
            self.document.set_object(id, Object::Null);
            self.what.insert(Damage::Bomb);
            return Some(PageLoss::Picture);
        }
        let mask = self.document.get_object(id).and_then(Object::as_stream).ok();
        let mask = mask.and_then(|picture| picture.dict.get(b"SMask").and_then(Object::as_reference).ok());
        let own = match self.stream(id, self.limits.check_pictures) {
            Health::Good(_) => None,
            _ => Some(PageLoss::Picture),
        };
        let mask = mask.map(|mask| self.stream(mask, self.limits.check_pictures));
        own.max(mask.and_then(|mask| (!matches!(mask, Health::Good(_))).then_some(PageLoss::Picture)))
    }

    /// Whether a picture states a size that no scanner makes.
    fn is_monstrous(&self, id: ObjectId) -> bool {
        let side = |key: &[u8]| {
            let picture = self.document.get_object(id).and_then(Object::as_stream).ok()?;
            picture.dict.get_deref(key, self.document).and_then(Object::as_i64).ok()
        };
        let pixels = side(b"Width").unwrap_or(0).saturating_mul(side(b"Height").unwrap_or(0));
        pixels > PIXELS_MAX
    }

    /// Everything below a font, a pattern and the like.
    fn furniture(&mut self, root: ObjectId, missing: PageLoss) -> Option<PageLoss> {
        let mut seen = HashSet::from([root]);
        let mut waiting = vec![root];
        let mut lost = None;
        while let Some(id) = waiting.pop() {
            let mut below = Vec::new();
            match self.document.objects.get(&id) {
                Some(Object::Stream(stream)) => {
                    references(&Object::Dictionary(stream.dict.clone()), &mut below);
                    if !matches!(self.stream(id, self.limits.check_pictures), Health::Good(_)) {
                        lost = Some(missing);
                    }
                }
                Some(object) => references(object, &mut below),
                None => {}
            }
            waiting.extend(below.into_iter().filter(|id| seen.len() < FURNITURE_MAX && seen.insert(*id)));
        }
        lost
    }

    /// Looks at a stream once, and mends it.
    fn stream(&mut self, id: ObjectId, inflating: bool) -> Health {
        if let Some(known) = self.streams.get(&id) {
            return *known;
        }
        let health = match self.document.objects.get_mut(&id) {
            Some(Object::Stream(stream)) => {
                let left = inflating && self.inflated < self.inflated_max;
                let limit = usize::try_from(self.limits.stream_bytes).unwrap_or(usize::MAX);
                mended(stream, left, limit)
            }
            Some(_) | None => Health::Lost,
        };
        match health {
            Health::Good(bytes) => self.inflated += bytes,
            Health::Part(bytes) => {
                self.inflated += bytes;
                self.what.insert(Damage::StreamsDamaged);
            }
            Health::TooMuch => {
                self.inflated += self.limits.stream_bytes;
                self.what.insert(Damage::Bomb);
            }
            Health::Lost if self.document.objects.contains_key(&id) => {
                self.what.insert(Damage::StreamsDamaged);
            }
            Health::Lost => {
                self.what.insert(Damage::ObjectsMissing);
            }
        }
        self.streams.insert(id, health);
        health
    }
}

/// Unpacks a stream to see that it is whole; replaces what is not by what is left of it.
fn mended(stream: &mut Stream, unpacking: bool, limit: usize) -> Health {
    let size = stream.content.len() as u64;
    let filters = stream.filters().unwrap_or_default();
    match filters.as_slice() {
        _ if size == 0 => Health::Good(0),
        [b"FlateDecode" | b"Fl"] if unpacking => inflated(stream, limit),
        [b"FlateDecode" | b"Fl", .., last] if unpacking && is_of_pictures(last) => inflated(stream, limit),
        [b"DCTDecode" | b"DCT"] if memmem::rfind(&stream.content, b"\xff\xd9").is_none() => {
            // The end mark makes readers show what there is.
            let ended = [stream.content.as_slice(), b"\xff\xd9"].concat();
            stream.set_content(ended);
            Health::Part(size)
        }
        [] => Health::Good(size),
        filters if unpacking && !filters.iter().any(|filter| is_of_pictures(filter)) => {
            match stream.decompressed_content_with_limit(limit) {
                Ok(content) => Health::Good(content.len() as u64),
                Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                    stream.set_plain_content(Vec::new());
                    Health::TooMuch
                }
                // Readers differ in what they make of it; it stays as it is.
                Err(_) => Health::Part(size),
            }
        }
        _ => Health::Good(size),
    }
}

fn inflated(stream: &mut Stream, limit: usize) -> Health {
    let inflated = inflate(&stream.content, limit);
    let left = inflated.bytes.len() as u64;
    match inflated.ending {
        Ending::Complete => Health::Good(left),
        Ending::TooMuch => {
            let kept = &inflated.bytes[..KEPT_OF_TOO_MUCH.min(inflated.bytes.len())];
            stream.set_content(deflate(kept));
            Health::TooMuch
        }
        Ending::WrongChecksum | Ending::Cut | Ending::Corrupt => {
            stream.set_content(deflate(&inflated.bytes));
            if left == 0 { Health::Lost } else { Health::Part(left) }
        }
    }
}

/// Filters that give samples, not bytes (ISO 32000-1, table 6).
fn is_of_pictures(filter: &[u8]) -> bool {
    matches!(filter, b"DCTDecode" | b"DCT" | b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode" | b"CCF")
}

/// The references in an object, not those that lead back to pages.
pub(super) fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(dictionary) => {
            for (key, value) in dictionary.iter() {
                if !matches!(key.as_slice(), b"Parent" | b"P" | b"Pg" | b"StructParent") {
                    references(value, found);
                }
            }
        }
        _ => {}
    }
}
