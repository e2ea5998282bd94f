//! Holds what became of each message against the simulator's truth. Pure.

use super::fields::{self, FieldVerdict};
use domain::ids::{OrderId, RequestId};
use domain::parser::{OrderSet, OrderState, Outcome};
use domain::request::{Request, RequestStatus};
use serde::Serialize;
use simulator::{ExpectedOutcome, MessageTruth, Truth};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One request with what the parser committed for it.
pub(super) struct Known {
    /// The request.
    pub request: Request,
    /// Its orders, once parsed.
    pub orders: Option<OrderSet>,
}

/// What became of one message, beside what should have. A value on which an order depends and that was read
/// wrong stands in `got`; one that was not read at all does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The message's number.
    pub message: usize,
    /// The simulator's story.
    pub story: String,
    /// The request, if there is one.
    pub request: Option<RequestId>,
    /// Ordered items.
    pub items: Vec<String>,
    /// What should have come of it.
    pub expected: Vec<String>,
    /// What came of it.
    pub got: Vec<String>,
    /// Pages of the packet that were served for another patient's chart.
    pub foreign_pages: Vec<u32>,
    /// Planted values, read or not.
    pub fields: BTreeMap<String, FieldVerdict>,
}

impl Compared {
    /// Whether the truth and we agree.
    pub fn agrees(&self) -> bool {
        self.expected == self.got && self.foreign_pages.is_empty()
    }
}

/// Compares every message of the truth, in its order.
pub(super) fn compare(truth: &Truth, known: &[Known]) -> Vec<Compared> {
    let by_message: HashMap<&str, &Known> =
        known.iter().map(|known| (known.request.row.message_id.reveal().as_str(), known)).collect();
    let numbers: HashMap<&RequestId, usize> = truth
        .messages
        .iter()
        .filter_map(|message| Some((&by_message.get(message.message_id.as_str())?.request.id, message.n)))
        .collect();
    truth
        .messages
        .iter()
        .map(|message| compare_one(message, by_message.get(message.message_id.as_str()).copied(), &numbers))
        .collect()
}

fn compare_one(
    message: &MessageTruth,
    known: Option<&Known>,
    numbers: &HashMap<&RequestId, usize>,
) -> Compared {
    let story = serde_json::to_value(message.story).ok().and_then(|value| value.as_str().map(str::to_owned));
    let mut compared = Compared {
        message: message.n,
        story: story.unwrap_or_default(),
        request: known.map(|known| known.request.id.clone()),
        items: Vec::new(),
        expected: expectation(message),
        got: vec!["no request was made of it".to_owned()],
        foreign_pages: Vec::new(),
        fields: BTreeMap::new(),
    };
    if let Some(known) = known {
        compared.items = items(known);
        compared.got = reality(known, numbers);
        if let Some(set) = &known.orders {
            compared.fields = fields::verdicts(&message.expect.fields, set);
            compared.got.extend(fields::decisive_mistakes(&compared.fields));
        }
        compared.foreign_pages = foreign_pages(message, known);
    }
    compared
}

fn expectation(message: &MessageTruth) -> Vec<String> {
    let expect = &message.expect;
    let mut lines = vec![match (expect.outcome, &expect.reason, expect.duplicate_of) {
        (ExpectedOutcome::Delivered, ..) => "delivered".to_owned(),
        (ExpectedOutcome::NotDme, ..) => "not_dme".to_owned(),
        (ExpectedOutcome::Cancelled, ..) => "cancelled".to_owned(),
        (ExpectedOutcome::Superseded, ..) => "superseded".to_owned(),
        (ExpectedOutcome::Duplicate, _, of) => format!("duplicate of {}", of.unwrap_or_default()),
        (ExpectedOutcome::NeedsPerson, reason, _) => {
            format!("needs_person {}", reason.as_deref().unwrap_or_default())
        }
    }];
    if !expect.items.is_empty() {
        lines.push(format!("items {}", sorted(&expect.items)));
    }
    lines
}

fn reality(known: &Known, numbers: &HashMap<&RequestId, usize>) -> Vec<String> {
    let Some(set) = &known.orders else { return vec![unparsed(&known.request.status)] };
    let mut lines: Vec<String> = set.states().map(|state| state_line(state, numbers)).collect();
    let items = items(known);
    if !items.is_empty() {
        lines.push(format!("items {}", sorted(&items)));
    }
    lines
}

fn unparsed(status: &RequestStatus) -> String {
    match status {
        RequestStatus::InWork { stage } => format!("in work before {stage}"),
        RequestStatus::NeedsPerson { reasons } => {
            format!(
                "needs_person {}",
                reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(" ")
            )
        }
        RequestStatus::Parked(park) => format!("parked before {} ({})", park.stage, park.cause.name()),
        RequestStatus::Parsed => "parsed without an order set".to_owned(),
    }
}

fn state_line(state: &OrderState, numbers: &HashMap<&RequestId, usize>) -> String {
    match state {
        OrderState::Routing { open } => format!("on its way to {} destinations", open.len()),
        OrderState::NeedsPerson { reasons } => {
            format!(
                "needs_person {}",
                reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(" ")
            )
        }
        OrderState::Closed(Outcome::Duplicate { of }) => format!("duplicate of {}", number_of(of, numbers)),
        OrderState::Closed(outcome) => outcome.name().to_owned(),
    }
}

fn number_of(order: &OrderId, numbers: &HashMap<&RequestId, usize>) -> usize {
    numbers.get(&order.request()).copied().unwrap_or_default()
}

fn items(known: &Known) -> Vec<String> {
    let orders = known.orders.iter().flat_map(|set| &set.orders);
    orders.flat_map(|record| &record.order.items).filter_map(|item| item.hcpcs.clone()).collect()
}

fn sorted(items: &[String]) -> String {
    items.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn foreign_pages(message: &MessageTruth, known: &Known) -> Vec<u32> {
    let own: BTreeSet<&str> = message.documents.iter().map(|document| document.id.as_str()).collect();
    let pages = known.request.packet.iter().flat_map(|packet| &packet.pages);
    pages.filter(|page| !own.contains(page.epic_id.as_str())).map(|page| page.page).collect()
}
