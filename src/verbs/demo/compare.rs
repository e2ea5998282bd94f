//! Holds what became of each message against the simulator's truth, over all portals of a run. Pure.

use super::fields::{self, FieldVerdict};
use domain::ids::{OrderId, RequestId};
use domain::parser::{OrderSet, OrderState, Outcome, Reason};
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
    /// The message's number, unique over all portals.
    pub message: usize,
    /// Its portal.
    pub portal: String,
    /// The simulator's story.
    pub story: String,
    /// The request, if there is one.
    pub request: Option<RequestId>,
    /// Ordered items.
    pub items: Vec<String>,
    /// What should have come of it: a line a hand-over or other outcome, then the items. A reason that ends in `*`
    /// stands for all that begin like it.
    pub expected: Vec<String>,
    /// What came of it, in the same form.
    pub got: Vec<String>,
    /// Pages of the packet that were served for another patient's chart.
    pub foreign_pages: Vec<u32>,
    /// Planted values, read or not.
    pub fields: BTreeMap<String, FieldVerdict>,
}

impl Compared {
    /// Whether the truth and we agree.
    pub fn agrees(&self) -> bool {
        self.expected.len() == self.got.len()
            && self.expected.iter().zip(&self.got).all(|(expected, got)| same_line(expected, got))
            && self.foreign_pages.is_empty()
    }
}

/// Whether a line is what was expected. `needs_person quarantine:*` wants one or more reasons, each of quarantine.
pub(super) fn same_line(expected: &str, got: &str) -> bool {
    let Some(start) = expected.strip_suffix('*') else { return expected == got };
    let Some((outcome, prefix)) = start.split_once(' ') else { return false };
    got.split_once(' ').is_some_and(|(what, codes)| {
        what == outcome && codes.split(' ').all(|code| code.len() > prefix.len() && code.starts_with(prefix))
    })
}

/// A message is known by its portal and the portal's own id.
type Key<'a> = (&'a str, &'a str);

/// Compares every message of the truth, in its order.
pub(super) fn compare(truth: &Truth, known: &[Known]) -> Vec<Compared> {
    let by_message: HashMap<Key<'_>, &Known> = known
        .iter()
        .map(|known| {
            let request = &known.request;
            ((request.portal.as_str(), request.row.message_id.reveal().as_str()), known)
        })
        .collect();
    let of = |message: &MessageTruth| by_message.get(&key(message)).copied();
    let numbers: HashMap<&RequestId, usize> =
        truth.messages.iter().filter_map(|message| Some((&of(message)?.request.id, message.n))).collect();
    truth.messages.iter().map(|message| compare_one(message, of(message), &numbers)).collect()
}

fn key(message: &MessageTruth) -> Key<'_> {
    (message.portal.as_str(), message.message_id.as_str())
}

fn compare_one(
    message: &MessageTruth,
    known: Option<&Known>,
    numbers: &HashMap<&RequestId, usize>,
) -> Compared {
    let mut compared = Compared {
        message: message.n,
        portal: message.portal.clone(),
        story: message.story.name().to_owned(),
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
        if !compared.items.is_empty() && items_count(message) {
            compared.got.push(format!("items {}", sorted(&compared.items)));
        }
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
    let mut lines = match expect.outcome {
        // A line a hand-over, as one order of several may be delivered and another not.
        ExpectedOutcome::Delivered => vec!["delivered".to_owned(); expect.deliveries],
        ExpectedOutcome::NotDme => vec!["not_dme".to_owned()],
        ExpectedOutcome::Cancelled => vec!["cancelled".to_owned()],
        ExpectedOutcome::Superseded => {
            vec![format!("superseded by {}", expect.superseded_by.unwrap_or_default())]
        }
        ExpectedOutcome::Duplicate => {
            vec![format!("duplicate of {}", expect.duplicate_of.unwrap_or_default())]
        }
        ExpectedOutcome::NeedsPerson => vec![waits(expect.reason.as_deref())],
    };
    if !expect.items.is_empty() {
        lines.push(format!("items {}", sorted(&expect.items)));
    }
    lines
}

/// Items are held against the truth where it names some, and where none may be found. Where a whole request waits, or
/// an order was withdrawn, it is all the same what was read of it.
fn items_count(message: &MessageTruth) -> bool {
    let open = matches!(message.expect.outcome, ExpectedOutcome::NeedsPerson | ExpectedOutcome::Cancelled);
    !(open && message.expect.items.is_empty())
}

fn reality(known: &Known, numbers: &HashMap<&RequestId, usize>) -> Vec<String> {
    match &known.orders {
        None => vec![unparsed(&known.request.status)],
        Some(set) => {
            let decides = |state: &&OrderState| !replaced_in(set, state);
            set.states().filter(decides).map(|state| state_line(state, numbers)).collect()
        }
    }
}

/// Whether another order of the same request took an order's place: then that one is what came of the message.
fn replaced_in(set: &OrderSet, state: &OrderState) -> bool {
    matches!(state, OrderState::Closed(outcome) if !outcome.decides(&set.request))
}

fn unparsed(status: &RequestStatus) -> String {
    match status {
        RequestStatus::InWork { stage } => format!("in work before {stage}"),
        RequestStatus::NeedsPerson { reasons } => waits(codes(reasons)),
        RequestStatus::Parked(park) => format!("parked before {} ({})", park.stage, park.cause.name()),
        RequestStatus::Parsed => "parsed without an order set".to_owned(),
    }
}

fn state_line(state: &OrderState, numbers: &HashMap<&RequestId, usize>) -> String {
    match state {
        OrderState::Routing { open } => format!("on its way to {} destinations", open.len()),
        OrderState::NeedsPerson { reasons } => waits(codes(reasons)),
        OrderState::Closed(Outcome::Superseded { by }) => format!("superseded by {}", number_of(by, numbers)),
        OrderState::Closed(Outcome::Duplicate { of }) => format!("duplicate of {}", number_of(of, numbers)),
        OrderState::Closed(outcome) => outcome.name().to_owned(),
    }
}

fn waits<'a>(codes: impl IntoIterator<Item = &'a str>) -> String {
    format!("needs_person {}", codes.into_iter().collect::<Vec<_>>().join(" "))
}

fn codes(reasons: &[Reason]) -> impl Iterator<Item = &str> {
    reasons.iter().map(|reason| reason.code.as_str())
}

fn number_of(order: &OrderId, numbers: &HashMap<&RequestId, usize>) -> usize {
    numbers.get(&order.request()).copied().unwrap_or_default()
}

fn items(known: &Known) -> Vec<String> {
    let orders = known
        .orders
        .iter()
        .flat_map(|set| set.orders.iter().filter(|record| !replaced_in(set, &record.state)));
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

#[cfg(test)]
mod tests;
