//! `orders retry`: what a person does about a request.

use super::request;
use crate::audited;
use crate::cli::Context;
use crate::error::Failure;
use crate::output;
use crate::wiring::Stores;
use domain::audit::{AuditAction, OperatorAct};
use domain::held::Held;
use domain::ids::OrderId;
use domain::ports::Versioned;
use domain::request::{Request, RequestStatus};
use domain::work::{Stage, Subject, WorkItem};
use jiff::{SignedDuration, Timestamp};

/// Sends on what was given up or waits: just the deliveries and Dones that are held (of one order, where an order
/// is named), or the parked request from where it stands. Reads the chart of a request that waits for a person, or
/// is finished, anew, as a new revision, so that late documents count and nothing delivered is delivered again.
///
/// # Errors
/// No such request; it is in work already; the store or the audit log cannot be written.
pub(super) async fn retry(context: &Context, stores: &Stores, id: &str) -> Result<(), Failure> {
    let Versioned { value: mut request, version } = request(stores, id).await?;
    let act = OperatorAct::on_request(AuditAction::Retried, &request);
    let items = send_on(&mut request, id, stores.clock.now())?;
    audited::write_down(context, stores, act).await?;
    stores.requests.update(&request, version).await?;
    // A crash before this line costs a wait: recovery finds the request in the store.
    stores.queue.enqueue(&items, SignedDuration::ZERO).await?;
    let before: Vec<&str> = items.iter().map(|item| item.stage.name()).collect();
    let (id, revision) = (&request.id, request.revision);
    output::print(&format!("request {id} goes on before {}, revision {revision}", before.join(", ")))
}

/// Changes the request, and says what is to be enqueued.
fn send_on(request: &mut Request, id: &str, now: Timestamp) -> Result<Vec<WorkItem>, Failure> {
    let order = id.contains('.').then(|| OrderId::new(id));
    let named = |held: &Held| match (&order, &held.subject) {
        (None, _) => true,
        (Some(order), Subject::Delivery { order: of, .. }) => order == of,
        (Some(_), Subject::Request { .. }) => false,
    };
    let items = request.send_on(named, now);
    if !items.is_empty() {
        return Ok(items);
    }
    let stage = match &request.status {
        RequestStatus::InWork { stage } => {
            let cause = format!("it is in work already, before {stage}");
            let way_out = "wait; recovery enqueues what was forgotten";
            return Err(Failure::failed(format!("request {id}"), cause, way_out));
        }
        RequestStatus::Parked(park) => {
            let stage = park.stage;
            request.failures.clear(stage, &request.subject());
            request.advance_to(stage, now);
            stage
        }
        RequestStatus::NeedsPerson { .. } | RequestStatus::Parsed => {
            request.begin_anew(now);
            Stage::Scrape
        }
    };
    Ok(vec![request.item(stage, now)])
}
