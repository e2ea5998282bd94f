//! What the actors write into the audit log, when, and what they leave undone where they cannot.

use crate::bench::{Bench, until};
use crate::charts::scrape_work;
use crate::gate::Gate;
use crate::hospital::portal::{Account, Witnessed};
use crate::hospital::script::Script;
use crate::hospital::stories::{Story, tell};
use actors::audit::AuditTrail;
use actors::environment::Environment;
use actors::patient_scraper::{ChartReader, ScrapeError};
use actors::stage::StageFailure;
use domain::audit::{AuditAction, AuditEntry, AuditOutcome, Verifier};
use domain::ports::PortalSession;
use domain::request::{CapturedChart, Request};
use domain::retry::Cause;
use domain::session::SessionStatus;
use memory::{Faults, Faulty, MemoryAudit};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

const BEFORE: Faults =
    Faults { fail_before: 1_000, fail_after: 0, deliver_twice: 0, expire_early: 0, yields_max: 0 };

fn entries(audit: &MemoryAudit) -> Vec<AuditEntry> {
    audit.records().into_iter().map(|record| record.entry).collect()
}

fn shapes(entries: &[AuditEntry]) -> Vec<(AuditAction, AuditOutcome, Option<&str>)> {
    entries.iter().map(|entry| (entry.action, entry.outcome, entry.why.as_deref())).collect()
}

/// A hospital with a stay at it, and one reader's world.
struct Ward {
    bench: Bench,
    gate: Gate,
    session: Arc<dyn PortalSession>,
}

impl Ward {
    async fn of(stories: &[Story]) -> Self {
        let (bench, mut gate) = (Bench::new(), Gate::at(tell(stories).0));
        gate.open();
        let SessionStatus::Ready { portal: session, .. } = gate.ready().await else { panic!("just seen") };
        Self { bench, gate, session }
    }

    /// A request for the first message in the In Basket.
    async fn request(&self, number: u32) -> Request {
        let mut request = self.bench.new_request(number, 1);
        for folder in self.session.folders().await.expect("read") {
            if let Some(row) = self.session.messages(&folder).await.expect("read").into_iter().next() {
                request.row = row;
            }
        }
        request
    }

    async fn read(&self, environment: Environment, request: &Request) -> Result<CapturedChart, ScrapeError> {
        let work = scrape_work(environment, self.gate.watch(), Duration::from_secs(60));
        ChartReader::new(&work, request, Arc::clone(&self.session)).read().await
    }

    fn rough(&self, faults: Faults) -> (Environment, Arc<Faulty<MemoryAudit>>) {
        let audit = Arc::new(Faulty::new(self.bench.stores.audit.clone(), faults, 3));
        (
            Environment { audit: Arc::new(AuditTrail::new(audit.clone())), ..self.bench.environment.clone() },
            audit,
        )
    }

    fn written(&self) -> Vec<AuditEntry> {
        entries(&self.bench.stores.audit)
    }
}

