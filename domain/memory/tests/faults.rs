//! What the fault-injecting queue does beyond failing calls, and that a seed replays.

use contract::sample;
use domain::ids::QueueName;
use domain::ports::{Clock, ErrorClass, RequestStore, WorkQueue};
use domain::work::Stage;
use jiff::SignedDuration;
use memory::{Faults, Faulty, FnClock, ManualClock, MemoryQueue, MemoryRequests};
use std::sync::Arc;

const TTL: SignedDuration = SignedDuration::from_secs(30);

fn queue_name() -> QueueName {
    Stage::Parse.queue(&sample::portal())
}

#[expect(clippy::expect_used, reason = "a broken queue fails the test")]
async fn queue_with(items: usize, faults: Faults) -> Faulty<MemoryQueue> {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(sample::at(0)));
    let queue = Faulty::new(Arc::new(MemoryQueue::new(clock)), faults, 1);
    let items: Vec<_> = (0..items).map(|number| sample::item(number, Stage::Parse)).collect();
    queue.enqueue(&items, SignedDuration::ZERO).await.expect("no fault hits enqueue here");
    queue
}

#[tokio::test]
async fn a_lease_can_be_delivered_twice_and_the_second_settling_is_lost() {
    let queue = queue_with(3, Faults { deliver_twice: 1_000, ..Faults::default() }).await;
    let first = queue.lease(&queue_name(), 3, TTL).await.expect("a lease");
    let mut again = queue.lease(&queue_name(), 2, TTL).await.expect("a repeat");
    assert_eq!(again, first[..2]);
    again.extend(queue.lease(&queue_name(), 2, TTL).await.expect("the last repeat"));
    assert_eq!(again, first);
    assert_eq!(queue.tally().delivered_twice, 3);
    assert!(queue.acknowledge(&first[0]).await.is_ok());
    let lost = queue.acknowledge(&again[0]).await.expect_err("it was acknowledged before");
    assert_eq!(lost.class, ErrorClass::LeaseLost);
}

#[tokio::test]
async fn a_lease_can_end_early_and_the_item_comes_back() {
    let queue = queue_with(1, Faults { expire_early: 1_000, ..Faults::default() }).await;
    let first = queue.lease(&queue_name(), 1, TTL).await.expect("a lease");
    let lost = queue.acknowledge(&first[0]).await.expect_err("the lease ended early");
    assert_eq!(lost.class, ErrorClass::LeaseLost);
    queue.set_faults(Faults::default());
    let second = queue.lease(&queue_name(), 1, TTL).await.expect("the item again");
    assert_eq!((second[0].deliveries, &second[0].item), (2, &first[0].item));
    assert!(queue.acknowledge(&second[0]).await.is_ok());
    assert!(queue.depths().await.expect("depths").is_empty());
}

#[tokio::test]
async fn a_lost_answer_took_effect_and_a_refused_call_did_not() {
    let inner = Arc::new(MemoryRequests::default());
    let always_after = Faults { fail_after: 1_000, ..Faults::default() };
    let always_before = Faults { fail_before: 1_000, ..Faults::default() };
    for (number, faults, stored) in [(1, always_after, true), (2, always_before, false)] {
        let store = Faulty::new(Arc::clone(&inner), faults, 1);
        let error = store.create(&sample::request(number)).await.expect_err("every call fails");
        assert_eq!(error.class, ErrorClass::Transient);
        let found = inner.get(&sample::request_id(number)).await.expect("a read");
        assert_eq!(found.is_some(), stored);
    }
}

#[tokio::test]
async fn a_seed_replays_its_faults() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let store = Faulty::new(Arc::new(MemoryRequests::default()), Faults::retryable(), 99);
        let mut answers = Vec::new();
        for number in 0..200 {
            answers.push(store.create(&sample::request(number)).await.is_ok());
        }
        runs.push((answers, store.tally()));
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].1.failed_before > 5 && runs[0].1.failed_after > 5);
}

#[tokio::test(start_paused = true)]
async fn a_clock_can_follow_the_runtimes_paused_time() {
    let start = tokio::time::Instant::now();
    let elapsed = move || SignedDuration::try_from(start.elapsed()).unwrap_or(SignedDuration::MAX);
    let clock = FnClock::new(move || sample::at(0) + elapsed());
    let queue = MemoryQueue::new(Arc::new(clock));
    queue.enqueue(&[sample::item(1, Stage::Parse)], SignedDuration::ZERO).await.expect("an item");
    assert_eq!(queue.lease(&queue_name(), 1, TTL).await.expect("a lease").len(), 1);
    assert!(queue.lease(&queue_name(), 1, TTL).await.expect("nothing").is_empty());
    let depths = queue.depths().await.expect("depths");
    assert_eq!((depths[0].waiting, depths[0].leased, depths[0].oldest), (0, 1, Some(sample::at(0))));
    tokio::time::advance(std::time::Duration::from_secs(31)).await;
    assert_eq!(queue.lease(&queue_name(), 1, TTL).await.expect("the item again").len(), 1);
    assert_eq!(queue.items().len(), 1);
}
