//! `worker`: answers questions about documents on standard input and output, until the input ends. Started by
//! the program itself, with a cleared environment and limits from outside; locks itself into its cage before
//! it reads anything.

use process::cage::{self, CageRules};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the worker, or has it tell its cage. Nothing else is printed: what a library says of a document may
/// quote it.
pub fn run(tell_cage: bool) -> ExitCode {
    let tessdata = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
    let cage = cage::enter(&CageRules::for_documents(tessdata.clone()));
    let done = if tell_cage { cage.tell(&mut io::stdout()) } else { cage.serve(tessdata) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
