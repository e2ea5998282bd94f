//! What the proofs share: a launcher with a folder of its own, and looking for processes and folders.

use chromium::{ChromiumLauncher, LauncherOptions};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A launcher whose browsers live in `run_dir`.
pub(crate) fn launcher(run_dir: &Path) -> ChromiumLauncher {
    let options = LauncherOptions::new(run_dir);
    assert!(
        options.program.exists(),
        "chromium is not installed at {}; install it (`apt-get install chromium`) to run these proofs",
        options.program.display()
    );
    ChromiumLauncher::new(options)
}

/// Live processes whose command line names the folder.
pub(crate) fn processes_of(run_dir: &Path) -> Vec<i32> {
    let name = run_dir.canonicalize().unwrap().to_str().unwrap().to_owned();
    let pids = fs::read_dir("/proc").unwrap().flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            !stat.contains(") Z ")
        })
        .filter(|pid| {
            let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let mut arguments = command.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            arguments.any(|argument| argument.starts_with("--user-data-dir=") && argument.contains(&name))
        })
        .collect()
}

/// Browser folders in the run folder.
pub(crate) fn folders_of(run_dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(run_dir).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// Looks until a condition holds; the limit is only there to fail instead of hanging.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "in vain waited until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Nothing of any browser is left in the run folder.
pub(crate) async fn until_nothing_is_left(run_dir: &Path) {
    until("no browser is left", || processes_of(run_dir).is_empty()).await;
    until("no profile is left", || folders_of(run_dir).is_empty()).await;
}
