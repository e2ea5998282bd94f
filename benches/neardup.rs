//! Near-duplicates: recall, precision and documents per CPU-second side by side with datasketch and rensa from PyPI, in one
//! run on the same texts; how the ladder judges rescans with recognition errors; real reports that were filed twice or
//! share a template; and how long one patient's look-up takes in a store that grows to a million signatures.
//!
//! `cargo bench --profile dev --bench neardup`. The truth of the race is the exact resemblance (Jaccard) of runs of three
//! words, counted here without the code under test; what is to be found are the pairs of 0.85 and more.
//!
//! Options: `--parts race,scans,reports,store --documents 10000 --data FOLDER` (files `NAME.train`, one text a line behind
//! its id) `--reports FOLDER` (`docs.jsonl`, `exact_duplicate_rows.jsonl`, `template_pairs.jsonl`) `--signatures 1000000
//! --json FILE`.

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]

#[path = "neardup/corpus.rs"]
mod corpus;
#[path = "neardup/cpu.rs"]
mod cpu;
#[path = "neardup/oracle.rs"]
mod oracle;
#[path = "neardup/peers.rs"]
mod peers;
#[path = "neardup/race.rs"]
mod race;
#[path = "neardup/reports.rs"]
mod reports;
#[path = "neardup/scans.rs"]
mod scans;
#[path = "neardup/store.rs"]
mod store;

use serde_json::{Map, Value};
use std::error::Error;
use std::path::PathBuf;

const PARTS: [&str; 4] = ["race", "scans", "reports", "store"];
const SEED: u64 = 7;

/// What is asked for.
struct Options {
    parts: Vec<String>,
    documents: usize,
    data: Option<PathBuf>,
    reports: Option<PathBuf>,
    signatures: usize,
    json: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let mut told = Map::new();
    for part in &options.parts {
        let value = match part.as_str() {
            "race" => race(&options)?,
            "scans" => scans::run(SEED)?,
            "reports" => reports::run(options.reports.as_deref(), SEED)?,
            _ => store::run(options.signatures)?,
        };
        told.insert(part.clone(), value);
    }
    let line = Value::Object(told).to_string();
    println!("\n{line}");
    if let Some(path) = &options.json {
        std::fs::write(path, line)?;
    }
    Ok(())
}

fn race(options: &Options) -> Result<Value, Box<dyn Error>> {
    let python = peers::ready()?;
    let mut told = Map::new();
    let generated = corpus::generated(options.documents, SEED);
    told.insert("generated".to_owned(), race::run("generated", &generated, &python)?);
    for (name, texts) in corpus::files(options.data.as_deref())? {
        told.insert(name.clone(), race::run(&name, &texts, &python)?);
    }
    Ok(Value::Object(told))
}

fn options() -> Result<Options, Box<dyn Error>> {
    let usage = format!(
        "options: --parts {} --documents COUNT --data FOLDER --reports FOLDER --signatures COUNT --json FILE",
        PARTS.join(",")
    );
    let mut options = Options {
        parts: PARTS.map(str::to_owned).to_vec(),
        documents: 10_000,
        data: None,
        reports: None,
        signatures: 1_000_000,
        json: None,
    };
    // Cargo adds `--bench` to whatever is given.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| usage.clone());
        match word.as_str() {
            "--parts" => options.parts = value()?.split(',').map(str::to_owned).collect(),
            "--documents" => options.documents = value()?.parse()?,
            "--data" => options.data = Some(PathBuf::from(value()?)),
            "--reports" => options.reports = Some(PathBuf::from(value()?)),
            "--signatures" => options.signatures = value()?.parse()?,
            "--json" => options.json = Some(PathBuf::from(value()?)),
            other => return Err(format!("`{other}` is not known; {usage}").into()),
        }
    }
    if let Some(unknown) = options.parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!("`{unknown}` is no part; {usage}").into());
    }
    Ok(options)
}
