//! The life of a leased work item, the same for every stage, written once:
//! lease → already done? → perform → commit under the key → settle.
//!
//! Order matters: store the result, enqueue the next items, acknowledge. A crash between any two of them gives
//! a repeat, never a loss, and the commit key absorbs the repeat. *Already done* skips performing, never
//! advancing. Failures are counted in the store, so a restart does not forget them.

mod advance;
mod failure;

pub use advance::{advance_request, request_done};
pub(crate) use failure::park;

use crate::environment::Environment;
use crate::metrics::{Settled, StageMetrics};
use crate::outages::Server;
use crate::trace;
use async_trait::async_trait;
use domain::parser::Reason;
use domain::ports::{ErrorClass, PortError, PortalError};
use domain::request::Request;
use domain::retry::{Cause, RetryPolicy};
use domain::work::{Lease, Stage, WorkItem};
use futures::FutureExt;
use jiff::SignedDuration;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// What one stage does with an item.
#[async_trait]
pub trait StageWork: Send + Sync + 'static {
    /// What performing gives and committing stores.
    type Output: Send;

    /// Which stage this is.
    fn stage(&self) -> Stage;

    /// The items that follow when the item's commit key is already in the store. `request` is the item's, as it
    /// was just read.
    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure>;

    /// Does the work; stores nothing that a repeat would mind.
    async fn perform(&self, item: &WorkItem) -> Result<Self::Output, StageFailure>;

    /// Stores the result under the commit key, and says which items follow.
    async fn commit(&self, item: &WorkItem, output: Self::Output) -> Result<Vec<WorkItem>, StageFailure>;
}

/// Why an item could not be finished.
#[derive(Clone, Debug)]
pub enum StageFailure {
    /// Something failed; the retry policy says what follows.
    Failed {
        /// What kind.
        cause: Cause,
        /// What was met; no patient data.
        detail: String,
        /// When the other side asked to be left alone for this long.
        retry_after: Option<Duration>,
    },
    /// The request as a whole waits for a person.
    NeedsPerson(Vec<Reason>),
    /// The item is somebody else's now.
    LeaseLost,
}

impl StageFailure {
    /// Of a port that handles the item's own content, such as a printer: an error that may pass counts against the item.
    pub fn elsewhere(error: PortError) -> Self {
        match error.class {
            ErrorClass::Transient => Self::failed(Cause::Unavailable, error.to_string()),
            _ => error.into(),
        }
    }

    /// A failure of a kind.
    pub fn failed(cause: Cause, detail: impl Into<String>) -> Self {
        Self::Failed { cause, detail: detail.into(), retry_after: None }
    }
}

/// Of a back end or a destination: what is away is no fault of the item's, and is waited for. Ports that handle the
/// item's own content (workers, the printer) say themselves what their failure means.
impl From<PortError> for StageFailure {
    fn from(error: PortError) -> Self {
        let cause = match error.class {
            ErrorClass::Transient => Cause::BackEndAway,
            ErrorClass::Permanent | ErrorClass::NotFound => Cause::Permanent,
            ErrorClass::Conflict => Cause::Conflict,
            ErrorClass::LeaseLost => return Self::LeaseLost,
        };
        Self::failed(cause, error.to_string())
    }
}

impl From<PortalError> for StageFailure {
    fn from(error: PortalError) -> Self {
        let detail = error.to_string();
        match error {
            PortalError::SessionLost | PortalError::KickedOut => Self::failed(Cause::SessionLost, detail),
            PortalError::Throttled { retry_after } => {
                Self::Failed { cause: Cause::Throttled, detail, retry_after }
            }
            PortalError::Unavailable { .. } => Self::failed(Cause::Unavailable, detail),
            PortalError::NotPermitted { .. }
            | PortalError::NotFound { .. }
            | PortalError::TooLarge { .. } => Self::failed(Cause::Permanent, detail),
            PortalError::UnexpectedPage { .. } => Self::failed(Cause::UnexpectedPage, detail),
            PortalError::WrongPatient { conflict, .. } => {
                let code = format!("quarantine:{}", conflict_name(conflict));
                Self::NeedsPerson(vec![Reason {
                    code,
                    text: format!("{detail}; nothing of this chart was used"),
                }])
            }
        }
    }
}

const fn conflict_name(conflict: domain::patient::IdentityConflict) -> &'static str {
    match conflict {
        domain::patient::IdentityConflict::Mrn => "mrn",
        domain::patient::IdentityConflict::DateOfBirth => "date_of_birth",
        domain::patient::IdentityConflict::Name => "name",
    }
}

