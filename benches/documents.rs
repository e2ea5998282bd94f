//! The races over documents: from files to a searchable packet, side by side with OCRmyPDF, plain Tesseract, qpdf, pikepdf
//! and pypdf in one run on the same files. Every speed has a correctness score beside it.
//!
//! `cargo bench --bench documents` installs the peers (`peers.rs`), makes the files (`fixtures.rs`, by other people's
//! libraries), and lets every contender run as whole processes, in turns; who was first is last the next time. Told are
//! CPU-seconds (user and system, of every process it started), wall time, the most memory its process tree took at once
//! (shared pages count once), and the score: words against the truth the files were drawn from, read back from the
//! produced PDF by poppler's `pdftotext`; pages drawn by poppler's `pdftoppm` and compared point by point. Our contender
//! goes the service's way: the ports `PacketAssembler` and `PageReader`, met by worker processes (`ours.rs`).
//!
//! Options: `--races scans,hard,faxes,digital,packets,merge,thousand,damage,memory --runs 3 --quick --json FILE`. `--quick`
//! runs everything once on a tenth of the files: to see that it works, not to quote.

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]

#[path = "documents/damage.rs"]
mod damage;
#[path = "documents/drawing.rs"]
mod drawing;
#[path = "documents/fixtures.rs"]
mod fixtures;
#[path = "documents/measure.rs"]
mod measure;
#[path = "portal/memory.rs"]
mod memory;
#[path = "documents/merging.rs"]
mod merging;
#[path = "documents/ours.rs"]
mod ours;
#[path = "documents/peers.rs"]
mod peers;
#[path = "documents/race.rs"]
mod race;
#[path = "documents/reading.rs"]
mod reading;
#[path = "documents/table.rs"]
mod table;
#[path = "documents/words.rs"]
mod words;

use fixtures::Fixtures;
use peers::Peers;
use race::Race;
use std::error::Error;
use std::path::PathBuf;

/// Every race, in the order in which they run.
const RACES: [&str; 9] =
    ["scans", "hard", "faxes", "digital", "packets", "merge", "thousand", "damage", "memory"];

/// What is asked for.
struct Options {
    races: Vec<String>,
    runs: usize,
    quick: bool,
    json: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench` to whatever is given.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        // Where there is no program to start workers from, they are this bench.
        ["worker"] => Ok(process::serve_uncaged(std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from))?),
        ["ours", job @ ..] => ours::run(job),
        words => run(&options(words)?),
    }
}

fn options(words: &[&str]) -> Result<Options, Box<dyn Error>> {
    let known = format!("options: --races {} --runs COUNT --quick --json FILE", RACES.join(","));
    let mut options = Options { races: RACES.map(str::to_owned).to_vec(), runs: 3, quick: false, json: None };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().copied().ok_or_else(|| known.clone());
        match *word {
            "--races" => options.races = value()?.split(',').map(str::to_owned).collect(),
            "--runs" => options.runs = value()?.parse::<usize>()?.max(1),
            "--json" => options.json = Some(PathBuf::from(value()?)),
            "--quick" => (options.quick, options.runs) = (true, 1),
            _ => return Err(known.into()),
        }
    }
    match options.races.iter().find(|race| !RACES.contains(&race.as_str())) {
        Some(unknown) => Err(format!("no race is called {unknown}; {known}").into()),
        None => Ok(options),
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let peers = peers::ready()?;
    let fixtures = Fixtures::new(&peers, options.quick)?;
    let machine = table::machine(&peers);
    println!("{machine:#}");
    let mut rows = Vec::new();
    let mut unmet = Vec::new();
    for name in &options.races {
        let race = named(name, &peers, &fixtures)?;
        let heats = race.run(options.runs)?;
        let result = table::Result::of(&race, &heats);
        println!("{}", result.table());
        println!("{}", result.json);
        unmet.extend(result.unmet());
        rows.push(result.json);
    }
    if let Some(file) = &options.json {
        let all = serde_json::json!({"machine": machine, "quick": options.quick, "races": rows});
        std::fs::write(file, format!("{all:#}\n"))?;
    }
    match unmet.as_slice() {
        [] => println!("\nevery aim is met"),
        some => println!("\nNOT met:\n  {}", some.join("\n  ")),
    }
    Ok(())
}

fn named<'a>(name: &str, peers: &'a Peers, fixtures: &Fixtures) -> Result<Race<'a>, Box<dyn Error>> {
    match name {
        "hard" => reading::hard(peers, fixtures),
        "faxes" => reading::faxes(peers, fixtures),
        "digital" => reading::digital(peers, fixtures),
        "packets" => reading::packets(peers, fixtures),
        "memory" => reading::memory(fixtures),
        "merge" => merging::merge(peers, fixtures),
        "thousand" => merging::thousand(peers, fixtures),
        "damage" => damage::race(peers, fixtures),
        _ => reading::scans(peers, fixtures),
    }
}
