//! Clauses of `RequestStore`: lists page by page, and counts.

use crate::{Harness, RACERS, race, sample, surely, tell};
use domain::ids::{PatientKey, PortalName};
use domain::ports::{
    ErrorClass, RequestCount, RequestFilter, RequestPlace, RequestStore, Version, Versioned,
};
use domain::request::{Request, RequestStatus};
use domain::search;
use domain::work::Stage;
use std::collections::BTreeMap;
use std::sync::Arc;

type Store = dyn RequestStore;

/// How many requests of one page, where there are several.
const PAGE: usize = 7;

/// lists come in order of creation.
pub async fn r_4_lists_come_in_order_of_creation(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for number in [5, 3, 8, 1] {
        create(&store, &sample::request(number)).await;
    }
    assert_eq!(listed(&store, RequestFilter::default()).await, [1, 3, 5, 8]);
    let newest_first = RequestFilter { newest_first: true, ..RequestFilter::default() };
    assert_eq!(listed(&store, newest_first).await, [8, 5, 3, 1]);
}

/// a filter keeps the order and what it asks for.
pub async fn r_4_filters_keep_what_they_ask_for(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for number in 0..6 {
        let mut request = sample::request(number);
        if number == 4 {
            request.portal = PortalName::new("other");
        }
        create(&store, &request).await;
    }
    let mut parsed = sample::request(0);
    parsed.status = RequestStatus::Parsed;
    replace(&store, &parsed).await;
    let mut reading = sample::request(3);
    reading.advance_to(Stage::Ocr, sample::at(9));
    replace(&store, &reading).await;
    let all = RequestFilter::default;
    let patient = |number: usize| Some(PatientKey::new(format!("patient{number}")));
    let portal = || Some(sample::portal());
    let standing = |word: &str| Some(word.to_owned());
    let cases = [
        (RequestFilter { portal: portal(), ..all() }, vec![0, 1, 2, 3, 5]),
        (RequestFilter { patient: patient(1), ..all() }, vec![1, 4]),
        (RequestFilter { in_motion: true, ..all() }, vec![1, 2, 3, 4, 5]),
        (RequestFilter { portal: portal(), patient: patient(0), in_motion: true, ..all() }, vec![3]),
        (RequestFilter { patient: patient(7), ..all() }, vec![]),
        (RequestFilter { standing: standing("scrape"), ..all() }, vec![1, 2, 4, 5]),
        (RequestFilter { standing: standing("parsed"), ..all() }, vec![0]),
        (RequestFilter { standing: standing("parsed"), in_motion: true, ..all() }, vec![]),
        (RequestFilter { standing: standing("scrape"), portal: portal(), ..all() }, vec![1, 2, 5]),
        (RequestFilter { standing: standing("elsewhere"), ..all() }, vec![]),
        (RequestFilter { limit: Some(2), ..all() }, vec![0, 1]),
        (RequestFilter { limit: Some(0), ..all() }, vec![]),
        (RequestFilter { after: Some(place(3)), in_motion: true, ..all() }, vec![4, 5]),
        (RequestFilter { after: Some(place(3)), newest_first: true, ..all() }, vec![2, 1, 0]),
        (RequestFilter { after: Some(place(9)), ..all() }, vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(listed(&store, filter.clone()).await, expected, "{filter:?}");
    }
}

/// page by page, both ways, with every kind of filter; some were created in the same instant.
pub async fn r_4_pages_give_every_request_once(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for number in (0..40).rev() {
        let mut request = sample::request(number);
        request.created_at = sample::at(i64::try_from(number / 5).unwrap_or(0));
        create(&store, &request).await;
    }
    let all = RequestFilter::default;
    let filters = [
        all(),
        RequestFilter { portal: Some(sample::portal()), ..all() },
        RequestFilter { patient: Some(PatientKey::new("patient1")), ..all() },
        RequestFilter { in_motion: true, ..all() },
        RequestFilter { standing: Some("scrape".to_owned()), ..all() },
        RequestFilter { search: search::query(sample::PLANTED), ..all() },
        RequestFilter { search: search::query("zyx e1"), portal: Some(sample::portal()), ..all() },
    ];
    for filter in filters {
        let mut expected = listed(&store, filter.clone()).await;
        assert!(expected.len() >= PAGE && expected.is_sorted());
        for newest_first in [false, true] {
            let filter = RequestFilter { newest_first, limit: Some(PAGE), ..filter.clone() };
            let pages = paged(&store, filter.clone()).await;
            assert_eq!(pages.concat(), expected, "{filter:?}");
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == PAGE), "{filter:?}");
            expected.reverse();
        }
    }
}

