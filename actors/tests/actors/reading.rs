//! One reading of a chart: what is given up, what is left out, what is no longer trusted, what only a person may do.

use crate::bench::Bench;
use crate::charts::scrape_work;
use crate::gate::Gate;
use crate::hospital::script::Script;
use crate::hospital::stories::{Story, tell};
use actors::patient_scraper::{ChartReader, ScrapeError, ScrapeWork};
use actors::stage::StageFailure;
use domain::ids::Revision;
use domain::patient_scraper::{ChartBudget, DocumentAttempts, NotCaptured, Section};
use domain::ports::{PortalError, PortalSession};
use domain::request::{CapturedChart, Request};
use domain::retry::Cause;
use domain::session::SessionStatus;
use std::sync::Arc;
use std::time::Duration;

/// A hospital with a stay at it, and a scraper's work.
struct Ward {
    bench: Bench,
    gate: Gate,
    session: Arc<dyn PortalSession>,
    work: ScrapeWork,
}

impl Ward {
    async fn of(script: Script) -> Self {
        let (bench, mut gate) = (Bench::new(), Gate::at(script));
        gate.open();
        let SessionStatus::Ready { portal: session, .. } = gate.ready().await else { panic!("just seen") };
        let work = scrape_work(bench.environment.clone(), gate.watch(), Duration::from_secs(60));
        Self { bench, gate, session, work }
    }

    /// A request for the only message.
    async fn request(&self) -> Request {
        let mut request = self.bench.new_request(1, 1);
        for folder in self.session.folders().await.expect("read") {
            request.row = self.session.messages(&folder).await.expect("read").remove(0);
        }
        request
    }

    async fn read(&self, request: &Request) -> Result<CapturedChart, ScrapeError> {
        ChartReader::new(&self.work, request, Arc::clone(&self.session)).read().await
    }

    fn downloads(&self, epic_id: &str) -> u32 {
        self.gate.portal.tally().downloads.get(epic_id).copied().unwrap_or(0)
    }
}

fn why(chart: &CapturedChart, epic_id: &str) -> Option<NotCaptured> {
    let line = chart.ledger.iter().find(|line| line.epic_id.as_deref() == Some(epic_id));
    line.expect("it is listed").not_captured
}

#[tokio::test(start_paused = true)]
async fn a_document_that_never_comes_is_given_up_and_the_rest_goes_on() {
    let (mut script, _) = tell(&[Story::Complete]);
    let study = script.charts[0].files.iter_mut().find(|file| file.epic_id == "D0-study").expect("a study");
    study.broken = true;
    let ward = Ward::of(script).await;
    let request = ward.request().await;
    for _ in 1..DocumentAttempts::MAX {
        let failed = ward.read(&request).await.expect_err("it never comes");
        assert!(matches!(failed, ScrapeError::Portal(PortalError::Unavailable { .. })), "{failed:?}");
    }
    let chart = ward.read(&request).await.expect("given up");
    assert_eq!(why(&chart, "D0-study"), Some(NotCaptured::TimedOut));
    assert_eq!(why(&chart, "D0-order"), None);
    assert_eq!(chart.incomplete().expect("a gap").code, "incomplete:media");
}

#[tokio::test(start_paused = true)]
async fn what_the_budget_does_not_allow_is_left_out_with_its_reason() {
    let mut ward = Ward::of(tell(&[Story::Complete]).0).await;
    ward.work.rules.budget = ChartBudget { documents: 2, ..ChartBudget::default() };
    let request = ward.request().await;
    let chart = ward.read(&request).await.expect("read");
    assert_eq!(chart.fragments.len(), 2);
    assert_eq!(why(&chart, "D0-study"), Some(NotCaptured::OverBudget));
    assert!(chart.incomplete().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_full_hour_is_waited_for() {
    let mut ward = Ward::of(tell(&[Story::Complete]).0).await;
    ward.work.rules.charts_per_hour = 1;
    let request = ward.request().await;
    ward.read(&request).await.expect("the first");
    let again = Request { revision: Revision(2), ..request };
    let failed = ward.read(&again).await.expect_err("the hour is full");
    let ScrapeError::Stage(StageFailure::Failed { cause: Cause::Throttled, retry_after: Some(wait), .. }) =
        failed
    else {
        panic!("{failed:?}")
    };
    tokio::time::sleep(wait).await;
    ward.read(&again).await.expect("there is room again");
}

#[tokio::test(start_paused = true)]
async fn after_another_patients_banner_what_came_since_the_last_good_one_is_fetched_again() {
    let ward = Ward::of(tell(&[Story::OtherBanner]).0).await;
    let request = ward.request().await;
    let failed = ward.read(&request).await.expect_err("another patient");
    assert!(matches!(failed, ScrapeError::Portal(PortalError::WrongPatient { .. })), "{failed:?}");
    let again = Request { revision: Revision(2), ..request };
    ward.read(&again).await.expect_err("still another patient");
    // Lists come before documents, so a wrong banner over one of them is met before anything is downloaded.
    for document in ["D0-order", "D0-note", "D0-study"] {
        assert_eq!(ward.downloads(document), 0, "nothing is fetched beside that banner: {document}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_portal_that_hiccups_is_looked_at_twice() {
    let ward = Ward::of(tell(&[Story::Hiccups]).0).await;
    let request = ward.request().await;
    let chart = ward.read(&request).await.expect("read");
    assert_eq!(why(&chart, "D0-study"), None);
    assert_eq!(ward.downloads("D0-study"), 2, "the first download was thrown away");
}

#[tokio::test(start_paused = true)]
async fn a_chart_that_asks_for_a_reason_goes_to_a_person_with_words() {
    for (story, code) in [(Story::BreakTheGlass, "break_the_glass"), (Story::AccessEnded, "access_ended")] {
        let ward = Ward::of(tell(&[story]).0).await;
        let request = ward.request().await;
        let failed = ward.read(&request).await.expect_err("refused");
        let ScrapeError::Stage(StageFailure::NeedsPerson(reasons)) = failed else { panic!("{failed:?}") };
        assert_eq!(reasons[0].code, code);
        assert!(reasons[0].text.len() > 40, "{}", reasons[0].text);
    }
}

#[tokio::test(start_paused = true)]
async fn only_order_and_facesheet_are_read_while_no_item_is_told() {
    let ward = Ward::of(tell(&[Story::Untold]).0).await;
    let mut request = ward.request().await;
    let chart = ward.read(&request).await.expect("read");
    let sections: Vec<Section> = chart.fragments.iter().map(|fragment| fragment.listed.section).collect();
    assert_eq!((chart.families.as_slice(), sections), (&[][..], vec![Section::Orders, Section::Snapshot]));
    request.read_again(vec!["pap".to_owned()]);
    let chart = ward.read(&request).await.expect("read");
    assert_eq!((chart.families, chart.fragments.len()), (vec!["pap".to_owned()], 4));
    assert_eq!(ward.downloads("D0-order"), 1);
}
