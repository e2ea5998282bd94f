//! Clauses of `RequestStore`: search.

use crate::request_lists::{create, get, listed, number, replace};
use crate::{Harness, RACERS, RequestHarness, Told, race, sample, surely, tell};
use domain::ids::PortalName;
use domain::ports::{ErrorClass, PortResult, RequestFilter, RequestStore, Version};
use domain::request::Request;
use domain::search;
use domain::work::Stage;
use jiff::civil::{Date, date};
use std::sync::Arc;

type Store = dyn RequestStore;

/// whole words, beginnings of three letters and more, numbers and dates of birth find; nothing else does.
pub async fn r_5_a_request_is_found_by_its_patient_and_by_nothing_else(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for request in patients() {
        create(&store, &request).await;
    }
    let store = harness.reopen(store).await;
    for (text, expected) in SEARCHES {
        let filter = RequestFilter { search: search::query(text), ..RequestFilter::default() };
        assert_eq!(listed(&store, filter.clone()).await, *expected, "{text}");
        let newest_first = RequestFilter { newest_first: true, limit: Some(1), ..filter.clone() };
        assert_eq!(listed(&store, newest_first).await.first(), expected.last(), "{text}");
        let elsewhere = RequestFilter { portal: Some(PortalName::new("other")), ..filter };
        assert!(listed(&store, elsewhere).await.is_empty(), "{text}");
    }
}

/// who was corrected is found by what is now written, and no more by what was.
pub async fn r_5_terms_follow_the_record(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for request in patients() {
        create(&store, &request).await;
    }
    let mut corrected = named(1, "Smith, Janet", "E1001", None);
    replace(&store, &corrected).await;
    // A write that leaves the patient as he is must not lose his terms.
    corrected.advance_to(Stage::Parse, sample::at(50));
    let version = version(&store, 1).await;
    tell(|| async { store.update(&corrected, version).await }).await.must_have_happened(ErrorClass::Conflict);
    for (text, expected) in
        [("janet", &[1][..]), ("smith", &[1, 3]), ("zyx", &[2]), ("4/2/1961", &[]), ("E1001", &[1])]
    {
        assert_eq!(found(&store, text).await.value(), expected, "{text}");
    }
}

/// under another index key a search finds all or is refused, and after `reindex` finds all.
pub async fn r_5_a_search_under_another_index_key_lacks_nothing(harness: impl RequestHarness) {
    let store = harness.open().await;
    for request in patients() {
        create(&store, &request).await;
    }
    let store = harness.reopen_under(7, store).await;
    assert_refused_or(&store, "zyx", &[1, 2]).await;
    // One that was written since does not make the others found.
    create(&store, &named(4, "Zyxwvutova, Rosa", "E4004", None)).await;
    assert_refused_or(&store, "zyx", &[1, 2, 4]).await;
    let before = version(&store, 1).await;
    for _ in 0..2 {
        assert_eq!(surely(|| async { store.reindex().await }).await, 4);
        assert_eq!(found(&store, "zyx").await.value(), [1, 2, 4]);
        assert_eq!(version(&store, 1).await, before, "reindex is no write of a record");
    }
    for (text, expected) in SEARCHES.iter().filter(|(_, expected)| !expected.contains(&2)) {
        assert_eq!(found(&store, text).await.value(), *expected, "{text}");
    }
    // A program that still runs under the old key is told so too.
    let store = harness.reopen_under(6, store).await;
    assert_refused_or(&store, "rosa", &[4]).await;
}

