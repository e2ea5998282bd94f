//! What a contender costs: the time, CPU time and memory of every process it starts.

use crate::memory::{Sampler, end_tree};
use nix::sys::resource::{UsageWho, getrusage};
use rustix::process::{WaitOptions, getpid, set_child_subreaper, wait};
use std::error::Error;
use std::io::{Read, Seek};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// One process after the other.
pub(crate) type Lane = Vec<Command>;

/// What a contender's processes cost together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    /// From the first start to the last end.
    pub(crate) wall_s: f64,
    /// User and system time of all processes.
    pub(crate) cpu_s: f64,
    /// The most memory they had at once: proportional set sizes, added. Sampled, so that what lives for less than a few
    /// milliseconds can be missed.
    pub(crate) peak_mb: f64,
    /// The longest that one process took.
    pub(crate) longest_s: f64,
    /// Processes that said they failed, or had to be ended.
    pub(crate) failures: Vec<String>,
}

/// Runs lanes side by side, each process ended if it takes longer than `limit`.
///
/// Not to be called while anything else of this process's children runs: all of them are counted.
///
/// # Errors
/// A process cannot be started, or what was used cannot be told.
pub(crate) fn run(lanes: Vec<Lane>, limit: Duration) -> Result<Cost, Box<dyn Error>> {
    // Whoever loses its parent becomes our child, so that its CPU time is told to us.
    set_child_subreaper(Some(getpid()))?;
    let before = children_cpu_s()?;
    let started = Instant::now();
    let sampler = Sampler::start(std::process::id(), 1);
    let lanes: Vec<_> =
        lanes.into_iter().map(|lane| std::thread::spawn(move || run_lane(lane, limit))).collect();
    let mut cost = Cost::default();
    let mut broken = None;
    for lane in lanes {
        match lane.join().unwrap_or_else(|_| Err("a lane stopped".to_owned())) {
            Ok((longest_s, failures)) => {
                cost.longest_s = cost.longest_s.max(longest_s);
                cost.failures.extend(failures);
            }
            Err(cause) => broken = Some(cause),
        }
    }
    cost.wall_s = started.elapsed().as_secs_f64();
    cost.peak_mb = sampler.finish().last().copied().unwrap_or_default();
    // Orphans that are still about have been left behind; an error says that there is none.
    while wait(WaitOptions::empty()).is_ok_and(|status| status.is_some()) {}
    cost.cpu_s = children_cpu_s()? - before;
    match broken {
        Some(cause) => Err(cause.into()),
        None => Ok(cost),
    }
}

fn run_lane(lane: Lane, limit: Duration) -> Result<(f64, Vec<String>), String> {
    let (mut longest_s, mut failures) = (0.0_f64, Vec::new());
    for mut command in lane {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = Instant::now();
        let unstarted = |error: std::io::Error| format!("{program}: {error}");
        let mut complaints = tempfile::tempfile().map_err(unstarted)?;
        // What a program has to say of thousands of odd files would drown what is measured.
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
        let quiet = quiet.stderr(complaints.try_clone().map_err(unstarted)?);
        let mut child = quiet.spawn().map_err(unstarted)?;
        let watch = Watch::over(&child, limit);
        let status = child.wait().map_err(|error| format!("{program}: {error}"))?;
        drop(watch);
        longest_s = longest_s.max(started.elapsed().as_secs_f64());
        if !status.success() {
            let mut said = Vec::new();
            // It is the reason that is told if it can be.
            let _ = complaints.rewind().and_then(|()| complaints.read_to_end(&mut said));
            let last = String::from_utf8_lossy(&said).trim_end().lines().next_back().map(str::to_owned);
            failures.push(format!("{program}: {status}: {}", last.unwrap_or_default()));
        }
    }
    Ok((longest_s, failures))
}

/// Ends a process tree that takes too long, unless dropped before.
struct Watch {
    _over: Sender<()>,
}

impl Watch {
    fn over(child: &Child, limit: Duration) -> Self {
        let (sender, over) = channel();
        let id = child.id();
        std::thread::spawn(move || {
            if over.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                end_tree(id);
            }
        });
        Self { _over: sender }
    }
}

/// User and system time of all children that have ended and been waited for, and of theirs.
fn children_cpu_s() -> Result<f64, Box<dyn Error>> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}
