//! The database's format: forward, back and forward again, two at once, newer and older ones.

use crate::fixture::{OneDatabase, creating, uri};
use contract::{race, sample};
use domain::ports::{ErrorClass, RequestStore};
use mongo::{Migration, MigrationReport, Migrator, MongoOptions, MongoStore, StepOutcome, migrations};
use mongodb::bson::doc;
use std::collections::BTreeSet;

fn newest() -> u32 {
    u32::try_from(migrations().len()).expect("a few")
}

async fn migrator(database: &OneDatabase) -> Migrator {
    let options = MongoOptions::default();
    Migrator::connect(&uri(), Some(&database.name), &options).await.expect("a migrator")
}

async fn index_names(database: &OneDatabase) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for collection in ["epic_audit", "epic_requests", "epic_orders", "epic_pages", "prod_ses"] {
        let own = database.collection(collection).await.list_index_names().await.expect("the names");
        names
            .extend(own.into_iter().filter(|name| name != "_id_").map(|name| format!("{collection}.{name}")));
    }
    names
}

fn numbers(report: &MigrationReport) -> Vec<(u32, bool)> {
    report.steps.iter().map(|step| (step.migration.number, step.forward)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forward_back_and_forward_again() {
    let database = OneDatabase::new();
    let migrator = migrator(&database).await;
    assert_eq!(migrator.pending().await.expect("the steps"), migrations());
    let report = migrator.migrate(None).await.expect("forward");
    println!("{report:#?}");
    assert_eq!((report.from, report.to), (0, newest()));
    assert_eq!(numbers(&report), migrations().iter().map(|step| (step.number, true)).collect::<Vec<_>>());
    let required = |step: &&mongo::StepReport| !step.migration.optional;
    assert!(report.steps.iter().filter(required).all(|step| step.outcome == StepOutcome::Done));
    let made = index_names(&database).await;
    assert!(made.contains("epic_audit.entry") && made.contains("epic_requests.terms"), "{made:?}");
    assert!(migrator.pending().await.expect("the steps").iter().all(|step| step.optional));

    let store = database.store().await;
    store.create(&sample::request(1)).await.expect("a request");
    let report = migrator.migrate(Some(1)).await.expect("back");
    assert_eq!((report.from, report.to), (newest(), 1));
    assert_eq!(index_names(&database).await, BTreeSet::new());
    let error = migrator.migrate(Some(0)).await.expect_err("documents were removed");
    assert!(error.to_string().contains("epic_requests holds documents"), "{error}");

    let report = migrator.migrate(None).await.expect("forward again");
    assert_eq!((report.from, report.to), (1, newest()));
    assert_eq!(index_names(&database).await, made);
    let found = RequestStore::get(&database.store().await, &sample::request_id(1)).await.expect("a read");
    assert!(found.is_some(), "the way back lost a request");
    let again = migrator.migrate(None).await.expect("nothing to do");
    assert!(again.steps.iter().all(|step| step.outcome == StepOutcome::LeftOut), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_database_goes_back_to_nothing() {
    let database = OneDatabase::new();
    let migrator = migrator(&database).await;
    migrator.migrate(None).await.expect("forward");
    migrator.migrate(Some(0)).await.expect("back");
    let names = database.database().await.list_collection_names().await.expect("the names");
    assert_eq!(names, Vec::<String>::new());
    database.store().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn migrations_at_once_do_no_harm() {
    let database = std::sync::Arc::new(OneDatabase::new());
    let reports = race(4, |_| {
        let database = std::sync::Arc::clone(&database);
        async move { migrator(&database).await.migrate(None).await.expect("forward") }
    })
    .await;
    assert!(reports.iter().all(|report| report.to == newest()));
    let takers = reports.iter().filter(|report| numbers(report).contains(&(1, true))).count();
    assert_eq!(takers, 1, "one migration takes the steps, the others find them taken");
    let made = index_names(&database).await;
    migrator(&database).await.migrate(Some(1)).await.expect("back");
    race(4, |_| {
        let database = std::sync::Arc::clone(&database);
        async move { migrator(&database).await.migrate(None).await.expect("forward") }
    })
    .await;
    assert_eq!(index_names(&database).await, made);
    race(4, |_| {
        let database = std::sync::Arc::clone(&database);
        async move { database.store().await }
    })
    .await;
}

#[tokio::test]
async fn a_database_of_another_format_is_refused_with_the_way_out() {
    let database = OneDatabase::new();
    let connect = |create| {
        let options = MongoOptions { create, ..MongoOptions::default() };
        let (sealer, name) = (database.sealer(), database.name.clone());
        async move { MongoStore::connect(&uri(), Some(&name), sealer, &options).await }
    };
    let refusal = |result: Result<MongoStore, domain::ports::PortError>| {
        let error = result.expect_err("it was connected");
        assert_eq!(error.class, ErrorClass::Permanent);
        error.to_string()
    };
    let text = refusal(connect(false).await);
    assert!(text.contains("not made yet; run `epic-connector migrate`"), "{text}");
    let migrator = migrator(&database).await;
    migrator.migrate(Some(1)).await.expect("the first step");
    for create in [false, true] {
        let text = refusal(connect(create).await);
        assert!(text.contains("has format 1, this release needs"), "{text}");
        assert!(text.contains("run `epic-connector migrate`"), "{text}");
    }
    let newer = doc! { "$set": { "number": 99_i64 } };
    let meta = database.collection("epic_meta").await;
    meta.update_one(doc! { "_id": "format" }, newer).await.expect("a newer format");
    let text = refusal(connect(true).await);
    assert!(text.contains("newer release (format 99"), "{text}");
    let text = migrator.migrate(None).await.expect_err("a newer format was migrated").to_string();
    assert!(text.contains("newer release"), "{text}");
    assert!(migrator.migrate(Some(1_000)).await.is_err());
}

#[tokio::test]
async fn the_steps_are_numbered_in_order() {
    let steps: Vec<Migration> = migrations();
    assert!(steps.iter().map(|step| step.number).eq(1..=newest()));
    assert!(creating().create);
}
