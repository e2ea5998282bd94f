//! `epic_audit`: the append-only, hash-chained record of who saw and did what.

use super::PortResult;
use crate::audit::{AuditEntry, AuditHead, AuditRecord};
use async_trait::async_trait;

/// Keeps the audit log.
///
/// - U-1 entries are stored when `append` returns, in the order given at the end of the chain, all or none of them,
///   every field as it was given, times to the nanosecond; they survive a crash.
/// - U-2 an entry of a known id is not stored again, and the first one stays.
/// - U-3 of racing appends each gets a place of its own; the chain has no gap and no fork.
/// - U-4 `read` gives records in order, those after a number, at most so many.
/// - U-5 the chain holds as [`crate::audit::Verifier`] checks it; `read` gives what is stored, so that a changed,
///   removed or added record is found.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds entries at the end, in order.
    async fn append(&self, entries: &[AuditEntry]) -> PortResult<()>;
    /// Reads records with numbers above `after`.
    async fn read(&self, after: u64, limit: usize) -> PortResult<Vec<AuditRecord>>;
    /// The end of the chain.
    async fn head(&self) -> PortResult<AuditHead>;
}
