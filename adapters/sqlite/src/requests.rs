//! `epic_requests`: sealed records, with what lists filter by in plain columns.

use crate::error::StoreError;
use crate::vault::Vault;
use crate::{SqliteStore, time};
use async_trait::async_trait;
use domain::ids::RequestId;
use domain::ports::{PortError, PortResult, RequestFilter, RequestStore, Version, Versioned};
use domain::request::Request;
use rusqlite::{OptionalExtension, ToSql, params, params_from_iter};

const THING: &str = "request store";

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
    created_at: i64,
    body: Vec<u8>,
}

impl Row {
    fn of(request: &Request, vault: &Vault) -> PortResult<Self> {
        Ok(Self {
            id: request.id.to_string(),
            portal: request.portal.to_string(),
            patient: request.patient.to_string(),
            in_motion: request.in_motion(),
            created_at: time::column(request.created_at),
            body: vault.seal(&context(&request.id), request)?,
        })
    }

    /// The values of `?1` to `?6`, in the order in which every statement that writes a request names them.
    fn columns(&self) -> [&dyn ToSql; 6] {
        [&self.id, &self.portal, &self.patient, &self.in_motion, &self.created_at, &self.body]
    }
}

#[async_trait]
impl RequestStore for SqliteStore {
    async fn create(&self, request: &Request) -> PortResult<bool> {
        let row = Row::of(request, &self.vault())?;
        self.write(THING, move |connection| {
            let changed = connection
                .prepare_cached(
                    "INSERT INTO requests (id, portal, patient, in_motion, created_at, version, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT (id) DO NOTHING",
                )?
                .execute(row.columns())?;
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
            let current: Option<i64> = connection
                .prepare_cached("SELECT version FROM requests WHERE id = ?1")?
                .query_row(params![row.id], |found| found.get(0))
                .optional()?;
            let current = current.ok_or_else(|| PortError::not_found(named(&row.id)))?;
            if version_of(current) != version {
                return Err(PortError::conflict(named(&row.id)).into());
            }
            connection
                .prepare_cached(
                    "UPDATE requests SET portal = ?2, patient = ?3, in_motion = ?4, created_at = ?5,
                     version = version + 1, body = ?6 WHERE id = ?1",
                )?
                .execute(row.columns())?;
            Ok(version_of(current + 1))
        })
        .await
    }

    async fn list(&self, filter: &RequestFilter) -> PortResult<Vec<Request>> {
        let (filter, vault) = (filter.clone(), self.vault());
        self.read(THING, move |connection| {
            let (sql, values) = list_query(&filter);
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(open_row(row, &vault)?);
            }
            Ok(found)
        })
        .await
    }
}

/// The statement for a filter: only what is asked for, so that SQLite takes the index made for it.
fn list_query(filter: &RequestFilter) -> (String, Vec<String>) {
    let (mut conditions, mut values) = (vec!["1 = 1"], Vec::new());
    if let Some(patient) = &filter.patient {
        conditions.push("patient = ?");
        values.push(patient.to_string());
    }
    if let Some(portal) = &filter.portal {
        conditions.push("portal = ?");
        values.push(portal.to_string());
    }
    if filter.in_motion {
        conditions.push("in_motion = 1");
    }
    let conditions = conditions.join(" AND ");
    (format!("SELECT id, body FROM requests WHERE {conditions} ORDER BY created_at, id"), values)
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
