//! Clauses O-1 to O-4 of `OrderStore`.

use crate::{Harness, RACERS, assert_one_won, race, sample, surely, tell};
use domain::ids::{OrderId, Revision};
use domain::parser::{OrderSet, OrderState, Outcome};
use domain::ports::{ErrorClass, OrderStore, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

type Store = dyn OrderStore;

const FIRST: Revision = Revision::FIRST;

fn set(orders: usize) -> OrderSet {
    sample::order_set(&sample::request_id(1), FIRST, orders)
}

/// O-1: a known (request, revision) is not committed again; another revision is.
pub async fn o_1_a_known_revision_is_not_committed_again(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let first = set(2);
    assert_eq!(surely(|| async { store.get(&first.request, FIRST).await }).await, None);
    tell(|| async { store.commit(&first).await }).await.must_be_first();
    assert!(!surely(|| async { store.commit(&set(3)).await }).await, "a known revision was committed again");
    let found = surely(|| async { store.get(&first.request, FIRST).await }).await;
    assert!(found.is_some_and(|found| found.value == first && found.version == Version(1)));
    let second = sample::order_set(&first.request, Revision(2), 1);
    tell(|| async { store.commit(&second).await }).await.must_be_first();
    let other = sample::order_set(&sample::request_id(0), FIRST, 0);
    tell(|| async { store.commit(&other).await }).await.must_be_first();
    assert_eq!(surely(|| async { store.list().await }).await, [other, first, second]);
}

/// O-1: of racing commits one is stored, and it survives a restart.
pub async fn o_1_of_racing_commits_one_is_stored(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let results = race(RACERS, |index| {
        let store = Arc::clone(&store);
        async move {
            let told = tell(|| async { store.commit(&set(index)).await }).await;
            (told.sure, told.value())
        }
    })
    .await;
    assert_one_won(results, "commit");
    let before = surely(|| async { store.get(&sample::request_id(1), FIRST).await }).await;
    assert!(before.is_some(), "no set is stored");
    let store = harness.reopen(store).await;
    assert!(surely(|| async { store.get(&sample::request_id(1), FIRST).await }).await == before);
}

/// O-2: a stale version conflicts and changes nothing.
pub async fn o_2_a_stale_update_conflicts(harness: impl Harness<Store>) {
    let store = harness.open().await;
    surely(|| async { store.commit(&set(1)).await }).await;
    let mut newer = set(1);
    newer.orders[0].state = OrderState::NeedsPerson { reasons: Vec::new() };
    tell(|| async { store.update(&newer, Version(1)).await }).await.must_have_happened(ErrorClass::Conflict);
    for stale in [Version(0), Version(1), Version(3)] {
        tell(|| async { store.update(&set(1), stale).await }).await.must_fail(ErrorClass::Conflict);
    }
    let found = surely(|| async { store.get(&newer.request, FIRST).await }).await;
    assert!(found.is_some_and(|found| found.value == newer && found.version == Version(2)));
    let unknown = sample::order_set(&sample::request_id(7), FIRST, 1);
    let told = tell(|| async { store.update(&unknown, Version(1)).await }).await;
    assert!(told.failed(ErrorClass::NotFound) || told.failed(ErrorClass::Conflict));
}

/// O-2: of racing updates one wins.
pub async fn o_2_of_racing_updates_one_wins(harness: impl Harness<Store>) {
    let store = harness.open().await;
    surely(|| async { store.commit(&set(1)).await }).await;
    let results = race(RACERS, |_| {
        let store = Arc::clone(&store);
        async move {
            let told = tell(|| async { store.update(&set(1), Version(1)).await }).await;
            assert!(told.answer.is_ok() || told.failed(ErrorClass::Conflict));
            (told.sure, told.answer.is_ok())
        }
    })
    .await;
    assert_one_won(results, "update");
    let found = surely(|| async { store.get(&sample::request_id(1), FIRST).await }).await;
    assert_eq!(found.map(|found| found.version), Some(Version(2)));
}

/// Replaces the stored set whatever its version, and gives the class of a refusal.
async fn replace(store: &Arc<Store>, set: &OrderSet) -> Result<(), ErrorClass> {
    let version = surely(|| async { store.get(&set.request, set.revision).await })
        .await
        .map_or(Version(0), |found| found.version);
    let told = tell(|| async { store.update(set, version).await }).await;
    match told.answer {
        Err(error) if told.sure || error.class != ErrorClass::Conflict => Err(error.class),
        _ => Ok(()),
    }
}

/// O-3: a closed outcome of an order is never changed, reopened or dropped; its neighbours may move on.
pub async fn o_3_a_closed_outcome_is_final(harness: impl Harness<Store>) {
    let store = harness.open().await;
    surely(|| async { store.commit(&set(2)).await }).await;
    let mut closed = set(2);
    closed.orders[0].state = OrderState::Closed(Outcome::Delivered);
    assert_eq!(replace(&store, &closed).await, Ok(()));

    let mut changed = closed.clone();
    changed.orders[0].state = OrderState::Closed(Outcome::NotDme);
    let mut reopened = closed.clone();
    reopened.orders[0].state = OrderState::NeedsPerson { reasons: Vec::new() };
    let mut dropped = closed.clone();
    dropped.orders.remove(0);
    for refused in [changed, reopened, dropped] {
        assert_eq!(replace(&store, &refused).await, Err(ErrorClass::Permanent));
    }
    let found = surely(|| async { store.get(&closed.request, FIRST).await }).await;
    assert!(found.is_some_and(|found| found.value == closed), "a refused update changed the set");

    let original = OrderId::of(&sample::request_id(0), 1);
    closed.orders[1].state = OrderState::Closed(Outcome::Duplicate { of: original });
    assert_eq!(replace(&store, &closed).await, Ok(()));
}

/// O-3: the outcome of a request without orders is final too.
pub async fn o_3_the_outcome_of_a_request_without_orders_is_final(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let mut whole = set(0);
    whole.without_orders = Some(OrderState::Closed(Outcome::NotDme));
    surely(|| async { store.commit(&whole).await }).await;
    let mut changed = whole.clone();
    changed.without_orders = None;
    assert_eq!(replace(&store, &changed).await, Err(ErrorClass::Permanent));
    assert_eq!(replace(&store, &whole).await, Ok(()));
}

/// O-4: a reader sees all orders of a set or none.
pub async fn o_4_orders_of_a_set_appear_together(harness: impl Harness<Store>) {
    const ORDERS: usize = 25;
    const SETS: usize = 20;
    let store = harness.open().await;
    let done = Arc::new(AtomicBool::new(false));
    race(4, |index| {
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        async move {
            if index == 0 {
                for number in 0..SETS {
                    let set = sample::order_set(&sample::request_id(number), FIRST, ORDERS);
                    surely(|| async { store.commit(&set).await }).await;
                }
                done.store(true, Ordering::Release);
            }
            loop {
                let last_look = done.load(Ordering::Acquire);
                let sets = surely(|| async { store.list().await }).await;
                assert!(sets.iter().all(|set| set.orders.len() == ORDERS), "part of a set was visible");
                if last_look {
                    assert_eq!(sets.len(), SETS);
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
}
