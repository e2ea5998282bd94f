//! The files of the races and the truth about them, made once by `benches/peers/document_fixtures.py` and kept.

use crate::peers::{FIXTURES, Peers, told};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Words of a page, as printed, in reading order.
pub(crate) type PageWords = Vec<String>;

/// How many files or pages of each kind a race is run on, and how many of them in a hurry.
const COUNTS: [(&str, usize, usize); 9] = [
    ("scans", 20, 4),
    ("hard", 20, 4),
    ("faxes", 200, 8),
    ("digital", 200, 25),
    ("packets", 5, 5),
    ("merge", 60, 10),
    ("thousand", 1000, 60),
    ("damage", 60, 10),
    ("big", 300, 12),
];

/// Where the files lie.
pub(crate) struct Fixtures {
    folder: PathBuf,
    python: PathBuf,
    quick: bool,
}

impl Fixtures {
    /// Files as the script makes them; another script or another number of files gets a folder of its own.
    ///
    /// # Errors
    /// The script cannot be read.
    pub(crate) fn new(peers: &Peers, quick: bool) -> Result<Self, Box<dyn Error>> {
        let script = Sha256::digest(std::fs::read(FIXTURES)?);
        let version: String = script.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("files-{version}{}", if quick { "-quick" } else { "" });
        Ok(Self { folder: peers.folder.join(name), python: peers.python.clone(), quick })
    }

    /// The folder of one kind, made if it is not there, its files in the system's cache.
    ///
    /// # Errors
    /// The script fails; its words say why.
    pub(crate) fn of(&self, kind: &str) -> Result<PathBuf, Box<dyn Error>> {
        // Some are made of others.
        match kind {
            "packets" => self.of("scans").map(drop)?,
            "damage" => self.of("merge").map(drop)?,
            _ => {}
        }
        let folder = self.folder.join(kind);
        if !folder.join("truth.json").exists() {
            let counts = COUNTS.iter().find(|(name, ..)| *name == kind);
            let (_, full, few) = counts.ok_or("no such files")?;
            let wish = format!("{kind}:{}", if self.quick { few } else { full });
            let mut script = Command::new(&self.python);
            told(script.arg(FIXTURES).arg(&self.folder).arg(wish), "the files of the race cannot be made")?;
        }
        for file in files(&folder)? {
            std::fs::read(file)?;
        }
        Ok(folder)
    }
}

/// The files of a folder, by name.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

/// The files of a folder with this ending, by name.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn files_with(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = files(folder)?;
    files.retain(|file| file.extension().is_some_and(|end| end == ending));
    Ok(files)
}

/// What a JSON file holds.
///
/// # Errors
/// It cannot be read, or holds something else.
pub(crate) fn told_in<T: DeserializeOwned>(file: &Path) -> Result<T, Box<dyn Error>> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}
