//! Sends every file of a folder through worker processes, one packet a file, and prints a table: how it
//! ended, pages, words, worker CPU and wall time. For a look at a heap of odd files.
//!
//! `cargo run -p process --example read_folder -- WORKER FOLDER [PAGES]`, where WORKER is a program that
//! runs `process::cage::Cage::serve`.

use bytes::Bytes;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput};
use documents::read::{ReadMethod, ReadSettings};
use process::{Deadlines, PdfDocument, WorkerCommand, WorkerPool};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: read_folder WORKER FOLDER [PAGES]";
    let (program, folder) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let pages_max: u32 = arguments.next().map_or(Ok(u32::MAX), |pages| pages.parse())?;
    let command = WorkerCommand::new(program.into(), vec!["worker".to_owned()], std::env::vars());
    let pool = WorkerPool::new(command, 1, Deadlines::default());
    let mut files: Vec<_> = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut shown = std::io::stdout().lock();
    for file in files.iter().filter(|file| file.is_file()) {
        let (start, cpu) = (Instant::now(), children_cpu_s());
        let ended = read(&pool, file, pages_max).await.unwrap_or_else(|error| format!("failed: {error}"));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let (wall, cpu) = (start.elapsed().as_secs_f32(), children_cpu_s() - cpu);
        writeln!(shown, "{name}\t{ended}\t{wall:.2} s wall\t{cpu:.2} s cpu of workers")?;
    }
    Ok(())
}

async fn read(pool: &WorkerPool, file: &Path, pages_max: u32) -> Result<String, Box<dyn Error>> {
    let fragment = FragmentInput {
        id: "file".to_owned(),
        bookmark: "file".to_owned(),
        section: String::new(),
        facts: Default::default(),
        given_up: None,
        bytes: Bytes::new(),
    };
    let request = AssembleRequest {
        title: "Packet".to_owned(),
        fragments: vec![fragment],
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    };
    let (assembled, pdf) = pool.assemble(request, &[Bytes::from(std::fs::read(file)?)]).await?;
    let repaired =
        assembled.fragments.first().map_or("left out".to_owned(), |report| format!("{:?}", report.state));
    let document = PdfDocument::new(pdf.clone());
    let count = pool.page_count(&document).await?;
    let (mut pages, mut words, mut unread) = (Vec::new(), 0, Vec::new());
    for number in 1..=count.min(pages_max) {
        match pool.read_page(&document, number, ReadSettings::default()).await {
            Ok(page) => {
                words += page.words.len();
                pages.push(page);
            }
            Err(error) => unread.push(format!("page {number}: {error}")),
        }
    }
    let recognised = pages.iter().filter(|page| page.method == ReadMethod::Ocr).count();
    let searchable = pool.add_text_layer(&pdf, pages).await?;
    Ok(format!(
        "{repaired}\t{count} pages\t{recognised} recognised\t{words} words\t{} bytes\t{}",
        searchable.len(),
        unread.join("; ")
    ))
}

/// CPU seconds of this process's living children, from their `stat` files in clock ticks of 10 ms.
fn children_cpu_s() -> f32 {
    let own = std::process::id();
    let tasks = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
    let ticks = |pid: &str| -> Option<f32> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = stat.rsplit(')').next()?.split_whitespace();
        let user: f32 = fields.nth(11)?.parse().ok()?;
        let system: f32 = fields.next()?.parse().ok()?;
        Some(user + system)
    };
    tasks.split_whitespace().filter_map(ticks).sum::<f32>() / 100.0
}
