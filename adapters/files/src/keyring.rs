//! The keyring's file: read, made at first start, and replaced whole when a key is added or the keys are wrapped
//! anew. A crash at any moment leaves the keyring before or the one after.

use crate::atomic::{create_whole, folder_of, remove_leftovers, sync_folder, write_atomic};
use crate::error::classed;
use crate::private::{Stamp, read_private};
use crate::ring::{KeyringFacts, Ring, Root, Written};
use domain::ports::{ErrorClass, KeyWrapper, PortError, PortResult};
use jiff::Timestamp;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A key a day for a hundred years stays below; a larger file is none of ours.
const KEYRING_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// How often a file that is replaced while its lock is taken is taken again.
const HOLD_TRIES_MAX: usize = 10;

/// The place of an installation's keys. Every change is on the disk when the call returns.
#[derive(Clone, Debug)]
pub struct Keyring {
    path: PathBuf,
}

impl Keyring {
    /// The keyring at this path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which keys there are and what wraps them; opens nothing.
    ///
    /// # Errors
    /// `NotFound` when there is no keyring; `Permanent` when others may read it, it is damaged, or a newer
    /// release wrote it.
    pub fn facts(&self) -> PortResult<KeyringFacts> {
        Ok(self.read()?.0.facts())
    }

    /// Makes a new sealing key and says its id. Services and other processes take it up with their next seal.
    ///
    /// # Errors
    /// As [`Keyring::facts`]; `Transient` while another process changes the keyring; those of the wrapper.
    pub async fn rotate(&self, wrapper: &dyn KeyWrapper, now: Timestamp) -> PortResult<u32> {
        let held = self.hold()?;
        let mut ring = self.open(wrapper).await?.0;
        let id = ring.rotate(now)?;
        self.replace(&ring, &held)?;
        Ok(id)
    }

    /// Makes a new index key in the place of the present one and says its id. Until the stores' terms are
    /// written anew, searches do not find what was written before.
    ///
    /// # Errors
    /// As [`Keyring::rotate`].
    pub async fn renew_index(&self, wrapper: &dyn KeyWrapper, now: Timestamp) -> PortResult<u32> {
        let held = self.hold()?;
        let mut ring = self.open(wrapper).await?.0;
        let id = ring.renew_index(now)?;
        self.replace(&ring, &held)?;
        Ok(id)
    }

    /// Wraps the same keys anew. A service that runs keeps the keys it has read, and must be restarted with the
    /// new wrapping key before the next change.
    ///
    /// # Errors
    /// As [`Keyring::rotate`], of either wrapper.
    pub async fn rewrap(&self, from: &dyn KeyWrapper, to: &dyn KeyWrapper) -> PortResult<()> {
        let held = self.hold()?;
        let ring = self.open(from).await?.0.rewrapped(to).await?;
        // Whoever replaces the only way in tries the new one first.
        let text = ring.text()?;
        let written = Written::parse(&self.thing(), text.as_bytes())?;
        Ring::open(&self.thing(), &written, written.root(&self.thing(), to).await?)?;
        self.replace(&ring, &held)
    }

    /// Opens the keyring; at the first start (`create`: nothing was stored yet) makes one. Processes that start
    /// at the same moment agree on one.
    pub(crate) async fn open_or_create(
        &self,
        wrapper: &dyn KeyWrapper,
        create: bool,
        now: Timestamp,
    ) -> PortResult<(Ring, Stamp)> {
        match self.open(wrapper).await {
            Err(error) if error.class == ErrorClass::NotFound && create => {
                let text = Ring::new(wrapper, now).await?.text()?;
                let made = create_whole(&self.path, text.as_bytes(), 0o600);
                made.map_err(|error| crate::error::opening(&self.thing(), &error))?;
                self.open(wrapper).await
            }
            Err(error) if error.class == ErrorClass::NotFound => {
                let cause =
                    "it is missing, but there are data sealed under its keys; put it back from the backup";
                Err(PortError::permanent(error.thing, cause))
            }
            result => result,
        }
    }

    /// Opens it with a root key that is at hand.
    pub(crate) fn open_with(&self, root: &Arc<Root>) -> PortResult<(Ring, Stamp)> {
        let (written, stamp) = self.read()?;
        Ok((Ring::open(&self.thing(), &written, Arc::clone(root))?, stamp))
    }

    /// Tells whether it was replaced; none while it cannot be looked at.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        fs::metadata(&self.path).ok().map(|metadata| Stamp::of(&metadata))
    }

    pub(crate) fn thing(&self) -> String {
        format!("keyring {}", self.path.display())
    }

    async fn open(&self, wrapper: &dyn KeyWrapper) -> PortResult<(Ring, Stamp)> {
        let (written, stamp) = self.read()?;
        let thing = self.thing();
        let root = written.root(&thing, wrapper).await?;
        Ok((Ring::open(&thing, &written, root)?, stamp))
    }

    fn read(&self) -> PortResult<(Written, Stamp)> {
        let thing = self.thing();
        let (content, stamp) = read_private(&thing, &self.path, KEYRING_BYTES_MAX)?;
        // Whoever put it there may not have come to this yet, and what is sealed now will need its keys.
        sync_folder(folder_of(&self.path)).map_err(|error| classed(&thing, &error))?;
        Ok((Written::parse(&thing, &content)?, stamp))
    }

    /// Whoever changes the keyring holds a lock on the file that is to be replaced, so that two changes never
    /// start from the same keys: one of them would be lost, and what was sealed under it.
    fn hold(&self) -> PortResult<File> {
        let thing = self.thing();
        let failed = |error| classed(&thing, &error);
        for _ in 0..HOLD_TRIES_MAX {
            let file = File::open(&self.path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let cause = "another process changes it; try again when that has finished";
                    return Err(PortError::transient(thing, cause));
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            let held = Stamp::of(&file.metadata().map_err(failed)?);
            if self.stamp() == Some(held) {
                return Ok(file);
            }
        }
        Err(PortError::transient(thing, "it changes all the time; try again"))
    }

    /// Puts a keyring in the place of the one that is held.
    fn replace(&self, ring: &Ring, held: &File) -> PortResult<()> {
        let failed = |error| classed(&self.thing(), &error);
        // What a change that was cut short has left.
        remove_leftovers(folder_of(&self.path)).map_err(failed)?;
        write_atomic(&self.path, ring.text()?.as_bytes(), 0o600).map_err(failed)?;
        held.unlock().map_err(failed)
    }
}
