//! Queues that take their time, queues and stores that are away, and copies of one item.

use crate::bench::{Bench, LEASE, portal, until};
use crate::gate::Gate;
use crate::hospital::stories::{Story, tell};
use actors::environment::Environment;
use actors::inbox::{Inbox, InboxArgs, InboxWork};
use actors::stage::{self, StageFailure, StageLimits, StageWork};
use actors::stage_actor::{StageActor, StageArgs, StageMsg};
use async_trait::async_trait;
use domain::ids::QueueName;
use domain::ports::{PortResult, QueueDepth, RequestFilter, RequestStore, WorkQueue};
use domain::request::{Request, RequestStatus};
use domain::work::{Lease, Stage, WorkItem};
use jiff::SignedDuration;
use memory::{Faults, Faulty, MemoryQueue};
use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorRef};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

const ROOM: usize = 3;
const POLL: Duration = Duration::from_millis(500);

/// How long the slow queue takes to say that it is empty.
const LONG_POLL: Duration = Duration::from_secs(20);

const AWAY: Faults =
    Faults { fail_before: 1_000, fail_after: 0, deliver_twice: 0, expire_early: 0, yields_max: 0 };

/// A queue that answers after its long poll, with what was there when it began to look: what comes meanwhile has to
/// be asked for again. Counts what it is asked and what it has handed out.
struct Slow {
    inner: Arc<dyn WorkQueue>,
    poll: Duration,
    asked: AtomicUsize,
    asking: AtomicUsize,
    in_hand: AtomicUsize,
    in_hand_max: AtomicUsize,
}

impl Slow {
    fn new(inner: Arc<dyn WorkQueue>, poll: Duration) -> Arc<Self> {
        let zero = AtomicUsize::default;
        Arc::new(Self { inner, poll, asked: zero(), asking: zero(), in_hand: zero(), in_hand_max: zero() })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl WorkQueue for Slow {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        self.inner.enqueue(items, delay).await
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(self.asking.fetch_add(1, Ordering::Relaxed), 0, "two pulls at once");
        let leases = self.inner.lease(queue, count, ttl).await;
        if leases.as_ref().is_ok_and(Vec::is_empty) {
            tokio::time::sleep(self.poll).await;
        }
        self.asking.fetch_sub(1, Ordering::Relaxed);
        let leases = leases?;
        let in_hand = self.in_hand.fetch_add(leases.len(), Ordering::Relaxed) + leases.len();
        self.in_hand_max.fetch_max(in_hand, Ordering::Relaxed);
        Ok(leases)
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        self.inner.renew(lease, ttl).await
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        self.in_hand.fetch_sub(1, Ordering::Relaxed);
        self.inner.acknowledge(lease).await
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        self.in_hand.fetch_sub(1, Ordering::Relaxed);
        self.inner.release(lease, delay).await
    }

    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.inner.lease_dead(count, ttl).await
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        self.inner.depths().await
    }
}

/// Takes its time over each item and brings it on; counts hands at work on the same one.
struct Worker {
    environment: Environment,
    takes: Duration,
    at_work: Mutex<BTreeMap<String, usize>>,
    together_max: AtomicUsize,
    performed: AtomicUsize,
}

#[async_trait]
impl StageWork for Worker {
    type Output = ();

    fn stage(&self) -> Stage {
        Stage::Ocr
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok(stage::request_done(request, item, self.environment.now()))
    }

