//! The two ways into a damaged file: as its own tables describe it, and by its objects as they lie in it.

use super::flipped::PATIENCE_BYTES;
use super::salvage::{Locked, Salvage, salvage};
use super::scan::NUMBER_MAX;
use super::state::{Damage, PageLoss, PageState, QuarantineReason, RepairLimits};
use super::verify::Reading;
use super::{orphans, tree, verify, weight};
use crate::shield::shielded;
use lopdf::{Document, LoadOptions, Object, ObjectId};
use std::collections::{BTreeSet, HashSet};

/// A document with pages, from whichever reader.
pub(super) struct Found {
    pub(super) document: Document,
    pub(super) ids: Vec<ObjectId>,
    pub(super) pages: Vec<PageState>,
    pub(super) missing: Vec<u32>,
    pub(super) what: BTreeSet<Damage>,
}

impl Found {
    /// How much is left, to compare readers.
    pub(super) fn worth(&self) -> usize {
        self.pages.iter().map(|page| worth(page.lost)).sum()
    }
}

/// A page that shows its content counts most, whatever else is missing.
fn worth(lost: Option<PageLoss>) -> usize {
    match lost {
        None => 100,
        Some(PageLoss::Font | PageLoss::Detail) => 95,
        Some(PageLoss::Picture) => 80,
        Some(PageLoss::PartOfContent) => 70,
        Some(PageLoss::TooMuchContent) => 60,
        Some(PageLoss::AllContent) => 5,
    }
}

/// Why a reader gives nothing.
pub(super) enum Refusal {
    /// No other reader can do better.
    Final(QuarantineReason),
    /// Another one might; what stopped this one.
    Look(Damage),
}

/// The file as its own tables describe it.
pub(super) fn as_written(bytes: &[u8], limits: &RepairLimits) -> Result<Found, Refusal> {
    if weight::too_heavy(bytes, limits) {
        return Err(Refusal::Look(Damage::Bomb));
    }
    let options = LoadOptions {
        max_decompressed_size: usize::try_from(limits.object_stream_bytes).ok(),
        ..LoadOptions::default()
    };
    let loaded = shielded(|| Document::load_mem_with_options(bytes, options));
    let Ok(Ok(mut document)) = loaded else { return Err(Refusal::Look(Damage::OnlyDrawable)) };
    if document.is_encrypted() {
        return Err(Refusal::Look(Damage::UnusualEncryption));
    }
    // The table's size is believed for new numbers, and may be anything.
    document.max_id = document.objects.keys().map(|id| id.0).max().unwrap_or(0);
    if document.max_id > NUMBER_MAX {
        return Err(Refusal::Look(Damage::OnlyDrawable));
    }
    let walk = tree::walk(&document, limits);
    let mut what = noted(&walk, limits)?;
    if document.xref_recovery.is_some() {
        what.insert(Damage::TableRebuilt);
    }
    let missing = walk.missing();
    let ids = walk.settle(&mut document);
    let reading =
        Reading { suspect: &HashSet::new(), patience: 0, is_damaged: document.xref_recovery.is_some() };
    let verified = verify::verify(&mut document, &ids, &reading, limits);
    what.extend(verified.what);
    Ok(Found { document, ids, pages: verified.pages, missing, what })
}

