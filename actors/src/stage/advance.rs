//! The commit of the stages whose result is part of the request itself: the request then stands before the next
//! stage, which is the commit key at once.

use super::StageFailure;
use crate::environment::Environment;
use domain::request::{Request, RequestStatus};
use domain::retry::Cause;
use domain::work::{Stage, WorkItem};
use jiff::Timestamp;

/// [`super::StageWork::commit`] of such a stage: `store` puts the result into the request and says which stage
/// follows, or none where the result is of an earlier reading of the chart: the request can come before a stage a
/// second time in one revision. It is asked again after a lost race, and not at all once somebody else has brought the
/// request on.
///
/// # Errors
/// Those of the store; `Conflict` where the result is of an earlier reading.
pub async fn advance_request(
    environment: &Environment,
    item: &WorkItem,
    mut store: impl FnMut(&mut Request) -> Option<Stage> + Send,
) -> Result<Vec<WorkItem>, StageFailure> {
    let (now, mut outdated) = (environment.now(), false);
    let request = environment
        .update_request(&item.subject.request(), |request| {
            let wanted = request.wants(item);
            let next = if wanted { store(request) } else { None };
            outdated = wanted && next.is_none();
            if let Some(next) = next {
                request.advance_to(next, now);
            }
            next.is_some()
        })
        .await?;
    if outdated {
        return Err(StageFailure::failed(Cause::Conflict, "the chart was read once more meanwhile"));
    }
    Ok(request_done(&request, item, now).unwrap_or_default())
}

/// [`super::StageWork::already_done`] of such a stage: none while the request stands before the stage, else what
/// a repeat has to enqueue, which is the item of the stage the request stands before now.
pub fn request_done(request: &Request, item: &WorkItem, now: Timestamp) -> Option<Vec<WorkItem>> {
    if request.wants(item) {
        return None;
    }
    match request.status {
        RequestStatus::InWork { stage } if request.revision == item.revision => {
            Some(vec![request.item(stage, now)])
        }
        RequestStatus::InWork { .. }
        | RequestStatus::NeedsPerson { .. }
        | RequestStatus::Parked(_)
        | RequestStatus::Parsed => Some(Vec::new()),
    }
}
