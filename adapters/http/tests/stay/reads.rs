//! What a good portal's pages are read as.

use crate::fake::Fake;
use crate::{cookie, enter, portal, profile, rows};
use domain::ids::Generation;
use domain::inbox::InboxFolder;
use domain::patient_scraper::{ContentKind, Section};
use domain::profile::Value;
use http_portal::{Aids, HttpPortal};
use jiff::civil::date;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[tokio::test]
async fn the_in_basket_is_read_by_the_profile() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    assert_eq!(session.generation(), Generation(7));
    let folders = session.folders().await.unwrap();
    assert_eq!(folders, vec![InboxFolder { id: "f-12".into(), name: "CC'd Charts".into() }]);
    let rows = session.messages(&folders[0]).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.message_id.reveal().as_str()).collect::<Vec<_>>(),
        ["M1", "M2", "M3"]
    );
    let row = &rows[0];
    assert_eq!(row.folder, "CC'd Charts");
    assert_eq!(row.received, date(2026, 11, 20).at(9, 14, 0, 0));
    assert_eq!(row.chart_ref.reveal(), "Z1");
    assert_eq!(row.patient.dob.as_ref().unwrap().reveal(), &date(1956, 12, 1));
    assert_eq!(session.message_body(row).await.unwrap().reveal(), "Please see the order.");
    session.touch().await.unwrap();
}

#[tokio::test]
async fn a_chart_is_read_section_by_section_and_document_by_document() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let row = &rows(&*session).await[0];
    let chart = session.open_chart(row).await.unwrap();
    let listed = chart.list(Section::Notes).await.unwrap();
    assert_eq!(listed.banner.mrn.reveal(), "E1");
    let [note, scan] = &listed.rows[..] else { panic!("two rows") };
    assert_eq!(
        (note.epic_id.as_str(), note.section, note.service_date),
        ("D1", Section::Notes, Some(date(2026, 11, 2)))
    );
    assert_eq!(note.edited, Some(date(2026, 11, 12).at(16, 10, 0, 0)));
    assert_eq!((scan.epic_type.as_str(), scan.service_date, scan.edited), ("notes", None, None));
    let pdf = chart.fetch(note).await.unwrap();
    assert_eq!(
        (pdf.files[0].kind, &pdf.files[0].bytes[..], pdf.header.mrn.reveal().as_str()),
        (ContentKind::Pdf, &b"%PDF-1.7 whole"[..], "E1")
    );
    let html = chart.fetch(scan).await.unwrap();
    assert_eq!(html.files[0].kind, ContentKind::Html);
}

#[tokio::test]
async fn done_is_pressed_with_a_token_that_is_renewed_when_it_is_worn_out() {
    let fake = Fake::start().await;
    let session = enter(&fake).await;
    let row = &rows(&*session).await[0];
    session.mark_done(row).await.unwrap();
    fake.set(|switches| switches.token = 5);
    session.mark_done(row).await.unwrap();
    assert_eq!(fake.set(|switches| switches.done.clone()), vec!["M1", "M1"]);
    let homes = fake.set(|switches| switches.asked.iter().filter(|path| path.ends_with("/home")).count());
    assert_eq!(homes, 2, "once at the door, once for the new token");
}

#[tokio::test]
async fn requests_are_counted() {
    let fake = Fake::start().await;
    let requests = Arc::new(AtomicU64::new(0));
    let session = portal(&fake, &requests).resume(&cookie("good"), Generation(1)).await.unwrap();
    session.folders().await.unwrap();
    assert_eq!(requests.load(Ordering::Relaxed), 2);
}

#[test]
fn what_is_no_portal_is_told_with_all_mistakes() {
    let make = |profile, url| HttpPortal::new(Arc::new(profile), url, Arc::default(), Aids::default());
    assert!(make(profile(), "carelink.example").unwrap_err().to_string().contains("https://"));
    let mut bad = profile();
    bad.document.header.patient.mrn = Value::Short("((".into());
    bad.zone = "Nowhere".into();
    let error = make(bad, "https://carelink.example").unwrap_err().to_string();
    assert!(error.contains("document.header.patient.mrn") && error.contains("zone"), "{error}");
    let good = make(profile(), "https://carelink.example").unwrap();
    assert_eq!(good.login_url(), "https://carelink.example/EpicCareLink/login");
}
