//! Which requests have been forgotten by the queues and must be enqueued again. Decided from the store
//! alone, because a queue cannot be listed.

use crate::ids::DestinationName;
use crate::parser::{OrderSet, OrderState};
use crate::request::{Request, RequestStatus};
use crate::work::{Stage, Subject, WorkItem};
use jiff::{SignedDuration, Timestamp};

/// How long a request may make no progress before it is enqueued again.
#[derive(Clone, Copy, Debug)]
pub struct ProgressLimit {
    /// Without progress for so long it counts as forgotten. At start zero: whatever is unfinished is enqueued, and
    /// the commit keys absorb what was still queued.
    pub age: SignedDuration,
    /// Once enqueued again, it is left alone for so long, over restarts too: a queue that keeps every copy counts
    /// the deliveries of each, and an item that takes the process down must come to the end of its own.
    pub again: SignedDuration,
}

impl ProgressLimit {
    fn is_passed(self, request: &Request, now: Timestamp) -> bool {
        // A time to come was written under a clock that has been set back since: it says nothing.
        let since = |at: Timestamp| if at > now { SignedDuration::MAX } else { now.duration_since(at) };
        let lately =
            request.recovered_at.is_some_and(|at| at >= request.progress_at && since(at) < self.again);
        since(request.progress_at) >= self.age && !lately
    }
}

/// The items to enqueue again for one request: those whose wait is over, and those that have made no progress for
/// the limit; none when it is at rest, or young enough.
pub fn forgotten(
    request: &Request,
    orders: Option<&OrderSet>,
    limit: ProgressLimit,
    now: Timestamp,
) -> Vec<WorkItem> {
    let items = match &request.status {
        RequestStatus::InWork { stage } => vec![request.item(*stage, now)],
        RequestStatus::NeedsPerson { .. } | RequestStatus::Parked(_) => Vec::new(),
        RequestStatus::Parsed => orders.map_or_else(Vec::new, |set| route_items(request, set, now)),
    };
    still_due(items, request, limit, now)
}

/// Of these items of a request those that are to be enqueued now: not held back, and either at the end of their
/// wait or without progress for the limit.
pub fn still_due(
    items: Vec<WorkItem>,
    request: &Request,
    limit: ProgressLimit,
    now: Timestamp,
) -> Vec<WorkItem> {
    let forgotten = limit.is_passed(request, now);
    let waited = |item: &WorkItem| {
        request.held.iter().any(|held| held.is(item.stage, &item.subject) && held.is_due(now))
    };
    items.into_iter().filter(|item| (forgotten || waited(item)) && !request.holds_back(item, now)).collect()
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
