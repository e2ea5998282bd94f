//! Dead letters: what SQS moved out of a queue after too many deliveries, received from the dead-letter queues in
//! turn. A lease's `queue` is the dead-letter queue, so that settling it settles the letter.

use super::lease::Unreadable;
use super::{Inner, QueueNames};
use domain::ports::PortResult;
use domain::work::Lease;
use jiff::SignedDuration;
use std::sync::atomic::Ordering;

impl Inner {
    pub(super) async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        let queues = &self.options.queues;
        let mut leases = Vec::new();
        if count == 0 || queues.is_empty() {
            return Ok(leases);
        }
        // Begun at another queue each time, so that a full one does not starve the others.
        let first = self.dead_turn.fetch_add(1, Ordering::Relaxed);
        for turn in 0..queues.len() {
            let dead = QueueNames::dead(&queues[first.wrapping_add(turn) % queues.len()]);
            let wanted = count - leases.len();
            match self.lease_once(&dead, wanted, ttl, Unreadable::Stay).await {
                Ok(more) => leases.extend(more),
                Err(error) if leases.is_empty() => return Err(error),
                Err(error) => {
                    tracing::debug!(queue = %dead, %error, "further dead letters could not be received");
                    break;
                }
            }
            if leases.len() >= count {
                break;
            }
        }
        Ok(leases)
    }
}
