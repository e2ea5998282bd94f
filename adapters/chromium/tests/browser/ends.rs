//! However a browser's owner ends, no process and no profile stay.

use crate::draw::question;
use crate::fake::portal;
use crate::login::credentials;
use crate::support::{folders_of, launcher, processes_of, until, until_nothing_is_left};
use chromium::{ChromiumDrawer, DrawerOptions, clean_leftovers};
use domain::ports::{DrawnPart, PageDrawer};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_browser_ends_it() {
    let run_dir = tempfile::tempdir().unwrap();
    let browser =
        launcher(run_dir.path()).open(&format!("{}/login", portal().await), credentials()).await.unwrap();
    assert!(!processes_of(run_dir.path()).is_empty());
    let folders = folders_of(run_dir.path());
    let mode = std::fs::metadata(&folders[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "a profile is private");
    drop(browser);
    until_nothing_is_left(run_dir.path()).await;
}

/// Names the run folder to the copy of this test that plays the run that is killed.
const KILLED_RUN: &str = "CHROMIUM_PROOF_KILLED_RUN";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_leaves_behind_is_cleaned_up() {
    if let Some(run_dir) = std::env::var_os(KILLED_RUN) {
        let run_dir = std::path::PathBuf::from(run_dir);
        let login = format!("{}/login", portal().await);
        let _browser = launcher(&run_dir).open(&login, credentials()).await.unwrap();
        let drawer = ChromiumDrawer::new(launcher(&run_dir), DrawerOptions::default());
        drawer.draw(&question(login, "#login-form", DrawnPart::Html)).await.unwrap();
        std::fs::write(run_dir.join("ready"), "").unwrap();
        return std::future::pending().await;
    }
    let run_dir = tempfile::tempdir().unwrap();
    let mut run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ends::what_a_killed_run_leaves_behind_is_cleaned_up"])
        .env(KILLED_RUN, run_dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the run has its browser", || run_dir.path().join("ready").exists()).await;
    run.kill().unwrap();
    run.wait().unwrap();
    let orphans = processes_of(run_dir.path());
    assert!(!orphans.is_empty(), "chromium outlives the run that is killed");
    assert_eq!(folders_of(run_dir.path()).len(), 2, "one at the login, one kept warm for drawing");

    // A folder whose pid now belongs to somebody else: nobody is killed for it.
    let stale = run_dir.path().join("chromium-stale");
    std::fs::create_dir(&stale).unwrap();
    std::fs::write(stale.join("pid"), format!("{} 1\n", std::process::id())).unwrap();

    let found = clean_leftovers(run_dir.path()).unwrap();
    assert!(found.processes >= orphans.len(), "{found:?}");
    assert_eq!(found.profiles, 3);
    assert_eq!(processes_of(run_dir.path()), Vec::<i32>::new());
    assert!(folders_of(run_dir.path()).is_empty());
    assert_eq!(clean_leftovers(run_dir.path()).unwrap(), chromium::Leftovers::default());
}

#[test]
fn a_run_folder_that_is_not_there_holds_no_leftovers() {
    let run_dir = tempfile::tempdir().unwrap();
    let none = clean_leftovers(&run_dir.path().join("browsers")).unwrap();
    assert_eq!(none, chromium::Leftovers::default());
}
