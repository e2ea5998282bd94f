//! The portal ledger in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::{Generation, PortalName};
use domain::ports::{AttemptEnd, ErrorClass, PortError, PortResult, PortalLedger};
use domain::redacted::Redacted;
use domain::session::{LedgerEntry, OperatorHold, PortalKick};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`PortalLedger`].
#[derive(Default)]
pub struct MemoryLedger(Mutex<BTreeMap<PortalName, LedgerEntry>>);

#[async_trait]
impl PortalLedger for MemoryLedger {
    async fn entry(&self, portal: &PortalName) -> PortResult<LedgerEntry> {
        Ok(locked(&self.0).get(portal).cloned().unwrap_or_default())
    }

    async fn begin_attempt(&self, portal: &PortalName, credential: &str, now: Timestamp) -> PortResult<()> {
        let mut entries = locked(&self.0);
        let entry = entries.entry(portal.clone()).or_default();
        entry.begin_attempt(credential, now).map_err(|refusal| {
            PortError::new(ErrorClass::Conflict, format!("login at {portal}"), refusal.way_out())
        })
    }

    async fn end_attempt(
        &self,
        portal: &PortalName,
        credential: &str,
        end: AttemptEnd,
        now: Timestamp,
    ) -> PortResult<()> {
        locked(&self.0).entry(portal.clone()).or_default().end_attempt(credential, end, now);
        Ok(())
    }

    async fn next_generation(&self, portal: &PortalName) -> PortResult<Generation> {
        let mut entries = locked(&self.0);
        let entry = entries.entry(portal.clone()).or_default();
        entry.generation = entry.generation.next();
        Ok(entry.generation)
    }

    async fn save_cookies(&self, portal: &PortalName, cookies: Option<Redacted<String>>) -> PortResult<()> {
        locked(&self.0).entry(portal.clone()).or_default().cookies = cookies;
        Ok(())
    }

    async fn hold(&self, portal: &PortalName, hold: Option<OperatorHold>) -> PortResult<()> {
        locked(&self.0).entry(portal.clone()).or_default().hold = hold;
        Ok(())
    }

    async fn kicked(
        &self,
        portal: &PortalName,
        kick: PortalKick,
        kicks_max: usize,
    ) -> PortResult<LedgerEntry> {
        let mut entries = locked(&self.0);
        let entry = entries.entry(portal.clone()).or_default();
        entry.kicked(kick, kicks_max);
        Ok(entry.clone())
    }

    async fn unlock(&self, portal: &PortalName) -> PortResult<()> {
        locked(&self.0).entry(portal.clone()).or_default().unlock();
        Ok(())
    }
}
