//! README.md and ARCHITECTURE.md are true: what they point at exists, and no actor is missing.

use std::collections::BTreeSet;

use regex::Regex;

use crate::none;
use crate::workspace::{files, read, root};

const MAPS: [&str; 2] = ["README.md", "ARCHITECTURE.md"];

/// Files the maps speak of that only a run makes.
const MADE_BY_RUNS: [&str; 3] = ["connector.toml", "out.json", "truth.json"];

/// Endings that make a word in `code` a file.
const FILE_ENDINGS: [&str; 9] = [".rs", ".toml", ".md", ".yaml", ".yml", ".json", ".sh", ".html", ".lock"];

/// The text outside fenced blocks; those hold commands, output and drawings.
fn prose(map: &str) -> String {
    let mut fenced = false;
    let outside = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    };
    read(map).lines().filter(outside).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_relative_link_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("it compiles");
    let mut problems = Vec::new();
    for map in MAPS {
        let text = prose(map);
        for target in link.captures_iter(&text).map(|found| found.extract::<1>().1[0]) {
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || path.is_empty();
            if !elsewhere && !root().join(path).exists() {
                problems.push(format!("{map}: {target}"));
            }
        }
    }
    none(problems, "these links lead nowhere");
}

#[test]
fn every_file_that_is_named_exists() {
    let code = Regex::new(r"`([^`\s]+)`").expect("it compiles");
    let files = files();
    let folders: BTreeSet<&str> =
        files.iter().filter_map(|path| path.split_once('/')).map(|(top, _)| top).collect();
    let mut problems = Vec::new();
    for map in MAPS {
        let text = prose(map);
        for word in code.captures_iter(&text).map(|found| found.extract::<1>().1[0]) {
            if !exists(word, &files, &folders) {
                problems.push(format!("{map}: {word}"));
            }
        }
    }
    none(problems, "these files do not exist (a file that only a run makes belongs in MADE_BY_RUNS)");
}

/// True unless `word` names a file or folder of ours that is not there. A word is taken for a path
/// when it begins with one of our top folders, and for a file when it has a file's ending.
fn exists(word: &str, files: &[String], folders: &BTreeSet<&str>) -> bool {
    // `actors/src/stage.rs:42`, `config/portals/*.toml`, `domain/{memory,contract}`
    let path = word.split([':', '*', '{', '<', '…']).next().unwrap_or_default();
    let whole = path.len() == word.len() || word[path.len()..].starts_with(':');
    if let Some((top, _)) = path.split_once('/') {
        let known = match whole {
            true => root().join(path).exists(),
            false => files.iter().any(|file| file.starts_with(path)),
        };
        return !folders.contains(top) || known;
    }
    let a_file = whole && FILE_ENDINGS.iter().any(|ending| path.ends_with(ending) && path != *ending);
    let known = |file: &String| file.rsplit('/').next() == Some(path);
    !a_file || MADE_BY_RUNS.contains(&path) || files.iter().any(known)
}

#[test]
fn every_actor_is_on_the_map() {
    let map = read("ARCHITECTURE.md");
    let missing = files().into_iter().filter(|path| {
        let file = path.strip_prefix("actors/src/").filter(|file| !file.contains('/') && *file != "lib.rs");
        file.is_some_and(|file| !map.contains(file))
    });
    none(missing.collect(), "name these files in ARCHITECTURE.md");
}

#[test]
fn paths_are_told_from_other_words() {
    let files = ["config/portals/albany-med.toml", "actors/src/stage.rs", "README.md"].map(str::to_owned);
    let folders = BTreeSet::from(["actors", "config"]);
    let fine = [
        "README.md",
        "stage.rs",
        "actors/src/stage.rs:42",
        "config/portals/*.toml",
        "truth.json",
        "read/write",
        "WorkItem",
        "sqlite:data/connector.db",
        ".rs",
    ];
    for word in fine {
        assert!(exists(word, &files, &folders) || root().join(word).exists(), "{word}");
    }
    for word in ["NOTES.md", "actors/src/nobody.rs", "config/payers/*.toml", "nobody.rs"] {
        assert!(!exists(word, &files, &folders), "{word}");
    }
}
