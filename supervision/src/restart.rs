//! The restart decision as a pure function: exit, history and time in, one [`Decision`] out.
//!
//! Time is the span since the supervisor began and jitter is a number in `0.0..1.0`, both arguments,
//! so every case is a row of a table. The invariant: within any `period`, no more than `restarts`
//! counted restarts happen before the supervisor gives up; expected exits are never counted.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use crate::child_spec::Restart;
use crate::exit::Exit;

/// Which children a restart touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Only the child that ended.
    OneForOne,
    /// Every child: they cannot do without each other.
    OneForAll,
    /// The child that ended and those started after it: they build on it.
    RestForOne,
}

impl Strategy {
    /// Positions (in start order) that go down and up together when the child at `index` of `count`
    /// is restarted.
    #[must_use]
    pub fn affected(self, index: usize, count: usize) -> Range<usize> {
        match self {
            Self::OneForOne => index..index + 1,
            Self::OneForAll => 0..count,
            Self::RestForOne => index..count,
        }
    }
}

/// How many counted restarts a supervisor tolerates before it gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intensity {
    /// Counted restarts allowed within `period`; the next one escalates.
    pub restarts: u32,
    /// The sliding window.
    pub period: Duration,
}

/// The wait before a restart: doubling from `first` to `cap`, less up to half of it by jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait before the first restart; zero means no wait at all, however often.
    pub first: Duration,
    /// Longest wait.
    pub cap: Duration,
}

impl Backoff {
    /// The wait when the child was already restarted `earlier` times lately. `jitter` in `0.0..1.0`
    /// takes off up to half, so that children that fail together do not return together.
    #[must_use]
    pub fn delay(&self, earlier: u32, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(earlier));
        let full = doubled.min(self.cap);
        full.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// A supervisor's rules for restarting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// When to give up.
    pub intensity: Intensity,
    /// How long to wait.
    pub backoff: Backoff,
}

impl Default for Policy {
    /// Three restarts in ten minutes, waiting from a fifth of a second to half a minute.
    fn default() -> Self {
        Self {
            intensity: Intensity { restarts: 3, period: Duration::from_secs(600) },
            backoff: Backoff { first: Duration::from_millis(200), cap: Duration::from_secs(30) },
        }
    }
}

/// What follows an exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Start the child again after this wait; `counted` says whether it uses up intensity.
    Restart {
        /// Wait before the start.
        after: Duration,
        /// True when the restart counts toward the intensity.
        counted: bool,
    },
    /// Too many counted restarts: the supervisor gives up.
    Escalate,
    /// The child stays down.
    Leave,
}

/// Restarts remembered per child, for the backoff: past this many the wait has long reached its cap.
const REMEMBERED_PER_CHILD_MAX: usize = 32;

#[derive(Debug, Clone)]
struct Past {
    child: String,
    at: Duration,
    counted: bool,
}

/// The restarts of one supervisor's children within its period.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: VecDeque<Past>,
}

impl History {
    /// Notes a restart decided at `now` and forgets what is older than `period`.
    pub fn record(&mut self, child: &str, now: Duration, counted: bool, period: Duration) {
        self.past.retain(|past| within(past.at, now, period));
        let of_child = |past: &&Past| past.child == child && !past.counted;
        if !counted && self.past.iter().filter(of_child).count() >= REMEMBERED_PER_CHILD_MAX {
            let oldest = self.past.iter().position(|past| past.child == child && !past.counted);
            oldest.map(|index| self.past.remove(index));
        }
        self.past.push_back(Past { child: child.to_owned(), at: now, counted });
    }

    /// Counted restarts of all children within `period` before `now`.
    #[must_use]
    pub fn counted(&self, now: Duration, period: Duration) -> usize {
        self.past.iter().filter(|past| past.counted && within(past.at, now, period)).count()
    }

    /// Restarts of `child`, counted or not, within `period` before `now`.
    #[must_use]
    pub fn of(&self, child: &str, now: Duration, period: Duration) -> u32 {
        let of_child = |past: &&Past| past.child == child && within(past.at, now, period);
        u32::try_from(self.past.iter().filter(of_child).count()).unwrap_or(u32::MAX)
    }
}

fn within(at: Duration, now: Duration, period: Duration) -> bool {
    now.saturating_sub(at) <= period
}

/// Decides what follows when `child`, restarted by the rule `restart`, ended as `exit` at `now`.
///
/// A permanent child always comes back, a transient one unless it stopped normally, a temporary one
/// never. The caller records a restart in the `history` afterwards.
#[must_use]
pub fn decide(
    policy: &Policy,
    restart: Restart,
    child: &str,
    exit: &Exit,
    history: &History,
    now: Duration,
    jitter: f64,
) -> Decision {
    let comes_back = match restart {
        Restart::Permanent => true,
        Restart::Transient => !matches!(exit, Exit::Normal),
        Restart::Temporary => false,
    };
    if !comes_back {
        return Decision::Leave;
    }
    let Intensity { restarts, period } = policy.intensity;
    let counted = exit.counts();
    if counted && history.counted(now, period) >= restarts as usize {
        return Decision::Escalate;
    }
    let after = policy.backoff.delay(history.of(child, now, period), jitter);
    Decision::Restart { after, counted }
}

#[cfg(test)]
mod tests;
