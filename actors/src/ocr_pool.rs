//! The OCR pool: reads a packet's pages with N workers, one page at a time each.
//!
//! Consumes `epic_ocr` (one item a packet), emits `epic_parse`. Commit point: the request's recognised packet;
//! before it each page is checkpointed in `epic_pages`, so a restart reads only the pages that are missing. A
//! page that fails permanently is kept as unreadable and the packet goes on: no page is ever lost.

mod recognitions;

use crate::environment::Environment;
use crate::stage::{self, StageFailure, StageWork};
use crate::stage_actor::StageActor;
use async_trait::async_trait;
use domain::ids::{BlobRef, PacketId};
use domain::ocr_pool::{PageText, ReadMethod, RecognizedPacket, missing_pages};
use domain::ports::{BlobClass, ErrorClass, PacketPdf, PageReader};
use domain::request::Request;
use domain::retry::Cause;
use domain::work::{Stage, WorkItem};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::SignedDuration;
use recognitions::Recognitions;
use std::sync::Arc;

/// The actor of this stage.
pub type OcrPool = StageActor<OcrWork>;

/// Gets told that one more page of a request has been read: (request, pages read, pages in all).
pub type PageProgress = Arc<dyn Fn(&domain::ids::RequestId, u32, u32) + Send + Sync>;

/// What the OCR pool does with an item.
pub struct OcrWork {
    /// The ports.
    pub environment: Environment,
    /// Reads pages in worker processes.
    pub reader: Arc<dyn PageReader>,
    /// Pages of one packet that are read at the same time. The reader's own pool bounds all packets together.
    pub pages_in_flight: usize,
    /// How long the words of a recognised page are kept for other packets; none: not at all.
    pub recognitions_kept: Option<SignedDuration>,
    /// For people who watch.
    pub progress: PageProgress,
}

#[async_trait]
impl StageWork for OcrWork {
    type Output = RecognizedPacket;

    fn stage(&self) -> Stage {
        Stage::Ocr
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok(stage::request_done(request, item, self.environment.now()))
    }

    async fn perform(&self, item: &WorkItem) -> Result<RecognizedPacket, StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        let packet = request
            .packet
            .as_ref()
            .ok_or_else(|| StageFailure::failed(Cause::Permanent, "the request has no packet to read"))?;
        let bytes = self.reader.share(self.environment.blobs.get(&packet.pdf).await?);
        let pdf = PacketPdf { blob: packet.pdf.clone(), bytes };
        let page_count = u32::try_from(packet.pages.len()).unwrap_or(u32::MAX);
        self.read_missing(&request, &packet.id, &pdf, page_count).await?;
        let pages = self.environment.pages.all(&packet.id).await?;
        let (searchable_pdf, not_searchable) = self.searchable(&pdf, &pages).await?;
        let of = |method| pages.iter().filter(move |page| page.method == method);
        Ok(RecognizedPacket {
            id: packet.id.clone(),
            searchable_pdf,
            not_searchable,
            pages: page_count,
            recognized: u32::try_from(of(ReadMethod::Ocr).count()).unwrap_or(u32::MAX),
            unreadable: of(ReadMethod::Unreadable).map(|page| page.page).collect(),
            unseen: pages.iter().flat_map(PageText::unseen_marks).collect(),
            unread: pages.iter().filter_map(PageText::unread).collect(),
        })
    }

    async fn commit(&self, item: &WorkItem, packet: RecognizedPacket) -> Result<Vec<WorkItem>, StageFailure> {
        stage::advance_request(&self.environment, item, |request| {
            let is_the_packet = request.packet.as_ref().is_some_and(|assembled| assembled.id == packet.id);
            is_the_packet.then(|| {
                request.recognized = Some(packet.clone());
                Stage::Parse
            })
        })
        .await
    }
}

impl OcrWork {
    async fn read_missing(
        &self,
        request: &Request,
        packet: &PacketId,
        pdf: &PacketPdf,
        page_count: u32,
    ) -> Result<(), StageFailure> {
        let have = self.environment.pages.numbers(packet).await?;
        let missing = missing_pages(page_count, &have);
        let mut done = page_count.saturating_sub(u32::try_from(missing.len()).unwrap_or(u32::MAX));
        (self.progress)(&request.id, done, page_count);
        if missing.is_empty() {
            return Ok(());
        }
        let known =
            &Recognitions::of(pdf, self.reader.as_ref(), self.recognitions_kept, &self.environment).await;
        let mut reads = stream::iter(missing)
            .map(|page| async move {
                let text = self.words(pdf, page, known).await?;
                self.environment.pages.put(packet, &text).await?;
                (self.environment.stop_point)("ocr.page");
                Ok::<(), StageFailure>(())
            })
            .buffer_unordered(self.pages_in_flight.max(1));
        while reads.try_next().await?.is_some() {
            done += 1;
            (self.progress)(&request.id, done, page_count);
        }
        Ok(())
    }

    /// The packet with its words over it. They are for looking for in the packet, and are known without it: where they
    /// cannot be laid the packet stays as it is, and says so.
    async fn searchable(
        &self,
        pdf: &PacketPdf,
        pages: &[PageText],
    ) -> Result<(BlobRef, Option<String>), StageFailure> {
        match self.reader.add_text_layer(pdf, pages).await {
            Ok(searchable) => Ok((self.environment.blobs.put(BlobClass::Packet, searchable).await?, None)),
            Err(error) if error.class == ErrorClass::Transient => Err(reader_failure(error)),
            Err(error) => {
                tracing::warn!(%error, "packet kept without a text layer");
                Ok((pdf.blob.clone(), Some(error.cause)))
            }
        }
    }

    async fn words(
        &self,
        pdf: &PacketPdf,
        page: u32,
        known: &Recognitions<'_>,
    ) -> Result<PageText, StageFailure> {
        if let Some(text) = known.find(page).await {
            return Ok(text);
        }
        let text = self.read_page(pdf, page).await?;
        known.keep(&text).await;
        Ok(text)
    }

    async fn read_page(&self, pdf: &PacketPdf, page: u32) -> Result<PageText, StageFailure> {
        match self.reader.read_page(pdf, page).await {
            Ok(text) => Ok(text),
            Err(error) if error.class == ErrorClass::Transient => Err(reader_failure(error)),
            Err(error) => {
                tracing::warn!(page, %error, "page kept without words");
                Ok(PageText::unreadable(page, error.cause))
            }
        }
    }
}

fn reader_failure(error: domain::ports::PortError) -> StageFailure {
    match error.class {
        ErrorClass::Transient => StageFailure::failed(Cause::WorkerDied, error.to_string()),
        ErrorClass::Permanent | ErrorClass::LeaseLost | ErrorClass::NotFound | ErrorClass::Conflict => {
            error.into()
        }
    }
}
