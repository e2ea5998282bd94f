//! What a failure means for a work item: try again later, or park it for a person.

use crate::work::{Stage, Subject};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a stage could not finish an item. The names are stable: they appear in reports and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The portal ended the session. Does not count.
    SessionLost,
    /// The portal or a back end asked us to slow down. Does not count.
    Throttled,
    /// The account is locked; a person has to act. Does not count.
    PortalLocked,
    /// The service is going down. Does not count.
    Shutdown,
    /// An earlier message of the same patient is still on its way. Does not count.
    EarlierRequest,
    /// Another worker changed the record first. Does not count.
    Conflict,
    /// Our own store, queue or files did not answer. Does not count: an outage of theirs is no item's fault.
    BackEndAway,
    /// Somebody else's network, 5xx, truncated download, timeout.
    Unavailable,
    /// A worker process died or ran past its deadline.
    WorkerDied,
    /// The stage panicked.
    Panicked,
    /// The page or file is not what the profile says.
    UnexpectedPage,
    /// Something a repeat cannot cure.
    Permanent,
}

impl Cause {
    /// Whether a failure of this kind uses up an attempt.
    pub const fn counts(self) -> bool {
        !matches!(
            self,
            Self::SessionLost
                | Self::Throttled
                | Self::PortalLocked
                | Self::Shutdown
                | Self::EarlierRequest
                | Self::Conflict
                | Self::BackEndAway
        )
    }

    /// The cause's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionLost => "session_lost",
            Self::Throttled => "throttled",
            Self::PortalLocked => "portal_locked",
            Self::Shutdown => "shutdown",
            Self::EarlierRequest => "earlier_request",
            Self::Conflict => "conflict",
            Self::BackEndAway => "back_end_away",
            Self::Unavailable => "unavailable",
            Self::WorkerDied => "worker_died",
            Self::Panicked => "panicked",
            Self::UnexpectedPage => "unexpected_page",
            Self::Permanent => "permanent",
        }
    }
}

/// Failures that counted, by item and cause; kept in the store, so a restart does not forget them.
///
/// A failure whose count was stored although the answer was lost is not counted again: the item is left to its
/// lease, and what it meets next time is another failure. A store that tries a write again by itself may count one
/// twice; then an item is parked one attempt early, where a person sends it on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailureCounts(BTreeMap<String, u32>);

impl FailureCounts {
    /// Adds one failure and returns how often this cause has hit this item.
    pub fn add(&mut self, stage: Stage, subject: &Subject, cause: Cause) -> u32 {
        let count = self.0.entry(format!("{}.{}", slot(stage, subject), cause.name())).or_default();
        *count += 1;
        *count
    }

    /// How often a cause has hit an item.
    pub fn of(&self, stage: Stage, subject: &Subject, cause: Cause) -> u32 {
        self.0.get(&format!("{}.{}", slot(stage, subject), cause.name())).copied().unwrap_or(0)
    }

    /// Forgets what an item has met, once it got further or a person sends it on; says whether there was anything.
    pub fn clear(&mut self, stage: Stage, subject: &Subject) -> bool {
        let slot = slot(stage, subject);
        let before = self.0.len();
        self.0.retain(|key, _| key.rsplit_once('.').is_none_or(|(of, _)| of != slot));
        self.0.len() < before
    }

    /// The sum of all counted failures.
    pub fn total(&self) -> u32 {
        self.0.values().sum()
    }
}

/// An item's place among the counts; the request they belong to needs no naming.
fn slot(stage: Stage, subject: &Subject) -> String {
    match subject {
        Subject::Request { .. } => stage.name().to_owned(),
        Subject::Delivery { order, destination } => format!("{stage} {order}>{destination}"),
    }
}

/// How often and how fast a stage tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Counted failures of one cause after which the item is parked.
    pub attempts_max: u32,
    /// The wait after the first failure; it doubles with each further one.
    pub wait_first: SignedDuration,
    /// The longest wait.
    pub wait_max: SignedDuration,
    /// The wait after a failure that does not count, at first; it doubles too.
    pub wait_uncounted: SignedDuration,
    /// The longest wait after a failure that does not count: short, because what is waited for may be there soon.
    pub wait_uncounted_max: SignedDuration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts_max: 6,
            wait_first: SignedDuration::from_millis(500),
            wait_max: SignedDuration::from_mins(10),
            wait_uncounted: SignedDuration::from_millis(500),
            wait_uncounted_max: SignedDuration::from_secs(5),
        }
    }
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryVerdict {
    /// Make the item visible again at this time.
    RetryAt(Timestamp),
    /// Keep it for a person.
    Park,
}

impl RetryPolicy {
    /// Decides on a failure. `count` is the number of times this cause has hit this item, this one included; for
    /// causes that do not count, how often the item has been handed out. `jitter` in 0..=1 spreads the waits by up
    /// to a quarter.
    pub fn decide(&self, cause: Cause, count: u32, now: Timestamp, jitter: f64) -> RetryVerdict {
        if cause == Cause::Permanent || (cause.counts() && count >= self.attempts_max) {
            return RetryVerdict::Park;
        }
        let (first, max) = if cause.counts() {
            (self.wait_first, self.wait_max)
        } else {
            (self.wait_uncounted, self.wait_uncounted_max.max(self.wait_uncounted))
        };
        let doublings = count.saturating_sub(1).min(20);
        let wait = first.saturating_mul(1 << doublings).min(max);
        RetryVerdict::RetryAt(now.saturating_add(spread(wait, jitter)).unwrap_or(Timestamp::MAX))
    }
}

fn spread(wait: SignedDuration, jitter: f64) -> SignedDuration {
    wait.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_cause_is_parked_after_its_attempts_and_an_uncounted_one_never() {
        let policy = RetryPolicy::default();
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(policy.decide(Cause::Unavailable, policy.attempts_max, now, 0.0), RetryVerdict::Park);
        assert_eq!(policy.decide(Cause::Permanent, 1, now, 0.0), RetryVerdict::Park);
        assert!(matches!(policy.decide(Cause::SessionLost, 1_000, now, 1.0), RetryVerdict::RetryAt(_)));
    }

    #[test]
    fn waits_grow_to_their_limit() {
        let policy = RetryPolicy { attempts_max: u32::MAX, ..RetryPolicy::default() };
        let now = Timestamp::UNIX_EPOCH;
        let mut last = now;
        for count in 1..64 {
            let RetryVerdict::RetryAt(at) = policy.decide(Cause::Unavailable, count, now, 0.0) else {
                panic!("parked early")
            };
            assert!(at >= last && at.duration_since(now) <= policy.wait_max);
            last = at;
        }
    }

    #[test]
    fn what_does_not_count_waits_longer_each_time_and_never_long() {
        let (policy, now) = (RetryPolicy::default(), Timestamp::UNIX_EPOCH);
        let wait = |deliveries| match policy.decide(Cause::BackEndAway, deliveries, now, 0.0) {
            RetryVerdict::RetryAt(at) => at.duration_since(now),
            RetryVerdict::Park => panic!("parked"),
        };
        let waits: Vec<SignedDuration> = (1..30).map(wait).collect();
        assert!(waits.is_sorted() && waits[0] == policy.wait_uncounted);
        assert_eq!(waits[28], policy.wait_uncounted_max);
    }
}
