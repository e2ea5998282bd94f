//! What a pool of sound workers answers.

use crate::files::{BALLAST_BYTES, heavy_pdf, numbered_pdf, pages_with, pool, request};
use bytes::Bytes;
use documents::OpenError;
use documents::kind::FileKind;
use documents::protocol::WorkerError;
use documents::read::{ReadMethod, ReadSettings};
use documents::searchable::add_text_layer;
use domain::ports::PageReader;
use process::{PdfDocument, PoolError};
use std::sync::Arc;

#[tokio::test]
async fn a_packet_is_assembled_inspected_read_drawn_and_written() {
    let pool = pool(1, &[]);
    let files = [numbered_pdf("a", 1), numbered_pdf("b", 2)];
    let (assembled, pdf) = pool.assemble(request(&["a", "b"]), &files).await.unwrap();
    assert_eq!(assembled.pages.len(), 3);
    let document = PdfDocument::new(pdf.clone());
    assert_eq!(pool.page_count(&document).await.unwrap(), 3);
    let probes = pool.inspect(&document).await.unwrap();
    assert!(probes.iter().all(|page| page.method == ReadMethod::TextLayer));
    let page = pool.read_page(&document, 3, ReadSettings::default()).await.unwrap();
    assert_eq!(page.text, "b page 2");
    let png = pool.page_png(&document, 1, 50.0).await.unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert!(pool.add_text_layer(&pdf, vec![page]).await.unwrap().starts_with(b"%PDF-"));
}

#[tokio::test]
async fn large_files_are_handed_over_and_come_back_as_small_ones_do() {
    for manner in [&[][..], &["older-kernel"]] {
        let pool = pool(1, manner);
        let file = PageReader::share(&pool, heavy_pdf("heavy"));
        let (assembled, pdf) =
            pool.assemble(request(&["a", "b"]), &[file, numbered_pdf("b", 1)]).await.unwrap();
        assert_eq!(assembled.pages.len(), 2);
        assert!(pdf.len() > BALLAST_BYTES);
        let document = PdfDocument::new(pdf.clone());
        let settings = ReadSettings { ignore_text_layer: true, ..ReadSettings::default() };
        let pages = vec![pool.read_page(&document, 1, settings).await.unwrap()];
        assert_eq!((pages[0].text.as_str(), pages[0].method), ("heavy page 1", ReadMethod::Ocr));
        // The page has its words already: nothing is to be added.
        assert_eq!(pool.add_text_layer(&pdf, pages.clone()).await.unwrap().as_ptr(), pdf.as_ptr());
        let mut others = pages;
        others[0].words.iter_mut().for_each(|word| word.text = "other".to_owned());
        let searchable = pool.add_text_layer(&pdf, others.clone()).await.unwrap();
        assert_eq!(searchable, add_text_layer(pdf.to_vec(), &others).unwrap());
        // One that stands in no file is handed over as well.
        assert_eq!(pool.page_count(&PdfDocument::new(searchable.to_vec().into())).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn many_small_files_that_are_large_together_arrive_in_order() {
    let pool = pool(1, &[]);
    // Among them a large one, which has a file of its own.
    let mut files: Vec<Bytes> = (0..40).map(|at| pages_with(&format!("f{at}"), 1, 50_000)).collect();
    files[7] = heavy_pdf("f7");
    let names: Vec<String> = (0..40).map(|at| format!("f{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (assembled, pdf) = pool.assemble(request(&names), &files).await.unwrap();
    assert_eq!(assembled.pages.len(), 40);
    let document = PdfDocument::new(pdf);
    for (page, name) in [(1, "f0"), (8, "f7"), (9, "f8"), (10, "f9"), (40, "f39")] {
        let read = pool.read_page(&document, page, ReadSettings::default()).await.unwrap();
        assert_eq!(read.text, format!("{name} page 1"));
    }
}

#[tokio::test]
async fn more_documents_than_a_worker_keeps_are_sent_again() {
    let pool = pool(1, &[]);
    let documents: Vec<PdfDocument> =
        (0..6).map(|index| PdfDocument::new(numbered_pdf(&format!("d{index}"), 1))).collect();
    for _ in 0..2 {
        for (index, document) in documents.iter().enumerate() {
            let page = pool.read_page(document, 1, ReadSettings::default()).await.unwrap();
            assert_eq!(page.text, format!("d{index} page 1"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_share_few_workers() {
    let pool = Arc::new(pool(2, &[]));
    let document = PdfDocument::new(numbered_pdf("d", 20));
    let calls: Vec<_> = (1..=20)
        .map(|number| {
            let (pool, document) = (Arc::clone(&pool), document.clone());
            tokio::spawn(async move {
                let page = pool.read_page(&document, number, ReadSettings::default()).await.unwrap();
                assert_eq!(page.text, format!("d page {number}"));
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn a_refusal_is_passed_on_and_the_worker_stays() {
    let pool = pool(1, &[]);
    let login_page = PdfDocument::new(Bytes::from_static(b"<!DOCTYPE html><title>Sign in</title>"));
    let error = pool.page_count(&login_page).await.unwrap_err();
    let cause = OpenError::NotAPdf { found: FileKind::Html };
    assert_eq!(error, PoolError::Refused { cause: WorkerError::Open { cause } });
    let good = PdfDocument::new(numbered_pdf("good", 2));
    assert_eq!(pool.page_count(&good).await.unwrap(), 2);
    let error = pool.read_page(&good, 3, ReadSettings::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the document has 2 pages, page 3 was asked for");
}
