//! What the two kinds of in-memory queues do beyond the clauses: the plain one keeps the order, the standard one
//! keeps none and repeats itself.

use contract::sample;
use domain::ids::QueueName;
use domain::ports::{Clock, WorkQueue};
use domain::work::{Lease, Stage, WorkItem};
use jiff::SignedDuration;
use memory::{ManualClock, MemoryQueue};
use std::sync::Arc;

const TTL: SignedDuration = SignedDuration::from_secs(30);

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::new(sample::at(0)))
}

fn queue_name() -> QueueName {
    Stage::Parse.queue(&sample::portal())
}

fn items(count: usize) -> Vec<WorkItem> {
    (0..count).map(|number| sample::item(number, Stage::Parse)).collect()
}

#[expect(clippy::expect_used, reason = "a broken queue fails the test")]
async fn lease(queue: &MemoryQueue, count: usize) -> Vec<Lease> {
    queue.lease(&queue_name(), count, TTL).await.expect("leased")
}

#[tokio::test]
async fn the_plain_queue_gives_the_oldest_first() {
    let queue = MemoryQueue::new(clock());
    for item in items(6) {
        queue.enqueue(&[item], SignedDuration::ZERO).await.expect("enqueued");
    }
    let came: Vec<WorkItem> = lease(&queue, 4).await.into_iter().map(|lease| lease.item).collect();
    assert_eq!(came, items(4));
}

#[tokio::test]
async fn the_standard_queue_keeps_no_order_and_a_seed_replays_it() {
    let mut orders = Vec::new();
    for _ in 0..2 {
        let queue = MemoryQueue::standard(clock(), 7, 0);
        queue.enqueue(&items(20), SignedDuration::ZERO).await.expect("enqueued");
        let came: Vec<WorkItem> = lease(&queue, 20).await.into_iter().map(|lease| lease.item).collect();
        assert_eq!(came.len(), 20);
        orders.push(came);
    }
    assert_eq!(orders[0], orders[1]);
    assert_ne!(orders[0], items(20));
}

#[tokio::test]
async fn an_item_can_be_in_two_hands_and_each_settles_its_own() {
    let queue = MemoryQueue::standard(clock(), 1, 0);
    queue.enqueue(&items(1), SignedDuration::ZERO).await.expect("enqueued");
    let first = lease(&queue, 10).await;
    queue.enqueue(&items(1), SignedDuration::ZERO).await.expect("enqueued");
    let second = lease(&queue, 10).await;
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].item, second[0].item);
    queue.acknowledge(&first[0]).await.expect("acknowledged");
    queue.acknowledge(&second[0]).await.expect("acknowledged");
    assert_eq!(queue.items(), []);
}

#[tokio::test]
async fn a_message_can_come_again_although_it_was_acknowledged_in_time() {
    let queue = MemoryQueue::standard(clock(), 1, 200);
    queue.enqueue(&items(100), SignedDuration::ZERO).await.expect("enqueued");
    let mut came = 0;
    while !queue.items().is_empty() {
        for lease in lease(&queue, 10).await {
            came += 1;
            queue.acknowledge(&lease).await.expect("acknowledged");
        }
    }
    assert!((110..400).contains(&came), "100 messages came {came} times");
}
