//! The inbox: polls a portal's In Basket and makes a request of each message it has not seen; presses Done on
//! messages whose orders have been handed over.
//!
//! Consumes the In Basket and `epic_done_<portal>`, emits `epic_scrape_<portal>`. Commit points: the new
//! request; the request's done mark. A restart loses nothing: a message seen again is known by its key. It never
//! presses Done before the hand-over is durable.

use crate::environment::Environment;
use crate::metrics::StageMetrics;
use crate::owned_task::OwnedTask;
use crate::pull;
use crate::session::SessionWatch;
use crate::stage::{self, StageFailure, StageLimits, StageWork};
use crate::trace;
use async_trait::async_trait;
use domain::audit;
use domain::ids::{PortalName, RequestId};
use domain::inbox::{InboxRow, wanted_chart_type, wanted_folder};
use domain::keys;
use domain::ports::{PortError, PortalError, PortalSession};
use domain::request::{Request, RequestStatus};
use domain::session::SessionStatus;
use domain::work::{Lease, Stage, WorkItem};
use jiff::SignedDuration;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing::Instrument;

/// Done items leased in one sweep.
const DONE_BATCH: usize = 10;

/// The actor.
pub struct Inbox;

/// What the inbox is told.
#[derive(Debug)]
pub enum InboxMsg {
    /// Look at the In Basket and the Done queue.
    Sweep,
    /// Look at the Done queue: something may have come.
    Press,
    /// What was begun has ended.
    Swept,
}

/// What the inbox starts with.
#[derive(Clone)]
pub struct InboxArgs {
    /// What to do.
    pub work: Arc<InboxWork>,
    /// How often to look.
    pub poll: Duration,
    /// The limits of a Done item.
    pub limits: StageLimits,
}

/// The inbox's own state.
pub struct InboxState {
    args: InboxArgs,
    sweep: Option<OwnedTask<()>>,
    /// Asked for during the sweep under way.
    next: Option<Round>,
    _timer: OwnedTask<()>,
}

/// What one sweep does; the larger one includes the smaller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Round {
    Done,
    MessagesAndDone,
}

impl Actor for Inbox {
    type Msg = InboxMsg;
    type State = InboxState;
    type Arguments = InboxArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<InboxMsg>,
        args: InboxArgs,
    ) -> Result<InboxState, ActorProcessingErr> {
        let timer = timer(myself, &args);
        Ok(InboxState { args, sweep: None, next: None, _timer: timer })
    }

    async fn handle(
        &self,
        myself: ActorRef<InboxMsg>,
        message: InboxMsg,
        state: &mut InboxState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            InboxMsg::Sweep => state.begin(Round::MessagesAndDone, myself),
            InboxMsg::Press => state.begin(Round::Done, myself),
            InboxMsg::Swept => state.swept(myself),
        }
        Ok(())
    }
}

impl InboxState {
    fn begin(&mut self, round: Round, myself: ActorRef<InboxMsg>) {
        if self.sweep.as_ref().is_some_and(|sweep| !sweep.is_finished()) {
            self.next = self.next.max(Some(round));
            return;
        }
        let args = self.args.clone();
        self.sweep = Some(OwnedTask::spawn(async move {
            args.work.sweep(round, &args.limits).await;
            // An inbox that has been stopped needs no telling.
            let _ = myself.cast(InboxMsg::Swept);
        }));
    }

    fn swept(&mut self, myself: ActorRef<InboxMsg>) {
        self.sweep = None;
        if let Some(round) = self.next.take() {
            self.begin(round, myself);
        }
    }
}

