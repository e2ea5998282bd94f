//! Clauses of `RequestStore`; those about lists are in `request_lists` and
//! `request_search`.

pub use crate::request_lists::*;
pub use crate::request_search::*;

use crate::{Harness, RACERS, assert_one_won, race, sample, surely, tell};
use domain::ports::{ErrorClass, RequestStore, Version};
use domain::request::Request;
use domain::work::Stage;
use std::sync::Arc;

type Store = dyn RequestStore;

/// a known id is not created again, and nothing of it changes.
pub async fn r_1_create_of_a_known_id_changes_nothing(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let first = sample::request(1);
    assert_eq!(surely(|| async { store.get(&first.id).await }).await, None);
    tell(|| async { store.create(&first).await }).await.must_be_first();
    let mut again = first.clone();
    again.advance_to(Stage::Parse, sample::at(9));
    assert!(!surely(|| async { store.create(&again).await }).await, "a known id was created again");
    let found = surely(|| async { store.get(&first.id).await }).await;
    assert!(found.is_some_and(|found| found.value == first && found.version == Version(1)));
}

/// of racing creations one is stored, whole.
pub async fn r_1_of_racing_creations_one_is_stored(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let results = race(RACERS, |index| {
        let (store, request) = (Arc::clone(&store), moved(index));
        async move {
            let told = tell(|| async { store.create(&request).await }).await;
            (index, told.sure, told.value())
        }
    })
    .await;
    let winners: Vec<usize> = results.iter().filter(|(_, _, won)| *won).map(|(index, ..)| *index).collect();
    assert!(winners.len() <= 1, "{} creations of one id succeeded", winners.len());
    let all_sure = results.iter().all(|(_, sure, _)| *sure);
    assert!(!all_sure || winners.len() == 1, "no creation succeeded");
    let found = surely(|| async { store.get(&sample::request_id(1)).await }).await;
    let stored = found.map(|found| found.value);
    assert!((0..RACERS).any(|index| stored.as_ref() == Some(&moved(index))), "no racer's record is stored");
    if let [winner] = winners[..] {
        assert!(stored == Some(moved(winner)), "the winner's record is not the stored one");
    }
}

/// The request all racers fight for, with the racer's own mark.
fn moved(index: usize) -> Request {
    let mut request = sample::request(1);
    request.progress_at = sample::at(1_000 + i64::try_from(index).unwrap_or(0));
    request
}

/// a stale version conflicts and changes nothing.
pub async fn r_2_a_stale_update_conflicts_and_changes_nothing(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let request = sample::request(1);
    surely(|| async { store.create(&request).await }).await;
    let mut newer = request.clone();
    newer.advance_to(Stage::Ocr, sample::at(5));
    let told = tell(|| async { store.update(&newer, Version(1)).await }).await;
    told.must_have_happened(ErrorClass::Conflict);
    assert!(told.answer.is_err() || told.value() == Version(2));
    for stale in [Version(0), Version(1), Version(3)] {
        tell(|| async { store.update(&request, stale).await }).await.must_fail(ErrorClass::Conflict);
    }
    let found = surely(|| async { store.get(&request.id).await }).await;
    assert!(found.is_some_and(|found| found.value == newer && found.version == Version(2)));
}

/// what was never created cannot be updated.
pub async fn r_2_an_unknown_request_cannot_be_updated(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let request = sample::request(1);
    for version in [Version(0), Version(1)] {
        let told = tell(|| async { store.update(&request, version).await }).await;
        assert!(told.failed(ErrorClass::NotFound) || told.failed(ErrorClass::Conflict));
    }
    assert_eq!(surely(|| async { store.get(&request.id).await }).await, None);
}

/// of racing updates one wins, and the others learn it.
pub async fn r_2_of_racing_updates_one_wins(harness: impl Harness<Store>) {
    let store = harness.open().await;
    surely(|| async { store.create(&sample::request(1)).await }).await;
    let results = race(RACERS, |index| {
        let (store, request) = (Arc::clone(&store), moved(index));
        async move {
            let told = tell(|| async { store.update(&request, Version(1)).await }).await;
            assert!(told.answer.is_ok() || told.failed(ErrorClass::Conflict));
            (told.sure, told.answer.is_ok())
        }
    })
    .await;
    assert_one_won(results, "update");
    let found = surely(|| async { store.get(&sample::request_id(1)).await }).await;
    assert!(found.is_some_and(|found| {
        found.version == Version(2) && (0..RACERS).any(|index| found.value == moved(index))
    }));
}

/// what was acknowledged is there after a restart.
pub async fn r_3_acknowledged_writes_survive_a_restart(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let mut request = sample::request(1);
    surely(|| async { store.create(&request).await }).await;
    request.advance_to(Stage::Route, sample::at(7));
    tell(|| async { store.update(&request, Version(1)).await })
        .await
        .must_have_happened(ErrorClass::Conflict);
    let store = harness.reopen(store).await;
    let found = surely(|| async { store.get(&request.id).await }).await;
    assert!(found.is_some_and(|found| found.value == request && found.version == Version(2)));
}
