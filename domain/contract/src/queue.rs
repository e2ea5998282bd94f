//! Clauses of `WorkQueue`.

use crate::{QueueHarness, race, sample, surely, tell};
use domain::ids::QueueName;
use domain::ports::{ErrorClass, WorkQueue};
use domain::work::{DELAY_MAX, Lease, Stage, WorkItem};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use crate::dead_letters::{
    q_8_an_item_never_acknowledged_is_given_up_and_kept, q_8_dead_work_can_be_enqueued_anew,
};

pub(crate) type Queue = dyn WorkQueue;

/// How often a suite lets leases expire to get hold of items whose lease was lost with its answer.
pub(crate) const ROUNDS_MAX: usize = 50;

/// How often in a row a queue may say for sure that it is empty although an item is visible.
pub(crate) const POLLS_MAX: usize = 5;

pub(crate) fn queue_name() -> QueueName {
    Stage::Parse.queue(&sample::portal())
}

pub(crate) fn items(count: usize) -> Vec<WorkItem> {
    (0..count).map(|number| sample::item(number, Stage::Parse)).collect()
}

pub(crate) async fn enqueue(queue: &Arc<Queue>, items: &[WorkItem]) {
    surely(|| async { queue.enqueue(items, SignedDuration::ZERO).await }).await;
}

/// Leases the only item of the queue, waiting out a lease that was lost with its answer.
pub(crate) async fn lease_one(harness: &impl QueueHarness, queue: &Arc<Queue>) -> Lease {
    surely_lease_one(harness, queue).await.0
}

/// The same, and whether every answer on the way was sure. A queue of many servers may say once or twice that it
/// is empty before it finds its item.
pub(crate) async fn surely_lease_one(harness: &impl QueueHarness, queue: &Arc<Queue>) -> (Lease, bool) {
    let (mut all_sure, mut empties) = (true, 0);
    for _ in 0..ROUNDS_MAX {
        let told = tell(|| async { queue.lease(&queue_name(), 10, harness.ttl()).await }).await;
        let sure = told.sure;
        all_sure &= sure;
        let mut leases = told.value();
        if let Some(lease) = leases.pop() {
            assert!(leases.is_empty(), "more than the one item came");
            return (lease, all_sure);
        }
        if sure {
            empties += 1;
            assert!(empties < POLLS_MAX, "a visible item did not come");
        } else {
            harness.let_lease_expire().await;
        }
    }
    #[expect(clippy::panic, reason = "a broken clause fails its test")]
    {
        panic!("an item never came")
    }
}

pub(crate) async fn assert_nothing_visible(harness: &impl QueueHarness, queue: &Arc<Queue>) {
    let leases = surely(|| async { queue.lease(&queue_name(), 10, harness.ttl()).await }).await;
    assert!(leases.is_empty(), "an item came that should be invisible");
}

/// Asserts that the queue says so, after a while at the latest: a queue of many servers counts by and by.
pub(crate) async fn assert_says_it_is_empty(harness: &impl QueueHarness, queue: &Arc<Queue>) {
    for _ in 0..ROUNDS_MAX {
        let left = surely(|| async { queue.depths().await }).await;
        if left.iter().all(|depth| depth.waiting + depth.leased == 0) {
            return;
        }
        harness.let_lease_expire().await;
    }
    #[expect(clippy::panic, reason = "a broken clause fails its test")]
    {
        panic!("the queue says it holds something")
    }
}

/// Acknowledges; an unsure caller may be told that his own earlier acknowledgement ended the lease.
pub(crate) async fn acknowledge(queue: &Arc<Queue>, lease: &Lease) {
    tell(|| async { queue.acknowledge(lease).await }).await.must_have_happened(ErrorClass::LeaseLost);
}

/// a leased item is invisible until the lease ends.
pub async fn q_1_a_leased_item_is_invisible(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let lease = lease_one(&harness, &queue).await;
    assert_eq!(lease.item, sample::item(0, Stage::Parse));
    assert_nothing_visible(&harness, &queue).await;
    let beside = harness.open().await;
    assert_nothing_visible(&harness, &beside).await;
    let other = Stage::Ocr.queue(&sample::portal());
    assert!(
        surely(|| async { queue.lease(&other, 10, harness.ttl()).await }).await.is_empty(),
        "it came from another queue"
    );
    acknowledge(&queue, &lease).await;
}

