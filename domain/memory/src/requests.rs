//! Requests in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::RequestId;
use domain::ports::{PortError, PortResult, RequestFilter, RequestStore, Version, Versioned};
use domain::request::Request;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`RequestStore`].
#[derive(Default)]
pub struct MemoryRequests(Mutex<BTreeMap<RequestId, Versioned<Request>>>);

#[async_trait]
impl RequestStore for MemoryRequests {
    async fn create(&self, request: &Request) -> PortResult<bool> {
        let mut records = locked(&self.0);
        if records.contains_key(&request.id) {
            return Ok(false);
        }
        records.insert(request.id.clone(), Versioned { value: request.clone(), version: Version(1) });
        Ok(true)
    }

    async fn get(&self, id: &RequestId) -> PortResult<Option<Versioned<Request>>> {
        Ok(locked(&self.0).get(id).cloned())
    }

    async fn update(&self, request: &Request, version: Version) -> PortResult<Version> {
        let mut records = locked(&self.0);
        let record = records
            .get_mut(&request.id)
            .ok_or_else(|| PortError::not_found(format!("request {}", request.id)))?;
        if record.version != version {
            return Err(PortError::conflict(format!("request {}", request.id)));
        }
        *record = Versioned { value: request.clone(), version: Version(version.0 + 1) };
        Ok(record.version)
    }

    async fn list(&self, filter: &RequestFilter) -> PortResult<Vec<Request>> {
        let mut found: Vec<Request> = locked(&self.0)
            .values()
            .map(|record| &record.value)
            .filter(|request| filter.portal.as_ref().is_none_or(|portal| *portal == request.portal))
            .filter(|request| filter.patient.as_ref().is_none_or(|patient| *patient == request.patient))
            .filter(|request| !filter.unfinished || !request.at_rest())
            .cloned()
            .collect();
        found.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(found)
    }
}
