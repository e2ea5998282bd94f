//! The leases in hand, each with its end on the monotonic clock: what keeps a stale receipt handle from settling
//! an item that somebody else has by now.

use super::VISIBILITY_MAX;
use jiff::SignedDuration;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// One lease in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// When it ends unless renewed.
    pub(super) deadline: Instant,
    /// When it ends whatever is done: SQS keeps nothing invisible for longer.
    pub(super) limit: Instant,
}

/// Leases by receipt handle. Its size is bounded by what is in hand: ended leases are dropped at the next take.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<String, Hold>>);

impl Held {
    /// Remembers a lease that began at `start`.
    pub(super) fn take(&self, token: &str, start: Instant, ttl: SignedDuration) {
        let mut holds = self.lock();
        let now = Instant::now();
        holds.retain(|_, hold| hold.deadline > now);
        let limit = after(start, VISIBILITY_MAX);
        holds.insert(token.to_owned(), Hold { deadline: after(start, ttl).min(limit), limit });
    }

    /// The lease, if it has not ended.
    pub(super) fn get(&self, token: &str, now: Instant) -> Option<Hold> {
        self.lock().get(token).copied().filter(|hold| hold.deadline > now)
    }

    /// Moves a lease's end.
    pub(super) fn renew(&self, token: &str, deadline: Instant) {
        if let Some(hold) = self.lock().get_mut(token) {
            hold.deadline = deadline.min(hold.limit);
        }
    }

    /// Drops a lease that was settled or lost.
    pub(super) fn forget(&self, token: &str) {
        self.lock().remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Hold>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So much later; for what is longer than any lease can be, a year later.
pub(super) fn after(start: Instant, duration: SignedDuration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    start + Duration::try_from(duration.max(SignedDuration::ZERO)).unwrap_or(YEAR).min(YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: SignedDuration = SignedDuration::from_secs(30);

    #[test]
    fn a_lease_ends_on_its_own() {
        let (held, start) = (Held::default(), Instant::now());
        held.take("a", start, TTL);
        assert!(held.get("a", start).is_some());
        assert!(held.get("a", after(start, TTL)).is_none(), "held at its very end");
        assert!(held.get("b", start).is_none(), "another's lease");
    }

    #[test]
    fn renewing_moves_the_end_but_not_past_the_limit() {
        let (held, start) = (Held::default(), Instant::now());
        held.take("a", start, TTL);
        held.renew("a", after(start, TTL * 2));
        assert!(held.get("a", after(start, TTL)).is_some());
        held.renew("a", after(start, VISIBILITY_MAX * 2));
        let hold = held.get("a", start).expect("held");
        assert_eq!(hold.deadline, hold.limit);
        assert_eq!(hold.limit, after(start, VISIBILITY_MAX));
    }

    #[test]
    fn what_was_settled_or_ended_is_forgotten() {
        let (held, start) = (Held::default(), Instant::now());
        held.take("a", start, TTL);
        held.take("b", start, SignedDuration::ZERO);
        held.forget("a");
        assert!(held.get("a", start).is_none());
        held.take("c", start, TTL);
        assert_eq!(held.lock().len(), 1, "ended leases are dropped");
    }
}
