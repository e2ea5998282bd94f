//! The actor around a stage: pulls as many items as it has room for, runs each in a task of its own, and
//! pulls again when one is settled, when it is nudged, or when the poll interval has passed.
//!
//! Owns: the tasks in flight. Emits: nothing but what the stage commits. A restart loses the tasks; their
//! leases end and the items come back. It never holds more leases than it has room.

use crate::environment::Environment;
use crate::metrics::StageMetrics;
use crate::owned_task::OwnedTask;
use crate::stage::{self, StageLimits, StageWork};
use domain::ids::QueueName;
use domain::work::Lease;
use jiff::SignedDuration;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

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
        Ok(StageState { args, metrics: StageMetrics::default(), in_flight: HashMap::new(), _poller: poller })
    }

    async fn handle(
        &self,
        myself: ActorRef<StageMsg>,
        message: StageMsg,
        state: &mut StageState<W>,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            StageMsg::Pull => state.pull(&myself).await,
            StageMsg::Settled { token } => state.settled(&token, &myself).await,
        }
        Ok(())
    }

    /// After a normal stop the items in hand are finished; the supervisor's grace bounds the wait.
    async fn post_stop(
        &self,
        _: ActorRef<StageMsg>,
        state: &mut StageState<W>,
    ) -> Result<(), ActorProcessingErr> {
        for (_, task) in state.in_flight.drain() {
            // A task that panicked has nothing left to finish: its lease ends by itself.
            let _ = task.join().await;
        }
        Ok(())
    }
}

impl<W: StageWork> StageState<W> {
    async fn pull(&mut self, myself: &ActorRef<StageMsg>) {
        let room = self.args.room.saturating_sub(self.in_flight.len());
        if room == 0 {
            return;
        }
        let ttl = SignedDuration::try_from(self.args.limits.lease).unwrap_or(SignedDuration::from_secs(30));
        match self.args.environment.queue.lease(&self.args.queue, room, ttl).await {
            Ok(leases) => leases.into_iter().for_each(|lease| self.start(lease, myself)),
            Err(error) => tracing::warn!(%error, "no work leased; looking again at the next poll"),
        }
    }

    fn start(&mut self, lease: Lease, myself: &ActorRef<StageMsg>) {
        let (args, metrics, myself) = (self.args.clone(), self.metrics.clone(), myself.clone());
        let token = lease.token.clone();
        let task = OwnedTask::spawn(async move {
            stage::run(args.work.as_ref(), &lease, &args.environment, &args.limits, &metrics).await;
            // Nobody listens once the actor has stopped; then nothing is to be pulled either.
            let _ = myself.cast(StageMsg::Settled { token: lease.token });
        });
        self.in_flight.insert(token, task);
    }

    async fn settled(&mut self, token: &str, myself: &ActorRef<StageMsg>) {
        self.in_flight.remove(token);
        self.pull(myself).await;
    }
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
