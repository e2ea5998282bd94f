//! `worker`: answers questions about documents on standard input and output, until the input ends. Started by
//! the program itself, with a cleared environment and limits from outside.

use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the worker. Nothing is printed: what a library says of a document may quote it.
pub fn run() -> ExitCode {
    let tessdata = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
    match documents::worker::run(tessdata) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
