//! `prod_ses`: MFA codes until their single use, and notices until they are dismissed. A mail's id stays for
//! ever, what it brought lies sealed and only while it waits.

use crate::error::StoreError;
use crate::{SqliteStore, time};
use async_trait::async_trait;
use domain::mfa::{take_verdict, waiting_codes};
use domain::ports::{
    CodeAddress, CodeEntry, CodeMailbox, CodeWindow, MailNotice, PortResult, TakeVerdict, WaitingCodes,
};
use domain::vault::Vault;
use jiff::Timestamp;
use rusqlite::{Connection, params};

const THING: &str = "code mailbox";

fn context(id: &str) -> String {
    format!("codes/{id}")
}

fn notice_context(id: &str) -> String {
    format!("notices/{id}")
}

/// The waiting codes that are wanted among those that arrived at `from` or later. Few ever wait, so they are
/// told apart after opening, and an address needs no column.
fn waiting(
    connection: &Connection,
    vault: &Vault,
    from: Timestamp,
    wanted: impl Fn(&CodeEntry) -> bool,
) -> Result<Vec<CodeEntry>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, body FROM codes WHERE body IS NOT NULL AND arrived_at >= ?1 ORDER BY arrived_at, id",
    )?;
    let mut rows = statement.query(params![time::column(from)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let entry: CodeEntry = vault.open(&context(&id), body)?;
        if wanted(&entry) {
            found.push(entry);
        }
    }
    Ok(found)
}

fn forget(connection: &Connection, entries: &[CodeEntry]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("UPDATE codes SET body = NULL WHERE id = ?1")?;
    for entry in entries {
        statement.execute(params![entry.id])?;
    }
    Ok(())
}

fn remember(
    connection: &Connection,
    id: &str,
    at: Timestamp,
    body: Option<Vec<u8>>,
) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached(
            "INSERT INTO codes (id, arrived_at, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![id, time::column(at), body])?;
    Ok(changed == 1)
}

#[async_trait]
impl CodeMailbox for SqliteStore {
    async fn seen(&self, id: &str) -> PortResult<bool> {
        let id = id.to_owned();
        self.read(THING, move |connection| {
            Ok(connection.prepare_cached("SELECT 1 FROM codes WHERE id = ?1")?.exists(params![id])?)
        })
        .await
    }

    async fn mark_seen(&self, id: &str, now: Timestamp) -> PortResult<()> {
        let id = id.to_owned();
        self.write(THING, move |connection| remember(connection, &id, now, None).map(|_| ())).await
    }

    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool> {
        let body = self.vault().seal(&context(&entry.id), entry)?;
        let (id, at) = (entry.id.clone(), entry.arrived_at);
        self.write(THING, move |connection| remember(connection, &id, at, Some(body))).await
    }

    async fn waiting(&self, window: &CodeWindow) -> PortResult<WaitingCodes> {
        let (window, vault) = (window.clone(), self.vault());
        self.read(THING, move |connection| {
            let from = window.not_before.max(window.oldest);
            let entries = waiting(connection, &vault, from, |entry| window.admits(entry))?;
            Ok(waiting_codes(&entries, &window))
        })
        .await
    }

    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict> {
        let (window, vault) = (window.clone(), self.vault());
        self.write(THING, move |connection| {
            let from = window.not_before.max(window.oldest);
            let entries = waiting(connection, &vault, from, |entry| window.admits(entry))?;
            let verdict = take_verdict(&entries, &window);
            if matches!(verdict, TakeVerdict::Taken(_)) {
                forget(connection, &entries)?;
            }
            Ok(verdict)
        })
        .await
    }

    async fn void(&self, address: &CodeAddress) -> PortResult<()> {
        let (address, vault) = (address.clone(), self.vault());
        self.write(THING, move |connection| {
            let entries = waiting(connection, &vault, Timestamp::MIN, |entry| entry.address == address)?;
            forget(connection, &entries)
        })
        .await
    }

    async fn announce(&self, notice: &MailNotice) -> PortResult<bool> {
        let body = self.vault().seal(&notice_context(&notice.id), notice)?;
        let (id, at) = (notice.id.clone(), notice.arrived_at);
        self.write(THING, move |connection| {
            let new = remember(connection, &id, at, None)?;
            if new {
                connection
                    .prepare_cached("INSERT INTO notices (id, arrived_at, body) VALUES (?1, ?2, ?3)")?
                    .execute(params![id, time::column(at), body])?;
            }
            Ok(new)
        })
        .await
    }

    async fn notices(&self) -> PortResult<Vec<MailNotice>> {
        let vault = self.vault();
        self.read(THING, move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, body FROM notices ORDER BY arrived_at DESC, id")?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let id: String = row.get(0)?;
                let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                found.push(vault.open(&notice_context(&id), body)?);
            }
            Ok(found)
        })
        .await
    }

    async fn dismiss(&self, id: &str) -> PortResult<bool> {
        let id = id.to_owned();
        self.write(THING, move |connection| {
            let gone =
                connection.prepare_cached("DELETE FROM notices WHERE id = ?1")?.execute(params![id])?;
            Ok(gone == 1)
        })
        .await
    }
}
