//! The actor around a stage: pulls as many items as it has room for, runs each in a task of its own, and
//! pulls again when one is settled, when it is nudged, or when the poll interval has passed.
//!
//! Owns: the tasks in flight, and the pull under way, which may take as long as the queue likes. Emits: nothing but
//! what the stage commits. A restart loses the tasks; their leases end and the items come back. It never holds more
//! leases than it has room, and never works on one item twice at the same time: of two copies the second waits and
//! then finds the work done.

use crate::environment::Environment;
use crate::metrics::StageMetrics;
use crate::owned_task::OwnedTask;
use crate::pull;
use crate::stage::{self, StageLimits, StageWork};
use domain::ids::{QueueName, WorkItemId};
use domain::work::Lease;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The actor type of a stage.
pub struct StageActor<W>(PhantomData<fn() -> W>);

impl<W> Default for StageActor<W> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// What a stage's actor is told.
#[derive(Debug)]
pub enum StageMsg {
    /// Work may be ready.
    Pull,
    /// The queue has answered.
    Pulled {
        /// What it gave.
        leases: Vec<Lease>,
    },
    /// A task has settled its item.
    Settled {
        /// Which lease.
        token: String,
    },
}

/// What a stage's actor starts with.
pub struct StageArgs<W> {
    /// What to do with an item.
    pub work: Arc<W>,
    /// Where to lease from.
    pub queue: QueueName,
    /// How many items at a time.
    pub room: usize,
    /// How long to wait for a nudge before looking anyway.
    pub poll: Duration,
    /// The limits of an item.
    pub limits: StageLimits,
    /// The ports.
    pub environment: Environment,
}

impl<W> Clone for StageArgs<W> {
    fn clone(&self) -> Self {
        Self {
            work: Arc::clone(&self.work),
            queue: self.queue.clone(),
            room: self.room,
            poll: self.poll,
            limits: self.limits,
            environment: self.environment.clone(),
        }
    }
}

/// The actor's own state.
pub struct StageState<W> {
    args: StageArgs<W>,
    metrics: StageMetrics,
    in_flight: HashMap<String, OwnedTask<()>>,
    /// The items in flight; whoever holds the lock works on the item.
    turns: HashMap<WorkItemId, Arc<Mutex<()>>>,
    pulling: Option<OwnedTask<()>>,
    /// Whether somebody asked for a pull during this one.
    pull_again: bool,
    _poller: OwnedTask<()>,
}

impl<W: StageWork> Actor for StageActor<W> {
    type Msg = StageMsg;
    type State = StageState<W>;
    type Arguments = StageArgs<W>;

    async fn pre_start(
        &self,
        myself: ActorRef<StageMsg>,
        args: StageArgs<W>,
    ) -> Result<StageState<W>, ActorProcessingErr> {
        let poller = poller(myself, args.environment.nudges.bell(&args.queue), args.poll);
        Ok(StageState {
            args,
            metrics: StageMetrics::default(),
            in_flight: HashMap::new(),
            turns: HashMap::new(),
            pulling: None,
            pull_again: false,
            _poller: poller,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<StageMsg>,
        message: StageMsg,
        state: &mut StageState<W>,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            StageMsg::Pull => state.pull(&myself),
            StageMsg::Pulled { leases } => state.pulled(leases, &myself),
            StageMsg::Settled { token } => state.settled(&token, &myself),
        }
        Ok(())
    }

    /// After a normal stop the items in hand are finished; the supervisor's grace bounds the wait. A pull under way
    /// is given up: what it may have leased comes back when its lease ends.
    async fn post_stop(
        &self,
        _: ActorRef<StageMsg>,
        state: &mut StageState<W>,
    ) -> Result<(), ActorProcessingErr> {
        state.pulling = None;
        for (_, task) in state.in_flight.drain() {
            // A task that panicked has nothing left to finish: its lease ends by itself.
            let _ = task.join().await;
        }
        Ok(())
    }
}

impl<W: StageWork> StageState<W> {
    fn pull(&mut self, myself: &ActorRef<StageMsg>) {
        if self.pulling.as_ref().is_some_and(|pull| !pull.is_finished()) {
            self.pull_again = true;
            return;
        }
        let room = self.args.room.saturating_sub(self.in_flight.len());
        if room == 0 {
            return;
        }
        self.pull_again = false;
        let (args, myself) = (self.args.clone(), myself.clone());
        self.pulling = Some(OwnedTask::spawn(async move {
            let leases = pull::lease(&args.environment, &args.queue, room, args.limits.lease).await;
            // An actor that has been stopped takes nothing more; the leases end by themselves.
            let _ = myself.cast(StageMsg::Pulled { leases });
        }));
    }

    fn pulled(&mut self, leases: Vec<Lease>, myself: &ActorRef<StageMsg>) {
        self.pulling = None;
        for lease in leases {
            self.start(lease, myself);
        }
        if self.pull_again {
            self.pull(myself);
        }
    }

    fn start(&mut self, lease: Lease, myself: &ActorRef<StageMsg>) {
        let (args, metrics, myself) = (self.args.clone(), self.metrics.clone(), myself.clone());
        let turn = Arc::clone(self.turns.entry(lease.item.id.clone()).or_default());
        let token = lease.token.clone();
        let task = OwnedTask::spawn(async move {
            work_in_turn(&args, &lease, &turn, &metrics).await;
            drop(turn);
            // Nobody listens once the actor has stopped; then nothing is to be pulled either.
            let _ = myself.cast(StageMsg::Settled { token: lease.token });
        });
        self.in_flight.insert(token, task);
    }

    fn settled(&mut self, token: &str, myself: &ActorRef<StageMsg>) {
        self.in_flight.remove(token);
        self.turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        self.pull(myself);
    }
}

/// Works on an item once no other copy of it is in work here; keeps the lease meanwhile.
async fn work_in_turn<W: StageWork>(
    args: &StageArgs<W>,
    lease: &Lease,
    turn: &Mutex<()>,
    metrics: &StageMetrics,
) {
    let _turn = tokio::select! {
        biased;
        turn = turn.lock() => turn,
        failure = stage::keep_lease(lease, &args.environment, &args.limits) => {
            tracing::debug!(?failure, "a waiting copy is given up");
            return;
        }
    };
    stage::run(args.work.as_ref(), lease, &args.environment, &args.limits, metrics).await;
}

/// Casts `Pull` at once, at every nudge and at every poll interval, until the actor is gone.
fn poller(actor: ActorRef<StageMsg>, bell: Arc<tokio::sync::Notify>, poll: Duration) -> OwnedTask<()> {
    OwnedTask::spawn(async move {
        while actor.cast(StageMsg::Pull).is_ok() {
            // Either way it is time to look; which of the two it was does not matter.
            let _ = tokio::time::timeout(poll, bell.notified()).await;
        }
    })
}
