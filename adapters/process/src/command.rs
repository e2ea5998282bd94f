//! How a worker is started: which program, with which environment, under which limits.

use crate::cage::RECOGNISES;
use crate::error::PoolError;
use crate::last_words::LastWords;
use crate::shared::SharedFiles;
use documents::protocol::WorkerRequest;
use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

/// What a worker may see of our environment: where programs and language data lie, and in which language
/// libraries report. Nothing else, above all no secret.
const INHERITED: [&str; 5] = ["PATH", "TESSDATA_PREFIX", "LANG", "LC_ALL", "LC_CTYPE"];

/// Set in every worker, before the program starts: tesseract's threads fight over two cores, five times the
/// time without the first; freed pictures, also those in files, go back to the system at once with the second.
/// What a page of text needs is smaller and kept for the next page with the third, up to 8 MB: taking it anew
/// from the system for every page is a tenth of its cost.
const ALWAYS: [(&str, &str); 3] =
    [("OMP_THREAD_LIMIT", "1"), ("MALLOC_MMAP_THRESHOLD_", "1048576"), ("MALLOC_TRIM_THRESHOLD_", "8388608")];

/// The program that a worker runs.
#[derive(Clone, Debug)]
pub struct WorkerCommand {
    /// Path of the program, for the service its own.
    pub program: PathBuf,
    /// Its arguments, for the service `worker`.
    pub args: Vec<String>,
    /// Its whole environment but for what is the same in every worker (`OMP_THREAD_LIMIT` is always 1).
    pub env: Vec<(String, String)>,
    /// What the operating system holds it to.
    pub limits: Limits,
    /// The files that its pool shares with workers.
    pub(crate) files: SharedFiles,
}

/// Limits on one worker, set from outside: the first two before its first input, the others before each call.
/// How long a call may take by the clock is said by the pool's `Deadlines`.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open files. Language data is opened one file at a time.
    pub open_files: u64,
    /// Address space in bytes while a packet is put together or its text layer is written, and at any time.
    pub address_space_bytes: u64,
    /// Address space in bytes while a page is opened, drawn or read. A page of 40 megapixels needs about
    /// 600 MB; the rest is for libraries, stacks and the packet itself.
    pub page_address_space_bytes: u64,
    /// CPU time of one page. The slowest page seen took 5 s.
    pub page_cpu: Duration,
    /// CPU time of putting a packet together or writing its text layer.
    pub packet_cpu: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open_files: 64,
            address_space_bytes: 4 << 30,
            page_address_space_bytes: 2 << 30,
            page_cpu: Duration::from_secs(30),
            packet_cpu: Duration::from_secs(90),
        }
    }
}

/// What a call works on, which decides what it may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    Page,
    Packet,
}

/// What a worker can do. Loading the engine's libraries costs several times the start of a worker without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Skill {
    /// Everything but recognition.
    Plain,
    /// Recognition too.
    Recognises,
}

impl Skill {
    /// What a request needs.
    pub(crate) fn for_request(request: &WorkerRequest) -> Self {
        match request {
            WorkerRequest::Warm { .. } | WorkerRequest::PageKeys { .. } | WorkerRequest::ReadPage { .. } => {
                Self::Recognises
            }
            WorkerRequest::Assemble { .. }
            | WorkerRequest::Unpack { .. }
            | WorkerRequest::Open { .. }
            | WorkerRequest::Inspect { .. }
            | WorkerRequest::PagePng { .. }
            | WorkerRequest::AddTextLayer { .. }
            | WorkerRequest::FaxVariant { .. } => Self::Plain,
        }
    }

    /// Whether a worker of this skill can do what needs `needed`.
    pub(crate) fn covers(self, needed: Self) -> bool {
        self == Self::Recognises || needed == Self::Plain
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
        Self { program, args, env, limits: Limits::default(), files: SharedFiles::default() }
    }

    /// Starts a worker: own process group, cleared environment, its error stream listened to for its last
    /// words only, no core dumps, no files written, killed when dropped.
    pub(crate) fn spawn(&self, skill: Skill) -> Result<(Child, UnixStream, LastWords), PoolError> {
        let failed = |error: io::Error| self.not_started(&error.to_string());
        let (last_words, error_stream) = LastWords::pipe().map_err(|error| failed(error.into()))?;
        let (ours, theirs) = line().map_err(failed)?;
        let mut command = self.bare();
        if skill == Skill::Recognises {
            command.env(RECOGNISES.0, RECOGNISES.1);
        }
        command.stdin(Stdio::from(theirs)).stdout(Stdio::piped()).stderr(Stdio::from(error_stream));
        let child = command.spawn().map_err(failed)?;
        self.restrict(&child)?;
        Ok((child, ours, last_words))
    }

    /// The program with its arguments and environment.
    pub(crate) fn bare(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .envs(ALWAYS)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        command
    }

    fn restrict(&self, child: &Child) -> Result<(), PoolError> {
        // Already gone: the first call will say how it died.
        let Some(pid) = pid_of(child) else { return Ok(()) };
        for (resource, limit) in [
            (Resource::Core, 0),
            (Resource::Fsize, 0),
            (Resource::Nofile, self.limits.open_files),
            (Resource::As, self.limits.address_space_bytes),
        ] {
            set(pid, resource, Rlimit { current: Some(limit), maximum: Some(limit) })
                .map_err(|error| self.not_started(&format!("its limits cannot be set: {error}")))?;
        }
        Ok(())
    }

    pub(crate) fn not_started(&self, cause: &str) -> PoolError {
        PoolError::NotStarted { program: self.program.display().to_string(), cause: cause.to_owned() }
    }
}

/// Our end of the line on which a worker is asked, and its end. Nothing comes back on it.
fn line() -> io::Result<(UnixStream, OwnedFd)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    ours.shutdown(Shutdown::Read)?;
    ours.set_nonblocking(true)?;
    Ok((UnixStream::from_std(ours)?, theirs.into()))
}

impl Limits {
    /// Sets what the next call may cost. The soft limits only: they can be raised again.
    pub(crate) fn grant(&self, pid: Pid, effort: Effort) -> rustix::io::Result<()> {
        let (memory, cpu) = match effort {
            Effort::Page => (self.page_address_space_bytes, self.page_cpu),
            Effort::Packet => (self.address_space_bytes, self.packet_cpu),
        };
        let all = self.address_space_bytes;
        set(pid, Resource::As, Rlimit { current: Some(memory.min(all)), maximum: Some(all) })?;
        // Whole seconds of the process's life; what we may grant is what we have ourselves.
        let until = (cpu_used(pid).unwrap_or_default() + cpu).as_secs() + 1;
        let maximum = getrlimit(Resource::Cpu).maximum;
        set(pid, Resource::Cpu, Rlimit { current: Some(until.min(maximum.unwrap_or(u64::MAX))), maximum })
    }
}

/// Sets a limit of a child; one that has just died needs none.
fn set(pid: Pid, resource: Resource, limit: Rlimit) -> rustix::io::Result<()> {
    match prlimit(Some(pid), resource, limit) {
        Ok(_) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error),
    }
}

/// CPU time of a process so far: the 14th and 15th number about it, counted behind its name.
fn cpu_used(pid: Pid) -> Option<Duration> {
    let about = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let (_, numbers) = about.rsplit_once(") ")?;
    let ticks: u64 = numbers.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks * 1000 / clock_ticks_per_second().max(1)))
}

/// The process id while the child has not been waited for.
pub(crate) fn pid_of(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()?).ok()?)
}
