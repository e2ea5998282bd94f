//! Writing so that a crash leaves the whole file or none: a temporary file beside it, fsync, rename, fsync of
//! the folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Begins the name of everything that is not finished.
pub(crate) const UNFINISHED: &str = ".unfinished-";

/// Unfinished files older than this belong to a process that died: none of ours writes for so long.
pub(crate) const LEFTOVER_AGE: Duration = Duration::from_secs(60 * 60);

/// Writes a file whole or not at all, replacing an earlier one; `mode` is its permissions, such as `0o600`.
///
/// # Errors
/// Whatever the file system says; the target is then as it was.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let folder = folder_of(path);
    let draft = draft_in(folder);
    let result = write_synced(&draft, bytes, mode)
        .and_then(|()| fs::rename(&draft, path))
        .and_then(|()| sync_folder(folder));
    if result.is_err() {
        // Best effort: a draft that stays is removed as a leftover later.
        let _ = fs::remove_file(&draft);
    }
    result
}

/// The folder a path lies in; a bare name lies in the current one.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A name in a folder that nobody else uses: our process's, counted.
pub(crate) fn draft_in(folder: &Path) -> PathBuf {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{UNFINISHED}{}-{number}", process::id()))
}

/// Writes a new file and waits until the disk has it. What a dead process of our number left there is
/// overwritten.
pub(crate) fn write_synced(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    // The mode above is cut by the umask, and an existing file keeps its own.
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the disk has a folder's entries: without it a rename may be lost with the power.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a folder, and those above it, durably.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    if above != folder {
        make_folder(above)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(above),
    }
}

/// Removes what dead processes left unfinished in a folder, and says how much. Younger things than `age` may
/// be a living process's.
pub(crate) fn remove_leftovers(folder: &Path, age: Duration, now: SystemTime) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue };
        let written = metadata.modified().unwrap_or(now);
        if now.duration_since(written).unwrap_or_default() < age {
            continue;
        }
        let result =
            if metadata.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        // Somebody else may have removed it at the same moment.
        match result {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => removed += 1,
        }
    }
    Ok(removed)
}
