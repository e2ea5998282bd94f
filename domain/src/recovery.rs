//! Which requests have been forgotten by the queues and must be enqueued again. Decided from the store
//! alone, because a queue cannot be listed.

use crate::ids::DestinationName;
use crate::parser::{OrderSet, OrderState};
use crate::request::{Request, RequestStatus};
use crate::work::{Stage, Subject, WorkItem};
use jiff::{SignedDuration, Timestamp};

/// How long a request may make no progress before it is enqueued again. At start the limit is zero:
/// whatever is unfinished is enqueued, and the commit keys absorb what was still queued.
#[derive(Clone, Copy, Debug)]
pub struct ProgressLimit(pub SignedDuration);

/// The items to enqueue again for one request; none when it is at rest, or young enough.
pub fn forgotten(
    request: &Request,
    orders: Option<&OrderSet>,
    limit: ProgressLimit,
    now: Timestamp,
) -> Vec<WorkItem> {
    if now.duration_since(request.progress_at) < limit.0 {
        return Vec::new();
    }
    match &request.status {
        RequestStatus::InWork { stage } => vec![request.item(*stage, now)],
        RequestStatus::NeedsPerson { .. } | RequestStatus::Parked(_) => Vec::new(),
        RequestStatus::Parsed => orders.map_or_else(Vec::new, |set| route_items(request, set, now)),
    }
}

/// One item for each order and destination that has given no receipt yet.
pub fn route_items(request: &Request, set: &OrderSet, now: Timestamp) -> Vec<WorkItem> {
    let item = |order: &crate::ids::OrderId, destination: &DestinationName| {
        let subject = Subject::Delivery { order: order.clone(), destination: destination.clone() };
        WorkItem::new(Stage::Route, &request.portal, subject, set.revision, request.traceparent.clone(), now)
    };
    set.orders
        .iter()
        .filter_map(|record| match &record.state {
            OrderState::Routing { open } => {
                Some(open.iter().map(|destination| item(&record.id, destination)))
            }
            OrderState::NeedsPerson { .. } | OrderState::Closed(_) => None,
        })
        .flatten()
        .collect()
}
