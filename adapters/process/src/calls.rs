//! The calls, typed: one method for each request of the protocol.

use crate::command::{Effort, Skill};
use crate::error::PoolError;
use crate::isolate::WORKERS_MAX;
use crate::pool::WorkerPool;
use crate::worker::Worker;
use bytes::Bytes;
use documents::convert::{ConvertLimits, Member};
use documents::fax_variant::{FaxSettings, FaxVariant};
use documents::packed_words::unpack;
use documents::page_key::PageKey;
use documents::protocol::{DocumentKey, Layer, WorkerError, WorkerReply, WorkerRequest};
use documents::read::{PageProbe, PageText, ReadSettings};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

/// A PDF to be looked at page by page. Cheap to clone.
#[derive(Clone)]
pub struct PdfDocument {
    key: DocumentKey,
    bytes: Bytes,
}

impl PdfDocument {
    /// Names a PDF by its content, which costs a few milliseconds for ten megabytes.
    pub fn new(bytes: Bytes) -> Self {
        let mut key = String::with_capacity(64);
        for byte in Sha256::digest(&bytes) {
            let _ = write!(key, "{byte:02x}");
        }
        Self { key, bytes }
    }

    /// A PDF that already has a name for its content.
    pub fn named(key: impl Into<String>, bytes: Bytes) -> Self {
        Self { key: key.into(), bytes }
    }
}

type Reply = (WorkerReply, Vec<Bytes>);

impl WorkerPool {
    /// The files of an archive, or the file itself if it is none.
    pub async fn unpack(&self, file: &Bytes, limits: ConvertLimits) -> Result<Vec<Member>, PoolError> {
        let request = WorkerRequest::Unpack { limits };
        match self.call(&request, std::slice::from_ref(file), Effort::Packet).await? {
            (WorkerReply::Unpacked { mut members }, blobs) if members.len() == blobs.len() => {
                members.iter_mut().zip(blobs).for_each(|(member, bytes)| member.bytes = bytes.into());
                Ok(members)
            }
            _ => Err(PoolError::another_answer()),
        }
    }

    /// How many pages a PDF has.
    pub async fn page_count(&self, document: &PdfDocument) -> Result<u32, PoolError> {
        let request = WorkerRequest::Open { document: document.key.clone() };
        match self.call(&request, std::slice::from_ref(&document.bytes), Effort::Page).await? {
            (WorkerReply::Opened { pages }, _) => Ok(pages),
            _ => Err(PoolError::another_answer()),
        }
    }

    /// What is on each page.
    pub async fn inspect(&self, document: &PdfDocument) -> Result<Vec<PageProbe>, PoolError> {
        let request = WorkerRequest::Inspect { document: document.key.clone() };
        match self.call_on(document, &request, Effort::Packet).await? {
            (WorkerReply::Inspected { pages }, _) => Ok(pages),
            _ => Err(PoolError::another_answer()),
        }
    }

    /// What each page's words depend on, by name; none for a page that is read each time.
    pub async fn page_keys(
        &self,
        document: &PdfDocument,
        settings: ReadSettings,
    ) -> Result<Vec<Option<PageKey>>, PoolError> {
        let request = WorkerRequest::PageKeys { document: document.key.clone(), settings };
        match self.call_on(document, &request, Effort::Packet).await? {
            (WorkerReply::PagesNamed { keys }, _) => Ok(keys),
            _ => Err(PoolError::another_answer()),
        }
    }

    /// The words of one page, from 1. A page that costs a worker is tried once more with another; then it
    /// is given up.
    pub async fn read_page(
        &self,
        document: &PdfDocument,
        page: u32,
        settings: ReadSettings,
    ) -> Result<PageText, PoolError> {
        let request = WorkerRequest::ReadPage { document: document.key.clone(), page, settings };
        match self.call_for_page(document, page, &request).await? {
            (WorkerReply::PageRead { mut page }, blobs) => {
                if let Some(words) = blobs.first() {
                    page.words = unpack(words).ok_or_else(PoolError::another_answer)?;
                }
                Ok(page)
            }
            _ => Err(PoolError::another_answer()),
        }
    }

    /// One page, from 1, as PNG.
    pub async fn page_png(&self, document: &PdfDocument, page: u32, dpi: f32) -> Result<Bytes, PoolError> {
        let request = WorkerRequest::PagePng { document: document.key.clone(), page, dpi };
        match self.call_for_page(document, page, &request).await? {
            (WorkerReply::PageDrawn, blobs) => only(blobs),
            _ => Err(PoolError::another_answer()),
        }
    }

