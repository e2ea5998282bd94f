//! Hand-over: what a destination gets, and the receipt that proves it got it.

use crate::ids::{DestinationName, OrderId, PortalName, Revision};
use crate::keys;
use crate::patient_scraper::LedgerLine;
use crate::request::Request;
use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Under which a destination recognises a repeat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryKey {
    /// The order.
    pub order: OrderId,
    /// Its revision.
    pub revision: Revision,
    /// Where it goes.
    pub destination: DestinationName,
}

impl DeliveryKey {
    /// A stable name for folders, workflow ids and external document ids; holds no patient data.
    pub fn name(&self) -> String {
        keys::plain_hash(&[
            "delivery",
            self.order.as_str(),
            &self.revision.to_string(),
            self.destination.as_str(),
        ])
    }
}

/// Where a packet comes from and how much of the chart it holds; no patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFacts {
    /// The portal.
    pub portal: PortalName,
    /// When the message arrived, in the hospital's local time.
    pub received: DateTime,
    /// When we first saw it.
    pub first_seen: Timestamp,
    /// Pages of the packet.
    pub pages: u32,
    /// Whether a document that was asked for is missing from it: refused, late or unreadable.
    pub partial: bool,
}

impl DeliveryFacts {
    /// What a request says of its packet.
    pub fn of(request: &Request) -> Self {
        let mut lines = request.captured.iter().flat_map(|chart| &chart.ledger);
        let mut notes = request.packet.iter().flat_map(|packet| &packet.notes);
        Self {
            portal: request.portal.clone(),
            received: request.row.received,
            first_seen: request.created_at,
            pages: request.recognized.as_ref().map_or(0, |recognized| recognized.pages),
            partial: lines.any(LedgerLine::is_gap) || notes.any(|note| note.left_out),
        }
    }
}

/// What is handed over: the searchable packet, the order as JSON and its summary.
#[derive(Clone)]
pub struct Delivery {
    /// The idempotency key.
    pub key: DeliveryKey,
    /// Where the packet comes from.
    pub facts: DeliveryFacts,
    /// The searchable packet.
    pub packet_pdf: Bytes,
    /// The order, its documents, fields, findings and manifest as JSON.
    pub order_json: Bytes,
    /// The order in plain words, for the person who opens the delivery.
    pub summary: Bytes,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("key", &self.key)
            .field("pdf_bytes", &self.packet_pdf.len())
            .field("json_bytes", &self.order_json.len())
            .finish()
    }
}

/// A destination's word that it has the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// Which delivery.
    pub key: DeliveryKey,
    /// The destination's own reference: a path, a workflow id.
    pub reference: String,
    /// When it was given.
    pub at: Timestamp,
}
