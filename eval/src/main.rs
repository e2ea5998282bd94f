//! `eval`: runs the evaluation, prints its report and fails under the committed floor.

use clap::{Parser, Subcommand};
use eval::{Floor, Options, below, json, mtsamples, run, text};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// How well packets are understood whose truth is known.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// How many packets to build.
    #[arg(long, default_value_t = 400)]
    packets: u64,
    /// Chooses them.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Share of the packets that are also scanned and recognised.
    #[arg(long, default_value_t = 0.1)]
    scanned_share: f64,
    /// Only this house.
    #[arg(long)]
    house: Option<String>,
    /// Only the packet of this number.
    #[arg(long)]
    only: Option<u64>,
    /// Without readings that have errors of recognition.
    #[arg(long)]
    no_noise: bool,
    /// Without the houses that are held out.
    #[arg(long)]
    tuning_only: bool,
    /// Lists the misses of houses that are held out too. Not for those who tune.
    #[arg(long)]
    show_held_out: bool,
    /// Also writes the report here, with every miss.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Writes the packets' files into this folder, to be looked at.
    #[arg(long)]
    write: Option<PathBuf>,
    /// Does not compare with the floor.
    #[arg(long)]
    no_floor: bool,
}

/// Other things to measure, on data that is not part of the project.
#[derive(Subcommand)]
enum Other {
    /// Transcribed real reports: what each is taken for.
    Mtsamples {
        /// The folder with `docs.jsonl`.
        folder: PathBuf,
        /// Every how manieth report is also scanned; 0 for none.
        #[arg(long, default_value_t = 40)]
        scanned_step: usize,
    },
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("../target"), PathBuf::from);
    let began = Instant::now();
    let cache = target.join("eval-cache");
    if let Some(Other::Mtsamples { folder, scanned_step }) = arguments.other {
        let told = mtsamples(&folder, cache, scanned_step)?;
        writeln!(std::io::stdout().lock(), "{told}took {:.1} s", began.elapsed().as_secs_f64())?;
        return Ok(ExitCode::SUCCESS);
    }
    let partial = arguments.house.is_some() || arguments.only.is_some() || arguments.no_floor;
    let options = Options {
        packets: arguments.packets,
        seed: arguments.seed,
        scanned_share: arguments.scanned_share,
        noisy: !arguments.no_noise,
        house: arguments.house,
        only: arguments.only,
        held_out: !arguments.tuning_only,
        cache,
        write: arguments.write,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let tallies = run(&options)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text(&tallies, arguments.show_held_out))?;
    writeln!(out, "took {:.1} s", began.elapsed().as_secs_f64())?;
    if let Some(path) = arguments.json {
        std::fs::write(path, serde_json::to_vec_pretty(&json(&tallies, arguments.show_held_out))?)?;
    }
    if partial {
        return Ok(ExitCode::SUCCESS);
    }
    let under = below(&tallies, &Floor::from_toml(&std::fs::read_to_string(root.join("floor.toml"))?)?);
    for line in &under {
        writeln!(out, "under the floor: {line}")?;
    }
    Ok(if under.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
