//! One Chromium process group with its private folder: spawned, watched for its DevTools address, ended.

use crate::launch::{LaunchError, LauncherOptions};
use crate::leftovers::{FOLDER_PREFIX, PID_FILE, remove};
use crate::processes;
use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

/// Variables that a browser inherits; everything else stays with us.
const INHERITED: [&str; 4] = ["PATH", "LANG", "LC_ALL", "TZ"];

/// Lines of its complaints that go into the error when it does not start.
const STDERR_LINES_KEPT: usize = 4;

const FLAGS: [&str; 23] = [
    "--headless=new",
    "--remote-debugging-port=0",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    // The shared memory of containers is small.
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    // A browser visits one portal and is thrown away: its frames share a process, so that one connection reaches all
    // of them, sandboxed ones and those of the portal's other hosts included.
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,IsolateOrigins,\
     site-per-process,IsolateSandboxedIframes",
    "--disable-site-isolation-trials",
    "--disable-gpu",
    "--disable-hang-monitor",
    "--disable-sync",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-service-autorun",
    "--password-store=basic",
    "--window-size=1280,1024",
];

/// A running browser. Dropping it kills its process group at once and wipes its folder.
#[derive(Debug)]
pub(crate) struct BrowserProcess {
    child: Child,
    pid: i32,
    folder: PathBuf,
    ended: bool,
}

impl BrowserProcess {
    /// Spawns a browser and waits for the address of its DevTools.
    pub(crate) async fn spawn(
        options: &LauncherOptions,
        extra_flags: &[&str],
    ) -> Result<(Self, String), LaunchError> {
        let folder = private_folder(&options.run_dir)?;
        let mut command = command(&options.program, &folder, extra_flags);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let _ = remove(&folder);
                return Err(LaunchError::Spawn { program: options.program.clone(), error });
            }
        };
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or_default();
        let stderr = child.stderr.take();
        let process = Self { child, pid, folder, ended: false };
        process.record()?;
        let mut lines = BufReader::new(stderr.ok_or(LaunchError::NoAddress { said: String::new() })?).lines();
        let address = timeout(options.launch_timeout, devtools_address(&mut lines))
            .await
            .map_err(|_| LaunchError::TooSlow { limit: options.launch_timeout })??;
        // A full pipe would stop the browser. Ends with the browser.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((process, address))
    }

    /// The group its processes are in.
    pub(crate) fn group(&self) -> i32 {
        self.pid
    }

    fn record(&self) -> Result<(), LaunchError> {
        let started = processes::process(self.pid).map_or(0, |process| process.started);
        let file = self.folder.join(PID_FILE);
        fs::write(&file, format!("{} {started}\n", self.pid))
            .map_err(|error| LaunchError::RunFolder { folder: self.folder.clone(), error })
    }

    /// Ends the browser; returns when its processes are gone and its folder is wiped.
    pub(crate) async fn close(mut self) {
        self.ended = true;
        processes::kill_group(self.pid);
        let _ = self.child.wait().await;
        let (pid, folder) = (self.pid, self.folder.clone());
        let _ = tokio::task::spawn_blocking(move || wipe(pid, &folder)).await;
    }
}

impl Drop for BrowserProcess {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        processes::kill_group(self.pid);
        let (pid, folder) = (self.pid, self.folder.clone());
        // Not on a thread of the runtime: the processes are waited for. If this process ends first, the next
        // start finds the folder.
        let spawned =
            std::thread::Builder::new().name("browser-wipe".into()).spawn(move || wipe(pid, &folder));
        if let Err(error) = spawned {
            tracing::warn!(%error, "a browser's profile is left for the next start to wipe");
        }
    }
}

fn wipe(pid: i32, folder: &Path) {
    processes::wait_until_gone(|process| process.group == pid);
    if let Err(error) = remove(folder) {
        tracing::warn!(%error, "a browser's profile is left for the next start to wipe");
    }
}

fn private_folder(run_dir: &Path) -> Result<PathBuf, LaunchError> {
    let broken = |error| LaunchError::RunFolder { folder: run_dir.to_owned(), error };
    fs::create_dir_all(run_dir).map_err(broken)?;
    let run_dir = run_dir.canonicalize().map_err(broken)?;
    let folder = tempfile::Builder::new()
        .prefix(FOLDER_PREFIX)
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir_in(run_dir)
        .map_err(broken)?;
    Ok(folder.keep())
}

fn command(program: &Path, folder: &Path, extra_flags: &[&str]) -> Command {
    let profile = folder.join("profile");
    let mut command = Command::new(program);
    command
        .args(FLAGS)
        .args(extra_flags)
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("about:blank")
        .env_clear()
        .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("TMPDIR", folder)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    if without_sandbox() {
        command.arg("--no-sandbox");
    }
    command
}

/// Chromium refuses its sandbox to root.
pub(crate) fn without_sandbox() -> bool {
    rustix::process::geteuid().is_root()
}

/// Reads until `DevTools listening on ws://…`.
async fn devtools_address(lines: &mut Lines<BufReader<ChildStderr>>) -> Result<String, LaunchError> {
    let mut said = VecDeque::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(address) = line.trim().strip_prefix("DevTools listening on ") {
            return Ok(address.to_owned());
        }
        said.push_back(line);
        if said.len() > STDERR_LINES_KEPT {
            said.pop_front();
        }
    }
    Err(LaunchError::NoAddress { said: Vec::from(said).join(" / ") })
}
