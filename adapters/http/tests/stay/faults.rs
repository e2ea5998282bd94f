//! A portal that fails is told apart from one that refuses, and from one that has changed.

use crate::fake::{Fake, Fault};
use crate::{cookie, enter, error_of, profile, rows};
use domain::ids::Generation;
use domain::inbox::InboxFolder;
use domain::patient_scraper::Section;
use domain::ports::{PortalError, Refusal};
use domain::profile::{Paging, Value};
use http_portal::{Aids, HttpPortal};
use std::sync::Arc;
use std::time::Duration;

fn unavailable(cause: &str) -> PortalError {
    PortalError::Unavailable { cause: cause.into() }
}

#[tokio::test]
async fn statuses_have_their_meanings() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let what = "the list of folders";
    for (status, expected) in [
        (502, unavailable("the list of folders: HTTP 502")),
        (503, unavailable("the list of folders: HTTP 503")),
        (500, unavailable("the list of folders: HTTP 500")),
        (429, PortalError::Throttled { retry_after: Some(Duration::from_secs(9)) }),
        (403, PortalError::NotPermitted { what: what.into(), why: Refusal::Forbidden }),
        (404, PortalError::NotFound { what: what.into() }),
        (418, PortalError::UnexpectedPage { page: what.into(), signal: "HTTP 418".into() }),
        (302, PortalError::UnexpectedPage { page: what.into(), signal: "redirected nowhere".into() }),
    ] {
        fake.set(|switches| switches.faults = [("/folders", Fault::Status(status))].into());
        assert_eq!(error_of(session.folders().await), expected, "{status}");
    }
    fake.set(|switches| switches.faults.clear());
    session.folders().await.unwrap();
}

#[tokio::test]
async fn a_refused_change_is_refused_once_its_token_is_sure() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let row = &rows(&*session).await[0];
    fake.set(|switches| switches.faults = [("/done", Fault::Status(403))].into());
    let expected =
        PortalError::NotPermitted { what: "setting the message Done".into(), why: Refusal::Forbidden };
    assert_eq!(error_of(session.mark_done(row).await), expected);
}

#[tokio::test]
async fn downloads_cut_short_or_too_long_are_no_documents() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let chart = session.open_chart(&rows(&*session).await[0]).await.unwrap();
    let mut document = chart.list(Section::Notes).await.unwrap().rows.remove(0);
    fake.set(|switches| switches.faults = [("/documents/", Fault::Truncated)].into());
    assert_eq!(error_of(chart.fetch(&document).await), unavailable("the document: cut short on its way"));
    fake.set(|switches| switches.faults.clear());
    chart.fetch(&document).await.unwrap();

    let unexpected =
        |page: &str, signal: &str| PortalError::UnexpectedPage { page: page.into(), signal: signal.into() };
    document.epic_id = "D4".into();
    let error = error_of(chart.fetch(&document).await);
    assert_eq!(error, PortalError::TooLarge { what: "the document".into(), limit_bytes: 100_000 });
    document.epic_id = "D3".into();
    let error = error_of(chart.fetch(&document).await);
    assert_eq!(error, unexpected("the document", "a link that leads away from the portal"));
    document.epic_id = "..".into();
    assert_eq!(
        error_of(chart.fetch(&document).await),
        unexpected("the document's viewer", "document.viewer.path: {document} is an id that is none")
    );
}

#[tokio::test]
async fn pages_that_have_changed_are_named_without_their_contents() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let folder = InboxFolder { id: "f-12".into(), name: "CC'd Charts".into() };
    fake.set(|switches| switches.faults = [("/messages", Fault::Html("<h1>Doe, Jane</h1>"))].into());
    let error = error_of(session.messages(&folder).await);
    assert_eq!(
        error.to_string(),
        "the list of messages is not what the profile describes: HTML where JSON is described"
    );
    fake.set(|switches| switches.faults = [("/messages", Fault::Html(""))].into());
    let error = error_of(session.messages(&folder).await);
    assert_eq!(error, unavailable("the list of messages: an empty answer"));
    fake.set(|switches| switches.faults.clear());
    for (key, change) in [
        ("messages.received \"/subject\": no date with time as formats.date_times says", 0),
        ("messages.patient.mrn \"/patient/number\": nothing there", 1),
        ("messages.list.rows \"/lines\": no list there", 2),
        ("messages.list.paging.page: another page than the one asked for", 3),
    ] {
        let mut other = profile();
        match change {
            0 => other.messages.received = Value::Short("/subject".into()),
            1 => other.messages.patient.mrn = Value::Short("/patient/number".into()),
            2 => other.messages.list.rows = "/lines".into(),
            _ => {
                let (page, count) = (Value::Short("/pageCount".into()), Value::Short("/pageCount".into()));
                other.messages.list.paging = Paging::Number { page, count };
            }
        }
        let portal = HttpPortal::new(Arc::new(other), &fake.base, Arc::default(), Aids::default()).unwrap();
        let session = portal.resume(&cookie("good"), Generation(1)).await.unwrap();
        let error = error_of(session.messages(&folder).await).to_string();
        assert_eq!(error, format!("the list of messages is not what the profile describes: {key}"));
        assert!(!error.contains("Doe"));
    }
}

#[tokio::test]
async fn a_portal_that_is_not_there_is_unavailable() {
    let portal =
        HttpPortal::new(Arc::new(profile()), "http://127.0.0.1:9", Arc::default(), Aids::default()).unwrap();
    let error = error_of(portal.resume(&cookie("good"), Generation(1)).await);
    assert_eq!(error, unavailable("the home page: cannot be reached"));
}
