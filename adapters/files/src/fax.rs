//! Both ends of a fax pipeline as folders: one for its files, one for its messages.
//!
//! The folder of files holds one PDF a fax under its id and content, and in `.sent` one sub-folder a hand-over with
//! what was decided of it. Contents are plain, since this is the hand-over: who may read the folders is the
//! deployer's choice. Records stay when the pipeline takes files and messages away.

use crate::atomic::{Draft, make_folder, remove_leftovers, sync_folder, write_atomic, write_synced};
use crate::blocking;
use crate::error::{classed, opening, writing};
use crate::probe::Room;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ports::{BackEnd, FaxFiles, FaxQueue, FaxRecord, PortError, PortResult};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FILES: &str = "fax files";

/// The same for people who have to mend it.
const WHERE: &str = "the folder of the fax files";

const OUTBOX: &str = "fax outbox";

/// What was decided of each hand-over; a name that the pipeline's own look into the folder leaves out.
const SENT: &str = ".sent";

const RECORD_FILE: &str = "record.json";

const MARK_FILE: &str = "sent";

/// Files and folders are for the service and the pipeline's group.
const MODE: u32 = 0o640;

/// Meets [`FaxFiles`] in one folder. Clones share it.
#[derive(Clone)]
pub struct FaxFolder {
    root: Arc<Path>,
    room: Arc<Room>,
}

/// Meets [`FaxQueue`] by a folder of one JSON file a message, each by an atomic rename. Clones share it.
#[derive(Clone)]
pub struct FaxOutbox {
    root: Arc<Path>,
    room: Arc<Room>,
}

/// Makes a folder and removes what a crash left unfinished.
fn opened(thing: &str, root: &Path) -> PortResult<()> {
    let thing = format!("{thing} {}", root.display());
    let cleaned = make_folder(root).and_then(|()| remove_leftovers(root));
    let cleaned = cleaned.map_err(|error| opening(&thing, &error))?;
    if cleaned > 0 {
        tracing::info!(cleaned, "unfinished hand-overs of an earlier run removed");
    }
    Ok(())
}

impl FaxFolder {
    /// Opens a folder, making it as needed, and removes what a crash left unfinished.
    ///
    /// # Errors
    /// `Permanent` when the folder cannot be made, read or cleaned; `Transient` while its disk is full or read-only.
    pub fn open(root: &Path) -> PortResult<Self> {
        opened(FILES, root)?;
        opened(FILES, &root.join(SENT))?;
        Ok(Self { root: Arc::from(root), room: Arc::default() })
    }

    fn place(&self, fax_id: &str) -> PathBuf {
        self.root.join(SENT).join(fax_id)
    }

    fn failed(&self, thing: &str, bytes: usize, error: &io::Error) -> PortError {
        self.room.note(error, bytes);
        writing(thing, WHERE, error)
    }

    fn put_now(&self, name: &str, bytes: &[u8]) -> PortResult<String> {
        let path = self.root.join(name);
        // The name tells contents apart, so that what is replaced is the same.
        write_atomic(&path, bytes, MODE)
            .map_err(|error| self.failed(&format!("fax file {name}"), bytes.len(), &error))?;
        Ok(path.display().to_string())
    }

