//! Mends every PDF of a folder into another: `mend_folder FROM TO`. Prints one JSON line a file: its state,
//! the pages recovered, those that lost something, and how long it took.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

use documents::repair::{FileState, RepairLimits, mend};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs, io, thread};

/// What a worker has.
const STACK_BYTES: usize = 128 * 1024 * 1024;

fn main() -> ExitCode {
    let run = thread::Builder::new().stack_size(STACK_BYTES).spawn(run).map(thread::JoinHandle::join);
    match run {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("mend_folder: {error}");
            ExitCode::FAILURE
        }
        Ok(Err(_)) => ExitCode::FAILURE,
    }
}

fn run() -> io::Result<()> {
    let mut arguments = env::args().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: mend_folder FROM TO"));
    };
    fs::create_dir_all(&to)?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(&from)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    files.sort();
    for path in files {
        let Some(file) = path.file_name() else { continue };
        let bytes = fs::read(&path)?;
        let started = Instant::now();
        let mended = mend(bytes, &RepairLimits::default());
        let seconds = started.elapsed().as_secs_f64();
        let state = match mended.state {
            FileState::Whole => "whole",
            FileState::Repaired { .. } => "repaired",
            FileState::Rasterised { .. } => "rasterised",
            FileState::Quarantined { .. } => "quarantined",
        };
        let hurt = mended.pages.iter().filter(|page| page.lost.is_some()).count();
        println!(
            "{}",
            json!({
                "file": file.to_string_lossy(), "state": state, "pages": mended.pages.len(),
                "pages_with_losses": hurt, "pages_gone": mended.missing.len(), "seconds": seconds,
            })
        );
        if let Some(pdf) = mended.pdf {
            fs::write(to.join(file), pdf)?;
        }
    }
    Ok(())
}
