//! What the adapter refuses, with which class and text: addresses, logins, servers that are away, other keys, newer
//! releases, tampering.

use crate::fixture::{OneDatabase, creating, uri};
use contract::sample;
use domain::audit::{AuditAction, AuditActor, AuditEntry, AuditOutcome};
use domain::ids::Revision;
use domain::parser::SignatureSet;
use domain::ports::{
    AuditLog, BackEnd, CodeMailbox, DeliveryStore, ErrorClass, OrderStore, PageStore, PortError, PortResult,
    PortalLedger, RequestFilter, RequestStore, SignatureStore, StepCache, StepKey, Version,
};
use memory::MemorySealer;
use mongo::{MongoOptions, MongoStore};
use mongodb::bson::doc;
use std::fmt::Debug;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

async fn refused(uri: &str, database: Option<&str>) -> PortError {
    let sealer = Arc::new(MemorySealer::new(0));
    MongoStore::connect(uri, database, sealer, &creating()).await.expect_err("it was connected")
}

#[tokio::test]
async fn bad_addresses_are_refused_without_their_password() {
    let cases = [
        ("mongodb://user:pa ss@word@host/epic", "is no address of MongoDB"),
        ("postgres://host/epic", "is no address of MongoDB"),
        ("mongodb+srv://user:pa ss@word@cluster.example/epic", "is no address of MongoDB"),
        ("mongodb://127.0.0.1:1", "names no database"),
    ];
    for (address, expected) in cases {
        let error = refused(address, None).await;
        assert_eq!(error.class, ErrorClass::Permanent);
        assert!(error.to_string().contains(expected) && !error.to_string().contains("pa ss"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_transient_within_six_seconds() {
    // A port nobody listens on: bound to be free, and freed at once.
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let began = Instant::now();
    let error = refused(&format!("mongodb://user:secret@127.0.0.1:{port}/epic"), None).await;
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert_eq!(error.class, ErrorClass::Transient, "{error}");
    let text = error.to_string();
    assert!(text.contains(&format!("127.0.0.1:{port}/epic")) && !text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_transient() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its number").port();
    let options = MongoOptions { server_selection: Duration::from_millis(500), ..creating() };
    let (uri, sealer) = (format!("mongodb://127.0.0.1:{port}/epic"), Arc::new(MemorySealer::new(0)));
    let error = MongoStore::connect(&uri, None, sealer, &options).await.expect_err("nobody answers");
    assert_eq!(error.class, ErrorClass::Transient, "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_permanent_and_says_what_to_check() {
    let with_user = uri().replacen("mongodb://", "mongodb://nobody:not-the-password@", 1);
    let error = refused(&with_user, Some("epic")).await;
    assert_eq!(error.class, ErrorClass::Permanent, "{error}");
    let text = error.to_string();
    assert!(text.contains("check user name, password") && !text.contains("not-the-password"), "{text}");
}

#[tokio::test]
async fn another_key_is_refused_at_once() {
    let database = OneDatabase::new();
    database.store().await;
    let other = Arc::new(MemorySealer::new(7));
    let error =
        MongoStore::connect(&uri(), Some(&database.name), other, &creating()).await.expect_err("opened");
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.to_string().contains("sealed under another key"), "{error}");
    database.store().await;
}

#[tokio::test]
async fn a_ping_tells_the_version_and_leaves_no_trace() {
    let database = OneDatabase::new();
    let store = database.store().await;
    let before = database.bytes().await;
    let told = store.ping().await.expect("an answer");
    assert!(told.starts_with("MongoDB ") && told.ends_with("may be written"), "{told}");
    assert!(store.name().ends_with(&database.name) && !store.name().contains('@'));
    assert_eq!(database.bytes().await, before);
    let (calls, _) = (store.requests().expect("a count"), store.ping().await.expect("an answer"));
    assert_eq!(store.requests(), Some(calls + 2));
}

fn act(id: &str) -> AuditEntry {
    AuditEntry {
        id: id.to_owned(),
        at: sample::at(0),
        actor: AuditActor::Operator { account: "pat".to_owned() },
        action: AuditAction::Searched,
        portal: None,
        patient: None,
        request: None,
        subject: None,
        why: Some("asked".to_owned()),
        outcome: AuditOutcome::Done,
    }
}

/// Raises the format of every document of a collection.
async fn make_newer(database: &OneDatabase, collection: &str) {
    let newer = doc! { "$set": { "format": 2_i64 } };
    database.collection(collection).await.update_many(doc! {}, newer).await.expect("newer documents");
}

fn newer<T: Debug>(result: PortResult<T>) {
    let error = result.expect_err("a newer release's document was read or overwritten");
    assert_eq!(error.class, ErrorClass::Permanent, "{error}");
    assert!(error.to_string().contains("newer release"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_of_a_newer_release_are_refused_and_never_overwritten() {
    let database = OneDatabase::new();
    let (store, request) = (database.store().await, sample::request(1));
    let (key, packet) =
        (StepKey::Document(domain::ids::FragmentId::new("f1")), domain::ids::PacketId::new("p1"));
    let (block, portal) = (domain::ids::PatientBlock::new("b1"), sample::portal());
    let set = sample::order_set(&request.id, Revision::FIRST, 1);
    store.create(&request).await.expect("a request");
    store.commit(&set).await.expect("orders");
    store.record(&sample::receipt(1, "place")).await.expect("a receipt");
    StepCache::put(&store, &key, "value".into(), sample::at(99)).await.expect("a step");
    PageStore::put(&store, &packet, &sample::page(1, 0.5)).await.expect("a page");
    store.compare_and_set(&block, &sample::signatures(1..2), Version(0)).await.expect("signatures");
    store.next_generation(&portal).await.expect("a generation");
    store.append(&[act("act1")]).await.expect("an act");
    let collections = [
        "epic_requests",
        "epic_orders",
        "epic_deliveries",
        "epic_order_files",
        "epic_pages",
        "epic_signatures",
        "epic_portals",
        "epic_audit",
    ];
    for collection in collections {
        make_newer(&database, collection).await;
    }
    let before = database.bytes().await;

    newer(RequestStore::get(&store, &request.id).await);
    newer(RequestStore::list(&store, &RequestFilter::default()).await);
    newer(RequestStore::update(&store, &request, Version(1)).await);
    assert!(!store.create(&request).await.expect("it is known"));
    newer(OrderStore::get(&store, &request.id, Revision::FIRST).await);
    newer(OrderStore::update(&store, &set, Version(1)).await);
    newer(store.record(&sample::receipt(1, "another")).await);
    newer(StepCache::get(&store, &key, sample::at(0)).await);
    newer(StepCache::put(&store, &key, "other".into(), sample::at(99)).await);
    assert_eq!(store.purge(sample::at(1_000)).await.expect("a purge"), 0);
    newer(PageStore::put(&store, &packet, &sample::page(1, 0.9)).await);
    newer(PageStore::all(&store, &packet).await);
    newer(SignatureStore::get(&store, &block).await);
    newer(store.compare_and_set(&block, &SignatureSet::default(), Version(1)).await);
    newer(store.next_generation(&portal).await);
    newer(store.read(0, 10).await);
    // One that was connected before goes on after the end it wrote itself.
    newer(database.store().await.append(&[act("act2")]).await);
    assert_eq!(database.bytes().await, before, "a newer release's document was changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_was_tampered_with_is_refused_by_name() {
    let database = OneDatabase::new();
    let store = database.store().await;
    store.create(&sample::request(1)).await.expect("a request");
    store.create(&sample::request(2)).await.expect("a request");
    let requests = database.collection("epic_requests").await;
    // One request's sealed part passed off as another's.
    let two = requests.find_one(doc! { "_id": "request0002" }).await.expect("a read").expect("request 2");
    let swap = doc! { "$set": { "sealed": two.get("sealed").cloned() } };
    requests.update_one(doc! { "_id": "request0001" }, swap).await.expect("swapped");
    let error = RequestStore::get(&store, &sample::request_id(1)).await.expect_err("a swapped record");
    assert_eq!((error.class, error.thing.as_str()), (ErrorClass::Permanent, "requests/request0001"));
    assert!(!error.to_string().contains(sample::PLANTED));

    let strip = doc! { "$unset": { "sealed": "" } };
    requests.update_one(doc! { "_id": "request0002" }, strip).await.expect("stripped");
    let error = RequestStore::get(&store, &sample::request_id(2)).await.expect_err("a stripped record");
    assert!(
        error.to_string().contains("request request0002: the stored document has no `sealed`"),
        "{error}"
    );
    assert!(store.seen("nothing").await.is_ok(), "other records are still read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audit_record_whose_open_fields_were_changed_is_refused() {
    let database = OneDatabase::new();
    let store = database.store().await;
    store.append(&[act("act1"), act("act2")]).await.expect("two acts");
    let changed = doc! { "$set": { "records.1.actor": "operator kim" } };
    database.collection("epic_audit").await.update_one(doc! {}, changed).await.expect("changed");
    let error = store.read(0, 10).await.expect_err("a changed record");
    assert!(error.to_string().contains("audit record 2: its open fields"), "{error}");
}
