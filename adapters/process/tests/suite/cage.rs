//! The cage: what hostile code in a worker would try is refused or ends the worker, the cause is named, and
//! the pool's other work goes on; and real work of every kind still works inside.

use crate::files::{command, numbered_pdf, pool, request, scan};
use bytes::Bytes;
use documents::fax_variant::FaxSettings;
use documents::protocol::WorkerError;
use documents::read::{ReadMethod, ReadSettings};
use process::cage::WallKind;
use process::{Deadlines, Death, PdfDocument, PoolError, Rest, WorkerPool};
use std::time::Duration;

/// What one misbehaving worker is met with, while a real one works on the same machine.
async fn met_with(manner: &str) -> PoolError {
    let hostile = pool(1, &[manner]);
    let sound = pool(1, &[]);
    let document = PdfDocument::new(numbered_pdf("d", 2));
    let (error, page) =
        tokio::join!(hostile.page_count(&document), sound.read_page(&document, 2, ReadSettings::default()));
    assert_eq!(page.unwrap().text, "d page 2", "{manner}");
    error.unwrap_err()
}

async fn is_stopped(manner: &str) {
    let error = met_with(manner).await;
    assert_eq!(error, PoolError::Crashed { death: Death::Forbidden }, "{manner}");
    assert!(error.to_string().contains("forbidden"), "{error}");
}

async fn is_refused(manner: &str) {
    let cause = "refused PermissionDenied".to_owned();
    assert_eq!(met_with(manner).await, PoolError::Refused { cause: WorkerError::BadRequest { cause } });
}

#[tokio::test]
async fn starting_a_program_is_stopped() {
    is_stopped("run-a-program").await;
}

#[tokio::test]
async fn becoming_a_program_is_stopped() {
    is_stopped("become-a-program").await;
}

#[tokio::test]
async fn opening_a_socket_is_stopped() {
    is_stopped("open-a-socket").await;
}

#[tokio::test]
async fn connecting_is_stopped() {
    is_stopped("connect").await;
}

#[tokio::test]
async fn removing_a_file_is_stopped() {
    let victim = std::env::temp_dir().join("process-test-worker-victim");
    std::fs::write(&victim, "kept").unwrap();
    is_stopped("remove-a-file").await;
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "kept");
    std::fs::remove_file(victim).unwrap();
}

#[tokio::test]
async fn writing_a_file_is_refused() {
    is_refused("write-a-file").await;
    assert!(!std::env::temp_dir().join("process-test-worker-written").exists());
}

#[tokio::test]
async fn reading_a_file_is_refused() {
    is_refused("read-a-file").await;
}

#[tokio::test]
async fn looking_into_other_processes_is_refused() {
    is_refused("read-environment").await;
}

#[tokio::test]
async fn looking_around_is_refused() {
    is_refused("list-a-folder").await;
}

#[tokio::test]
async fn the_cage_is_told_and_whole_here() {
    let state = pool(1, &[]).cage().await.unwrap();
    assert!(state.is_whole(), "{state}");
    let kinds: Vec<WallKind> = state.walls.iter().map(|wall| wall.kind).collect();
    assert_eq!(kinds, [WallKind::Dumps, WallKind::Orphans, WallKind::Files, WallKind::SystemCalls]);
    let older = pool(1, &["older-kernel"]).cage().await.unwrap();
    assert!(older.is_whole() && older.to_string().contains("no file can be opened"), "{older}");
}

/// Assembles, looks, reads a text layer and a scan, draws and adds a layer.
async fn every_kind_of_work(pool: &WorkerPool) {
    let text = numbered_pdf("Facesheet", 1);
    let files = [text.clone(), scan(&text)];
    let (assembled, pdf) = pool.assemble(request(&["text", "scan"]), &files).await.unwrap();
    assert_eq!(assembled.pages.len(), 2);
    let document = PdfDocument::new(pdf.clone());
    let methods: Vec<_> =
        pool.inspect(&document).await.unwrap().into_iter().map(|page| page.method).collect();
    assert_eq!(methods, [ReadMethod::TextLayer, ReadMethod::Ocr]);
    let mut pages = Vec::new();
    for number in [1, 2] {
        pages.push(pool.read_page(&document, number, ReadSettings::default()).await.unwrap());
        assert_eq!(pages.last().unwrap().text, "Facesheet page 1");
    }
    assert!(pool.page_png(&document, 1, 100.0).await.unwrap().starts_with(b"\x89PNG"));
    assert!(pool.add_text_layer(&pdf, pages).await.unwrap().starts_with(b"%PDF-"));
    let (fax, _) = pool.fax_variant(&pdf, FaxSettings::default()).await.unwrap();
    assert_eq!(fax.pages, 2);
    let broken = PdfDocument::new(Bytes::from_static(b"%PDF-1.7\n1 0 obj << /Type /Catalog"));
    assert!(matches!(pool.page_count(&broken).await, Err(PoolError::Refused { .. })));
}

#[tokio::test]
async fn real_work_works_inside() {
    every_kind_of_work(&pool(1, &[])).await;
}

#[tokio::test]
async fn real_work_works_without_landlock() {
    every_kind_of_work(&pool(1, &["older-kernel"])).await;
}

#[tokio::test]
async fn idle_workers_are_let_go_down_to_those_that_are_kept() {
    let rest = Rest { after: Duration::from_millis(50), keep: 1 };
    let pool = WorkerPool::new(command(&[]), 3, Deadlines::default()).resting(rest);
    pool.prestart().await.unwrap();
    assert_eq!(pool.idle(), 1);
    let document = PdfDocument::new(numbered_pdf("d", 1));
    let (one, two, three) =
        tokio::join!(pool.page_count(&document), pool.page_count(&document), pool.page_count(&document));
    assert_eq!((one.unwrap(), two.unwrap(), three.unwrap()), (1, 1, 1));
    let rested = async {
        while pool.idle() > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), rested).await.unwrap();
    assert_eq!(pool.page_count(&document).await.unwrap(), 1);
    assert_eq!(pool.idle(), 1);
}
