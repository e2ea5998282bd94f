//! A patient scraper: reads one CC'd patient's chart for the requests about that patient, one after the other.
//!
//! Consumes leases of `epic_scrape_<portal>` handed over by the dispatch, emits `epic_reassembly`. Commit
//! points: the audit entry, before the portal is asked for anything of a chart; the request's captured chart; before
//! that every finished step is remembered in the step cache. When the
//! session ends it reports the fact once, waits for the next session, and goes on from the step cache. A
//! restart loses what was in flight, at most one listing and the downloads side by side. It never uses a page whose
//! patient is not the message's, and never answers a portal that asks why the chart is wanted.

mod chart;
mod download;
mod gate;
mod opening;
mod steps;
mod trail;

pub use chart::ChartReader;
pub use gate::ChartGate;

use crate::environment::Environment;
use crate::metrics::StageMetrics;
use crate::owned_task::OwnedTask;
use crate::session::SessionWatch;
use crate::stage::{self, StageFailure, StageLimits, StageWork};
use async_trait::async_trait;
use domain::patient_scraper::ChartRules;
use domain::ports::{HtmlPrinter, PortalError, PortalSession};
use domain::request::{CapturedChart, Request};
use domain::retry::Cause;
use domain::session::SessionStatus;
use domain::work::{Lease, Stage, WorkItem};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use understanding::Knowledge;

/// The reason with which a scraper stops when nothing is left to do for its patient; an expected exit.
pub const SCRAPER_IDLE: &str = "idle";

/// The actor.
pub struct PatientScraper;

/// What a scraper is told.
#[derive(Debug)]
pub enum PatientScraperMsg {
    /// Scrape for this item; the permit keeps the dispatch from leasing more than there is room for.
    Scrape {
        /// The item in hand.
        lease: Box<Lease>,
        /// Given back when the item is settled, or when the scraper dies.
        permit: OwnedSemaphorePermit,
    },
    /// The item in work has been settled.
    Settled,
    /// The lease of a waiting item has ended all the same: somebody else will get it.
    LeaseLost {
        /// Which lease.
        token: String,
    },
}

/// What a scraper starts with.
#[derive(Clone)]
pub struct PatientScraperArgs {
    /// What to do with an item.
    pub work: Arc<ScrapeWork>,
    /// The limits of an item.
    pub limits: StageLimits,
}

/// The scraper's own state.
pub struct PatientScraperState {
    args: PatientScraperArgs,
    waiting: VecDeque<Waiting>,
    in_work: Option<OwnedTask<()>>,
}

/// An item that waits its turn. Its lease is renewed meanwhile, else the queue would hand it out again and again.
struct Waiting {
    lease: Lease,
    permit: OwnedSemaphorePermit,
    _renewals: OwnedTask<()>,
}

impl Actor for PatientScraper {
    type Msg = PatientScraperMsg;
    type State = PatientScraperState;
    type Arguments = PatientScraperArgs;

    async fn pre_start(
        &self,
        _: ActorRef<PatientScraperMsg>,
        args: PatientScraperArgs,
    ) -> Result<PatientScraperState, ActorProcessingErr> {
        Ok(PatientScraperState { args, waiting: VecDeque::new(), in_work: None })
    }

    async fn handle(
        &self,
        myself: ActorRef<PatientScraperMsg>,
        message: PatientScraperMsg,
        state: &mut PatientScraperState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            PatientScraperMsg::Scrape { lease, permit } => state.take(*lease, permit, &myself),
            PatientScraperMsg::Settled => state.settled(&myself),
            PatientScraperMsg::LeaseLost { token } => {
                state.waiting.retain(|waiting| waiting.lease.token != token);
            }
        }
        Ok(())
    }
}

impl PatientScraperState {
    fn take(&mut self, lease: Lease, permit: OwnedSemaphorePermit, myself: &ActorRef<PatientScraperMsg>) {
        let renewals = self.renewals(&lease, myself.clone());
        self.waiting.push_back(Waiting { lease, permit, _renewals: renewals });
        if self.in_work.is_none() {
            self.start_next(myself);
        }
    }

    fn settled(&mut self, myself: &ActorRef<PatientScraperMsg>) {
        self.in_work = None;
        self.start_next(myself);
        if self.in_work.is_none() {
            // Nothing more about this patient; the dispatch starts another scraper when there is.
            myself.stop(Some(SCRAPER_IDLE.to_owned()));
        }
    }

    fn renewals(&self, lease: &Lease, myself: ActorRef<PatientScraperMsg>) -> OwnedTask<()> {
        let (args, lease) = (self.args.clone(), lease.clone());
        OwnedTask::spawn(async move {
            let failure = stage::keep_lease(&lease, &args.work.environment, &args.limits).await;
            tracing::debug!(?failure, "a waiting item is given up");
            // A scraper that has been stopped holds nothing any more.
            let _ = myself.cast(PatientScraperMsg::LeaseLost { token: lease.token });
        })
    }