/// Casts `Sweep` at once, when a session becomes ready and at every poll interval, and `Press` when Done items
/// arrive.
fn timer(inbox: ActorRef<InboxMsg>, args: &InboxArgs) -> OwnedTask<()> {
    let bell = args.work.environment.nudges.bell(&Stage::Done.queue(&args.work.portal));
    let (poll, session) = (args.poll, args.work.session.clone());
    OwnedTask::spawn(async move {
        let mut message = InboxMsg::Sweep;
        let mut sweep_at = tokio::time::Instant::now();
        loop {
            if matches!(message, InboxMsg::Sweep) {
                sweep_at = tokio::time::Instant::now() + poll;
            }
            if inbox.cast(message).is_err() {
                return;
            }
            message = tokio::select! {
                // In order, so that a simulation takes the same course again.
                biased;
                () = bell.notified() => InboxMsg::Press,
                () = session.became_ready() => InboxMsg::Sweep,
                () = tokio::time::sleep_until(sweep_at) => InboxMsg::Sweep,
            };
        }
    })
}

/// What the inbox does.
pub struct InboxWork {
    /// The portal.
    pub portal: PortalName,
    /// The folders whose messages are wanted.
    pub folders: Vec<String>,
    /// The chart types of messages that are wanted; none: all.
    pub chart_types: Vec<String>,
    /// The ports.
    pub environment: Environment,
    /// The portal's session.
    pub session: SessionWatch,
    /// Requests whose first item may not have been enqueued. Lies here and not with the actor, whose restart must
    /// not forget it; a new process begins with everything that is unfinished.
    unsent: Mutex<BTreeSet<RequestId>>,
}

enum SweepError {
    Portal(PortalError),
    Store(PortError),
}

impl From<PortalError> for SweepError {
    fn from(error: PortalError) -> Self {
        Self::Portal(error)
    }
}

impl From<PortError> for SweepError {
    fn from(error: PortError) -> Self {
        Self::Store(error)
    }
}

impl InboxWork {
    /// What the inbox of a portal does.
    pub fn new(
        portal: PortalName,
        folders: Vec<String>,
        environment: Environment,
        session: SessionWatch,
    ) -> Self {
        let chart_types = Vec::new();
        Self { portal, folders, chart_types, environment, session, unsent: Mutex::default() }
    }

    /// Leaves messages of other chart types alone; none: takes all.
    #[must_use]
    pub fn only(self, chart_types: Vec<String>) -> Self {
        Self { chart_types, ..self }
    }

    async fn sweep(&self, round: Round, limits: &StageLimits) {
        let SessionStatus::Ready { generation, portal } = self.session.now() else { return };
        if round == Round::Done {
            return self.press_done(limits).await;
        }
        match self.take_messages(portal.as_ref()).await {
            Ok(0) => {}
            Ok(new) => tracing::info!(portal = %self.portal, new, "new messages"),
            Err(SweepError::Portal(PortalError::SessionLost | PortalError::KickedOut)) => {
                return self.session.rejected(generation);
            }
            Err(SweepError::Portal(error)) => {
                tracing::warn!(portal = %self.portal, %error, "In Basket not read")
            }
            Err(SweepError::Store(error)) => {
                self.environment.suspect_store(&error);
                tracing::warn!(portal = %self.portal, %error, "messages not stored")
            }
        }
        self.press_done(limits).await;
    }

    async fn take_messages(&self, portal: &dyn PortalSession) -> Result<usize, SweepError> {
        let mut new = 0;
        for folder in portal.folders().await?.iter().filter(|folder| wanted_folder(folder, &self.folders)) {
            let rows = portal.messages(folder).await?.into_iter();
            for row in rows.filter(|row| wanted_chart_type(row, &self.chart_types)) {
                new += usize::from(self.take(row).await?);
            }
        }
        Ok(new)
    }

