//! Durable queues with leases: SQS in production, one SQLite file by default.

use super::{PortError, PortResult};
use crate::ids::QueueName;
use crate::work::{DELAY_MAX, Lease, WorkItem};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// What a queue holds at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueDepth {
    /// The queue.
    pub queue: QueueName,
    /// Items that could be leased now or later.
    pub waiting: u64,
    /// Items in somebody's hands.
    pub leased: u64,
    /// When the oldest item was enqueued, where the queue can tell.
    pub oldest: Option<Timestamp>,
}

/// At-least-once queues.
///
/// - Q-1 a leased item is invisible to others until the lease ends. No order is promised.
/// - Q-2 it comes back after the lease ended, with `deliveries` one higher and a new token.
/// - Q-3 `renew`, `acknowledge` and `release` with an old token are `LeaseLost` and change nothing.
/// - Q-4 an acknowledged item never comes back; an enqueued one survives a crash.
/// - Q-5 an item enqueued or released with a delay is invisible until then; a delay above
///   [`crate::work::DELAY_MAX`] is `Permanent`: longer waits live in the store.
/// - Q-6 an item may come more than once; enqueueing one that is still waiting may be dropped.
///   An item that is enqueued while the same id is leased comes again, at once or after the lease was settled: a
///   retry is enqueued anew and then acknowledged, so it must not be lost.
/// - Q-7 the empty queue gives an empty list, at once or after the adapter's long poll.
/// - Q-8 an item handed out as often as the queue's limit without being acknowledged is not leased any more;
///   `lease_dead` gives it, and its acknowledgement removes it for good. The same work can be enqueued anew.
#[async_trait]
pub trait WorkQueue: Send + Sync {
    /// Adds items, each to its own queue, visible after `delay`.
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()>;
    /// Takes up to `count` visible items, each for `ttl`.
    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>>;
    /// Lengthens a lease to `ttl` from now.
    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()>;
    /// Removes the item for good.
    async fn acknowledge(&self, lease: &Lease) -> PortResult<()>;
    /// Gives the item back, visible after `delay`.
    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()>;
    /// Takes up to `count` items the queues have given up on, of any queue, each for `ttl`.
    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>>;
    /// What the queues hold, as far as they know.
    async fn depths(&self) -> PortResult<Vec<QueueDepth>>;
}

/// Refuses what no queue takes, for clause Q-5.
///
/// # Errors
/// `Permanent` for a delay above [`DELAY_MAX`].
pub fn check_delay(delay: SignedDuration) -> PortResult<()> {
    if delay <= DELAY_MAX {
        return Ok(());
    }
    let cause =
        format!("a delay of {delay:#} is longer than a queue takes; the wait has to be kept in the store");
    Err(PortError::permanent("work queue", cause))
}
