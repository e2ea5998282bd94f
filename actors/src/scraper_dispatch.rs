//! Scraper dispatch: leases a portal's scrape items while its session is ready, and hands each to the scraper
//! of its patient, which it finds or has started.
//!
//! Owns: the permits that bound how many items are in the scrapers' hands, and the pull under way, which may take
//! as long as the queue likes. A restart loses nothing: leases already handed over stay with the scrapers. It never
//! leases without a session, so items wait in the queue, not in memory. Copies of one item go to the same scraper,
//! which takes them one after the other.

use crate::environment::Environment;
use crate::owned_task::OwnedTask;
use crate::patient_scraper::PatientScraperMsg;
use crate::pull;
use crate::session::SessionWatch;
use async_trait::async_trait;
use domain::ids::{PatientKey, PortalName};
use domain::session::SessionStatus;
use domain::work::{Lease, Stage};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The actor.
pub struct ScraperDispatch;

/// Finds or starts the scraper of a patient; given by the program, which knows the supervisors.
#[async_trait]
pub trait ScraperSpawner: Send + Sync {
    /// The patient's running scraper.
    ///
    /// # Errors
    /// Why none could be started.
    async fn scraper(&self, patient: &PatientKey) -> Result<ActorRef<PatientScraperMsg>, String>;
}

/// What the dispatch is told.
#[derive(Debug)]
pub enum ScraperDispatchMsg {
    /// Work may be ready, or room may be free.
    Pull,
    /// The pull has ended.
    Pulled,
}

/// What the dispatch starts with.
#[derive(Clone)]
pub struct ScraperDispatchArgs {
    /// The portal.
    pub portal: PortalName,
    /// The ports.
    pub environment: Environment,
    /// The portal's session.
    pub session: SessionWatch,
    /// Finds or starts scrapers.
    pub spawner: Arc<dyn ScraperSpawner>,
    /// Items in the scrapers' hands at most.
    pub room: usize,
    /// How long a lease runs.
    pub lease: Duration,
    /// How long to wait for a nudge before looking anyway.
    pub poll: Duration,
}

/// The dispatch's own state.
pub struct ScraperDispatchState {
    args: ScraperDispatchArgs,
    permits: Arc<Semaphore>,
    pulling: Option<OwnedTask<()>>,
    /// Whether somebody asked for a pull during this one.
    pull_again: bool,
    _poller: OwnedTask<()>,
}

impl Actor for ScraperDispatch {
    type Msg = ScraperDispatchMsg;
    type State = ScraperDispatchState;
    type Arguments = ScraperDispatchArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<ScraperDispatchMsg>,
        args: ScraperDispatchArgs,
    ) -> Result<ScraperDispatchState, ActorProcessingErr> {
        let permits = Arc::new(Semaphore::new(args.room));
        let poller = poller(myself, &args, Arc::clone(&permits));
        Ok(ScraperDispatchState { args, permits, pulling: None, pull_again: false, _poller: poller })
    }

    async fn handle(
        &self,
        myself: ActorRef<ScraperDispatchMsg>,
        message: ScraperDispatchMsg,
        state: &mut ScraperDispatchState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ScraperDispatchMsg::Pull => state.pull(myself),
            ScraperDispatchMsg::Pulled => state.pulled(myself),
        }
        Ok(())
    }
}

impl ScraperDispatchState {
    fn pull(&mut self, myself: ActorRef<ScraperDispatchMsg>) {
        if self.pulling.as_ref().is_some_and(|pull| !pull.is_finished()) {
            self.pull_again = true;
            return;
        }
        self.pull_again = false;
        let (args, permits) = (self.args.clone(), Arc::clone(&self.permits));
        self.pulling = Some(OwnedTask::spawn(async move {
            args.pull(&permits).await;
            // A dispatch that has been stopped needs no telling.
            let _ = myself.cast(ScraperDispatchMsg::Pulled);
        }));
    }

    fn pulled(&mut self, myself: ActorRef<ScraperDispatchMsg>) {
        self.pulling = None;
        if self.pull_again {
            self.pull(myself);
        }
    }
}

impl ScraperDispatchArgs {
    /// Leases as long as there is room, a session and something to lease.
    async fn pull(&self, permits: &Arc<Semaphore>) {
        let queue = Stage::Scrape.queue(&self.portal);
        while matches!(self.session.now(), SessionStatus::Ready { .. }) {
            // Nobody else takes permits for long, so what is free now stays free during the call.
            let room = permits.available_permits();
            if room == 0 {
                return;
            }
            let leases = pull::lease(&self.environment, &queue, room, self.lease).await;
            let mut handed_over = 0;
            for lease in leases {
                let Ok(permit) = Arc::clone(permits).acquire_owned().await else { return };
                match self.hand_over(lease, permit).await {
                    Ok(()) => handed_over += 1,
                    Err(cause) => {
                        tracing::warn!(%cause, "no scraper took the item; it comes back when its lease ends");
                    }
                }
            }
            if handed_over == 0 {
                return;
            }
        }
    }

    async fn hand_over(&self, lease: Lease, permit: OwnedSemaphorePermit) -> Result<(), String> {
        let request = lease.item.subject.request();
        let patient = match self.environment.request(&request).await {
            Ok(request) => request.value.patient,
            Err(error) => {
                self.environment.suspect_store(&error);
                return Err(error.to_string());
            }
        };
        let scraper = self.spawner.scraper(&patient).await?;
        scraper
            .cast(PatientScraperMsg::Scrape { lease: Box::new(lease), permit })
            .map_err(|_| "the patient's scraper has just stopped".to_owned())
    }
}

/// Casts `Pull` when the queue is nudged, when room gets free and at every poll interval, until the actor is gone.
fn poller(
    actor: ActorRef<ScraperDispatchMsg>,
    args: &ScraperDispatchArgs,
    permits: Arc<Semaphore>,
) -> OwnedTask<()> {
    let bell = args.environment.nudges.bell(&Stage::Scrape.queue(&args.portal));
    let poll = args.poll;
    OwnedTask::spawn(async move {
        while actor.cast(ScraperDispatchMsg::Pull).is_ok() {
            let room = async {
                // Only a full house has to wait for room; otherwise the bell or the interval says when to look.
                if permits.available_permits() > 0 {
                    std::future::pending::<()>().await;
                }
                drop(permits.acquire().await);
            };
            tokio::select! {
                // In order, so that a simulation takes the same course again.
                biased;
                () = bell.notified() => {}
                () = room => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
    })
}
