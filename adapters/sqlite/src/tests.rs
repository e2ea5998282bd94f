//! A file that cannot be written for a while, by limits set on the writing connection itself.

use crate::SqliteStore;
use contract::{race, sample};
use domain::ports::{BackEnd, ErrorClass, PortResult, RequestFilter, RequestStore, WorkQueue};
use domain::work::Stage;
use jiff::SignedDuration;
use memory::{ManualClock, MemorySealer};
use std::path::Path;
use std::sync::Arc;

const TTL: SignedDuration = SignedDuration::from_secs(30);

fn open(path: &Path) -> SqliteStore {
    let clock = Arc::new(ManualClock::new(sample::at(0)));
    SqliteStore::open(path, Arc::new(MemorySealer::new(0)), clock).unwrap()
}

async fn limit(store: &SqliteStore, pragma: &'static str, value: i64) {
    store.write("limit", move |file| Ok(file.pragma_update(None, pragma, value)?)).await.unwrap();
}

fn assert_waits<T: std::fmt::Debug>(answer: PortResult<T>, way_out: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.class, ErrorClass::Transient, "{error}");
    assert!(error.cause.contains(way_out), "{error}");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_same_connection_goes_on_with_space() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("connector.db"));
    let item = sample::item(1, Stage::Ocr);
    store.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await.unwrap();
    limit(&store, "max_page_count", 80).await;
    let mut stored = 0;
    let full = loop {
        match store.create(&sample::request(stored)).await {
            Ok(created) => assert!(created),
            Err(error) => break error,
        }
        stored += 1;
    };
    assert_waits::<()>(Err(full), "free space");
    assert!(stored > 3, "only {stored} fitted");
    assert_waits(store.ping().await, "free space");
    // One that does not fit takes those down that share its commit; all of them are told so.
    let told = race(20, |number| {
        let store = store.clone();
        async move { store.create(&sample::request(stored + number)).await.unwrap_or(false) }
    })
    .await;
    let listed = store.list(&RequestFilter::default()).await.unwrap().len();
    assert_eq!(listed, stored + told.iter().filter(|done| **done).count(), "what is told is what is kept");

    limit(&store, "max_page_count", 100_000).await;
    store.ping().await.unwrap();
    for number in stored..stored + 20 {
        assert_eq!(store.create(&sample::request(number)).await.unwrap(), !told[number - stored]);
    }
    let leases = store.lease(&item.queue(), 1, TTL).await.unwrap();
    assert_eq!((leases[0].item.clone(), leases[0].deliveries), (item, 1));
    store.acknowledge(&leases[0]).await.unwrap();
}

#[tokio::test]
async fn a_disk_made_read_only_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("connector.db"));
    let item = sample::item(1, Stage::Ocr);
    store.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await.unwrap();
    let lease = store.lease(&item.queue(), 1, TTL).await.unwrap().remove(0);
    limit(&store, "query_only", 1).await;
    assert_waits(store.create(&sample::request(1)).await, "writable");
    assert_waits(store.acknowledge(&lease).await, "writable");
    assert_waits(store.lease(&item.queue(), 1, TTL).await, "writable");
    assert_waits(store.ping().await, "writable");
    assert!(store.list(&RequestFilter::default()).await.unwrap().is_empty(), "reading goes on");
    // The pragma cannot be taken back by a writer it keeps from writing; a real disk's is.
    drop(store);
    let store = open(&folder.path().join("connector.db"));
    store.acknowledge(&lease).await.unwrap();
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_file_damaged_under_the_service_is_told_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("connector.db");
    let store = open(&path);
    for number in 0..200 {
        store.create(&sample::request(number)).await.unwrap();
    }
    drop(store);
    let size = std::fs::metadata(&path).unwrap().len();
    let mut bytes = std::fs::read(&path).unwrap();
    // Behind the first pages, which hold the tables' names.
    bytes[usize::try_from(size / 4).unwrap()..].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let clock = Arc::new(ManualClock::new(sample::at(0)));
    let told = match SqliteStore::open(&path, Arc::new(MemorySealer::new(0)), clock) {
        Ok(store) => store.list(&RequestFilter::default()).await.map(drop),
        Err(error) => Err(error),
    };
    let error = told.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.cause.contains("damaged") && error.cause.contains("restore a backup"), "{error}");
}
