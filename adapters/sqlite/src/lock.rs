//! One service a file: an advisory lock on a file beside the database, which ends with the process however it
//! dies.

use crate::error::opening;
use domain::ports::{PortError, PortResult};
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Held by a running service for the database at a path; dropping it lets the next one start.
#[derive(Debug)]
pub struct ServiceLock {
    _held: File,
}

impl ServiceLock {
    /// Locks `PATH.lock`, without waiting.
    ///
    /// # Errors
    /// `Permanent` when another service holds the lock, or the lock file cannot be made; `Transient` while its disk is
    /// full or read-only.
    pub fn acquire(path: &Path) -> PortResult<Self> {
        let thing = format!("data {}", path.display());
        let lock_path = beside(path);
        if let Some(folder) = lock_path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| opening(&thing, &error))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|error| opening(&format!("{thing} ({})", lock_path.display()), &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: file }),
            Err(TryLockError::WouldBlock) => Err(PortError::permanent(
                &thing,
                "another service is running on it; stop that one, or give this one data of its own",
            )),
            Err(TryLockError::Error(error)) => Err(PortError::permanent(&thing, error)),
        }
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lock");
    PathBuf::from(name)
}
