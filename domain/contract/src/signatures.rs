//! Clauses D-1 and D-2 of `SignatureStore`.

use crate::{Harness, RACERS, race, sample, surely, tell};
use domain::ids::PatientBlock;
use domain::parser::SignatureSet;
use domain::ports::{ErrorClass, SignatureStore, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

type Store = dyn SignatureStore;

fn block() -> PatientBlock {
    PatientBlock::new("block")
}

/// D-1: an unknown block is empty at version 0.
pub async fn d_1_an_unknown_block_is_empty_at_version_0(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let found = surely(|| async { store.get(&block()).await }).await;
    assert!(found.value == SignatureSet::default() && found.version == Version(0));
    tell(|| async { store.compare_and_set(&block(), &sample::signatures(1..2), Version(0)).await })
        .await
        .must_have_happened(ErrorClass::Conflict);
    let other = surely(|| async { store.get(&PatientBlock::new("other")).await }).await;
    assert!(other.value == SignatureSet::default() && other.version == Version(0));
}

/// D-2: a stale version conflicts and changes nothing, and the set survives a restart.
pub async fn d_2_a_stale_write_conflicts(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let (one, two) = (sample::signatures(1..2), sample::signatures(1..3));
    tell(|| async { store.compare_and_set(&block(), &one, Version(0)).await })
        .await
        .must_have_happened(ErrorClass::Conflict);
    tell(|| async { store.compare_and_set(&block(), &two, Version(1)).await })
        .await
        .must_have_happened(ErrorClass::Conflict);
    for stale in [Version(0), Version(1), Version(3)] {
        tell(|| async { store.compare_and_set(&block(), &one, stale).await })
            .await
            .must_fail(ErrorClass::Conflict);
    }
    let store = harness.reopen(store).await;
    let found = surely(|| async { store.get(&block()).await }).await;
    assert!(found.value == two && found.version == Version(2));
}

/// D-2: of racing writers of one version exactly one wins.
pub async fn d_2_of_racing_writers_one_wins(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let results = race(RACERS, |index| {
        let store = Arc::clone(&store);
        async move {
            let set = sample::signatures(index..index + 1);
            let told = tell(|| async { store.compare_and_set(&block(), &set, Version(0)).await }).await;
            assert!(told.answer.is_ok() || told.failed(ErrorClass::Conflict));
            (index, told.sure, told.answer.is_ok())
        }
    })
    .await;
    let winners: Vec<usize> = results.iter().filter(|(_, _, won)| *won).map(|(index, ..)| *index).collect();
    assert!(winners.len() <= 1, "{} writers of one version won", winners.len());
    assert!(winners.len() == 1 || results.iter().any(|(_, sure, _)| !sure), "no writer won");
    let found = surely(|| async { store.get(&block()).await }).await;
    assert!(found.version == Version(1) && found.value.orders.len() == 1);
    if let [winner] = winners[..] {
        assert!(
            found.value == sample::signatures(winner..winner + 1),
            "the winner's set is not the stored one"
        );
    }
}

/// D-2: writers who read again and decide again lose nothing: fifty identical messages, one set of fifty.
pub async fn d_2_writers_who_decide_again_lose_nothing(harness: impl Harness<Store>) {
    const WRITERS: usize = 50;
    /// Each conflict is another's success, so fifty would do; lost answers cost a few more.
    const TRIES_MAX: usize = 10 * WRITERS;
    let store = harness.open().await;
    race(WRITERS, |index| {
        let store = Arc::clone(&store);
        async move {
            let own = sample::signature(index);
            for _ in 0..TRIES_MAX {
                let mut current = surely(|| async { store.get(&block()).await }).await;
                if current.value.orders.contains(&own) {
                    return;
                }
                current.value.orders.push(own.clone());
                let told =
                    tell(|| async { store.compare_and_set(&block(), &current.value, current.version).await })
                        .await;
                if told.answer.is_ok() {
                    return;
                }
                told.must_fail(ErrorClass::Conflict);
            }
        }
    })
    .await;
    let found = surely(|| async { store.get(&block()).await }).await;
    let distinct: BTreeSet<_> =
        found.value.orders.iter().map(|signature| signature.request.clone()).collect();
    assert_eq!((found.value.orders.len(), distinct.len()), (WRITERS, WRITERS));
    assert_eq!(found.version, Version(WRITERS as u64));
}
