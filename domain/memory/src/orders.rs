//! Order sets in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::{RequestId, Revision};
use domain::parser::{OrderSet, OrderState};
use domain::ports::{OrderStore, PortError, PortResult, Version, Versioned};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`OrderStore`].
#[derive(Default)]
pub struct MemoryOrders(Mutex<BTreeMap<(RequestId, Revision), Versioned<OrderSet>>>);

#[async_trait]
impl OrderStore for MemoryOrders {
    async fn commit(&self, set: &OrderSet) -> PortResult<bool> {
        let mut records = locked(&self.0);
        let key = (set.request.clone(), set.revision);
        if records.contains_key(&key) {
            return Ok(false);
        }
        records.insert(key, Versioned { value: set.clone(), version: Version(1) });
        Ok(true)
    }

    async fn get(&self, request: &RequestId, revision: Revision) -> PortResult<Option<Versioned<OrderSet>>> {
        Ok(locked(&self.0).get(&(request.clone(), revision)).cloned())
    }

    async fn update(&self, set: &OrderSet, version: Version) -> PortResult<Version> {
        let thing = || format!("orders of request {}, revision {}", set.request, set.revision);
        let mut records = locked(&self.0);
        let record = records
            .get_mut(&(set.request.clone(), set.revision))
            .ok_or_else(|| PortError::not_found(thing()))?;
        if record.version != version {
            return Err(PortError::conflict(thing()));
        }
        if reopens(&record.value, set) {
            return Err(PortError::permanent(
                thing(),
                "an outcome is final for its revision; raise the revision to decide again",
            ));
        }
        *record = Versioned { value: set.clone(), version: Version(version.0 + 1) };
        Ok(record.version)
    }

    async fn list(&self) -> PortResult<Vec<OrderSet>> {
        Ok(locked(&self.0).values().map(|record| record.value.clone()).collect())
    }
}

/// Whether an update would change or drop an outcome that is closed (clause O-3).
fn reopens(old: &OrderSet, new: &OrderSet) -> bool {
    let closed = |state: &OrderState| matches!(state, OrderState::Closed(_));
    let order_reopened = old.orders.iter().filter(|record| closed(&record.state)).any(|record| {
        new.orders.iter().find(|other| other.id == record.id).map(|other| &other.state) != Some(&record.state)
    });
    let whole_reopened =
        old.without_orders.as_ref().is_some_and(closed) && old.without_orders != new.without_orders;
    order_reopened || whole_reopened
}
