//! The shell read for its shape: what fits, what is masked, that nothing is opened.

use crate::fake::{Fake, SESSION};
use crate::{cookie, portal, profile};
use domain::drift::{MaskedKind, Verdict, compare};
use domain::ports::{PortalError, PortalShell};
use http_portal::{Aids, HttpPortal};
use std::sync::Arc;

#[tokio::test]
async fn the_shell_is_read_masked_and_fits_the_shipped_profile() {
    let fake = Fake::start().await;
    let pages = portal(&fake, &Arc::default()).shell(&cookie(SESSION)).await.unwrap();
    let names: Vec<&str> = pages.iter().map(|page| page.masked.shape.page.as_str()).collect();
    assert_eq!(names, ["home", "folders", "messages"]);
    for page in &pages {
        let failing: Vec<_> = page.masked.shape.checks.iter().filter(|check| !check.fits).collect();
        assert!(failing.is_empty(), "{failing:?}");
        assert_eq!(compare(Some(&page.masked.shape), &page.masked.shape).verdict, Verdict::Same);
        for planted in ["Doe", "Jane", "E1234567", "1956"] {
            assert!(!page.masked.source.contains(planted), "{planted} in {}", page.masked.source);
        }
    }
    assert_eq!(pages[2].masked.kind, MaskedKind::Json);
    assert!(pages[2].masked.shape.checks.iter().any(|check| check.key == "messages.patient"));
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_named() {
    let fake = Fake::start().await;
    let mut profile = profile();
    profile.messages.received = domain::profile::Value::Short("/arrived".into());
    profile.folders.list.rows = "/cabinets".into();
    let portal = HttpPortal::new(Arc::new(profile), &fake.base, Arc::default(), Aids::default()).unwrap();
    let pages = portal.shell(&cookie(SESSION)).await.unwrap();
    let failing: Vec<&str> = pages
        .iter()
        .flat_map(|page| &page.masked.shape.checks)
        .filter(|check| !check.fits)
        .map(|check| check.key.as_str())
        .collect();
    assert_eq!(failing, ["folders.list.rows"], "what lies behind a page that does not fit is left out");
}

#[tokio::test]
async fn an_ended_session_is_told() {
    let fake = Fake::start().await;
    let ended = portal(&fake, &Arc::default()).shell(&cookie("gone")).await;
    assert!(matches!(ended, Err(PortalError::SessionLost)), "{:?}", ended.err());
}
