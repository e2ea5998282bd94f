//! From In Basket to hand-over, with the session ending on the way and the process killed on the way.

use crate::support::{Connector, Hospital, files_with, planted, processes_with};
use simulator::{ExpectedOutcome, ExpiryStyle, FaultPlan};
use std::path::Path;
use std::time::Duration;

/// Requests the profile allows at once: what one kill can cost.
const IN_FLIGHT_MAX: u64 = 6;

const LONG: Duration = Duration::from_mins(5);

#[tokio::test(flavor = "multi_thread")]
async fn every_story_ends_as_the_truth_says_and_nothing_shows_a_patient() {
    let hospital = Hospital::start(8, 3, FaultPlan::default()).await;
    let mut connector =
        Connector::start(&hospital, &[("EPIC_CONNECTOR__TELEMETRY__LOG_FILTER", "debug,hyper=info,h2=info")]);
    let status = connector.wait(LONG);
    hospital.assert_truth().await;
    let waits = hospital
        .truth()
        .messages
        .iter()
        .any(|message| message.expect.outcome == ExpectedOutcome::NeedsPerson);
    assert_eq!(status.code(), Some(if waits { 3 } else { 0 }), "3 says that something waits for a person");
    let stats = hospital.stats();
    assert_eq!((stats.logins, stats.passwords_wrong, stats.max_concurrent_sessions), (1, 0, 1));
    assert_eq!(stats.documents_refused, 0, "no document of another patient was asked for");
    assert!(stats.documents_served.values().all(|times| *times == 1), "a document was fetched twice");
    let own = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The hand-over is what the supplier is meant to read; the truth is the hospital's.
        ["handover", "truth.json", "mail"].contains(&name.as_str())
    };
    let shown = files_with(hospital.folder(), &planted(hospital.truth()), own);
    assert!(shown.is_empty(), "patients can be read in {shown:?}");
    assert!(processes_with(&hospital.folder().display().to_string()).is_empty(), "a browser was left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_costs_a_login_and_nothing_else() {
    let faults = FaultPlan {
        expire_session_after_requests: vec![25, 40, 60, 75],
        expiry_style: ExpiryStyle::Alternate,
        bad_gateway_every: 31,
        truncate_every: 7,
        ..FaultPlan::default()
    };
    let hospital = Hospital::start(5, 11, faults).await;
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    let stats = hospital.stats();
    assert!(stats.sessions_expired >= 3, "only {} sessions ended", stats.sessions_expired);
    assert_eq!(stats.logins, stats.sessions_expired + 1);
    assert!(stats.documents_served.values().all(|times| *times == 1), "a cached document was fetched again");
    let log = connector.log();
    assert!(log.contains("counted=false"), "the supervisor restarted nothing:\n{log}");
    assert!(!log.contains("counted=true"), "an ended session must not use up restarts:\n{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_started_again_it_goes_on_where_it_was() {
    let hospital = Hospital::start(4, 5, FaultPlan::default()).await;
    for point in [
        "inbox.stored",
        "scrape.document#3",
        "reassembly.stored",
        "ocr.page#2",
        "parse.signed",
        "route.receipt",
    ] {
        let mut connector = Connector::start(&hospital, &[("EPIC_CONNECTOR_STOP_AT", point)]);
        let status = connector.wait(LONG);
        assert!(status.code().is_none(), "{point} was not reached:\n{}", connector.log());
    }
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    let stats = hospital.stats();
    assert_eq!(stats.logins, 1, "the session lived on, so no further login");
    let again: u64 = stats.documents_served.values().map(|times| times - 1).sum();
    let in_flight = 6 * IN_FLIGHT_MAX;
    assert!(
        again <= in_flight,
        "{again} documents fetched again, more than the {in_flight} that could be in flight"
    );
    assert!(processes_with(&hospital.folder().display().to_string()).is_empty(), "a browser was left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_thrown_out_while_it_works_it_delivers_nothing_twice() {
    let hospital = Hospital::start(4, 9, FaultPlan::default()).await;
    let mut connector = Connector::start(&hospital, &[]);
    assert!(
        connector.wait_until(LONG, || hospital.stats().documents_served.len() >= 3),
        "over before it was disturbed"
    );
    connector.kill();
    hospital.expire_sessions();
    let mut connector = Connector::start(&hospital, &[]);
    let delivering = connector.wait_until(LONG, || !hospital.deliveries().is_empty());
    let first = hospital.deliveries();
    if delivering {
        connector.kill();
    } else {
        assert!(connector.has_ended().is_some());
    }
    let mut connector = Connector::start(&hospital, &[]);
    connector.wait(LONG);
    hospital.assert_truth().await;
    let last = hospital.deliveries();
    assert!(
        first.iter().all(|(name, receipt)| last.get(name) == Some(receipt)),
        "a delivery changed or is gone"
    );
    assert_eq!(hospital.stats().logins, 2, "one for each session the hospital gave");
}
