//! Lines of the comparison: starred reasons, hand-overs counted, portals kept apart, whole requests that wait.

use super::*;
use domain::ids::{MessageKey, PacketId, PatientKey, PortalName, Revision};
use domain::inbox::InboxRow;
use domain::parser::{Order, OrderItem, OrderRecord};
use domain::patient::PatientIdentity;
use jiff::Timestamp;
use jiff::civil::date;
use simulator::{Expectation, PatientTruth, Story};

fn told(
    n: usize,
    portal: &str,
    story: Story,
    outcome: ExpectedOutcome,
    reason: Option<&str>,
) -> MessageTruth {
    MessageTruth {
        n,
        portal: portal.to_owned(),
        message_id: "M1".to_owned(),
        folder: "CC Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        patient: PatientTruth { name: String::new(), mrn: String::new(), dob: String::new() },
        story,
        received: "2026-11-20T08:00:00".to_owned(),
        appears_after: None,
        expect: Expectation {
            outcome,
            reason: reason.map(str::to_owned),
            duplicate_of: None,
            superseded_by: None,
            deliveries: usize::from(outcome == ExpectedOutcome::Delivered),
            items: Vec::new(),
            fields: BTreeMap::new(),
        },
        documents: Vec::new(),
    }
}

fn request(portal: &str) -> Request {
    let row = InboxRow {
        message_id: "M1".into(),
        folder: "CC Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        subject: "Order".into(),
        from: "Sender".into(),
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        patient: PatientIdentity { name: "Somebody".into(), mrn: "E1".into(), dob: None },
        chart_ref: "c1".into(),
    };
    let (message, patient) = (MessageKey::new("message"), PatientKey::new("patient"));
    let id = RequestId::new(format!("request-{portal}"));
    Request::new(id, PortalName::new(portal), message, patient, row, None, Timestamp::UNIX_EPOCH)
}

fn order(request: &Request, ordinal: usize, code: &str, state: OrderState) -> OrderRecord {
    let item = OrderItem { hcpcs: Some(code.to_owned()), description: String::new(), quantity: None };
    let order = Order { items: vec![item], ..Order::default() };
    OrderRecord { id: OrderId::of(&request.id, ordinal), order, state }
}

fn parsed(portal: &str, orders: &[(&str, OrderState)], without: Option<OrderState>) -> Known {
    let request = request(portal);
    let set = OrderSet {
        request: request.id.clone(),
        revision: Revision::FIRST,
        packet: PacketId::new("packet"),
        documents: Vec::new(),
        orders: orders
            .iter()
            .enumerate()
            .map(|(i, (code, state))| order(&request, i + 1, code, state.clone()))
            .collect(),
        without_orders: without,
        model: Vec::new(),
        parsed_at: Timestamp::UNIX_EPOCH,
    };
    Known { request, orders: Some(set) }
}

fn waiting(codes: &[&str]) -> OrderState {
    let reasons = codes.iter().map(|code| Reason { code: (*code).to_owned(), text: String::new() }).collect();
    OrderState::NeedsPerson { reasons }
}

fn truth(messages: Vec<MessageTruth>) -> Truth {
    Truth { seed: 7, portals: Vec::new(), messages }
}

fn one(message: MessageTruth, known: Known) -> Compared {
    compare(&truth(vec![message]), &[known]).remove(0)
}

#[test]
fn a_star_stands_for_any_reason_of_its_kind_and_for_nothing_else() {
    for (expected, got, same) in [
        ("needs_person quarantine:*", "needs_person quarantine:mrn", true),
        ("needs_person quarantine:*", "needs_person quarantine:mrn quarantine:name", true),
        ("needs_person quarantine:*", "needs_person quarantine:mrn PAP-2:unmet", false),
        ("needs_person quarantine:*", "needs_person quarantine:", false),
        ("needs_person quarantine:*", "delivered", false),
        ("needs_person part2", "needs_person part2", true),
        ("needs_person part2", "needs_person part2 other", false),
    ] {
        assert_eq!(same_line(expected, got), same, "{expected} against {got}");
    }
}

