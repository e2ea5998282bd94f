//! An order that says it was withdrawn ends the same order of an earlier request.
//!
//! One that waits is closed as cancelled, in its own set, before ours is committed; a repeat finds it closed. One that has
//! gone on cannot be taken back from here: the withdrawn order then waits for a person, who can. Nothing is signed.

use super::ParserWork;
use super::signing::set_done;
use crate::stage::StageFailure;
use domain::ids::OrderId;
use domain::keys;
use domain::parser::{OrderState, Outcome};
use domain::ports::{ErrorClass, Versioned};
use domain::request::Request;
use understanding::{OrderDraft, same_orders, signature};

/// The code of the reason for which a withdrawn order waits.
const CANCELS_SENT: &str = "cancels_sent";

/// What becomes of an order that was withdrawn.
pub(super) async fn cancelled(
    work: &ParserWork,
    request: &Request,
    id: &OrderId,
    draft: &OrderDraft,
) -> Result<OrderState, StageFailure> {
    let environment = &work.environment;
    let sealer = environment.sealer.as_ref();
    let own = signature(sealer, &draft.signature, &request.id, id, request.row.received);
    let block = keys::order_block(sealer, &request.portal, &request.row.patient, &draft.order);
    let set = environment.signatures.get(&block).await?.value;
    let mut reasons = Vec::new();
    for earlier in same_orders(&own, &set, work.knowledge.duplicate_policy()) {
        if let Ended::GoneOn = end(work, &earlier).await? {
            reasons.push(work.knowledge.reason_about(CANCELS_SENT, &format!("order {earlier}")));
        }
    }
    if reasons.is_empty() {
        return Ok(OrderState::Closed(Outcome::Cancelled));
    }
    Ok(OrderState::NeedsPerson { reasons: work.knowledge.arrange(reasons) })
}

/// How an earlier order stands after it was withdrawn.
enum Ended {
    /// It has an end, and was not handed over; or it is not committed yet.
    Yes,
    /// It is on its way or was handed over.
    GoneOn,
}

async fn end(work: &ParserWork, earlier: &OrderId) -> Result<Ended, StageFailure> {
    let environment = &work.environment;
    loop {
        let Some(request) = environment.requests.get(&earlier.request()).await? else {
            return Ok(Ended::Yes);
        };
        let stored = environment.orders.get(&request.value.id, request.value.revision).await?;
        let Some(Versioned { value: mut set, version }) = stored else { return Ok(Ended::Yes) };
        let Some(record) = set.orders.iter_mut().find(|record| record.id == *earlier) else {
            return Ok(Ended::Yes);
        };
        match &record.state {
            OrderState::NeedsPerson { .. } => record.state = OrderState::Closed(Outcome::Cancelled),
            OrderState::Closed(Outcome::Cancelled) => {
                set_done(work, &set).await?;
                return Ok(Ended::Yes);
            }
            OrderState::Routing { .. } | OrderState::Closed(Outcome::Delivered) => return Ok(Ended::GoneOn),
            OrderState::Closed(_) => return Ok(Ended::Yes),
        }
        match environment.orders.update(&set, version).await {
            Ok(_) => {}
            Err(error) if error.class == ErrorClass::Conflict => {}
            Err(error) => return Err(error.into()),
        }
    }
}
