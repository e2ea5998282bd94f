//! Evidence as sealed files: for each page a line, its source and its screenshot, under a name of time and hash.
//!
//! Commit point: the line, written last and removed first. A page without a line was cut off, and goes with the next
//! purge.

use crate::atomic::{DRAFTS, make_folder, remove_leftovers, write_through};
use crate::blocking;
use crate::error::{classed, opening, writing};
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::PortalName;
use domain::ports::{
    EVIDENCE_MAX, Evidence, EvidenceLine, EvidenceStore, PagePicture, PortError, PortResult, Sealer,
};
use domain::redacted::Redacted;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const THING: &str = "evidence";

const WHERE: &str = "the folder of the evidence";

/// What of an entry is in which file, the commit point first.
const LINE: &str = "line";
const HTML: &str = "html";
const PNG: &str = "png";

const MODE: u32 = 0o600;

/// Meets [`EvidenceStore`] in one folder. Clones share it.
#[derive(Clone)]
pub struct FileEvidence {
    root: Arc<Path>,
    sealer: Arc<dyn Sealer>,
    /// One writer at a time: a purge must not take what is being kept for something cut off.
    writing: Arc<Mutex<()>>,
}

impl FileEvidence {
    /// Evidence in a folder, which is made with the first page that is kept.
    pub fn new(root: &Path, sealer: Arc<dyn Sealer>) -> Self {
        Self { root: Arc::from(root), sealer, writing: Arc::default() }
    }

    fn keep_now(&self, evidence: &Evidence) -> PortResult<String> {
        let _alone = self.alone();
        let line = evidence.line();
        make_folder(&self.root)
            .and_then(|()| make_folder(&self.root.join(DRAFTS)))
            .map_err(|error| opening(THING, &error))?;
        if let Some(html) = &evidence.picture.html {
            self.write(&line.id, HTML, html.reveal().as_bytes())?;
        }
        if let Some(png) = &evidence.picture.png {
            self.write(&line.id, PNG, png)?;
        }
        let json = serde_json::to_vec(&line).map_err(|_| PortError::permanent(THING, "cannot be written"))?;
        self.write(&line.id, LINE, &json)?;
        if self.ids(LINE)?.len() > EVIDENCE_MAX {
            for oldest in self.list_now(Some(&line.portal))?.iter().skip(EVIDENCE_MAX) {
                self.remove(&oldest.id)?;
            }
        }
        Ok(line.id)
    }

    /// Entries that can be read, newest first; one sealed under keys that are gone is nobody's any more.
    fn list_now(&self, portal: Option<&PortalName>) -> PortResult<Vec<EvidenceLine>> {
        let mut lines = Vec::new();
        for id in self.ids(LINE)? {
            let Some(json) = self.read(&id, LINE)? else { continue };
            let Ok(line) = serde_json::from_slice::<EvidenceLine>(&json) else { continue };
            if portal.is_none_or(|portal| line.portal == *portal) {
                lines.push(line);
            }
        }
        lines.sort_by(|a, b| (b.taken_at, &b.id).cmp(&(a.taken_at, &a.id)));
        Ok(lines)
    }

    fn get_now(&self, id: &str) -> PortResult<Option<PagePicture>> {
        // What is not listed has no file, whatever the text looks like.
        if !self.ids(LINE)?.contains(id) {
            return Ok(None);
        }
        let html =
            self.read(id, HTML)?.map(|bytes| Redacted::new(String::from_utf8_lossy(&bytes).into_owned()));
        Ok(Some(PagePicture { html, png: self.read(id, PNG)?.map(Bytes::from) }))
    }

    fn purge_now(&self, before: Timestamp) -> PortResult<u64> {
        let _alone = self.alone();
        let mut purged = 0;
        for line in self.list_now(None)?.iter().filter(|line| line.taken_at < before) {
            self.remove(&line.id)?;
            purged += 1;
        }
        let whole = self.ids(LINE)?;
        for part in [HTML, PNG] {
            for cut_off in self.ids(part)?.difference(&whole) {
                self.remove(cut_off)?;
            }
        }
        if self.root.is_dir() {
            remove_leftovers(&self.root).map_err(|error| classed(THING, &error))?;
        }
        Ok(purged)
    }

    /// The ids that have such a file.
    fn ids(&self, part: &str) -> PortResult<BTreeSet<String>> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(classed(THING, &error)),
        };
        let mut ids = BTreeSet::new();
        for entry in entries {
            let name = entry.map_err(|error| classed(THING, &error))?.file_name();
            let id =
                name.to_str().and_then(|name| name.strip_suffix(part)).and_then(|id| id.strip_suffix('.'));
            ids.extend(id.map(str::to_owned));
        }
        Ok(ids)
    }

    fn write(&self, id: &str, part: &str, plain: &[u8]) -> PortResult<()> {
        let sealed = self.sealer.seal(&context(id, part), plain)?;
        write_through(&self.root.join(DRAFTS), &self.place(id, part), &sealed, MODE)
            .map_err(|error| writing(THING, WHERE, &error))
    }

    /// None: there is no such file, or nobody can open it any more.
    fn read(&self, id: &str, part: &str) -> PortResult<Option<Vec<u8>>> {
        match fs::read(self.place(id, part)) {
            Ok(sealed) => Ok(self.sealer.open(&context(id, part), &sealed).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(classed(THING, &error)),
        }
    }

    fn remove(&self, id: &str) -> PortResult<()> {
        for part in [LINE, HTML, PNG] {
            match fs::remove_file(self.place(id, part)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(classed(THING, &error)),
                _ => {}
            }
        }
        Ok(())
    }

    fn place(&self, id: &str, part: &str) -> PathBuf {
        self.root.join(format!("{id}.{part}"))
    }

    fn alone(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EvidenceStore for FileEvidence {
    async fn keep(&self, evidence: &Evidence) -> PortResult<String> {
        let (store, evidence) = (self.clone(), evidence.clone());
        blocking(THING, move || store.keep_now(&evidence)).await
    }

    async fn list(&self, portal: Option<&PortalName>) -> PortResult<Vec<EvidenceLine>> {
        let (store, portal) = (self.clone(), portal.cloned());
        blocking(THING, move || store.list_now(portal.as_ref())).await
    }

    async fn get(&self, id: &str) -> PortResult<Option<PagePicture>> {
        let (store, id) = (self.clone(), id.to_owned());
        blocking(THING, move || store.get_now(&id)).await
    }

    async fn purge(&self, before: Timestamp) -> PortResult<u64> {
        let store = self.clone();
        blocking(THING, move || store.purge_now(before)).await
    }
}

fn context(id: &str, part: &str) -> String {
    format!("evidence/{id}/{part}")
}
