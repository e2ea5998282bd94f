//! One service a database: refusal, handing over, taking over, and noticing a loss.

use crate::fixture::OneDatabase;
use contract::race;
use domain::ports::ErrorClass;
use mongo::{LockTimes, ServiceLock};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Short, since these tests really wait; the expiry leaves room for a busy machine.
const TIMES: LockTimes = LockTimes { renewal: Duration::from_millis(300), expiry: Duration::from_secs(3) };

const LONG: Duration = Duration::from_secs(20);

/// Puts a lock of another machine in, or changes the one that is there.
async fn foreign(database: &OneDatabase, more: Document) {
    let mut fields = doc! {
        "format": 1_i64, "host": "elsewhere", "numbers": "other", "pid": 4711_i64, "started": 1_i64,
        "token": ObjectId::new(), "beat": 3_i64,
    };
    fields.extend(more);
    let service = database.collection("epic_service").await;
    let put = service.update_one(doc! { "_id": "service" }, doc! { "$set": fields }).upsert(true);
    put.await.expect("a lock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_service_is_refused_and_the_next_starts_after_a_release() {
    let database = OneDatabase::new();
    let store = database.store().await;
    let lock = ServiceLock::acquire_with(&store, Duration::ZERO, TIMES).await.expect("the first service");
    for wait in [Duration::ZERO, LONG] {
        let began = Instant::now();
        let error = ServiceLock::acquire_with(&store, wait, TIMES).await.expect_err("a second service");
        assert_eq!(error.class, ErrorClass::Permanent);
        let text = error.to_string();
        let holder = format!("another service is running on it: process {} on ", std::process::id());
        assert!(text.contains(&holder) && text.contains(&database.name), "{text}");
        assert!(began.elapsed() < LONG / 2, "a living holder was waited for");
    }
    lock.release().await.expect("released");
    ServiceLock::acquire_with(&store, Duration::ZERO, TIMES).await.expect("the next service");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_racing_services_one_starts() {
    let database = Arc::new(OneDatabase::new());
    database.store().await;
    let locks = race(8, |_| {
        let database = Arc::clone(&database);
        async move { ServiceLock::acquire_with(&database.store().await, Duration::ZERO, TIMES).await.ok() }
    })
    .await;
    assert_eq!(locks.iter().flatten().count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_stands_still_is_taken_over_after_its_expiry() {
    let database = OneDatabase::new();
    let store = database.store().await;
    foreign(&database, doc! {}).await;
    let error = ServiceLock::acquire_with(&store, Duration::ZERO, TIMES).await.expect_err("taken at once");
    assert!(error.to_string().contains("process 4711 on elsewhere"), "{error}");
    let began = Instant::now();
    let lock = ServiceLock::acquire_with(&store, LONG, TIMES).await.expect("a takeover");
    assert!(began.elapsed() >= TIMES.expiry, "taken over before its expiry");
    lock.release().await.expect("released");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_process_of_this_machine_is_taken_over_at_once() {
    let database = OneDatabase::new();
    let store = database.store().await;
    let lock = ServiceLock::acquire_with(&store, Duration::ZERO, TIMES).await.expect("a service");
    drop(lock);
    let mut child = Command::new("true").spawn().expect("a child");
    let pid = i64::from(child.id());
    child.wait().expect("its end");
    // The dropped lock's machine, and a process that has ended.
    let service = database.collection("epic_service").await;
    let dead = doc! { "$set": { "pid": pid, "token": ObjectId::new() } };
    service.update_one(doc! { "_id": "service" }, dead).await.expect("a dead holder");
    ServiceLock::acquire_with(&store, Duration::ZERO, TIMES).await.expect("a takeover");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_learns_that_its_lock_is_lost() {
    let database = OneDatabase::new();
    let store = database.store().await;
    let lock = ServiceLock::acquire_with(&store, Duration::ZERO, TIMES).await.expect("a service");
    let kept = tokio::time::timeout(TIMES.renewal * 4, lock.lost()).await;
    assert!(kept.is_err(), "a lock nobody took was lost");
    foreign(&database, doc! {}).await;
    tokio::time::timeout(LONG, lock.lost()).await.expect("the loss was not noticed");
    lock.release().await.expect("nothing to release");
    let service = database.collection("epic_service").await;
    let theirs = service.find_one(doc! { "host": "elsewhere" }).await.expect("a read");
    assert!(theirs.is_some(), "the new holder's lock was removed by the old one");
}
