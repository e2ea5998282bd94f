//! The packet as a fax machine would have sent it: black and white, 204 by 196 dots an inch (fine, ITU-T T.4),
//! compressed as Group 4 (T.6), as TIFF or PDF, within a size limit, and with a warning for every page that
//! will not be readable. The same packet and settings give the same bytes.
//!
//! Order of work: `sheet` (a page in grey at fax resolution), `binarise` (black or white), `legible` (what
//! was lost on the way), `file` (all pages in one file).

mod binarise;
mod file;
mod legible;
mod sheet;

use crate::open::{OpenDocument, OpenError};
use crate::shield::shielded;
use binarise::PhotoCare;
use bytes::Bytes;
use fax::encoder::Encoder;
use fax::{Color, VecWriter};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Dots of a line: T.4's standard width, 8.46 inches.
pub(crate) const WIDTH: usize = 1728;

/// How the variant is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaxSettings {
    /// What kind of file.
    pub format: FaxFormat,
    /// The file is not larger; photos are drawn more coarsely before it is refused.
    pub bytes_max: u64,
}

impl Default for FaxSettings {
    /// What most fax servers take in one piece.
    fn default() -> Self {
        Self { format: FaxFormat::Tiff, bytes_max: 10 * 1024 * 1024 }
    }
}

/// The two files that fax servers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaxFormat {
    /// TIFF of class F, one page an image.
    Tiff,
    /// A PDF of the same images.
    Pdf,
}

/// The packet as a fax.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaxVariant {
    /// The file. Over the wire it travels beside the header.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// As many as the packet has.
    pub pages: u32,
    /// Pages a receiver will not be able to read, in order.
    pub unreadable: Vec<UnreadablePage>,
}

/// One page that will not be readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadablePage {
    /// From 1.
    pub page: u32,
    /// Why.
    pub why: Unreadable,
}

/// Why a page will not be readable on a fax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unreadable {
    /// It is larger than a sheet.
    #[error("it is reduced to {percent} % to fit a sheet")]
    Reduced {
        /// Of its size.
        percent: u32,
    },
    /// Letters of fewer dots than an eye can tell apart.
    #[error("its print is too small for the resolution of a fax")]
    SmallPrint,
    /// Writing that does not stand out from the paper.
    #[error("a part of its writing is too faint for black and white")]
    Faint,
    /// Specks all over.
    #[error("it is covered with specks")]
    Specks,
    /// Little else than a photo, of which a fax leaves the outlines.
    #[error("most of it is a picture with shades")]
    Photo,
    /// Nearly all of it is black.
    #[error("most of it is black")]
    Dark,
    /// The renderer gives up on it: its sheet is empty.
    #[error("it cannot be drawn; its sheet is empty")]
    Stopped,
}

/// Why there is no fax variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum FaxVariantError {
    /// The packet cannot be opened.
    #[error(transparent)]
    Open {
        /// Why.
        #[from]
        cause: OpenError,
    },
    /// It does not fit, however coarse its photos are.
    #[error("the fax has {bytes} bytes, {max} are allowed; raise the limit, or send it in parts")]
    TooLarge {
        /// At its coarsest.
        bytes: u64,
        /// Allowed.
        max: u64,
    },
    /// It could not be written.
    #[error("the fax cannot be written; report the packet, this should not happen")]
    Unwritable,
}

/// One page in black and white, compressed.
pub(crate) struct FaxPage {
    pub(crate) rows: usize,
    pub(crate) group4: Vec<u8>,
}

/// Makes the fax variant of a packet.
///
/// # Errors
/// The packet cannot be opened, or passes the size limit.
pub fn fax_variant(pdf: &Bytes, settings: &FaxSettings) -> Result<FaxVariant, FaxVariantError> {
    let document = OpenDocument::open(pdf.clone())?;
    let mut bytes = 0;
    for care in [PhotoCare::Fine, PhotoCare::Coarse, PhotoCare::Outlines] {
        let (pages, unreadable) = pages(&document, care)?;
        let file = match settings.format {
            FaxFormat::Tiff => file::tiff(&pages),
            FaxFormat::Pdf => file::pdf(pages),
        }
        .ok_or(FaxVariantError::Unwritable)?;
        bytes = file.len() as u64;
        if bytes <= settings.bytes_max {
            return Ok(FaxVariant { bytes: file, pages: document.page_count(), unreadable });
        }
    }
    Err(FaxVariantError::TooLarge { bytes, max: settings.bytes_max })
}

fn pages(
    document: &OpenDocument,
    care: PhotoCare,
) -> Result<(Vec<FaxPage>, Vec<UnreadablePage>), FaxVariantError> {
    let (mut pages, mut unreadable) = (Vec::new(), Vec::new());
    for number in 1..=document.page_count() {
        let page = document.page(number)?;
        let (sheet, why) = shielded(|| {
            let sheet = sheet::drawn(page);
            let binary = binarise::binary(&sheet, care);
            let why = legible::unreadable(&sheet, &binary);
            (binary.black, why)
        })
        .unwrap_or_else(|_| (vec![false; WIDTH], Some(Unreadable::Stopped)));
        unreadable.extend(why.map(|why| UnreadablePage { page: number, why }));
        pages.push(compressed(&sheet).ok_or(FaxVariantError::Unwritable)?);
    }
    Ok((pages, unreadable))
}

fn compressed(black: &[bool]) -> Option<FaxPage> {
    let mut encoder = Encoder::new(VecWriter::new());
    let width = u16::try_from(WIDTH).ok()?;
    for row in black.chunks_exact(WIDTH) {
        let dots = row.iter().map(|black| if *black { Color::Black } else { Color::White });
        encoder.encode_line(dots, width).ok()?;
    }
    Some(FaxPage { rows: black.len() / WIDTH, group4: encoder.finish().ok()?.finish() })
}

impl fmt::Debug for FaxVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaxVariant")
            .field("bytes", &self.bytes.len())
            .field("pages", &self.pages)
            .field("unreadable", &self.unreadable)
            .finish()
    }
}
