//! The whole path of a packet's files: put together, opened, read page by page, understood.

use crate::packet::Packet;
use documents::OpenDocument;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput, assemble};
use documents::read::{PageReader, ReadSettings};
use domain::ids::{BlobRef, FragmentId, PacketId};
use domain::ocr_pool::{PageText, ReadMethod, Word};
use domain::patient_scraper::{ContentKind, Fragment, ListedDocument, Section};
use domain::reassembly::ManifestPage;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use understanding::{Knowledge, PacketReading, RequestContext, Understanding, understand};

/// Why a packet could not be taken the whole path.
#[derive(Debug, thiserror::Error)]
#[error(
    "packet {packet} stopped at {step}: {cause}; the packet's files are at fault or the reader is: run it alone with --only"
)]
pub struct PathError {
    pub(crate) packet: u64,
    pub(crate) step: &'static str,
    pub(crate) cause: String,
}

/// A packet as read.
pub(crate) struct Reading {
    pub(crate) pages: Vec<PageText>,
    pub(crate) manifest: Vec<ManifestPage>,
    pub(crate) fragments: Vec<Fragment>,
    id: PacketId,
}

/// Gives the words of a page: by reading it, or from where they are kept.
pub(crate) type PageOf<'a> =
    dyn FnMut(&mut PageReader, &OpenDocument, u32) -> Result<documents::read::PageText, String> + 'a;

/// Puts a packet's files together and reads the pages that the given cache does not know.
///
/// # Errors
/// Any step fails: nothing here is meant to.
pub(crate) fn read(
    packet: &Packet,
    files: Vec<Vec<u8>>,
    reader: &mut PageReader,
    page: &mut PageOf<'_>,
) -> Result<Reading, PathError> {
    read_files(packet.number, files, reader, page)
}

/// The same of any files.
///
/// # Errors
/// Any step fails.
pub(crate) fn read_files(
    number: u64,
    files: Vec<Vec<u8>>,
    reader: &mut PageReader,
    page: &mut PageOf<'_>,
) -> Result<Reading, PathError> {
    let failed = |step, cause: String| PathError { packet: number, step, cause };
    let files_of: Vec<Fragment> =
        files.iter().enumerate().map(|(index, file)| fragment(index, file)).collect();
    let fragments = files
        .into_iter()
        .enumerate()
        .map(|(index, bytes)| FragmentInput {
            id: index.to_string(),
            bookmark: String::new(),
            section: String::new(),
            facts: Default::default(),
            bytes: bytes.into(),
            given_up: None,
        })
        .collect();
    let limits = AssembleLimits::default();
    let request = AssembleRequest {
        title: "Packet".to_owned(),
        fragments,
        date: None,
        limits,
        leave_out_faulty: false,
    };
    let assembled = assemble(request).map_err(|error| failed("assembly", error.to_string()))?;
    let document = OpenDocument::open(assembled.pdf).map_err(|error| failed("opening", error.to_string()))?;
    let mut pages = Vec::new();
    for at in 1..=document.page_count() {
        let text = page(reader, &document, at).map_err(|error| failed("reading", error))?;
        pages.push(page_text(text));
    }
    let manifest = assembled
        .pages
        .iter()
        .map(|source| ManifestPage {
            page: source.packet_page,
            fragment: FragmentId::new(&*source.fragment_id),
            epic_id: source.fragment_id.clone(),
            section: Section::Media,
            fragment_page: source.fragment_page,
            blank: source.blank,
            repeats: source.repeats,
            lost: None,
        })
        .collect();
    let id = PacketId::new(format!("eval-{number}"));
    Ok(Reading { pages, manifest, fragments: files_of, id })
}

/// Reads a page without any cache.
pub(crate) fn plain_page(
    reader: &mut PageReader,
    document: &OpenDocument,
    number: u32,
) -> Result<documents::read::PageText, String> {
    reader.read_page(document, number, &ReadSettings::default()).map_err(|error| error.to_string())
}

/// What the words mean; the chart says nothing of its files, so the pages speak for themselves.
pub(crate) fn interpret(reading: &Reading, pages: &[PageText], knowledge: &Knowledge) -> Understanding {
    let reading = PacketReading {
        packet: &reading.id,
        pages,
        manifest: &reading.manifest,
        fragments: &reading.fragments,
    };
    understand(&reading, &RequestContext::default(), knowledge)
}

/// A file as if a chart had listed it, named by its content.
fn fragment(index: usize, file: &[u8]) -> Fragment {
    let hash: String = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
    Fragment {
        id: FragmentId::new(index.to_string()),
        listed: ListedDocument {
            epic_id: index.to_string(),
            section: Section::Media,
            title: "".into(),
            epic_type: String::new(),
            service_date: None,
            author: None,
            status: None,
            edited: None,
        },
        part: None,
        kind: ContentKind::Unknown,
        blob: BlobRef::new(hash),
        bytes: file.len() as u64,
        printed: None,
        retrieved_at: Timestamp::UNIX_EPOCH,
    }
}

/// A page of the reader's as the domain has it.
fn page_text(page: documents::read::PageText) -> PageText {
    let method = match page.method {
        documents::read::ReadMethod::TextLayer => ReadMethod::TextLayer,
        documents::read::ReadMethod::Ocr => ReadMethod::Ocr,
        documents::read::ReadMethod::Blank => ReadMethod::Blank,
    };
    let words = page
        .words
        .into_iter()
        .map(|word| Word { text: word.text, bbox: word.bbox, confidence: word.confidence, line: word.line })
        .collect();
    PageText {
        page: page.page,
        width_pt: page.width_pt,
        height_pt: page.height_pt,
        method,
        words,
        text: page.text,
        mean_confidence: page.mean_confidence,
        unseen: Vec::new(),
        unread_because: None,
        turned: 0,
    }
}
