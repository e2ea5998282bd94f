//! The browsers' private folder, cleared of what a killed run left behind.

use crate::error::Failure;
use crate::settings::Settings;
use chromium::{ChromiumLauncher, LauncherOptions, clean_leftovers};

/// The launcher for this installation.
///
/// # Errors
/// The folder cannot be made or cleared.
pub(super) fn launcher(settings: &Settings) -> Result<ChromiumLauncher, Failure> {
    let run_dir = settings.data.join("browsers");
    let thing = || format!("browser profiles in {}", run_dir.display());
    let unusable = |error| Failure::failed(thing(), error, "make the folder writable for this user");
    std::fs::create_dir_all(&run_dir).map_err(unusable)?;
    let found = clean_leftovers(&run_dir).map_err(unusable)?;
    if found.processes + found.profiles > 0 {
        tracing::info!(
            processes = found.processes,
            profiles = found.profiles,
            "cleared what a killed run left behind"
        );
    }
    Ok(ChromiumLauncher::new(LauncherOptions::new(run_dir)))
}
