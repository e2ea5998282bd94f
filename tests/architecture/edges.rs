//! The direction of dependencies between our own crates.

use std::collections::{BTreeMap, BTreeSet};

use crate::none;
use crate::workspace::{Kind, Workspace};

/// Every crate but the program, and exactly the crates of ours it builds on. The program (the root
/// package) is where everything meets and may use all of them.
const EDGES: &[(&str, &[&str])] = &[
    ("actors", &["domain", "understanding"]),
    ("aws", &["domain"]),
    ("chromium", &["domain"]),
    ("contract", &["domain"]),
    ("documents", &["tesseract"]),
    ("domain", &[]),
    // Goes the program's way from files to findings, on papers of its own.
    ("eval", &["documents", "domain", "memory", "understanding"]),
    ("files", &["domain"]),
    ("http-portal", &["domain"]),
    ("mail", &["domain"]),
    // A program of its own, which meets the adapters it needs.
    ("mail-lambda", &["aws", "domain", "files", "mail", "mongo", "sqlite"]),
    ("memory", &["domain"]),
    ("model", &["domain"]),
    ("mongo", &["domain"]),
    ("process", &["documents", "domain"]),
    // So that it cannot share a mistake with what it tests.
    ("simulator", &[]),
    ("sqlite", &["domain"]),
    ("supervision", &[]),
    // A library's calls, and nothing else.
    ("tesseract", &[]),
    ("understanding", &["domain"]),
];

const PROGRAM: &str = "epic-connector";

/// What meets adapters: the service, and the function that takes in mails.
const PROGRAMS: [&str; 2] = [PROGRAM, "mail-lambda"];

/// Test support: any crate's tests may use these, where that closes no circle.
const FOR_ANY_TEST: [&str; 2] = ["contract", "memory"];

/// Crates that stay without any crate of ours even in their tests.
const ALONE: [&str; 3] = ["documents", "simulator", "supervision"];

#[test]
fn the_edges_between_our_crates_are_those_of_the_table() {
    let workspace = Workspace::load();
    let table: BTreeMap<&str, &[&str]> = EDGES.iter().copied().collect();
    let mut problems = Vec::new();
    for member in workspace.members().keys().filter(|member| *member != PROGRAM) {
        let Some(allowed) = table.get(member.as_str()) else {
            problems.push(format!("`{member}` is not in the table"));
            continue;
        };
        let allowed: BTreeSet<String> = allowed.iter().map(ToString::to_string).collect();
        let found = workspace.edges(member, Kind::Normal);
        problems.extend(found.difference(&allowed).map(|to| format!("`{member}` must not use `{to}`")));
        problems.extend(allowed.difference(&found).map(|to| format!("`{member}` no longer uses `{to}`")));
    }
    none(problems, "mend the Cargo.toml, or change the table in tests/architecture/edges.rs on purpose");
}

#[test]
fn tests_use_only_what_is_made_for_them() {
    let workspace = Workspace::load();
    let mut problems = Vec::new();
    for member in workspace.members().keys().filter(|member| *member != PROGRAM) {
        for to in workspace.edges(member, Kind::Dev) {
            if ALONE.contains(&member.as_str()) || !FOR_ANY_TEST.contains(&to.as_str()) {
                problems.push(format!("the tests of `{member}` must not use `{to}`"));
            }
        }
    }
    none(problems, "whole-system tests belong in tests/, where everything may be used");
}

#[test]
fn the_table_names_only_crates_that_exist() {
    let members = Workspace::load().members();
    let unknown = EDGES.iter().filter(|(name, _)| !members.contains_key(*name));
    none(unknown.map(|(name, _)| format!("`{name}`")).collect(), "remove these rows from the table");
}

#[test]
fn every_adapter_is_a_leaf() {
    let workspace = Workspace::load();
    let members = workspace.members();
    let adapters: BTreeSet<_> =
        members.iter().filter(|(_, folder)| folder.starts_with("adapters/")).map(|(name, _)| name).collect();
    assert!(!adapters.is_empty(), "the adapters lie in adapters/");
    let mut problems = Vec::new();
    for member in members.keys().filter(|member| !PROGRAMS.contains(&member.as_str())) {
        let uses = workspace.edges(member, Kind::Normal);
        problems
            .extend(uses.iter().filter(|to| adapters.contains(to)).map(|to| format!("`{member}` → `{to}`")));
    }
    none(problems, "only programs wire adapters in; everybody else knows the port");
}