    /// The packet with the words of its recognised pages laid over them. If that costs two workers, it is given up.
    pub async fn add_text_layer(&self, pdf: &Bytes, pages: Vec<PageText>) -> Result<Bytes, PoolError> {
        let request = WorkerRequest::AddTextLayer { pages };
        let mut answer = self.call(&request, std::slice::from_ref(pdf), Effort::Packet).await;
        if answer.as_ref().is_err_and(PoolError::cost_a_worker) {
            answer = self.call(&request, std::slice::from_ref(pdf), Effort::Packet).await;
        }
        match answer.map_err(PoolError::layer_given_up)? {
            (WorkerReply::TextLayerAdded { layer: Layer::Nothing }, _) => Ok(pdf.clone()),
            (WorkerReply::TextLayerAdded { layer: Layer::Appended }, blobs) => {
                let joined = self.files().joined(pdf, &only(blobs)?);
                joined.map_err(|error| PoolError::NoRoom { cause: error.to_string() })
            }
            (WorkerReply::TextLayerAdded { layer: Layer::Rewritten }, blobs) => only(blobs),
            _ => Err(PoolError::another_answer()),
        }
    }

    /// The packet as a fax machine would have sent it.
    pub async fn fax_variant(
        &self,
        pdf: &Bytes,
        settings: FaxSettings,
    ) -> Result<(FaxVariant, Bytes), PoolError> {
        let request = WorkerRequest::FaxVariant { settings };
        match self.call(&request, std::slice::from_ref(pdf), Effort::Packet).await? {
            (WorkerReply::FaxVariant { variant }, blobs) => Ok((variant, only(blobs)?)),
            _ => Err(PoolError::another_answer()),
        }
    }

    /// Loads the usual language's data into a worker.
    pub(crate) async fn warm(&self, worker: &mut Worker) -> Result<(), PoolError> {
        let request = WorkerRequest::Warm { language: ReadSettings::default().language };
        worker.call(&request, &[], Effort::Page, self.deadline(Effort::Page)).await.map(|_| ())
    }

    fn deadline(&self, effort: Effort) -> Duration {
        match effort {
            Effort::Page => self.deadlines.page,
            Effort::Packet => self.deadlines.packet,
        }
    }

    /// A call for one page. What the page has done to a worker once, it may have been innocent of: the
    /// machine was short of memory, or of time. Twice, and it is a person's.
    async fn call_for_page(
        &self,
        document: &PdfDocument,
        page: u32,
        request: &WorkerRequest,
    ) -> Result<Reply, PoolError> {
        let mut workers = 0;
        loop {
            match self.call_on(document, request, Effort::Page).await {
                Err(error) if error.cost_a_worker() => {
                    workers += 1;
                    if workers >= WORKERS_MAX {
                        return Err(PoolError::GivenUp { page, workers, last: Box::new(error) });
                    }
                }
                answer => return answer,
            }
        }
    }

    /// A call that needs no open document.
    pub(crate) async fn call(
        &self,
        request: &WorkerRequest,
        blobs: &[Bytes],
        effort: Effort,
    ) -> Result<Reply, PoolError> {
        let opens = match request {
            WorkerRequest::Open { document } => Some(document),
            _ => None,
        };
        let mut lease = self.lease(Skill::for_request(request), opens).await?;
        let result = lease.worker().call(request, blobs, effort, self.deadline(effort)).await;
        if let (Ok(_), Some(document)) = (&result, opens) {
            lease.worker().note_open(document.clone());
        }
        keep_if_sound(lease, &result);
        result
    }

    /// A call on a document, which is sent first where the worker does not have it.
    async fn call_on(
        &self,
        document: &PdfDocument,
        request: &WorkerRequest,
        effort: Effort,
    ) -> Result<Reply, PoolError> {
        let mut lease = self.lease(Skill::for_request(request), Some(&document.key)).await?;
        let result = self.ask_with_document(lease.worker(), document, request, effort).await;
        keep_if_sound(lease, &result);
        result
    }

    async fn ask_with_document(
        &self,
        worker: &mut Worker,
        document: &PdfDocument,
        request: &WorkerRequest,
        effort: Effort,
    ) -> Result<Reply, PoolError> {
        if worker.has_open(&document.key) {
            match worker.call(request, &[], effort, self.deadline(effort)).await {
                Err(PoolError::Refused { cause: WorkerError::NotOpen }) => worker.note_closed(&document.key),
                answer => return answer,
            }
        }
        let open = WorkerRequest::Open { document: document.key.clone() };
        worker
            .call(&open, std::slice::from_ref(&document.bytes), Effort::Page, self.deadline(Effort::Page))
            .await?;
        worker.note_open(document.key.clone());
        worker.call(request, &[], effort, self.deadline(effort)).await
    }
}

/// A worker that answered is kept, whatever it said; any other is replaced at the next call.
fn keep_if_sound(lease: crate::pool::Lease<'_>, result: &Result<Reply, PoolError>) {
    match result {
        // It has dropped its memory after a panic; ours of it would be wrong.
        Err(PoolError::Refused { cause: WorkerError::Panicked }) => {
            tracing::warn!("a worker's code panicked on its input and is replaced");
        }
        Ok(_) | Err(PoolError::Refused { .. }) => lease.keep(),
        Err(error) => tracing::warn!(%error, "a worker is replaced"),
    }
}

fn only(blobs: Vec<Bytes>) -> Result<Bytes, PoolError> {
    blobs.into_iter().next().ok_or_else(PoolError::another_answer)
}

impl fmt::Debug for PdfDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PdfDocument").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
