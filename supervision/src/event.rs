//! What a supervisor reports as it happens, for telemetry.
//!
//! Events carry ids, kinds and the texts of errors, never a message or a state. The hook runs on the
//! supervisor's own task: it must be quick and must not panic.

use std::sync::Arc;
use std::time::Duration;

use crate::drain::Ended;
use crate::exit::Exit;

/// Called with every event of one supervisor.
pub type EventHook = Arc<dyn Fn(&Event) + Send + Sync>;

/// Something that happened to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Name of the supervisor.
    pub supervisor: Arc<str>,
    /// Id of the child.
    pub child: String,
    /// What happened.
    pub kind: EventKind,
}

/// What happened to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// It was started, for the first time or again.
    Started,
    /// It ended by itself, or could not be started.
    Exited {
        /// How.
        exit: Exit,
    },
    /// It will be started again.
    Restarting {
        /// Wait before the start.
        after: Duration,
        /// True when the restart counts toward the intensity.
        counted: bool,
    },
    /// Its supervisor stopped it.
    Stopped {
        /// How that went.
        how: Ended,
    },
    /// Its exit was one too many: the supervisor gives up.
    Escalated {
        /// The exit.
        exit: Exit,
    },
}

impl Event {
    /// Writes the event to the log: what an operator need not see daily at `debug`.
    pub(crate) fn log(&self) {
        let (supervisor, child) = (self.supervisor.as_ref(), self.child.as_str());
        match &self.kind {
            EventKind::Started => tracing::debug!(supervisor, child, "child started"),
            EventKind::Exited { exit } if exit.counts() => {
                tracing::warn!(supervisor, child, %exit, "child exited");
            }
            EventKind::Exited { exit } => {
                tracing::debug!(supervisor, child, %exit, "child exited as expected")
            }
            EventKind::Restarting { after, counted } => {
                let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(supervisor, child, after_ms, counted, "child will be restarted");
            }
            EventKind::Stopped { how: Ended::Stopped } => tracing::debug!(supervisor, child, "child stopped"),
            EventKind::Stopped { how } => tracing::warn!(supervisor, child, ?how, "child had to be killed"),
            EventKind::Escalated { exit } => tracing::error!(supervisor, child, %exit, "supervisor gives up"),
        }
    }
}
