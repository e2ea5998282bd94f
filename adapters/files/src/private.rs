//! Reading files that only their owner may read: the key file and the keyring.

use crate::error::opening;
use domain::ports::{PortError, PortResult};
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// Tells one content of a file from the next, without reading it: every change is a new file under the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    modified: (i64, i64),
    bytes: u64,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            bytes: metadata.len(),
        }
    }
}

/// The first `bytes_max` bytes of a file that nobody else can read.
///
/// # Errors
/// `NotFound` when there is none; `Permanent` when others may read it.
pub(crate) fn read_private(thing: &str, path: &Path, bytes_max: u64) -> PortResult<(Vec<u8>, Stamp)> {
    let failed = |error| opening(thing, &error);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let cause = format!("others may read it (mode {mode:o}); run `chmod 600` on it");
        return Err(PortError::permanent(thing, cause));
    }
    let mut content = Vec::new();
    file.take(bytes_max).read_to_end(&mut content).map_err(failed)?;
    Ok((content, Stamp::of(&metadata)))
}
