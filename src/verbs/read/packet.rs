//! From files to a packet with words, through worker processes: this process never parses a file itself.

use super::inputs::Piece;
use crate::error::Failure;
use bytes::Bytes;
use documents::assemble::{AssembleError, AssembleLimits, AssembleRequest, Assembled, FragmentInput};
use documents::protocol::WorkerError;
use documents::repair::{Damage, FileState};
use domain::ids::BlobRef;
use domain::ocr_pool::PageText;
use domain::ports::{PacketPdf, PageReader, PortError};
use futures::stream::{self, StreamExt, TryStreamExt};
use indicatif::{ProgressBar, ProgressStyle};
use process::{PoolError, WorkerPool};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The packet, read.
pub(super) struct ReadPacket {
    pub assembled: Assembled,
    pub pdf: PacketPdf,
    pub pages: Vec<PageText>,
}

/// Reads the files' bytes.
///
/// # Errors
/// A file cannot be read, or they are too large together.
pub(super) async fn load(files: &[PathBuf]) -> Result<Vec<Bytes>, Failure> {
    let limit = AssembleLimits::default().bytes_per_packet;
    let mut contents = Vec::new();
    let mut all = 0;
    for file in files {
        let unreadable = |error| Failure::failed(shown(file), error, "give a file that can be read");
        let about = tokio::fs::metadata(file).await.map_err(unreadable)?;
        if !about.is_file() {
            return Err(Failure::failed(shown(file), "is no file", "give a PDF, picture, note or archive"));
        }
        all += about.len();
        if all > limit {
            let cause = format!("the files are larger than {} MB together", limit / 1024 / 1024);
            return Err(Failure::failed(shown(file), cause, "give fewer files, or smaller scans"));
        }
        contents.push(Bytes::from(tokio::fs::read(file).await.map_err(unreadable)?));
    }
    Ok(contents)
}

/// Puts the files together and reads every page.
///
/// # Errors
/// A file cannot be used, or workers cannot be started.
pub(super) async fn read(pool: &WorkerPool, pieces: &[Piece]) -> Result<ReadPacket, Failure> {
    let inputs = pieces.iter().enumerate().map(|(index, piece)| FragmentInput {
        // Named by their places: what a worker says then names no one.
        id: index.to_string(),
        bookmark: format!("File {}", piece.file + 1),
        section: String::new(),
        facts: Default::default(),
        given_up: None,
        bytes: Bytes::new(),
    });
    let request = AssembleRequest {
        title: "Packet".to_owned(),
        fragments: inputs.collect(),
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    };
    let contents: Vec<Bytes> = pieces.iter().map(|piece| piece.bytes.clone()).collect();
    let bar = step_bar("putting the files together");
    let assembled = pool.assemble(request, &contents).await;
    bar.finish_and_clear();
    let (assembled, bytes) = assembled.map_err(|error| assembly_failure(&error, pieces))?;
    let pdf = PacketPdf { blob: BlobRef::new("packet"), bytes };
    let pages = read_pages(pool, &pdf, u32::try_from(assembled.pages.len()).unwrap_or(u32::MAX)).await?;
    Ok(ReadPacket { assembled, pdf, pages })
}

async fn read_pages(pool: &WorkerPool, pdf: &PacketPdf, count: u32) -> Result<Vec<PageText>, Failure> {
    let bar = progress_bar(count);
    let reads = stream::iter(1..=count).map(|page| {
        let bar = &bar;
        async move {
            let text = read_page(pool, pdf, page).await;
            bar.inc(1);
            Ok::<PageText, Failure>(text)
        }
    });
    let pages = reads.buffered(pool.size()).try_collect().await;
    bar.finish_and_clear();
    pages
}

/// A page that nobody could read is kept as such: a page that costs a worker has been tried twice by then.
async fn read_page(pool: &WorkerPool, pdf: &PacketPdf, page: u32) -> PageText {
    PageReader::read_page(pool, pdf, page).await.unwrap_or_else(|error| {
        tracing::warn!(page, %error, "page kept without words");
        PageText::unreadable(page, error.cause)
    })
}

/// A step without a known length; hidden where nobody watches.
pub(super) fn step_bar(step: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(step.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Hidden where nobody watches.
fn progress_bar(count: u32) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("reading [{bar:40}] {pos}/{len} pages, {eta} left");
    ProgressBar::new(u64::from(count)).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The packet with words laid over its recognised pages.
///
/// # Errors
/// The workers cannot make it.
pub(super) async fn searchable(pool: &WorkerPool, packet: &ReadPacket) -> Result<Bytes, Failure> {
    let made = PageReader::add_text_layer(pool, &packet.pdf, &packet.pages).await;
    made.map_err(|PortError { cause, .. }| {
        Failure::failed("the searchable packet", cause, "read without --pdf, and report the files")
    })
}

/// What a mended file is told to have had; none for a whole one.
pub(super) fn mended(state: &FileState) -> Option<String> {
    let listed = |what: &[Damage]| what.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match state {
        FileState::Whole => None,
        FileState::Repaired { what } => Some(format!("was damaged ({}); check its pages", listed(what))),
        FileState::Rasterised { what } => {
            Some(format!("was damaged ({}); its pages are pictures now", listed(what)))
        }
        FileState::Quarantined { reason } => Some(reason.to_string()),
    }
}

/// Which file, why, and the way out.
fn assembly_failure(error: &PoolError, pieces: &[Piece]) -> Failure {
    let PoolError::Refused { cause: WorkerError::Assemble { cause } } = error else {
        return Failure::failed("the packet", error, "try again; if it stays, read the files one by one");
    };
    let AssembleError::Faulty { faulty } = cause else {
        let (cause, way_out) = split(&cause.to_string());
        return Failure::failed("the packet", cause, way_out);
    };
    let named: Vec<(String, String, String)> = faulty
        .iter()
        .map(|faulty| {
            let file = faulty.fragment_id.parse::<usize>().ok().and_then(|index| pieces.get(index));
            let (cause, way_out) = split(&faulty.fault.to_string());
            (file.map_or_else(|| "a file".to_owned(), |piece| piece.name.clone()), cause, way_out)
        })
        .collect();
    match named.as_slice() {
        [(file, cause, way_out)] => Failure::failed(file.clone(), cause, way_out.clone()),
        many => {
            let causes: Vec<String> =
                many.iter().map(|(file, cause, way_out)| format!("{file}: {cause}; {way_out}")).collect();
            let thing = format!("{} of the files cannot be used", many.len());
            Failure::failed(thing, causes.join("\n"), "mend or leave out the files named")
        }
    }
}

/// The workers' texts give cause and way out in one sentence.
pub(super) fn split(text: &str) -> (String, String) {
    let (cause, way_out) =
        text.split_once("; ").unwrap_or((text, "read the files one by one to find the cause"));
    (cause.to_owned(), way_out.to_owned())
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
