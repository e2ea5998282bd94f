//! The inbox: polls a portal's In Basket and makes a request of each message it has not seen; presses Done on
//! messages whose orders have been handed over.
//!
//! Consumes the In Basket and `epic_done_<portal>`, emits `epic_scrape_<portal>`. Commit points: the new
//! request; the request's done mark. A restart loses nothing: a message seen again is known by its key. It never
//! presses Done before the hand-over is durable.

use crate::environment::Environment;
use crate::metrics::StageMetrics;
use crate::owned_task::OwnedTask;
use crate::session::SessionWatch;
use crate::stage::{self, StageFailure, StageLimits, StageWork};
use crate::trace;
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::inbox::{InboxRow, wanted_folder};
use domain::keys;
use domain::ports::{PortError, PortalError, PortalSession};
use domain::request::Request;
use domain::session::SessionStatus;
use domain::work::{Stage, WorkItem};
use jiff::SignedDuration;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// A folder with more pages than this is a profile that never finds the end.
const FOLDER_PAGES_MAX: u32 = 500;

/// Done items leased in one sweep.
const DONE_BATCH: usize = 10;

/// The actor.
pub struct Inbox;

/// What the inbox is told.
#[derive(Debug)]
pub enum InboxMsg {
    /// Look at the In Basket and the Done queue.
    Sweep,
    /// The sweep has ended.
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
    _timer: OwnedTask<()>,
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
        Ok(InboxState { args, sweep: None, _timer: timer })
    }

    async fn handle(
        &self,
        myself: ActorRef<InboxMsg>,
        message: InboxMsg,
        state: &mut InboxState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            InboxMsg::Sweep => state.start_sweep(myself),
            InboxMsg::Swept => state.sweep = None,
        }
        Ok(())
    }
}

impl InboxState {
    fn start_sweep(&mut self, myself: ActorRef<InboxMsg>) {
        if self.sweep.as_ref().is_some_and(|sweep| !sweep.is_finished()) {
            return;
        }
        let args = self.args.clone();
        self.sweep = Some(OwnedTask::spawn(async move {
            args.work.sweep(&args.limits).await;
            // An inbox that has been stopped needs no telling.
            let _ = myself.cast(InboxMsg::Swept);
        }));
    }
}

/// Casts `Sweep` at once, when a session becomes ready, when Done items arrive and at every poll interval.
fn timer(inbox: ActorRef<InboxMsg>, args: &InboxArgs) -> OwnedTask<()> {
    let bell = args.work.environment.nudges.bell(&Stage::Done.queue(&args.work.portal));
    let (poll, session) = (args.poll, args.work.session.clone());
    OwnedTask::spawn(async move {
        while inbox.cast(InboxMsg::Sweep).is_ok() {
            tokio::select! {
                // In order, so that a simulation takes the same course again.
                biased;
                () = bell.notified() => {}
                () = session.became_ready() => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
    })
}

/// What the inbox does.
pub struct InboxWork {
    /// The portal.
    pub portal: PortalName,
    /// The folders whose messages are wanted.
    pub folders: Vec<String>,
    /// The ports.
    pub environment: Environment,
    /// The portal's session.
    pub session: SessionWatch,
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
    async fn sweep(&self, limits: &StageLimits) {
        let SessionStatus::Ready { generation, portal } = self.session.now() else { return };
        match self.take_messages(portal.as_ref()).await {
            Ok(0) => {}
            Ok(new) => tracing::info!(portal = %self.portal, new, "new messages"),
            Err(SweepError::Portal(PortalError::SessionLost)) => return self.session.rejected(generation),
            Err(SweepError::Portal(error)) => {
                tracing::warn!(portal = %self.portal, %error, "In Basket not read")
            }
            Err(SweepError::Store(error)) => {
                tracing::warn!(portal = %self.portal, %error, "messages not stored")
            }
        }
        self.press_done(limits).await;
    }

    async fn take_messages(&self, portal: &dyn PortalSession) -> Result<usize, SweepError> {
        let mut new = 0;
        for folder in portal.folders().await?.iter().filter(|folder| wanted_folder(folder, &self.folders)) {
            let mut page = 1;
            loop {
                let list = portal.messages(folder, page).await?;
                for row in list.rows {
                    new += usize::from(self.take(row).await?);
                }
                if page >= list.page_count {
                    break;
                }
                if page >= FOLDER_PAGES_MAX {
                    let signal = format!("the folder has more than {FOLDER_PAGES_MAX} pages");
                    return Err(
                        PortalError::UnexpectedPage { page: "message list".to_owned(), signal }.into()
                    );
                }
                page += 1;
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
        if environment.requests.get(&id).await?.is_some() {
            return Ok(false);
        }
        let span = tracing::info_span!(parent: None, "message", request = %id, portal = %self.portal);
        let traceparent = trace::traceparent_of(&span);
        let request =
            Request::new(id, self.portal.clone(), message, patient, row, traceparent, environment.now());
        async {
            let created = environment.requests.create(&request).await?;
            (environment.stop_point)("inbox.stored");
            let item = request.item(Stage::Scrape, environment.now());
            environment.queue.enqueue(std::slice::from_ref(&item), SignedDuration::ZERO).await?;
            environment.nudges.ring(&item.queue());
            (environment.stop_point)("inbox.enqueued");
            Ok(created)
        }
        .instrument(span)
        .await
    }

    async fn press_done(&self, limits: &StageLimits) {
        let queue = Stage::Done.queue(&self.portal);
        let ttl = SignedDuration::try_from(limits.lease).unwrap_or(SignedDuration::from_secs(30));
        loop {
            let leases = match self.environment.queue.lease(&queue, DONE_BATCH, ttl).await {
                Ok(leases) => leases,
                Err(error) => return tracing::warn!(%error, "Done queue not read"),
            };
            if leases.is_empty() {
                return;
            }
            for lease in leases {
                stage::run(self, &lease, &self.environment, limits, &StageMetrics::default()).await;
            }
        }
    }
}

#[async_trait]
impl StageWork for InboxWork {
    type Output = ();

    fn stage(&self) -> Stage {
        Stage::Done
    }

    async fn already_done(&self, item: &WorkItem) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        Ok(request.done_at.is_some().then(Vec::new))
    }

    async fn perform(&self, item: &WorkItem) -> Result<(), StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        let SessionStatus::Ready { generation, portal } = self.session.now() else {
            return Err(PortalError::SessionLost.into());
        };
        match portal.mark_done(&request.row).await {
            // A message that is gone has been dealt with by somebody.
            Ok(()) | Err(PortalError::NotFound { .. }) => Ok(()),
            Err(PortalError::SessionLost) => {
                self.session.rejected(generation);
                Err(PortalError::SessionLost.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn commit(&self, item: &WorkItem, (): ()) -> Result<Vec<WorkItem>, StageFailure> {
        let now = self.environment.now();
        self.environment
            .update_request(&item.subject.request(), |request| {
                if request.done_at.is_some() {
                    return false;
                }
                request.done_at = Some(now);
                true
            })
            .await?;
        Ok(Vec::new())
    }
}
