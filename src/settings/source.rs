//! Where settings come from: the embedded `config/default.toml`, then the file, then the environment.

use super::mistake::{ENVIRONMENT_PREFIX, Mistake, Mistakes};
use config::{Config, Environment, File, FileFormat, Value, ValueKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every setting that has a default.
const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Variables of the environment by name; an argument everywhere, so that tests need no process of their own.
pub type Variables = BTreeMap<String, String>;

/// The merged tree, and the folder relative paths start from.
pub(super) struct Merged {
    pub root: Value,
    pub base: PathBuf,
}

/// Merges the three sources.
pub(super) fn merge(file: Option<&Path>, variables: &Variables) -> Result<Merged, Mistakes> {
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    let mut from_file = BTreeMap::new();
    if let Some(path) = file {
        check_syntax(path)?;
        let source = File::from(path).format(FileFormat::Toml);
        let alone = Config::builder().add_source(source.clone()).build().map_err(|e| unreadable(path, e))?;
        from_file = names_of(&alone.cache);
        builder = builder.add_source(source);
    }
    let environment = Environment::with_prefix(ENVIRONMENT_PREFIX)
        .prefix_separator("__")
        .separator("__")
        .try_parsing(false)
        .source(Some(ours(variables, &from_file)));
    let merged = builder.add_source(environment).build().map_err(|error| {
        Mistakes(vec![Mistake { origin: None, path: "configuration".into(), what: error.to_string() }])
    })?;
    Ok(Merged { root: merged.cache, base: base_folder(file) })
}

/// Reads the file once by itself, so that a slip of syntax is reported by line and without the line's text,
/// which may hold a secret.
fn check_syntax(path: &Path) -> Result<(), Mistakes> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    let Err(error) = text.parse::<toml::Table>() else { return Ok(()) };
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let what = format!("no valid TOML: {}", error.message());
    Err(Mistakes(vec![Mistake {
        origin: Some(path.display().to_string()),
        path: format!("line {line}"),
        what,
    }]))
}

fn unreadable(path: &Path, error: impl std::fmt::Display) -> Mistakes {
    Mistakes(vec![Mistake {
        origin: None,
        path: path.display().to_string(),
        what: format!("cannot be read: {error}"),
    }])
}

/// The names a deployer chose, as the environment can spell them (`albany_med`), with their own spelling.
fn names_of(root: &Value) -> BTreeMap<String, String> {
    let ValueKind::Table(root) = &root.kind else { return BTreeMap::new() };
    ["portals", "destinations"]
        .iter()
        .filter_map(|section| match &root.get(*section)?.kind {
            ValueKind::Table(names) => Some(names.keys()),
            _ => None,
        })
        .flatten()
        .map(|name| (name.replace('-', "_").to_lowercase(), name.clone()))
        .collect()
}

/// Our variables only, with names of portals and destinations spelled as in the file: a shell cannot set a
/// variable with a dash in its name.
fn ours(variables: &Variables, names: &BTreeMap<String, String>) -> config::Map<String, String> {
    let prefix = format!("{ENVIRONMENT_PREFIX}__");
    variables
        .iter()
        .filter_map(|(key, value)| {
            let rest = key.strip_prefix(&prefix)?;
            let mut parts: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
            let named = matches!(parts[0].as_str(), "portals" | "destinations") && parts.len() > 1;
            if named && let Some(name) = names.get(&parts[1].replace('-', "_")) {
                parts[1].clone_from(name);
            }
            Some((format!("{prefix}{}", parts.join("__")), value.clone()))
        })
        .collect()
}

fn base_folder(file: Option<&Path>) -> PathBuf {
    let folder = file.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}
