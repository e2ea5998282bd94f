//! A run: packets by number, each rendered, read, understood and held against its truth, on a thread a core.

use crate::duplicates;
use crate::houses::{House, HouseError, houses};
use crate::packet::Packet;
use crate::read::{PathError, Reading, interpret, plain_page, read};
use crate::render::{PageCache, noisy, scanned};
use crate::score::{Scored, Side, Tallies, score_classes, score_fields, score_orders, score_rules};
use crate::template::TemplateError;
use documents::read::PageReader;
use domain::ocr_pool::PageText;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use understanding::Knowledge;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many packets.
    pub packets: u64,
    /// Chooses them.
    pub seed: u64,
    /// Share of the packets that are also scanned and recognised, 0 to 1.
    pub scanned_share: f64,
    /// Whether each packet is also read with errors of recognition.
    pub noisy: bool,
    /// Only this house.
    pub house: Option<String>,
    /// Only the packet of this number.
    pub only: Option<u64>,
    /// Whether houses that are held out take part.
    pub held_out: bool,
    /// Where recognised pages are kept.
    pub cache: PathBuf,
    /// Where the packets' files are written to be looked at.
    pub write: Option<PathBuf>,
    /// Threads.
    pub threads: usize,
}

/// Why a run did not end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The houses cannot be read.
    #[error(transparent)]
    Houses(#[from] HouseError),
    /// A template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A packet stopped.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The program's knowledge cannot be read.
    #[error("the files of config/ cannot be used: {0}; run `epic-connector check`")]
    Knowledge(String),
    /// A thread stopped in the midst of its work.
    #[error("a packet stopped the program; its message stands above: run with --only to find it")]
    Stopped,
    /// No house fits.
    #[error("no house named {0}; the folders of eval/houses are their names")]
    NoHouse(String),
}

/// Runs packets.
///
/// # Errors
/// A template or packet is at fault, or the program's knowledge cannot be read.
pub fn run(options: &Options) -> Result<Tallies, RunError> {
    let houses = houses()?;
    let chosen: Vec<&House> = houses
        .iter()
        .filter(|house| options.held_out || !house.held_out)
        .filter(|house| options.house.as_ref().is_none_or(|name| *name == house.id))
        .collect();
    if chosen.is_empty() {
        return Err(RunError::NoHouse(options.house.clone().unwrap_or_default()));
    }
    let knowledge = knowledge()?;
    let next = AtomicU64::new(0);
    let work = || -> Result<Tallies, RunError> {
        let mut worker = Worker {
            options,
            knowledge: &knowledge,
            reader: PageReader::new(None),
            cache: PageCache::new(options.cache.clone()),
            tallies: Tallies::default(),
        };
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= options.packets {
                return Ok(worker.tallies);
            }
            if options.only.is_some_and(|only| only != number) {
                continue;
            }
            let house = chosen[usize::try_from(number).unwrap_or(0) % chosen.len()];
            let packet = Packet::of(options.seed, number, house, &houses)?;
            worker.packet(&packet)?;
        }
    };
    let mut tallies = Tallies::default();
    let parts: Vec<Result<Tallies, RunError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(Err(RunError::Stopped))).collect()
    });
    for part in parts {
        tallies.absorb(part?);
    }
    tallies
        .misses
        .sort_by(|a, b| (a.about, &a.name, a.packet, a.page).cmp(&(b.about, &b.name, b.packet, b.page)));
    Ok(tallies)
}

struct Worker<'a> {
    options: &'a Options,
    knowledge: &'a Knowledge,
    reader: PageReader,
    cache: PageCache,
    tallies: Tallies,
}

impl Worker<'_> {
    fn packet(&mut self, packet: &Packet) -> Result<(), PathError> {
        if let Some(folder) = &self.options.write {
            written(folder, packet, &packet.files())?;
        }
        let clean = read(packet, packet.files(), &mut self.reader, &mut plain_page)?;
        let side = |rendering| Side { held_out: packet.held_out, rendering };
        self.score(packet, side("clean"), &clean, &clean.pages);
        if self.options.noisy {
            let pages = noisy(&clean.pages, self.options.seed ^ packet.number);
            self.score(packet, side("noisy"), &clean, &pages);
        }
        duplicates::score(
            packet,
            &clean,
            self.knowledge,
            side("clean"),
            &mut self.reader,
            &mut self.tallies,
        )?;
        // Spread evenly over the numbers, and so over the houses.
        let share = self.options.scanned_share;
        let step = |number: u64| (number as f64 * share).floor();
        if step(packet.number + 1) > step(packet.number) {
            let scan = |file| scanned(file, self.options.seed ^ packet.number);
            let files: Result<Vec<Vec<u8>>, String> = packet.files().into_iter().map(scan).collect();
            let files =
                files.map_err(|cause| PathError { packet: packet.number, step: "scanning", cause })?;
            let cache = &self.cache;
            let mut page =
                |reader: &mut PageReader, document: &_, number| cache.page(reader, document, number);
            let scan = read(packet, files, &mut self.reader, &mut page)?;
            self.score(packet, side("scanned"), &scan, &scan.pages);
        }
        Ok(())
    }

    fn score(&mut self, packet: &Packet, side: Side, reading: &Reading, pages: &[PageText]) {
        let understood = interpret(reading, pages, self.knowledge);
        let scored = Scored { packet, side, pages, documents: &understood.documents };
        *self.tallies.packets.entry(side).or_default() += 1;
        score_classes(&scored, &mut self.tallies);
        score_fields(&scored, &mut self.tallies);
        score_orders(&scored, &understood.orders, &mut self.tallies);
        score_rules(&scored, &understood.orders, &mut self.tallies);
    }
}

/// Writes a packet's files, numbered, into a folder.
fn written(folder: &Path, packet: &Packet, files: &[Vec<u8>]) -> Result<(), PathError> {
    let failed = |error: std::io::Error| PathError {
        packet: packet.number,
        step: "writing its files",
        cause: error.to_string(),
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (index, file) in files.iter().enumerate() {
        let name = format!("{:04}-{}-{}.pdf", packet.number, packet.house, index + 1);
        std::fs::write(folder.join(name), file).map_err(failed)?;
    }
    Ok(())
}

/// The knowledge files of this source tree.
///
/// # Errors
/// One of them cannot be read or is wrong.
pub(crate) fn knowledge() -> Result<Knowledge, RunError> {
    let config = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../config");
    let failed = |error: std::io::Error| RunError::Knowledge(error.to_string());
    let mut sources = Vec::new();
    for folder in ["payers", "codes"] {
        for entry in std::fs::read_dir(config.join(folder)).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                sources.push((format!("{folder}/{name}"), std::fs::read_to_string(&path).map_err(failed)?));
            }
        }
    }
    for name in ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"] {
        sources.push((name.to_owned(), std::fs::read_to_string(config.join(name)).map_err(failed)?));
    }
    let texts: Vec<(&str, &str)> = sources.iter().map(|(name, text)| (&**name, &**text)).collect();
    Knowledge::from_toml_sources(&texts).map_err(|mistakes| {
        RunError::Knowledge(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })
}
