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
/// is finished, anew, as a new revision, so that late documents count and nothing delivered is delivered again; with
/// `plan` for that item family, too, whatever message and orders say.
///
/// # Errors
/// No such request; it is in work already; the store or the audit log cannot be written.
pub(super) async fn retry(
    context: &Context,
    stores: &Stores,
    id: &str,
    plan: Option<String>,
) -> Result<(), Failure> {
    let Versioned { value: mut request, version } = request(stores, id).await?;
    let act = OperatorAct::on_request(AuditAction::Retried, &request);
    let items = match plan {
        None => send_on(&mut request, id, stores.clock.now())?,
        Some(plan) => read_for(&mut request, plan, stores.clock.now())?,
    };
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

/// Reads the chart anew for one more family, also that of a request which was given up on the way.
fn read_for(request: &mut Request, plan: String, now: Timestamp) -> Result<Vec<WorkItem>, Failure> {
    if let RequestStatus::InWork { stage } = &request.status {
        let cause = format!("it is in work already, before {stage}");
        return Err(Failure::failed(
            format!("request {}", request.id),
            cause,
            "wait until it has come to rest",
        ));
    }
    request.begin_anew(now);
    request.families = vec![plan];
    Ok(vec![request.item(Stage::Scrape, now)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{DestinationName, MessageKey, PatientKey, PortalName, RequestId, Revision};
    use domain::inbox::InboxRow;
    use domain::parser::{OrderState, Outcome};
    use domain::patient::PatientIdentity;
    use domain::retry::Cause;
    use jiff::civil::date;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn parsed(states: Vec<OrderState>) -> Request {
        let row = InboxRow {
            message_id: "m".into(),
            folder: "CC'd Charts".to_owned(),
            chart_type: "Office Visit".to_owned(),
            subject: "Order".into(),
            from: "Sender".into(),
            received: date(2026, 11, 20).at(8, 0, 0, 0),
            patient: PatientIdentity { name: "Somebody".into(), mrn: "E1".into(), dob: None },
            chart_ref: "c".into(),
        };
        let (id, portal) = (RequestId::new("r"), PortalName::new("riverside"));
        let (message, patient) = (MessageKey::new("m"), PatientKey::new("p"));
        let mut request = Request::new(id, portal, message, patient, row, None, NOW);
        request.parsed(states, NOW);
        request
    }

    fn routing(destination: &str) -> OrderState {
        OrderState::Routing { open: vec![DestinationName::new(destination)] }
    }

    fn park_deliveries(request: &mut Request) {
        for subject in request.open_deliveries().collect::<Vec<_>>() {
            let item = WorkItem::new(Stage::Route, &request.portal, subject, request.revision, None, NOW);
            request.park(&item, Cause::Unavailable, "refused".to_owned(), NOW);
        }
    }

    #[test]
    fn a_parked_delivery_is_sent_on_and_nothing_else() {
        let mut request = parsed(vec![routing("folder"), routing("partner")]);
        park_deliveries(&mut request);
        let items = send_on(&mut request, "r.2", NOW).expect("sent on");
        let subjects: Vec<_> = items.into_iter().map(|item| item.subject).collect();
        let (order, destination) = (OrderId::new("r.2"), DestinationName::new("partner"));
        assert_eq!(subjects, [Subject::Delivery { order, destination }]);
        assert_eq!((request.revision, request.held.len()), (Revision::FIRST, 1), "its sibling stays parked");
        assert_eq!(send_on(&mut request, "r", NOW).expect("sent on").len(), 1);
        assert_eq!(request.held, []);
    }

    #[test]
    fn a_done_that_was_given_up_is_pressed_again_and_a_finished_request_is_read_anew() {
        let mut request = parsed(vec![OrderState::Closed(Outcome::Delivered)]);
        let done = request.item(Stage::Done, NOW);
        request.park(&done, Cause::UnexpectedPage, "no button".to_owned(), NOW);
        assert_eq!(send_on(&mut request, "r", NOW).expect("sent on"), [done]);
        assert_eq!((request.revision, request.standing()), (Revision::FIRST, "delivered"));
        request.done(NOW);
        let items = send_on(&mut request, "r", NOW).expect("sent on");
        assert_eq!((items[0].stage, items[0].revision), (Stage::Scrape, Revision(2)));
    }

    #[test]
    fn a_chart_is_read_anew_for_what_a_person_says() {
        let mut request = parsed(Vec::new());
        let items = read_for(&mut request, "oxygen".to_owned(), NOW).expect("read anew");
        assert_eq!((items[0].stage, items[0].revision), (Stage::Scrape, Revision(2)));
        assert_eq!(request.families, ["oxygen"]);
        assert!(read_for(&mut request, "pap".to_owned(), NOW).is_err(), "it is in work");
    }

    #[test]
    fn what_is_in_work_is_left_alone_and_what_waits_goes_on_at_once() {
        let mut request = parsed(Vec::new());
        request.begin_anew(NOW);
        assert!(send_on(&mut request, "r", NOW).is_err());
        let scrape = request.item(Stage::Scrape, NOW);
        request.wait(&scrape, Cause::Throttled, Timestamp::MAX);
        assert_eq!(send_on(&mut request, "r", NOW).expect("sent on"), [scrape]);
        assert_eq!(request.held, []);
    }
}
