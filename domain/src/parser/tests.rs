//! Tables of updates: which of them would touch an outcome that is final.

use super::*;
use crate::ids::{DestinationName, OrderId, PacketId, RequestId, Revision};
use jiff::Timestamp;

fn routing() -> OrderState {
    OrderState::Routing { open: vec![DestinationName::new("folder")] }
}

fn waiting() -> OrderState {
    OrderState::NeedsPerson { reasons: Vec::new() }
}

fn closed(outcome: Outcome) -> OrderState {
    OrderState::Closed(outcome)
}

/// A set whose orders stand like this, in order; or, with none, the request as a whole.
fn set(states: &[OrderState], without_orders: Option<OrderState>) -> OrderSet {
    let request = RequestId::new("request");
    let record = |(ordinal, state): (usize, &OrderState)| OrderRecord {
        id: OrderId::of(&request, ordinal),
        order: Order::default(),
        state: state.clone(),
    };
    OrderSet {
        orders: (1..).zip(states).map(record).collect(),
        request,
        revision: Revision::FIRST,
        packet: PacketId::new("packet"),
        documents: Vec::new(),
        without_orders,
        model: Vec::new(),
        parsed_at: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn a_closed_order_is_never_changed_reopened_or_dropped() {
    let delivered = || closed(Outcome::Delivered);
    let old = set(&[delivered(), routing()], None);
    let cases = [
        (vec![delivered(), routing()], false),
        (vec![delivered(), waiting()], false),
        (vec![delivered(), closed(Outcome::Rejected)], false),
        (vec![delivered(), closed(Outcome::Superseded { by: OrderId::new("later.1") })], false),
        (vec![closed(Outcome::Superseded { by: OrderId::new("later.1") }), routing()], true),
        (vec![delivered()], false),
        (vec![delivered(), routing(), routing()], false),
        (vec![closed(Outcome::NotDme), routing()], true),
        (vec![waiting(), routing()], true),
        (vec![routing(), delivered()], true),
        (vec![], true),
    ];
    for (states, expected) in cases {
        assert_eq!(old.reopens(&set(&states, None)), expected, "{states:?}");
    }
}

#[test]
fn the_closed_outcome_of_a_whole_request_is_final() {
    let not_dme = || Some(closed(Outcome::NotDme));
    let cases = [
        (not_dme(), not_dme(), false),
        (not_dme(), None, true),
        (not_dme(), Some(waiting()), true),
        (not_dme(), Some(closed(Outcome::Rejected)), true),
        (Some(waiting()), not_dme(), false),
        (Some(waiting()), None, false),
        (None, not_dme(), false),
    ];
    for (old, new, expected) in cases {
        assert_eq!(set(&[], old.clone()).reopens(&set(&[], new.clone())), expected, "{old:?} to {new:?}");
    }
}
