//! What becomes of items that cannot go on at once: long waits, parks of one item, dead letters, and what recovery
//! makes of them.

use crate::bench::{Bench, portal, until};
use crate::gate::Gate;
use crate::hospital::portal::Moods;
use crate::hospital::stories::{Story, tell};
use crate::orders::{forget, recover, router, routing, start};
use crate::stage::{Step, run, scripted};
use actors::inbox::{Inbox, InboxArgs, InboxWork};
use actors::metrics::Settled;
use actors::stage::{StageFailure, StageLimits};
use domain::held::{Held, Hold};
use domain::ids::{DestinationName, RequestId};
use domain::parser::{OrderState, Outcome};
use domain::ports::{Destination, RequestFilter, RequestStore, WorkQueue};
use domain::request::{Request, RequestStatus};
use domain::retry::Cause;
use domain::work::Stage;
use jiff::SignedDuration;
use memory::{Faults, MemoryDestination, MemoryQueue};
use ractor::Actor;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

const HOUR: Duration = Duration::from_secs(3_600);

fn throttled_for_an_hour() -> Step {
    Step::Fail(StageFailure::Failed {
        cause: Cause::Throttled,
        detail: "scripted".to_owned(),
        retry_after: Some(HOUR),
    })
}

async fn held(bench: &Bench, id: &RequestId) -> Vec<Held> {
    bench.stored(id).await.held
}

/// A bench, and a bell that rings when this stop point is passed.
fn stopping_at(point: &str) -> (Arc<Bench>, Arc<Notify>) {
    let (crash, name) = (Arc::new(Notify::new()), point.to_owned());
    let rung = Arc::clone(&crash);
    let stop_point = move |passed: &str| {
        if passed == name {
            rung.notify_one();
        }
    };
    (Arc::new(Bench::with_stop_point(Arc::new(stop_point))), crash)
}

