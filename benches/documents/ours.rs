//! Our own contender: the service's way from files to a searchable packet, in a process of its own with worker processes.
//!
//! `ours read JOBS AT_ONCE OUT FILE…` makes every file a packet of its own, so many at once, and writes it to the folder OUT
//! under its own name, with the words of its pages beside it; a page that has been read before is not read again, as in
//! the service (its words are kept in memory here, under the same keys); `ours merge OUT FILE…` makes all files one packet; `ours mend OUT FILE…` makes every
//! file that can be used a packet in OUT; `ours direct OUT FILE…` is `merge` without a worker, to tell what that costs.

use crate::fixtures::{PageWords, told_in};
use ::memory::{MemorySealer, MemorySteps};
use bytes::Bytes;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput, assemble};
use domain::ids::{BlobRef, FragmentId, PageKey};
use domain::keys::recognition_key;
use domain::ocr_pool::{PageText, ReadMethod};
use domain::patient_scraper::ContentKind;
use domain::ports::{
    AssembledPdf, FragmentBytes, PacketAssembler, PacketHead, PacketPdf, PageReader, StepCache, StepKey,
};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::{Timestamp, civil};
use process::{Deadlines, WorkerCommand, WorkerPool};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The longest that `mend` took for a file, in seconds.
pub(crate) const SLOWEST: &str = "slowest.json";

/// The service reads a page anew that took too long, because its machine was busy. What is counted here is CPU time, and
/// a busy machine is to spoil nothing.
const READING: Deadlines = Deadlines { page: Duration::from_mins(10), packet: Duration::from_mins(20) };

/// The program whose workers are used: the service's, where cargo has built it.
const PROGRAM: Option<&str> = option_env!("CARGO_BIN_EXE_epic-connector");

/// Calls `read`.
///
/// # Errors
/// This program cannot be found.
pub(crate) fn read(jobs: usize, at_once: usize, out: &Path, files: &[PathBuf]) -> Outcome<Command> {
    let mut command = call("read")?;
    command.arg(jobs.to_string()).arg(at_once.to_string()).arg(out).args(files);
    Ok(command)
}

/// Calls one of the others.
///
/// # Errors
/// This program cannot be found.
pub(crate) fn of_files(verb: &str, out: &Path, files: &[PathBuf]) -> Outcome<Command> {
    let mut command = call(verb)?;
    command.arg(out).args(files);
    Ok(command)
}

fn call(verb: &str) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["ours", verb]);
    Ok(command)
}

/// The words that `read` found in a file.
///
/// # Errors
/// It has not written them.
pub(crate) fn words(out: &Path, file: &Path) -> Outcome<Vec<PageWords>> {
    told_in(&beside(out, file, "json"))
}

fn beside(out: &Path, file: &Path, ending: &str) -> PathBuf {
    out.join(file.file_name().unwrap_or_default()).with_extension(ending)
}

/// Runs a job.
///
/// # Errors
/// A file cannot be used or written; `mend` goes on with the next.
pub(crate) fn run(job: &[&str]) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match job {
        ["read", jobs, at_once, out, files @ ..] => {
            let reader = Reader {
                pool: pool(jobs.parse()?, READING)?,
                sealer: MemorySealer::new(1),
                known: MemorySteps::default(),
                out: PathBuf::from(out),
            };
            let reads = stream::iter(files).map(|file| reader.read_file(Path::new(file)));
            runtime.block_on(reads.buffer_unordered(at_once.parse()?).try_collect())
        }
        ["merge", out, files @ ..] => {
            let (pool, files) = (pool(1, Deadlines::default())?, contents(files)?);
            let packet = runtime.block_on(put_together(&pool, files))?;
            Ok(std::fs::write(out, &packet.pdf)?)
        }
        ["mend", out, files @ ..] => {
            let pool = pool(1, Deadlines::default())?;
            let mut slowest = 0.0_f64;
            for file in files {
                let (content, started) = (contents(&[*file])?, Instant::now());
                let packet = runtime.block_on(put_together(&pool, content));
                slowest = slowest.max(started.elapsed().as_secs_f64());
                // One that cannot be mended leaves no file.
                if let Ok(packet) = packet {
                    std::fs::write(beside(Path::new(out), Path::new(file), "pdf"), &packet.pdf)?;
                }
            }
            Ok(std::fs::write(Path::new(out).join(SLOWEST), slowest.to_string())?)
        }
        ["direct", out, files @ ..] => direct(Path::new(out), contents(files)?),
        _ => Err("no such job".into()),
    }
}

