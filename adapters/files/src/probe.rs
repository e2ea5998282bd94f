//! Whether a folder takes files: one is written as a real one would be, and removed.

use crate::atomic::Draft;
use crate::error::writing;
use domain::ports::{PortError, PortResult};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As much as is written to see whether there is room: a small chart page.
const PROBE_BYTES: usize = 64 * 1024;

/// More is not written to see whether there is room.
const PROBE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What is known of a folder's room.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// The size of what has not fitted; zero once as much has.
    wanted: AtomicUsize,
}

impl Room {
    /// Notes what was too large for the disk, so that a nearly full one does not count as good because a small
    /// file still fits.
    pub(crate) fn note(&self, error: &std::io::Error, bytes: usize) {
        if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
            self.wanted.fetch_max(bytes, Ordering::Relaxed);
        }
    }

    /// Writes a draft into `drafts` and removes it.
    ///
    /// # Errors
    /// `Transient` while `folder` is full, read-only or gone.
    pub(crate) fn probe(&self, drafts: &Path, folder: &Path, thing: &str) -> PortResult<String> {
        let wanted = self.wanted.load(Ordering::Relaxed);
        let bytes = vec![0; wanted.clamp(PROBE_BYTES, PROBE_BYTES_MAX)];
        let told = |error: std::io::Error| -> PortError {
            writing(thing, &format!("the folder {}", folder.display()), &error)
        };
        drop(Draft::file(drafts, &bytes, 0o600).map_err(told)?);
        // Something larger may have failed meanwhile: then it stays noted.
        let _ = self.wanted.compare_exchange(wanted, 0, Ordering::Relaxed, Ordering::Relaxed);
        Ok("takes files".to_owned())
    }
}
