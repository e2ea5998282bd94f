//! Order sets in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::{RequestId, Revision};
use domain::parser::OrderSet;
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
        if record.value.reopens(set) {
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
