//! `epic_portals`: what stands between us and a locked account. One sealed record a portal, cookies included.

use crate::SqliteStore;
use crate::error::StoreError;
use async_trait::async_trait;
use domain::ids::{Generation, PortalName};
use domain::ports::{AttemptEnd, ErrorClass, PortError, PortResult, PortalLedger};
use domain::redacted::Redacted;
use domain::session::{LedgerEntry, OperatorHold, PortalKick};
use domain::vault::Vault;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

const THING: &str = "portal ledger";

fn context(portal: &PortalName) -> String {
    format!("portals/{portal}")
}

fn load(connection: &Connection, vault: &Vault, portal: &PortalName) -> Result<LedgerEntry, StoreError> {
    let body: Option<Vec<u8>> = connection
        .prepare_cached("SELECT body FROM portals WHERE name = ?1")?
        .query_row(params![portal.as_str()], |row| row.get(0))
        .optional()?;
    let entry = body.map(|body| vault.open(&context(portal), &body)).transpose()?;
    Ok(entry.unwrap_or_default())
}

impl SqliteStore {
    /// Reads an entry, changes it and writes it back, all in one transaction.
    async fn change_entry<T: Send + 'static>(
        &self,
        portal: &PortalName,
        change: impl FnOnce(&mut LedgerEntry) -> PortResult<T> + Send + 'static,
    ) -> PortResult<T> {
        let (portal, vault) = (portal.clone(), self.vault());
        self.write(THING, move |connection| {
            let mut entry = load(connection, &vault, &portal)?;
            let result = change(&mut entry)?;
            connection
                .prepare_cached(
                    "INSERT INTO portals (name, body) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                )?
                .execute(params![portal.as_str(), vault.seal(&context(&portal), &entry)?])?;
            Ok(result)
        })
        .await
    }
}

#[async_trait]
impl PortalLedger for SqliteStore {
    async fn entry(&self, portal: &PortalName) -> PortResult<LedgerEntry> {
        let (portal, vault) = (portal.clone(), self.vault());
        self.read(THING, move |connection| load(connection, &vault, &portal)).await
    }

    async fn begin_attempt(&self, portal: &PortalName, credential: &str, now: Timestamp) -> PortResult<()> {
        let (thing, credential) = (format!("login at {portal}"), credential.to_owned());
        self.change_entry(portal, move |entry| {
            entry
                .begin_attempt(&credential, now)
                .map_err(|refusal| PortError::new(ErrorClass::Conflict, thing, refusal.way_out()))
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
        let credential = credential.to_owned();
        self.change_entry(portal, move |entry| {
            entry.end_attempt(&credential, end, now);
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
            entry.cookies = cookies;
            Ok(())
        })
        .await
    }

    async fn hold(&self, portal: &PortalName, hold: Option<OperatorHold>) -> PortResult<()> {
        self.change_entry(portal, |entry| {
            entry.hold = hold;
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
        self.change_entry(portal, move |entry| {
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
