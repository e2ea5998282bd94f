//! Faults in front of the audit log.

use super::Faulty;
use async_trait::async_trait;
use domain::audit::{AuditEntry, AuditHead, AuditRecord};
use domain::ports::{AuditLog, PortResult};

#[async_trait]
impl<P: AuditLog + ?Sized> AuditLog for Faulty<P> {
    async fn append(&self, entries: &[AuditEntry]) -> PortResult<()> {
        self.call("audit log", "append", self.inner.append(entries)).await
    }

    async fn read(&self, after: u64, limit: usize) -> PortResult<Vec<AuditRecord>> {
        self.call("audit log", "read", self.inner.read(after, limit)).await
    }

    async fn head(&self) -> PortResult<AuditHead> {
        self.call("audit log", "head", self.inner.head()).await
    }
}
