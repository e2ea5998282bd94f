//! One fragment, opened: whatever it is, it becomes a document whose pages can be copied, or a fault that
//! says why not.

use super::request::UnusableMember;
use super::signs::Signs;
use crate::convert::{self, ConvertError, ConvertLimits, ConvertNote, Member};
use crate::kind::{self, FileKind};
use crate::repair::{FileState, PageLoss, QuarantineReason, RepairLimits, mend_document};
use crate::shield::shielded;
use bytes::Bytes;
use lopdf::{Document, ObjectId};
use serde::{Deserialize, Serialize};

/// Why a fragment cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FragmentFault {
    /// Nothing can be saved of a PDF.
    #[error(transparent)]
    Quarantined {
        /// Why.
        reason: QuarantineReason,
    },
    /// No pages can be made of another file.
    #[error(transparent)]
    NotConverted {
        /// Why.
        cause: ConvertError,
    },
    /// Whoever opened it did not live to tell.
    #[error("opening it has ended every worker that tried: {cause}")]
    GivenUp {
        /// What the last one died of, and what to do.
        cause: String,
    },
    /// A parser met what it was not written for.
    #[error("its content stops the parser; look at the original file, or ask for another copy")]
    Stopped,
}

/// A document ready to be copied from.
pub(super) struct OpenedFragment {
    pub(super) document: Document,
    /// In reading order, each once, with all they inherit.
    pub(super) pages: Vec<ObjectId>,
    pub(super) state: FileState,
    /// Page by page.
    pub(super) lost: Vec<Option<PageLoss>>,
    pub(super) missing: Vec<u32>,
    pub(super) signs: Signs,
    /// What was lost while pages were made of it.
    pub(super) converted: Vec<ConvertNote>,
    /// It is a form whose pages only say that another program is needed.
    pub(super) xfa_placeholder: bool,
}

impl OpenedFragment {
    pub(super) fn page_count(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }
}

/// A fragment's documents: one, or those of an archive that could be used.
pub(super) struct Opened {
    pub(super) parts: Vec<OpenedFragment>,
    pub(super) unusable: Vec<UnusableMember>,
}

/// Opens a fragment of any kind, archives member by member.
pub(super) fn open(bytes: Bytes, pages_max: u32, bytes_max: u64) -> Result<Opened, FragmentFault> {
    if kind::sniff(&bytes) != FileKind::Zip {
        let part = open_one(bytes, pages_max, bytes_max)?;
        return Ok(Opened { parts: vec![part], unusable: Vec::new() });
    }
    let limits = ConvertLimits { pages: pages_max, ..ConvertLimits::default() };
    let members = shielded(|| convert::into_members(&bytes, &limits)).map_err(|_| FragmentFault::Stopped)?;
    drop(bytes);
    let mut opened = Opened { parts: Vec::new(), unusable: Vec::new() };
    let mut first_fault = None;
    for Member { path, bytes, fault, .. } in members.map_err(|cause| FragmentFault::NotConverted { cause })? {
        let part = match fault {
            Some(cause) => Err(FragmentFault::NotConverted { cause }),
            None => open_one(bytes.into(), pages_max, bytes_max),
        };
        match part {
            Ok(part) => opened.parts.push(part),
            Err(fault) => {
                opened.unusable.push(UnusableMember { path, fault: fault.clone() });
                first_fault.get_or_insert(fault);
            }
        }
    }
    match first_fault {
        Some(fault) if opened.parts.is_empty() => Err(fault),
        _ => Ok(opened),
    }
}

/// The bytes are let go as soon as they are parsed.
fn open_one(bytes: Bytes, pages_max: u32, bytes_max: u64) -> Result<OpenedFragment, FragmentFault> {
    let kind = kind::sniff(&bytes);
    shielded(|| match kind {
        FileKind::Pdf => open_pdf(&bytes, pages_max, bytes_max),
        // Those may be a PDF that lost its header.
        FileKind::Text | FileKind::Unknown => match open_pdf(&bytes, pages_max, bytes_max) {
            Err(FragmentFault::Quarantined { reason: QuarantineReason::NotAPdf { .. } }) => {
                open_other(&bytes, kind, pages_max)
            }
            opened => opened,
        },
        _ => open_other(&bytes, kind, pages_max),
    })
    .unwrap_or(Err(FragmentFault::Stopped))
}

fn open_pdf(bytes: &[u8], pages_max: u32, bytes_max: u64) -> Result<OpenedFragment, FragmentFault> {
    let limits = RepairLimits { pages: pages_max, bytes: bytes_max, ..RepairLimits::default() };
    let mended = mend_document(bytes, &limits);
    let mut document = match (mended.state.clone(), mended.document) {
        (FileState::Quarantined { reason }, _) => return Err(FragmentFault::Quarantined { reason }),
        (_, None) => return Err(FragmentFault::Stopped),
        (_, Some(document)) => document,
    };
    let signs = Signs::of(&document);
    // After that no signature is left.
    let flattened = convert::flatten_pages(&mut document, &mended.page_ids);
    Ok(OpenedFragment {
        signs,
        document,
        lost: mended.pages.iter().map(|page| page.lost).collect(),
        pages: mended.page_ids,
        state: mended.state,
        missing: mended.missing,
        converted: Vec::new(),
        xfa_placeholder: flattened.xfa_placeholder,
    })
}

fn open_other(bytes: &[u8], kind: FileKind, pages_max: u32) -> Result<OpenedFragment, FragmentFault> {
    let limits = ConvertLimits { pages: pages_max, ..ConvertLimits::default() };
    let made =
        convert::into_pages(kind, bytes, &limits).map_err(|cause| FragmentFault::NotConverted { cause })?;
    Ok(OpenedFragment {
        document: made.document,
        lost: vec![None; made.pages.len()],
        pages: made.pages,
        state: FileState::Whole,
        missing: Vec::new(),
        signs: Signs::default(),
        converted: made.notes,
        xfa_placeholder: false,
    })
}
