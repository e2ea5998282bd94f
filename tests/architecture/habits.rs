//! What every manifest keeps: the workspace's lints and versions, and panics that unwind.

use toml::{Table, Value};

use crate::none;
use crate::workspace::{Workspace, files, read};

fn manifest(folder: &str) -> (String, Table) {
    let path = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
    let table = read(&path).parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    (path, table)
}

fn get<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

#[test]
fn every_crate_inherits_lints_and_package_facts() {
    let inherited = [
        ["lints", "workspace"].as_slice(),
        &["package", "edition", "workspace"],
        &["package", "rust-version", "workspace"],
        &["package", "publish", "workspace"],
        &["package", "license", "workspace"],
    ];
    let mut problems = Vec::new();
    for folder in Workspace::load().members().values() {
        let (path, table) = manifest(folder);
        let missing = inherited.iter().filter(|keys| get(&table, keys) != Some(&Value::Boolean(true)));
        problems.extend(missing.map(|keys| format!("{path}: {} = true", keys.join("."))));
    }
    none(problems, "inherit these from the workspace");
}

#[test]
fn every_version_stands_in_the_workspace_table() {
    let mut problems = Vec::new();
    for folder in Workspace::load().members().values() {
        let (path, table) = manifest(folder);
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table.get(section).and_then(Value::as_table) else { continue };
            let own = dependencies
                .iter()
                .filter(|(_, value)| value.get("workspace").and_then(Value::as_bool) != Some(true));
            problems.extend(own.map(|(name, _)| format!("{path}: {section}.{name}")));
        }
    }
    none(problems, "write `name.workspace = true`: one version and feature set for all crates");
}

#[test]
fn every_member_is_a_default_member() {
    let (_, table) = manifest("");
    let list = |key| get(&table, &["workspace", key]).and_then(Value::as_array).cloned();
    // A root package would otherwise make a bare `cargo test` cover itself alone.
    assert_eq!(list("members"), list("default-members"));
}

#[test]
fn panics_unwind() {
    // A supervisor can only restart what unwinds.
    let mut problems = Vec::new();
    for path in files() {
        let manifest = path.ends_with("Cargo.toml") || path.starts_with(".cargo/");
        if !manifest {
            continue;
        }
        let table: Table = read(&path).parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let profiles = table.get("profile").and_then(Value::as_table).cloned().unwrap_or_default();
        for (name, profile) in profiles {
            if profile.get("panic").is_some_and(|panic| panic.as_str() != Some("unwind")) {
                problems.push(format!("{path}: profile.{name}.panic"));
            }
        }
        // The flags come as one string or as a list; either way as TOML they show up like this.
        if read(&path).replace([' ', '"', '\''], "").contains("panic=abort") {
            problems.push(format!("{path}: panic=abort in a flag"));
        }
    }
    none(problems, "set panic = \"unwind\"");
}
