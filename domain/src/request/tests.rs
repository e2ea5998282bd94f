//! What is held of a request belongs to one item, and what a request says of itself follows from it.

use super::*;
use crate::ids::DestinationName;
use crate::parser::Outcome;
use crate::patient::PatientIdentity;
use crate::recovery::{ProgressLimit, forgotten, still_due};
use jiff::SignedDuration;
use jiff::civil::date;

const LATER: ProgressLimit =
    ProgressLimit { age: SignedDuration::from_mins(45), again: SignedDuration::from_mins(45) };

const AT_START: ProgressLimit = ProgressLimit { age: SignedDuration::ZERO, ..LATER };

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).expect("a time")
}

fn request() -> Request {
    let row = InboxRow {
        message_id: "m1".into(),
        folder: "CC'd Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        subject: "Order".into(),
        from: "Sender".into(),
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        patient: PatientIdentity { name: "Somebody".into(), mrn: "E1".into(), dob: None },
        chart_ref: "c1".into(),
    };
    let (message, patient) = (MessageKey::new("message"), PatientKey::new("patient"));
    Request::new(RequestId::new("r"), PortalName::new("riverside"), message, patient, row, None, at(0))
}

fn routing(destinations: &[&str]) -> OrderState {
    OrderState::Routing { open: destinations.iter().map(|name| DestinationName::new(*name)).collect() }
}

fn delivered() -> OrderState {
    OrderState::Closed(Outcome::Delivered)
}

/// A parsed request whose first order goes to two places and whose second one to one.
fn handing_over() -> (Request, Vec<WorkItem>) {
    let mut request = request();
    request.parsed(vec![routing(&["folder", "partner"]), routing(&["folder"])], at(1));
    let items = request
        .open_deliveries()
        .map(|subject| WorkItem::new(Stage::Route, &request.portal, subject, request.revision, None, at(1)))
        .collect();
    (request, items)
}

#[test]
fn a_delivery_that_was_given_up_hides_no_sibling() {
    let (mut request, items) = handing_over();
    assert_eq!(items.len(), 3);
    request.park(&items[0], Cause::Unavailable, "look".to_owned(), at(2));
    assert_eq!((request.standing(), request.at_rest(), request.in_motion()), ("route", false, true));
    assert!(request.needs_person());
    assert!(!request.wants(&items[0]) && request.holds_back(&items[0], at(9)));
    assert!(request.wants(&items[1]) && request.wants(&items[2]));
    let due = still_due(items.clone(), &request, AT_START, at(3));
    assert_eq!(due, items[1..]);

    request.mirror(vec![routing(&["folder"]), delivered()], at(3));
    assert_eq!((request.standing(), request.at_rest(), request.in_motion()), ("parked", true, false));
    assert_eq!(request.held.len(), 1);
    let sent = request.send_on(Held::is_parked, at(4));
    assert_eq!(sent.iter().map(|item| &item.id).collect::<Vec<_>>(), [&items[0].id]);
    assert!(request.held.is_empty() && request.wants(&items[0]) && request.in_motion());
    request.mirror(vec![delivered(), delivered()], at(5));
    assert_eq!((request.standing(), request.awaits_done()), ("delivered", true));
}

#[test]
fn failures_of_one_destination_are_not_the_others() {
    let (mut request, items) = handing_over();
    let add = |request: &mut Request, item: &WorkItem| {
        request.failures.add(item.stage, &item.subject, Cause::Unavailable)
    };
    assert_eq!((add(&mut request, &items[0]), add(&mut request, &items[0])), (1, 2));
    assert_eq!(add(&mut request, &items[1]), 1);
    request.mirror(vec![routing(&["partner"]), routing(&["folder"])], at(2));
    assert_eq!(request.failures.of(Stage::Route, &items[0].subject, Cause::Unavailable), 0);
    assert_eq!(request.failures.of(Stage::Route, &items[1].subject, Cause::Unavailable), 1);
    assert_eq!(request.failures.total(), 1);
}

