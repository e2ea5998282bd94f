//! Dispatch and patient scrapers: room, one scraper a patient, sessions that end, and the step cache.

use crate::bench::{Bench, LEASE, portal, until};
use crate::charts::scrape_work;
use crate::gate::Gate;
use crate::hospital::portal::Moods;
use crate::hospital::script::Script;
use crate::hospital::stories::{Story, tell};
use actors::inbox::{Inbox, InboxArgs, InboxWork};
use actors::patient_scraper::{PatientScraper, PatientScraperArgs, PatientScraperMsg};
use actors::scraper_dispatch::{ScraperDispatch, ScraperDispatchArgs, ScraperDispatchMsg, ScraperSpawner};
use actors::stage::StageLimits;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::{BlobRef, PatientKey};
use domain::patient_scraper::NotCaptured;
use domain::ports::{BlobClass, BlobStore, RequestFilter, RequestStore, StepKey, WorkQueue};
use domain::request::{Request, RequestStatus};
use domain::work::Stage;
use jiff::SignedDuration;
use ractor::{Actor, ActorRef, ActorStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ROOM: usize = 4;

/// Documents of a chart that are downloaded side by side, at most.
const DOWNLOADS_MAX: u32 = 4;

/// Starts scrapers without a supervisor, and counts them.
struct Scrapers {
    args: PatientScraperArgs,
    running: Mutex<BTreeMap<PatientKey, ActorRef<PatientScraperMsg>>>,
    started: Mutex<Vec<PatientKey>>,
}

#[async_trait]
impl ScraperSpawner for Scrapers {
    async fn scraper(&self, patient: &PatientKey) -> Result<ActorRef<PatientScraperMsg>, String> {
        let running = self.running.lock().expect("no panic").get(patient).cloned();
        if let Some(running) = running.filter(|actor| actor.get_status() < ActorStatus::Draining) {
            return Ok(running);
        }
        let (actor, _) = Actor::spawn(None, PatientScraper, self.args.clone()).await.expect("it starts");
        self.running.lock().expect("no panic").insert(patient.clone(), actor.clone());
        self.started.lock().expect("no panic").push(patient.clone());
        Ok(actor)
    }
}

struct Ward {
    bench: Bench,
    gate: Gate,
    scrapers: Arc<Scrapers>,
    _dispatch: ActorRef<ScraperDispatchMsg>,
}

/// A hospital with inbox, dispatch and scrapers at work.
async fn ward(script: Script, session_wait: Duration) -> Ward {
    let (bench, mut gate) = (Bench::new(), Gate::at(script));
    gate.open();
    let work = scrape_work(bench.environment.clone(), gate.watch(), session_wait);
    let limits = StageLimits::default();
    let args = PatientScraperArgs { work: Arc::new(work), limits };
    let scrapers = Arc::new(Scrapers { args, running: Mutex::default(), started: Mutex::default() });
    let args = ScraperDispatchArgs {
        portal: portal(),
        environment: bench.environment.clone(),
        session: gate.watch(),
        spawner: scrapers.clone(),
        room: ROOM,
        lease: LEASE.unsigned_abs(),
        poll: Duration::from_millis(500),
    };
    let (dispatch, _) = Actor::spawn(None, ScraperDispatch, args).await.expect("it starts");
    let work =
        InboxWork::new(portal(), vec!["CC'd Charts".to_owned()], bench.environment.clone(), gate.watch());
    let args = InboxArgs { work: Arc::new(work), poll: Duration::from_secs(60), limits };
    Actor::spawn(None, Inbox, args).await.expect("it starts");
    Ward { bench, gate, scrapers, _dispatch: dispatch }
}

impl Ward {
    async fn requests(&self) -> Vec<Request> {
        self.bench.stores.requests.list(&RequestFilter::default()).await.expect("listed")
    }

    /// Waits until every chart has been captured and nobody holds a scrape item.
    async fn captured(&self, count: usize) {
        let reassembly = |stages: Vec<Stage>| stages == vec![Stage::Reassembly; count];
        until("all charts", || reassembly(self.bench.queued())).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_chart_is_captured_whole_with_a_reason_for_what_is_not() {
    let ward = ward(tell(&[Story::Complete, Story::NoStudy]).0, Duration::from_secs(600)).await;
    ward.captured(2).await;
    for request in ward.requests().await {
        assert_eq!(request.status, RequestStatus::InWork { stage: Stage::Reassembly });
        let chart = request.captured.expect("captured");
        assert!(chart.fragments.len() >= 3);
        assert!(chart.message_body.reveal().contains("CPAP"));
        let absent = chart.ledger.iter().filter(|line| line.not_captured == Some(NotCaptured::Absent));
        assert!(absent.count() >= 1, "the encounters hold nothing");
        let printed = chart.fragments.iter().filter(|fragment| fragment.printed.is_some());
        assert_eq!(printed.count(), 1, "the note is HTML");
    }
}

/// A second reading that finds a print of the note's content takes it and prints nothing.
#[tokio::test(start_paused = true)]
async fn a_note_is_printed_once_for_each_content() {
    let kept = |ward: &Ward, note: &BlobRef| {
        let key = StepKey::Printed { note: note.clone(), edition: "typewriter".to_owned() };
        (Arc::clone(&ward.bench.environment.steps), key, ward.bench.environment.now())
    };
    let note_of = |requests: Vec<Request>| {
        let fragments =
            requests.into_iter().filter_map(|request| request.captured).flat_map(|chart| chart.fragments);
        let note = fragments.into_iter().find(|fragment| fragment.printed.is_some()).expect("a note");
        (note.blob, note.printed.expect("printed"))
    };
    let first = ward(tell(&[Story::Complete]).0, Duration::from_secs(600)).await;
    first.captured(1).await;
    let (note, print) = note_of(first.requests().await);
    let (steps, key, now) = kept(&first, &note);
    let remembered = steps.get(&key, now).await.expect("read").expect("remembered");
    assert_eq!(serde_json::from_slice::<BlobRef>(&remembered).expect("a blob"), print);

    let second = ward(tell(&[Story::Complete]).0, Duration::from_secs(600)).await;
    let other =
        second.bench.stores.blobs.put(BlobClass::Chart, Bytes::from_static(b"an earlier print")).await;
    let other = other.expect("stored");
    let (steps, key, now) = kept(&second, &note);
    let later = now.saturating_add(SignedDuration::from_hours(1)).expect("a moment");
    let body = serde_json::to_vec(&other).expect("json");
    steps.put(&key, body.into(), later).await.expect("stored");
    second.captured(1).await;
    assert_eq!(note_of(second.requests().await), (note, other));
}

#[tokio::test(start_paused = true)]
async fn messages_of_one_patient_share_a_scraper_and_its_documents() {
    let ward = ward(tell(&[Story::Repeated(9), Story::Complete]).0, Duration::from_secs(600)).await;
    ward.captured(10).await;
    let tally = ward.gate.portal.tally();
    assert!(tally.downloads.values().all(|count| *count == 1), "{:?}", tally.downloads);
    let patients: BTreeSet<_> = ward.scrapers.started.lock().expect("no panic").iter().cloned().collect();
    assert_eq!(patients.len(), 2);
}

/// Items that wait for their patient's scraper must not lose their leases, else each is handed out again and
/// again until it is taken for one that kills its worker.
#[tokio::test(start_paused = true)]
async fn an_item_that_waits_for_its_scraper_keeps_its_lease() {
    let ward = ward(tell(&[Story::Repeated(4)]).0, Duration::from_secs(600)).await;
    ward.gate.portal.set_moods(Moods { latency_max: Duration::from_secs(25), ..Moods::default() });
    let queue = Stage::Scrape.queue(&portal());
    let mut in_hand = 0;
    while in_hand < ROOM as u64 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let depths = ward.bench.stores.queue.depths().await.expect("read");
        in_hand = depths.iter().filter(|depth| depth.queue == queue).map(|depth| depth.leased).sum();
    }
    let others = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let taken = ward.bench.try_lease(Stage::Scrape).await;
            assert!(taken.is_none(), "an item in a scraper's hands was handed out again");
        }
    };
    tokio::select! {
        () = ward.captured(4) => {}
        () = others => {}
    }
}

