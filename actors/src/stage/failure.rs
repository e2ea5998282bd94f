//! What follows when an item could not be finished: it comes back later, waits for a person, or is parked.
//!
//! A failure counts only while its item is still wanted. An item can be in two hands (a lease that ended, a queue
//! that repeats itself): what one of them has finished, the other's failure must not undo.

use super::{StageFailure, StageLimits, StageWork, advance};
use crate::environment::Environment;
use crate::metrics::Settled;
use crate::outages::Server;
use domain::parser::Reason;
use domain::ports::{ErrorClass, PortError};
use domain::request::{Request, RequestStatus};
use domain::retry::{Cause, RetryVerdict};
use domain::work::{DELAY_MAX, Lease, Stage, WorkItem};
use jiff::SignedDuration;
use std::time::Duration;

/// The longest wait anybody may ask for; whoever asks for more is asked again after this.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Settles an item that was not finished, and says how.
pub(super) async fn settle<W: StageWork>(
    failure: StageFailure,
    work: &W,
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
) -> Settled {
    let result = match (failure, done_meanwhile(work, lease, environment).await) {
        (StageFailure::LeaseLost, _) => Ok(Settled::LeaseLost),
        (_, Some(next)) => advance(&next, lease, environment).await.map(|()| Settled::Repeated),
        (StageFailure::NeedsPerson(reasons), None) => hand_to_person(reasons, lease, environment).await,
        (StageFailure::Failed { cause, detail, retry_after }, None) => {
            tell(cause, &detail, environment);
            retry_or_park(cause, detail, retry_after, lease, environment, limits).await
        }
    };
    result.unwrap_or_else(|error| {
        // The lease will end by itself and the item comes back: nothing is lost. Whoever takes the next item asks
        // the store first.
        environment.suspect_store(&error);
        if error.class == ErrorClass::Transient {
            tracing::debug!(%error, "failure not written down; the item comes back when its lease ends");
        } else {
            tracing::warn!(%error, "failure not written down; the item comes back when its lease ends");
        }
        Settled::LeaseLost
    })
}

/// What follows where somebody else has done the work. Where even this cannot be told, the failure is all there is
/// to go by.
async fn done_meanwhile<W: StageWork>(
    work: &W,
    lease: &Lease,
    environment: &Environment,
) -> Option<Vec<WorkItem>> {
    let request = environment.request(&lease.item.subject.request()).await.ok()?.value;
    work.already_done(&lease.item, &request).await.unwrap_or_default()
}

/// An outage of our own is told of once, not for every item that meets it.
fn tell(cause: Cause, detail: &str, environment: &Environment) {
    if cause == Cause::BackEndAway {
        let error = PortError::transient("a back end", detail);
        environment.outages.failed(Server::Other, &error, environment.now());
        tracing::debug!(cause = cause.name(), %detail, "not finished");
    } else {
        tracing::warn!(cause = cause.name(), %detail, "not finished");
    }
}

/// Takes the request out of work. What is handed over already does not go back: there the one item is given up.
async fn hand_to_person(
    reasons: Vec<Reason>,
    lease: &Lease,
    environment: &Environment,
) -> Result<Settled, PortError> {
    tracing::warn!(codes = ?reasons.iter().map(|reason| &reason.code).collect::<Vec<_>>(), "waits for a person");
    let now = environment.now();
    change(lease, environment, |request| match lease.item.stage {
        Stage::Scrape | Stage::Reassembly | Stage::Ocr | Stage::Parse => {
            request.status = RequestStatus::NeedsPerson { reasons: reasons.clone() };
            request.progress_at = now;
        }
        Stage::Route | Stage::Done => {
            let texts: Vec<&str> = reasons.iter().map(|reason| reason.text.as_str()).collect();
            request.park(&lease.item, Cause::Permanent, texts.join("; "), now);
        }
    })
    .await?;
    environment.queue.acknowledge(lease).await?;
    Ok(Settled::Advanced)
}

async fn retry_or_park(
    cause: Cause,
    detail: String,
    retry_after: Option<Duration>,
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
) -> Result<Settled, PortError> {
    let now = environment.now();
    let count =
        if cause.counts() { count_failure(cause, lease, environment).await? } else { lease.deliveries };
    match limits.retry.decide(cause, count, now, (environment.jitter)()) {
        RetryVerdict::RetryAt(at) => {
            let asked = retry_after.and_then(|wait| SignedDuration::try_from(wait).ok());
            let delay = at.duration_since(now).max(asked.unwrap_or(SignedDuration::ZERO)).min(WAIT_MAX);
            if delay > DELAY_MAX {
                wait_in_store(cause, delay, lease, environment).await?;
            } else {
                give_back(delay, lease, environment, limits).await?;
            }
            Ok(Settled::Retried(cause))
        }
        RetryVerdict::Park => {
            park(cause, detail, lease, environment).await?;
            Ok(Settled::Parked(cause))
        }
    }
}

/// Gives an item up for a person. The store first, then the queue: parked work must never be only in a queue's
/// memory.
pub(crate) async fn park(
    cause: Cause,
    detail: String,
    lease: &Lease,
    environment: &Environment,
) -> Result<(), PortError> {
    let now = environment.now();
    change(lease, environment, |request| request.park(&lease.item, cause, detail.clone(), now)).await?;
    (environment.stop_point)(&format!("{}.parked", lease.item.stage.name()));
    environment.queue.acknowledge(lease).await
}

/// A wait that is longer than a queue can hold is kept with the request; recovery enqueues the item when it is due.
/// The store first, then the queue: a crash in between gives a repeat, which the stage recognises as waiting.
async fn wait_in_store(
    cause: Cause,
    delay: SignedDuration,
    lease: &Lease,
    environment: &Environment,
) -> Result<(), PortError> {
    let until = environment.now().saturating_add(delay).unwrap_or(jiff::Timestamp::MAX);
    change(lease, environment, |request| request.wait(&lease.item, cause, until)).await?;
    (environment.stop_point)(&format!("{}.waits", lease.item.stage.name()));
    environment.queue.acknowledge(lease).await
}

/// Gives the item back to its queue. A queue counts every delivery and cannot be told that this one ended in order,
/// so an item that has used up half of its deliveries is handed in as a new one: the other half is left for those
/// that take their worker down. Not at each failure, because a hand-in whose acknowledgement is lost is one copy
/// more.
async fn give_back(
    delay: SignedDuration,
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
) -> Result<(), PortError> {
    if lease.deliveries < limits.deliveries_max / 2 {
        return environment.queue.release(lease, delay).await;
    }
    environment.queue.enqueue(std::slice::from_ref(&lease.item), delay).await?;
    (environment.stop_point)(&format!("{}.handed_in", lease.item.stage.name()));
    environment.queue.acknowledge(lease).await
}

async fn count_failure(cause: Cause, lease: &Lease, environment: &Environment) -> Result<u32, PortError> {
    let mut count = 0;
    change(lease, environment, |request| {
        count = request.failures.add(lease.item.stage, &lease.item.subject, cause);
    })
    .await?;
    Ok(count)
}

/// Changes the request, unless somebody has brought it on meanwhile.
async fn change(
    lease: &Lease,
    environment: &Environment,
    mut change: impl FnMut(&mut Request) + Send,
) -> Result<(), PortError> {
    environment
        .update_request(&lease.item.subject.request(), |request| {
            let wanted = request.wants(&lease.item);
            if wanted {
                change(request);
            }
            wanted
        })
        .await?;
    Ok(())
}