#[test]
fn a_delivered_order_whose_done_was_given_up_stays_delivered_with_a_note() {
    let mut request = request();
    request.parsed(vec![delivered()], at(1));
    assert!(request.in_motion() && request.at_rest());
    let done = request.item(Stage::Done, at(1));
    request.park(&done, Cause::UnexpectedPage, "the button is gone".to_owned(), at(2));
    assert_eq!((request.standing(), request.status.clone()), ("delivered", RequestStatus::Parsed));
    assert!(!request.in_motion() && request.needs_person() && !request.wants(&done));
    assert_eq!(request.held[0].note(), "done was given up: unexpected_page: the button is gone");
    assert_eq!(request.held[0].code(), "done:parked:unexpected_page");
    assert_eq!(request.send_on(|_| true, at(3)), [request.item(Stage::Done, at(3))]);
    assert!(request.in_motion() && request.wants(&done));
    request.done(at(4));
    assert!(!request.in_motion() && !request.needs_person() && !request.wants(&done));
}

#[test]
fn a_wait_holds_its_item_back_until_it_is_due_and_is_then_forgotten_once() {
    let mut request = request();
    let item = request.item(Stage::Scrape, at(0));
    request.wait(&item, Cause::Throttled, at(3_600));
    assert!(request.in_motion() && request.wants(&item));
    for (seconds, due) in [(10, false), (3_599, false), (3_600, true), (9_000, true)] {
        let found = forgotten(&request, None, LATER, at(seconds));
        assert_eq!(!found.is_empty(), due, "after {seconds} s");
        assert_eq!(request.holds_back(&item, at(seconds)), !due);
        let at_start = forgotten(&request, None, AT_START, at(seconds));
        assert_eq!(!at_start.is_empty(), due, "at a start after {seconds} s");
    }
    // A later wait that was stored meanwhile is not forgotten with the one that is over.
    request.wait(&item, Cause::Throttled, at(8_000));
    assert!(!request.forget_due(at(3_600)));
    assert!(request.forget_due(at(8_000)) && !request.forget_due(at(8_000)));
    assert_eq!((request.held.len(), request.progress_at), (0, at(8_000)));
}

#[test]
fn what_was_enqueued_again_is_left_alone_until_it_moves_or_the_limit_has_passed() {
    let mut request = request();
    let enqueued =
        |request: &Request, limit, seconds| !forgotten(request, None, limit, at(seconds)).is_empty();
    assert!(enqueued(&request, AT_START, 1) && !enqueued(&request, LATER, 1));
    request.recovered_at = Some(at(1));
    assert!(!enqueued(&request, AT_START, 2), "a restart enqueues nothing twice");
    assert!(!enqueued(&request, LATER, 2_700) && enqueued(&request, LATER, 2_701));
    request.advance_to(Stage::Reassembly, at(10));
    assert!(enqueued(&request, AT_START, 11), "it has moved since");
}

#[test]
fn what_is_brought_on_forgets_its_waits_and_failures() {
    let mut request = request();
    let item = request.item(Stage::Scrape, at(0));
    request.failures.add(Stage::Scrape, &item.subject, Cause::Unavailable);
    request.wait(&item, Cause::Throttled, at(3_600));
    request.advance_to(Stage::Reassembly, at(1));
    assert!(request.held.is_empty() && request.failures.total() == 0 && !request.wants(&item));
}

#[test]
fn a_new_revision_begins_with_nothing_held() {
    let (mut request, items) = handing_over();
    request.park(&items[0], Cause::Permanent, "look".to_owned(), at(2));
    request.begin_anew(at(3));
    assert_eq!(request.revision, Revision(Revision::FIRST.0 + 1));
    assert_eq!((request.standing(), request.held.len(), request.order_states.len()), ("scrape", 0, 0));
    assert!(items.iter().all(|item| !request.wants(item) && !request.holds_back(item, at(4))));
}