#[tokio::test(start_paused = true)]
async fn scrapers_go_on_from_the_step_cache_when_the_session_ends() {
    let stories = [Story::Complete; 6];
    let ward = ward(tell(&stories).0, Duration::from_secs(600)).await;
    ward.gate.portal.set_moods(Moods { latency_max: Duration::from_secs(4), ..Moods::default() });
    for _ in 0..10 {
        let before = ward.gate.portal.tally();
        let moved = || {
            let now = ward.gate.portal.tally();
            now.logins > before.logins && now.downloads.len() > before.downloads.len()
        };
        let over = || ward.bench.queued() == vec![Stage::Reassembly; stories.len()];
        until("a download", || moved() || before.logins == 0 || over()).await;
        ward.gate.ready().await;
        ward.gate.portal.end_stays();
    }
    ward.captured(stories.len()).await;
    let tally = ward.gate.portal.tally();
    // One open chart at a time, and so many of its documents in flight at each end of a stay.
    let again: u32 = tally.downloads.values().map(|count| count - 1).sum();
    assert!(
        again <= tally.stays_ended * DOWNLOADS_MAX,
        "{again} downloads again, {} stays ended",
        tally.stays_ended
    );
    assert_eq!(tally.browsers_at_once_max, 1);
    for request in ward.requests().await {
        assert_eq!(request.failures.total(), 0, "a lost session is nobody's failure");
    }
}

