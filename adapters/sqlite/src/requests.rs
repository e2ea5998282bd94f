//! `epic_requests`: sealed records, with what lists filter by in plain columns and hashed terms beside them.

use crate::error::StoreError;
use crate::request_lists::{Indexed, Terms, hashed, list_query, refuse_stale_index};
use crate::{SqliteStore, time};
use async_trait::async_trait;
use domain::ids::{PortalName, RequestId};
use domain::ports::{PortError, PortResult, RequestCount, RequestFilter, RequestStore, Version, Versioned};
use domain::request::Request;
use domain::vault::Vault;
use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};

const THING: &str = "request store";

/// Requests whose terms are written anew in one transaction: the service's own writes wait for it.
const REINDEX_BATCH: i64 = 50;

fn context(id: &RequestId) -> String {
    format!("requests/{id}")
}

fn named(id: &str) -> String {
    format!("request {id}")
}

/// A request as its row: the columns of one request, sealed before the writer sees it.
struct Row {
    id: String,
    portal: String,
    patient: String,
    in_motion: bool,
    standing: &'static str,
    created_at: i64,
    terms: Terms,
    body: Vec<u8>,
}

impl Row {
    fn of(request: &Request, vault: &Vault) -> PortResult<Self> {
        Ok(Self {
            id: request.id.to_string(),
            portal: request.portal.to_string(),
            patient: request.patient.to_string(),
            in_motion: request.in_motion(),
            standing: request.standing(),
            created_at: time::column(request.created_at),
            terms: Terms::of(request, vault),
            body: vault.seal(&context(&request.id), request)?,
        })
    }

    /// The values of `?1` to `?9`, in the order in which every statement that writes a request names them.
    fn columns(&self) -> [&dyn ToSql; 9] {
        [
            &self.id,
            &self.portal,
            &self.patient,
            &self.in_motion,
            &self.standing,
            &self.created_at,
            &self.terms.index_key,
            &self.terms.bytes,
            &self.body,
        ]
    }

    fn indexed(&self) -> Indexed<'_> {
        Indexed { id: &self.id, created_at: self.created_at, terms: &self.terms.bytes }
    }
}

#[async_trait]
impl RequestStore for SqliteStore {
    async fn create(&self, request: &Request) -> PortResult<bool> {
        let row = Row::of(request, &self.vault())?;
        self.write(THING, move |connection| {
            let changed = connection
                .prepare_cached(
                    "INSERT INTO requests
                     (id, portal, patient, in_motion, standing, created_at, version, index_key, terms, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
                )?
                .execute(row.columns())?;
            if changed == 1 {
                row.indexed().put(connection)?;
            }
            Ok(changed == 1)
        })
        .await
    }

    async fn get(&self, id: &RequestId) -> PortResult<Option<Versioned<Request>>> {
        let (id, vault) = (id.clone(), self.vault());
        self.read(THING, move |connection| {
            let found = connection
                .prepare_cached("SELECT version, body FROM requests WHERE id = ?1")?
                .query_row(params![id.as_str()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
                .optional()?;
            let Some((version, body)) = found else { return Ok(None) };
            let value = vault.open(&context(&id), &body)?;
            Ok(Some(Versioned { value, version: version_of(version) }))
        })
        .await
    }

    async fn update(&self, request: &Request, version: Version) -> PortResult<Version> {
        let row = Row::of(request, &self.vault())?;
        self.write(THING, move |connection| {
            let current: Option<(i64, i64, Vec<u8>)> = connection
                .prepare_cached("SELECT version, created_at, terms FROM requests WHERE id = ?1")?
                .query_row(params![row.id], |found| Ok((found.get(0)?, found.get(1)?, found.get(2)?)))
                .optional()?;
            let (current, created_at, terms) = current.ok_or_else(|| PortError::not_found(named(&row.id)))?;
            if version_of(current) != version {
                return Err(PortError::conflict(named(&row.id)).into());
            }
            connection
                .prepare_cached(
                    "UPDATE requests SET portal = ?2, patient = ?3, in_motion = ?4, standing = ?5,
                     created_at = ?6, version = version + 1, index_key = ?7, terms = ?8, body = ?9 WHERE id = ?1",
                )?
                .execute(row.columns())?;
            // Hardly ever: a patient's name or number was corrected.
            if (created_at, &terms) != (row.created_at, &row.terms.bytes) {
                Indexed { id: &row.id, created_at, terms: &terms }.remove(connection)?;
                row.indexed().put(connection)?;
            }
            Ok(version_of(current + 1))
        })
        .await
    }

    async fn list(&self, filter: &RequestFilter) -> PortResult<Vec<Request>> {
        let (filter, vault) = (filter.clone(), self.vault());
        let (index_key, terms) = hashed(&vault, &filter.search);
        self.read(THING, move |connection| {
            // The index is looked at and walked in one state of the file.
            let snapshot = connection.unchecked_transaction()?;
            if !filter.search.is_empty() {
                refuse_stale_index(&snapshot, index_key)?;
            }
            let (sql, values) = list_query(&filter, &terms);
            let mut statement = snapshot.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(open_row(row, &vault)?);
            }
            Ok(found)
        })
        .await
    }

    async fn counts(&self) -> PortResult<Vec<RequestCount>> {
        self.read(THING, |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT portal, standing, count FROM request_counts WHERE count > 0 ORDER BY portal, standing",
            )?;
            let counts = statement.query_map([], |row| {
                let count: i64 = row.get(2)?;
                Ok(RequestCount {
                    portal: PortalName::new(row.get::<_, String>(0)?),
                    standing: row.get(1)?,
                    count: u64::try_from(count).unwrap_or(0),
                })
            })?;
            Ok(counts.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn reindex(&self) -> PortResult<u64> {
        let (mut after, mut count) = (String::new(), 0);
        loop {
            let vault = self.vault();
            let batch =
                self.write(THING, move |connection| reindex_after(connection, &vault, &after)).await?;
            let Some((last, size)) = batch else { return Ok(count) };
            (after, count) = (last, count + size);
        }
    }
}

/// Writes the terms of the next few requests anew: the last one's id and how many; none behind the last.
fn reindex_after(
    connection: &Connection,
    vault: &Vault,
    after: &str,
) -> Result<Option<(String, u64)>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, body, created_at, terms FROM requests WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let mut update =
        connection.prepare_cached("UPDATE requests SET index_key = ?2, terms = ?3 WHERE id = ?1")?;
    let mut rows = select.query(params![after, REINDEX_BATCH])?;
    let mut batch: Vec<(Request, i64, Vec<u8>)> = Vec::new();
    while let Some(row) = rows.next()? {
        batch.push((open_row(row, vault)?, row.get(2)?, row.get(3)?));
    }
    for (request, created_at, old) in &batch {
        let (id, created_at, terms) = (request.id.as_str(), *created_at, Terms::of(request, vault));
        Indexed { id, created_at, terms: old }.remove(connection)?;
        Indexed { id, created_at, terms: &terms.bytes }.put(connection)?;
        update.execute(params![id, terms.index_key, terms.bytes])?;
    }
    Ok(batch.last().map(|(last, ..)| (last.id.to_string(), batch.len() as u64)))
}

fn open_row(row: &rusqlite::Row<'_>, vault: &Vault) -> Result<Request, StoreError> {
    let id = RequestId::new(row.get::<_, String>(0)?);
    let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
    Ok(vault.open(&context(&id), body)?)
}

/// A version column; never negative, as only this crate writes it.
pub(crate) fn version_of(column: i64) -> Version {
    Version(u64::try_from(column).unwrap_or(0))
}
