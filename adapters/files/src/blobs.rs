//! Blobs as sealed files, named by the keyed hash of their content: `chart/ab/chart-abcdef…`.

use crate::atomic::{DRAFTS, folder_of, make_folder, remove_leftovers, sync_folder, write_through};
use crate::blocking;
use crate::error::{classed, gone, opening, writing};
use crate::probe::Room;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::BlobRef;
use domain::ports::{BlobClass, BlobStore, ErrorClass, PortError, PortResult, Sealer};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const THING: &str = "blob store";

/// Blobs lie in folders by class and by the first characters of their hash, so that no folder grows too large.
const SHARD_CHARS: usize = 2;

/// Meets [`BlobStore`] in one folder. Clones share it.
#[derive(Clone)]
pub struct FileBlobStore {
    root: Arc<Path>,
    sealer: Arc<dyn Sealer>,
    room: Arc<Room>,
}

impl FileBlobStore {
    /// Opens a folder, making it as needed, and removes what processes that died left unfinished.
    ///
    /// # Errors
    /// `Permanent` when the folder cannot be made or read; `Transient` while its disk is full or read-only.
    pub fn open(root: &Path, sealer: Arc<dyn Sealer>) -> PortResult<Self> {
        let thing = format!("blob store {}", root.display());
        let failed = |error| opening(&thing, &error);
        let drafts = root.join(DRAFTS);
        make_folder(&drafts).map_err(failed)?;
        let removed = remove_leftovers(&drafts).map_err(failed)?;
        if removed > 0 {
            tracing::info!(removed, "unfinished blobs of an earlier run removed");
        }
        Ok(Self { root: Arc::from(root), sealer, room: Arc::default() })
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What is known of its room.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// What is not found is unknown only while the folder itself is there: without its disk nothing is.
    fn there(&self, error: PortError) -> PortError {
        if error.class == ErrorClass::NotFound && !self.root.join(DRAFTS).is_dir() {
            return gone(&error.thing, &self.folder());
        }
        error
    }

    fn folder(&self) -> String {
        format!("the folder {}", self.root.display())
    }

    /// Where a blob lies; none for a text that is no address, so that no path can be smuggled in.
    fn place(&self, blob: &BlobRef) -> Option<PathBuf> {
        let (class, hash) = BlobClass::of(blob)?;
        Some(self.root.join(class.name()).join(&hash[..SHARD_CHARS]).join(blob.as_str()))
    }

    fn put_now(&self, class: BlobClass, bytes: &[u8]) -> PortResult<BlobRef> {
        let blob = address(&*self.sealer, class, bytes);
        let path = self.place(&blob).ok_or_else(|| PortError::permanent(THING, "no address"))?;
        let failed = |error| {
            self.room.note(&error, bytes.len());
            writing(&named(&blob), &self.folder(), &error)
        };
        if path.exists() {
            // Whoever wrote it may not have come to this yet, and our caller will count on the blob.
            sync_folder(folder_of(&path)).map_err(failed)?;
            return Ok(blob);
        }
        let sealed = self.sealer.seal(&context(&blob), bytes)?;
        make_folder(folder_of(&path))
            .and_then(|()| write_through(&self.root.join(DRAFTS), &path, &sealed, 0o600))
            .map_err(failed)?;
        Ok(blob)
    }

    fn get_now(&self, blob: &BlobRef) -> PortResult<Bytes> {
        let unknown = || PortError::not_found("blob");
        let (class, _) = BlobClass::of(blob).ok_or_else(unknown)?;
        let path = self.place(blob).ok_or_else(unknown)?;
        let sealed = fs::read(&path).map_err(|error| self.there(classed(&named(blob), &error)))?;
        let damaged = || PortError::permanent(named(blob), "it is damaged; restore it from a backup");
        let plain = self.sealer.open(&context(blob), &sealed).map_err(|_| damaged())?;
        if address(&*self.sealer, class, &plain) != *blob {
            return Err(damaged());
        }
        Ok(Bytes::from(plain))
    }
}

#[async_trait]
impl BlobStore for FileBlobStore {
    async fn put(&self, class: BlobClass, bytes: Bytes) -> PortResult<BlobRef> {
        let store = self.clone();
        blocking(THING, move || store.put_now(class, &bytes)).await
    }

    async fn get(&self, blob: &BlobRef) -> PortResult<Bytes> {
        let (store, blob) = (self.clone(), blob.clone());
        blocking(THING, move || store.get_now(&blob)).await
    }

    async fn contains(&self, blob: &BlobRef) -> PortResult<bool> {
        let Some(path) = self.place(blob) else { return Ok(false) };
        let (store, name) = (self.clone(), named(blob));
        blocking(THING, move || {
            if path.try_exists().map_err(|error| classed(&name, &error))? {
                return Ok(true);
            }
            match store.there(PortError::not_found(name)) {
                PortError { class: ErrorClass::NotFound, .. } => Ok(false),
                error => Err(error),
            }
        })
        .await
    }
}

fn address(sealer: &dyn Sealer, class: BlobClass, bytes: &[u8]) -> BlobRef {
    class.address(&sealer.keyed_hash("blob", bytes))
}

fn context(blob: &BlobRef) -> String {
    format!("blob/{blob}")
}

fn named(blob: &BlobRef) -> String {
    format!("blob {blob}")
}
