//! One fragment, opened: whatever it is, it becomes a document whose pages can be copied, or a fault that
//! says why not.

use super::rasterise;
use crate::convert::{self, ConvertError, ConvertLimits, MadePages};
use crate::kind::{self, FileKind};
use crate::open::{OpenDocument, OpenError};
use crate::shield::shielded;
use lopdf::{Document, Error, Object, ObjectId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Why a fragment cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum FragmentFault {
    /// Opens only with a password.
    #[error("it is encrypted with a password; ask the sender for an open copy")]
    Encrypted,
    /// No bytes, or no pages.
    #[error("it is empty; fetch it again")]
    Empty,
    /// Nothing can be saved from it.
    #[error("it is broken: {cause}; fetch it again or ask for another copy")]
    Broken {
        /// What stopped the parser; never document text.
        cause: String,
    },
    /// More pages than allowed.
    #[error("it has {pages} pages, {max} are allowed; raise the limit or ask for less")]
    TooManyPages {
        /// It has.
        pages: u32,
        /// Allowed.
        max: u32,
    },
    /// No file with pages: a web page saved under a document's name, a note still to be printed, or
    /// something unknown.
    #[error("it is no document with pages but {found}; {}", way_out(*found))]
    NotADocument {
        /// What it is.
        found: FileKind,
    },
}

fn way_out(found: FileKind) -> &'static str {
    match found {
        FileKind::Html => "print it to pdf if it is a note, log in again if it is a login page",
        FileKind::Rtf | FileKind::Text => "print it to pdf first",
        _ => "fetch it again",
    }
}

/// How a damaged fragment was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairKind {
    /// Its table of objects was rebuilt; the pages are the originals.
    Rebuilt,
    /// Its pages could only be drawn; they are pictures now.
    Rasterised,
}

/// A document ready to be copied from.
pub(super) struct OpenedFragment {
    pub(super) document: Document,
    /// In reading order, each once.
    pub(super) pages: Vec<ObjectId>,
    pub(super) repair: Option<RepairKind>,
}

impl OpenedFragment {
    pub(super) fn made(made: MadePages, repair: Option<RepairKind>) -> Self {
        Self { document: made.document, pages: made.pages, repair }
    }

    pub(super) fn page_count(&self) -> u32 {
        count(&self.pages)
    }
}

/// Opens a fragment of any kind.
pub(super) fn open(bytes: Vec<u8>, pages_max: u32) -> Result<OpenedFragment, FragmentFault> {
    if bytes.is_empty() {
        return Err(FragmentFault::Empty);
    }
    match kind::sniff(&bytes) {
        FileKind::Pdf => open_pdf(bytes, pages_max),
        kind @ (FileKind::Png | FileKind::Jpeg | FileKind::Tiff | FileKind::Bmp) => {
            let limits = ConvertLimits { pages: pages_max, ..ConvertLimits::default() };
            let made = shielded(|| convert::into_pages(kind, &bytes, &limits)).map_err(|_| stopped())?;
            made.map(|made| OpenedFragment::made(made, None)).map_err(fault_of_conversion)
        }
        FileKind::Text | FileKind::Unknown if holds_pdf_objects(&bytes) => {
            open_pdf([HEADER, &bytes].concat(), pages_max)
        }
        found => Err(FragmentFault::NotADocument { found }),
    }
}

/// Put before a file that has lost its header; its table of objects is rebuilt then.
const HEADER: &[u8] = b"%PDF-1.4\n";

/// Whether a file without a PDF header is one all the same: it holds the objects, or a late header.
fn holds_pdf_objects(bytes: &[u8]) -> bool {
    let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    holds(b" obj") && holds(b"endobj") && (holds(b"/Pages") || holds(b"/ObjStm"))
}

fn open_pdf(bytes: Vec<u8>, pages_max: u32) -> Result<OpenedFragment, FragmentFault> {
    match shielded(|| Document::load_mem(&bytes)) {
        Ok(Ok(document)) if !document.is_encrypted() => keep_or_draw(document, bytes, pages_max),
        // Decryption that the merger does not know, or damage that it cannot mend: the renderer may.
        loaded => match (second_look(bytes, pages_max, |_| true), loaded) {
            (Ok(Some(rasterised)), _) => Ok(rasterised),
            (Err(fault), Err(_) | Ok(Ok(_))) => Err(fault),
            (Err(FragmentFault::Broken { .. }), Ok(Err(error))) => {
                Err(FragmentFault::Broken { cause: cause_of(&error).to_owned() })
            }
            (Err(fault), _) => Err(fault),
            (Ok(None), _) => Err(stopped()),
        },
    }
}

