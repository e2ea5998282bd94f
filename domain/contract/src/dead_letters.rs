//! Clause Q-8 of `WorkQueue`: what is handed out too often is given up, kept, and can be taken away.

use crate::queue::{
    POLLS_MAX, Queue, ROUNDS_MAX, acknowledge, assert_nothing_visible, assert_says_it_is_empty, enqueue,
    items, queue_name, surely_lease_one,
};
use crate::{QueueHarness, sample, surely, tell};
use domain::ports::ErrorClass;
use domain::work::{Lease, Stage};
use jiff::SignedDuration;
use std::sync::Arc;

/// Leases the only item until the queue gives it up.
async fn wear_out(harness: &impl QueueHarness, queue: &Arc<Queue>) {
    let (mut came, mut empties, mut all_sure) = (0, 0, true);
    while empties < POLLS_MAX {
        let told = tell(|| async { queue.lease(&queue_name(), 10, harness.ttl()).await }).await;
        all_sure &= told.sure;
        let leases = told.value();
        if leases.is_empty() {
            empties += 1;
        } else {
            (came, empties) = (came + 1, 0);
            assert!(came <= harness.dead_after(), "the item came more often than the limit");
            // To give it back is not to settle it.
            let told = tell(|| async { queue.release(&leases[0], SignedDuration::ZERO).await }).await;
            if !told.failed(ErrorClass::LeaseLost) {
                told.value();
            }
        }
        if came == harness.dead_after() || leases.is_empty() {
            harness.let_lease_expire().await;
        }
    }
    assert!(came == harness.dead_after() || !all_sure, "the item came {came} times");
}

/// Leases the only dead item, waiting out a lease that was lost with its answer.
async fn lease_dead_one(harness: &impl QueueHarness, queue: &Arc<Queue>) -> Lease {
    for _ in 0..ROUNDS_MAX {
        let leases = surely(|| async { queue.lease_dead(10, harness.ttl()).await }).await;
        if let Some(lease) = leases.first() {
            assert_eq!(leases.len(), 1, "more than the one item came");
            return lease.clone();
        }
        harness.let_lease_expire().await;
    }
    #[expect(clippy::panic, reason = "a broken clause fails its test")]
    {
        panic!("a dead item never came")
    }
}

async fn assert_none_dead(harness: &impl QueueHarness, queue: &Arc<Queue>) {
    let leases = surely(|| async { queue.lease_dead(10, harness.ttl()).await }).await;
    assert!(leases.is_empty(), "a dead item came that should be gone or invisible");
}

/// an item that is never acknowledged is handed out up to the limit and then kept apart, over restarts too,
/// until somebody acknowledges it there.
pub async fn q_8_an_item_never_acknowledged_is_given_up_and_kept(harness: impl QueueHarness) {
    let queue = harness.open().await;
    assert_none_dead(&harness, &queue).await;
    enqueue(&queue, &items(1)).await;
    assert_none_dead(&harness, &queue).await;
    wear_out(&harness, &queue).await;
    let queue = harness.reopen(queue).await;
    let dead = lease_dead_one(&harness, &queue).await;
    assert_eq!(dead.item, sample::item(0, Stage::Parse));
    assert_none_dead(&harness, &queue).await;
    harness.let_lease_expire().await;
    let again = lease_dead_one(&harness, &queue).await;
    assert_ne!(again.token, dead.token);
    tell(|| async { queue.acknowledge(&dead).await }).await.must_fail(ErrorClass::LeaseLost);
    surely(|| async { queue.renew(&again, harness.ttl()).await }).await;
    acknowledge(&queue, &again).await;
    harness.let_lease_expire().await;
    assert_none_dead(&harness, &queue).await;
    assert_nothing_visible(&harness, &queue).await;
}

/// the same work enqueued anew is counted anew, whatever lies among the dead.
pub async fn q_8_dead_work_can_be_enqueued_anew(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    wear_out(&harness, &queue).await;
    enqueue(&queue, &items(1)).await;
    let (lease, sure) = surely_lease_one(&harness, &queue).await;
    assert!(lease.deliveries == 1 || !sure, "the dead item's deliveries were counted on");
    acknowledge(&queue, &lease).await;
    let dead = lease_dead_one(&harness, &queue).await;
    acknowledge(&queue, &dead).await;
    assert_says_it_is_empty(&harness, &queue).await;
}
