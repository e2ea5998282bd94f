//! Recovery: at start and periodically, enqueues again what the queues have forgotten, from the store alone.
//!
//! Owns nothing that matters. Emits work items whose ids follow from their inputs, so that one still queued is no
//! second one. Commit points: that something was enqueued again, and that a wait is over, is noted after its item was
//! enqueued; a dead letter is acknowledged after its park was stored. At start every unfinished request counts as
//! forgotten; later only those without progress for a while, and none is enqueued at every turn. A restart loses
//! nothing: it begins with everything. It also clears what has expired.

mod dead;

use crate::environment::Environment;
use crate::owned_task::OwnedTask;
use crate::router::{DoneOutcomes, done_item, mirror_states};
use domain::ids::{RequestId, WorkItemId};
use domain::ports::{ErrorClass, PortError, PortResult, RequestFilter, RequestPlace};
use domain::recovery::{ProgressLimit, forgotten, still_due};
use domain::request::{Request, RequestStatus};
use domain::work::{Stage, WorkItem};
use jiff::{SignedDuration, Timestamp};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Requests read at once.
const PAGE: usize = 200;

/// The actor.
pub struct Recovery;

/// What Recovery is told.
#[derive(Debug)]
pub enum RecoveryMsg {
    /// Look for forgotten work.
    Look,
}

/// What Recovery starts with.
#[derive(Clone)]
pub struct RecoveryArgs {
    /// The ports.
    pub environment: Environment,
    /// How often to look.
    pub interval: Duration,
    /// How long a request may make no progress.
    pub limit: SignedDuration,
    /// Of how many recognised pages words are kept.
    pub recognitions_max: u64,
    /// When Done is pressed, by portal.
    pub done_outcomes: DoneOutcomes,
}

/// Recovery's own state.
pub struct RecoveryState {
    args: RecoveryArgs,
    memory: Arc<Mutex<Memory>>,
    look: Option<OwnedTask<()>>,
    _timer: OwnedTask<()>,
}

/// What it knows of its earlier looks.
#[derive(Default)]
struct Memory {
    /// Whether a look has come to its end since the start.
    looked: bool,
    /// Dead items nobody knows the request of, told of once.
    unknown: HashSet<WorkItemId>,
}

impl Actor for Recovery {
    type Msg = RecoveryMsg;
    type State = RecoveryState;
    type Arguments = RecoveryArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<RecoveryMsg>,
        args: RecoveryArgs,
    ) -> Result<RecoveryState, ActorProcessingErr> {
        let interval = args.interval;
        let timer = OwnedTask::spawn(async move {
            while myself.cast(RecoveryMsg::Look).is_ok() {
                tokio::time::sleep(interval).await;
            }
        });
        Ok(RecoveryState { args, memory: Arc::default(), look: None, _timer: timer })
    }

    async fn handle(
        &self,
        _: ActorRef<RecoveryMsg>,
        message: RecoveryMsg,
        state: &mut RecoveryState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RecoveryMsg::Look => state.start_look(),
        }
        Ok(())
    }
}

impl RecoveryState {
    /// Looks in a task of its own: queues may take their time, and a stop must not wait for them.
    fn start_look(&mut self) {
        if self.look.as_ref().is_some_and(|look| !look.is_finished()) {
            return;
        }
        let (args, memory) = (self.args.clone(), Arc::clone(&self.memory));
        self.look = Some(OwnedTask::spawn(async move { args.look(&mut *memory.lock().await).await }));
    }
}

impl RecoveryArgs {
    async fn look(&self, memory: &mut Memory) {
        // The dead first: what is parked is not forgotten.
        if let Err(error) = self.drain_dead(memory).await {
            self.put_off("drain the dead letters", &error);
        }
        let age = if memory.looked { self.limit } else { SignedDuration::ZERO };
        match self.enqueue_forgotten(ProgressLimit { age, again: self.limit }).await {
            Ok(items) => {
                memory.looked = true;
                if items > 0 {
                    tracing::info!(items, "enqueued again");
                }
            }
            Err(error) => self.put_off("enqueue what was forgotten", &error),
        }
        if let Err(error) = self.environment.steps.purge(self.environment.now()).await {
            self.put_off("clear expired steps", &error);
        }
        if let Err(error) = self.environment.steps.trim_recognitions(self.recognitions_max).await {
            self.put_off("bound the words that are kept", &error);
        }
    }

    /// There is another turn; an outage is told of once.
    fn put_off(&self, what: &str, error: &PortError) {
        self.environment.suspect_store(error);
        if error.class == ErrorClass::Transient {
            tracing::debug!(what, %error, "put off to recovery's next turn");
        } else {
            tracing::warn!(what, %error, "put off to recovery's next turn");
        }
    }

    async fn enqueue_forgotten(&self, limit: ProgressLimit) -> PortResult<usize> {
        let mut filter = RequestFilter { in_motion: true, limit: Some(PAGE), ..RequestFilter::default() };
        let mut count = 0;
        loop {
            let page = self.environment.requests.list(&filter).await?;
            for request in &page {
                count += self.look_at(request, limit).await?;
            }
            match page.last() {
                Some(last) if page.len() >= PAGE => filter.after = Some(RequestPlace::of(last)),
                _ => return Ok(count),
            }
        }
    }

    /// Enqueues what was forgotten of one request, and says how many items. Enqueued first and noted then: a crash
    /// in between gives a copy, never a loss.
    async fn look_at(&self, request: &Request, limit: ProgressLimit) -> PortResult<usize> {
        let environment = &self.environment;
        let now = environment.now();
        let items = self.items(request, limit, now).await?;
        if items.is_empty() {
            return Ok(0);
        }
        environment.queue.enqueue(&items, SignedDuration::ZERO).await?;
        items.iter().for_each(|item| environment.nudges.ring(&item.queue()));
        (environment.stop_point)("recovery.enqueued");
        environment
            .update_request(&request.id, |request| {
                request.forget_due(now);
                request.recovered_at = Some(now);
                true
            })
            .await?;
        (environment.stop_point)("recovery.noted");
        Ok(items.len())
    }

    async fn items(
        &self,
        request: &Request,
        limit: ProgressLimit,
        now: Timestamp,
    ) -> PortResult<Vec<WorkItem>> {
        let environment = &self.environment;
        if request.status != RequestStatus::Parsed {
            return Ok(forgotten(request, None, limit, now));
        }
        let Some(set) = environment.orders.get(&request.id, request.revision).await? else {
            return Ok(Vec::new());
        };
        let set = set.value;
        if set.outcomes().is_none() {
            return Ok(forgotten(request, Some(&set), limit, now));
        }
        // Every order has its outcome, but Done has not been pressed.
        let request = mirror_states(environment, &set).await?;
        let origin = request.item(Stage::Done, now);
        let done = done_item(&request, &set, &self.done_outcomes, environment, &origin);
        if done.is_empty() && self.done_outcomes.contains_key(&request.portal) {
            self.settle_without_done(&request.id).await?;
        }
        Ok(still_due(done, &request, limit, now))
    }

    /// Remembers that nothing is left to do, so that it is not looked at again.
    async fn settle_without_done(&self, id: &RequestId) -> PortResult<()> {
        let change = |request: &mut Request| {
            let awaits = request.awaits_done();
            request.done_unwanted |= awaits;
            awaits
        };
        self.environment.update_request(id, change).await?;
        Ok(())
    }
}
