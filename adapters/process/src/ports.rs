//! The pool as the domain's `PageReader`: the same words in the domain's types. `assembler` does it for packets.

use crate::calls::PdfDocument;
use crate::error::PoolError;
use crate::pool::WorkerPool;
use crate::upright;
use async_trait::async_trait;
use bytes::Bytes;
use documents::read::{PageText as ReadText, ReadMethod as HowRead, ReadSettings, Word as ReadWord};
use documents::unseen::UnseenWhy as HowUnseen;
use domain::ids::PageKey;
use domain::ocr_pool::{PageText, ReadMethod, UnseenText, UnseenWhy, Word};
use domain::ports::{PacketPdf, PageReader, PortError, PortResult};

#[async_trait]
impl PageReader for WorkerPool {
    fn share(&self, pdf: Bytes) -> Bytes {
        self.files().share(pdf)
    }

    async fn page_count(&self, pdf: &PacketPdf) -> PortResult<u32> {
        let count = WorkerPool::page_count(self, &document(pdf)).await;
        count.map_err(|error| port_error("packet", &error))
    }

    async fn page_keys(&self, pdf: &PacketPdf) -> PortResult<Vec<Option<PageKey>>> {
        let keys = WorkerPool::page_keys(self, &document(pdf), ReadSettings::default()).await;
        let keys = keys.map_err(|error| port_error("packet", &error))?;
        Ok(keys.into_iter().map(|key| key.map(|key| PageKey::new(key.0))).collect())
    }

    async fn read_page(&self, pdf: &PacketPdf, page: u32) -> PortResult<PageText> {
        let read = WorkerPool::read_page(self, &document(pdf), page, ReadSettings::default()).await;
        read.map(from_worker).map_err(|error| port_error(&format!("page {page} of the packet"), &error))
    }

    async fn add_text_layer(&self, pdf: &PacketPdf, pages: &[PageText]) -> PortResult<Bytes> {
        // Born-digital packets cost nothing: they are not even sent.
        if !pages.iter().any(|page| page.method == ReadMethod::Ocr && !page.words.is_empty()) {
            return Ok(pdf.bytes.clone());
        }
        let pages = pages.iter().map(to_worker).collect();
        let searchable = WorkerPool::add_text_layer(self, &pdf.bytes, pages).await;
        searchable.map_err(|error| port_error("searchable packet", &error))
    }
}

fn document(pdf: &PacketPdf) -> PdfDocument {
    PdfDocument::named(pdf.blob.as_str(), pdf.bytes.clone())
}

/// A worker's refusal stands, and so does a page that has cost two; one death, silence or babble may pass.
pub(crate) fn port_error(thing: &str, error: &PoolError) -> PortError {
    match error {
        PoolError::Refused { .. } | PoolError::GivenUp { .. } | PoolError::LayerGivenUp { .. } => {
            PortError::permanent(thing, error)
        }
        PoolError::Deadline { .. }
        | PoolError::Crashed { .. }
        | PoolError::Garbled { .. }
        | PoolError::NoRoom { .. }
        | PoolError::NotStarted { .. } => PortError::transient(thing, error),
    }
}

/// As the searchable packet will show the page.
fn from_worker(page: ReadText) -> PageText {
    let (turned, lying) = (upright::turn_of(&page), (page.width_pt, page.height_pt));
    let (width_pt, height_pt) = upright::size(lying, turned);
    PageText {
        page: page.page,
        turned,
        width_pt,
        height_pt,
        method: match page.method {
            HowRead::TextLayer => ReadMethod::TextLayer,
            HowRead::Ocr => ReadMethod::Ocr,
            HowRead::Blank => ReadMethod::Blank,
        },
        words: page
            .words
            .into_iter()
            .map(|word| Word {
                text: word.text,
                bbox: upright::upright(word.bbox, lying, turned),
                confidence: word.confidence,
                line: word.line,
            })
            .collect(),
        text: page.text,
        mean_confidence: page.mean_confidence,
        unread_because: None,
        unseen: page
            .unseen
            .into_iter()
            .map(|unseen| UnseenText {
                why: why_unseen(unseen.why),
                words: unseen.words,
                text: unseen.text.into(),
            })
            .collect(),
    }
}

fn why_unseen(why: HowUnseen) -> UnseenWhy {
    match why {
        HowUnseen::Invisible => UnseenWhy::Invisible,
        HowUnseen::NearBackground => UnseenWhy::NearBackground,
        HowUnseen::Transparent => UnseenWhy::Transparent,
        HowUnseen::Tiny => UnseenWhy::Tiny,
        HowUnseen::OffPage => UnseenWhy::OffPage,
        HowUnseen::Clipped => UnseenWhy::Clipped,
        HowUnseen::Covered => UnseenWhy::Covered,
        HowUnseen::HiddenLayer => UnseenWhy::HiddenLayer,
        HowUnseen::HiddenAnnotation => UnseenWhy::HiddenAnnotation,
        HowUnseen::Metadata => UnseenWhy::Metadata,
        HowUnseen::Attachment => UnseenWhy::Attachment,
        HowUnseen::Script => UnseenWhy::Script,
    }
}

/// Back for the text layer, which needs places, turns and method only.
fn to_worker(page: &PageText) -> ReadText {
    let size = (page.width_pt, page.height_pt);
    let (width_pt, height_pt) = upright::size(size, page.turned);
    ReadText {
        page: page.page,
        width_pt,
        height_pt,
        rotation: 0,
        method: match page.method {
            ReadMethod::TextLayer => HowRead::TextLayer,
            ReadMethod::Ocr => HowRead::Ocr,
            ReadMethod::Blank | ReadMethod::Unreadable => HowRead::Blank,
        },
        words: page
            .words
            .iter()
            .map(|word| ReadWord {
                text: word.text.clone(),
                bbox: upright::as_it_lies(word.bbox, size, page.turned),
                confidence: word.confidence,
                line: word.line,
                block: 0,
            })
            .collect(),
        text: String::new(),
        mean_confidence: page.mean_confidence,
        unseen: Vec::new(),
        turned: page.turned,
        deskewed: 0.0,
    }
}
