//! `orders retry|export`: what a person does about a request.

use crate::error::Failure;
use crate::output;
use crate::wiring::Stores;
use domain::ids::{OrderId, RequestId, Revision};
use domain::ports::{Version, Versioned};
use domain::recovery::route_items;
use domain::request::{Request, RequestStatus};
use domain::work::Stage;
use jiff::SignedDuration;
use std::path::Path;

/// The request behind a request's or order's id.
async fn request(stores: &Stores, id: &str) -> Result<Versioned<Request>, Failure> {
    let name = if id.contains('.') { OrderId::new(id).request() } else { RequestId::new(id) };
    stores.requests.get(&name).await?.ok_or_else(|| {
        Failure::failed(
            format!("request {id}"),
            "the store does not know it",
            "`orders list` shows what there is",
        )
    })
}

/// Sends a parked request on from where it stands; reads the chart of a waiting or finished one anew, as a new
/// revision, so that late documents count and nothing delivered is delivered again.
///
/// # Errors
/// No such request; it is in work already; the store cannot be written.
pub(super) async fn retry(stores: &Stores, id: &str) -> Result<(), Failure> {
    let Versioned { value: mut request, version } = request(stores, id).await?;
    let now = stores.clock.now();
    let stage = match &request.status {
        RequestStatus::InWork { stage } => {
            let cause = format!("it is in work already, before {stage}");
            return Err(Failure::failed(
                format!("request {id}"),
                cause,
                "wait; recovery enqueues what was forgotten",
            ));
        }
        RequestStatus::Parked(park) if matches!(park.stage, Stage::Route | Stage::Done) => {
            return hand_over_again(stores, request, version).await;
        }
        RequestStatus::Parked(park) => park.stage,
        RequestStatus::NeedsPerson { .. } | RequestStatus::Parsed => {
            request.revision = Revision(request.revision.0 + 1);
            (request.captured, request.packet, request.recognized) = (None, None, None);
            request.order_states.clear();
            request.done_at = None;
            Stage::Scrape
        }
    };
    request.failures.clear(stage);
    request.status = RequestStatus::InWork { stage };
    request.progress_at = now;
    stores.requests.update(&request, version).await?;
    // A crash before this line costs a wait: recovery finds the request in the store.
    stores.queue.enqueue(&[request.item(stage, now)], SignedDuration::ZERO).await?;
    output::print(&format!("request {} goes on before {stage}, revision {}", request.id, request.revision))
}

/// Sends a parsed request on whose hand-over, or whose Done, was given up: what has a receipt is not repeated.
async fn hand_over_again(stores: &Stores, mut request: Request, version: Version) -> Result<(), Failure> {
    let now = stores.clock.now();
    request.failures.clear(Stage::Route);
    request.failures.clear(Stage::Done);
    request.status = RequestStatus::Parsed;
    request.progress_at = now;
    stores.requests.update(&request, version).await?;
    let set = stores.orders.get(&request.id, request.revision).await?;
    let mut items = set.map_or_else(Vec::new, |set| route_items(&request, &set.value, now));
    if items.is_empty() {
        items.push(request.item(Stage::Done, now));
    }
    stores.queue.enqueue(&items, SignedDuration::ZERO).await?;
    output::print(&format!("request {} is handed over again, {} items", request.id, items.len()))
}

/// Writes the packet of a request, searchable where it has been read, for a person to look at.
///
/// # Errors
/// No such request, no packet yet, or the file cannot be written.
pub(super) async fn export(stores: &Stores, id: &str, pdf: &Path) -> Result<(), Failure> {
    let request = request(stores, id).await?.value;
    let blob = match (&request.recognized, &request.packet) {
        (Some(recognized), _) => &recognized.searchable_pdf,
        (None, Some(packet)) => &packet.pdf,
        (None, None) => {
            let cause = "it has no packet yet";
            return Err(Failure::failed(
                format!("request {id}"),
                cause,
                "`orders show` tells how far it has come",
            ));
        }
    };
    let bytes = stores.blobs.get(blob).await?;
    files::write_atomic(pdf, &bytes, 0o600)
        .map_err(|error| Failure::failed(pdf.display().to_string(), error, "choose another file"))?;
    output::print(&format!("{}: {} bytes", pdf.display(), bytes.len()))
}
