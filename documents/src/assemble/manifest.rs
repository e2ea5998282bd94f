//! The manifest: what the packet is made of, as a JSON file attached to it, so that whoever holds the PDF can
//! trace every page. It says no more of the patient than the pages do.

use super::request::{FaultyFragment, FragmentReport, PacketDate, PageSource};
use crate::kind::FileKind;
use crate::repair::{FileState, PageLoss};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document, Object, ObjectId, Stream, dictionary, text_string};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;

/// The attached file's name, the same in every packet.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Raised when a field changes its meaning; new fields do not raise it.
const MANIFEST_VERSION: u16 = 1;

/// The attached manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of this file.
    pub version: u16,
    /// The packet's title.
    pub title: String,
    /// The packet's date, without a zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// In packet order.
    pub documents: Vec<ManifestDocument>,
    /// Files that could not be used.
    pub left_out: Vec<ManifestLeftOut>,
    /// In packet order.
    pub pages: Vec<ManifestPage>,
}

/// One file that is in the packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestDocument {
    /// From 1; page labels begin with it.
    pub number: u32,
    /// The file.
    #[serde(flatten)]
    pub file: ManifestFile,
    /// What had to be done to use it.
    #[serde(flatten)]
    pub state: FileState,
    /// Its pages in the packet.
    pub pages: u32,
    /// Its first page in the packet, from 1; none for a document without pages.
    pub first_page: Option<u32>,
    /// Pages that the file names and that are not in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_pages: Vec<u32>,
    /// Electronic signatures that the file had as it was delivered, and that do not hold for the packet.
    pub signatures: u32,
    /// Files attached to it, which are not in the packet.
    pub attachments: u32,
    /// What else was lost or changed on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// As in the outline.
    pub bookmark: String,
    /// As in the outline.
    pub section: String,
    /// What the caller says of it.
    pub facts: BTreeMap<String, String>,
    /// Told by content.
    pub kind: FileKind,
    /// Size as it was delivered.
    pub bytes: u64,
    /// SHA-256 of the file as it was delivered, in hex.
    pub sha256: String,
}

/// One file that is not in the packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestLeftOut {
    /// The file.
    #[serde(flatten)]
    pub file: ManifestFile,
    /// Why.
    pub reason: String,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestPage {
    /// Page of the packet, from 1.
    pub page: u32,
    /// Number of its document.
    pub document: u32,
    /// Page of the document, from 1.
    pub document_page: u32,
    /// Whether nothing is on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blank: bool,
    /// The first page of the packet that shows exactly the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u32>,
    /// What was lost of it before it came here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<PageLoss>,
}

/// Makes the manifest; files stand in the order of the fragments, with their ids.
pub(super) fn manifest(
    title: &str,
    date: Option<PacketDate>,
    files: &[(String, ManifestFile)],
    (pages, reports, left_out): (&[PageSource], &[FragmentReport], &[FaultyFragment]),
) -> Manifest {
    let files: BTreeMap<&str, &ManifestFile> = files.iter().map(|(id, file)| (id.as_str(), file)).collect();
    let file = |id: &str| files.get(id).map(|file| (*file).clone());
    let numbers: BTreeMap<&str, u32> =
        reports.iter().map(|report| report.fragment_id.as_str()).zip(1..).collect();
    // First page and count.
    let mut places: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for page in pages {
        places.entry(&page.fragment_id).or_insert((page.packet_page, 0)).1 += 1;
    }
    let document = |(number, report): (u32, &FragmentReport)| {
        let place = places.get(report.fragment_id.as_str());
        Some(ManifestDocument {
            number,
            file: file(&report.fragment_id)?,
            state: report.state.clone(),
            first_page: place.map(|(first, _)| *first),
            pages: place.map_or(0, |(_, count)| *count),
            missing_pages: report.missing_pages.clone(),
            signatures: report.signatures,
            attachments: report.attachments,
            notes: notes(report),
        })
    };
    let page = |page: &PageSource| ManifestPage {
        page: page.packet_page,
        document: numbers.get(page.fragment_id.as_str()).copied().unwrap_or(0),
        document_page: page.fragment_page,
        blank: page.blank,
        repeats: page.repeats,
        lost: page.lost,
    };
    let missing = |faulty: &FaultyFragment| {
        Some(ManifestLeftOut { file: file(&faulty.fragment_id)?, reason: faulty.fault.to_string() })
    };
    Manifest {
        version: MANIFEST_VERSION,
        title: title.to_owned(),
        date: date.map(|date| date.to_string()),
        documents: (1..).zip(reports).filter_map(document).collect(),
        left_out: left_out.iter().filter_map(missing).collect(),
        pages: pages.iter().map(page).collect(),
    }
}

/// What a person should know of a fragment besides its state.
fn notes(report: &FragmentReport) -> Vec<String> {
    let converted = report.converted.iter().map(ToString::to_string);
    let form = report.xfa_placeholder.then(|| "its form is not shown; open the original".to_owned());
    let unseen = report
        .unseen
        .iter()
        .map(|(why, words)| format!("{words} words {} were neither read nor kept", why.text()));
    let members = report.unusable_members.iter().map(ToString::to_string);
    converted.chain(form).chain(unseen).chain(members).collect()
}

/// Attaches it as data that belongs to the packet as a whole (ISO 32000-2, 14.13); gives the entry for the
/// catalog's list of names and the associated file.
pub(super) fn attach(
    document: &mut Document,
    manifest: &Manifest,
    date: Option<PacketDate>,
) -> Option<ObjectId> {
    let json = serde_json::to_vec(manifest).ok()?;
    let mut parameters = dictionary! { "Size" => i64::try_from(json.len()).unwrap_or(i64::MAX) };
    if let Some(date) = date {
        parameters.set("ModDate", Object::string_literal(date.in_pdf()));
    }
    let mut about = dictionary! {
        "Type" => "EmbeddedFile",
        "Subtype" => Object::Name(b"application/json".to_vec()),
        "Params" => parameters,
    };
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::new(6));
    packed.write_all(&json).ok()?;
    about.set("Filter", "FlateDecode");
    let stream = Stream::new(about, packed.finish().ok()?);
    let stream = document.add_object(stream);
    let name = || text_string(MANIFEST_NAME);
    Some(document.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => name(),
        "UF" => name(),
        "Desc" => text_string("what this packet is made of, page by page"),
        "AFRelationship" => "Data",
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    }))
}
