//! `epic_audit`: the append-only, hash-chained record of who saw and did what.

use super::PortResult;
use crate::audit::{AuditEntry, AuditHead, AuditRecord};
use async_trait::async_trait;

/// Keeps the audit log.
///
/// - U-1 an entry is stored when `append` returns, at the end of the chain, and survives a crash.
/// - U-2 an entry of a known id is not stored again.
/// - U-3 of racing appends each gets a place of its own; the chain has no gap and no fork.
/// - U-4 `read` gives records in order, those after a number, at most so many.
/// - U-5 the chain holds as [`crate::audit::Verifier`] checks it; a changed record is found.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds entries at the end, in order.
    async fn append(&self, entries: &[AuditEntry]) -> PortResult<()>;
    /// Reads records with numbers above `after`.
    async fn read(&self, after: u64, limit: usize) -> PortResult<Vec<AuditRecord>>;
    /// The end of the chain.
    async fn head(&self) -> PortResult<AuditHead>;
}