/// racing workers never hold the same item, and together get all of them.
pub async fn q_1_racing_workers_never_hold_the_same_item(harness: impl QueueHarness) {
    const ITEMS: usize = 60;
    const WORKERS: usize = 12;
    let queue = harness.open().await;
    enqueue(&queue, &items(ITEMS)).await;
    let ttl = harness.ttl();
    let taken = race(WORKERS, |worker| {
        let queue = Arc::clone(&queue);
        async move {
            let mut held = Vec::new();
            let mut all_sure = true;
            loop {
                let told = tell(|| async { queue.lease(&queue_name(), 1 + worker % 3, ttl).await }).await;
                all_sure &= told.sure;
                let leases = told.value();
                assert!(leases.len() <= 1 + worker % 3, "more came than were asked for");
                if leases.is_empty() {
                    return (held, all_sure);
                }
                held.extend(leases);
                assert!(held.len() <= ITEMS, "leased items come again and again");
            }
        }
    })
    .await;
    let held: Vec<&Lease> = taken.iter().flat_map(|(held, _)| held).collect();
    let distinct: BTreeSet<_> = held.iter().map(|lease| &lease.item.id).collect();
    assert_eq!(distinct.len(), held.len(), "an item was in two hands");
    let tokens: BTreeSet<_> = held.iter().map(|lease| &lease.token).collect();
    assert_eq!(tokens.len(), held.len(), "two leases had one token");
    assert!(taken.iter().any(|(_, all_sure)| !all_sure) || held.len() == ITEMS, "an item did not come");
}

/// an item whose lease ended comes back, counted once more, under a new token.
pub async fn q_2_an_item_comes_back_after_its_lease(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let first = lease_one(&harness, &queue).await;
    assert!(first.deliveries >= 1);
    harness.let_lease_expire().await;
    let (again, sure) = surely_lease_one(&harness, &queue).await;
    assert_ne!(again.token, first.token);
    assert_eq!(again.item, first.item);
    assert!(again.deliveries > first.deliveries);
    assert!(again.deliveries == first.deliveries + 1 || !sure, "deliveries were not counted one by one");
}

/// a renewed lease holds past its first end.
pub async fn q_2_a_renewed_lease_holds(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let lease = lease_one(&harness, &queue).await;
    surely(|| async { queue.renew(&lease, harness.ttl() * 5).await }).await;
    harness.let_lease_expire().await;
    assert_nothing_visible(&harness, &queue).await;
    acknowledge(&queue, &lease).await;
}

/// an old token settles nothing, and the new holder keeps the item.
pub async fn q_3_an_old_token_is_lost_and_changes_nothing(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let old = lease_one(&harness, &queue).await;
    harness.let_lease_expire().await;
    let new = lease_one(&harness, &queue).await;
    tell(|| async { queue.renew(&old, harness.ttl() * 5).await }).await.must_fail(ErrorClass::LeaseLost);
    tell(|| async { queue.acknowledge(&old).await }).await.must_fail(ErrorClass::LeaseLost);
    tell(|| async { queue.release(&old, SignedDuration::ZERO).await }).await.must_fail(ErrorClass::LeaseLost);
    assert_nothing_visible(&harness, &queue).await;
    surely(|| async { queue.renew(&new, harness.ttl()).await }).await;
    acknowledge(&queue, &new).await;
    tell(|| async { queue.release(&new, SignedDuration::ZERO).await }).await.must_fail(ErrorClass::LeaseLost);
    harness.let_lease_expire().await;
    assert_nothing_visible(&harness, &queue).await;
}

/// an acknowledged item never comes back; an enqueued or leased one survives a restart.
pub async fn q_4_acknowledged_is_gone_and_enqueued_survives(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let queue = harness.reopen(queue).await;
    let lease = lease_one(&harness, &queue).await;
    let queue = harness.reopen(queue).await;
    assert_nothing_visible(&harness, &queue).await;
    harness.let_lease_expire().await;
    let again = lease_one(&harness, &queue).await;
    assert_eq!(again.item, lease.item);
    acknowledge(&queue, &again).await;
    for _ in 0..2 {
        harness.let_lease_expire().await;
        assert_nothing_visible(&harness, &queue).await;
    }
    let queue = harness.reopen(queue).await;
    assert_nothing_visible(&harness, &queue).await;
    assert_says_it_is_empty(&harness, &queue).await;
    // What was acknowledged is forgotten: the same work can be asked for again.
    enqueue(&queue, &items(1)).await;
    lease_one(&harness, &queue).await;
}

/// an item enqueued with a delay is invisible until then.
pub async fn q_5_a_delayed_item_is_invisible_until_then(harness: impl QueueHarness) {
    let queue = harness.open().await;
    let (waiting, delay) = (items(1), harness.ttl());
    surely(|| async { queue.enqueue(&waiting, delay).await }).await;
    assert_nothing_visible(&harness, &queue).await;
    harness.let_lease_expire().await;
    lease_one(&harness, &queue).await;
}

/// an item released with a delay is invisible until then, and at once without.
pub async fn q_5_a_released_item_waits_its_delay(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let lease = lease_one(&harness, &queue).await;
    let told = tell(|| async { queue.release(&lease, harness.ttl()).await }).await;
    told.must_have_happened(ErrorClass::LeaseLost);
    assert_nothing_visible(&harness, &queue).await;
    harness.let_lease_expire().await;
    let lease = lease_one(&harness, &queue).await;
    let told = tell(|| async { queue.release(&lease, SignedDuration::ZERO).await }).await;
    told.must_have_happened(ErrorClass::LeaseLost);
    let again = lease_one(&harness, &queue).await;
    assert!(again.deliveries > lease.deliveries);
}