fn pool(size: usize, deadlines: Deadlines) -> Outcome<WorkerPool> {
    let program = match PROGRAM {
        Some(program) => PathBuf::from(program),
        None => std::env::current_exe()?,
    };
    let command = WorkerCommand::new(program, vec!["worker".to_owned()], std::env::vars());
    Ok(WorkerPool::new(command, size, deadlines))
}

fn contents(files: &[&str]) -> Outcome<Vec<Bytes>> {
    files.iter().map(|file| Ok(Bytes::from(std::fs::read(file)?))).collect()
}

async fn put_together(pool: &WorkerPool, files: Vec<Bytes>) -> Outcome<AssembledPdf> {
    let fragments = files.into_iter().enumerate().map(|(number, bytes)| FragmentBytes {
        id: FragmentId::new(number.to_string()),
        heading: "Media".to_owned(),
        bookmark: format!("File {}", number + 1),
        facts: BTreeMap::new(),
        kind: ContentKind::Pdf,
        bytes,
    });
    let head = PacketHead { title: "Packet".to_owned(), date: civil::date(2026, 11, 22).at(9, 30, 0, 0) };
    Ok(PacketAssembler::assemble(pool, &head, fragments.collect()).await?)
}

/// Reads files, and remembers the words of their pages as the service does.
struct Reader {
    pool: WorkerPool,
    sealer: MemorySealer,
    known: MemorySteps,
    out: PathBuf,
}

impl Reader {
    async fn read_file(&self, file: &Path) -> Outcome<()> {
        let packet = put_together(&self.pool, vec![Bytes::from(std::fs::read(file)?)]).await?;
        // The service names it by its content as well, when it keeps it.
        let content = Sha256::digest(&packet.pdf);
        let blob = BlobRef::new(content.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let pdf = PacketPdf { blob, bytes: packet.pdf };
        let keys = PageReader::page_keys(&self.pool, &pdf).await?;
        let reads = stream::iter((1..).zip(keys)).map(|(page, key)| self.read_page(&pdf, page, key));
        let pages: Vec<PageText> = reads.buffered(self.pool.size()).try_collect().await?;
        let searchable = PageReader::add_text_layer(&self.pool, &pdf, &pages).await?;
        std::fs::write(beside(&self.out, file, "pdf"), &searchable)?;
        let words = |page: &PageText| page.words.iter().map(|word| word.text.clone()).collect();
        let words: Vec<PageWords> = pages.iter().map(words).collect();
        Ok(std::fs::write(beside(&self.out, file, "json"), serde_json::to_vec(&words)?)?)
    }

    async fn read_page(&self, pdf: &PacketPdf, page: u32, key: Option<PageKey>) -> Outcome<PageText> {
        let key = key.map(|key| StepKey::Recognition(recognition_key(&self.sealer, &key)));
        if let Some(key) = &key
            && let Some(known) = self.known.get(key, Timestamp::UNIX_EPOCH).await?
        {
            return Ok(PageText { page, ..serde_json::from_slice(&known)? });
        }
        let text = PageReader::read_page(&self.pool, pdf, page).await?;
        if let (Some(key), ReadMethod::Ocr) = (&key, text.method) {
            self.known.put(key, serde_json::to_vec(&text)?.into(), Timestamp::MAX).await?;
        }
        Ok(text)
    }
}

fn direct(out: &Path, files: Vec<Bytes>) -> Outcome<()> {
    let fragments = files.into_iter().enumerate().map(|(number, bytes)| FragmentInput {
        id: number.to_string(),
        bookmark: format!("File {}", number + 1),
        section: "Media".to_owned(),
        facts: BTreeMap::new(),
        given_up: None,
        bytes,
    });
    let request = AssembleRequest {
        title: "Packet".to_owned(),
        fragments: fragments.collect(),
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: true,
    };
    Ok(std::fs::write(out, assemble(request)?.pdf)?)
}
