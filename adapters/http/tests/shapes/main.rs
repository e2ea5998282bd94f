//! Every construct of the portal language, each on a page of the shape it is for: pages as portals make them, most of
//! them of shapes that the synthetic hospitals do not have.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod asks;
mod documents;
mod downloads;
mod evidence;
mod lists;
mod paging;
mod politeness;
mod signals;
mod site;
mod values;

use domain::cookies::{self, SessionCookie};
use domain::ids::Generation;
use domain::inbox::{InboxFolder, InboxRow};
use domain::patient::PatientIdentity;
use domain::patient_scraper::{ListedDocument, Section};
use domain::ports::{OpenChart, PageDrawer, PortalError, PortalSession};
use domain::profile::Profile;
use domain::redacted::Redacted;
use http_portal::{Aids, HttpPortal};
use jiff::civil::date;
use site::Site;
use std::sync::Arc;

/// A profile made of the shipped one and the sections that a test is about.
fn profile(sections: &str) -> Profile {
    let mut whole: toml::Table =
        toml::from_str(include_str!("../../../../config/portals/hospital-b.toml")).unwrap();
    let plain: toml::Table = toml::from_str(include_str!("plain.toml")).unwrap();
    let asked: toml::Table = toml::from_str(sections).unwrap();
    for (key, value) in plain.into_iter().chain(asked) {
        whole.insert(key, value);
    }
    whole.try_into().unwrap()
}

fn portal(site: &Site, profile: Profile, aids: Aids) -> HttpPortal {
    HttpPortal::new(Arc::new(profile), &site.base, Arc::default(), aids).unwrap()
}

fn cookie() -> Redacted<String> {
    let cookie = SessionCookie {
        name: "STAY".into(),
        value: "good".into(),
        domain: "127.0.0.1".into(),
        path: "/".into(),
        secure: false,
    };
    cookies::to_text(&[cookie]).unwrap()
}

async fn enter_with(site: &Site, sections: &str, aids: Aids) -> Arc<dyn PortalSession> {
    portal(site, profile(sections), aids).resume(&cookie(), Generation(1)).await.unwrap()
}

async fn enter(site: &Site, sections: &str) -> Arc<dyn PortalSession> {
    enter_with(site, sections, Aids::default()).await
}

async fn enter_drawing(site: &Site, sections: &str, drawer: Arc<dyn PageDrawer>) -> Arc<dyn PortalSession> {
    enter_with(site, sections, Aids { drawer: Some(drawer), evidence: None }).await
}

fn folder() -> InboxFolder {
    InboxFolder { id: "3".into(), name: "CC Charts".into() }
}

fn jane() -> PatientIdentity {
    PatientIdentity {
        name: "Doe, Jane A".into(),
        mrn: "00123456".into(),
        dob: Some(Redacted::new(date(1956, 11, 20))),
    }
}

/// A message of Jane's.
fn row() -> InboxRow {
    InboxRow {
        message_id: "M1".into(),
        folder: "CC Charts".into(),
        chart_type: String::new(),
        subject: "".into(),
        from: "".into(),
        received: date(2026, 11, 20).at(9, 14, 0, 0),
        patient: jane(),
        chart_ref: "P1".into(),
    }
}

/// A listed document of Jane's.
fn document(section: Section, id: &str) -> ListedDocument {
    ListedDocument {
        epic_id: id.into(),
        section,
        title: "".into(),
        epic_type: String::new(),
        service_date: None,
        author: None,
        status: None,
        edited: None,
    }
}

/// Jane's chart; the site says so.
async fn chart(site: &Site, session: &dyn PortalSession) -> Box<dyn OpenChart> {
    site.json("GET /chart?pt=P1", JANE);
    session.open_chart(&row()).await.unwrap()
}

/// Jane, as the plain profile's JSON shows her.
const JANE: &str = r#"{"name": "Doe, Jane A", "mrn": "00123456", "dob": "11/20/1956"}"#;

/// Somebody else.
const RICHARD: &str = r#"{"name": "Roe, Richard", "mrn": "00777777", "dob": "01/05/1960"}"#;

/// The error of a call whose good answer cannot be shown.
fn error_of<T>(result: Result<T, PortalError>) -> PortalError {
    match result {
        Ok(_) => panic!("must not succeed"),
        Err(error) => error,
    }
}

fn unavailable(cause: &str) -> PortalError {
    PortalError::Unavailable { cause: cause.into() }
}

fn unexpected(page: &str, signal: &str) -> PortalError {
    PortalError::UnexpectedPage { page: page.into(), signal: signal.into() }
}
