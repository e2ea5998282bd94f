//! Writes damaged PDFs and the truth about them: `make_damage FOLDER [FILES_PER_KIND]`.
//!
//! Six kinds of damage, each done to as many generated files (60 unless told), in `FOLDER/KIND-NNN.pdf`;
//! `FOLDER/truth.json` says per file its kind and, page by page, the words that stood on it.

#![expect(clippy::print_stderr, reason = "a program for the command line")]
#![expect(clippy::unwrap_used, reason = "the generator is shared with the tests, where a panic is a report")]

#[path = "../tests/torture/damage.rs"]
mod damage;
#[path = "../tests/torture/dice.rs"]
mod dice;
#[path = "../tests/torture/sources.rs"]
mod sources;

use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make_damage: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let usage = || io::Error::other("usage: make_damage FOLDER [FILES_PER_KIND]");
    let folder = arguments.next().map(PathBuf::from).ok_or_else(usage)?;
    let files = arguments.next().map_or(Ok(60), |files| files.parse()).map_err(|_| usage())?;
    fs::create_dir_all(&folder)?;
    let mut truth = Vec::new();
    for (name, kind) in damage::KINDS {
        for seed in 0..files {
            let whole = sources::source(seed);
            let file = format!("{name}-{seed:03}.pdf");
            fs::write(folder.join(&file), damage::damaged(kind, &whole.pdf, seed))?;
            truth.push(json!({ "file": file, "kind": name, "pages": whole.pages }));
        }
    }
    fs::write(folder.join("truth.json"), Value::Array(truth).to_string())
}
