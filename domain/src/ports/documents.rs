//! Work on PDF bytes. All of it happens in worker processes with a deadline, because the bytes come from outside.

use super::PortResult;
use crate::ids::{BlobRef, FragmentId, PageKey};
use crate::ocr_pool::PageText;
use crate::patient_scraper::ContentKind;
use crate::reassembly::NoteKind;
use async_trait::async_trait;
use bytes::Bytes;
use jiff::civil::DateTime;
use std::collections::BTreeMap;

/// One fragment as the assembler takes it.
#[derive(Clone)]
pub struct FragmentBytes {
    /// Which fragment.
    pub id: FragmentId,
    /// Under which of the packet's headings it stands.
    pub heading: String,
    /// The bookmark's text; part of the PDF, never of a log.
    pub bookmark: String,
    /// What else the packet's manifest says of it, by name; no more of the patient than the packet shows.
    pub facts: BTreeMap<String, String>,
    /// What the bytes are: PDF or picture.
    pub kind: ContentKind,
    /// The bytes.
    pub bytes: Bytes,
}

/// What a packet says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketHead {
    /// Its title; no patient data.
    pub title: String,
    /// Its date, of the request and never of the clock, so that the same request makes the same bytes.
    pub date: DateTime,
}

/// One page of an assembled packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssembledPage {
    /// Index of its fragment in the input.
    pub fragment: usize,
    /// Its page there, from 1.
    pub fragment_page: u32,
    /// Whether nothing is on it.
    pub blank: bool,
    /// The first page of the packet, from 1, that shows exactly the same.
    pub repeats: Option<u32>,
    /// What was lost of it; no document text.
    pub lost: Option<String>,
}

/// What the assembler tells of one fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentNote {
    /// Index of the fragment in the input.
    pub fragment: usize,
    /// What kind of thing happened; `Quarantined` says that it is left out.
    pub kind: NoteKind,
    /// What happened; no document text.
    pub note: String,
}

/// What the assembler made.
#[derive(Clone)]
pub struct AssembledPdf {
    /// The packet.
    pub pdf: Bytes,
    /// In packet order.
    pub pages: Vec<AssembledPage>,
    /// What was mended, left out or could not be kept.
    pub notes: Vec<FragmentNote>,
}

/// A packet's PDF as a reader takes it; `blob` lets a worker keep it open between pages.
#[derive(Clone)]
pub struct PacketPdf {
    /// Names the content.
    pub blob: BlobRef,
    /// The bytes.
    pub bytes: Bytes,
}

/// Makes one PDF of fragments.
///
/// - A-1 the same head and fragments in the same order make the same bytes.
/// - A-2 a fragment that cannot be read is left out with a note; `Permanent` only when none is left.
/// - A-3 every page of every used fragment is in the packet, once, in order.
/// - A-4 a worker's death or deadline is `Transient`, but that of a fragment that ends whoever opens it: that one is left
///   out with a note.
/// - A-5 blank pages and repeats are marked, never dropped.
#[async_trait]
pub trait PacketAssembler: Send + Sync {
    /// Assembles a packet.
    async fn assemble(&self, head: &PacketHead, fragments: Vec<FragmentBytes>) -> PortResult<AssembledPdf>;
}

/// Reads pages.
///
/// - P-1 the same page gives the same words.
/// - P-2 a worker's death or deadline is `Transient`; a page that cannot be read, or has cost two workers, is
///   `Permanent`, and the error's cause says what stopped it.
/// - P-5 a packet over which words cannot be laid, or that has cost two workers at it, is `Permanent`.
/// - P-3 the searchable PDF has the same pages, pictures untouched.
/// - P-4 pages of one key give the same words; another page content, engine, language data or setting gives another key.
#[async_trait]
pub trait PageReader: Send + Sync {
    /// The same bytes, where the reader can look at them without a copy of its own. Worth it for whoever reads many
    /// pages of a large file, and lets go of the bytes it gave.
    fn share(&self, pdf: Bytes) -> Bytes {
        pdf
    }
    /// How many pages the PDF has.
    async fn page_count(&self, pdf: &PacketPdf) -> PortResult<u32>;
    /// What the words of each page depend on (its content and the way of reading), by name, in order: pages of one name
    /// have the same words. None for a page that has to be read each time.
    async fn page_keys(&self, pdf: &PacketPdf) -> PortResult<Vec<Option<PageKey>>>;
    /// Reads one page, from 1.
    async fn read_page(&self, pdf: &PacketPdf, page: u32) -> PortResult<PageText>;
    /// Lays invisible words over the recognised pages.
    async fn add_text_layer(&self, pdf: &PacketPdf, pages: &[PageText]) -> PortResult<Bytes>;
}

/// Prints an HTML note to PDF, in a throwaway browser with scripts off and every request blocked.
#[async_trait]
pub trait HtmlPrinter: Send + Sync {
    /// What a print depends on beside the note, by name: browser and style. A note printed under one edition gives the same
    /// bytes each time.
    async fn edition(&self) -> PortResult<String>;
    /// Prints one page of HTML.
    async fn print(&self, html: Bytes) -> PortResult<Bytes>;
}
