//! The installation key's file: made at first start, 32 random bytes in base64, readable by its owner alone.

use crate::atomic::{sync_folder_of, unfinished, write_synced};
use data_encoding::BASE64;
use domain::ports::{PortError, PortResult};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A 256-bit key.
pub(crate) const KEY_BYTES: usize = 32;

/// Permission bits for group and others.
const OTHERS: u32 = 0o077;

/// Reads the key, or makes one where there is no file. Of two processes that start at once one makes it.
pub(crate) fn open_or_create(path: &Path) -> PortResult<[u8; KEY_BYTES]> {
    match read(path)? {
        Some(key) => Ok(key),
        None => {
            create(path)?;
            read(path)?.ok_or_else(|| error(path, "it vanished right after it was made"))
        }
    }
}

fn read(path: &Path) -> PortResult<Option<[u8; KEY_BYTES]>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(io) if io.kind() == ErrorKind::NotFound => return Ok(None),
        Err(io) => return Err(error(path, io)),
    };
    let mode = fs::metadata(path).map_err(|io| error(path, io))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(error(path, format!("others may read it (mode {:o}); run `chmod 600` on it", mode & 0o777)));
    }
    let bytes = BASE64.decode(text.trim().as_bytes()).ok();
    let key = bytes.and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
    key.map(Some).ok_or_else(|| error(path, "it is not 32 bytes in base64; restore it from its backup"))
}

fn create(path: &Path) -> PortResult<()> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|cause| error(path, cause))?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|io| error(path, io))?;
    }
    let unfinished = unfinished(path);
    write_synced(&unfinished, BASE64.encode(&key).as_bytes(), 0o600).map_err(|io| error(path, io))?;
    // A hard link never replaces a key that another process has just made.
    let linked = match fs::hard_link(&unfinished, path) {
        Err(io) if io.kind() == ErrorKind::AlreadyExists => Ok(()),
        result => result,
    };
    // Whichever way it went, the second name has served.
    let _ = fs::remove_file(&unfinished);
    linked.and_then(|()| sync_folder_of(path)).map_err(|io| error(path, io))
}

fn error(path: &Path, cause: impl std::fmt::Display) -> PortError {
    PortError::permanent(format!("installation key {}", path.display()), cause)
}