#[test]
fn hand_overs_are_counted() {
    let delivered = || OrderState::Closed(Outcome::Delivered);
    let message = || {
        let mut message = told(1, "hospital-b", Story::SeveralOrders, ExpectedOutcome::Delivered, None);
        message.expect.deliveries = 2;
        message.expect.items = vec!["E0601".to_owned(), "A7030".to_owned()];
        message
    };
    let both = [("A7030", delivered()), ("E0601", delivered())];
    assert!(one(message(), parsed("hospital-b", &both, None)).agrees());
    let merged = one(message(), parsed("hospital-b", &both[..1], None));
    assert!(!merged.agrees());
    let mixed = [("A7030", delivered()), ("E0601", waiting(&["SIG-1:unmet"]))];
    assert!(!one(message(), parsed("hospital-b", &mixed, None)).agrees());
}

#[test]
fn the_same_message_id_of_two_portals_is_two_messages() {
    let of = |n, portal, outcome| told(n, portal, Story::NonDme, outcome, None);
    let truth = truth(vec![
        of(1, "hospital-a", ExpectedOutcome::NotDme),
        of(2, "hospital-b", ExpectedOutcome::Cancelled),
    ]);
    let known = [
        parsed("hospital-b", &[], Some(OrderState::Closed(Outcome::Cancelled))),
        parsed("hospital-a", &[], Some(OrderState::Closed(Outcome::NotDme))),
    ];
    let compared = compare(&truth, &known);
    assert!(compared.iter().all(Compared::agrees), "{compared:?}");
    let alone = compare(&truth, &known[..1]);
    assert_eq!((alone[0].agrees(), alone[1].agrees()), (false, true));
}

#[test]
fn what_was_read_of_a_withdrawn_order_or_of_a_request_that_waits_as_a_whole_is_all_the_same() {
    let read = |state| parsed("hospital-a", &[("E0601", state)], None);
    let cancelled = told(1, "hospital-a", Story::CancelledOrder, ExpectedOutcome::Cancelled, None);
    assert!(one(cancelled, read(OrderState::Closed(Outcome::Cancelled))).agrees());
    let part2 = Some("part2");
    let protected = told(1, "hospital-a", Story::SubstanceUse, ExpectedOutcome::NeedsPerson, part2);
    assert!(one(protected, read(waiting(&["part2"]))).agrees());
    let nothing = told(1, "hospital-a", Story::NonDme, ExpectedOutcome::NotDme, None);
    assert!(!one(nothing, read(OrderState::Closed(Outcome::NotDme))).agrees(), "no order was to be found");
}

#[test]
fn a_chart_nobody_may_open_waits_for_a_person_with_that_reason() {
    let reason = Some("break_the_glass");
    let message = told(1, "hospital-a", Story::BreakTheGlass, ExpectedOutcome::NeedsPerson, reason);
    let mut request = request("hospital-a");
    let reasons = vec![Reason { code: "break_the_glass".to_owned(), text: String::new() }];
    request.status = RequestStatus::NeedsPerson { reasons };
    assert!(one(message, Known { request, orders: None }).agrees());
}

#[test]
fn a_first_message_gives_way_to_the_second_and_to_no_other() {
    let mut first = told(1, "hospital-a", Story::LateStudy, ExpectedOutcome::Superseded, None);
    first.expect.superseded_by = Some(2);
    let mut second = told(2, "hospital-a", Story::LateStudy, ExpectedOutcome::Delivered, None);
    second.message_id = "M2".to_owned();
    let mut later = parsed("hospital-a", &[("E0601", OrderState::Closed(Outcome::Delivered))], None);
    later.request.row.message_id = "M2".into();
    later.request.id = RequestId::new("later");
    let by = |request: &str| Outcome::Superseded { by: OrderId::of(&RequestId::new(request), 1) };
    for (request, agrees) in [("later", true), ("another", false)] {
        let gave_way = parsed("hospital-a", &[("E0601", OrderState::Closed(by(request)))], None);
        first.expect.items = vec!["E0601".to_owned()];
        let later = Known { request: later.request.clone(), orders: later.orders.clone() };
        let compared = compare(&truth(vec![first.clone(), second.clone()]), &[gave_way, later]);
        assert_eq!(compared[0].agrees(), agrees, "{:?}", compared[0].got);
    }
}
