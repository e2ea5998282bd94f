//! Where documents are listed, what a list says of them, and the files they come as.

use crate::ids::{BlobRef, FragmentId};
use crate::redacted::Redacted;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Orders.
    Orders,
    /// SnapShot and facesheet.
    Snapshot,
    /// Notes.
    Notes,
    /// Media: scans, outside documents, raw studies.
    Media,
    /// Encounters and their summaries.
    Encounters,
}

impl Section {
    /// In the order they are read: the message's order first, then what the plan asks for.
    pub const ALL: [Self; 5] = [Self::Orders, Self::Snapshot, Self::Notes, Self::Media, Self::Encounters];

    /// The section's name in profiles, step keys and bookmarks.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Snapshot => "snapshot",
            Self::Notes => "notes",
            Self::Media => "media",
            Self::Encounters => "encounters",
        }
    }
}

/// One row of a chart list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedDocument {
    /// Epic's id of the document.
    pub epic_id: String,
    /// The section it is listed in.
    pub section: Section,
    /// Epic's title; free text.
    pub title: Redacted<String>,
    /// Epic's document type, such as `Progress Notes`.
    pub epic_type: String,
    /// The date of service, where shown.
    pub service_date: Option<Date>,
    /// Who wrote it, where shown.
    pub author: Option<Redacted<String>>,
    /// Such as `Signed`.
    pub status: Option<String>,
    /// When it was last changed, in the hospital's local time; with the id it names a version.
    pub edited: Option<DateTime>,
}

impl ListedDocument {
    /// The text that tells versions of one document apart; none shown → empty, and the document is fetched
    /// again for each new request.
    pub fn version(&self) -> String {
        self.edited.map_or_else(String::new, |edited| edited.to_string())
    }
}

/// What kind of file a portal handed out, told by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    /// A PDF.
    Pdf,
    /// TIFF picture or fax.
    Tiff,
    /// JPEG picture.
    Jpeg,
    /// PNG picture.
    Png,
    /// Windows bitmap.
    Bmp,
    /// An HTML note.
    Html,
    /// Rich text.
    Rtf,
    /// Plain text.
    Text,
    /// An archive of files, each of which becomes pages.
    Zip,
    /// None of these.
    Unknown,
}

/// Which part of a document a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

impl Part {
    /// The parts of a document that came in so many files; a document of one file has none.
    pub fn number(index: usize, of: usize) -> Option<Self> {
        let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        (of > 1).then(|| Self { number: count(index + 1), of: count(of) })
    }
}

/// One downloaded file, in whichever packet it goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fragment {
    /// Named by portal, patient, Epic id, version and, from the second on, part.
    pub id: FragmentId,
    /// The row it was listed as.
    pub listed: ListedDocument,
    /// Which part of the document it is, where the portal hands it out in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Told by content.
    pub kind: ContentKind,
    /// Where the bytes lie. An HTML note's packet pages come from [`Fragment::printed`].
    pub blob: BlobRef,
    /// Size in bytes.
    pub bytes: u64,
    /// The PDF made of an HTML note; a derived file beside the original.
    pub printed: Option<BlobRef>,
    /// When it was downloaded.
    pub retrieved_at: Timestamp,
}
