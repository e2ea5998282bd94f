//! A PDF opened for looking at: pages are counted, drawn and read from here.

use crate::kind::{self, FileKind};
use crate::shield::shielded;
use crate::unseen::with_all_layers_shown;
use bytes::Bytes;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// An opened PDF. Cheap to clone.
#[derive(Clone)]
pub struct OpenDocument {
    pdf: Arc<Pdf>,
    /// The same with the layers on that it switches off; none inside if it switches none off.
    all_layers: Arc<OnceLock<Option<Pdf>>>,
}

/// Why a file could not be opened as a PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum OpenError {
    /// Opens only with a password that we do not have.
    #[error("the pdf is encrypted with a password; ask the sender for an open copy")]
    Encrypted,
    /// Has no bytes, or a page tree without pages.
    #[error("the file is empty; fetch it again")]
    Empty,
    /// Is something else.
    #[error("the file is no pdf but {found}")]
    NotAPdf {
        /// What it is.
        found: FileKind,
    },
    /// Damaged beyond what can be mended.
    #[error("the pdf is broken: {cause}; fetch it again or ask for another copy")]
    Broken {
        /// What stopped the parser; never document text.
        cause: String,
    },
    /// There is no such page.
    #[error("the document has {pages} pages, page {page} was asked for")]
    NoSuchPage {
        /// Asked for, from 1.
        page: u32,
        /// There are.
        pages: u32,
    },
}

impl OpenDocument {
    /// Opens a PDF. The document's structure is read now, its pages when they are asked for.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self, OpenError> {
        let bytes: Bytes = bytes.into();
        if bytes.is_empty() {
            return Err(OpenError::Empty);
        }
        let found = kind::sniff(&bytes);
        let opened = shielded(|| {
            let pdf = Pdf::new(Arc::new(bytes.clone()))?;
            let pages = pdf.pages().len();
            Ok((pdf, pages))
        });
        match opened {
            Ok(Ok((_, 0))) => Err(OpenError::Empty),
            Ok(Ok((pdf, _))) => Ok(Self { pdf: Arc::new(pdf), all_layers: Arc::default() }),
            Ok(Err(LoadPdfError::Decryption(
                DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
            ))) => Err(OpenError::Encrypted),
            Ok(Err(_)) | Err(_) if found != FileKind::Pdf => Err(OpenError::NotAPdf { found }),
            Ok(Err(LoadPdfError::Decryption(_))) => {
                Err(OpenError::Broken { cause: "its encryption dictionary is unusable".to_owned() })
            }
            Ok(Err(LoadPdfError::Invalid)) => {
                Err(OpenError::Broken { cause: "no page tree can be found in it".to_owned() })
            }
            Err(_) => Err(OpenError::Broken { cause: "its structure stops the parser".to_owned() }),
        }
    }

    /// How many pages it has.
    pub fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// One page, from 1.
    pub(crate) fn page(&self, number: u32) -> Result<&Page<'_>, OpenError> {
        usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_sub(1))
            .and_then(|index| self.pdf.pages().get(index))
            .ok_or(OpenError::NoSuchPage { page: number, pages: self.page_count() })
    }
}

impl OpenDocument {
    /// One page, from 1, with all its layers; none if the document switches no layer off. May panic on
    /// hostile documents: call it shielded.
    pub(crate) fn page_with_all_layers(&self, number: u32) -> Option<&Page<'_>> {
        let shown = self.all_layers.get_or_init(|| with_all_layers_shown(&self.pdf)).as_ref()?;
        shown.pages().get(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

impl fmt::Debug for OpenDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenDocument").field("pages", &self.page_count()).finish()
    }
}

/// How pages are interpreted everywhere: standard fonts embedded in the program, nothing looked up on the
/// machine, so that two machines see the same page.
pub(crate) fn interpreter_settings() -> InterpreterSettings {
    InterpreterSettings::default()
}