    async fn perform(&self, item: &WorkItem) -> Result<(), StageFailure> {
        let change = |by: isize| {
            let mut at_work = self.at_work.lock().expect("no panic");
            let together = at_work.entry(item.id.to_string()).or_default();
            *together = together.wrapping_add_signed(by);
            *together
        };
        self.together_max.fetch_max(change(1), Ordering::Relaxed);
        tokio::time::sleep(self.takes).await;
        change(-1);
        self.performed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn commit(&self, item: &WorkItem, (): ()) -> Result<Vec<WorkItem>, StageFailure> {
        stage::advance_request(&self.environment, item, |_| Some(Stage::Parse)).await
    }
}

type Started = (Arc<Worker>, ActorRef<StageMsg>, JoinHandle<()>);

async fn start(environment: Environment, takes: Duration) -> Started {
    let worker = Arc::new(Worker {
        environment: environment.clone(),
        takes,
        at_work: Mutex::default(),
        together_max: AtomicUsize::new(0),
        performed: AtomicUsize::new(0),
    });
    let args = StageArgs {
        work: Arc::clone(&worker),
        queue: Stage::Ocr.queue(&portal()),
        room: ROOM,
        poll: POLL,
        limits: StageLimits::default(),
        environment,
    };
    let (actor, ended) = Actor::spawn(None, StageActor::default(), args).await.expect("it starts");
    (worker, actor, ended)
}

fn performed(worker: &Worker) -> usize {
    worker.performed.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_blocks_nobody_and_room_is_never_exceeded() {
    let bench = Bench::new();
    let slow = Slow::new(bench.stores.queue.clone(), LONG_POLL);
    let environment = Environment { queue: slow.clone(), ..bench.environment.clone() };
    let (worker, _actor, _) = start(environment.clone(), Duration::from_secs(7)).await;
    tokio::time::sleep(LONG_POLL * 10).await;
    assert!(slow.asked() <= 11, "asked {} times in ten long polls", slow.asked());
    for number in 0..10 {
        bench.request_before(Stage::Ocr, number).await;
    }
    until("all items", || performed(&worker) == 10).await;
    assert_eq!(slow.in_hand_max.load(Ordering::Relaxed), ROOM);
}

#[tokio::test(start_paused = true)]
async fn a_nudge_during_a_long_poll_is_remembered() {
    let bench = Bench::new();
    let slow = Slow::new(bench.stores.queue.clone(), LONG_POLL);
    let environment = Environment { queue: slow.clone(), ..bench.environment.clone() };
    let (worker, _actor, _) = start(environment.clone(), Duration::ZERO).await;
    until("a long poll", || slow.asked() == 1).await;
    bench.request_before(Stage::Ocr, 1).await;
    environment.nudges.ring(&Stage::Ocr.queue(&portal()));
    let begun = Instant::now();
    until("the item", || performed(&worker) == 1).await;
    assert!(begun.elapsed() <= LONG_POLL + Duration::from_secs(1), "waited {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_long_poll() {
    let bench = Bench::new();
    let slow = Slow::new(bench.stores.queue.clone(), LONG_POLL);
    let (_, actor, ended) =
        start(Environment { queue: slow.clone(), ..bench.environment.clone() }, Duration::ZERO).await;
    until("a long poll", || slow.asked() == 1).await;
    let stopped = Instant::now();
    actor.stop(None);
    ended.await.expect("it ended");
    assert_eq!(stopped.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_away_is_asked_less_and_less_and_the_work_goes_on_when_it_is_back() {
    let bench = Bench::new();
    let faulty = Arc::new(Faulty::new(bench.stores.queue.clone(), AWAY, 1));
    let slow = Slow::new(faulty.clone(), Duration::ZERO);
    bench.request_before(Stage::Ocr, 1).await;
    let (worker, ..) =
        start(Environment { queue: slow.clone(), ..bench.environment.clone() }, Duration::ZERO).await;
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert!((10..200).contains(&slow.asked()), "asked {} times in an hour", slow.asked());
    faulty.set_faults(Faults::default());
    let back = Instant::now();
    until("the item", || performed(&worker) == 1).await;
    assert!(back.elapsed() <= Duration::from_secs(40), "waited {:?}", back.elapsed());
}

/// Items that cannot even be looked up must not be handed out until they are given up.
#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_nothing_is_leased_in_vain() {
    let bench = Bench::new();
    let faulty = Arc::new(Faulty::new(bench.stores.requests.clone(), AWAY, 1));
    let request = bench.request_before(Stage::Ocr, 1).await;
    let (worker, ..) =
        start(Environment { requests: faulty.clone(), ..bench.environment.clone() }, Duration::ZERO).await;
    tokio::time::sleep(Duration::from_secs(2 * 3_600)).await;
    faulty.set_faults(Faults::default());
    until("the item", || performed(&worker) == 1).await;
    let status = bench.stored(&request.id).await.status;
    assert_eq!(status, RequestStatus::InWork { stage: Stage::Parse }, "an outage of ours parks nothing");
}

/// Files that are away for a day cost no attempt.
#[tokio::test(start_paused = true)]
async fn an_outage_of_ours_counts_against_no_item() {
    let bench = Arc::new(Bench::new());
    let request = bench.request_before(Stage::Reassembly, 1).await;
    let error = domain::ports::PortError::transient("blob store", "connection refused");
    let failing = crate::stage::scripted(&bench, crate::stage::Step::Fail(error.into()));
    for _ in 0..100 {
        let lease = loop {
            match bench.try_lease(Stage::Reassembly).await {
                Some(lease) => break lease,
                None => tokio::time::sleep(Duration::from_millis(250)).await,
            }
        };
        crate::stage::run(&failing, &lease).await;
    }
    let stored = bench.stored(&request.id).await;
    assert_eq!(stored.status, RequestStatus::InWork { stage: Stage::Reassembly });
    assert_eq!((stored.failures.total(), bench.queued().len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn of_two_copies_one_is_worked_on_and_the_other_finds_the_work_done() {
    let bench = Bench::on(|clock| MemoryQueue::standard(clock, 1, 0), Arc::new(|_| {}));
    let request = bench.request_before(Stage::Ocr, 1).await;
    let copy = request.item(Stage::Ocr, bench.environment.now());
    bench.stores.queue.enqueue(&[copy.clone(), copy], SignedDuration::ZERO).await.expect("enqueued");
    assert_eq!(bench.queued().len(), 3);
    // Longer than a lease: those who wait their turn keep theirs.
    let (worker, ..) = start(bench.environment.clone(), LEASE.unsigned_abs() * 3).await;
    until("no copy left", || !bench.queued().contains(&Stage::Ocr)).await;
    assert_eq!((performed(&worker), worker.together_max.load(Ordering::Relaxed)), (1, 1));
}

/// A request whose first item could not be enqueued does not wait for recovery.
#[tokio::test(start_paused = true)]
async fn a_request_that_was_stored_and_not_enqueued_is_enqueued_at_the_next_poll() {
    let bench = Bench::new();
    let mut gate = Gate::at(tell(&[Story::Complete]).0);
    gate.open();
    let faulty = Arc::new(Faulty::new(bench.stores.queue.clone(), AWAY, 1));
    let environment = Environment { queue: faulty.clone(), ..bench.environment.clone() };
    let folders = vec!["CC'd Charts".to_owned()];
    let work = Arc::new(InboxWork::new(portal(), folders, environment, gate.watch()));
    let args = InboxArgs { work, poll: Duration::from_secs(60), limits: StageLimits::default() };
    let (inbox, _) = Actor::spawn(None, Inbox, args.clone()).await.expect("it starts");
    let stored =
        || async { bench.stores.requests.list(&RequestFilter::default()).await.expect("listed").len() };
    while stored().await == 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    inbox.kill();
    assert_eq!(bench.queued(), []);
    faulty.set_faults(Faults::default());
    // Its restart has not forgotten.
    Actor::spawn(None, Inbox, args).await.expect("it starts");
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!(bench.queued(), [Stage::Scrape]);
}
