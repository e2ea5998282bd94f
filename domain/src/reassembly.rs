//! From fragments to one packet: their order, and the manifest that says where each page came from.

use crate::ids::{BlobRef, FragmentId, PacketId};
use crate::patient_scraper::{Fragment, Section};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One page of a packet and its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestPage {
    /// Page of the packet, from 1.
    pub page: u32,
    /// The fragment it came from.
    pub fragment: FragmentId,
    /// Epic's id of that document.
    pub epic_id: String,
    /// The chart section it was listed in.
    pub section: Section,
    /// Page of the fragment, from 1.
    pub fragment_page: u32,
}

/// Something the assembler had to mend, or could not use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssemblyNote {
    /// The fragment.
    pub fragment: FragmentId,
    /// What happened; no document text.
    pub note: String,
    /// Whether the fragment is missing from the packet.
    pub left_out: bool,
}

/// The one PDF made of a request's fragments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssembledPacket {
    /// Named by what went into it.
    pub id: PacketId,
    /// The PDF, before it has been made searchable.
    pub pdf: BlobRef,
    /// Page by page, where it came from.
    pub pages: Vec<ManifestPage>,
    /// What was mended or left out.
    pub notes: Vec<AssemblyNote>,
}

/// Sorts fragments into packet order: order, facesheet, notes, media, encounters; inside a section the
/// newest first, then by Epic id, a document's parts in their order, so that the same chart always makes the same
/// packet.
pub fn packet_order(fragments: &mut [Fragment]) {
    fragments.sort_by(|a, b| {
        let place =
            |fragment: &Fragment| (fragment.listed.section, std::cmp::Reverse(fragment.listed.service_date));
        place(a)
            .cmp(&place(b))
            .then_with(|| a.listed.epic_id.cmp(&b.listed.epic_id))
            .then_with(|| (a.part, &a.id).cmp(&(b.part, &b.id)))
    });
}
