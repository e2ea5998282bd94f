//! Starting browsers: which program, where its private folders lie, how long a call may take.

use crate::connection::Connection;
use crate::login::{ChromiumLogin, LoginCredentials};
use crate::process::{BrowserProcess, without_sandbox};
use domain::ports::{LoginBrowser, PortalError};
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// How browsers are started and bounded.
#[derive(Clone, Debug)]
pub struct LauncherOptions {
    /// Chromium's program, usually `/usr/bin/chromium`.
    pub program: PathBuf,
    /// Where each browser gets its private folder; of one run only.
    pub run_dir: PathBuf,
    /// From the start to the first answer.
    pub launch_timeout: Duration,
    /// One call to a browser: a page to settle, a press to be answered.
    pub call_timeout: Duration,
}

impl LauncherOptions {
    /// Debian's Chromium with 30 seconds for its start and for each call.
    pub fn new(run_dir: impl Into<PathBuf>) -> Self {
        Self {
            program: "/usr/bin/chromium".into(),
            run_dir: run_dir.into(),
            launch_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(30),
        }
    }
}

/// Why a browser did not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The program cannot be run.
    #[error("chromium ({}) cannot be started: {error}; install it (`apt-get install chromium`) or name its program", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// Its private folder cannot be made.
    #[error("the browsers' run folder {} cannot be used: {error}", folder.display())]
    RunFolder {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// It ended before it told an address.
    #[error("chromium ended before it could be spoken to; it said: {said}")]
    NoAddress {
        /// Its last lines, from before any page was opened.
        said: String,
    },
    /// It told no address in time.
    #[error("chromium was not ready within {limit:?}; is the machine overloaded?")]
    TooSlow {
        /// The limit.
        limit: Duration,
    },
    /// It told an address, but does not answer there.
    #[error("chromium does not answer: {cause}")]
    NotAnswering {
        /// The cause.
        cause: String,
    },
}

/// Starts browsers.
#[derive(Clone, Debug)]
pub struct ChromiumLauncher {
    options: LauncherOptions,
}

impl ChromiumLauncher {
    /// A launcher; nothing is started yet. Call [`crate::clean_leftovers`] on its run folder first.
    pub fn new(options: LauncherOptions) -> Self {
        if without_sandbox() {
            tracing::warn!("running as root: chromium runs without its sandbox; use an account of its own");
        }
        Self { options }
    }

    /// The options.
    pub fn options(&self) -> &LauncherOptions {
        &self.options
    }

    /// Opens a browser of its own at an address. The credentials are typed only where a
    /// [`LoginAct`](domain::ports::LoginAct) says so.
    ///
    /// # Errors
    /// `Unavailable` when the browser does not start or the address cannot be reached.
    pub async fn open(
        &self,
        url: &str,
        credentials: LoginCredentials,
    ) -> Result<Box<dyn LoginBrowser>, PortalError> {
        let connection = self
            .connect(&[], self.options.call_timeout)
            .await
            .map_err(|error| PortalError::Unavailable { cause: error.to_string() })?;
        Ok(Box::new(ChromiumLogin::open(connection, url, credentials).await?))
    }

    /// The program's name and version, as it tells them itself.
    pub(crate) async fn version(&self) -> Result<String, LaunchError> {
        let LauncherOptions { program, launch_timeout: limit, .. } = &self.options;
        let asked = Command::new(program).arg("--version").stdin(Stdio::null()).kill_on_drop(true).output();
        let told =
            tokio::time::timeout(*limit, asked).await.map_err(|_| LaunchError::TooSlow { limit: *limit })?;
        let told = told.map_err(|error| LaunchError::Spawn { program: program.clone(), error })?;
        Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned())
    }

    /// Starts a browser and connects to it.
    pub(crate) async fn connect(
        &self,
        extra_flags: &[&str],
        call_timeout: Duration,
    ) -> Result<Connection, LaunchError> {
        let (process, address) = BrowserProcess::spawn(&self.options, extra_flags).await?;
        Connection::to(process, &address, call_timeout).await
    }
}
