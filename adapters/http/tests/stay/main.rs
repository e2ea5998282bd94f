//! A stay at a small portal of our own, built after the shipped profile: what is read, and every way in which
//! a portal can go wrong.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod ends;
mod fake;
mod faults;
mod patients;
mod reads;
mod shell;

use domain::cookies::{self, SessionCookie};
use domain::ids::Generation;
use domain::inbox::{InboxFolder, InboxRow};
use domain::ports::{PortalError, PortalSession};
use domain::profile::Profile;
use domain::redacted::Redacted;
use fake::{Fake, SESSION};
use http_portal::{Aids, HttpPortal};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// The shipped profile, for a server that keeps the open chart, with limits that let a test fail quickly.
fn profile() -> Profile {
    let mut profile: Profile =
        toml::from_str(include_str!("../../../../config/portals/hospital-b.toml")).unwrap();
    profile.stateless = false;
    profile.politeness.open_charts = 1;
    profile.limits.request_timeout_ms = 5000;
    profile.limits.download_bytes_max = 100_000;
    profile
}

fn cookie(value: &str) -> Redacted<String> {
    let cookie = SessionCookie {
        name: "ECLSESSION".into(),
        value: value.into(),
        domain: "127.0.0.1".into(),
        path: "/EpicCareLink".into(),
        secure: false,
    };
    cookies::to_text(&[cookie]).unwrap()
}

fn portal(fake: &Fake, requests: &Arc<AtomicU64>) -> HttpPortal {
    HttpPortal::new(Arc::new(profile()), &fake.base, Arc::clone(requests), Aids::default()).unwrap()
}

async fn enter(fake: &Fake) -> Arc<dyn PortalSession> {
    portal(fake, &Arc::default()).resume(&cookie(SESSION), Generation(7)).await.unwrap()
}

async fn rows(session: &dyn PortalSession) -> Vec<InboxRow> {
    let folder = InboxFolder { id: "f-12".into(), name: "CC'd Charts".into() };
    session.messages(&folder).await.unwrap()
}

/// The error of a call whose good answer cannot be shown.
fn error_of<T>(result: Result<T, PortalError>) -> PortalError {
    match result {
        Ok(_) => panic!("must not succeed"),
        Err(error) => error,
    }
}
