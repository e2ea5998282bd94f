//! Hand-over: what a destination gets, and the receipt that proves it got it.

use crate::ids::{DestinationName, OrderId, Revision};
use crate::keys;
use bytes::Bytes;
use jiff::Timestamp;
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

/// What is handed over: the searchable packet and the order as JSON.
#[derive(Clone)]
pub struct Delivery {
    /// The idempotency key.
    pub key: DeliveryKey,
    /// The searchable packet.
    pub packet_pdf: Bytes,
    /// The order, its documents, fields, findings and manifest as JSON.
    pub order_json: Bytes,
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