#[tokio::test(start_paused = true)]
async fn fifty_scrapers_that_meet_the_login_page_cause_one_login() {
    let (script, _) = tell(&[Story::Complete; 50]);
    let (bench, mut gate) = (Bench::new(), Gate::at(script.clone()));
    gate.open();
    gate.ready().await;
    let work = scrape_work(bench.environment.clone(), gate.watch(), Duration::from_secs(600));
    let args = PatientScraperArgs { work: Arc::new(work), limits: StageLimits::default() };
    let work =
        InboxWork::new(portal(), vec!["CC'd Charts".to_owned()], bench.environment.clone(), gate.watch());
    let inbox = InboxArgs { work: Arc::new(work), poll: Duration::from_secs(60), limits: args.limits };
    let (inbox, _) = Actor::spawn(None, Inbox, inbox).await.expect("it starts");
    until("items", || bench.queued().len() == 50).await;
    inbox.stop(None);
    gate.portal.end_stays();
    let room = Arc::new(tokio::sync::Semaphore::new(50));
    let queue = Stage::Scrape.queue(&portal());
    for lease in bench.stores.queue.lease(&queue, 50, LEASE).await.expect("leased") {
        let (scraper, _) = Actor::spawn(None, PatientScraper, args.clone()).await.expect("it starts");
        let permit = Arc::clone(&room).try_acquire_owned().expect("room for fifty");
        let scrape = PatientScraperMsg::Scrape { lease: Box::new(lease), permit };
        scraper.cast(scrape).expect("it takes the item");
    }
    until("all charts", || bench.queued() == vec![Stage::Reassembly; 50]).await;
    assert_eq!(gate.portal.tally().logins, 2, "the first one, and one for all fifty");
}

#[tokio::test(start_paused = true)]
async fn another_patients_document_stops_the_request_and_nothing_is_used() {
    let ward = ward(tell(&[Story::MixUp]).0, Duration::from_secs(600)).await;
    until("no items", || !ward.bench.happened().is_empty() && ward.bench.queued().is_empty()).await;
    let request = ward.requests().await.pop().expect("one");
    let RequestStatus::NeedsPerson { reasons } = request.status else { panic!("it does not wait") };
    assert_eq!(reasons[0].code, "quarantine:mrn");
    assert!(request.captured.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_killed_scraper_loses_what_was_in_flight_and_no_more() {
    let ward = ward(tell(&[Story::Complete]).0, Duration::from_secs(600)).await;
    ward.gate.portal.set_moods(Moods { latency_max: Duration::from_secs(4), ..Moods::default() });
    until("two downloads", || ward.gate.portal.tally().downloads.len() >= 2).await;
    for (_, scraper) in std::mem::take(&mut *ward.scrapers.running.lock().expect("no panic")) {
        scraper.kill();
    }
    ward.captured(1).await;
    let again: u32 = ward.gate.portal.tally().downloads.values().map(|count| count - 1).sum();
    assert!(again <= DOWNLOADS_MAX, "{again} downloads again");
}

#[tokio::test(start_paused = true)]
async fn a_scraper_without_a_session_gives_its_item_back_unharmed() {
    let ward = ward(tell(&[Story::Complete]).0, Duration::from_secs(20)).await;
    ward.gate.ready().await;
    until("a scraper", || !ward.scrapers.started.lock().expect("no panic").is_empty()).await;
    // The portal is down for an hour.
    ward.gate.portal.end_stays();
    ward.gate.portal.set_moods(Moods { unavailable: 1_000, ..Moods::default() });
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    ward.gate.portal.set_moods(Moods::default());
    ward.captured(1).await;
}
