//! Dead letters: items that were handed out again and again and never settled become parks a person can see and
//! send on.

use super::{Memory, RecoveryArgs};
use crate::stage;
use domain::ports::PortResult;
use domain::retry::Cause;
use domain::work::Lease;
use jiff::SignedDuration;

/// Dead items taken in hand at once.
const BATCH: usize = 10;

/// Batches taken at one turn; the rest has to wait for the next.
const BATCHES_MAX: usize = 100;

/// How long a batch may take.
const TTL: SignedDuration = SignedDuration::from_mins(1);

impl RecoveryArgs {
    /// Parks what the queues have given up. The store first, then the queue.
    pub(super) async fn drain_dead(&self, memory: &mut Memory) -> PortResult<()> {
        for _ in 0..BATCHES_MAX {
            let leases = self.environment.queue.lease_dead(BATCH, TTL).await?;
            if leases.is_empty() {
                break;
            }
            for lease in &leases {
                self.park_dead(lease, memory).await?;
            }
        }
        Ok(())
    }

    async fn park_dead(&self, lease: &Lease, memory: &mut Memory) -> PortResult<()> {
        let request = lease.item.subject.request();
        if self.environment.requests.get(&request).await?.is_none() {
            // Of another installation, or of a store that was replaced: not ours to take away.
            if memory.unknown.insert(lease.item.id.clone()) {
                tracing::error!(
                    item = %lease.item.id, stage = %lease.item.stage, %request,
                    "a dead letter's request is unknown; it is left where it is"
                );
            }
            return Ok(());
        }
        let detail = format!(
            "handed out until its queue gave it up, without being settled (last counted: {} times)",
            lease.deliveries
        );
        tracing::error!(stage = %lease.item.stage, %request, %detail, "a dead letter is parked");
        stage::park(Cause::Permanent, detail, lease, &self.environment).await
    }
}
