//! The wall clock set back or ahead, at a restart and under a running service: work waits no longer than it should.

use contract::sample;
use domain::ids::FragmentId;
use domain::ports::{Clock, ErrorClass, StepCache, StepKey, WorkQueue};
use domain::work::{DELAY_MAX, Lease, Stage, WorkItem};
use jiff::SignedDuration;
use memory::{ManualClock, MemorySealer};
use sqlite::SqliteStore;
use std::sync::Arc;
use tempfile::TempDir;

const TTL: SignedDuration = SignedDuration::from_secs(30);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// In seconds of the tests' time; long after its beginning.
const NOON: i64 = 100_000;

struct Place {
    folder: TempDir,
    clock: ManualClock,
}

impl Place {
    #[expect(clippy::expect_used, reason = "without a folder there is no test")]
    fn new() -> Self {
        let clock = ManualClock::new(sample::at(NOON));
        Self { folder: tempfile::tempdir().expect("a folder"), clock }
    }

    #[expect(clippy::expect_used, reason = "a store that does not open fails the test")]
    fn store(&self) -> SqliteStore {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let path = self.folder.path().join("connector.db");
        SqliteStore::open(&path, Arc::new(MemorySealer::new(0)), clock).expect("a store")
    }
}

#[expect(clippy::expect_used, reason = "a queue that fails fails the test")]
async fn leased(store: &SqliteStore, item: &WorkItem) -> Vec<Lease> {
    store.lease(&item.queue(), 10, TTL).await.expect("a lease")
}

/// One leased, one that waits, one that can be had.
#[expect(clippy::expect_used, reason = "a queue that fails fails the test")]
async fn three(store: &SqliteStore) -> Lease {
    let items: Vec<WorkItem> = (0..3).map(|number| sample::item(number, Stage::Ocr)).collect();
    store.enqueue(&items[..1], SignedDuration::ZERO).await.expect("enqueued");
    let lease = leased(store, &items[0]).await.remove(0);
    store.enqueue(&items[1..2], SignedDuration::from_secs(5)).await.expect("enqueued");
    store.enqueue(&items[2..], SignedDuration::ZERO).await.expect("enqueued");
    lease
}

#[tokio::test]
async fn a_service_that_begins_has_every_item_whatever_the_clock_says() {
    for wrong in [-HOUR, -SignedDuration::from_mins(10), SignedDuration::ZERO, HOUR] {
        let place = Place::new();
        let dead = three(&place.store()).await;
        place.clock.advance(wrong);
        let store = place.store();
        store.begin_service().await.expect("begun");
        let first = leased(&store, &dead.item).await;
        assert!(first.iter().any(|lease| lease.item == dead.item), "{wrong}: hidden by a dead one's lease");
        assert_eq!(store.renew(&dead, TTL).await.expect_err("a dead lease").class, ErrorClass::LeaseLost);
        for lease in &first {
            store.acknowledge(lease).await.expect("acknowledged");
        }
        // What waited on purpose waits at most as long as anything may.
        place.clock.advance(DELAY_MAX);
        let rest = leased(&store, &dead.item).await;
        assert_eq!(first.len() + rest.len(), 3, "{wrong}");
    }
}

#[tokio::test]
async fn a_clock_set_back_under_the_service_hides_nothing() {
    let place = Place::new();
    let store = place.store();
    let held = three(&store).await;
    place.clock.advance(-HOUR);
    let again = leased(&store, &held.item).await;
    assert_eq!(again.len(), 3, "hidden for an hour");
    // Whoever held one learns that he no longer does.
    assert_eq!(store.acknowledge(&held).await.expect_err("two hands").class, ErrorClass::LeaseLost);
    for lease in &again {
        store.acknowledge(lease).await.expect("acknowledged");
    }
}

#[tokio::test]
async fn a_clock_set_ahead_under_the_service_ends_leases_and_loses_nothing() {
    let place = Place::new();
    let store = place.store();
    let held = three(&store).await;
    place.clock.advance(HOUR);
    assert_eq!(store.renew(&held, TTL).await.expect_err("ended").class, ErrorClass::LeaseLost);
    assert_eq!(leased(&store, &held.item).await.len(), 3);
}

#[tokio::test]
async fn a_lease_that_is_longer_than_any_delay_stays_held() {
    let place = Place::new();
    let (store, item) = (place.store(), sample::item(1, Stage::Ocr));
    store.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await.expect("enqueued");
    let long = HOUR;
    let lease = store.lease(&item.queue(), 1, long).await.expect("a lease").remove(0);
    assert!(store.lease(&item.queue(), 1, long).await.expect("a look").is_empty());
    store.acknowledge(&lease).await.expect("still held");
}

#[tokio::test]
async fn cached_steps_expire_by_the_clock_and_at_worst_are_fetched_again() {
    let place = Place::new();
    let store = place.store();
    let key = StepKey::Document(FragmentId::new("fragment"));
    let until = place.clock.now() + HOUR;
    store.put(&key, "listing".into(), until).await.expect("kept");
    place.clock.advance(-HOUR);
    assert!(StepCache::get(&store, &key, place.clock.now()).await.expect("a look").is_some());
    place.clock.advance(HOUR + HOUR);
    assert!(StepCache::get(&store, &key, place.clock.now()).await.expect("a look").is_none());
}