/// requests that come, go or change while pages are read neither hide nor repeat the others.
pub async fn r_4_pages_go_on_whatever_is_written_in_between(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for number in 10..40 {
        create(&store, &sample::request(number)).await;
    }
    let mut filter = RequestFilter { in_motion: true, limit: Some(PAGE), ..RequestFilter::default() };
    let mut seen = page(&store, &filter).await;
    // The last one listed, where the next page begins, comes to rest, as does one that is still to come; one is
    // created before the place and one at the end.
    for number in [16, 20] {
        let mut rested = sample::request(number);
        rested.status = RequestStatus::NeedsPerson { reasons: Vec::new() };
        replace(&store, &rested).await;
    }
    for number in [5, 50] {
        create(&store, &sample::request(number)).await;
    }
    while let Some(last) = seen.last().filter(|_| filter.limit.is_some()) {
        filter.after = Some(place(*last));
        let next = page(&store, &filter).await;
        if next.len() < PAGE {
            filter.limit = None;
        }
        seen.extend(next);
    }
    let expected: Vec<usize> = (10..40).filter(|number| *number != 20).chain([50]).collect();
    assert_eq!(seen, expected);
}

/// whatever is written, `counts` says what the list shows.
pub async fn r_6_counts_agree_with_the_list(harness: impl Harness<Store>) {
    let store = harness.open().await;
    assert_counted(&store).await;
    for number in 0..8 {
        let mut request = sample::request(number);
        if number % 3 == 0 {
            request.portal = PortalName::new("other");
        }
        create(&store, &request).await;
        tell(|| async { store.create(&request).await }).await.value();
    }
    assert_counted(&store).await;
    for number in 0..8 {
        let Some(Versioned { value: mut request, version }) = get(&store, number).await else { continue };
        match number {
            0 | 3 | 6 => request.status = RequestStatus::NeedsPerson { reasons: Vec::new() },
            1 => request.status = RequestStatus::Parsed,
            _ => request.advance_to(Stage::Ocr, sample::at(20)),
        }
        tell(|| async { store.update(&request, version).await })
            .await
            .must_have_happened(ErrorClass::Conflict);
        tell(|| async { store.update(&request, Version(0)).await }).await.must_fail(ErrorClass::Conflict);
        assert_counted(&store).await;
    }
    let store = harness.reopen(store).await;
    let counts = surely(|| async { store.counts().await }).await;
    let text: Vec<String> = counts
        .iter()
        .map(|RequestCount { portal, standing, count }| format!("{portal} {standing} {count}"))
        .collect();
    assert_eq!(text, ["albany-med ocr 4", "albany-med parsed 1", "other needs_person 3"]);
}

/// a request many write to at once is counted where it ended up, once.
pub async fn r_6_racing_writers_are_counted_once(harness: impl Harness<Store>) {
    let store = harness.open().await;
    race(RACERS, |index| {
        let store = Arc::clone(&store);
        async move {
            let mut request = sample::request(index % 4);
            surely(|| async { store.create(&request).await }).await;
            request.advance_to(Stage::ALL[index % Stage::ALL.len()], sample::at(9));
            let Some(found) = get(&store, index % 4).await else { return };
            // Whoever is late conflicts.
            let _ = tell(|| async { store.update(&request, found.version).await }).await;
        }
    })
    .await;
    assert_counted(&store).await;
    let counts = surely(|| async { store.counts().await }).await;
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 4);
}

pub(crate) async fn create(store: &Arc<Store>, request: &Request) {
    surely(|| async { store.create(request).await }).await;
}

/// Writes over a request that was only created.
pub(crate) async fn replace(store: &Arc<Store>, request: &Request) {
    tell(|| async { store.update(request, Version(1)).await }).await.must_have_happened(ErrorClass::Conflict);
}

pub(crate) async fn get(store: &Arc<Store>, number: usize) -> Option<Versioned<Request>> {
    surely(|| async { store.get(&sample::request_id(number)).await }).await
}

fn place(number: usize) -> RequestPlace {
    RequestPlace::of(&sample::request(number))
}

pub(crate) async fn listed(store: &Arc<Store>, filter: RequestFilter) -> Vec<usize> {
    surely(|| async { store.list(&filter).await }).await.iter().map(number).collect()
}

async fn page(store: &Arc<Store>, filter: &RequestFilter) -> Vec<usize> {
    let page = listed(store, filter.clone()).await;
    assert!(page.len() <= filter.limit.unwrap_or(usize::MAX));
    page
}

/// Every page until the first that is not full.
async fn paged(store: &Arc<Store>, mut filter: RequestFilter) -> Vec<Vec<usize>> {
    let mut pages = Vec::new();
    loop {
        let found = surely(|| async { store.list(&filter).await }).await;
        pages.push(found.iter().map(number).collect());
        match found.last() {
            Some(last) if Some(found.len()) == filter.limit => filter.after = Some(RequestPlace::of(last)),
            _ => return pages,
        }
    }
}

async fn assert_counted(store: &Arc<Store>) {
    let mut expected: BTreeMap<(PortalName, String), u64> = BTreeMap::new();
    for request in surely(|| async { store.list(&RequestFilter::default()).await }).await {
        *expected.entry((request.portal.clone(), request.standing().to_owned())).or_default() += 1;
    }
    let expected: Vec<RequestCount> = expected
        .into_iter()
        .map(|((portal, standing), count)| RequestCount { portal, standing, count })
        .collect();
    assert_eq!(surely(|| async { store.counts().await }).await, expected);
}

pub(crate) fn number(request: &Request) -> usize {
    (0..1_000).find(|number| sample::request_id(*number) == request.id).unwrap_or(usize::MAX)
}
