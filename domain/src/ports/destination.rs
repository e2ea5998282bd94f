//! Where finished orders go.

use super::PortResult;
use crate::ids::DestinationName;
use crate::router::{Delivery, DeliveryKey, Receipt};
use async_trait::async_trait;
use jiff::Timestamp;

/// Takes orders over, each once.
///
/// - T-1 `deliver` under a key that was delivered before changes nothing and gives the first receipt's reference.
/// - T-2 a crash during `deliver` leaves the whole delivery or none.
/// - T-3 `find` says whether a key has been delivered, also when the caller never saw the receipt.
#[async_trait]
pub trait Destination: Send + Sync {
    /// Its name in the configuration.
    fn name(&self) -> &DestinationName;
    /// Hands an order over.
    async fn deliver(&self, delivery: &Delivery, now: Timestamp) -> PortResult<Receipt>;
    /// Looks for an earlier delivery.
    async fn find(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>>;
}
