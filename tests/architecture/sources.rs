//! What every Rust file keeps: a header that says why it exists, a bounded length, no `unsafe`.

use regex::Regex;

use crate::none;
use crate::workspace::{read, root, rust_files};

/// Longest file, in lines. A longer one has two reasons to exist.
const LINES_MAX: usize = 400;

/// Files that are longer for now, with their length. It may only shrink: a row whose file got shorter
/// must be lowered, and goes when the file is within the limit.
const LONGER_FOR_NOW: &[(&str, usize)] = &[];

/// Fewest words that can say what a file owns and why.
const HEADER_WORDS_MIN: usize = 4;

/// Where `unsafe` is needed: process groups, limits, and the pipe to a worker; a library that speaks C.
const UNSAFE_FOLDERS: [&str; 2] = ["adapters/process/", "documents/tesseract/"];

#[test]
fn every_file_begins_by_saying_why_it_exists() {
    let mut problems = Vec::new();
    for path in rust_files() {
        let text = read(&path);
        let header: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let words = header.iter().flat_map(|line| line.split_whitespace()).count();
        if words < HEADER_WORDS_MIN {
            problems.push(path);
        }
    }
    none(problems, "begin these files with a `//!` header that says what they own and why");
}

#[test]
fn no_file_grows_beyond_the_limit() {
    let mut problems = Vec::new();
    for path in rust_files() {
        let lines = read(&path).lines().count();
        let known = LONGER_FOR_NOW.iter().find(|(longer, _)| *longer == path).map(|(_, lines)| *lines);
        match known {
            None if lines > LINES_MAX => problems.push(format!("{path}: {lines} lines, split it")),
            Some(known) if lines > known => problems.push(format!("{path}: grew from {known} to {lines}")),
            Some(known) if lines < known => problems.push(format!("{path}: lower its row to {lines}")),
            Some(_) if lines <= LINES_MAX => problems.push(format!("{path}: remove its row")),
            _ => {}
        }
    }
    let gone = LONGER_FOR_NOW.iter().filter(|(path, _)| !root().join(path).exists());
    problems.extend(gone.map(|(path, _)| format!("{path}: is gone, remove its row")));
    none(problems, &format!("files stay within {LINES_MAX} lines"));
}

#[test]
fn unsafe_stays_where_it_is_needed() {
    // Built from parts, so that this file does not find itself.
    let keyword = ["un", "safe"].concat();
    let uses =
        Regex::new(&format!(r"\b{keyword}(\s+(fn|impl|extern|trait)\b|\s*\{{|_code)")).expect("it compiles");
    let mut problems = Vec::new();
    for path in
        rust_files().into_iter().filter(|path| !UNSAFE_FOLDERS.iter().any(|folder| path.starts_with(folder)))
    {
        for (index, line) in read(&path).lines().enumerate() {
            if !line.trim_start().starts_with("//") && uses.is_match(line) {
                problems.push(format!("{path}:{}", index + 1));
            }
        }
    }
    none(problems, &format!("move it behind a safe function in {UNSAFE_FOLDERS:?}"));
}

#[test]
fn exceptions_to_lints_are_expectations_with_a_reason() {
    // `allow` goes on silently when it is no longer needed; `expect` does not.
    let silent = Regex::new(&["#!?", r"\[", "allow", r"\("].concat()).expect("it compiles");
    let mut problems = Vec::new();
    for path in rust_files() {
        let lines = read(&path);
        let found = lines
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//") && silent.is_match(line));
        problems.extend(found.map(|(index, _)| format!("{path}:{}", index + 1)));
    }
    none(problems, "write #[expect(lint, reason = \"…\")] instead");
}
