//! Every PDF ends as *whole*, *repaired*, *rasterised* or *quarantined with a reason*, whatever was done to
//! it on the way. Whole files are given back byte for byte.
//!
//! Order of trust: the file as it is written; its objects as they lie in it, without believing any table;
//! what the renderer still draws. Nothing here waits, panics or allocates beyond `RepairLimits`.

mod drawn;
mod flipped;
mod inflate;
mod names;
mod orphans;
mod readers;
mod rebuild;
mod salvage;
mod scan;
mod state;
mod streams;
mod syntax;
mod tree;
mod typefaces;
mod verify;
mod wanted;
mod weight;

use crate::kind::{self, FileKind};
use crate::open::{OpenDocument, OpenError};
use crate::shield::shielded;
use lopdf::{Document, ObjectId, SaveOptions};
use readers::{Found, Refusal};
use std::fmt;

pub use state::{Damage, FileState, PageLoss, PageState, QuarantineReason, RepairLimits};

/// A file after mending.
#[derive(Clone, PartialEq, Eq)]
pub struct Mended {
    /// How it ended.
    pub state: FileState,
    /// The sender's bytes where it is whole, the mended file where it is repaired or rasterised.
    pub pdf: Option<Vec<u8>>,
    /// The pages of `pdf`, in order.
    pub pages: Vec<PageState>,
    /// Original numbers, from 1, of pages that the file names and that are gone.
    pub missing: Vec<u32>,
}

/// The same as [`Mended`], parsed: for those who copy the pages and need no file in between.
pub struct MendedDocument {
    /// How it ended.
    pub state: FileState,
    /// Decrypted, and holding at least what `page_ids` reach; nothing where it is quarantined.
    pub document: Option<Document>,
    /// The pages in order, each an object of its own with everything it inherits written on it.
    pub page_ids: Vec<ObjectId>,
    /// The same pages.
    pub pages: Vec<PageState>,
    /// Original numbers, from 1, of pages that the file names and that are gone.
    pub missing: Vec<u32>,
}

/// Mends a PDF. Never fails: what cannot be used is quarantined with the reason.
pub fn mend(bytes: Vec<u8>, limits: &RepairLimits) -> Mended {
    let mut mended = mend_document(&bytes, limits);
    let pdf = match (&mended.state, mended.document.take()) {
        (FileState::Quarantined { .. }, _) | (_, None) => None,
        (FileState::Whole, _) => Some(bytes),
        (_, Some(document)) => written(document, &mended.page_ids),
    };
    if pdf.is_none() && !matches!(mended.state, FileState::Quarantined { .. }) {
        mended = quarantined(QuarantineReason::Unreadable);
    }
    Mended { state: mended.state, pdf, pages: mended.pages, missing: mended.missing }
}

/// Mends a PDF into a parsed document whose pages can be copied.
pub fn mend_document(bytes: &[u8], limits: &RepairLimits) -> MendedDocument {
    if bytes.is_empty() {
        return quarantined(QuarantineReason::Empty);
    }
    if bytes.len() as u64 > limits.bytes {
        return quarantined(QuarantineReason::TooManyBytes { bytes: bytes.len() as u64, max: limits.bytes });
    }
    let found = kind::sniff(bytes);
    if found != FileKind::Pdf && !holds_pdf_objects(bytes) {
        return quarantined(QuarantineReason::NotAPdf { found });
    }
    let first = match shield(|| readers::as_written(bytes, limits)) {
        Ok(found) if found.what.is_empty() && !found.ids.is_empty() => {
            return into_mended(found, FileState::Whole);
        }
        first => first,
    };
    let found = match (first, shield(|| readers::from_objects(bytes, limits))) {
        (Ok(first), Ok(second)) => Ok(better(first, second)),
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
        (Err(Refusal::Final(reason)), Err(_)) | (Err(_), Err(Refusal::Final(reason))) => {
            Err(Refusal::Final(reason))
        }
        (Err(Refusal::Look(damage)), Err(Refusal::Look(_))) => Err(Refusal::Look(damage)),
    };
    match found {
        Ok(found) if !found.ids.is_empty() => repaired(found),
        Ok(_) => drawn(bytes, limits, Damage::OnlyDrawable),
        Err(Refusal::Look(damage)) => drawn(bytes, limits, damage),
        Err(Refusal::Final(reason @ QuarantineReason::TooManyPages { .. })) => quarantined(reason),
        // A damaged file that is locked as well gives the renderer nothing to ask a password for.
        Err(Refusal::Final(reason)) => match drawn(bytes, limits, Damage::UnusualEncryption) {
            MendedDocument { state: FileState::Quarantined { .. }, .. } => quarantined(reason),
            opened => opened,
        },
    }
}

