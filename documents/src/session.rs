//! What one worker remembers between requests: a few open documents and a warm recognition engine.

use crate::assemble::{AssembleRequest, put_together};
use crate::convert::into_members;
use crate::fax_variant::fax_variant;
use crate::open::OpenDocument;
use crate::packed_words::pack;
use crate::page_key::{EngineKey, page_keys};
use crate::picture::page_png;
use crate::pieces::Pieces;
use crate::protocol::{DocumentKey, Layer, WorkerError, WorkerReply, WorkerRequest};
use crate::read::{PageReader, ReadError, inspect};
use crate::searchable::{TextLayer, text_layer};
use crate::shield::shielded;
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

/// Open documents kept. A pool sends pages of one packet to one worker, so this covers the packets in
/// work and a few calls in between; a packet holds its bytes in memory, 10 MB as a rule.
const DOCUMENTS_KEPT: usize = 4;
/// Bytes that documents besides the one in use may hold: long scans are sent again rather than kept.
const BESIDES_BYTES_MAX: usize = 32 * 1024 * 1024;

/// One worker's memory.
pub(crate) struct Session {
    tessdata: Option<PathBuf>,
    reader: PageReader,
    /// By language.
    engines: HashMap<String, EngineKey>,
    /// The most recently used stands in front.
    open: VecDeque<Kept>,
}

/// An open document and what it weighs.
struct Kept {
    key: DocumentKey,
    document: OpenDocument,
    bytes: usize,
}

type Answer = Result<(WorkerReply, Vec<Pieces>), WorkerError>;

impl Session {
    pub(crate) fn new(tessdata: Option<PathBuf>) -> Self {
        Self {
            reader: PageReader::new(tessdata.clone()),
            engines: HashMap::new(),
            tessdata,
            open: VecDeque::new(),
        }
    }

    /// Loads a language's data, so that the first page does not wait for it.
    pub(crate) fn warm(&mut self, language: &str) -> Result<(), ReadError> {
        self.reader.warm(language)?;
        let tessdata = self.tessdata.as_deref();
        self.engines
            .entry(language.to_owned())
            .or_insert_with_key(|language| EngineKey::of(tessdata, language));
        Ok(())
    }

    /// Answers one request. A panic in the work is an answer too; the memory is then dropped.
    pub(crate) fn answer(&mut self, request: WorkerRequest, blobs: Vec<Bytes>) -> (WorkerReply, Vec<Pieces>) {
        let answer = shielded(|| self.work(request, blobs)).unwrap_or_else(|_| {
            *self = Self::new(self.tessdata.clone());
            Err(WorkerError::Panicked)
        });
        answer.unwrap_or_else(|error| (WorkerReply::Failed { error }, Vec::new()))
    }

    fn work(&mut self, request: WorkerRequest, blobs: Vec<Bytes>) -> Answer {
        match request {
            WorkerRequest::Warm { language } => {
                self.warm(&language)?;
                Ok((WorkerReply::Warm, Vec::new()))
            }
            WorkerRequest::Assemble { request } => assemble_blobs(request, blobs),
            WorkerRequest::Unpack { limits } => {
                let mut members = into_members(&only(blobs)?, &limits)?;
                let taken = members.iter_mut().map(|member| std::mem::take(&mut member.bytes).into());
                let blobs = taken.collect();
                Ok((WorkerReply::Unpacked { members }, blobs))
            }
            WorkerRequest::Open { document } => {
                let blob = only(blobs)?;
                let bytes = blob.len();
                // Room first: the one that goes and the one that comes are not held together.
                self.make_room(&document);
                let opened = OpenDocument::open(blob)?;
                let pages = opened.page_count();
                self.open.push_front(Kept { key: document, document: opened, bytes });
                Ok((WorkerReply::Opened { pages }, Vec::new()))
            }
            WorkerRequest::Inspect { document } => {
                let pages = inspect(&self.opened(&document)?)?;
                Ok((WorkerReply::Inspected { pages }, Vec::new()))
            }
            WorkerRequest::PageKeys { document, settings } => {
                let document = self.opened(&document)?;
                let tessdata = self.tessdata.as_deref();
                let engine = self
                    .engines
                    .entry(settings.language.clone())
                    .or_insert_with_key(|language| EngineKey::of(tessdata, language));
                Ok((WorkerReply::PagesNamed { keys: page_keys(&document, &settings, engine)? }, Vec::new()))
            }
            WorkerRequest::ReadPage { document, page, settings } => {
                let document = self.opened(&document)?;
                let mut page = self.reader.read_page(&document, page, &settings)?;
                let words = pack(&std::mem::take(&mut page.words));
                Ok((WorkerReply::PageRead { page }, vec![words.into()]))
            }
            WorkerRequest::PagePng { document, page, dpi } => {
                let png = page_png(&self.opened(&document)?, page, dpi)?;
                Ok((WorkerReply::PageDrawn, vec![png.into()]))
            }
            WorkerRequest::AddTextLayer { pages } => {
                let (layer, blobs) = match text_layer(&only(blobs)?, &pages)? {
                    TextLayer::Nothing => (Layer::Nothing, Vec::new()),
                    TextLayer::Appended(update) => (Layer::Appended, vec![update.into()]),
                    TextLayer::Rewritten(file) => (Layer::Rewritten, vec![file]),
                };
                Ok((WorkerReply::TextLayerAdded { layer }, blobs))
            }
            WorkerRequest::FaxVariant { settings } => {
                let mut variant = fax_variant(&only(blobs)?, &settings)?;
                let file = std::mem::take(&mut variant.bytes);
                Ok((WorkerReply::FaxVariant { variant }, vec![file.into()]))
            }
        }
    }

    /// Lets go of what is not worth its memory once `comes` is open too.
    fn make_room(&mut self, comes: &DocumentKey) {
        let (mut count, mut bytes) = (1, 0);
        self.open.retain(|kept| {
            count += 1;
            bytes += kept.bytes;
            kept.key != *comes && count <= DOCUMENTS_KEPT && bytes <= BESIDES_BYTES_MAX
        });
    }

    /// An open document, moved to the front.
    fn opened(&mut self, key: &DocumentKey) -> Result<OpenDocument, WorkerError> {
        let at = self.open.iter().position(|kept| kept.key == *key).ok_or(WorkerError::NotOpen)?;
        let entry = self.open.remove(at).ok_or(WorkerError::NotOpen)?;
        let document = entry.document.clone();
        self.open.push_front(entry);
        Ok(document)
    }
}

fn assemble_blobs(mut request: AssembleRequest, blobs: Vec<Bytes>) -> Answer {
    if request.fragments.len() != blobs.len() {
        let cause = format!("{} fragments but {} files", request.fragments.len(), blobs.len());
        return Err(WorkerError::BadRequest { cause });
    }
    for (fragment, bytes) in request.fragments.iter_mut().zip(blobs) {
        fragment.bytes = bytes;
    }
    let (assembled, file) = put_together(request)?;
    Ok((WorkerReply::Assembled { assembled }, vec![file]))
}

fn only(blobs: Vec<Bytes>) -> Result<Bytes, WorkerError> {
    let count = blobs.len();
    let mut blobs = blobs.into_iter();
    match (blobs.next(), count) {
        (Some(blob), 1) => Ok(blob),
        _ => Err(WorkerError::BadRequest { cause: format!("one file is expected, {count} were sent") }),
    }
}
