//! Requests in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::{PortalName, RequestId};
use domain::ports::{
    PortError, PortResult, RequestCount, RequestFilter, RequestPlace, RequestStore, Version, Versioned,
};
use domain::request::Request;
use domain::search::{self, SearchTerm};
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
            .filter(|request| !filter.in_motion || request.in_motion())
            .filter(|request| filter.standing.as_ref().is_none_or(|standing| standing == request.standing()))
            .filter(|request| has_terms(request, &filter.search))
            .cloned()
            .collect();
        found.sort_by_key(RequestPlace::of);
        if filter.newest_first {
            found.reverse();
        }
        if let Some(after) = &filter.after {
            let behind =
                |place: RequestPlace| if filter.newest_first { place < *after } else { place > *after };
            found.retain(|request| behind(RequestPlace::of(request)));
        }
        found.truncate(filter.limit.unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn counts(&self) -> PortResult<Vec<RequestCount>> {
        let mut counts: BTreeMap<(PortalName, &str), u64> = BTreeMap::new();
        for record in locked(&self.0).values() {
            *counts.entry((record.value.portal.clone(), record.value.standing())).or_default() += 1;
        }
        let count = |((portal, standing), count): ((PortalName, &str), u64)| RequestCount {
            portal,
            standing: standing.to_owned(),
            count,
        };
        Ok(counts.into_iter().map(count).collect())
    }

    /// Terms are made anew at every search, so there is nothing to write.
    async fn reindex(&self) -> PortResult<u64> {
        Ok(locked(&self.0).len() as u64)
    }
}

fn has_terms(request: &Request, wanted: &[SearchTerm]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let terms = search::terms(request);
    wanted.iter().all(|term| terms.contains(term))
}
