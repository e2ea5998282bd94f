//! Every sign of an ended session is seen, and nothing is asked on it again.

use crate::fake::{Ended, Fake, Fault};
use crate::{cookie, enter, error_of, portal, rows};
use domain::ids::Generation;
use domain::patient_scraper::Section;
use domain::ports::PortalError;
use domain::redacted::Redacted;
use std::sync::Arc;

#[tokio::test]
async fn either_style_ends_every_call_and_later_ones_do_not_ask() {
    for style in [Ended::Redirect, Ended::LoginPage] {
        let fake = Fake::start().await;
        let session = enter(&fake).await;
        let row = &rows(&*session).await[0];
        let chart = session.open_chart(row).await.unwrap();
        let listed = chart.list(Section::Notes).await.unwrap();
        fake.set(|switches| switches.ended = Some(style));
        assert_eq!(error_of(chart.fetch(&listed.rows[0]).await), PortalError::SessionLost);
        // The portal may be well again: this stay is over all the same.
        let asked = fake.set(|switches| {
            switches.ended = None;
            switches.asked.len()
        });
        assert_eq!(error_of(chart.list(Section::Notes).await), PortalError::SessionLost);
        assert_eq!(error_of(session.folders().await), PortalError::SessionLost);
        assert_eq!(error_of(session.mark_done(row).await), PortalError::SessionLost);
        assert_eq!(error_of(session.touch().await), PortalError::SessionLost);
        drop(chart);
        assert_eq!(error_of(session.open_chart(row).await), PortalError::SessionLost);
        assert_eq!(fake.set(|switches| switches.asked.len()), asked);
    }
}

#[tokio::test]
async fn a_login_page_in_place_of_a_document_is_no_document() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let chart = session.open_chart(&rows(&*session).await[0]).await.unwrap();
    let listed = chart.list(Section::Notes).await.unwrap();
    let page = "<html><body><form id='login-form'></form>";
    fake.set(|switches| switches.faults = [("/documents/", Fault::Html(page))].into());
    assert_eq!(error_of(chart.fetch(&listed.rows[0]).await), PortalError::SessionLost);
}

#[tokio::test]
async fn cookies_that_are_no_longer_good_make_no_session() {
    let fake = Fake::start().await;
    let portal = portal(&fake, &Arc::default());
    for cookies in [cookie("stale"), Redacted::from("no json"), Redacted::from("[]")] {
        assert_eq!(error_of(portal.resume(&cookies, Generation(1)).await), PortalError::SessionLost);
    }
}

#[tokio::test]
async fn an_account_that_logged_in_elsewhere_is_told_apart_from_time_that_ran_out() {
    for style in [Ended::Redirect, Ended::LoginPage] {
        let fake = Fake::start().await;
        let session = enter(&fake).await;
        fake.set(|switches| (switches.ended, switches.kicked) = (Some(style), true));
        assert_eq!(error_of(session.folders().await), PortalError::KickedOut);
        let asked = fake.set(|switches| switches.asked.len());
        // Whoever comes later is told the same, so that it does not matter who tells it first.
        assert_eq!(error_of(session.touch().await), PortalError::KickedOut);
        assert_eq!(fake.set(|switches| switches.asked.len()), asked);
    }
}

#[tokio::test]
async fn a_login_page_labelled_as_a_pdf_ends_the_session() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let chart = session.open_chart(&rows(&*session).await[0]).await.unwrap();
    let listed = chart.list(Section::Notes).await.unwrap();
    let page = b"\n<!-- x -->\n<!DOCTYPE html><form id='login-form'></form>";
    fake.set(|switches| switches.faults = [("/documents/", Fault::Bytes("application/pdf", page))].into());
    assert_eq!(error_of(chart.fetch(&listed.rows[0]).await), PortalError::SessionLost);
    assert_eq!(error_of(session.folders().await), PortalError::SessionLost);
}
