//! Receipts in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ports::{DeliveryStore, PortResult};
use domain::router::{DeliveryKey, Receipt};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`DeliveryStore`].
#[derive(Default)]
pub struct MemoryDeliveries(Mutex<BTreeMap<String, Receipt>>);

#[async_trait]
impl DeliveryStore for MemoryDeliveries {
    async fn get(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        Ok(locked(&self.0).get(&key.name()).cloned())
    }

    async fn record(&self, receipt: &Receipt) -> PortResult<Receipt> {
        Ok(locked(&self.0).entry(receipt.key.name()).or_insert_with(|| receipt.clone()).clone())
    }

    async fn list(&self) -> PortResult<Vec<Receipt>> {
        Ok(locked(&self.0).values().cloned().collect())
    }
}
