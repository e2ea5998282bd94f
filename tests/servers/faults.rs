//! Servers that are away at the start, and wrong answers to who we are: waited for, or refused with the reason.

use crate::back_ends::{ALL, Combination, variables};
use crate::health::{free_port, page};
use crate::support::{Connector, Hospital};
use simulator::FaultPlan;
use std::time::Duration;

const LONG: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_at_the_start_is_waited_for_and_named() {
    let mut hospital = Hospital::start(1, 9, FaultPlan::default()).await;
    hospital.variables = variables(Combination { mongodb: true, sqs: false, s3: false });
    let (nobody, health) = (free_port(), free_port());
    let store = format!("mongodb://127.0.0.1:{nobody}/epic");
    let listen = format!("127.0.0.1:{health}");
    let mut connector = Connector::start(
        &hospital,
        &[("EPIC_CONNECTOR__STORE", store.as_str()), ("EPIC_CONNECTOR__HEALTH__LISTEN", listen.as_str())],
    );
    let mut answer = None;
    let runs = connector.wait_until(LONG, || {
        answer = page(health, "/readyz");
        answer.as_ref().is_some_and(|(_, text)| text.contains("MongoDB"))
    });
    assert!(runs, "the service ended:\n{}", connector.log());
    let (status, text) = answer.expect("an answer");
    assert_eq!(status, 503, "{text}");
    assert_eq!(page(health, "/healthz").map(|(status, _)| status), Some(200));
    assert!(connector.log().contains("waiting for it to start with"), "{}", connector.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_service_on_the_same_database_is_refused() {
    let mut hospital = Hospital::start(1, 9, FaultPlan::default()).await;
    hospital.variables = variables(ALL);
    let health = free_port();
    let listen = format!("127.0.0.1:{health}");
    let mut first = Connector::start(&hospital, &[("EPIC_CONNECTOR__HEALTH__LISTEN", listen.as_str())]);
    let up = first.wait_until(LONG, || page(health, "/metrics").is_some_and(|(status, _)| status == 200));
    assert!(up, "the first service ended:\n{}", first.log());
    let elsewhere = tempfile::tempdir().expect("a folder");
    let data = elsewhere.path().display().to_string();
    let mut second = Connector::start(&hospital, &[("EPIC_CONNECTOR__DATA", data.as_str())]);
    let status = second.wait(LONG);
    assert_eq!(status.code(), Some(1), "{}", second.log());
    assert!(second.log().contains("another service"), "{}", second.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_ends_the_start_with_its_name() {
    let mut hospital = Hospital::start(1, 9, FaultPlan::default()).await;
    hospital.variables = variables(Combination { mongodb: false, sqs: false, s3: true });
    let mut connector =
        Connector::start(&hospital, &[("EPIC_CONNECTOR__BLOBS", "s3://no-such-bucket-of-ours/x")]);
    let status = connector.wait(LONG);
    assert_eq!(status.code(), Some(1), "{}", connector.log());
    assert!(connector.log().contains("no-such-bucket-of-ours"), "{}", connector.log());
}
