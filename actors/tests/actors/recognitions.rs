//! Words of recognised pages are kept for other packets: what is read once, and what is read all the same.

use crate::bench::{Bench, until};
use crate::documents::{assembling, captured_as, reading, start};
use crate::hospital::documents::{TextAssembler, TextReader};
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::PageKey;
use domain::ocr_pool::{PageText, ReadMethod};
use domain::ports::{PacketPdf, PageReader, PageStore, PortResult};
use domain::work::Stage;
use memory::{Faults, Faulty};
use std::sync::{Arc, Mutex};

/// Reads sheets as if they were scans, and notes which.
struct Scans {
    reader: Arc<TextReader>,
    method: ReadMethod,
    read: Mutex<Vec<String>>,
}

impl Scans {
    fn new(method: ReadMethod) -> Arc<Self> {
        Arc::new(Self { reader: TextReader::new(1), method, read: Mutex::default() })
    }

    fn read(&self) -> Vec<String> {
        let mut read = self.read.lock().expect("no panic").clone();
        read.sort();
        read
    }
}

#[async_trait]
impl PageReader for Scans {
    async fn page_count(&self, pdf: &PacketPdf) -> PortResult<u32> {
        self.reader.page_count(pdf).await
    }

    async fn page_keys(&self, pdf: &PacketPdf) -> PortResult<Vec<Option<PageKey>>> {
        self.reader.page_keys(pdf).await
    }

    async fn read_page(&self, pdf: &PacketPdf, page: u32) -> PortResult<PageText> {
        let text = self.reader.read_page(pdf, page).await?;
        self.read.lock().expect("no panic").push(text.text.clone());
        Ok(PageText { method: self.method, ..text })
    }

    async fn add_text_layer(&self, pdf: &PacketPdf, pages: &[PageText]) -> PortResult<Bytes> {
        self.reader.add_text_layer(pdf, pages).await
    }
}

/// Has a packet of these sheets read by a pool of its own, and gives its pages' texts.
async fn read(bench: &Bench, scans: &Arc<Scans>, number: u32, sheets: &[&[u8]]) -> Vec<(u32, String)> {
    let request = captured_as(bench, number, sheets).await;
    let reassembly = start(bench, assembling(bench, &TextAssembler::new(1))).await;
    until("a packet", || bench.queued() == [Stage::Ocr]).await;
    let pool = start(bench, reading(bench, scans.clone())).await;
    until("the words", || bench.queued() == [Stage::Parse]).await;
    reassembly.stop(None);
    pool.stop(None);
    let packet = bench.stored(&request.id).await.packet.expect("a packet").id;
    let pages = bench.stores.pages.all(&packet).await.expect("read");
    crate::orders::forget(bench).await;
    pages.into_iter().map(|page| (page.page, page.text)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_again_is_not_read_again() {
    let bench = Bench::new();
    let scans = Scans::new(ReadMethod::Ocr);
    read(&bench, &scans, 1, &[b"note", b"order"]).await;
    assert_eq!(scans.read(), ["note", "order"]);
    // The same note elsewhere in another packet, beside what is new.
    let pages = read(&bench, &scans, 2, &[b"study", b"letter", b"note"]).await;
    assert_eq!(scans.read(), ["letter", "note", "order", "study"]);
    let expected = ["study", "letter", "note"].map(str::to_owned);
    assert_eq!(pages, (1..).zip(expected).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn what_costs_nothing_to_read_is_not_kept() {
    let bench = Bench::new();
    let scans = Scans::new(ReadMethod::TextLayer);
    read(&bench, &scans, 1, &[b"note"]).await;
    read(&bench, &scans, 2, &[b"note"]).await;
    assert_eq!(scans.read(), ["note", "note"]);
}

#[tokio::test(start_paused = true)]
async fn where_the_cache_is_away_pages_are_read() {
    let mut bench = Bench::new();
    let scans = Scans::new(ReadMethod::Ocr);
    let down = Faults { fail_before: 1_000, ..Faults::default() };
    bench.environment.steps = Arc::new(Faulty::new(bench.environment.steps.clone(), down, 3));
    read(&bench, &scans, 1, &[b"note"]).await;
    let pages = read(&bench, &scans, 2, &[b"note"]).await;
    assert_eq!(pages, [(1, "note".to_owned())]);
    assert_eq!(scans.read(), ["note", "note"]);
}
