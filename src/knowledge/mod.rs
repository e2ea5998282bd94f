//! What the program knows without code: profiles, rules, code lists, outcomes. The files of `config/` are
//! embedded; a folder named by the setting `knowledge` takes their place file by file.

#[cfg(test)]
mod guide;
mod lines;
mod packet;
mod profiles;
mod shape;

use crate::error::Failure;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every file of `config/` by its path there.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Files of a folder are at most this deep; a deeper one is not ours.
const DEPTH_MAX: usize = 4;

/// The knowledge files, embedded or overridden.
#[derive(Clone, Debug)]
pub struct Knowledge {
    folder: Option<PathBuf>,
}

impl Knowledge {
    /// The embedded files, with those of `folder` before them.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// One file by its path, such as `portals/hospital-b.toml`.
    ///
    /// # Errors
    /// No such file, or it cannot be read.
    pub fn text(&self, name: &str) -> Result<Cow<'static, str>, Failure> {
        if let Some(path) = self.folder.as_ref().map(|folder| folder.join(name)).filter(|path| path.is_file())
        {
            return std::fs::read_to_string(&path).map(Cow::Owned).map_err(|error| {
                Failure::usage(path.display().to_string(), error, "make the file readable, or remove it")
            });
        }
        let embedded = EMBEDDED.iter().find(|(path, _)| *path == name);
        embedded.map(|(_, text)| Cow::Borrowed(*text)).ok_or_else(|| {
            let way_out = "check the name, and the folder the setting `knowledge` points to";
            Failure::usage(format!("knowledge file {name}"), "there is no such file", way_out)
        })
    }

    /// Every file under a folder such as `payers`, by its path.
    ///
    /// # Errors
    /// A file of the overriding folder cannot be read.
    pub fn under(&self, folder: &str) -> Result<BTreeMap<String, Cow<'static, str>>, Failure> {
        self.names()
            .into_iter()
            .filter(|name| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
            .map(|name| self.text(&name).map(|text| (name, text)))
            .collect()
    }

    /// A file as a person finds it: the one that is read, or the one that is embedded.
    fn shown(&self, name: &str) -> String {
        let own = self.folder.as_ref().map(|folder| folder.join(name)).filter(|path| path.is_file());
        own.map_or_else(|| format!("config/{name}"), |path| path.display().to_string())
    }

    fn names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect();
        if let Some(folder) = &self.folder {
            list(folder, folder, DEPTH_MAX, &mut names);
        }
        names
    }
}

/// An unreadable folder has no files; `check` tells so by what is then missing.
fn list(root: &Path, folder: &Path, depth: usize, names: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && depth > 0 {
            list(root, &path, depth - 1, names);
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            names.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_overrides_file_by_file_and_adds_profiles() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("portals")).expect("made");
        std::fs::write(dir.path().join("portals/mine.toml"), "x = 1").expect("written");
        std::fs::write(dir.path().join("default.toml"), "y = 1").expect("written");
        let knowledge = Knowledge::new(Some(dir.path().to_owned()));
        assert!(knowledge.profile_names().contains("mine"));
        assert_eq!(knowledge.text("portals/mine.toml").expect("read"), "x = 1");
        assert_eq!(knowledge.text("default.toml").expect("read"), "y = 1");
        assert_eq!(knowledge.under("portals").expect("read")["portals/mine.toml"], "x = 1");
        let embedded = Knowledge::new(None).text("default.toml").expect("read");
        assert!(embedded.contains("[telemetry]"));
        assert!(knowledge.text("nothing.toml").is_err());
    }

    #[test]
    fn every_file_of_config_is_loaded() {
        let knowledge = Knowledge::new(None);
        let settings = crate::settings::Settings::load(None, &Default::default()).expect("default.toml");
        knowledge.packet_order().expect("packet.toml");
        for name in knowledge.profile_names() {
            knowledge.profile(&name).expect("a profile");
        }
        // Rules, codes, outcomes and plans are read together: one that is left out would be missed by the others.
        crate::wiring::knowledge(&settings).expect("payers, codes, outcomes, collection");
        let alone =
            ["default.toml", "packet.toml", "outcomes.toml", "collection.toml", "letters.toml", "keep.toml"];
        let together = ["portals/", "payers/", "codes/", "prompts/"];
        let nobody_loads =
            |name: &&str| !alone.contains(name) && !together.iter().any(|folder| name.starts_with(folder));
        let unknown: Vec<&str> = EMBEDDED.iter().map(|(name, _)| *name).filter(nobody_loads).collect();
        assert_eq!(unknown, [""; 0], "load these in a test, and name them here");
    }
}
