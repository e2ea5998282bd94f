//! The race at the portal: the service against a Selenium script, side by side in one run on the same hospital.
//!
//! `cargo bench --bench portal` starts a synthetic hospital (B) anew for every heat, lets one contender read every chart
//! the In Basket speaks of, and prints pages a second and memory of its process tree as a table and as one line of JSON
//! a row. Contenders: the service as `run` starts it, with page reading stubbed (its workers put packets together and
//! answer every page as blank); the script `benches/peers/selenium_portal.py` with one browser, one page after the other;
//! the same with four. All use one Chromium program. The service keeps to its profile's budget (parallel requests,
//! requests a minute); a browser opens up to six connections, and the table tells how many requests a minute each made.
//!
//! A *page* is what somebody has to look at: a message, a section's list with a wanted document in it, a wanted
//! document. Wanted is, for all alike, what the service's collection plan takes of these charts (a heat of its own tells
//! before the race), each document once; the score is documents brought of those. Times begin when the contender is logged in, since codes are mailed to all alike; the login's own time is
//! told beside it. Memory is the proportional set size, which counts shared pages once.
//!
//! Options: `--patients 24 --runs 3 --latencies 0,150,300 --contenders service,1,4` (numbers of browsers).

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]

#[path = "portal/heat.rs"]
mod heat;
#[path = "portal/memory.rs"]
mod memory;
#[path = "portal/peers.rs"]
mod peers;
#[path = "portal/service.rs"]
mod service;
#[path = "portal/table.rs"]
mod table;

use heat::{Contender, Heat, Outcome};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

/// The hospital's, as the service reads it.
const PROFILE: &str = include_str!("../config/portals/hospital-b.toml");

/// What the race is about.
struct Options {
    patients: usize,
    runs: usize,
    latencies_ms: Vec<u64>,
    contenders: Vec<Contender>,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench` to whatever is given.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        // The worker pool starts its own program; here that is this bench.
        ["worker"] => service::worker(),
        ["service", job] => service::run(Path::new(job)),
        words => race(&options(words)?),
    }
}

fn options(words: &[&str]) -> Result<Options, Box<dyn Error>> {
    let contenders = ["service", "1", "4"].into_iter().map(contender).collect::<Result<_, _>>()?;
    let mut options = Options { patients: 24, runs: 3, latencies_ms: vec![0, 150, 300], contenders };
    for pair in words.chunks(2) {
        match pair {
            ["--patients", count] => options.patients = count.parse()?,
            ["--runs", count] => options.runs = count.parse()?,
            ["--latencies", list] => {
                options.latencies_ms = list.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            ["--contenders", list] => {
                options.contenders = list.split(',').map(contender).collect::<Result<_, _>>()?;
            }
            _ => {
                let known =
                    "--patients COUNT --runs COUNT --latencies MS,MS,… --contenders service,BROWSERS,…";
                return Err(format!("options: {known}").into());
            }
        }
    }
    Ok(options)
}

fn contender(word: &str) -> Result<Contender, Box<dyn Error>> {
    match word {
        "service" => Ok(Contender::Service),
        browsers => Ok(Contender::Selenium { browsers: browsers.parse()? }),
    }
}

fn race(options: &Options) -> Result<(), Box<dyn Error>> {
    let peers = peers::ready()?;
    let profile: domain::profile::Profile = toml::from_str(PROFILE)?;
    println!("{}\n{}", table::machine(&peers), table::budget(&profile));
    let mut contenders = options.contenders.clone();
    // What the service's collection plan takes of these charts is what everybody is to bring.
    let nothing = BTreeSet::new();
    let scout = Heat { latency_ms: 0, patients: options.patients, peers: &peers, wanted: &nothing };
    let wanted = scout.run(Contender::Service)?.ids;
    let mut rows: Vec<(u64, Vec<Outcome>)> = Vec::new();
    for latency_ms in &options.latencies_ms {
        let mut outcomes = Vec::new();
        for run in 0..options.runs {
            for contender in &contenders {
                let (latency_ms, patients) = (*latency_ms, options.patients);
                let heat = Heat { latency_ms, patients, peers: &peers, wanted: &wanted };
                let outcome = heat.run(*contender)?;
                println!("{}", table::line(latency_ms, run, &outcome));
                outcomes.push(outcome);
            }
            // Whoever ran first on a machine that has just been busy, runs last the next time.
            contenders.rotate_left(1);
        }
        rows.push((*latency_ms, outcomes));
    }
    println!("{}", table::summary(&rows, &profile));
    Ok(())
}
