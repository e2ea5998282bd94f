//! An order, or a request that waits without one, as the coordinator's summary and letter see it.

use crate::error::Failure;
use crate::wiring::Stores;
use domain::ids::OrderId;
use domain::parser::{OrderRecord, OrderSet, OrderState, Reason};
use domain::request::{Request, RequestStatus};
use understanding::{CaseFacts, Knowledge, OrderSummary, summarise};

/// A request with what the parser committed for it.
pub(super) struct Case {
    pub(super) request: Request,
    pub(super) orders: Option<OrderSet>,
    /// The reasons of the request as a whole.
    reasons: Vec<Reason>,
}

impl Case {
    /// Loads the newest revision of the request behind a request's or order's id.
    ///
    /// # Errors
    /// The store does not know it, or cannot be read.
    pub(super) async fn load(stores: &Stores, id: &str) -> Result<Self, Failure> {
        let request = super::request(stores, id).await?.value;
        let orders = stores.orders.get(&request.id, request.revision).await?.map(|set| set.value);
        let case = Self::of(request, orders);
        if id.contains('.') && case.records(id).is_empty() {
            let way_out = "`epic-connector orders show` lists the orders of a request";
            return Err(Failure::failed(format!("order {id}"), "its request has no such order", way_out));
        }
        Ok(case)
    }

    pub(super) fn of(request: Request, orders: Option<OrderSet>) -> Self {
        let reasons = match (&request.status, orders.as_ref().and_then(|set| set.without_orders.as_ref())) {
            (RequestStatus::NeedsPerson { reasons }, _) | (_, Some(OrderState::NeedsPerson { reasons })) => {
                reasons.clone()
            }
            _ => Vec::new(),
        };
        Self { request, orders, reasons }
    }

    /// The order of this id; every order where it is the request's.
    pub(super) fn records(&self, id: &str) -> Vec<&OrderRecord> {
        let named = id.contains('.').then(|| OrderId::new(id));
        let records = self.orders.iter().flat_map(|set| &set.orders);
        records.filter(|record| named.as_ref().is_none_or(|named| *named == record.id)).collect()
    }

    /// What is known of one order; without one, of the request as a whole.
    pub(super) fn facts<'a>(&'a self, record: Option<&'a OrderRecord>) -> CaseFacts<'a> {
        let own = record.map(|record| match &record.state {
            OrderState::NeedsPerson { reasons } => reasons.as_slice(),
            OrderState::Routing { .. } | OrderState::Closed(_) => &[],
        });
        CaseFacts {
            hospital: self.request.portal.as_str(),
            patient: Some(&self.request.row.patient),
            sender: Some(&self.request.row.from),
            reference: record.map_or(self.request.id.as_str(), |record| record.id.as_str()),
            order: record.map(|record| (&record.id, &record.order)),
            state: match record {
                Some(record) => Some(&record.state),
                None => self.orders.as_ref().and_then(|set| set.without_orders.as_ref()),
            },
            reasons: own.unwrap_or(&self.reasons),
            documents: self.orders.as_ref().map_or(&[], |set| set.documents.as_slice()),
        }
    }

    /// A summary of each order of this id; of the request as a whole where it has none.
    pub(super) fn summaries(&self, id: &str, knowledge: &Knowledge) -> Vec<OrderSummary> {
        let records = self.records(id);
        if records.is_empty() {
            return vec![summarise(&self.facts(None), knowledge)];
        }
        records.into_iter().map(|record| summarise(&self.facts(Some(record)), knowledge)).collect()
    }
}