#[tokio::test(start_paused = true)]
async fn a_chart_is_written_down_before_it_is_asked_for_and_its_documents_after() {
    let ward = Ward::of(&[Story::Complete]).await;
    let audit = ward.bench.stores.audit.clone();
    ward.gate.portal.set_witness(Arc::new(move |witnessed| match witnessed {
        Witnessed::Chart(_) => audit.records().is_empty().then(|| "nothing was written before".to_owned()),
        _ => None,
    }));
    let request = ward.request(1).await;
    let chart = ward.read(ward.bench.environment.clone(), &request).await.expect("read");
    assert!(ward.gate.portal.tally().problems.is_empty());
    let written = ward.written();
    let opened = (AuditAction::ChartOpened, AuditOutcome::Begun, None);
    let read = (AuditAction::DocumentRead, AuditOutcome::Done, None);
    let shapes = shapes(&written);
    assert_eq!(shapes[..3], [opened, read, (AuditAction::ChartOpened, AuditOutcome::Done, None)]);
    assert_eq!(shapes[3..], vec![read; chart.fragments.len()]);
    let subjects: BTreeSet<&str> = written.iter().filter_map(|entry| entry.subject.as_deref()).collect();
    assert!(chart.fragments.iter().all(|fragment| subjects.contains(fragment.id.as_str())));
    for entry in &written {
        assert_eq!(
            (&entry.patient, &entry.request),
            (&Some(request.patient.clone()), &Some(request.id.clone()))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_chart_that_cannot_be_written_down_is_not_opened() {
    let ward = Ward::of(&[Story::Complete]).await;
    let request = ward.request(1).await;
    let (environment, audit) = ward.rough(BEFORE);
    let failed = ward.read(environment.clone(), &request).await.expect_err("nothing can be written");
    let ScrapeError::Stage(StageFailure::Failed { cause, .. }) = failed else {
        panic!("not a stage's failure")
    };
    assert_eq!(cause, Cause::BackEndAway, "it is tried again");
    let tally = ward.gate.portal.tally();
    assert_eq!((tally.charts_opened, tally.downloads.len()), (0, 0));
    audit.set_faults(Faults::default());
    ward.read(environment, &request).await.expect("read once the log is back");
}

#[tokio::test(start_paused = true)]
async fn lost_answers_cost_no_entry_and_make_none_twice() {
    let ward = Ward::of(&[Story::Complete]).await;
    let request = ward.request(1).await;
    let (environment, _) = ward.rough(Faults { fail_before: 300, fail_after: 300, ..BEFORE });
    let mut tries = 1;
    let chart = loop {
        match ward.read(environment.clone(), &request).await {
            Ok(chart) => break chart,
            Err(_) => tries += 1,
        }
        assert!(tries < 100);
    };
    let (records, sealer) = (ward.bench.stores.audit.records(), &ward.bench.stores.sealer);
    let mut verifier = Verifier::new(None);
    assert!(records.iter().all(|record| verifier.take(record, sealer.as_ref()).is_ok()));
    let written = ward.written();
    let begun = written.iter().filter(|entry| entry.outcome == AuditOutcome::Begun).count();
    assert!(begun >= ward.gate.portal.tally().charts_opened as usize);
    for fragment in &chart.fragments {
        let own = written.iter().filter(|entry| entry.subject.as_deref() == Some(fragment.id.as_str()));
        let (kept, downloaded): (Vec<_>, Vec<_>) = own.partition(|entry| entry.why.is_some());
        assert!(kept.len() <= 1 && downloaded.len() <= 1 && kept.len() + downloaded.len() > 0);
    }
}

#[tokio::test(start_paused = true)]
async fn documents_kept_from_another_request_stand_under_this_one_too() {
    let ward = Ward::of(&[Story::Complete]).await;
    let environment = || ward.bench.environment.clone();
    let (first, second) = (ward.request(1).await, ward.request(2).await);
    ward.read(environment(), &first).await.expect("read");
    let before = ward.written().len();
    let chart = ward.read(environment(), &second).await.expect("read");
    let written = ward.written();
    let kept: BTreeSet<&str> = written[before..]
        .iter()
        .filter(|entry| {
            entry.why.as_deref() == Some("kept_copy") && entry.request.as_ref() == Some(&second.id)
        })
        .filter_map(|entry| entry.subject.as_deref())
        .collect();
    assert!(chart.fragments.iter().all(|fragment| kept.contains(fragment.id.as_str())));
    ward.read(environment(), &second).await.expect("read from the cache alone");
    assert_eq!(ward.written().len(), written.len(), "a repeat of the same request is no further access");
}

#[tokio::test(start_paused = true)]
async fn another_patients_document_is_written_down_as_refused() {
    let ward = Ward::of(&[Story::MixUp]).await;
    let request = ward.request(1).await;
    ward.read(ward.bench.environment.clone(), &request).await.expect_err("another patient's");
    let refused = (AuditAction::DocumentRead, AuditOutcome::Refused, Some("wrong_patient"));
    assert!(shapes(&ward.written()).contains(&refused));
}

#[tokio::test(start_paused = true)]
async fn a_login_is_written_down_before_the_button_and_with_its_end() {
    let mut gate = Gate::at(Script::default());
    let audit = Arc::clone(&gate.audit);
    gate.portal.set_witness(Arc::new(move |witnessed| match witnessed {
        Witnessed::Password => audit.records().is_empty().then(|| "nothing was written before".to_owned()),
        _ => None,
    }));
    gate.open();
    gate.ready().await;
    until("an end", || gate.audit.records().len() == 2).await;
    let (begun, done) = (AuditOutcome::Begun, AuditOutcome::Done);
    let written = entries(&gate.audit);
    assert_eq!(shapes(&written), [(AuditAction::Login, begun, None), (AuditAction::Login, done, None)]);
    assert!(gate.portal.tally().problems.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refused_login_is_written_down_with_its_cause() {
    let mut gate = Gate::with_account(Account { password_right: false, ..Account::default() });
    gate.open();
    gate.locked().await;
    let written = entries(&gate.audit);
    let refused = (AuditAction::Login, AuditOutcome::Refused, Some("wrong_password"));
    assert_eq!(shapes(&written), [(AuditAction::Login, AuditOutcome::Begun, None), refused]);
}

#[tokio::test(start_paused = true)]
async fn a_login_that_cannot_be_written_down_is_not_submitted_and_uses_no_attempt_up() {
    let mut gate = Gate::at(Script::default());
    let audit = Arc::new(Faulty::new(Arc::clone(&gate.audit), BEFORE, 1));
    gate.args.audit = Arc::new(AuditTrail::new(audit.clone()));
    gate.open();
    until("a refusal", || matches!(gate.watch().now(), SessionStatus::Down { .. })).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(gate.portal.tally().passwords, 0);
    assert!(gate.entry().await.unresolved.is_empty());
    audit.set_faults(Faults::default());
    gate.ready().await;
    assert_eq!(gate.portal.tally().passwords, 1);
}
