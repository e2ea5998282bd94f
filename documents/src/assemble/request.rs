//! What is asked of the assembler and what it answers.

use super::fragment::FragmentFault;
use crate::convert::ConvertNote;
use crate::repair::{FileState, PageLoss};
use crate::unseen::UnseenWhy;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What to put together.
#[derive(Clone, Serialize, Deserialize)]
pub struct AssembleRequest {
    /// Title in the packet's metadata. It travels with the packet: no patient data unless the packet may
    /// carry it.
    pub title: String,
    /// The packet's date in its metadata, told by the caller; the clock is never asked. None: no date.
    pub date: Option<PacketDate>,
    /// In packet order.
    pub fragments: Vec<FragmentInput>,
    /// What is refused.
    pub limits: AssembleLimits,
    /// Whether a fragment that cannot be used is left out and reported, or refuses the whole packet.
    pub leave_out_faulty: bool,
}

/// A moment by a clock on the wall, without a zone (ISO 32000-1, 7.9.4 allows that).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketDate {
    /// Of the common era.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// From 0.
    pub hour: u8,
    /// From 0.
    pub minute: u8,
    /// From 0.
    pub second: u8,
}

/// One file of the packet.
#[derive(Clone, Serialize, Deserialize)]
pub struct FragmentInput {
    /// The caller's id, given back in the page map and in errors: no patient data.
    pub id: String,
    /// Its entry in the outline; may be empty, then it has none.
    pub bookmark: String,
    /// Neighbours of the same section stand under one outline entry; empty for none.
    pub section: String,
    /// What else the manifest says of it, as it is: no more of the patient than the packet shows.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Why it is not even opened: what became of the workers that tried. It is then left out as unusable.
    #[serde(default)]
    pub given_up: Option<String>,
    /// Any kind that has pages. Over the wire they travel beside the header.
    #[serde(skip)]
    pub bytes: Bytes,
}

/// What is refused before it costs time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssembleLimits {
    /// Pages of one fragment. 500: charts are asked for by section, a whole-chart print is a mistake.
    pub pages_per_fragment: u32,
    /// Pages of the packet.
    pub pages_per_packet: u32,
    /// Bytes of all fragments together.
    pub bytes_per_packet: u64,
}

impl Default for AssembleLimits {
    fn default() -> Self {
        Self { pages_per_fragment: 500, pages_per_packet: 2_000, bytes_per_packet: 512 * 1024 * 1024 }
    }
}

/// The packet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Assembled {
    /// The PDF. Over the wire it travels beside the header.
    #[serde(skip)]
    pub pdf: Vec<u8>,
    /// Page by page, where it came from and what it is.
    pub pages: Vec<PageSource>,
    /// What became of each fragment that is in the packet, in order.
    pub fragments: Vec<FragmentReport>,
    /// Fragments that are missing because they cannot be used.
    pub left_out: Vec<FaultyFragment>,
}

/// Where one page of the packet came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSource {
    /// Page of the packet, from 1.
    pub packet_page: u32,
    /// The fragment's id.
    pub fragment_id: String,
    /// Page of the fragment, from 1.
    pub fragment_page: u32,
    /// Whether nothing is on it.
    pub blank: bool,
    /// The first page of the packet that shows exactly the same.
    pub repeats: Option<u32>,
    /// What was lost of it before it came here.
    pub lost: Option<PageLoss>,
}

/// What became of one fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FragmentReport {
    /// The fragment's id.
    pub fragment_id: String,
    /// Whole, repaired or rasterised; what is quarantined stands in [`Assembled::left_out`].
    pub state: FileState,
    /// Original numbers of pages that the file names and that are not in it.
    pub missing_pages: Vec<u32>,
    /// Electronic signatures it was delivered with; in the packet they prove nothing any more.
    pub signatures: u32,
    /// Files attached to it, which are not part of the packet.
    pub attachments: u32,
    /// Text beside its pages that nobody sees (hidden annotations, description, scripts): why, and how many
    /// words. It is not part of the packet.
    pub unseen: Vec<(UnseenWhy, u32)>,
    /// What was lost or changed while pages were made of a picture, a fax or a note.
    pub converted: Vec<ConvertNote>,
    /// Whether it is a form (XFA) whose pages only say that another program is needed.
    pub xfa_placeholder: bool,
    /// Files of an archive that could not be used.
    pub unusable_members: Vec<UnusableMember>,
}

/// One file of an archive that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusableMember {
    /// Its number in the archive, after that of the archive it is in.
    pub path: Vec<u32>,
    /// Why.
    pub fault: FragmentFault,
}

impl fmt::Display for UnusableMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: Vec<String> = self.path.iter().map(u32::to_string).collect();
        write!(f, "file {}: {}", path.join("."), self.fault)
    }
}

/// One fragment that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("fragment {fragment_id}: {fault}")]
pub struct FaultyFragment {
    /// The fragment's id.
    pub fragment_id: String,
    /// Why.
    pub fault: FragmentFault,
}

/// Why there is no packet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum AssembleError {
    /// No fragment was given.
    #[error("no fragments were given; a packet needs at least one")]
    NoFragments,
    /// Fragments that cannot be used; all of them are listed, not just the first.
    #[error("{} of the fragments cannot be used; the first: {}", faulty.len(), first_of(faulty))]
    Faulty {
        /// Which, and why.
        faulty: Vec<FaultyFragment>,
    },
    /// Too many pages together.
    #[error("the packet would have {pages} pages, {max} are allowed; raise the limit or ask for less")]
    TooManyPages {
        /// Counted until the limit was passed.
        pages: u32,
        /// Allowed.
        max: u32,
    },
    /// Too many bytes together.
    #[error("the fragments hold {bytes} bytes, {max} are allowed; raise the limit or ask for less")]
    TooManyBytes {
        /// Of all fragments.
        bytes: u64,
        /// Allowed.
        max: u64,
    },
    /// The packet could not be written.
    #[error("the packet could not be written: {cause}; report the fragments, this should not happen")]
    Unwritable {
        /// What failed.
        cause: String,
    },
}

fn first_of(faulty: &[FaultyFragment]) -> String {
    faulty.first().map_or_else(String::new, ToString::to_string)
}

impl PacketDate {
    /// As PDF writes it.
    pub(super) fn in_pdf(self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("D:{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }
}

impl fmt::Display for PacketDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

impl fmt::Debug for AssembleRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssembleRequest")
            .field("fragments", &self.fragments)
            .field("limits", &self.limits)
            .field("leave_out_faulty", &self.leave_out_faulty)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FragmentInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FragmentInput")
            .field("id", &self.id)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Assembled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assembled")
            .field("bytes", &self.pdf.len())
            .field("pages", &self.pages.len())
            .field("fragments", &self.fragments)
            .field("left_out", &self.left_out)
            .finish()
    }
}
