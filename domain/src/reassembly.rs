//! From fragments to one packet: their order, and the manifest that says where each page came from.

mod order;

pub use order::{PacketOrder, Place};

use crate::ids::{BlobRef, FragmentId, PacketId};
use crate::parser::Reason;
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
    /// Whether nothing is on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blank: bool,
    /// The first page of the packet that shows exactly the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u32>,
    /// What was lost of it before it came here; no document text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
}

/// What kind of thing a note tells of a fragment; one without a note of the first three kinds was whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// It was damaged; its pages are the originals.
    #[default]
    Repaired,
    /// It was damaged; its pages could only be drawn and are pictures now.
    Rasterised,
    /// Nothing of it can be used: it is missing from the packet.
    Quarantined,
    /// It was signed electronically; the signature does not hold for the packet.
    Signed,
    /// Files are attached to it that are not in the packet.
    Attachments,
    /// It carries text beside its pages that nobody sees; it is not in the packet.
    Unseen,
}

/// Something the assembler had to mend, could not use, or could not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AssemblyNote {
    /// The fragment.
    pub fragment: FragmentId,
    /// What kind of thing happened.
    #[serde(default)]
    pub kind: NoteKind,
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

impl AssembledPacket {
    /// The reason for a person to look at files of the chart that are not in the packet; none where all could be used.
    /// Its code is `unusable:` and the sections; its text says what is wrong with each.
    pub fn unusable(&self, fragments: &[Fragment]) -> Option<Reason> {
        let left_out: Vec<(&AssemblyNote, Option<&Fragment>)> = self
            .notes
            .iter()
            .filter(|note| note.left_out)
            .map(|note| (note, fragments.iter().find(|fragment| fragment.id == note.fragment)))
            .collect();
        if left_out.is_empty() {
            return None;
        }
        let mut sections: Vec<Section> = left_out
            .iter()
            .filter_map(|(_, fragment)| fragment.map(|fragment| fragment.listed.section))
            .collect();
        sections.sort_unstable();
        sections.dedup();
        let sections: Vec<&str> = sections.into_iter().map(Section::name).collect();
        let told = |(note, fragment): &(&AssemblyNote, Option<&Fragment>)| {
            let place = fragment.map_or("the chart", |fragment| fragment.listed.section.name());
            let id = fragment.map_or("", |fragment| fragment.listed.epic_id.as_str());
            format!("{id} in {place}: {}", note.note).trim_start().to_owned()
        };
        let told: Vec<String> = left_out.iter().map(told).collect();
        Some(Reason { code: format!("unusable:{}", sections.join("+")), text: told.join(". ") })
    }
}

/// Sorts fragments as the chart has them: order, facesheet, notes, media, encounters; inside a section the newest
/// first, then by Epic id, a document's parts in their order. The packet's own order is [`PacketOrder`]'s.
pub fn packet_order(fragments: &mut [Fragment]) {
    PacketOrder::default().sort(fragments);
}
