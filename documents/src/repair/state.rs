//! What became of a file: the four ends it can have, and the closed lists of what was wrong with it. No
//! text here comes from the document.

use crate::kind::FileKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a file ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FileState {
    /// Every page with everything on it; the bytes are the sender's.
    Whole,
    /// Pages are the originals, but the file had to be mended. What each page lost stands at the page.
    Repaired {
        /// What was wrong, each once.
        what: Vec<Damage>,
    },
    /// Pages could only be drawn; they are pictures now and will be recognised again.
    Rasterised {
        /// What was wrong, each once.
        what: Vec<Damage>,
    },
    /// Nothing can be used. The bytes are kept for a person.
    Quarantined {
        /// Why.
        reason: QuarantineReason,
    },
}

/// What was wrong with a file that could be mended.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    thiserror::Error,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// No `%PDF-` within the first kilobyte.
    #[error("its header is missing")]
    HeaderMissing,
    /// `startxref` or the table behind it does not lead to the objects.
    #[error("its table of objects was rebuilt")]
    TableRebuilt,
    /// The file ends in the middle of an object.
    #[error("its end is missing")]
    Truncated,
    /// Objects that pages need are not in the file.
    #[error("objects are missing from it")]
    ObjectsMissing,
    /// Objects were damaged, what could be parsed of them is kept.
    #[error("objects in it were damaged")]
    ObjectsDamaged,
    /// Compressed data ends early or fails its checksum, what could be decompressed is kept.
    #[error("compressed data in it was damaged")]
    StreamsDamaged,
    /// A stream inflates beyond all measure; it was cut.
    #[error("a stream in it inflates beyond the limit and was cut")]
    Bomb,
    /// The page tree is missing or incomplete; pages were found by themselves.
    #[error("its page tree was rebuilt")]
    PageTreeRebuilt,
    /// The page tree leads back into itself.
    #[error("its page tree led back into itself")]
    PageTreeLoop,
    /// One page stands in the tree more than once; it is given as often.
    #[error("a page stood in its page tree more than once")]
    PageRepeated,
    /// Pages that the page tree names are not in the file.
    #[error("pages are missing from it")]
    PagesMissing,
    /// A page's description is lost; its content was put on a page like its neighbours.
    #[error("a page was rebuilt around its content")]
    PageRebuilt,
    /// Its encryption is not known to the part that copies pages.
    #[error("its encryption could only be undone for drawing")]
    UnusualEncryption,
    /// Its structure stops the part that copies pages.
    #[error("its structure could only be read for drawing")]
    OnlyDrawable,
}

/// What one page lost; the gravest, if several.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    thiserror::Error,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PageLoss {
    /// A font is missing or damaged: letters may look wrong or be missing.
    #[error("a font on it is damaged")]
    Font,
    /// Something beside the content proper: an annotation, a pattern, a colour space.
    #[error("a part of its furniture is missing")]
    Detail,
    /// A picture is missing or incomplete.
    #[error("a picture on it is damaged")]
    Picture,
    /// The page's content ends early or is damaged in places.
    #[error("a part of its content is lost")]
    PartOfContent,
    /// The content was cut because it inflates beyond the limit.
    #[error("its content was cut, it inflates beyond the limit")]
    TooMuchContent,
    /// Only the empty page is left.
    #[error("all of its content is lost")]
    AllContent,
}

/// Why nothing of a file can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum QuarantineReason {
    /// No bytes.
    #[error("the file is empty; fetch it again")]
    Empty,
    /// Something else under a PDF's name.
    #[error("the file is no pdf but {found}; fetch it again, or log in again if it is a login page")]
    NotAPdf {
        /// What it is.
        found: FileKind,
    },
    /// Opens only with a password that we do not have.
    #[error("the pdf is encrypted with a password; ask the sender for an open copy")]
    PasswordNeeded,
    /// Its encryption cannot be undone by anything here.
    #[error("the pdf's encryption is damaged or unknown; ask the sender for an open copy")]
    UnusableEncryption,
    /// A PDF in which no page can be found.
    #[error("no page can be found in the pdf; fetch it again or ask for another copy")]
    NoPages,
    /// More pages than allowed.
    #[error("the pdf has {pages} pages or more, {max} are allowed; raise the limit or ask for less")]
    TooManyPages {
        /// Counted until the limit was passed.
        pages: u32,
        /// Allowed.
        max: u32,
    },
    /// More bytes than allowed.
    #[error("the pdf has {bytes} bytes, {max} are allowed; raise the limit or ask for less")]
    TooManyBytes {
        /// Of the file.
        bytes: u64,
        /// Allowed.
        max: u64,
    },
    /// What it describes needs more memory than is allowed.
    #[error("the pdf inflates beyond the limit; look at the original with care")]
    Bomb,
    /// Every parser here gives up on it.
    #[error("the pdf's structure stops every parser; fetch it again or ask for another copy")]
    Unreadable,
}

/// One page of the mended file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageState {
    /// From 1.
    pub page: u32,
    /// What it lost; nothing for a page that is as it was.
    pub lost: Option<PageLoss>,
}

/// What is refused or cut, so that no file costs more than its size deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RepairLimits {
    /// Of the file.
    pub bytes: u64,
    /// Of one file: charts are asked for by section, more is a mistake or an endless tree.
    pub pages: u32,
    /// Objects that are looked at; the rest is left lying.
    pub objects: u32,
    /// Levels of arrays and dictionaries in one object; nothing honest has 30.
    pub depth: u32,
    /// One stream, inflated: a page's content, a picture of 40 megapixels in colour. What is more is cut.
    pub stream_bytes: u64,
    /// All streams together that hold objects, inflated.
    pub object_stream_bytes: u64,
    /// Pages that are drawn as a last resort: a second each at worst.
    pub drawn_pages: u32,
    /// Whether compressed pictures and fonts are inflated to see that they are whole. Contents always are.
    pub check_pictures: bool,
}

impl Default for RepairLimits {
    fn default() -> Self {
        Self {
            bytes: 512 * 1024 * 1024,
            pages: 500,
            objects: 1_000_000,
            depth: 64,
            stream_bytes: 128 * 1024 * 1024,
            object_stream_bytes: 64 * 1024 * 1024,
            drawn_pages: 100,
            check_pictures: true,
        }
    }
}
