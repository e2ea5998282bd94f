//! What the parser commits for one request revision in one write, and what may still change in it.

use super::{Document, Order, OrderState, Outcome};
use crate::ids::{OrderId, PacketId, RequestId, Revision};
use crate::model::ModelNote;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One order of a request with its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderRecord {
    /// `request.ordinal`.
    pub id: OrderId,
    /// What was understood.
    pub order: Order,
    /// Where it stands.
    pub state: OrderState,
}

/// Everything the parser commits for one request revision, in one write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderSet {
    /// The request.
    pub request: RequestId,
    /// Its revision.
    pub revision: Revision,
    /// The packet it was read from.
    pub packet: PacketId,
    /// The packet's documents.
    pub documents: Vec<Document>,
    /// The orders; empty when the request is not DME or waits as a whole.
    pub orders: Vec<OrderRecord>,
    /// The whole request's state where it has no order.
    pub without_orders: Option<OrderState>,
    /// Which documents a language model was asked about, and how that ended; empty where none is in use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model: Vec<ModelNote>,
    /// When it was committed.
    pub parsed_at: Timestamp,
}

impl OrderSet {
    /// Every state of the set: the orders', or the request's own.
    pub fn states(&self) -> impl Iterator<Item = &OrderState> {
        self.orders.iter().map(|order| &order.state).chain(self.without_orders.as_ref())
    }

    /// Whether nothing is left to do for it without a person.
    pub fn settled(&self) -> bool {
        self.states().all(|state| !matches!(state, OrderState::Routing { .. }))
    }

    /// The outcomes, if every order has one.
    pub fn outcomes(&self) -> Option<Vec<&Outcome>> {
        self.states()
            .map(|state| match state {
                OrderState::Closed(outcome) => Some(outcome),
                OrderState::Routing { .. } | OrderState::NeedsPerson { .. } => None,
            })
            .collect()
    }

    /// Whether putting `new` in this set's place would change, reopen or drop an outcome: outcomes are final
    /// for their revision, so every `OrderStore` refuses such an update (clause O-3).
    pub fn reopens(&self, new: &Self) -> bool {
        let closed = |state: &OrderState| matches!(state, OrderState::Closed(_));
        let kept = |old: &OrderRecord| {
            new.orders.iter().find(|order| order.id == old.id).is_some_and(|order| order.state == old.state)
        };
        let order_reopened = self.orders.iter().any(|old| closed(&old.state) && !kept(old));
        let whole_reopened =
            self.without_orders.as_ref().is_some_and(closed) && self.without_orders != new.without_orders;
        order_reopened || whole_reopened
    }
}
