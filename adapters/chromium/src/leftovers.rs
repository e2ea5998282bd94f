//! What a killed run left behind: browsers that still run, profiles that still hold cookies.

use crate::processes::{self, Process};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Folders of browsers begin like this in the run folder.
pub(crate) const FOLDER_PREFIX: &str = "chromium-";

/// In a browser's folder: `PID START_TIME` of its first process.
pub(crate) const PID_FILE: &str = "pid";

/// What was found and removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Processes killed.
    pub processes: usize,
    /// Profiles wiped.
    pub profiles: usize,
}

/// Kills the browsers that an earlier run left in `run_dir` and wipes their profiles. Blocks for as long as that
/// takes, usually milliseconds.
///
/// To be called at start, before the first browser of this run: it ends *every* browser of the folder. A process
/// is killed only if it is surely one of them: by its pid *and* start time, or because its command line or
/// environment names the browser's private folder.
///
/// # Errors
/// When the folder cannot be read, or a profile cannot be wiped.
pub fn clean_leftovers(run_dir: &Path) -> io::Result<Leftovers> {
    let mut found = Leftovers::default();
    // Browsers are told the whole path of their folder, and are found again by it.
    let run_dir = match run_dir.canonicalize() {
        Ok(run_dir) => run_dir,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for folder in browser_folders(&run_dir)? {
        found.processes += end_processes(&folder);
        remove(&folder)?;
        found.profiles += 1;
    }
    if found != Leftovers::default() {
        tracing::warn!(found.processes, found.profiles, "cleaned up the browsers of a killed run");
    }
    Ok(found)
}

fn browser_folders(run_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(run_dir)? {
        let entry = entry?;
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(FOLDER_PREFIX));
        if ours && entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

fn end_processes(folder: &Path) -> usize {
    let recorded = recorded(folder);
    let leader = recorded
        .and_then(|(pid, started)| processes::process(pid).filter(|process| process.started == started));
    // The folder's name as one part of a path: `…/chromium-a` is not named by `…/chromium-ab`.
    let inside = folder.join("");
    let belongs = |process: Process| {
        leader.is_some_and(|leader| process.group == leader.pid) || processes::names_folder(process, &inside)
    };
    let mine: Vec<Process> = processes::all().into_iter().filter(|process| belongs(*process)).collect();
    if let Some(leader) = leader {
        processes::kill_group(leader.pid);
    }
    mine.iter().for_each(|process| processes::kill(*process));
    processes::wait_until_gone(|process| mine.contains(&process));
    mine.len()
}

fn recorded(folder: &Path) -> Option<(i32, u64)> {
    let text = fs::read_to_string(folder.join(PID_FILE)).ok()?;
    let (pid, started) = text.trim().split_once(' ')?;
    Some((pid.parse().ok()?, started.parse().ok()?))
}

/// Removes a folder whose last writer may be dying: a file that appears meanwhile is met by a second try.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    let mut result = Ok(());
    for _ in 0..3 {
        result = fs::remove_dir_all(folder);
        match &result {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(_) => {}
        }
    }
    result
}
