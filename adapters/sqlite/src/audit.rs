//! `epic_audit`: the chain of records, one row each.
//!
//! Entries hold no patient data, so they lie open, where an auditor can read them without a key. Triggers forbid
//! changing and removing rows; who goes round them is found by the chain.

use crate::SqliteStore;
use crate::error::StoreError;
use async_trait::async_trait;
use domain::audit::{AuditEntry, AuditHash, AuditHead, AuditRecord};
use domain::ports::{AuditLog, PortError, PortResult};
use rusqlite::{Connection, OptionalExtension, Row, params};

const THING: &str = "audit log";

fn head(connection: &Connection) -> Result<AuditHead, StoreError> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    Ok(last.map_or_else(AuditHead::default, |(seq, hash)| AuditHead {
        seq: seq_of(seq),
        hash: AuditHash::new(hash),
    }))
}

/// A number column; never negative, as only this crate writes it.
fn seq_of(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

fn column_of(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn record_of(row: &Row<'_>) -> Result<AuditRecord, StoreError> {
    let (seq, hash, entry): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let entry = serde_json::from_str(&entry).map_err(|_| {
        let cause = "is no entry this release can read: it was changed, or a newer release wrote it";
        PortError::permanent(format!("audit record {seq}"), cause)
    })?;
    Ok(AuditRecord { seq: seq_of(seq), hash: AuditHash::new(hash), entry })
}

#[async_trait]
impl AuditLog for SqliteStore {
    async fn append(&self, entries: &[AuditEntry]) -> PortResult<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let (entries, vault) = (entries.to_vec(), self.vault());
        self.write(THING, move |connection| {
            let mut head = head(connection)?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO audit (seq, id, hash, entry) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
            )?;
            for entry in entries {
                let record = head.next(entry, vault.sealer());
                let json = serde_json::to_string(&record.entry)
                    .map_err(|_| PortError::permanent(THING, "an entry cannot be written as JSON"))?;
                let row = params![column_of(record.seq), record.entry.id, record.hash.as_str(), json];
                if insert.execute(row)? == 1 {
                    head = record.head();
                }
            }
            Ok(())
        })
        .await
    }

    async fn read(&self, after: u64, limit: usize) -> PortResult<Vec<AuditRecord>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(THING, move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT seq, hash, entry FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
            let mut rows = statement.query(params![column_of(after), limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(record_of(row)?);
            }
            Ok(found)
        })
        .await
    }

    async fn head(&self) -> PortResult<AuditHead> {
        self.read(THING, head).await
    }
}
