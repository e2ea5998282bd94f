//! Stopping children: asked first, killed after their grace, and the report of who had to be.

use std::time::Duration;

use ractor::ActorCell;

use crate::child_spec::Shutdown;

/// Stop reason that supervised actors see when their supervisor stops them.
const STOP_REASON: &str = "shutdown";

/// Wait for a killed child to be gone. A kill takes effect at the next await point; a child that
/// computes without one, or holds its thread, cannot be killed and is reported as stuck.
const KILL_WAIT: Duration = Duration::from_secs(1);

/// How a child that its supervisor stopped went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As its spec says: within its grace, or by the kill the spec asks for.
    Stopped,
    /// Killed, because its grace was over.
    Killed,
    /// Killed without effect so far: its handler does not yield.
    Stuck,
}

/// Who did not stop by itself during a drain, as paths from the drained supervisor ("portal/session").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drained {
    /// Killed after their grace.
    pub killed: Vec<String>,
    /// Killed without effect: still running when the drain ended.
    pub stuck: Vec<String>,
}

impl Drained {
    /// True when every child stopped within its grace.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.killed.is_empty() && self.stuck.is_empty()
    }

    pub(crate) fn note(&mut self, path: &str, how: Ended) {
        match how {
            Ended::Stopped => {}
            Ended::Killed => self.killed.push(path.to_owned()),
            Ended::Stuck => self.stuck.push(path.to_owned()),
        }
    }

    /// Adds what a nested supervisor named `child` reports.
    pub(crate) fn merge(&mut self, child: &str, nested: Self) {
        let under = |path: String| format!("{child}/{path}");
        self.killed.extend(nested.killed.into_iter().map(under));
        self.stuck.extend(nested.stuck.into_iter().map(under));
    }
}

/// Ends one child as its spec says, waiting until it is gone.
pub(crate) async fn end(cell: &ActorCell, shutdown: Shutdown) -> Ended {
    let if_killed = match shutdown {
        Shutdown::Kill => Ended::Stopped,
        Shutdown::Drain(grace) => {
            cell.stop(Some(STOP_REASON.to_owned()));
            // Not `stop_and_wait`: it returns at once when the child is already stopping itself.
            if cell.wait(Some(grace)).await.is_ok() {
                return Ended::Stopped;
            }
            Ended::Killed
        }
    };
    cell.kill();
    match cell.wait(Some(KILL_WAIT)).await {
        Ok(()) => if_killed,
        Err(_) => Ended::Stuck,
    }
}

/// Longest [`end`] can take for a child with this grace.
pub(crate) fn end_max(grace: Duration) -> Duration {
    grace + KILL_WAIT
}
