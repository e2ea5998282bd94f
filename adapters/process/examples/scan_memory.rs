//! Memory of the whole process tree while a long scan goes the service's way: makes a scan of 300 pages (200 dpi,
//! grey, speckled), makes a packet of it, reads pages with two workers in their cage and lays the words over all
//! pages; prints the peak of each step and what stays when idle workers have been let go. Files in memory count as
//! large as they are, whoever has looked at them: on a machine where nobody else makes any meanwhile.
//!
//! `cargo run --release -p process --example scan_memory -- [PAGES] [PAGES_READ] [WORKERS]`. The peak of reading is
//! reached within the first pages: later ones use the same buffers.

use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId};
use domain::ocr_pool::PageText;
use domain::patient_scraper::ContentKind;
use domain::ports::{FragmentBytes, PacketAssembler, PacketHead, PacketPdf, PageReader};
use futures::stream::{self, StreamExt, TryStreamExt};
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};
use process::cage::{self, CageRules};
use process::{Deadlines, Rest, WorkerCommand, WorkerPool};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Different sheets; the pages repeat them, each with bytes of its own.
const SHEETS: u32 = 3;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "worker") {
        return Ok(cage::enter(&CageRules::for_documents(None)).serve(None)?);
    }
    if let [make, pages, file] = arguments.as_slice()
        && make == "make"
    {
        return Ok(std::fs::write(file, scan(pages.parse()?)?)?);
    }
    let number = |at: usize, usual: u32| arguments.get(at).map_or(Ok(usual), |given| given.parse());
    let (pages, read, workers) = (number(0, 300)?, number(1, 40)?, number(2, 2)? as usize);
    // In a process of its own: what making the scan takes is nobody's.
    let file = std::env::temp_dir().join(format!("scan-memory-{}.pdf", std::process::id()));
    let made = std::process::Command::new("/proc/self/exe")
        .args(["make", &pages.to_string()])
        .arg(&file)
        .status()?;
    if !made.success() {
        return Err("the scan could not be made".into());
    }
    let scan = Bytes::from(std::fs::read(&file)?);
    std::fs::remove_file(&file)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(scan, read.min(pages), workers))
}

async fn measure(scan: Bytes, read: u32, workers: usize) -> Outcome<()> {
    let command = WorkerCommand::new("/proc/self/exe".into(), vec!["worker".to_owned()], std::env::vars());
    let rest = Rest { after: Duration::from_secs(1), keep: 1 };
    let pool = WorkerPool::new(command, workers, Deadlines::default()).resting(rest);
    let peak = Arc::new(Peak::new());
    let watch = Arc::clone(&peak).watch();
    let mut shown = std::io::stdout();
    let size = mb(scan.len() as u64);

    let bytes = put_together(&pool, scan).await?;
    let packet = PacketPdf { blob: BlobRef::new("scan"), bytes };
    writeln!(shown, "packet of {size} MB put together, peak of the tree: {} MB", peak.take())?;
    let pages = PageReader::page_count(&pool, &packet).await?;
    let start = Instant::now();
    let reads = stream::iter(1..=read).map(|page| PageReader::read_page(&pool, &packet, page));
    let words: Vec<PageText> = reads.buffer_unordered(workers).try_collect().await?;
    let took = start.elapsed();
    writeln!(
        shown,
        "{read} of {pages} pages read by {workers} workers in {took:.1?}, peak: {}",
        peak.take()
    )?;
    let all =
        |page: u32| words.iter().cycle().nth(page as usize).map(|text| PageText { page, ..text.clone() });
    let words: Vec<PageText> = (1..=pages).filter_map(all).collect();
    let searchable = PageReader::add_text_layer(&pool, &packet, &words).await?;
    writeln!(shown, "text layer laid, {} MB, peak: {} MB", mb(searchable.len() as u64), peak.take())?;
    drop((packet, searchable, words));
    let warm = peak.now();
    while pool.idle() > 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let rested = peak.now();
    peak.over.store(true, Ordering::Relaxed);
    let _ = watch.join();
    writeln!(shown, "idle, {workers} workers: {} MB; one worker: {} MB", mb(warm), mb(rested))?;
    Ok(())
}

/// The packet of one file.
async fn put_together(pool: &WorkerPool, scan: Bytes) -> Outcome<Bytes> {
    let fragment = FragmentBytes {
        id: FragmentId::new("scan"),
        heading: "Media".to_owned(),
        bookmark: "Scan".to_owned(),
        facts: Default::default(),
        kind: ContentKind::Pdf,
        bytes: scan,
    };
    let head = PacketHead { title: "Packet".to_owned(), date: "2026-11-20T08:30:00".parse()? };
    Ok(PacketAssembler::assemble(pool, &head, vec![fragment]).await?.pdf)
}

