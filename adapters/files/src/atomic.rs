//! Writing so that a crash leaves the whole thing or none: a draft beside it, fsync, rename, fsync of the
//! folder.
//!
//! A writer holds a lock on its draft. A draft nobody holds was left by a process that died, whatever its age,
//! and is removed when its folder is opened the next time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Where blobs are written before they get their name; no address of a blob begins with a dot.
pub(crate) const DRAFTS: &str = ".drafts";

/// Begins the name of every draft.
const UNFINISHED: &str = ".unfinished-";

/// Writes a file whole or not at all, replacing an earlier one; `mode` is its permissions, such as `0o600`.
/// Its folder must exist.
///
/// # Errors
/// Whatever the file system says; the target is then as it was.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    write_through(folder_of(path), path, bytes, mode)
}

/// [`write_atomic`] with the draft in a folder of its own on the same file system.
pub(crate) fn write_through(drafts: &Path, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let draft = Draft::file(drafts, bytes, mode)?;
    fs::rename(&draft.path, path)?;
    sync_folder(folder_of(path))
}

/// Makes a file whole with its folder, unless there is one by that name already: of racing writers the first has it.
pub(crate) fn create_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let folder = folder_of(path);
    make_folder(folder)?;
    let draft = Draft::file(folder, bytes, mode)?;
    match fs::hard_link(&draft.path, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        // What may be a secret must not stay behind under another name.
        _ => fs::remove_file(&draft.path)?,
    }
    sync_folder(folder)
}

/// Something not finished yet. Dropping it removes it, unless it was renamed to its place.
pub(crate) struct Draft {
    pub(crate) path: PathBuf,
    held: File,
}

impl Draft {
    /// A file the disk has.
    pub(crate) fn file(folder: &Path, bytes: &[u8], mode: u32) -> io::Result<Self> {
        let path = fresh_name(folder)?;
        let draft = Self::hold(path.clone(), create(&path, mode)?)?;
        (&draft.held).write_all(bytes)?;
        draft.held.sync_all()?;
        Ok(draft)
    }

    /// An empty folder, to be filled by [`write_synced`] and finished by [`sync_folder`].
    pub(crate) fn folder(folder: &Path) -> io::Result<Self> {
        let path = fresh_name(folder)?;
        fs::create_dir(&path)?;
        let held = File::open(&path)?;
        Self::hold(path, held)
    }

    /// Takes the lock. Between its making and the lock the draft looks left behind; a cleaner who came in
    /// between has it, or has removed it already, and the writer begins anew.
    fn hold(path: PathBuf, held: File) -> io::Result<Self> {
        let cleaned = || io::Error::new(io::ErrorKind::WouldBlock, "the draft was taken for a leftover");
        match held.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(cleaned()),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => {}
        }
        if path.try_exists()? { Ok(Self { path, held }) } else { Err(cleaned()) }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Best effort: after a rename there is nothing, and what stays is removed as a leftover.
        let _ = remove(&self.path);
        // Closing is not enough while a process that was just started holds a copy of what was open here: what has
        // its name now would look as if it were still being written.
        let _ = self.held.unlock();
    }
}

/// Writes a new file and waits until the disk has it.
pub(crate) fn write_synced(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = create(path, mode)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the disk has a folder's entries: without it a rename may be lost with the power.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder a path lies in; a bare name lies in the current one.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder, and those above it, durably.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folder(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(above),
    }
}

/// Removes the drafts in a folder that nobody holds, and says how many.
pub(crate) fn remove_leftovers(folder: &Path) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
            continue;
        }
        // Its writer may finish it at this moment, and then it is no leftover.
        let Ok(held) = File::open(entry.path()) else { continue };
        if held.try_lock().is_err() {
            continue;
        }
        match remove(&entry.path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => removed += 1,
        }
    }
    Ok(removed)
}

fn create(path: &Path, mode: u32) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    // The mode above is cut by the umask.
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    Ok(file)
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Random, because process numbers repeat: in a container they are nearly always the same.
fn fresh_name(folder: &Path) -> io::Result<PathBuf> {
    let number = getrandom::u64().map_err(io::Error::other)?;
    Ok(folder.join(format!("{UNFINISHED}{number:016x}")))
}
