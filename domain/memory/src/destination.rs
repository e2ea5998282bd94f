//! A destination that remembers what it took and how often it was asked.

use crate::locked;
use async_trait::async_trait;
use domain::ids::DestinationName;
use domain::ports::{Destination, PortResult};
use domain::router::{Delivery, DeliveryKey, Receipt};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`Destination`].
pub struct MemoryDestination {
    name: DestinationName,
    taken: Mutex<BTreeMap<String, Taken>>,
}

struct Taken {
    delivery: Delivery,
    receipt: Receipt,
    calls: u64,
}

impl MemoryDestination {
    /// An empty destination of this name.
    pub fn new(name: &str) -> Self {
        Self { name: DestinationName::new(name), taken: Mutex::default() }
    }

    /// What was taken over, each once, in order of key name.
    pub fn deliveries(&self) -> Vec<Delivery> {
        locked(&self.taken).values().map(|taken| taken.delivery.clone()).collect()
    }

    /// How often a key was handed over, repeats included.
    pub fn calls(&self, key: &DeliveryKey) -> u64 {
        locked(&self.taken).get(&key.name()).map_or(0, |taken| taken.calls)
    }
}

#[async_trait]
impl Destination for MemoryDestination {
    fn name(&self) -> &DestinationName {
        &self.name
    }

    async fn deliver(&self, delivery: &Delivery, now: Timestamp) -> PortResult<Receipt> {
        let name = delivery.key.name();
        let receipt = Receipt { key: delivery.key.clone(), reference: format!("memory/{name}"), at: now };
        let mut all = locked(&self.taken);
        let taken =
            all.entry(name).or_insert_with(|| Taken { delivery: delivery.clone(), receipt, calls: 0 });
        taken.calls += 1;
        Ok(taken.receipt.clone())
    }

    async fn find(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        Ok(locked(&self.taken).get(&key.name()).map(|taken| taken.receipt.clone()))
    }
}
