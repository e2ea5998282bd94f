//! What is remembered of an order to recognise it when it comes again.

use crate::ids::{OrderId, RequestId};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// What is remembered of one order to recognise it when it comes again. Hashes only, under the
/// installation key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// The request it came with.
    pub request: RequestId,
    /// The order.
    pub order: OrderId,
    /// When its message arrived, in the hospital's local time.
    pub received: DateTime,
    /// Sorted item codes, prescriber and order date.
    pub order_key: String,
    /// Hash of the order document's normalised text.
    pub text_hash: String,
    /// Sorted hashes of the order text's word shingles, to measure resemblance.
    pub shingles: Vec<u64>,
    /// The order this one repeats; none for an original.
    pub duplicate_of: Option<OrderId>,
}
