//! Clauses T-1 to T-3 of `Destination`.

use crate::{Harness, RACERS, race, sample, surely};
use bytes::Bytes;
use domain::ids::DestinationName;
use domain::ports::Destination;
use domain::router::Delivery;
use std::collections::BTreeSet;
use std::sync::Arc;

type Target = dyn Destination;

fn delivery(number: usize, target: &DestinationName) -> Delivery {
    let mut key = sample::delivery_key(number);
    key.destination = target.clone();
    Delivery {
        key,
        facts: sample::delivery_facts(),
        packet_pdf: Bytes::from(vec![b'%'; 300_000]),
        order_json: Bytes::from_static(b"{\"order\":1}"),
        summary: Bytes::from_static(b"order 1"),
    }
}

/// T-1: a repeat changes nothing and gets the first receipt, at another time and after a restart.
pub async fn t_1_a_repeat_gets_the_first_receipt(harness: impl Harness<Target>) {
    let target = harness.open().await;
    let first = delivery(1, target.name());
    let receipt = surely(|| async { target.deliver(&first, sample::at(1)).await }).await;
    assert_eq!(receipt.key, first.key);
    let mut changed = first.clone();
    changed.order_json = Bytes::from_static(b"{\"order\":2}");
    let repeat = surely(|| async { target.deliver(&changed, sample::at(2)).await }).await;
    assert_eq!(repeat, receipt);
    let target = harness.reopen(target).await;
    assert_eq!(surely(|| async { target.deliver(&first, sample::at(3)).await }).await, receipt);
    let other = delivery(2, target.name());
    let another = surely(|| async { target.deliver(&other, sample::at(4)).await }).await;
    assert_ne!(another.reference, receipt.reference);
}

/// T-1: racing deliveries of one key are one delivery.
pub async fn t_1_racing_deliveries_are_one(harness: impl Harness<Target>) {
    let target = harness.open().await;
    let receipts = race(RACERS, |index| {
        let target = Arc::clone(&target);
        async move {
            let own = delivery(1, target.name());
            let now = sample::at(i64::try_from(index).unwrap_or(0));
            surely(|| async { target.deliver(&own, now).await }).await
        }
    })
    .await;
    let distinct: BTreeSet<_> = receipts.iter().map(|receipt| (&receipt.reference, receipt.at)).collect();
    assert_eq!(distinct.len(), 1, "callers were told of different deliveries");
}

/// T-2: a caller who dies in the middle leaves the whole delivery or none, and the next one finishes it.
pub async fn t_2_an_interrupted_delivery_leaves_all_or_nothing(harness: impl Harness<Target>) {
    let mut target = harness.open().await;
    for number in 0..16 {
        let doomed_target = Arc::clone(&target);
        let doomed = tokio::spawn(async move {
            let own = delivery(number, doomed_target.name());
            doomed_target.deliver(&own, sample::at(1)).await
        });
        for _ in 0..number {
            tokio::task::yield_now().await;
        }
        doomed.abort();
        let told = doomed.await.ok().and_then(Result::ok);
        target = harness.reopen(target).await;
        let own = delivery(number, target.name());
        let found = surely(|| async { target.find(&own.key).await }).await;
        assert!(told.is_none() || told == found, "a receipt was given for a delivery nobody finds");
        let again = surely(|| async { target.deliver(&own, sample::at(2)).await }).await;
        assert!(found.is_none_or(|found| found == again), "a finished delivery was made again");
    }
}

/// T-3: `find` knows every delivery, and no other, also after a restart and for a caller who saw no receipt.
pub async fn t_3_find_knows_every_delivery(harness: impl Harness<Target>) {
    let target = harness.open().await;
    let own = delivery(1, target.name());
    assert_eq!(surely(|| async { target.find(&own.key).await }).await, None);
    let receipt = surely(|| async { target.deliver(&own, sample::at(1)).await }).await;
    assert_eq!(surely(|| async { target.find(&own.key).await }).await, Some(receipt.clone()));
    assert_eq!(surely(|| async { target.find(&delivery(2, target.name()).key).await }).await, None);
    let target = harness.reopen(target).await;
    assert_eq!(surely(|| async { target.find(&own.key).await }).await, Some(receipt));
}
