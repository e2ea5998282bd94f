//! What follows when an item could not be finished: it comes back later, waits for a person, or is parked.
//!
//! A failure counts only while its item is still wanted. An item can be in two hands (a lease that ended, a queue
//! that repeats itself): what one of them has finished, the other's failure must not undo.

use super::{StageFailure, StageLimits, StageWork, advance, stands_before};
use crate::environment::Environment;
use crate::metrics::Settled;
use domain::parser::Reason;
use domain::ports::PortError;
use domain::request::{Park, Request, RequestStatus};
use domain::retry::{Cause, RetryVerdict};
use domain::work::{Lease, Stage, WorkItem};
use jiff::SignedDuration;
use std::time::Duration;

/// Settles an item that was not finished, and says how.
pub(super) async fn settle<W: StageWork>(
    failure: StageFailure,
    work: &W,
    lease: &Lease,
    environment: &Environment,
    limits: &StageLimits,
) -> Settled {
    // Where even this cannot be told, the failure is all there is to go by.
    let done_meanwhile = work.already_done(&lease.item).await.unwrap_or_default();
    let result = match (failure, done_meanwhile) {
        (StageFailure::LeaseLost, _) => Ok(Settled::LeaseLost),
        (_, Some(next)) => advance(&next, lease, environment).await.map(|()| Settled::Repeated),
        (StageFailure::NeedsPerson(reasons), None) => hand_to_person(reasons, lease, environment).await,
        (StageFailure::Failed { cause, detail, retry_after }, None) => {
            tracing::warn!(cause = cause.name(), %detail, "not finished");
            retry_or_park(cause, detail, retry_after, lease, environment, limits).await
        }
    };
    result.unwrap_or_else(|error| {
        // The lease will end by itself and the item comes back: nothing is lost.
        tracing::warn!(%error, "failure not written down; the item comes back when its lease ends");
        Settled::LeaseLost
    })
}

/// Whether an item still stands between its request and what comes next.
fn wanted(request: &Request, item: &WorkItem) -> bool {
    match item.stage {
        Stage::Scrape | Stage::Reassembly | Stage::Ocr | Stage::Parse => stands_before(request, item),
        Stage::Route => request.revision == item.revision && !request.at_rest(),
        Stage::Done => request.revision == item.revision && request.done_at.is_none(),
    }
}

async fn hand_to_person(
    reasons: Vec<Reason>,
    lease: &Lease,
    environment: &Environment,
) -> Result<Settled, PortError> {
    tracing::warn!(codes = ?reasons.iter().map(|reason| &reason.code).collect::<Vec<_>>(), "waits for a person");
    stop_work(RequestStatus::NeedsPerson { reasons }, lease, environment).await?;
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
    let count = if cause.counts() { count_failure(cause, lease, environment).await? } else { 0 };
    match limits.retry.decide(cause, count, now, (environment.jitter)()) {
        RetryVerdict::RetryAt(at) => {
            let asked = retry_after.and_then(|wait| SignedDuration::try_from(wait).ok());
            let delay = at.duration_since(now).max(asked.unwrap_or(SignedDuration::ZERO));
            hand_in_again(delay, lease, environment).await?;
            Ok(Settled::Retried(cause))
        }
        RetryVerdict::Park => {
            // The store first, then the queue: parked work must never be only in a queue's memory.
            let stage = lease.item.stage;
            stop_work(RequestStatus::Parked(Park { stage, cause, detail, at: now }), lease, environment)
                .await?;
            (environment.stop_point)(&format!("{}.parked", stage.name()));
            environment.queue.acknowledge(lease).await?;
            Ok(Settled::Parked(cause))
        }
    }
}

/// Gives the item back as a new one. A queue counts every delivery and cannot be told that this one ended in
/// order; handed in anew, the item's deliveries go on counting only those that took their worker down.
async fn hand_in_again(
    delay: SignedDuration,
    lease: &Lease,
    environment: &Environment,
) -> Result<(), PortError> {
    environment.queue.enqueue(std::slice::from_ref(&lease.item), delay).await?;
    environment.queue.acknowledge(lease).await
}

/// Takes the request out of work, unless somebody has brought it on meanwhile.
async fn stop_work(status: RequestStatus, lease: &Lease, environment: &Environment) -> Result<(), PortError> {
    let now = environment.now();
    environment
        .update_request(&lease.item.subject.request(), |request| {
            let wanted = wanted(request, &lease.item);
            if wanted {
                request.status = status.clone();
                request.progress_at = now;
            }
            wanted
        })
        .await?;
    Ok(())
}

async fn count_failure(cause: Cause, lease: &Lease, environment: &Environment) -> Result<u32, PortError> {
    let mut count = 0;
    environment
        .update_request(&lease.item.subject.request(), |request| {
            let wanted = wanted(request, &lease.item);
            if wanted {
                count = request.failures.add(lease.item.stage, cause);
            }
            wanted
        })
        .await?;
    Ok(count)
}