/// a delay above the limit is refused as permanent and changes nothing; the limit itself is taken.
pub async fn q_5_a_longer_delay_is_refused(harness: impl QueueHarness) {
    let queue = harness.open().await;
    let too_long = DELAY_MAX + SignedDuration::from_secs(1);
    tell(|| async { queue.enqueue(&items(1), too_long).await }).await.must_fail(ErrorClass::Permanent);
    assert_nothing_visible(&harness, &queue).await;
    enqueue(&queue, &items(1)).await;
    let lease = lease_one(&harness, &queue).await;
    tell(|| async { queue.release(&lease, too_long).await }).await.must_fail(ErrorClass::Permanent);
    surely(|| async { queue.renew(&lease, harness.ttl()).await }).await;
    acknowledge(&queue, &lease).await;
    surely(|| async { queue.enqueue(&items(1), DELAY_MAX).await }).await;
    assert_nothing_visible(&harness, &queue).await;
}

/// Works the queue empty, and gives how often an item came.
async fn drain(harness: &impl QueueHarness, queue: &Arc<Queue>) -> usize {
    let (mut came, mut empties) = (0, 0);
    for _ in 0..ROUNDS_MAX {
        let told = tell(|| async { queue.lease(&queue_name(), 10, harness.ttl()).await }).await;
        let sure = told.sure;
        let leases = told.value();
        for lease in &leases {
            came += 1;
            acknowledge(queue, lease).await;
        }
        if leases.is_empty() {
            empties += usize::from(sure);
            if empties >= 2 {
                return came;
            }
            harness.let_lease_expire().await;
        }
    }
    #[expect(clippy::panic, reason = "a broken clause fails its test")]
    {
        panic!("the queue never became empty")
    }
}

/// an item enqueued again while it waits comes once or twice, and then no more.
pub async fn q_6_an_item_enqueued_twice_comes_at_most_twice(harness: impl QueueHarness) {
    let queue = harness.open().await;
    let twice = [sample::item(0, Stage::Parse), sample::item(0, Stage::Parse)];
    let told = tell(|| async { queue.enqueue(&twice[..1], SignedDuration::ZERO).await }).await;
    let mut sure = told.sure;
    told.value();
    let told = tell(|| async { queue.enqueue(&twice[1..], SignedDuration::ZERO).await }).await;
    sure &= told.sure;
    told.value();
    let came = drain(&harness, &queue).await;
    assert!(came >= 1 && (came <= 2 || !sure), "one item came {came} times");
}

/// an item enqueued again while it is leased comes again, at once or after the lease was settled; the holder
/// of the first lease settles it all the same, and the queue becomes empty.
pub async fn q_6_an_item_enqueued_while_leased_comes_again(harness: impl QueueHarness) {
    let queue = harness.open().await;
    enqueue(&queue, &items(1)).await;
    let lease = lease_one(&harness, &queue).await;
    let told = tell(|| async { queue.enqueue(&items(1), SignedDuration::ZERO).await }).await;
    let mut sure = told.sure;
    told.value();
    let told = tell(|| async { queue.lease(&queue_name(), 10, harness.ttl()).await }).await;
    sure &= told.sure;
    let beside = told.value();
    for repeat in &beside {
        assert_eq!(repeat.item, lease.item);
        assert_ne!(repeat.token, lease.token, "one lease was handed out twice");
    }
    surely(|| async { queue.renew(&lease, harness.ttl()).await }).await;
    acknowledge(&queue, &lease).await;
    tell(|| async { queue.renew(&lease, harness.ttl()).await }).await.must_fail(ErrorClass::LeaseLost);
    for repeat in &beside {
        acknowledge(&queue, repeat).await;
    }
    let came = beside.len() + drain(&harness, &queue).await;
    assert!(came >= 1, "what was asked for while the item was leased was lost");
    assert!(came <= 1 || !sure, "one repeat came {came} times");
}

/// the empty queue, the unknown queue, and a request for nothing give nothing.
pub async fn q_7_the_empty_queue_gives_nothing(harness: impl QueueHarness) {
    let queue = harness.open().await;
    assert_nothing_visible(&harness, &queue).await;
    surely(|| async { queue.enqueue(&[], SignedDuration::ZERO).await }).await;
    assert_nothing_visible(&harness, &queue).await;
    enqueue(&queue, &items(1)).await;
    let none = surely(|| async { queue.lease(&queue_name(), 0, harness.ttl()).await }).await;
    assert!(none.is_empty());
    let lease = lease_one(&harness, &queue).await;
    acknowledge(&queue, &lease).await;
    assert_nothing_visible(&harness, &queue).await;
}
