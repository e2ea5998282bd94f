//! Clauses V-1 and V-2 of `DeliveryStore`.

use crate::{Harness, RACERS, race, sample, surely};
use domain::ports::DeliveryStore;
use std::sync::Arc;

type Store = dyn DeliveryStore;

/// V-1: the first receipt under a key stays, and a later one gets it back.
pub async fn v_1_the_first_receipt_stays(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let first = sample::receipt(1, "first");
    assert_eq!(surely(|| async { store.get(&first.key).await }).await, None);
    assert_eq!(surely(|| async { store.record(&first).await }).await, first);
    assert_eq!(surely(|| async { store.record(&sample::receipt(1, "second")).await }).await, first);
    assert_eq!(surely(|| async { store.get(&first.key).await }).await, Some(first));
    assert_eq!(surely(|| async { store.get(&sample::delivery_key(2)).await }).await, None);
}

/// V-1: racing writers all get the same receipt back.
pub async fn v_1_racing_receipts_agree_on_one(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let mut told = race(RACERS, |index| {
        let (store, own) = (Arc::clone(&store), sample::receipt(1, &index.to_string()));
        async move { surely(|| async { store.record(&own).await }).await.reference }
    })
    .await;
    told.dedup();
    assert_eq!(told.len(), 1, "writers were told of different receipts");
    let stored = surely(|| async { store.get(&sample::delivery_key(1)).await }).await;
    assert_eq!(stored.map(|receipt| receipt.reference), told.pop());
}

/// V-2: receipts survive a restart, and are listed in order of key name.
pub async fn v_2_receipts_survive_a_restart(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let mut receipts: Vec<_> = (0..5).map(|number| sample::receipt(number, "place")).collect();
    for receipt in &receipts {
        surely(|| async { store.record(receipt).await }).await;
    }
    receipts.sort_by_key(|receipt| receipt.key.name());
    let store = harness.reopen(store).await;
    assert_eq!(surely(|| async { store.list().await }).await, receipts);
}
