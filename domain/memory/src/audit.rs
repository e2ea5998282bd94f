//! The audit log in a list.

use crate::locked;
use async_trait::async_trait;
use domain::audit::{AuditEntry, AuditHead, AuditRecord};
use domain::ports::{AuditLog, PortResult, Sealer};
use std::sync::{Arc, Mutex};

/// Meets [`AuditLog`].
pub struct MemoryAudit {
    records: Mutex<Records>,
    sealer: Arc<dyn Sealer>,
}

/// The chain, and the ids in it.
#[derive(Default)]
struct Records {
    chain: Vec<AuditRecord>,
    ids: std::collections::BTreeSet<String>,
}

impl MemoryAudit {
    /// An empty log, its chain under the sealer's key.
    pub fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self { records: Mutex::default(), sealer }
    }

    /// Every record.
    pub fn records(&self) -> Vec<AuditRecord> {
        locked(&self.records).chain.clone()
    }

    /// Puts records in place of all there are, past the port, as somebody who can write to the store may do.
    pub fn rewrite(&self, records: Vec<AuditRecord>) {
        let ids = records.iter().map(|record| record.entry.id.clone()).collect();
        *locked(&self.records) = Records { chain: records, ids };
    }
}

#[async_trait]
impl AuditLog for MemoryAudit {
    async fn append(&self, entries: &[AuditEntry]) -> PortResult<()> {
        let mut records = locked(&self.records);
        for entry in entries {
            if records.ids.insert(entry.id.clone()) {
                let head = records.chain.last().map_or_else(AuditHead::default, AuditRecord::head);
                records.chain.push(head.next(entry.clone(), self.sealer.as_ref()));
            }
        }
        Ok(())
    }

    async fn read(&self, after: u64, limit: usize) -> PortResult<Vec<AuditRecord>> {
        let records = locked(&self.records);
        Ok(records.chain.iter().filter(|record| record.seq > after).take(limit).cloned().collect())
    }

    async fn head(&self) -> PortResult<AuditHead> {
        Ok(locked(&self.records).chain.last().map_or_else(AuditHead::default, AuditRecord::head))
    }
}