/// records written while `reindex` runs are found by what was last written.
pub async fn r_5_reindex_beside_writers_loses_nothing(harness: impl RequestHarness) {
    let store = harness.open().await;
    for number in 0..RACERS {
        create(&store, &named(number, "Smith, Jane", "E1", None)).await;
    }
    let store = harness.reopen_under(7, store).await;
    race(RACERS, |number| {
        let store = Arc::clone(&store);
        async move {
            if number % 4 == 0 {
                surely(|| async { store.reindex().await }).await;
            } else {
                replace(&store, &named(number, "Zyxwvutova, Jane", "E1", None)).await;
            }
        }
    })
    .await;
    let expected =
        |renamed: bool| -> Vec<usize> { (0..RACERS).filter(|number| (number % 4 != 0) == renamed).collect() };
    assert_eq!(found(&store, "zyxwvutova").await.value(), expected(true));
    assert_eq!(found(&store, "smith").await.value(), expected(false));
    for number in expected(true) {
        assert_eq!(version(&store, number).await, Version(2));
    }
}

/// no term lies readable on the disk, also after a search.
pub async fn r_7_the_disk_does_not_show_the_terms(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let requests = patients();
    for request in &requests {
        create(&store, request).await;
    }
    assert_eq!(found(&store, "zyxwvutova").await.value(), [1, 2]);
    let at_rest = harness.at_rest().await;
    sample::assert_unreadable(at_rest.clone());
    let Some(bytes) = at_rest else { return };
    let lower = sample::PLANTED.to_lowercase();
    let terms = requests.iter().flat_map(search::terms).map(|term| term.into_inner());
    for (index, text) in terms.chain([lower]).enumerate() {
        let shown = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!shown, "term {index} lies readable on disk");
    }
}

/// What is typed, and whom of [`patients`] it finds.
const SEARCHES: &[(&str, &[usize])] = &[
    ("zyxwvutova", &[1, 2]),
    ("ZYXWVUTOVA", &[1, 2]),
    ("Zyx", &[1, 2]),
    ("zy", &[]),
    ("wvutova", &[]),
    ("zyxwvutovas", &[]),
    ("jane", &[1, 3]),
    ("jan zyxw", &[1]),
    ("zyxwvutova, jane", &[1]),
    ("jose", &[2]),
    ("José", &[2]),
    ("a", &[3]),
    ("j", &[]),
    ("E2002", &[2]),
    ("e2002", &[2]),
    ("E200", &[]),
    ("smith e3003", &[3]),
    ("smith e2002", &[]),
    ("1961-04-02", &[1]),
    ("4/2/1961", &[1]),
    ("04/02/1961 jane", &[1]),
    ("12/24/1950 jane", &[]),
    ("12/25/1950", &[]),
];

fn patients() -> [Request; 3] {
    [
        named(1, "Zyxwvutova, Jane", "E1001", Some(date(1961, 4, 2))),
        named(2, "Zyxwvutova, Maria-José", "E2002", Some(date(1950, 12, 24))),
        named(3, "Smith, Jane A", "E3003", None),
    ]
}

fn named(number: usize, name: &str, mrn: &str, dob: Option<Date>) -> Request {
    let mut request = sample::request(number);
    request.row.patient.name = name.into();
    request.row.patient.mrn = mrn.into();
    request.row.patient.dob = dob.map(Into::into);
    request
}

async fn version(store: &Arc<Store>, number: usize) -> Version {
    get(store, number).await.map(|found| found.version).unwrap_or_default()
}

async fn found(store: &Arc<Store>, text: &str) -> Told<Vec<usize>> {
    let filter = RequestFilter { search: search::query(text), ..RequestFilter::default() };
    let told = tell(|| async { store.list(&filter).await }).await;
    let numbers: PortResult<Vec<usize>> = told.answer.map(|found| found.iter().map(number).collect());
    Told { answer: numbers, sure: told.sure }
}

async fn assert_refused_or(store: &Arc<Store>, text: &str, all: &[usize]) {
    match found(store, text).await.answer {
        Ok(found) => assert_eq!(found, all, "a search under another index key lacks some"),
        Err(error) => {
            assert_eq!(error.class, ErrorClass::Permanent);
            assert!(error.cause.contains("keys reindex"), "no way out: {error}");
        }
    }
}
