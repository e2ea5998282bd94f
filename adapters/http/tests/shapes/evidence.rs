//! Pages that are not as described, or show another patient, are kept for a person; errors hold nothing of them.

use crate::site::Site;
use crate::{RICHARD, enter_with, error_of, row};
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::ports::{Clock, Evidence, EvidenceLine, EvidenceStore, PagePicture, PortResult};
use http_portal::{Aids, EvidenceKeeper};
use jiff::Timestamp;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Shelf(Mutex<Vec<Evidence>>);

#[async_trait]
impl EvidenceStore for Shelf {
    async fn keep(&self, evidence: &Evidence) -> PortResult<String> {
        self.0.lock().unwrap().push(evidence.clone());
        Ok(String::new())
    }

    async fn list(&self, _: Option<&PortalName>) -> PortResult<Vec<EvidenceLine>> {
        Ok(Vec::new())
    }

    async fn get(&self, _: &str) -> PortResult<Option<PagePicture>> {
        Ok(None)
    }

    async fn purge(&self, _: Timestamp) -> PortResult<u64> {
        Ok(0)
    }
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }
}

#[tokio::test]
async fn the_page_is_kept_and_the_error_says_only_which_key_failed() {
    let site = Site::start().await;
    let shelf = Arc::new(Shelf::default());
    let keeper = EvidenceKeeper {
        store: Arc::clone(&shelf) as Arc<dyn EvidenceStore>,
        clock: Arc::new(Noon),
        portal: PortalName::new("st-peters"),
    };
    let aids = Aids { drawer: None, evidence: Some(keeper) };
    let session = enter_with(&site, "", aids).await;
    site.json("GET /chart?pt=P1", RICHARD);
    let error = error_of(session.open_chart(&row()).await).to_string();
    assert_eq!(error, "the chart's banner shows another patient");
    site.forget("GET /chart?pt=P1");
    site.json("GET /chart?pt=P1", r#"{"name": "Doe, Jane A"}"#);
    let error = error_of(session.open_chart(&row()).await).to_string();
    assert!(error.ends_with(r#"chart.banner.patient.mrn "/mrn": nothing there"#), "{error}");
    site.forget("GET /chart?pt=P1");
    site.html("GET /chart?pt=P1", "<h1>Jane Doe is elsewhere</h1>");
    for _ in 0..5 {
        error_of(session.open_chart(&row()).await);
    }
    let kept = shelf.0.lock().unwrap();
    assert_eq!(kept.len(), 2 + 3, "of one kind no more than three");
    assert_eq!(
        (kept[0].page.as_str(), kept[0].signal.as_str()),
        ("the chart's banner", "shows another patient: Mrn")
    );
    assert!(kept[0].picture.html.as_ref().unwrap().reveal().contains("Roe"));
    assert!(kept[2].picture.html.as_ref().unwrap().reveal().contains("elsewhere"));
    assert!(!format!("{:?}", kept[2]).contains("Jane"));
}
