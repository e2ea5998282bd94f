//! The houses: folders of templates, each a hospital, practice or laboratory with papers of its own.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A house and its templates.
pub(crate) struct House {
    /// The folder's name.
    pub(crate) id: String,
    /// Nobody tunes on it; its misses are told apart.
    pub(crate) held_out: bool,
    /// Text by kind of paper.
    pub(crate) templates: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HouseFile {
    #[expect(dead_code, reason = "says whose papers they are, for those who read the folder")]
    name: String,
    held_out: bool,
}

/// Why the houses cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// A folder or file cannot be read.
    #[error("{path}: {cause}; give the folder of houses that came with the program")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// `house.toml` is wrong.
    #[error("{path}: {cause}; it takes `name` and `held_out`")]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: Box<toml::de::Error>,
    },
}

/// The folder of houses of this source tree.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("houses")
}

/// All houses, by name.
///
/// # Errors
/// A folder or file cannot be read.
pub(crate) fn houses() -> Result<Vec<House>, HouseError> {
    let mut houses = Vec::new();
    for path in listed(&folder())? {
        if path.is_dir() {
            houses.push(house(&path)?);
        }
    }
    Ok(houses)
}

fn house(folder: &Path) -> Result<House, HouseError> {
    let about = folder.join("house.toml");
    let about_text = read(&about)?;
    let HouseFile { held_out, .. } = toml::from_str(&about_text)
        .map_err(|cause| HouseError::Wrong { path: about, cause: Box::new(cause) })?;
    let mut templates = BTreeMap::new();
    for path in listed(folder)? {
        if path.extension().is_some_and(|ending| ending == "txt") {
            templates.insert(stem(&path), read(&path)?);
        }
    }
    Ok(House { id: stem(folder), held_out, templates })
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(path: &Path) -> Result<String, HouseError> {
    std::fs::read_to_string(path).map_err(|cause| HouseError::Unreadable { path: path.to_owned(), cause })
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, HouseError> {
    let unreadable = |cause| HouseError::Unreadable { path: folder.to_owned(), cause };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}