/// The limits of one stage.
#[derive(Clone, Copy, Debug)]
pub struct StageLimits {
    /// How long a lease runs; it is renewed at a third of it.
    pub lease: Duration,
    /// The longest an item may be worked on.
    pub run_max: Duration,
    /// Deliveries after which an item that always dies with its worker is parked.
    pub deliveries_max: u32,
    /// Retry and park.
    pub retry: RetryPolicy,
}

impl Default for StageLimits {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            run_max: Duration::from_mins(30),
            deliveries_max: 20,
            retry: RetryPolicy::default(),
        }
    }
}

/// Takes a leased item to its settling and says how it was settled. Never panics: a panic of the stage is a
/// failure of the item.
pub async fn run<W: StageWork>(
    work: &W,
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
    metrics: &StageMetrics,
) -> Settled {
    let stage = work.stage();
    let span = tracing::info_span!(
        "stage",
        otel.name = stage.name(),
        stage = stage.name(),
        request = %lease.item.subject.request(),
        portal = %lease.item.portal,
        deliveries = lease.deliveries,
    );
    trace::follow(&span, lease.item.traceparent.as_deref());
    let started = Instant::now();
    let settled = settle(work, lease, environment, limits).instrument(span).await;
    metrics.settled(stage, settled, started.elapsed());
    settled
}

async fn settle<W: StageWork>(
    work: &W,
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
) -> Settled {
    let outcome = if lease.deliveries > limits.deliveries_max {
        let detail = format!("handed out {} times without ever being settled", lease.deliveries);
        Err(StageFailure::failed(Cause::Permanent, detail))
    } else {
        let steps = AssertUnwindSafe(steps(work, lease, environment)).catch_unwind();
        tokio::select! {
            // Steps first: what has just been settled is not given up for want of its lease.
            biased;
            result = steps => result.unwrap_or_else(|_| Err(StageFailure::failed(Cause::Panicked, "the stage panicked"))),
            failure = keep_lease(lease, environment, limits) => Err(failure),
        }
    };
    match outcome {
        Ok(settled) => {
            environment.outages.answered(Server::Other, environment.now());
            tracing::info!(?settled, "settled");
            settled
        }
        Err(failure) => failure::settle(failure, work, lease, environment, limits).await,
    }
}

/// The steps between lease and acknowledgement, with a named stop point after each durable one.
async fn steps<W: StageWork>(
    work: &W,
    lease: &Lease,
    environment: &Environment,
) -> Result<Settled, StageFailure> {
    let name = work.stage().name();
    let stop_at = |step: &str| (environment.stop_point)(&format!("{name}.{step}"));
    stop_at("leased");
    let request = environment.request(&lease.item.subject.request()).await?.value;
    if request.holds_back(&lease.item, environment.now()) {
        // Given up, or waiting in the store: whoever lets it go enqueues it. This one is a copy, or came too soon.
        environment.queue.acknowledge(lease).await?;
        return Ok(Settled::Repeated);
    }
    let (next, settled) = match work.already_done(&lease.item, &request).await? {
        Some(next) => (next, Settled::Repeated),
        None => {
            let output = work.perform(&lease.item).await?;
            stop_at("performed");
            (work.commit(&lease.item, output).await?, Settled::Advanced)
        }
    };
    stop_at("stored");
    advance(&next, lease, environment).await?;
    Ok(settled)
}

/// Enqueues what follows, then acknowledges: never the other way round.
async fn advance(next: &[WorkItem], lease: &Lease, environment: &Environment) -> Result<(), PortError> {
    let stop_at = |step: &str| (environment.stop_point)(&format!("{}.{step}", lease.item.stage.name()));
    if !next.is_empty() {
        environment.queue.enqueue(next, SignedDuration::ZERO).await?;
        for item in next {
            environment.nudges.ring(&item.queue());
        }
    }
    stop_at("enqueued");
    environment.queue.acknowledge(lease).await?;
    stop_at("acknowledged");
    Ok(())
}

/// Renews the lease until the item is settled; returns only when the item must be given up.
pub(crate) async fn keep_lease(
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
) -> StageFailure {
    let ttl = SignedDuration::try_from(limits.lease).unwrap_or(SignedDuration::from_secs(30));
    let give_up_at = Instant::now() + limits.run_max;
    loop {
        tokio::time::sleep(limits.lease / 3).await;
        if Instant::now() >= give_up_at {
            return StageFailure::failed(Cause::Unavailable, "the stage's longest run time was passed");
        }
        match environment.queue.renew(lease, ttl).await {
            Err(error) if error.class == ErrorClass::LeaseLost => return StageFailure::LeaseLost,
            Err(error) => {
                environment.outages.failed(Server::Queue, &error, environment.now());
                tracing::debug!(%error, "lease not renewed, trying again");
            }
            Ok(()) => {}
        }
    }
}
