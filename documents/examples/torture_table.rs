//! Mends every file of a folder and says how each ended: `torture_table FOLDER [--index INDEX.csv] [--json]`.
//!
//! The index, where given, is a CSV with the columns `file`, `pages` (as another tool counts them) and
//! `qpdf_check_rc`; page counts that differ are marked. Each file is mended by a thread of its own with a
//! large stack, and timed.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

use documents::repair::{FileState, Mended, RepairLimits, mend};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

/// What a worker has.
const STACK_BYTES: usize = 128 * 1024 * 1024;
/// No file may take longer.
const TIME_MAX: Duration = Duration::from_secs(20);

struct Row {
    file: String,
    mended: Mended,
    took: Duration,
    /// What another tool counts.
    theirs: Option<usize>,
    password: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("torture_table: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<bool> {
    let mut arguments = env::args().skip(1);
    let (mut folder, mut index, mut as_json) = (None, None, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => as_json = true,
            "--index" => index = arguments.next(),
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    let folder =
        folder.ok_or_else(|| io::Error::other("usage: torture_table FOLDER [--index CSV] [--json]"))?;
    let index = index.map(|path| read_index(Path::new(&path))).transpose()?.unwrap_or_default();
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    let mut rows = Vec::new();
    for path in files {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path)?;
        let started = Instant::now();
        let mended = thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(move || mend(bytes, &RepairLimits::default()))?
            .join()
            .map_err(|_| io::Error::other(format!("{file}: mending panicked")))?;
        let took = started.elapsed();
        let (theirs, password) = index.get(&file).copied().unwrap_or_default();
        rows.push(Row { file, mended, took, theirs, password });
    }
    let in_time = rows.iter().all(|row| row.took < TIME_MAX);
    if as_json {
        println!("{}", Value::Array(rows.iter().map(as_value).collect()));
    } else {
        print_table(&rows);
    }
    Ok(in_time)
}

/// File name to pages and whether it needs a password.
fn read_index(path: &Path) -> io::Result<HashMap<String, (Option<usize>, bool)>> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines().map(fields);
    let header = lines.next().unwrap_or_default();
    let column = |name: &str| header.iter().position(|field| field == name);
    let (file, pages, password) = (column("file"), column("pages"), column("user_password"));
    let at = |line: &[String], column: Option<usize>| column.and_then(|column| line.get(column).cloned());
    Ok(lines
        .filter_map(|line| {
            let pages = at(&line, pages).and_then(|pages| pages.parse().ok());
            let password = at(&line, password).is_some_and(|password| !password.is_empty());
            Some((at(&line, file)?, (pages, password)))
        })
        .collect())
}

/// The fields of a line of CSV, with quotes.
fn fields(line: &str) -> Vec<String> {
    let (mut found, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => found.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    found.push(field);
    found
}

fn state_of(mended: &Mended) -> (&'static str, String) {
    match &mended.state {
        FileState::Whole => ("whole", String::new()),
        FileState::Repaired { what } => ("repaired", reasons(what)),
        FileState::Rasterised { what } => ("rasterised", reasons(what)),
        FileState::Quarantined { reason } => ("quarantined", reason.to_string()),
    }
}

fn reasons(what: &[documents::repair::Damage]) -> String {
    what.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn lost_of(mended: &Mended) -> Vec<String> {
    let lost = mended.pages.iter().filter_map(|page| Some((page.page, page.lost?)));
    let lost = lost.map(|(page, lost)| format!("page {page}: {lost}"));
    lost.chain(mended.missing.iter().map(|page| format!("page {page}: gone"))).collect()
}

fn as_value(row: &Row) -> Value {
    let (state, why) = state_of(&row.mended);
    json!({
        "file": row.file, "state": state, "why": why, "pages": row.mended.pages.len(), "theirs": row.theirs,
        "needs_password": row.password, "lost": lost_of(&row.mended), "seconds": row.took.as_secs_f64(),
    })
}

fn print_table(rows: &[Row]) {
    println!(
        "{:<58} {:<11} {:>5} {:>6} {:>7}  why, and what pages lost",
        "file", "state", "pages", "theirs", "ms"
    );
    for row in rows {
        let (state, why) = state_of(&row.mended);
        let theirs = row.theirs.map_or_else(|| "-".to_owned(), |pages| pages.to_string());
        let differs = row.theirs.is_some_and(|theirs| theirs != row.mended.pages.len());
        println!(
            "{:<58} {:<11} {:>5} {:>6}{} {:>6}  {} {}",
            row.file,
            state,
            row.mended.pages.len(),
            theirs,
            if differs { "!" } else { " " },
            row.took.as_millis(),
            why,
            lost_of(&row.mended).into_iter().take(3).collect::<Vec<_>>().join(", ")
        );
    }
    for wanted in ["whole", "repaired", "rasterised", "quarantined"] {
        println!("{wanted}: {}", rows.iter().filter(|row| state_of(&row.mended).0 == wanted).count());
    }
    println!("slowest: {:?}", rows.iter().map(|row| row.took).max().unwrap_or_default());
}
