//! Every kind of input becomes pages: pictures, faxes, notes in rich or plain text, and archives of such.
//! A page keeps what the file says of it (size, resolution, the compressed picture itself where a PDF can
//! carry it); the same bytes give the same pages. The original is the caller's to keep.

mod image_page;

use crate::kind::FileKind;
use lopdf::{Document, Object, ObjectId, dictionary};
use serde::{Deserialize, Serialize};
use std::fmt;

pub(crate) use image_page::Pages;

/// What is refused before it costs time or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertLimits {
    /// Pages of one file. 500: charts are asked for by section, a whole-chart print is a mistake.
    pub pages: u32,
}

impl Default for ConvertLimits {
    fn default() -> Self {
        Self { pages: 500 }
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
    /// More pages than allowed.
    #[error("it has {pages} pages, {max} are allowed; raise the limit or ask for less")]
    TooManyPages {
        /// It has at least this many.
        pages: u32,
        /// Allowed.
        max: u32,
    },
    /// HTML, which only a browser lays out as its author meant.
    #[error(
        "it is html, which must be printed first; print it to pdf, or log in again if it is a login page"
    )]
    NotPrinted,
    /// No file that pages can be made of.
    #[error("it is no document with pages but {found}; fetch it again")]
    NotConvertible {
        /// What it is.
        found: FileKind,
    },
}

/// Pages made of a file, not yet in a page tree.
pub(crate) struct MadePages {
    pub(crate) document: Document,
    /// In reading order.
    pub(crate) pages: Vec<ObjectId>,
}

impl fmt::Debug for MadePages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadePages").field("pages", &self.pages.len()).finish_non_exhaustive()
    }
}

/// Makes a PDF of a picture or text file, the same bytes for the same file. A PDF is not its business.
///
/// # Errors
/// The file has no pages, is broken, passes a limit, or is HTML, which must be printed first.
pub fn into_pdf(kind: FileKind, bytes: &[u8], limits: &ConvertLimits) -> Result<Vec<u8>, ConvertError> {
    let MadePages { mut document, pages } = into_pages(kind, bytes, limits)?;
    let tree = document.new_object_id();
    for page in &pages {
        if let Ok(page) = document.get_dictionary_mut(*page) {
            page.set("Parent", tree);
        }
    }
    let kids: Vec<Object> = pages.iter().map(|page| Object::Reference(*page)).collect();
    let count = i64::try_from(kids.len()).unwrap_or(i64::MAX);
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut pdf = Vec::new();
    document
        .save_with_options(&mut pdf, crate::assemble::save_options())
        .map_err(|_| ConvertError::Broken { cause: "its pages cannot be written".to_owned() })?;
    Ok(pdf)
}

/// Makes pages of a picture or text file, for a caller that copies them on.
pub(crate) fn into_pages(
    kind: FileKind,
    bytes: &[u8],
    limits: &ConvertLimits,
) -> Result<MadePages, ConvertError> {
    if bytes.is_empty() {
        return Err(ConvertError::Empty);
    }
    match kind {
        FileKind::Png | FileKind::Jpeg | FileKind::Tiff => {
            image_page::pages(bytes.to_vec(), kind, limits.pages)
        }
        FileKind::Html => Err(ConvertError::NotPrinted),
        found => Err(ConvertError::NotConvertible { found }),
    }
}
