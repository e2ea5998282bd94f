//! Looks at what every page needs: its content, its pictures, its fonts. What is damaged is replaced by what
//! is left of it, and what is lost is noted at the page.

use super::state::{Damage, PageLoss, PageState, RepairLimits};
use super::streams::{Effort, Health, is_of_pictures, mended, name_its_filter};
use super::{names, typefaces, wanted};
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Forms inside forms are followed this far; nothing honest has ten.
const FORM_DEPTH_MAX: u32 = 16;
/// Of one picture: A0 at 600 dpi has 560 million, but nobody faxes that; 400 million are 40 pages' worth.
const PIXELS_MAX: i64 = 400_000_000;
/// Objects below one font or pattern.
const FURNITURE_MAX: usize = 4_000;

/// The verdict on a document's pages.
pub(super) struct Verified {
    pub(super) pages: Vec<PageState>,
    pub(super) what: BTreeSet<Damage>,
}

/// How a document was read, as far as it matters to its pages.
pub(super) struct Reading<'a> {
    /// Objects that were parsed with losses.
    pub(super) suspect: &'a HashSet<ObjectId>,
    /// Bytes that may be inflated in search of turned bits; nothing in a file that may be whole.
    pub(super) patience: u64,
    /// Whether the file is known to be damaged: then what is not there was lost.
    pub(super) is_damaged: bool,
}

/// Checks and mends everything the pages reach.
pub(super) fn verify(
    document: &mut Document,
    ids: &[ObjectId],
    reading: &Reading<'_>,
    limits: &RepairLimits,
) -> Verified {
    let mut check = Check {
        limits,
        reading,
        patience: reading.patience,
        streams: HashMap::new(),
        losses: HashMap::new(),
        inflated: 0,
        inflated_max: limits.stream_bytes.saturating_mul(16),
        what: BTreeSet::new(),
        document,
    };
    if reading.is_damaged {
        // Text before fonts and pictures: it is what the patience is for.
        ids.iter().for_each(|id| check.all_content(*id));
    }
    let pages = (1..).zip(ids).map(|(page, id)| PageState { page, lost: check.page(*id) }).collect();
    Verified { pages, what: check.what }
}

struct Check<'a> {
    document: &'a mut Document,
    limits: &'a RepairLimits,
    reading: &'a Reading<'a>,
    patience: u64,
    /// Streams that were looked at.
    streams: HashMap<ObjectId, Health>,
    /// What a page loses with an object of its resources.
    losses: HashMap<ObjectId, Option<PageLoss>>,
    /// Bytes inflated so far, and after how many the rest is believed.
    inflated: u64,
    inflated_max: u64,
    what: BTreeSet<Damage>,
}

impl Check<'_> {
    fn page(&mut self, id: ObjectId) -> Option<PageLoss> {
        let page = self.document.get_dictionary(id).cloned().unwrap_or_default();
        let mut lost = self.contents(id, &page);
        if names::is_damaged(&page) {
            // What the name stood for is not found under it.
            self.what.insert(Damage::ObjectsDamaged);
            lost = lost.max(Some(PageLoss::PartOfContent));
        }
        if wanted::resources_are_gone(self.document, &page, self.reading.is_damaged) {
            let limit = usize::try_from(self.limits.stream_bytes).unwrap_or(usize::MAX);
            let gone = wanted::stand_in(self.document, id, limit);
            if gone.is_some() {
                self.what.insert(Damage::ObjectsMissing);
            }
            lost = lost.max(gone);
        }
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
            return self.reading.suspect.contains(&id).then_some(PageLoss::AllContent);
        };
        let parts = wanted::parts(self.document, contents);
        let (mut good, mut damaged, mut bytes) = (0usize, 0usize, 0u64);
        for (index, part) in parts.iter().enumerate() {
            let health = part.as_reference().map_or(Health::Lost, |part| self.content(part));
            match health {
                Health::Good(size) | Health::Righted(size) => (good, bytes) = (good + 1, bytes + size),
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

    /// Looks at a page's content before its turn.
    fn all_content(&mut self, page: ObjectId) {
        let contents = self.document.get_dictionary(page).and_then(|page| page.get(b"Contents"));
        let parts = contents.map(|contents| wanted::parts(self.document, contents)).unwrap_or_default();
        for part in parts.iter().filter_map(|part| part.as_reference().ok()) {
            self.content(part);
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
        if let Some(Object::Stream(stream)) = self.document.objects.get_mut(&id)
            && name_its_filter(stream)
        {
            self.what.insert(Damage::StreamsDamaged);
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
            Health::Good(_) | Health::Righted(_) => None,
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
        let own = self.stream(id, self.limits.check_pictures);
        let mask = mask.map(|mask| self.stream(mask, self.limits.check_pictures));
        let whole = own.is_whole() && mask.is_none_or(Health::is_whole);
        (!whole).then_some(PageLoss::Picture)
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
                    if !self.stream(id, self.limits.check_pictures).is_whole() {
                        lost = Some(missing);
                    }
                }
                Some(object) => references(object, &mut below),
                None => {}
            }
            waiting.extend(below.into_iter().filter(|id| seen.len() < FURNITURE_MAX && seen.insert(*id)));
        }
        if missing == PageLoss::Font && (lost.is_some() || self.reading.is_damaged) {
            let streams = &self.streams;
            let is_whole = |id| streams.get(&id).is_none_or(|health| health.is_whole());
            if typefaces::give_up_program(self.document, root, is_whole) {
                lost = Some(missing);
            }
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
                let patience = &mut self.patience;
                mended(stream, &mut Effort { unpacking: left, limit, patience })
            }
            Some(_) | None => Health::Lost,
        };
        match health {
            Health::Good(bytes) => self.inflated += bytes,
            Health::Part(bytes) | Health::Righted(bytes) => {
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
