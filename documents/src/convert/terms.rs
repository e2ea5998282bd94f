//! The words of conversion: what is refused, why there are no pages, and what was lost on the way. None of
//! them can hold text of the file.

use crate::kind::FileKind;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is refused before it costs time or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConvertLimits {
    /// Pages of one file. 500: charts are asked for by section, a whole-chart print is a mistake.
    pub pages: u32,
    /// Pixels of one page's picture. 100 million: an A3 sheet at 600 dpi in both directions, and 300 MB in
    /// colour.
    pub pixels_per_page: u64,
    /// Files in one archive, those of archives inside it included.
    pub members: u32,
    /// Archives inside archives; 2 is an archive in an archive.
    pub archive_depth: u32,
    /// Bytes of an archive's files together, unpacked.
    pub unpacked_bytes: u64,
    /// How many times larger than its packed form a large member may be. Scans reach 20, white bitmaps 1,000
    /// but then they are small; a bomb needs both.
    pub unpacked_ratio: u64,
}

impl Default for ConvertLimits {
    fn default() -> Self {
        Self {
            pages: 500,
            pixels_per_page: 100_000_000,
            members: 500,
            archive_depth: 2,
            unpacked_bytes: 512 * 1024 * 1024,
            unpacked_ratio: 200,
        }
    }
}

/// Why a file gives no pages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum ConvertError {
    /// No bytes, or no pages.
    #[error("it is empty; fetch it again")]
    Empty,
    /// Nothing can be saved from it.
    #[error("it is broken: {cause}; fetch it again or ask for another copy")]
    Broken {
        /// What stopped the decoder; never document text.
        cause: String,
    },
    /// Uses a variant of its format that is not read.
    #[error("{cause} is not supported; ask for a pdf or an ordinary scan")]
    Unsupported {
        /// The variant.
        cause: String,
    },
    /// More pages than allowed.
    #[error("it has {pages} pages, {max} are allowed; raise the limit or ask for less")]
    TooManyPages {
        /// It has at least this many.
        pages: u32,
        /// Allowed.
        max: u32,
    },
    /// A picture too large to be a page.
    #[error(
        "a picture of {width} by {height} pixels is no page, {max} pixels are allowed; scan again at 300 dpi"
    )]
    TooManyPixels {
        /// Declared.
        width: u64,
        /// Declared.
        height: u64,
        /// Allowed in all.
        max: u64,
    },
    /// HTML, which only a browser lays out as its author meant.
    #[error(
        "it is html, which must be printed first; print it to pdf, or log in again if it is a login page"
    )]
    NotPrinted,
    /// No file that pages can be made of.
    #[error("it is no document with pages but {found}; {}", way_out(*found))]
    NotConvertible {
        /// What it is.
        found: FileKind,
    },
    /// An archive, or a file in one, opens only with a password.
    #[error("it is packed with a password; ask the sender for an open copy")]
    Encrypted,
    /// An archive with more files than allowed.
    #[error("the archive holds more than {max} files; unpack it and send what belongs to the patient")]
    TooManyMembers {
        /// Allowed.
        max: u32,
    },
    /// Archives inside archives inside archives.
    #[error("archives are nested deeper than {max}; unpack them first")]
    TooDeep {
        /// Allowed.
        max: u32,
    },
    /// An archive that would fill the memory.
    #[error(
        "the archive unpacks to more than {max} bytes or to far more than it weighs; unpack it and send what belongs to the patient"
    )]
    TooLarge {
        /// Allowed in all.
        max: u64,
    },
}

fn way_out(found: FileKind) -> &'static str {
    match found {
        FileKind::Office => "save it as pdf and send that",
        FileKind::Zip => "unpack it first",
        _ => "fetch it again",
    }
}

/// What a page has lost, or how it differs from the file. Pages are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ConvertNote {
    /// The page cannot be decoded at all.
    PageLost {
        /// Its number in the file.
        page: u32,
    },
    /// The list of pages ends in damage: there may have been more.
    PagesMayBeMissing,
    /// Part of the page's picture is missing and white now.
    PageCut {
        /// Its number in the file.
        page: u32,
        /// Rows of pixels that are there.
        rows_read: u32,
        /// Rows it should have.
        rows: u32,
    },
    /// The page's picture was larger than pages need and is smaller now.
    Reduced {
        /// Its number in the file.
        page: u32,
    },
    /// Characters that the page fonts lack are shown by their plain letter or an empty box; the text layer has
    /// them right.
    CharactersSubstituted {
        /// How many.
        count: u32,
    },
    /// Pictures in a note whose format is not read, shown as a word in brackets.
    PicturesNotShown {
        /// How many.
        count: u32,
    },
    /// Text that the note marks as hidden or deleted; left out, as a reader does not see it either.
    HiddenTextLeftOut {
        /// How many characters.
        characters: u32,
    },
}

impl fmt::Display for ConvertNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PageLost { page } => write!(f, "page {page} of the file cannot be decoded and is missing"),
            Self::PagesMayBeMissing => f.write_str("the list of pages is damaged, there may have been more"),
            Self::PageCut { page, rows_read, rows } => {
                write!(f, "page {page} of the file is cut, {rows_read} of {rows} rows can be read")
            }
            Self::Reduced { page } => {
                write!(f, "page {page} of the file was larger than a page needs and is reduced")
            }
            Self::CharactersSubstituted { count } => write!(f, "{count} characters are shown by a stand-in"),
            Self::PicturesNotShown { count } => write!(f, "{count} pictures in it cannot be shown"),
            Self::HiddenTextLeftOut { characters } => {
                write!(f, "{characters} characters of hidden or deleted text are left out")
            }
        }
    }
}
