//! Why a call to a worker failed, and what a worker died of.

use crate::isolate::WORKERS_MAX;
use documents::protocol::WorkerError;
use rustix::process::Signal;
use std::fmt;
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
    #[error("the worker died: {death}; if it repeats, look at the file")]
    Crashed {
        /// Of what.
        death: Death,
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
    /// The system has no memory for an answer.
    #[error("there is no room in memory for the answer: {cause}; free some, or give the service more")]
    NoRoom {
        /// The operating system's reason.
        cause: String,
    },
    /// A page that has cost as many workers as it may: it is left to a person.
    #[error("page {page} has cost {workers} workers, the last time: {last}")]
    GivenUp {
        /// The page, from 1.
        page: u32,
        /// How many.
        workers: u32,
        /// What became of the last one.
        last: Box<PoolError>,
    },
    /// A packet whose text layer has cost as many workers as it may.
    #[error("laying its words over the packet has cost {workers} workers, the last time: {last}")]
    LayerGivenUp {
        /// How many.
        workers: u32,
        /// What became of the last one.
        last: Box<PoolError>,
    },
    /// The worker is fine and says that it cannot be done.
    #[error(transparent)]
    Refused {
        /// Why.
        #[from]
        cause: WorkerError,
    },
}

impl PoolError {
    /// The answer is none to what was asked.
    pub(crate) fn another_answer() -> Self {
        Self::Garbled { cause: "it answered another question".to_owned() }
    }

    /// A second worker lost over the same text layer.
    pub(crate) fn layer_given_up(self) -> Self {
        if !self.cost_a_worker() {
            return self;
        }
        Self::LayerGivenUp { workers: WORKERS_MAX, last: Box::new(self) }
    }

    /// Whether what was asked for has cost a worker, so that trying once more may cost another.
    pub(crate) fn cost_a_worker(&self) -> bool {
        match self {
            Self::Deadline { .. } | Self::Crashed { .. } | Self::Garbled { .. } => true,
            Self::Refused { cause } => *cause == WorkerError::Panicked,
            Self::NotStarted { .. }
            | Self::NoRoom { .. }
            | Self::GivenUp { .. }
            | Self::LayerGivenUp { .. } => false,
        }
    }
}

/// What a worker died of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// It asked for more memory than it may have.
    Memory,
    /// It has used up the CPU time of its call.
    CpuTime,
    /// It asked the system for what its cage forbids: the network, a program, a process, a file's removal.
    Forbidden,
    /// It tried to write into a file.
    FileSize,
    /// It went deeper than its stack, as endlessly nested documents make it do.
    Stack,
    /// Another signal: 11 and 6 are a defect in a library, 9 is somebody else, as a rule the kernel for want
    /// of memory.
    Signal(i32),
    /// It ended itself with this code.
    Exit(i32),
    /// Nobody knows.
    Unknown,
}

impl Death {
    /// From how it ended and what it said last.
    pub(crate) fn of(signal: Option<i32>, code: Option<i32>, last_words: Option<Death>) -> Self {
        let is = |known: Signal| signal == Some(known.as_raw());
        match (signal, code) {
            _ if is(Signal::SYS) => Self::Forbidden,
            _ if is(Signal::XCPU) => Self::CpuTime,
            _ if is(Signal::XFSZ) => Self::FileSize,
            (Some(signal), _) => last_words.unwrap_or(Self::Signal(signal)),
            (None, Some(code)) => Self::Exit(code),
            (None, None) => Self::Unknown,
        }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("it wanted more memory than it may have"),
            Self::CpuTime => f.write_str("it used up its CPU time"),
            Self::Forbidden => f.write_str("it asked the system for something that is forbidden to it"),
            Self::FileSize => f.write_str("it tried to write a file"),
            Self::Stack => f.write_str("its stack overflowed"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::Exit(code) => write!(f, "exit code {code}"),
            Self::Unknown => f.write_str("of an unknown cause"),
        }
    }
}