    /// Makes a request of a row that is not known yet, and starts its trace.
    async fn take(&self, row: InboxRow) -> Result<bool, PortError> {
        let environment = &self.environment;
        let sealer = environment.sealer.as_ref();
        let message = keys::message_key(sealer, &self.portal, row.message_id.reveal());
        let patient = keys::patient_key(sealer, &self.portal, row.patient.mrn.reveal());
        let id = keys::request_id(&message, &patient);
        if let Some(known) = environment.requests.get(&id).await? {
            self.send_unsent(&known.value).await?;
            return Ok(false);
        }
        let span = tracing::info_span!(parent: None, "message", request = %id, portal = %self.portal);
        let traceparent = trace::traceparent_of(&span);
        let request =
            Request::new(id, self.portal.clone(), message, patient, row, traceparent, environment.now());
        async {
            self.unsent().insert(request.id.clone());
            let created = environment.requests.create(&request).await?;
            (environment.stop_point)("inbox.stored");
            self.send(&request).await?;
            (environment.stop_point)("inbox.enqueued");
            Ok(created)
        }
        .instrument(span)
        .await
    }

    /// Enqueues a request's first item where that failed after the request had been stored.
    async fn send_unsent(&self, request: &Request) -> Result<(), PortError> {
        let unsent = self.unsent().contains(&request.id);
        if unsent && request.status == (RequestStatus::InWork { stage: Stage::Scrape }) {
            return self.send(request).await;
        }
        self.unsent().remove(&request.id);
        Ok(())
    }

    async fn send(&self, request: &Request) -> Result<(), PortError> {
        let environment = &self.environment;
        let item = request.item(Stage::Scrape, environment.now());
        environment.queue.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await?;
        environment.nudges.ring(&item.queue());
        self.unsent().remove(&request.id);
        Ok(())
    }

    fn unsent(&self) -> MutexGuard<'_, BTreeSet<RequestId>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Presses Done while there is a session and something in the queue.
    async fn press_done(&self, limits: &StageLimits) {
        let queue = Stage::Done.queue(&self.portal);
        while matches!(self.session.now(), SessionStatus::Ready { .. }) {
            let leases = pull::lease(&self.environment, &queue, DONE_BATCH, limits.lease).await;
            if leases.is_empty() {
                return;
            }
            let waiting: Vec<_> =
                leases.into_iter().map(|lease| (self.renewals(&lease, *limits), lease)).collect();
            for (renewals, lease) in waiting {
                drop(renewals);
                stage::run(self, &lease, &self.environment, limits, &StageMetrics::default()).await;
            }
        }
    }

    /// Keeps the lease of an item that waits its turn.
    fn renewals(&self, lease: &Lease, limits: StageLimits) -> OwnedTask<()> {
        let (environment, lease) = (self.environment.clone(), lease.clone());
        OwnedTask::spawn(async move {
            let failure = stage::keep_lease(&lease, &environment, &limits).await;
            tracing::debug!(?failure, "the lease of a waiting Done has ended");
        })
    }
}

#[async_trait]
impl StageWork for InboxWork {
    type Output = ();

    fn stage(&self) -> Stage {
        Stage::Done
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok((!request.wants(item)).then(Vec::new))
    }

    async fn perform(&self, item: &WorkItem) -> Result<(), StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        let SessionStatus::Ready { generation, portal } = self.session.now() else {
            return Err(PortalError::SessionLost.into());
        };
        let pressed = portal.mark_done(&request.row).await;
        let entry = audit::message_done(&request, pressed.as_ref().copied(), self.environment.now());
        let written = self.environment.audit.write_down(&[entry]).await;
        match pressed {
            // A message that is gone has been dealt with by somebody.
            Ok(()) | Err(PortalError::NotFound { .. }) => Ok(written?),
            Err(error @ (PortalError::SessionLost | PortalError::KickedOut)) => {
                self.session.rejected(generation);
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn commit(&self, item: &WorkItem, (): ()) -> Result<Vec<WorkItem>, StageFailure> {
        let now = self.environment.now();
        self.environment
            .update_request(&item.subject.request(), |request| {
                let wanted = request.wants(item);
                if wanted {
                    request.done(now);
                }
                wanted
            })
            .await?;
        Ok(Vec::new())
    }
}