/// The file's objects as they lie in it.
pub(super) fn from_objects(bytes: &[u8], limits: &RepairLimits) -> Result<Found, Refusal> {
    let salvaged = shielded(|| salvage(bytes, limits)).map_err(|_| Refusal::Look(Damage::OnlyDrawable))?;
    let mut salvaged = match salvaged {
        Ok(salvaged) => salvaged,
        Err(Locked::Password) => return Err(Refusal::Final(QuarantineReason::PasswordNeeded)),
        Err(Locked::Unusable) => return Err(Refusal::Look(Damage::UnusualEncryption)),
    };
    let mut walk = tree::walk(&salvaged.document, limits);
    let mut what = noted(&walk, limits)?;
    what.insert(Damage::TableRebuilt);
    let mut missing = walk.missing();
    let short = walk.promised.is_some_and(|promised| walk.present() < promised as usize);
    if walk.broken || walk.looped || short || !missing.is_empty() || walk.pages.is_empty() {
        let known = walk.pages.len();
        take_strays(&mut walk, &salvaged, limits);
        what.extend(noted(&walk, limits)?);
        if walk.pages.len() > known {
            what.insert(Damage::PageTreeRebuilt);
            missing.clear();
        }
    }
    for (there, damage) in [
        (salvaged.cut, Damage::Truncated),
        (salvaged.damaged, Damage::ObjectsDamaged),
        (salvaged.bomb, Damage::Bomb),
    ] {
        if there {
            what.insert(damage);
        }
    }
    let rebuilt = orphans::rebuild(&mut walk, &mut salvaged, limits);
    if !rebuilt.is_empty() {
        what.insert(Damage::PageRebuilt);
        missing = walk.missing();
    }
    let ids = walk.settle(&mut salvaged.document);
    if let Some(promised) = walk.promised.filter(|promised| *promised <= limits.pages)
        && missing.is_empty()
    {
        // Which ones they were cannot be told; the end of a file is what is lost first.
        missing = (1..=promised).skip(ids.len()).collect();
    }
    if missing.is_empty() {
        what.remove(&Damage::PagesMissing);
    } else {
        what.insert(Damage::PagesMissing);
    }
    let reading = Reading { suspect: &salvaged.suspect, patience: PATIENCE_BYTES, is_damaged: true };
    let mut verified = verify::verify(&mut salvaged.document, &ids, &reading, limits);
    what.extend(verified.what);
    for (page, _) in verified.pages.iter_mut().zip(&ids).filter(|(_, id)| rebuilt.contains(id)) {
        // Its neighbours' fonts and pictures may not be its own.
        page.lost = page.lost.max(Some(PageLoss::Detail));
    }
    Ok(Found { document: salvaged.document, ids, pages: verified.pages, missing, what })
}

/// Adds subtrees and pages that the tree does not reach, in the order of the file.
fn take_strays(walk: &mut tree::Walk, salvaged: &Salvage, limits: &RepairLimits) {
    let document = &salvaged.document;
    let known = walk.pages.len();
    let place = |id: &ObjectId| salvaged.places.get(id).copied().unwrap_or_default();
    let mut strays: Vec<ObjectId> = document
        .objects
        .iter()
        .filter(|(id, object)| !walk.seen.contains(id) && is_tree(object))
        .map(|(id, _)| *id)
        .collect();
    // Nodes first, so that pages come in the order of their node; of nodes, those that have no other above.
    strays.sort_by_key(place);
    let all: HashSet<ObjectId> = strays.iter().copied().collect();
    let is_node = |id: &ObjectId| document.get_dictionary(*id).is_ok_and(|node| node.has(b"Kids"));
    let has_node_above = |id: &ObjectId| {
        let node = document.get_dictionary(*id).and_then(|node| node.get(b"Parent"));
        node.and_then(Object::as_reference).is_ok_and(|above| all.contains(&above) && is_node(&above))
    };
    let (nodes, pages): (Vec<ObjectId>, Vec<ObjectId>) = strays.into_iter().partition(is_node);
    let (below, tops): (Vec<ObjectId>, Vec<ObjectId>) = nodes.into_iter().partition(has_node_above);
    for id in tops.into_iter().chain(below).chain(pages) {
        if !walk.seen.contains(&id) && !walk.too_many {
            walk.below(document, &Object::Reference(id), limits);
        }
    }
    walk.sort_by_place(known, place);
}

fn is_tree(object: &Object) -> bool {
    object.as_dict().is_ok_and(|dictionary| match dictionary.get_type() {
        Ok(b"Page" | b"Pages") => true,
        // The type itself may be what was damaged.
        Ok(_) => dictionary.has(b"MediaBox") && dictionary.has(b"Contents"),
        Err(_) => {
            let has = |key: &[u8]| dictionary.has(key);
            (has(b"Contents") && has(b"Parent")) || (has(b"MediaBox") && has(b"Resources"))
        }
    })
}

fn noted(walk: &tree::Walk, limits: &RepairLimits) -> Result<BTreeSet<Damage>, Refusal> {
    if walk.too_many {
        let pages = u32::try_from(walk.pages.len()).unwrap_or(u32::MAX);
        return Err(Refusal::Final(QuarantineReason::TooManyPages { pages, max: limits.pages }));
    }
    let notes = [
        (walk.looped, Damage::PageTreeLoop),
        (walk.repeated, Damage::PageRepeated),
        (walk.broken, Damage::PageTreeRebuilt),
        (walk.present() < walk.pages.len(), Damage::PagesMissing),
    ];
    Ok(notes.into_iter().filter(|(there, _)| *there).map(|(_, damage)| damage).collect())
}
