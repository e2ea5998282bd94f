//! Printing notes: the words, the same bytes, and no way out for what stands in them.

use crate::support::{launcher, processes_of, until_nothing_is_left};
use bytes::Bytes;
use chromium::{ChromiumPrinter, PrinterOptions};
use domain::ports::{ErrorClass, HtmlPrinter};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn printer(run_dir: &Path, options: PrinterOptions) -> ChromiumPrinter {
    ChromiumPrinter::new(launcher(run_dir), options)
}

fn words(pdf: &Bytes) -> (usize, String) {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    (pages.len(), document.extract_text(&pages).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_note_gives_the_same_bytes_from_any_browser() {
    let run_dir = tempfile::tempdir().unwrap();
    let options = PrinterOptions { prints_per_browser: 2, ..PrinterOptions::default() };
    let printer = printer(run_dir.path(), options);
    let note = Bytes::from_static("<title>Note</title><h1>Übergabe</h1><p>AHI 22.4 events/hour".as_bytes());
    let first = printer.print(note.clone()).await.unwrap();
    assert!(printer.edition().await.unwrap().contains("Chrom"), "the browser's own name and version");
    let browser = processes_of(run_dir.path());
    let (pages, text) = words(&first);
    assert_eq!(pages, 1);
    assert!(text.contains("AHI 22.4 events/hour") && text.contains("Übergabe"), "{text}");

    assert_eq!(printer.print(note.clone()).await.unwrap(), first);
    assert!(
        processes_of(run_dir.path()).iter().any(|pid| browser.contains(pid)),
        "one browser serves many notes"
    );
    assert_eq!(printer.print(note).await.unwrap(), first);
    let fresh = processes_of(run_dir.path());
    assert!(
        !fresh.is_empty() && !fresh.iter().any(|pid| browser.contains(pid)),
        "a worn browser is replaced"
    );
    printer.close().await;
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_runs_nothing_and_reaches_nobody() {
    let run_dir = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let out = format!("http://{}", listener.local_addr().unwrap());
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let note = format!(
        r#"<!doctype html><meta http-equiv="refresh" content="0;url={out}/refresh">
        <link rel="preconnect" href="{out}"><link rel="dns-prefetch" href="{out}">
        <link rel="prefetch" href="{out}/prefetch"><link rel="stylesheet" href="{out}/style">
        <img src="{out}/image"><iframe src="{out}/frame"></iframe><object data="{out}/object"></object>
        <iframe src="file:///etc/passwd"></iframe><embed src="file:///etc/hostname">
        <style>@font-face {{ font-family: x; src: url({out}/font) }} p {{ font-family: x; background: url({out}/b) }}</style>
        <p id="p">Quiet words</p><script>document.querySelector('#p').textContent = 'Script ran'</script>
        <img src="x" onerror="document.querySelector('#p').textContent = 'Handler ran'">
        <video src="{out}/video" autoplay></video><body onload="location='{out}/gone'">"#
    );
    let printer = printer(run_dir.path(), PrinterOptions::default());
    let pdf = printer.print(Bytes::from(note)).await.unwrap();
    let (_, text) = words(&pdf);
    assert!(text.contains("Quiet words"), "{text}");
    assert!(!text.contains("ran") && !text.contains("root:"), "{text}");
    printer.close().await;
    assert_eq!(visits.load(Ordering::SeqCst), 0, "somebody was reached");
    until_nothing_is_left(run_dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_browser_goes_and_comes_back_with_the_next_note() {
    let run_dir = tempfile::tempdir().unwrap();
    let options = PrinterOptions {
        idle: Duration::from_millis(50),
        html_bytes_max: 10_000,
        ..PrinterOptions::default()
    };
    let printer = printer(run_dir.path(), options);
    for note in [&b"<p>one"[..], b"<p>two", b"", b"\xff\xfe\x00 odd \x80"] {
        printer.print(Bytes::copy_from_slice(note)).await.unwrap();
        until_nothing_is_left(run_dir.path()).await;
    }
    let error = printer.print(Bytes::from(vec![b'x'; 10_001])).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent);

    let long = "<p style='break-after: page'>page</p>".repeat(200);
    let (pages, _) = words(&printer.print(Bytes::from(long)).await.unwrap());
    assert_eq!(pages, 200);
}