/// Keeps the document as the merger reads it, unless it is damaged and the renderer, which is the more
/// stubborn reader, sees more.
fn keep_or_draw(document: Document, bytes: Vec<u8>, pages_max: u32) -> Result<OpenedFragment, FragmentFault> {
    let pages = pages_in_order(&document);
    too_many(count(&pages), pages_max)?;
    let sound = document.xref_recovery.is_none() && all_present(&document, &pages);
    if sound && !pages.is_empty() {
        return Ok(OpenedFragment { document, pages, repair: None });
    }
    let more = second_look(bytes, pages_max, |second| {
        second.page_count() > count(&pages) || loses_content(&document, &pages, second)
    });
    match more {
        Ok(Some(rasterised)) => Ok(rasterised),
        Err(fault) if pages.is_empty() => Err(fault),
        _ if pages.is_empty() => Err(FragmentFault::Empty),
        _ => Ok(OpenedFragment { document, pages, repair: Some(RepairKind::Rebuilt) }),
    }
}

/// Opens the file with the renderer and draws its pages if `worth_it`.
fn second_look(
    bytes: Vec<u8>,
    pages_max: u32,
    worth_it: impl FnOnce(&OpenDocument) -> bool,
) -> Result<Option<OpenedFragment>, FragmentFault> {
    let second = OpenDocument::open(bytes).map_err(fault_of)?;
    if !worth_it(&second) {
        return Ok(None);
    }
    too_many(second.page_count(), pages_max)?;
    shielded(|| rasterise::document(&second)).map_or_else(|_| Err(stopped()), |drawn| drawn.map(Some))
}

/// Whether a page has lost its content to the damage although the renderer still finds it.
fn loses_content(document: &Document, pages: &[ObjectId], second: &OpenDocument) -> bool {
    (1..).zip(pages).any(|(number, page)| {
        let kept = document.get_page_content_with_limit(*page, CONTENT_BYTES_MAX).unwrap_or_default();
        let drawn = second.page(number).ok().and_then(|page| page.page_stream());
        kept.iter().all(u8::is_ascii_whitespace)
            && drawn.is_some_and(|stream| !stream.iter().all(u8::is_ascii_whitespace))
    })
}

/// Content streams above this are bombs; honest ones have a few megabytes.
const CONTENT_BYTES_MAX: usize = 64 * 1024 * 1024;

fn pages_in_order(document: &Document) -> Vec<ObjectId> {
    let mut seen = HashSet::new();
    document.page_iter().filter(|page| seen.insert(*page)).collect()
}

/// Whether every page is there and so is the content it names.
fn all_present(document: &Document, pages: &[ObjectId]) -> bool {
    pages.iter().all(|page| {
        document.get_dictionary(*page).is_ok_and(|page| match page.get(b"Contents") {
            Ok(Object::Reference(id)) => document.has_object(*id),
            Ok(Object::Array(parts)) => {
                parts.iter().filter_map(|part| part.as_reference().ok()).all(|id| document.has_object(id))
            }
            _ => true,
        })
    })
}

fn count(pages: &[ObjectId]) -> u32 {
    u32::try_from(pages.len()).unwrap_or(u32::MAX)
}

pub(super) fn too_many(pages: u32, max: u32) -> Result<(), FragmentFault> {
    if pages > max { Err(FragmentFault::TooManyPages { pages, max }) } else { Ok(()) }
}

fn stopped() -> FragmentFault {
    FragmentFault::Broken { cause: "its content stops the parser".to_owned() }
}

fn fault_of(error: OpenError) -> FragmentFault {
    match error {
        OpenError::Encrypted => FragmentFault::Encrypted,
        OpenError::Empty | OpenError::NoSuchPage { .. } => FragmentFault::Empty,
        OpenError::NotAPdf { found } => FragmentFault::NotADocument { found },
        OpenError::Broken { cause } => FragmentFault::Broken { cause },
    }
}

fn fault_of_conversion(error: ConvertError) -> FragmentFault {
    match error {
        ConvertError::Empty => FragmentFault::Empty,
        ConvertError::TooManyPages { pages, max } => FragmentFault::TooManyPages { pages, max },
        ConvertError::NotPrinted => FragmentFault::NotADocument { found: FileKind::Html },
        ConvertError::NotConvertible { found } => FragmentFault::NotADocument { found },
        ConvertError::Broken { cause } => FragmentFault::Broken { cause },
        other => FragmentFault::Broken { cause: other.to_string() },
    }
}

/// The parser's error in words of our own: its messages can quote names and strings of the document.
fn cause_of(error: &Error) -> &'static str {
    match error {
        Error::Parse(_) | Error::InvalidOffset(_) | Error::IndirectObject { .. } => "it cannot be parsed",
        Error::Xref(_) | Error::MissingXrefEntry => "its table of objects cannot be read",
        Error::Decompress(_) => "a stream in it cannot be decompressed",
        Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_) => {
            "its encryption cannot be undone"
        }
        _ => "its structure makes no sense",
    }
}
