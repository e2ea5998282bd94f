//! One PDF out of a request's fragments, with bookmarks, page labels and the map from its pages back to
//! the fragments. The same fragments give the same bytes, on every run and machine: no dates, no random
//! ids, objects numbered in the order in which the pages reach them.

mod catalog;
mod fragment;
mod layers;
mod merge;
mod rasterise;

use lopdf::SaveOptions;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

pub use fragment::{FragmentFault, RepairKind};

/// What to put together.
#[derive(Clone, Serialize, Deserialize)]
pub struct AssembleRequest {
    /// Title in the packet's metadata. It travels with the packet: no patient data unless the packet may
    /// carry it.
    pub title: String,
    /// In packet order.
    pub fragments: Vec<FragmentInput>,
    /// What is refused.
    pub limits: AssembleLimits,
    /// Whether a fragment that cannot be used is left out and reported, or refuses the whole packet.
    pub leave_out_faulty: bool,
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
    /// PDF, PNG, JPEG or TIFF. Over the wire they travel beside the header.
    #[serde(skip)]
    pub bytes: Vec<u8>,
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
    /// Page by page, where it came from.
    pub pages: Vec<PageSource>,
    /// Fragments that had to be mended.
    pub repaired: Vec<Repair>,
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
}

/// One mended fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The fragment's id.
    pub fragment_id: String,
    /// What was done.
    pub kind: RepairKind,
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

/// Puts the fragments together in the order given.
///
/// A damaged fragment is mended where that is possible and named in `repaired`. Fails when a limit is
/// passed, and when fragments cannot be used: any of them, or all of them if faulty ones are left out.
pub fn assemble(request: AssembleRequest) -> Result<Assembled, AssembleError> {
    let AssembleRequest { title, fragments, limits, leave_out_faulty } = request;
    if fragments.is_empty() {
        return Err(AssembleError::NoFragments);
    }
    let bytes = fragments.iter().map(|fragment| fragment.bytes.len() as u64).sum();
    if bytes > limits.bytes_per_packet {
        return Err(AssembleError::TooManyBytes { bytes, max: limits.bytes_per_packet });
    }
    let file_id = file_id(&title, &fragments);

    let mut packet = merge::Packet::new();
    let mut assembled =
        Assembled { pdf: Vec::new(), pages: Vec::new(), repaired: Vec::new(), left_out: Vec::new() };
    let mut entries = Vec::new();
    for FragmentInput { id, bookmark, section, bytes } in fragments {
        let opened = match fragment::open(bytes, limits.pages_per_fragment) {
            Ok(opened) => opened,
            Err(fault) => {
                assembled.left_out.push(FaultyFragment { fragment_id: id, fault });
                continue;
            }
        };
        let pages = packet.page_count() + opened.page_count();
        if pages > limits.pages_per_packet {
            return Err(AssembleError::TooManyPages { pages, max: limits.pages_per_packet });
        }
        if let Some(kind) = opened.repair {
            assembled.repaired.push(Repair { fragment_id: id.clone(), kind });
        }
        let first_page = packet.page_count();
        packet.append(opened);
        entries.push(catalog::Entry { bookmark, section, first_page });
        assembled.pages.extend((first_page..packet.page_count()).map(|page| PageSource {
            packet_page: page + 1,
            fragment_id: id.clone(),
            fragment_page: page - first_page + 1,
        }));
    }
    if !assembled.left_out.is_empty() && (!leave_out_faulty || assembled.pages.is_empty()) {
        return Err(AssembleError::Faulty { faulty: assembled.left_out });
    }
    assembled.pdf = write(packet, &title, &entries, file_id)?;
    Ok(assembled)
}

fn write(
    packet: merge::Packet,
    title: &str,
    entries: &[catalog::Entry],
    file_id: [u8; 16],
) -> Result<Vec<u8>, AssembleError> {
    let (mut document, pages) = packet.finish();
    catalog::describe(&mut document, &pages, title, entries, file_id);
    let mut bytes = Vec::new();
    document
        .save_with_options(&mut bytes, save_options())
        .map_err(|error| AssembleError::Unwritable { cause: error.kind().to_string() })?;
    Ok(bytes)
}

/// How packets are written: object streams, because a thousand small objects are what a packet is made of.
pub(crate) fn save_options() -> SaveOptions {
    SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(6).build()
}

/// The file identifier (ISO 32000-1, 14.4) from what went in, where other writers use the time.
fn file_id(title: &str, fragments: &[FragmentInput]) -> [u8; 16] {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(title.as_bytes());
    for fragment in fragments {
        part(fragment.id.as_bytes());
        part(fragment.bookmark.as_bytes());
        part(fragment.section.as_bytes());
        part(&fragment.bytes);
    }
    let digest = hash.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
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
            .field("repaired", &self.repaired)
            .field("left_out", &self.left_out)
            .finish()
    }
}
