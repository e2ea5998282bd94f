//! Recovery: at start and periodically, enqueues again what the queues have forgotten, from the store alone.
//!
//! Owns nothing. Emits work items whose ids follow from their inputs, so that one still queued is no second
//! one. At start every unfinished request counts as forgotten; later only those without progress for a while.
//! It also clears what has expired.

use crate::environment::Environment;
use crate::owned_task::OwnedTask;
use crate::router::{DoneOutcomes, done_item};
use domain::ports::{PortResult, RequestFilter};
use domain::recovery::{ProgressLimit, forgotten};
use domain::request::{Request, RequestStatus};
use domain::work::{Stage, WorkItem};
use jiff::SignedDuration;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::time::Duration;

/// The actor.
pub struct Recovery;

/// What Recovery is told.
#[derive(Debug)]
pub enum RecoveryMsg {
    /// Look for forgotten work; with no limit at start.
    Look(ProgressLimit),
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
    /// When Done is pressed, by portal.
    pub done_outcomes: DoneOutcomes,
}

/// Recovery's own state.
pub struct RecoveryState {
    args: RecoveryArgs,
    _timer: OwnedTask<()>,
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
        let (interval, limit) = (args.interval, args.limit);
        let timer = OwnedTask::spawn(async move {
            let mut limit_now = ProgressLimit(SignedDuration::ZERO);
            while myself.cast(RecoveryMsg::Look(limit_now)).is_ok() {
                tokio::time::sleep(interval).await;
                limit_now = ProgressLimit(limit);
            }
        });
        Ok(RecoveryState { args, _timer: timer })
    }

    async fn handle(
        &self,
        _: ActorRef<RecoveryMsg>,
        message: RecoveryMsg,
        state: &mut RecoveryState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RecoveryMsg::Look(limit) => state.look(limit).await,
        }
        Ok(())
    }
}

impl RecoveryState {
    async fn look(&self, limit: ProgressLimit) {
        match self.enqueue_forgotten(limit).await {
            Ok(0) => {}
            Ok(items) => tracing::info!(items, "enqueued again"),
            Err(error) => tracing::warn!(%error, "recovery not finished; trying again at its next turn"),
        }
        if let Err(error) = self.args.environment.steps.purge(self.args.environment.now()).await {
            tracing::warn!(%error, "expired steps not cleared");
        }
    }

    async fn enqueue_forgotten(&self, limit: ProgressLimit) -> PortResult<usize> {
        let environment = &self.args.environment;
        let mut count = 0;
        for request in environment.requests.list(&RequestFilter::default()).await? {
            let items = self.items(&request, limit).await?;
            if items.is_empty() {
                continue;
            }
            environment.queue.enqueue(&items, SignedDuration::ZERO).await?;
            items.iter().for_each(|item| environment.nudges.ring(&item.queue()));
            count += items.len();
        }
        Ok(count)
    }

    async fn items(&self, request: &Request, limit: ProgressLimit) -> PortResult<Vec<WorkItem>> {
        let environment = &self.args.environment;
        let now = environment.now();
        if request.status != RequestStatus::Parsed {
            return Ok(forgotten(request, None, limit, now));
        }
        if request.done_at.is_some() {
            return Ok(Vec::new());
        }
        let Some(set) = environment.orders.get(&request.id, request.revision).await? else {
            return Ok(Vec::new());
        };
        let mut items = forgotten(request, Some(&set.value), limit, now);
        if items.is_empty() && now.duration_since(request.progress_at) >= limit.0 {
            // Every order is settled, but Done has not been pressed.
            let origin = request.item(Stage::Done, now);
            items = done_item(request, &set.value, &self.args.done_outcomes, environment, &origin);
        }
        Ok(items)
    }
}
