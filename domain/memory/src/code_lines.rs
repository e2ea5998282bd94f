//! Turns at mailboxes in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::mfa::CodeLine;
use domain::ports::{CodeAddress, CodeLines, LeaseVerdict, PortError, PortResult};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`CodeLines`].
#[derive(Default)]
pub struct MemoryCodeLines(Mutex<BTreeMap<String, CodeLine>>);

impl MemoryCodeLines {
    fn change<T>(&self, address: &CodeAddress, change: impl FnOnce(&mut CodeLine) -> T) -> T {
        let mut lines = locked(&self.0);
        change(lines.entry(address.key()).or_insert_with(|| CodeLine::new(address.clone())))
    }
}

#[async_trait]
impl CodeLines for MemoryCodeLines {
    async fn lease(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        now: Timestamp,
        until: Timestamp,
    ) -> PortResult<LeaseVerdict> {
        Ok(self.change(address, |line| line.lease(portal, now, until)))
    }

    async fn ask(&self, address: &CodeAddress, portal: &PortalName, now: Timestamp) -> PortResult<CodeLine> {
        self.change(address, |line| line.ask(portal, now).then(|| line.clone()))
            .ok_or_else(|| PortError::conflict(format!("mailbox turn of {portal}")))
    }

    async fn answered(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        sent_at: Timestamp,
    ) -> PortResult<()> {
        self.change(address, |line| line.answered(portal, sent_at));
        Ok(())
    }

    async fn release(&self, address: &CodeAddress, portal: &PortalName) -> PortResult<()> {
        self.change(address, |line| line.release(portal));
        Ok(())
    }

    async fn lines(&self) -> PortResult<Vec<CodeLine>> {
        Ok(locked(&self.0).values().cloned().collect())
    }
}
