//! The inbox: each message becomes one request, and Done is pressed after the hand-over.

use crate::bench::{Bench, portal, until};
use crate::gate::Gate;
use crate::hospital::portal::Moods;
use crate::hospital::script::Script;
use crate::hospital::stories::{Story, tell};
use actors::inbox::{Inbox, InboxArgs, InboxMsg, InboxWork};
use actors::stage::StageLimits;
use domain::ports::{RequestFilter, RequestStore, WorkQueue};
use domain::request::RequestStatus;
use domain::work::Stage;
use jiff::SignedDuration;
use ractor::{Actor, ActorRef};
use std::sync::Arc;
use std::time::Duration;

const POLL: Duration = Duration::from_secs(60);

async fn start(bench: &Bench, gate: &Gate) -> ActorRef<InboxMsg> {
    let folders = vec!["cc'd charts ".to_owned()];
    let work = InboxWork::new(portal(), folders, bench.environment.clone(), gate.watch());
    let args = InboxArgs { work: Arc::new(work), poll: POLL, limits: StageLimits::default() };
    Actor::spawn(None, Inbox, args).await.expect("it starts").0
}

fn script() -> Script {
    let (mut script, _) = tell(&[Story::Complete, Story::NonDme, Story::Repeated(5)]);
    script.messages[1].folder = "Something Else".to_owned();
    script
}

async fn requests(bench: &Bench) -> usize {
    bench.stores.requests.list(&RequestFilter::default()).await.expect("listed").len()
}

#[tokio::test(start_paused = true)]
async fn each_wanted_message_becomes_one_request_however_often_it_is_seen() {
    let bench = Bench::new();
    let mut gate = Gate::at(script());
    gate.open();
    let inbox = start(&bench, &gate).await;
    until("items", || bench.queued().len() == 6).await;
    tokio::time::sleep(POLL * 5).await;
    assert_eq!(requests(&bench).await, 6, "the seventh lies in a folder nobody wants");
    assert_eq!(bench.queued(), [Stage::Scrape; 6]);
    inbox.kill();
    start(&bench, &gate).await;
    tokio::time::sleep(POLL * 5).await;
    assert_eq!((requests(&bench).await, bench.queued().len()), (6, 6));
}

#[tokio::test(start_paused = true)]
async fn it_does_nothing_without_a_session_and_sweeps_as_soon_as_there_is_one() {
    let bench = Bench::new();
    let mut gate = Gate::at(script());
    start(&bench, &gate).await;
    tokio::time::sleep(POLL * 3).await;
    assert_eq!(bench.queued(), []);
    let board = Arc::clone(&gate.args.board);
    gate.open();
    // The new process has a board of its own; this inbox still watches the old one.
    let status = gate.ready().await;
    tokio::time::sleep(POLL / 2).await;
    board.publish(status);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.queued().len(), 6, "it did not wait for its next poll");
}

#[tokio::test(start_paused = true)]
async fn an_ended_session_is_reported_and_the_sweep_goes_on_in_the_next() {
    let bench = Bench::new();
    let mut gate = Gate::at(script());
    gate.open();
    gate.ready().await;
    gate.portal.end_stays();
    start(&bench, &gate).await;
    until("items", || bench.queued().len() == 6).await;
    assert_eq!(gate.portal.tally().logins, 2);
}

#[tokio::test(start_paused = true)]
async fn done_is_pressed_once_although_the_portal_fails_and_the_session_ends() {
    let bench = Bench::new();
    let mut gate = Gate::at(tell(&[Story::Complete]).0);
    gate.open();
    start(&bench, &gate).await;
    until("the item", || bench.queued() == [Stage::Scrape]).await;
    let all = bench.stores.requests.list(&RequestFilter::default()).await.expect("listed");
    let environment = &bench.environment;
    let parsed = environment
        .update_request(&all[0].id, |request| {
            request.status = RequestStatus::Parsed;
            true
        })
        .await
        .expect("updated");
    gate.portal.set_moods(Moods { unavailable: 400, ends_stay: 200, ..Moods::default() });
    let item = parsed.item(Stage::Done, environment.now());
    bench.stores.queue.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await.expect("enqueued");
    environment.nudges.ring(&item.queue());
    until("Done", || !gate.portal.done().is_empty() && !bench.queued().contains(&Stage::Done)).await;
    assert!(bench.stored(&parsed.id).await.done_at.is_some());
    assert_eq!(bench.stored(&parsed.id).await.status, RequestStatus::Parsed);
}
