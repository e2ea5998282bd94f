//! How long lists, look-ups and counts take from 1,000 to 20,000 requests, printed beside the server's own plan. A
//! server without secondary indexes shows no flat line here, so nothing is asserted about times.

use crate::fixture::OneDatabase;
use contract::{race, sample, surely};
use domain::ids::PatientKey;
use domain::ports::{RequestFilter, RequestPlace, RequestStore};
use domain::search;
use mongo::MongoStore;
use mongodb::bson::{Document, doc};
use std::time::{Duration, Instant};

const WRITERS: usize = 16;

async fn fill(store: &MongoStore, from: usize, to: usize) {
    race(WRITERS, |writer| {
        let store = store.clone();
        async move {
            for number in (from + writer..to).step_by(WRITERS) {
                let mut request = sample::request(number);
                request.id = domain::ids::RequestId::new(format!("request{number:06}"));
                request.patient = PatientKey::new(format!("patient{}", number / 3));
                request.row.patient.mrn = format!("E{number}").as_str().into();
                // One in fifty is still in motion, as in a service that keeps up.
                if !number.is_multiple_of(50) {
                    request.status = domain::request::RequestStatus::Parsed;
                }
                surely(|| async { store.create(&request).await }).await;
            }
        }
    })
    .await;
}

async fn timed(store: &MongoStore, filter: &RequestFilter) -> (usize, Duration) {
    let began = Instant::now();
    let found = RequestStore::list(store, filter).await.expect("a list");
    (found.len(), began.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lists_and_counts_from_a_thousand_to_twenty_thousand() {
    let database = OneDatabase::new();
    let store = database.store().await;
    let page = |filter| RequestFilter { limit: Some(50), ..filter };
    let mut filled = 0;
    for size in [1_000, 20_000] {
        fill(&store, filled, size).await;
        filled = size;
        let middle = sample::request(size / 2);
        let cases = [
            ("newest page", page(RequestFilter { newest_first: true, ..RequestFilter::default() })),
            (
                "page in the middle",
                page(RequestFilter { after: Some(RequestPlace::of(&middle)), ..RequestFilter::default() }),
            ),
            ("in motion, page", page(RequestFilter { in_motion: true, ..RequestFilter::default() })),
            (
                "of one patient",
                RequestFilter { patient: Some(PatientKey::new("patient7")), ..RequestFilter::default() },
            ),
            ("by MRN", RequestFilter { search: search::query("E777"), ..RequestFilter::default() }),
        ];
        for (name, filter) in cases {
            let (found, took) = timed(&store, &filter).await;
            println!("{size:>6} requests, {name}: {found} in {took:?}");
        }
        let began = Instant::now();
        let counted: u64 = store.counts().await.expect("counts").iter().map(|count| count.count).sum();
        println!("{size:>6} requests, counts: {counted} in {:?}", began.elapsed());
        assert_eq!(counted, u64::try_from(size).expect("a size"));
    }
    println!("plan of a patient's list: {}", plan(&database).await);
}

/// The stages of the server's plan, where it can explain itself.
async fn plan(database: &OneDatabase) -> String {
    let find = doc! { "find": "epic_requests", "filter": { "patient": "patient7" }, "sort": { "created_ns": 1, "_id": 1 } };
    let explain = doc! { "explain": find, "verbosity": "queryPlanner" };
    let Ok(answer) = database.database().await.run_command(explain).await else {
        return "the server explains nothing".to_owned();
    };
    let mut stage =
        answer.get_document("queryPlanner").and_then(|plan| plan.get_document("winningPlan")).ok();
    let mut names = Vec::new();
    while let Some(current) = stage {
        let name = |field| Document::get_str(current, field).unwrap_or_default().to_owned();
        names.push(format!("{} {}", name("stage"), name("indexName")));
        stage = current.get_document("inputStage").ok();
    }
    names.join(" < ")
}