/// A PDF whose pages are scans: a few lines of text under speckle, so that they compress as scans do.
fn scan(pages: u32) -> Outcome<Vec<u8>> {
    let page = text_page();
    let document = documents::OpenDocument::open(page)?;
    let png = documents::picture::page_png(&document, 1, 200.0)?;
    let clean = image::load_from_memory(&png)?.to_luma8();
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    let id = |page: u32, part: i32| Ref::new(10 + 3 * page as i32 + part);
    pdf.pages(Ref::new(2)).kids((0..pages).map(|page| id(page, 0))).count(pages as i32);
    let (width, height) = clean.dimensions();
    let mut jpegs = Vec::new();
    for seed in 0..SHEETS {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 75).encode_image(&speckled(&clean, seed))?;
        jpegs.push(jpeg);
    }
    for (number, jpeg) in (0..pages).zip(jpegs.iter().cycle()) {
        let mut page = pdf.page(id(number, 0));
        page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(id(number, 1));
        page.resources().x_objects().pair(Name(b"I"), id(number, 2));
        page.finish();
        let mut content = Content::new();
        content.transform([612.0, 0.0, 0.0, 792.0, 0.0, 0.0]).x_object(Name(b"I"));
        pdf.stream(id(number, 1), &content.finish());
        let mut image = pdf.image_xobject(id(number, 2), jpeg);
        image.width(width as i32).height(height as i32).bits_per_component(8);
        image.color_space().device_gray();
        image.filter(Filter::DctDecode);
        image.finish();
    }
    Ok(pdf.finish())
}

/// Paper is never white: each dot a little darker by a number that looks random.
fn speckled(clean: &GrayImage, seed: u32) -> GrayImage {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut dirty = clean.clone();
    for Luma([dot]) in dirty.pixels_mut() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *dot = dot.saturating_sub((state % 24) as u8);
    }
    dirty
}

fn text_page() -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids([Ref::new(4)]).count(1);
    pdf.type1_font(Ref::new(3)).base_font(Name(b"Helvetica"));
    let mut page = pdf.page(Ref::new(4));
    page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(Ref::new(5));
    page.resources().fonts().pair(Name(b"F"), Ref::new(3));
    page.finish();
    let mut content = Content::new();
    content.begin_text().set_font(Name(b"F"), 11.0).next_line(60.0, 740.0);
    for line in 1..=40 {
        content.show(Str(format!(
            "{line} of the patient's nights the mask was worn for {line}.5 hours or more"
        )
        .as_bytes()));
        content.next_line(0.0, -16.0);
    }
    content.end_text();
    pdf.stream(Ref::new(5), &content.finish());
    pdf.finish()
}

/// Bytes in memory now: what this process and its children hold for themselves, their share of programs, and the files
/// in memory that came since the start.
fn tree_bytes(files_before: u64) -> u64 {
    let own = std::process::id().to_string();
    let pids = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().into_string().ok()).filter(|pid| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
        *pid == own || parent == Some(&own)
    });
    let held = pids.map(|pid| {
        let rollup = format!("/proc/{pid}/smaps_rollup");
        number(&rollup, "Pss:").saturating_sub(number(&rollup, "Pss_Shmem:"))
    });
    held.sum::<u64>() + files_in_memory().saturating_sub(files_before)
}

fn files_in_memory() -> u64 {
    number("/proc/meminfo", "Shmem:")
}

/// A number of kilobytes of a list, in bytes.
fn number(list: &str, name: &str) -> u64 {
    let list = std::fs::read_to_string(list).unwrap_or_default();
    let line = list.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// The highest seen since it was last asked for.
struct Peak {
    files_before: u64,
    bytes: AtomicU64,
    over: AtomicBool,
}

impl Peak {
    fn new() -> Self {
        Self { files_before: files_in_memory(), bytes: AtomicU64::new(0), over: AtomicBool::new(false) }
    }

    fn now(&self) -> u64 {
        tree_bytes(self.files_before)
    }

    fn watch(self: Arc<Self>) -> std::thread::JoinHandle<()> {
        std::thread::spawn(move || {
            while !self.over.load(Ordering::Relaxed) {
                self.bytes.fetch_max(self.now(), Ordering::Relaxed);
                std::thread::park_timeout(Duration::from_millis(10));
            }
        })
    }

    /// In megabytes.
    fn take(&self) -> u64 {
        mb(self.bytes.swap(0, Ordering::Relaxed))
    }
}

fn mb(bytes: u64) -> u64 {
    bytes / 1_000_000
}
