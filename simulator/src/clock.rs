//! The portal's clock: real time plus an offset that tests and operators can push forward.
//!
//! Inactivity and the life of codes can then be met without waiting (`POST /_sim/advance?seconds=`).

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Timestamp, ToSpan};

/// Real time plus an offset.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_seconds: AtomicI64,
}

impl Clock {
    /// The portal's present.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = self.ahead_seconds.load(Ordering::Relaxed);
        Timestamp::now().saturating_add(ahead.seconds()).unwrap_or(Timestamp::MAX)
    }

    /// Moves the portal's present forward.
    pub(crate) fn advance(&self, seconds: u32) {
        self.ahead_seconds.fetch_add(i64::from(seconds), Ordering::Relaxed);
    }
}
