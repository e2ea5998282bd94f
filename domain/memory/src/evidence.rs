//! Evidence in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::ports::{EVIDENCE_MAX, Evidence, EvidenceLine, EvidenceStore, PagePicture, PortResult};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`EvidenceStore`].
#[derive(Default)]
pub struct MemoryEvidence(Mutex<BTreeMap<String, (EvidenceLine, PagePicture)>>);

#[async_trait]
impl EvidenceStore for MemoryEvidence {
    async fn keep(&self, evidence: &Evidence) -> PortResult<String> {
        let line = evidence.line();
        let (id, portal) = (line.id.clone(), line.portal.clone());
        let mut all = locked(&self.0);
        all.insert(id.clone(), (line, evidence.picture.clone()));
        let of_portal = |all: &BTreeMap<String, (EvidenceLine, PagePicture)>| {
            let mut ids: Vec<(Timestamp, String)> = all
                .values()
                .filter(|(line, _)| line.portal == portal)
                .map(|(line, _)| (line.taken_at, line.id.clone()))
                .collect();
            ids.sort();
            ids
        };
        let ids = of_portal(&all);
        for (_, oldest) in ids.iter().take(ids.len().saturating_sub(EVIDENCE_MAX)) {
            all.remove(oldest);
        }
        Ok(id)
    }

    async fn list(&self, portal: Option<&PortalName>) -> PortResult<Vec<EvidenceLine>> {
        let all = locked(&self.0);
        let mut lines: Vec<EvidenceLine> = all
            .values()
            .map(|(line, _)| line)
            .filter(|line| portal.is_none_or(|portal| line.portal == *portal))
            .cloned()
            .collect();
        lines.sort_by(|a, b| (b.taken_at, &b.id).cmp(&(a.taken_at, &a.id)));
        Ok(lines)
    }

    async fn get(&self, id: &str) -> PortResult<Option<PagePicture>> {
        Ok(locked(&self.0).get(id).map(|(_, picture)| picture.clone()))
    }

    async fn purge(&self, before: Timestamp) -> PortResult<u64> {
        let mut all = locked(&self.0);
        let count = all.len();
        all.retain(|_, (line, _)| line.taken_at >= before);
        Ok((count - all.len()) as u64)
    }
}
