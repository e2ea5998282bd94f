//! `epic_portals`: what stands between us and a locked account. One sealed record a portal, cookies included.

use crate::MongoStore;
use crate::cas::{CHANGES_MAX, breathe, too_busy};
use crate::collections::PORTALS;
use crate::document::{SEALED, Stored};
use async_trait::async_trait;
use domain::ids::{Generation, PortalName};
use domain::ports::{AttemptEnd, ErrorClass, PortError, PortResult, PortalLedger, Version};
use domain::redacted::Redacted;
use domain::session::{LedgerEntry, OperatorHold, PortalKick};
use jiff::Timestamp;
use mongodb::bson::doc;

const THING: &str = "portal ledger";

fn context(portal: &PortalName) -> String {
    format!("portals/{portal}")
}

impl MongoStore {
    async fn load_entry(&self, portal: &PortalName) -> PortResult<(LedgerEntry, Version)> {
        let Some(document) = self.find(THING, PORTALS, portal.as_str()).await? else {
            return Ok((LedgerEntry::default(), Version(0)));
        };
        let name = format!("ledger of {portal}");
        let stored = Stored::read(&name, &document)?;
        Ok((self.vault().open(&context(portal), stored.sealed()?)?, stored.version()?))
    }

    async fn store_entry(
        &self,
        portal: &PortalName,
        entry: &LedgerEntry,
        version: Version,
    ) -> PortResult<bool> {
        let (id, sealed) = (portal.as_str(), self.vault().seal(&context(portal), entry)?);
        if version == Version(0) {
            return self.insert(THING, PORTALS, doc! { "_id": id, "version": 1_i64, SEALED: sealed }).await;
        }
        self.set_at(THING, PORTALS, id, version, doc! { SEALED: sealed }).await
    }

    /// Reads an entry, changes it and writes it back at its version; decides again when another was faster. A
    /// write whose answer was lost is an error, not a repeat: a login counted once too often is safe.
    async fn change_entry<T: Send>(
        &self,
        portal: &PortalName,
        change: impl Fn(&mut LedgerEntry) -> PortResult<T> + Send + Sync,
    ) -> PortResult<T> {
        for tried in 0..CHANGES_MAX {
            breathe(tried).await;
            let (mut entry, version) = self.load_entry(portal).await?;
            let result = change(&mut entry)?;
            if self.store_entry(portal, &entry, version).await? {
                return Ok(result);
            }
        }
        Err(too_busy(format!("ledger of {portal}")))
    }
}

#[async_trait]
impl PortalLedger for MongoStore {
    async fn entry(&self, portal: &PortalName) -> PortResult<LedgerEntry> {
        Ok(self.load_entry(portal).await?.0)
    }

    async fn begin_attempt(&self, portal: &PortalName, credential: &str, now: Timestamp) -> PortResult<()> {
        self.change_entry(portal, |entry| {
            entry.begin_attempt(credential, now).map_err(|refusal| {
                PortError::new(ErrorClass::Conflict, format!("login at {portal}"), refusal.way_out())
            })
        })
        .await
    }

    async fn end_attempt(
        &self,
        portal: &PortalName,
        credential: &str,
        end: AttemptEnd,
        now: Timestamp,
    ) -> PortResult<()> {
        self.change_entry(portal, |entry| {
            entry.end_attempt(credential, end, now);
            Ok(())
        })
        .await
    }

    async fn next_generation(&self, portal: &PortalName) -> PortResult<Generation> {
        self.change_entry(portal, |entry| {
            entry.generation = entry.generation.next();
            Ok(entry.generation)
        })
        .await
    }

    async fn save_cookies(&self, portal: &PortalName, cookies: Option<Redacted<String>>) -> PortResult<()> {
        self.change_entry(portal, |entry| {
            entry.cookies.clone_from(&cookies);
            Ok(())
        })
        .await
    }

    async fn hold(&self, portal: &PortalName, hold: Option<OperatorHold>) -> PortResult<()> {
        self.change_entry(portal, |entry| {
            entry.hold.clone_from(&hold);
            Ok(())
        })
        .await
    }

    async fn kicked(
        &self,
        portal: &PortalName,
        kick: PortalKick,
        kicks_max: usize,
    ) -> PortResult<LedgerEntry> {
        self.change_entry(portal, |entry| {
            entry.kicked(kick, kicks_max);
            Ok(entry.clone())
        })
        .await
    }

    async fn unlock(&self, portal: &PortalName) -> PortResult<()> {
        self.change_entry(portal, |entry| {
            entry.unlock();
            Ok(())
        })
        .await
    }
}
