//! The suites are complete: every numbered clause of the ports has a test, and every test is in its macro.

use std::collections::BTreeSet;
use std::path::Path;

/// Clauses kept elsewhere: `documents` is met by worker processes, whose own tests hold A and P.
const ELSEWHERE: [char; 2] = ['A', 'P'];

#[expect(clippy::expect_used, reason = "a missing source fails the test")]
fn read_all(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("the folder is in the repository") {
        let path = entry.expect("a readable entry").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("a readable source"));
        }
    }
    text
}

/// `/// - R-1 …` in the ports → `r_1`.
fn clauses(ports: &str) -> BTreeSet<String> {
    ports
        .lines()
        .filter_map(|line| line.strip_prefix("/// - "))
        .filter_map(|line| line.split_once(' ').map(|(id, _)| id))
        .filter_map(|id| id.split_once('-'))
        .filter(|(letter, number)| letter.len() == 1 && number.parse::<u32>().is_ok())
        .filter(|(letter, _)| !letter.starts_with(ELSEWHERE))
        .map(|(letter, number)| format!("{}_{number}", letter.to_lowercase()))
        .collect()
}

/// `pub async fn r_1_…(` in the suites → `r_1_…`.
fn functions(suites: &str) -> BTreeSet<String> {
    suites
        .lines()
        .filter_map(|line| line.strip_prefix("pub async fn "))
        .filter_map(|line| line.split_once('('))
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.chars().nth(1) == Some('_'))
        .collect()
}

#[test]
fn every_clause_has_a_test_and_every_test_a_clause() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let clauses = clauses(&read_all(&root.join("../src/ports")));
    let functions = functions(&read_all(&root.join("src")));
    assert!(clauses.len() > 40, "the ports' clauses were not found");
    let clause_of = |name: &String| name.splitn(3, '_').take(2).collect::<Vec<_>>().join("_");
    let tested: BTreeSet<String> = functions.iter().map(clause_of).collect();
    assert_eq!(clauses, tested);
}

#[test]
fn every_test_is_in_its_macro() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let macros = std::fs::read_to_string(root.join("src/suites.rs")).expect("the macros");
    let listed: BTreeSet<String> = macros.split_whitespace().map(str::to_owned).collect();
    for function in functions(&read_all(&root.join("src"))) {
        assert!(listed.contains(&function), "{function} is in no macro, so no adapter runs it");
    }
}
