//! Executed, but the caller was not told: what a repeat meets.

use crate::fixture::{OneDatabase, creating};
use crate::proxy::LossyProxy;
use contract::sample;
use domain::audit::{AuditAction, AuditActor, AuditEntry, AuditOutcome, Verifier};
use domain::ids::Revision;
use domain::ports::{
    AuditLog, CodeAddress, CodeEntry, CodeMailbox, CodeWindow, DeliveryStore, ErrorClass, OrderStore,
    PortResult, PortalLedger, RequestFilter, RequestStore, SignatureStore, TakeVerdict, Version,
};
use mongo::{MongoStore, ServiceLock};
use std::fmt::Debug;
use std::time::Duration;

/// A store whose answers can be lost, and its database.
struct Lossy {
    database: OneDatabase,
    proxy: LossyProxy,
    store: MongoStore,
}

impl Lossy {
    async fn new() -> Self {
        let (database, proxy) = (OneDatabase::new(), LossyProxy::start().await);
        let (uri, options) = (proxy.uri(), creating());
        let store = MongoStore::connect(&uri, Some(&database.name), database.sealer(), &options);
        let store = store.await.expect("a store");
        Self { database, proxy, store }
    }

    /// Makes a call whose answer to `command` is lost.
    async fn lost<T: Debug>(&self, command: &'static str, call: impl Future<Output = PortResult<T>>) {
        self.proxy.lose_next(command);
        let error = call.await.expect_err("the answer came");
        assert!(self.proxy.has_lost(), "no {command} was sent");
        assert_eq!(error.class, ErrorClass::Transient, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_were_written_unseen_are_known_to_the_repeat() {
    let lossy = Lossy::new().await;
    let (store, mut request) = (&lossy.store, sample::request(1));
    lossy.lost("insert", store.create(&request)).await;
    assert!(!store.create(&request).await.expect("a repeat"), "the request was created twice");
    request.progress_at = sample::at(9);
    lossy.lost("update", RequestStore::update(store, &request, Version(1))).await;
    let repeat =
        RequestStore::update(store, &request, Version(1)).await.expect_err("a stale update went through");
    assert_eq!(repeat.class, ErrorClass::Conflict);
    let found = RequestStore::get(store, &request.id).await.expect("a read").expect("the request");
    assert!(found.value == request && found.version == Version(2));

    let set = sample::order_set(&request.id, Revision::FIRST, 2);
    lossy.lost("insert", store.commit(&set)).await;
    assert!(!store.commit(&set).await.expect("a repeat"));

    let first = sample::receipt(1, "first");
    lossy.lost("insert", store.record(&first)).await;
    assert_eq!(store.record(&sample::receipt(1, "second")).await.expect("a repeat"), first);

    let block = domain::ids::PatientBlock::new("block");
    lossy.lost("insert", store.compare_and_set(&block, &sample::signatures(1..2), Version(0))).await;
    let repeat = store.compare_and_set(&block, &sample::signatures(1..2), Version(0)).await;
    assert_eq!(repeat.expect_err("a stale set went through").class, ErrorClass::Conflict);
    assert_eq!(SignatureStore::get(store, &block).await.expect("a read").value.orders.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_breaks_is_transient_and_comes_again() {
    let lossy = Lossy::new().await;
    let filter = RequestFilter::default();
    lossy.store.create(&sample::request(1)).await.expect("a request");
    lossy.lost("find", RequestStore::list(&lossy.store, &filter)).await;
    assert_eq!(RequestStore::list(&lossy.store, &filter).await.expect("a list").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_was_counted_unseen_stays_counted() {
    let lossy = Lossy::new().await;
    let (store, portal) = (&lossy.store, sample::portal());
    lossy.lost("insert", store.begin_attempt(&portal, "credential", sample::at(1))).await;
    lossy.lost("update", store.begin_attempt(&portal, "credential", sample::at(2))).await;
    assert_eq!(store.entry(&portal).await.expect("an entry").unresolved.len(), 2);
    lossy.lost("update", store.next_generation(&portal)).await;
    let next = store.next_generation(&portal).await.expect("a generation");
    assert_eq!(next.0, 2, "a generation came twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_was_taken_unseen_is_not_handed_out_again() {
    let lossy = Lossy::new().await;
    let address = CodeAddress::Person { portal: sample::portal() };
    let entry = CodeEntry {
        id: "m1".to_owned(),
        address: address.clone(),
        arrived_at: sample::at(5),
        sent_at: None,
        code: "004711".into(),
    };
    let window = CodeWindow { address, not_before: sample::at(0), oldest: sample::at(0), sent_from: None };
    lossy.lost("insert", lossy.store.offer(&entry)).await;
    assert!(!lossy.store.offer(&entry).await.expect("a repeat"));
    lossy.lost("update", lossy.store.take(&window)).await;
    assert_eq!(lossy.store.take(&window).await.expect("a repeat"), TakeVerdict::Nothing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_whose_lock_was_made_unseen_starts_all_the_same() {
    let lossy = Lossy::new().await;
    lossy.proxy.lose_next("insert");
    let lock = ServiceLock::acquire(&lossy.store, Duration::from_secs(10)).await.expect("a lock");
    assert!(lossy.proxy.has_lost());
    lock.release().await.expect("released");
}

fn entry(number: usize) -> AuditEntry {
    AuditEntry {
        id: format!("act{number}"),
        at: sample::at(0),
        actor: AuditActor::Service,
        action: AuditAction::ChartOpened,
        portal: Some(sample::portal()),
        patient: None,
        request: Some(sample::request_id(number)),
        subject: None,
        why: None,
        outcome: AuditOutcome::Begun,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audit_batch_whose_answers_are_lost_is_stored_once_and_in_order() {
    let lossy = Lossy::new().await;
    let entries: Vec<AuditEntry> = (0..5).map(entry).collect();
    lossy.store.append(&entries[..2]).await.expect("the first two");
    // Only the rest is new; it is stored, and the caller does not learn it.
    lossy.lost("insert", lossy.store.append(&entries[2..])).await;
    lossy.lost("find", lossy.store.append(&entries)).await;
    lossy.store.append(&entries).await.expect("a repeat");
    lossy.lost("insert", lossy.store.append(&[entry(5)])).await;
    lossy.store.append(&[entry(6)]).await.expect("another act before the repeat");
    lossy.store.append(&[entry(5)]).await.expect("a repeat");
    let records = lossy.store.read(0, 100).await.expect("the log");
    let ids: Vec<&str> = records.iter().map(|record| record.entry.id.as_str()).collect();
    assert_eq!(ids, ["act0", "act1", "act2", "act3", "act4", "act5", "act6"]);
    let mut verifier = Verifier::new(None);
    for record in &records {
        verifier.take(record, lossy.database.sealer().as_ref()).expect("the chain");
    }
}
