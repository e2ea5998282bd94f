//! Whose turn it is at a mailbox: one sealed record an address, kept beside the portals' own. Its name begins with what
//! no portal's can, so that the table of the first format does for both.

use crate::SqliteStore;
use crate::error::StoreError;
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::mfa::CodeLine;
use domain::ports::{CodeAddress, CodeLines, LeaseVerdict, PortError, PortResult};
use domain::vault::Vault;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

const THING: &str = "mailbox turns";

fn name_of(address: &CodeAddress) -> String {
    format!("mailbox/{}", address.key())
}

fn load(connection: &Connection, vault: &Vault, name: &str) -> Result<Option<CodeLine>, StoreError> {
    let body: Option<Vec<u8>> = connection
        .prepare_cached("SELECT body FROM portals WHERE name = ?1")?
        .query_row(params![name], |row| row.get(0))
        .optional()?;
    Ok(body.map(|body| vault.open(name, &body)).transpose()?)
}

impl SqliteStore {
    /// Reads a line, changes it and writes it back, all in one transaction.
    async fn change_line<T: Send + 'static>(
        &self,
        address: &CodeAddress,
        change: impl FnOnce(&mut CodeLine) -> PortResult<T> + Send + 'static,
    ) -> PortResult<T> {
        let (address, vault) = (address.clone(), self.vault());
        self.write(THING, move |connection| {
            let name = name_of(&address);
            let mut line = load(connection, &vault, &name)?.unwrap_or_else(|| CodeLine::new(address));
            let result = change(&mut line)?;
            connection
                .prepare_cached(
                    "INSERT INTO portals (name, body) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                )?
                .execute(params![name, vault.seal(&name, &line)?])?;
            Ok(result)
        })
        .await
    }
}

#[async_trait]
impl CodeLines for SqliteStore {
    async fn lease(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        now: Timestamp,
        until: Timestamp,
    ) -> PortResult<LeaseVerdict> {
        let portal = portal.clone();
        self.change_line(address, move |line| Ok(line.lease(&portal, now, until))).await
    }

    async fn ask(&self, address: &CodeAddress, portal: &PortalName, now: Timestamp) -> PortResult<CodeLine> {
        let portal = portal.clone();
        self.change_line(address, move |line| {
            let asked = line.ask(&portal, now);
            let lost = || PortError::conflict(format!("mailbox turn of {portal}"));
            asked.then(|| line.clone()).ok_or_else(lost)
        })
        .await
    }

    async fn answered(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        sent_at: Timestamp,
    ) -> PortResult<()> {
        let portal = portal.clone();
        self.change_line(address, move |line| {
            line.answered(&portal, sent_at);
            Ok(())
        })
        .await
    }

    async fn release(&self, address: &CodeAddress, portal: &PortalName) -> PortResult<()> {
        let portal = portal.clone();
        self.change_line(address, move |line| {
            line.release(&portal);
            Ok(())
        })
        .await
    }

    async fn lines(&self) -> PortResult<Vec<CodeLine>> {
        let vault = self.vault();
        self.read(THING, move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name, body FROM portals WHERE name >= 'mailbox/' AND name < 'mailbox0' ORDER BY name",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                found.push(vault.open(&name, body)?);
            }
            Ok(found)
        })
        .await
    }
}
