//! Why a call to a worker failed.

use documents::protocol::WorkerError;
use std::time::Duration;

/// Why a call failed. All but `Refused` cost the worker, which is replaced at the next call.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PoolError {
    /// The worker did not answer in time and was killed.
    #[error("the worker was stopped after {} s without an answer; raise its deadline or look at the file", after.as_secs())]
    Deadline {
        /// The deadline that passed.
        after: Duration,
    },
    /// The worker died.
    #[error("the worker died of {}; if it repeats, look at the file", died_of(*signal, *code))]
    Crashed {
        /// The signal that ended it, if one did.
        signal: Option<i32>,
        /// Its exit code, if it exited.
        code: Option<i32>,
    },
    /// The worker answered something that is no answer.
    #[error("the worker does not speak the protocol: {cause}; use worker and service of one version")]
    Garbled {
        /// What was wrong with the answer.
        cause: String,
    },
    /// The worker could not be started.
    #[error("the worker {program} cannot be started: {cause}")]
    NotStarted {
        /// Its path.
        program: String,
        /// The operating system's reason.
        cause: String,
    },
    /// The worker is fine and says that it cannot be done.
    #[error(transparent)]
    Refused {
        /// Why.
        #[from]
        cause: WorkerError,
    },
}

fn died_of(signal: Option<i32>, code: Option<i32>) -> String {
    match (signal, code) {
        (Some(signal), _) => format!("signal {signal}"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "an unknown cause".to_owned(),
    }
}