/// A reader that panics gives nothing.
fn shield(read: impl FnOnce() -> Result<Found, Refusal>) -> Result<Found, Refusal> {
    shielded(read).unwrap_or(Err(Refusal::Look(Damage::OnlyDrawable)))
}

/// The one that saves more; the one that follows the file's own tables, where they are equal.
fn better(first: Found, second: Found) -> Found {
    if second.worth() > first.worth() { second } else { first }
}

fn into_mended(found: Found, state: FileState) -> MendedDocument {
    MendedDocument {
        state,
        document: Some(found.document),
        page_ids: found.ids,
        pages: found.pages,
        missing: found.missing,
    }
}

/// What the renderer, the most stubborn reader, still shows.
fn drawn(bytes: &[u8], limits: &RepairLimits, damage: Damage) -> MendedDocument {
    let source = match OpenDocument::open(bytes.to_vec()) {
        Ok(source) => source,
        Err(error) => return quarantined(reason_of(&error)),
    };
    let pages = source.page_count();
    if pages > limits.drawn_pages {
        return quarantined(QuarantineReason::TooManyPages { pages, max: limits.drawn_pages });
    }
    match drawn::document(&source, limits) {
        Some(found) => into_mended(found, FileState::Rasterised { what: vec![damage] }),
        None => quarantined(QuarantineReason::Unreadable),
    }
}

fn reason_of(error: &OpenError) -> QuarantineReason {
    match error {
        OpenError::Encrypted => QuarantineReason::PasswordNeeded,
        OpenError::Empty | OpenError::NoSuchPage { .. } => QuarantineReason::NoPages,
        OpenError::NotAPdf { found } => QuarantineReason::NotAPdf { found: *found },
        OpenError::Broken { .. } => QuarantineReason::Unreadable,
    }
}

fn repaired(found: Found) -> MendedDocument {
    let what = found.what.iter().copied().collect();
    into_mended(found, FileState::Repaired { what })
}

fn quarantined(reason: QuarantineReason) -> MendedDocument {
    MendedDocument {
        state: FileState::Quarantined { reason },
        document: None,
        page_ids: Vec::new(),
        pages: Vec::new(),
        missing: Vec::new(),
    }
}

/// Whether a file without a PDF header is one all the same: it holds the objects, or a late header.
fn holds_pdf_objects(bytes: &[u8]) -> bool {
    let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    holds(b" obj") && holds(b"endobj") && (holds(b"/Page") || holds(b"/ObjStm"))
}

/// Writes the pages with a flat tree of their own.
fn written(mut document: Document, ids: &[ObjectId]) -> Option<Vec<u8>> {
    rebuild::flatten_tree(&mut document, ids);
    let options =
        SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(6).build();
    let mut bytes = Vec::new();
    shielded(|| document.save_with_options(&mut bytes, options).ok()).ok().flatten()?;
    Some(bytes)
}

impl fmt::Debug for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mended")
            .field("state", &self.state)
            .field("bytes", &self.pdf.as_ref().map(Vec::len))
            .field("pages", &self.pages)
            .field("missing", &self.missing)
            .finish()
    }
}

impl fmt::Debug for MendedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MendedDocument")
            .field("state", &self.state)
            .field("pages", &self.pages)
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}
