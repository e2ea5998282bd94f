//! What the stages know about back ends that do not answer: told once, waited out, told again when they are back.

use domain::ports::PortError;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Failures in a row after which somebody is away; fewer are the weather.
const AWAY_AFTER: u32 = 3;

/// An outage is told of at most this often, so that a back end that comes and goes does not fill the log.
const TOLD_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The first wait for a back end that does not answer; it doubles.
const WAIT_FIRST: Duration = Duration::from_millis(500);

/// The longest wait for a back end that does not answer.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Whom the stages ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// The work queues.
    Queue,
    /// The store that knows the requests.
    Store,
    /// Whatever else items in work need of our own: files, caches.
    Other,
}

impl Server {
    const fn name(self) -> &'static str {
        match self {
            Self::Queue => "work queue",
            Self::Store => "store",
            Self::Other => "a back end",
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    failures: u32,
    away_since: Option<Timestamp>,
    told_at: Option<Timestamp>,
}

/// Shared by all stages of a process.
#[derive(Debug, Default)]
pub struct Outages(Mutex<[Seen; 3]>);

impl Outages {
    /// Somebody did not answer, or could not.
    pub fn failed(&self, server: Server, error: &PortError, now: Timestamp) {
        let mut all = self.locked();
        let seen = &mut all[server as usize];
        seen.failures = seen.failures.saturating_add(1);
        if seen.failures < AWAY_AFTER || seen.away_since.is_some() {
            return;
        }
        seen.away_since = Some(now);
        if seen.told_at.is_none_or(|told| now.duration_since(told) >= TOLD_EVERY) {
            seen.told_at = Some(now);
            tracing::warn!(server = server.name(), %error, "away; the work waits for it");
        }
    }

    /// Somebody answered.
    pub fn answered(&self, server: Server, now: Timestamp) {
        let mut all = self.locked();
        let seen = &mut all[server as usize];
        seen.failures = 0;
        if let Some(since) = seen.away_since.take()
            && seen.told_at.is_some_and(|told| told >= since)
        {
            let seconds = now.duration_since(since).as_secs();
            tracing::warn!(server = server.name(), seconds, "answers again; the work goes on");
        }
    }

    /// Whether somebody's last answer was none: then ask before work is taken in hand that needs it.
    pub fn suspected(&self, server: Server) -> bool {
        self.locked()[server as usize].failures > 0
    }

    fn locked(&self) -> MutexGuard<'_, [Seen; 3]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait after so many failures in a row; `jitter` in 0..=1 spreads it by up to a quarter.
pub fn wait(failures: u32, jitter: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(20);
    let wait = WAIT_FIRST.saturating_mul(1 << doublings).min(WAIT_MAX);
    wait.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit_and_somebody_is_suspected_until_he_answers() {
        let waits: Vec<Duration> = (1..40).map(|failures| wait(failures, 0.0)).collect();
        assert!(waits.is_sorted() && waits[0] == WAIT_FIRST && waits[38] == WAIT_MAX);
        assert_eq!(wait(40, 1.0), WAIT_MAX.mul_f64(1.25));

        let (outages, now) = (Outages::default(), Timestamp::UNIX_EPOCH);
        assert!(!outages.suspected(Server::Queue));
        outages.failed(Server::Queue, &PortError::transient("work queue", "refused"), now);
        assert!(outages.suspected(Server::Queue) && !outages.suspected(Server::Store));
        outages.answered(Server::Queue, now);
        assert!(!outages.suspected(Server::Queue));
    }
}
