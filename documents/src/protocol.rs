//! What goes over the pipe to a worker process and what comes back. Headers are JSON, files travel as raw
//! bytes beside them (see `frame`). A message's kind is the name around it: with the kind as a field among others,
//! serde would keep every page's words in a form of its own before it knows what they are, at twice the cost.
//!
//! A document is opened once and named by its content; a worker keeps the last few, so that reading a
//! packet page by page sends it once. `WorkerError::NotOpen` asks for it again.

use crate::assemble::{AssembleError, AssembleRequest, Assembled};
use crate::convert::{ConvertError, ConvertLimits, Member};
use crate::fax_variant::{FaxSettings, FaxVariant, FaxVariantError};
use crate::open::OpenError;
use crate::page_key::PageKey;
use crate::picture::PictureError;
use crate::read::{PageProbe, PageText, ReadError, ReadSettings};
use crate::searchable::SearchableError;
use serde::{Deserialize, Serialize};

/// Names an open document: the lower-case hexadecimal SHA-256 of its bytes. The caller computes it, the
/// worker believes it.
pub type DocumentKey = String;

/// A question to the worker. Blobs are given in brackets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerRequest {
    /// Load a language's data, so that the first page does not wait for it.
    Warm {
        /// As in [`ReadSettings`].
        language: String,
    },
    /// Put fragments together [one a fragment].
    Assemble {
        /// What to put together.
        request: AssembleRequest,
    },
    /// Take an archive apart; any other file is its own only member [its bytes].
    Unpack {
        /// What is refused.
        limits: ConvertLimits,
    },
    /// Open a document and keep it [its bytes].
    Open {
        /// The name it will be asked for by.
        document: DocumentKey,
    },
    /// Say of every page how it will be read.
    Inspect {
        /// An open document.
        document: DocumentKey,
    },
    /// Name what each page's words depend on.
    PageKeys {
        /// An open document.
        document: DocumentKey,
        /// How they would be read.
        settings: ReadSettings,
    },
    /// Read one page.
    ReadPage {
        /// An open document.
        document: DocumentKey,
        /// From 1.
        page: u32,
        /// How.
        settings: ReadSettings,
    },
    /// Draw one page.
    PagePng {
        /// An open document.
        document: DocumentKey,
        /// From 1.
        page: u32,
        /// Dots per inch.
        dpi: f32,
    },
    /// Write recognised words into a packet [its bytes].
    AddTextLayer {
        /// Pages with their words.
        pages: Vec<PageText>,
    },
    /// Make a packet's fax variant [its bytes].
    FaxVariant {
        /// How.
        settings: FaxSettings,
    },
}

/// The worker's answer. Blobs are given in brackets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerReply {
    /// The language's data is loaded.
    Warm,
    /// The packet [its PDF].
    Assembled {
        /// All but the PDF.
        assembled: Assembled,
    },
    /// The archive's files [one a member].
    Unpacked {
        /// All but their bytes.
        members: Vec<Member>,
    },
    /// The document is open.
    Opened {
        /// Its pages.
        pages: u32,
    },
    /// What is on the pages.
    Inspected {
        /// In order.
        pages: Vec<PageProbe>,
    },
    /// The pages' names.
    PagesNamed {
        /// In order; none for a page that is read each time.
        keys: Vec<Option<PageKey>>,
    },
    /// The page's words [packed, see [`crate::packed_words`]; they stand in the page where no bytes come].
    PageRead {
        /// The page.
        page: PageText,
    },
    /// The page's picture [PNG].
    PageDrawn,
    /// The words are laid [what follows the packet, or the packet written anew, or nothing].
    TextLayerAdded {
        /// Which.
        layer: Layer,
    },
    /// The fax [TIFF or PDF].
    FaxVariant {
        /// All but the file.
        variant: FaxVariant,
    },
    /// It could not be done.
    Failed {
        /// Why.
        error: WorkerError,
    },
}

/// What a text layer came to, see `searchable::TextLayer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The packet stays as it is.
    Nothing,
    /// The bytes follow the packet's.
    Appended,
    /// The bytes are the packet.
    Rewritten,
}

/// Why a worker could not do what it was asked. The worker itself is fine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum WorkerError {
    /// The document is not, or no longer, open: send it again.
    #[error("the document is not open in this worker; open it first")]
    NotOpen,
    /// Assembly failed.
    #[error(transparent)]
    Assemble {
        /// Why.
        #[from]
        cause: AssembleError,
    },
    /// Taking apart failed.
    #[error(transparent)]
    Convert {
        /// Why.
        #[from]
        cause: ConvertError,
    },
    /// Opening failed.
    #[error(transparent)]
    Open {
        /// Why.
        #[from]
        cause: OpenError,
    },
    /// Reading failed.
    #[error(transparent)]
    Read {
        /// Why.
        #[from]
        cause: ReadError,
    },
    /// Drawing failed.
    #[error(transparent)]
    Picture {
        /// Why.
        #[from]
        cause: PictureError,
    },
    /// Making the fax failed.
    #[error(transparent)]
    Fax {
        /// Why.
        #[from]
        cause: FaxVariantError,
    },
    /// Writing the text layer failed.
    #[error(transparent)]
    Searchable {
        /// Why.
        #[from]
        cause: SearchableError,
    },
    /// The work panicked; its message is not passed on, it can quote the document.
    #[error("the worker's code failed on this input; keep the file and report it")]
    Panicked,
    /// The request does not fit its blobs or cannot be parsed: caller and worker differ in version.
    #[error("the request is malformed: {cause}; use worker and service of one version")]
    BadRequest {
        /// What is wrong.
        cause: String,
    },
}