    fn recorded_now(&self, fax_id: &str) -> PortResult<Option<FaxRecord>> {
        let (thing, place) = (named(fax_id), self.place(fax_id));
        let record = match fs::read(place.join(RECORD_FILE)) {
            Ok(record) => Bytes::from(record),
            // A mount point without its disk knows nothing, and must not be taken for one that says no.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.root.join(SENT).is_dir() => {
                return Ok(None);
            }
            Err(error) => return Err(writing(&thing, WHERE, &error)),
        };
        let sent = place.join(MARK_FILE).try_exists().map_err(|error| classed(&thing, &error))?;
        Ok(Some(FaxRecord { record, sent }))
    }

    fn record_now(&self, fax_id: &str, record: &Bytes) -> PortResult<Bytes> {
        let (thing, folder) = (named(fax_id), self.root.join(SENT));
        let failed = |error: io::Error| self.failed(&thing, record.len(), &error);
        let built = || -> io::Result<()> {
            let draft = Draft::folder(&folder)?;
            write_synced(&draft.path.join(RECORD_FILE), record, MODE)?;
            sync_folder(&draft.path)?;
            // A rename never replaces a folder with contents: of racing records the first has the name.
            fs::rename(&draft.path, self.place(fax_id))
        };
        let kept = match (self.recorded_now(fax_id)?, built) {
            (Some(known), _) => known.record,
            (None, build) => match build() {
                Ok(()) => record.clone(),
                Err(error) => self.recorded_now(fax_id)?.ok_or_else(|| failed(error))?.record,
            },
        };
        // Whoever made it may not have come to this yet, and our caller will count on it.
        sync_folder(&folder).map_err(failed)?;
        Ok(kept)
    }

    fn mark_now(&self, fax_id: &str) -> PortResult<()> {
        let place = self.place(fax_id);
        let marked = match write_synced(&place.join(MARK_FILE), b"", MODE) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => sync_folder(&place),
        };
        marked.map_err(|error| self.failed(&named(fax_id), 0, &error))
    }
}

#[async_trait]
impl FaxFiles for FaxFolder {
    async fn put(&self, name: &str, bytes: Bytes) -> PortResult<String> {
        let (folder, name) = (self.clone(), name.to_owned());
        blocking(FILES, move || folder.put_now(&name, &bytes)).await
    }

    async fn record(&self, fax_id: &str, record: Bytes) -> PortResult<Bytes> {
        let (folder, fax_id) = (self.clone(), fax_id.to_owned());
        blocking(FILES, move || folder.record_now(&fax_id, &record)).await
    }

    async fn recorded(&self, fax_id: &str) -> PortResult<Option<FaxRecord>> {
        let (folder, fax_id) = (self.clone(), fax_id.to_owned());
        blocking(FILES, move || folder.recorded_now(&fax_id)).await
    }

    async fn mark_sent(&self, fax_id: &str) -> PortResult<()> {
        let (folder, fax_id) = (self.clone(), fax_id.to_owned());
        blocking(FILES, move || folder.mark_now(&fax_id)).await
    }
}

#[async_trait]
impl BackEnd for FaxFolder {
    fn name(&self) -> String {
        format!("{FILES} in {}", self.root.display())
    }

    async fn ping(&self) -> PortResult<String> {
        let (folder, thing) = (self.clone(), self.name());
        blocking(FILES, move || folder.room.probe(&folder.root.join(SENT), &folder.root, &thing)).await
    }
}

impl FaxOutbox {
    /// Opens a folder, making it as needed, and removes what a crash left unfinished.
    ///
    /// # Errors
    /// As [`FaxFolder::open`].
    pub fn open(root: &Path) -> PortResult<Self> {
        opened(OUTBOX, root)?;
        Ok(Self { root: Arc::from(root), room: Arc::default() })
    }
}

#[async_trait]
impl FaxQueue for FaxOutbox {
    async fn send(&self, fax_id: &str, envelope: &str) -> PortResult<()> {
        let (outbox, thing, bytes) = (self.clone(), named(fax_id), envelope.as_bytes().to_vec());
        let path = self.root.join(format!("{fax_id}.json"));
        blocking(OUTBOX, move || {
            write_atomic(&path, &bytes, MODE).map_err(|error| {
                outbox.room.note(&error, bytes.len());
                writing(&thing, "the fax outbox", &error)
            })
        })
        .await
    }
}

#[async_trait]
impl BackEnd for FaxOutbox {
    fn name(&self) -> String {
        format!("{OUTBOX} in {}", self.root.display())
    }

    /// The draft's name begins with a dot, as a message's does that is still being written.
    async fn ping(&self) -> PortResult<String> {
        let (outbox, thing) = (self.clone(), self.name());
        blocking(OUTBOX, move || outbox.room.probe(&outbox.root, &outbox.root, &thing)).await
    }
}

fn named(fax_id: &str) -> String {
    format!("fax {fax_id}")
}