    fn start_next(&mut self, myself: &ActorRef<PatientScraperMsg>) {
        let Some(Waiting { lease, permit, _renewals }) = self.waiting.pop_front() else { return };
        let (args, myself) = (self.args.clone(), myself.clone());
        self.in_work = Some(OwnedTask::spawn(async move {
            let work = &args.work;
            stage::run(work.as_ref(), &lease, &work.environment, &args.limits, &StageMetrics::default())
                .await;
            drop(permit);
            // A scraper that has been stopped needs no telling.
            let _ = myself.cast(PatientScraperMsg::Settled);
        }));
    }
}

/// What a scraper does with an item.
pub struct ScrapeWork {
    /// The ports.
    pub environment: Environment,
    /// The portal's session as it comes and goes.
    pub session: SessionWatch,
    /// Item families, collection plans, the words of reasons.
    pub knowledge: Arc<Knowledge>,
    /// What holds for any chart of the portal.
    pub rules: ChartRules,
    /// Counts the charts opened.
    pub gate: ChartGate,
    /// Makes PDFs of HTML notes.
    pub printer: Arc<dyn HtmlPrinter>,
    /// How long a scrape waits for a session before it gives the item back.
    pub session_wait: Duration,
}

#[async_trait]
impl StageWork for ScrapeWork {
    /// The round it was read in, and what was brought home.
    type Output = (u32, CapturedChart);

    fn stage(&self) -> Stage {
        Stage::Scrape
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok(stage::request_done(request, item, self.environment.now()))
    }

    async fn perform(&self, item: &WorkItem) -> Result<(u32, CapturedChart), StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        loop {
            let session = self.ready_session().await?;
            let generation = session.generation();
            let mut reader = ChartReader::new(self, &request, session);
            let read = reader.read().await;
            if read.is_err() && reader.has_progressed() {
                self.forget_failures(item).await?;
            }
            match read {
                // The stay itself knows whether it was thrown out, and what follows from that.
                Err(ScrapeError::Portal(PortalError::SessionLost | PortalError::KickedOut)) => {
                    self.session.rejected(generation);
                }
                Err(ScrapeError::Portal(error)) => return Err(error.into()),
                Err(ScrapeError::Stage(failure)) => return Err(failure),
                Ok(captured) => return Ok((request.round, captured)),
            }
        }
    }

    async fn commit(
        &self,
        item: &WorkItem,
        (round, captured): (u32, CapturedChart),
    ) -> Result<Vec<WorkItem>, StageFailure> {
        stage::advance_request(&self.environment, item, |request| {
            (request.round == round).then(|| {
                request.captured = Some(captured.clone());
                Stage::Reassembly
            })
        })
        .await
    }
}

/// What can go wrong while a chart is read.
#[derive(Debug)]
pub enum ScrapeError {
    /// At the portal.
    Portal(PortalError),
    /// In a store.
    Stage(StageFailure),
}

impl From<PortalError> for ScrapeError {
    fn from(error: PortalError) -> Self {
        Self::Portal(error)
    }
}

impl From<StageFailure> for ScrapeError {
    fn from(failure: StageFailure) -> Self {
        Self::Stage(failure)
    }
}

impl From<domain::ports::PortError> for ScrapeError {
    fn from(error: domain::ports::PortError) -> Self {
        Self::Stage(error.into())
    }
}

impl ScrapeWork {
    /// A chart has many documents, and a poor portal fails at one after the other: only attempts that came no
    /// further are counted. Steps are finite, so this ends.
    async fn forget_failures(&self, item: &WorkItem) -> Result<(), StageFailure> {
        self.environment
            .update_request(&item.subject.request(), |request| {
                request.wants(item) && request.failures.clear(Stage::Scrape, &item.subject)
            })
            .await?;
        Ok(())
    }

    /// Waits for a session that has not been reported as ended.
    async fn ready_session(&self) -> Result<Arc<dyn PortalSession>, StageFailure> {
        match self.session.ready(self.session_wait).await {
            SessionStatus::Ready { portal, .. } => Ok(portal),
            SessionStatus::Locked { cause } => Err(StageFailure::failed(
                Cause::PortalLocked,
                format!("the portal's account is locked: {}", cause.way_out()),
            )),
            SessionStatus::LoggingIn
            | SessionStatus::AwaitingMailbox { .. }
            | SessionStatus::AwaitingMfaCode
            | SessionStatus::Held { .. }
            | SessionStatus::Down { .. } => {
                Err(StageFailure::failed(Cause::SessionLost, "no session came in time"))
            }
        }
    }
}