#[tokio::test(start_paused = true)]
async fn a_wait_no_queue_can_hold_lives_in_the_store_and_ends_on_time() {
    let bench = Arc::new(Bench::new());
    let request = bench.request_before(Stage::Reassembly, 1).await;
    let begun = tokio::time::Instant::now();
    let work = scripted(&bench, throttled_for_an_hour());
    let settled = run(&work, &bench.lease(Stage::Reassembly).await).await;
    assert_eq!(settled, Settled::Retried(Cause::Throttled));
    assert_eq!(bench.queued(), [], "no queue holds it");
    assert!(bench.stored(&request.id).await.in_motion());
    let recovery = recover(&bench).await;
    tokio::time::sleep(HOUR / 2).await;
    until("the end of the wait", || bench.queued() == [Stage::Reassembly]).await;
    let waited = begun.elapsed();
    assert!(waited >= HOUR && waited <= HOUR + Duration::from_secs(61), "waited {waited:?}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(held(&bench, &request.id).await, [], "the wait is forgotten");
    let done = run(&scripted(&bench, Step::Succeed), &bench.lease(Stage::Reassembly).await).await;
    assert_eq!(done, Settled::Advanced);
    recovery.stop(None);
}

/// Nobody works on an item that waits, however it comes: as a copy, or by a crash before it was acknowledged.
#[tokio::test(start_paused = true)]
async fn a_crash_before_the_acknowledgement_leaves_a_repeat_that_is_recognised() {
    let (bench, crash) = stopping_at("reassembly.waits");
    let request = bench.request_before(Stage::Reassembly, 1).await;
    let (work, lease) = (scripted(&bench, throttled_for_an_hour()), bench.lease(Stage::Reassembly).await);
    tokio::select! {
        biased;
        () = crash.notified() => {}
        _ = run(&work, &lease) => panic!("it was not cut off"),
    }
    assert_eq!(held(&bench, &request.id).await.len(), 1, "the store comes first");
    tokio::time::sleep(Duration::from_secs(31)).await;
    let eager = scripted(&bench, Step::Succeed);
    assert_eq!(run(&eager, &bench.lease(Stage::Reassembly).await).await, Settled::Repeated);
    assert_eq!(
        eager.performed.load(std::sync::atomic::Ordering::Relaxed),
        0,
        "the portal asked to be left alone"
    );
    assert_eq!(bench.queued(), []);
}

/// Cut off between enqueueing and forgetting, recovery does both again; the copy is absorbed.
#[tokio::test(start_paused = true)]
async fn a_crash_of_recovery_loses_no_wait() {
    let (bench, crash) = stopping_at("recovery.enqueued");
    let request = bench.request_before(Stage::Reassembly, 1).await;
    run(&scripted(&bench, throttled_for_an_hour()), &bench.lease(Stage::Reassembly).await).await;
    tokio::time::sleep(HOUR).await;
    let recovery = recover(&bench).await;
    crash.notified().await;
    recovery.kill();
    assert_eq!(bench.queued(), [Stage::Reassembly]);
    let lease = bench.lease(Stage::Reassembly).await;
    assert_eq!(run(&scripted(&bench, Step::Succeed), &lease).await, Settled::Advanced);
    assert_eq!(held(&bench, &request.id).await, [], "what was brought on waits no more");
    recover(&bench).await;
    tokio::time::sleep(HOUR / 2).await;
    assert_eq!(bench.queued(), [Stage::Ocr]);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_is_given_up_leaves_its_sibling_alone_and_is_sent_on_alone() {
    let bench = Bench::new();
    let folder = Arc::new(MemoryDestination::new("folder"));
    let gone = DestinationName::new("gone");
    let request = routing(&bench, &[folder.name().clone(), gone.clone()]).await;
    start(&bench.environment, router(&bench.environment, &[Arc::clone(&folder)], Faults::default())).await;
    until("no items", || bench.queued().is_empty()).await;
    let stored = bench.stored(&request.id).await;
    assert_eq!(folder.deliveries().len(), 1);
    assert_eq!(stored.order_states, [OrderState::Routing { open: vec![gone] }]);
    assert_eq!((stored.status.clone(), stored.standing()), (RequestStatus::Parsed, "parked"));
    recover(&bench).await;
    tokio::time::sleep(3 * HOUR).await;
    assert_eq!(bench.queued(), [], "what was given up is a person's");
    let mut sent = Vec::new();
    let now = bench.environment.now();
    let send = |request: &mut Request| {
        sent = request.send_on(Held::is_parked, now);
        true
    };
    bench.environment.update_request(&request.id, send).await.expect("updated");
    assert_eq!(sent.iter().map(|item| item.stage).collect::<Vec<_>>(), [Stage::Route]);
}

#[tokio::test(start_paused = true)]
async fn a_done_that_cannot_be_pressed_is_given_up_and_the_order_stays_delivered() {
    let bench = Bench::new();
    let mut gate = Gate::at(tell(&[Story::Complete]).0);
    gate.open();
    let work =
        InboxWork::new(portal(), vec!["CC'd Charts".to_owned()], bench.environment.clone(), gate.watch());
    let args = InboxArgs { work: Arc::new(work), poll: HOUR, limits: StageLimits::default() };
    Actor::spawn(None, Inbox, args).await.expect("it starts");
    until("the item", || bench.queued() == [Stage::Scrape]).await;
    forget(&bench).await;
    let all = bench.stores.requests.list(&RequestFilter::default()).await.expect("listed");
    let now = bench.environment.now();
    let parsed = |request: &mut Request| {
        request.parsed(vec![OrderState::Closed(Outcome::Delivered)], now);
        true
    };
    let request = bench.environment.update_request(&all[0].id, parsed).await.expect("updated");
    gate.portal.set_moods(Moods { unavailable: 1_000, ..Moods::default() });
    let item = request.item(Stage::Done, now);
    bench.stores.queue.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await.expect("enqueued");
    for _ in 0..20 {
        bench.environment.nudges.ring(&item.queue());
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    let stored = bench.stored(&request.id).await;
    assert_eq!((stored.standing(), stored.done_at), ("delivered", None));
    let [Held { stage: Stage::Done, hold: Hold::Parked { cause: Cause::Unavailable, .. }, .. }] =
        stored.held.as_slice()
    else {
        panic!("held: {:?}", stored.held)
    };
    assert_eq!(bench.queued(), []);
    recover(&bench).await;
    tokio::time::sleep(3 * HOUR).await;
    assert_eq!(bench.queued(), [], "recovery leaves it to a person");
}

#[tokio::test(start_paused = true)]
async fn dead_letters_become_parks_and_those_of_nobody_stay() {
    let bench = Bench::on(|clock| MemoryQueue::new(clock).dead_after(3), Arc::new(|_| {}));
    let request = bench.request_before(Stage::Ocr, 1).await;
    let nobodys = bench.new_request(2, 2).item(Stage::Ocr, bench.environment.now());
    let queue = nobodys.queue();
    bench.stores.queue.enqueue(std::slice::from_ref(&nobodys), SignedDuration::ZERO).await.expect("enqueued");
    for _ in 0..3 {
        let leases = bench.stores.queue.lease(&queue, 10, SignedDuration::from_secs(30)).await;
        assert_eq!(leases.expect("leased").len(), 2);
        tokio::time::sleep(Duration::from_secs(31)).await;
    }
    let leases = bench.stores.queue.lease(&queue, 10, SignedDuration::from_secs(30)).await;
    assert_eq!(leases.expect("leased"), []);
    recover(&bench).await;
    until("nobody's alone", || bench.stores.queue.items() == [nobodys.clone()]).await;
    let RequestStatus::Parked(park) = bench.stored(&request.id).await.status else { panic!("not parked") };
    assert_eq!((park.stage, park.cause), (Stage::Ocr, Cause::Permanent));
    assert!(park.detail.contains("without being settled"), "{}", park.detail);
    tokio::time::sleep(3 * HOUR).await;
    assert_eq!(bench.stores.queue.items(), [nobodys], "what is not ours is left");
}

/// The store first: cut off before the acknowledgement, the dead letter comes again and finds its park.
#[tokio::test(start_paused = true)]
async fn a_dead_letter_is_parked_before_it_is_taken_away() {
    let rung = Arc::new(Notify::new());
    let ring = Arc::clone(&rung);
    let stop_point = move |passed: &str| {
        if passed == "ocr.parked" {
            ring.notify_one();
        }
    };
    let bench = Bench::on(|clock| MemoryQueue::new(clock).dead_after(1), Arc::new(stop_point));
    let request = bench.request_before(Stage::Ocr, 1).await;
    bench.lease(Stage::Ocr).await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert!(bench.try_lease(Stage::Ocr).await.is_none());
    let recovery = recover(&bench).await;
    rung.notified().await;
    recovery.kill();
    assert!(matches!(bench.stored(&request.id).await.status, RequestStatus::Parked(_)));
    recover(&bench).await;
    until("no dead letter", || bench.queued().is_empty()).await;
}

/// A standard queue keeps every copy: a request that stands still gets one now and then, not one at each turn.
#[tokio::test(start_paused = true)]
async fn recovery_reads_page_by_page_and_fills_no_queue_with_copies() {
    let bench = Bench::on(|clock| MemoryQueue::standard(clock, 1, 0), Arc::new(|_| {}));
    for number in 0..450 {
        let mut request = bench.new_request(number, number);
        if number % 3 == 0 {
            request.parsed(Vec::new(), request.created_at);
        }
        assert!(bench.stores.requests.create(&request).await.expect("stored"));
    }
    recover(&bench).await;
    until("all in motion", || bench.queued().len() == 300).await;
    tokio::time::sleep(Duration::from_secs(40 * 60)).await;
    assert_eq!(bench.queued().len(), 300, "within the limit nothing more");
    tokio::time::sleep(5 * HOUR).await;
    let copies = bench.queued().len();
    assert!(copies <= 300 * 9, "{copies} copies in six hours and a turn every minute");
}

/// What a profile wants no Done for is looked at once and then no more.
#[tokio::test(start_paused = true)]
async fn outcomes_that_want_no_done_are_out_of_motion() {
    let bench = Bench::new();
    let request = routing(&bench, &[DestinationName::new("folder")]).await;
    forget(&bench).await;
    let mut set = domain::ports::OrderStore::get(bench.stores.orders.as_ref(), &request.id, request.revision)
        .await
        .expect("read")
        .expect("a set");
    set.value.orders[0].state = OrderState::Closed(Outcome::Rejected);
    domain::ports::OrderStore::update(bench.stores.orders.as_ref(), &set.value, set.version)
        .await
        .expect("updated");
    recover(&bench).await;
    tokio::time::sleep(Duration::from_secs(90)).await;
    let stored = bench.stored(&request.id).await;
    assert_eq!(
        stored.order_states,
        [OrderState::Closed(Outcome::Rejected)],
        "recovery takes over the states"
    );
    assert!(stored.done_unwanted && !stored.in_motion());
    assert_eq!(bench.queued(), []);
}
