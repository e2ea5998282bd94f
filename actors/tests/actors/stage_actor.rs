//! The actor around a stage: room, nudges, kills and orderly stops.

use crate::bench::{Bench, LEASE, portal, until};
use actors::stage::{StageFailure, StageLimits, StageWork};
use actors::stage_actor::{StageActor, StageArgs, StageMsg};
use async_trait::async_trait;
use domain::ports::WorkQueue;
use domain::request::Request;
use domain::work::{Stage, WorkItem};
use jiff::SignedDuration;
use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorRef};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

const ROOM: usize = 3;
const POLL: Duration = Duration::from_secs(5);

/// Counts who is at work, and when each item was finished.
struct Busy {
    takes: Duration,
    at_work: AtomicUsize,
    at_work_max: AtomicUsize,
    started: Mutex<Vec<Instant>>,
    finished: AtomicUsize,
}

#[async_trait]
impl StageWork for Busy {
    type Output = ();

    fn stage(&self) -> Stage {
        Stage::Ocr
    }

    async fn already_done(&self, _: &WorkItem, _: &Request) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok(None)
    }

    async fn perform(&self, _: &WorkItem) -> Result<(), StageFailure> {
        let now = self.at_work.fetch_add(1, Ordering::Relaxed) + 1;
        self.at_work_max.fetch_max(now, Ordering::Relaxed);
        self.started.lock().expect("no panic").push(Instant::now());
        tokio::time::sleep(self.takes).await;
        self.at_work.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }

    async fn commit(&self, _: &WorkItem, (): ()) -> Result<Vec<WorkItem>, StageFailure> {
        self.finished.fetch_add(1, Ordering::Relaxed);
        Ok(Vec::new())
    }
}

fn busy(takes: Duration) -> Arc<Busy> {
    Arc::new(Busy {
        takes,
        at_work: AtomicUsize::new(0),
        at_work_max: AtomicUsize::new(0),
        started: Mutex::default(),
        finished: AtomicUsize::new(0),
    })
}

async fn start(bench: &Bench, work: &Arc<Busy>) -> (ActorRef<StageMsg>, JoinHandle<()>) {
    let args = StageArgs {
        work: Arc::clone(work),
        queue: Stage::Ocr.queue(&portal()),
        room: ROOM,
        poll: POLL,
        limits: StageLimits::default(),
        environment: bench.environment.clone(),
    };
    Actor::spawn(None, StageActor::default(), args).await.expect("it starts")
}

#[tokio::test(start_paused = true)]
async fn it_never_works_on_more_than_it_has_room_for_and_finishes_all() {
    let bench = Bench::new();
    for number in 0..10 {
        bench.request_before(Stage::Ocr, number).await;
    }
    let work = busy(Duration::from_secs(2));
    let (actor, _) = start(&bench, &work).await;
    until("all items", || work.finished.load(Ordering::Relaxed) == 10).await;
    assert_eq!(work.at_work_max.load(Ordering::Relaxed), ROOM);
    until("an empty queue", || bench.queued().is_empty()).await;
    actor.stop(None);
}

#[tokio::test(start_paused = true)]
async fn a_nudge_saves_the_wait_and_a_lost_one_costs_only_the_poll() {
    for (nudged, wait_max) in [(true, Duration::ZERO), (false, POLL)] {
        let bench = Bench::new();
        let work = busy(Duration::ZERO);
        let (actor, _) = start(&bench, &work).await;
        tokio::time::sleep(POLL / 2).await;
        bench.request_before(Stage::Ocr, 1).await;
        let enqueued = Instant::now();
        if nudged {
            bench.environment.nudges.ring(&Stage::Ocr.queue(&portal()));
        }
        until("the item", || work.finished.load(Ordering::Relaxed) == 1).await;
        let started = work.started.lock().expect("no panic")[0];
        assert!(started - enqueued <= wait_max, "it waited {:?}", started - enqueued);
        actor.stop(None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_actor_leaves_its_items_to_the_next_one() {
    let bench = Bench::new();
    bench.request_before(Stage::Ocr, 1).await;
    let work = busy(Duration::from_secs(10));
    let (actor, ended) = start(&bench, &work).await;
    until("somebody at work", || work.at_work.load(Ordering::Relaxed) == 1).await;
    actor.kill();
    ended.await.expect("it ended");
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(work.finished.load(Ordering::Relaxed), 0, "its task went with it");
    let (actor, _) = start(&bench, &work).await;
    until("the item", || work.finished.load(Ordering::Relaxed) == 1).await;
    until("an empty queue", || bench.queued().is_empty()).await;
    actor.stop(None);
}

#[tokio::test(start_paused = true)]
async fn an_orderly_stop_finishes_what_is_in_hand_and_takes_nothing_more() {
    let bench = Bench::new();
    for number in 0..5 {
        bench.request_before(Stage::Ocr, number).await;
    }
    let work = busy(Duration::from_secs(10));
    let (actor, ended) = start(&bench, &work).await;
    until("all hands at work", || work.at_work.load(Ordering::Relaxed) == ROOM).await;
    actor.stop(None);
    ended.await.expect("it ended");
    assert_eq!(work.finished.load(Ordering::Relaxed), ROOM);
    assert_eq!(bench.queued().len(), 2);
    let free = bench.stores.queue.lease(&Stage::Ocr.queue(&portal()), 10, LEASE).await.expect("leased");
    assert_eq!(free.len(), 2, "nobody holds the rest");
    bench.stores.queue.release(&free[0], SignedDuration::ZERO).await.expect("released");
}
