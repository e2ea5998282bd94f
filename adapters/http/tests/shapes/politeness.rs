//! What a portal is promised is kept over all its stays, and can be counted.

use crate::site::Site;
use crate::{JANE, cookie, document, portal, profile, row};
use domain::ids::Generation;
use domain::patient_scraper::Section;
use http_portal::Aids;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

const STATELESS: &str = r#"
stateless = true

[politeness]
open_charts = 2

[[sections]]
names = { notes = "notes" }
ask = { path = "/list/{section}?pt={chart}" }
list = { rows = "/rows" }
banner = { patient = { name = "/name", mrn = "/mrn", dob = "/dob" } }
id = "/id"
"#;

/// Polls a future many times; it must not get done.
async fn stays_pending<F: Future>(future: F) {
    let mut future = pin!(future);
    for _ in 0..50 {
        let pending =
            std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await;
        assert!(pending, "went on");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_full_minute_makes_every_stay_of_the_portal_wait() {
    let site = Site::start().await;
    let portal = portal(&site, profile("[politeness]\nrequests_per_minute = 4\n"), Aids::default());
    let first = portal.resume(&cookie(), Generation(1)).await.unwrap();
    let second = portal.resume(&cookie(), Generation(2)).await.unwrap();
    first.touch().await.unwrap();
    second.touch().await.unwrap();
    stays_pending(first.touch()).await;
    stays_pending(second.touch()).await;
    assert_eq!(site.asked().len(), 4);
    let counts = portal.politeness();
    assert_eq!((counts.requests, counts.busiest_minute, counts.most_at_once), (4, 4, 1));
}

#[tokio::test]
async fn no_more_run_at_once_than_promised() {
    let site = Site::start().await;
    let portal = portal(&site, profile("[politeness]\nparallel_requests = 2\n"), Aids::default());
    let session = portal.resume(&cookie(), Generation(1)).await.unwrap();
    site.json("GET /chart?pt=P1", JANE);
    let chart = session.open_chart(&row()).await.unwrap();
    site.viewer("GET /viewer/D1", "");
    site.html("GET /content/D1", "<p>Note</p>");
    let fetches = (0..12).map(|_| async { chart.fetch(&document(Section::Notes, "D1")).await.map(drop) });
    for fetched in futures::future::join_all(fetches).await {
        fetched.unwrap();
    }
    let counts = portal.politeness();
    assert_eq!((counts.requests, counts.most_at_once, counts.waited), (26, 2, 0));
}

#[tokio::test]
async fn charts_are_open_side_by_side_only_where_requests_name_their_patient() {
    for (sections, at_once) in [("stateless = false\n[politeness]\nopen_charts = 1\n", 1), (STATELESS, 2)] {
        let site = Site::start().await;
        let portal = portal(&site, profile(sections), Aids::default());
        let session = portal.resume(&cookie(), Generation(1)).await.unwrap();
        site.json("GET /chart?pt=P1", JANE);
        let mut open = Vec::new();
        for _ in 0..at_once {
            open.push(session.open_chart(&row()).await.unwrap());
        }
        stays_pending(session.open_chart(&row())).await;
        assert_eq!(site.count("GET /chart?pt=P1"), at_once);
        open.pop();
        session.open_chart(&row()).await.unwrap();
    }
}
