//! `epic_orders`: what the parser committed for each request revision, as one sealed record.

use crate::SqliteStore;
use crate::requests::version_of;
use async_trait::async_trait;
use domain::ids::{RequestId, Revision};
use domain::parser::OrderSet;
use domain::ports::{OrderStore, PortError, PortResult, Version, Versioned};
use rusqlite::{OptionalExtension, params};

const THING: &str = "order store";

fn context(request: &RequestId, revision: Revision) -> String {
    format!("orders/{request}/{revision}")
}

fn named(request: &RequestId, revision: Revision) -> String {
    format!("orders of request {request}, revision {revision}")
}

#[async_trait]
impl OrderStore for SqliteStore {
    async fn commit(&self, set: &OrderSet) -> PortResult<bool> {
        let (request, revision) = (set.request.clone(), set.revision);
        let body = self.vault().seal(&context(&request, revision), set)?;
        self.write(THING, move |connection| {
            let changed = connection
                .prepare_cached(
                    "INSERT INTO orders (request, revision, version, body) VALUES (?1, ?2, 1, ?3)
                     ON CONFLICT (request, revision) DO NOTHING",
                )?
                .execute(params![request.as_str(), revision.0, body])?;
            Ok(changed == 1)
        })
        .await
    }

    async fn get(&self, request: &RequestId, revision: Revision) -> PortResult<Option<Versioned<OrderSet>>> {
        let (request, vault) = (request.clone(), self.vault());
        self.read(THING, move |connection| {
            let found = connection
                .prepare_cached("SELECT version, body FROM orders WHERE request = ?1 AND revision = ?2")?
                .query_row(params![request.as_str(), revision.0], |row| {
                    Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
                })
                .optional()?;
            let Some((version, body)) = found else { return Ok(None) };
            let value = vault.open(&context(&request, revision), &body)?;
            Ok(Some(Versioned { value, version: version_of(version) }))
        })
        .await
    }

    async fn update(&self, set: &OrderSet, version: Version) -> PortResult<Version> {
        let (set, vault) = (set.clone(), self.vault());
        self.write(THING, move |connection| {
            let (request, revision) = (&set.request, set.revision);
            let found = connection
                .prepare_cached("SELECT version, body FROM orders WHERE request = ?1 AND revision = ?2")?
                .query_row(params![request.as_str(), revision.0], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
                })
                .optional()?;
            let (current, body) = found.ok_or_else(|| PortError::not_found(named(request, revision)))?;
            if version_of(current) != version {
                return Err(PortError::conflict(named(request, revision)).into());
            }
            let context = context(request, revision);
            let stored: OrderSet = vault.open(&context, &body)?;
            if stored.reopens(&set) {
                let cause = "an outcome is final for its revision; raise the revision to decide again";
                return Err(PortError::permanent(named(request, revision), cause).into());
            }
            connection
                .prepare_cached(
                    "UPDATE orders SET version = version + 1, body = ?3 WHERE request = ?1 AND revision = ?2",
                )?
                .execute(params![request.as_str(), revision.0, vault.seal(&context, &set)?])?;
            Ok(version_of(current + 1))
        })
        .await
    }

    async fn list(&self) -> PortResult<Vec<OrderSet>> {
        let vault = self.vault();
        self.read(THING, move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT request, revision, body FROM orders ORDER BY request, revision")?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let request = RequestId::new(row.get::<_, String>(0)?);
                let body = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
                found.push(vault.open(&context(&request, Revision(row.get(1)?)), body)?);
            }
            Ok(found)
        })
        .await
    }
}
