//! No screen that shows another patient is believed, and no two charts are open at once.

use crate::fake::{Fake, Fault};
use crate::{enter, error_of, rows};
use domain::patient::IdentityConflict;
use domain::patient_scraper::Section;
use domain::ports::PortalError;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

fn wrong(screen: &str) -> PortalError {
    PortalError::WrongPatient { screen: screen.into(), conflict: IdentityConflict::Mrn }
}

#[tokio::test]
async fn every_screen_with_another_patient_is_refused() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let row = &rows(&*session).await[0];
    let set = |place| fake.set(|switches| switches.faults = [(place, Fault::WrongBanner)].into());

    set("/chart/open");
    assert_eq!(error_of(session.open_chart(row).await), wrong("the chart's banner"));
    set("nothing");
    let chart = session.open_chart(row).await.unwrap();
    let listed = chart.list(Section::Orders).await.unwrap();
    set("/api/chart/");
    assert_eq!(error_of(chart.list(Section::Orders).await), wrong("the list's banner"));
    set("/viewer/");
    assert_eq!(error_of(chart.fetch(&listed.rows[0]).await), wrong("the viewer's header"));
    let asked =
        fake.set(|switches| switches.asked.iter().filter(|path| path.contains("/documents/")).count());
    assert_eq!(asked, 0, "nothing is downloaded from under another patient's header");
}

#[tokio::test]
async fn a_message_of_another_patient_is_refused() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let [first, second, _] = &rows(&*session).await[..] else { panic!("three rows") };
    let mut mixed = first.clone();
    mixed.message_id = second.message_id.clone();
    assert_eq!(error_of(session.message_body(&mixed).await), wrong("the message"));
}

#[tokio::test]
async fn a_second_chart_waits_until_the_first_is_closed() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let [jane, richard, _] = &rows(&*session).await[..] else { panic!("three rows") };
    let chart = session.open_chart(jane).await.unwrap();
    let mut second = pin!(session.open_chart(richard));
    let waits = std::future::poll_fn(|context| Poll::Ready(second.as_mut().poll(context).is_pending())).await;
    assert!(waits);
    let opened =
        || fake.set(|switches| switches.asked.iter().filter(|path| path.ends_with("/chart/open")).count());
    assert_eq!(opened(), 1);
    drop(chart);
    second.await.unwrap();
    assert_eq!(opened(), 2);
}
