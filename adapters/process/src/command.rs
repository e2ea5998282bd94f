//! How a worker is started: which program, with which environment, under which limits.

use crate::error::PoolError;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// What a worker may see of our environment: where programs and language data lie, and in which language
/// libraries report. Nothing else, above all no secret.
const INHERITED: [&str; 5] = ["PATH", "TESSDATA_PREFIX", "LANG", "LC_ALL", "LC_CTYPE"];

/// The program that a worker runs.
#[derive(Clone, Debug)]
pub struct WorkerCommand {
    /// Path of the program, for the service its own.
    pub program: PathBuf,
    /// Its arguments, for the service `worker`.
    pub args: Vec<String>,
    /// Its whole environment but for `OMP_THREAD_LIMIT`, which is always 1.
    pub env: Vec<(String, String)>,
    /// What the operating system holds it to.
    pub limits: Limits,
}

/// Limits on one worker, set from outside right after its start and before its first input.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Address space in bytes. A page of 40 megapixels needs about 600 MB; 4 GiB leaves room for libraries
    /// and stops a bomb.
    pub address_space_bytes: u64,
    /// Open files. Language data is opened one file at a time.
    pub open_files: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { address_space_bytes: 4 << 30, open_files: 64 }
    }
}

impl WorkerCommand {
    /// A worker with the allowed part of `environment`, which is our own as a rule, and the usual limits.
    pub fn new(
        program: PathBuf,
        args: Vec<String>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let mut env: Vec<_> =
            environment.into_iter().filter(|(name, _)| INHERITED.contains(&name.as_str())).collect();
        env.sort();
        Self { program, args, env, limits: Limits::default() }
    }

    /// Starts a worker: own process group, cleared environment, no error stream (libraries write document
    /// text there), no core dumps, no files written, killed when dropped.
    pub(crate) fn spawn(&self) -> Result<Child, PoolError> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            // Tesseract's threads fight over two cores: five times the time without this. It must be in
            // the environment before the program starts.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        let child = command.spawn().map_err(|error| self.not_started(&error.to_string()))?;
        self.restrict(&child)?;
        Ok(child)
    }

    fn restrict(&self, child: &Child) -> Result<(), PoolError> {
        // Already gone: the first call will say how it died.
        let Some(pid) = pid_of(child) else { return Ok(()) };
        let at_most = |limit: u64| Rlimit { current: Some(limit), maximum: Some(limit) };
        for (resource, limit) in [
            (Resource::Core, 0),
            (Resource::Fsize, 0),
            (Resource::Nofile, self.limits.open_files),
            (Resource::As, self.limits.address_space_bytes),
        ] {
            match prlimit(Some(pid), resource, at_most(limit)) {
                Ok(_) | Err(rustix::io::Errno::SRCH) => {}
                Err(error) => return Err(self.not_started(&format!("its limits cannot be set: {error}"))),
            }
        }
        Ok(())
    }

    fn not_started(&self, cause: &str) -> PoolError {
        PoolError::NotStarted { program: self.program.display().to_string(), cause: cause.to_owned() }
    }
}

/// The process id while the child has not been waited for.
pub(crate) fn pid_of(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()?).ok()?)
}
