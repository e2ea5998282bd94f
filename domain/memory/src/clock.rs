//! Clocks for tests: one moved by hand, one that follows any source such as a runtime's paused time.

use crate::locked;
use domain::ports::Clock;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex};

/// A clock that stands still until it is moved. Clones show the same time.
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// Starts at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Jumps to a time.
    pub fn set(&self, now: Timestamp) {
        *locked(&self.0) = now;
    }

    /// Moves on, at most to the end of time.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = locked(&self.0);
        *now = now.saturating_add(by).unwrap_or(Timestamp::MAX);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *locked(&self.0)
    }
}

/// A clock that asks a function, so that the simulation can tie it to tokio's paused time.
pub struct FnClock<F>(F);

impl<F: Fn() -> Timestamp + Send + Sync> FnClock<F> {
    /// Takes the source of time.
    pub const fn new(source: F) -> Self {
        Self(source)
    }
}

impl<F: Fn() -> Timestamp + Send + Sync> Clock for FnClock<F> {
    fn now(&self) -> Timestamp {
        (self.0)()
    }
}
