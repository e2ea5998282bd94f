//! Lists of `epic_requests` and the index a search goes by.
//!
//! Every list walks one index in its own order and stops at its limit, so that a page takes as long for many
//! requests as for few. The statement names that index: SQLite then refuses to prepare it rather than sort.

use crate::error::StoreError;
use crate::time;
use domain::ports::{PortError, RequestFilter};
use domain::request::Request;
use domain::search::{self, SearchTerm};
use domain::vault::Vault;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

/// Bytes kept of a term's keyed hash: with 128 bits no two terms of any store are ever the same.
const TERM_BYTES: usize = 16;

pub(crate) type Term = [u8; TERM_BYTES];

/// What one request is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// The key they were hashed under.
    pub(crate) index_key: u32,
    /// One behind the other, as in the column.
    pub(crate) bytes: Vec<u8>,
}

/// No index key: what was hashed while the key changed is found under none, until it is written anew.
const NO_KEY: u32 = 0;

impl Terms {
    pub(crate) fn of(request: &Request, vault: &Vault) -> Self {
        let (index_key, mut terms) = hashed(vault, &search::terms(request));
        // In no order that tells which is which.
        terms.sort_unstable();
        terms.dedup();
        Self { index_key: index_key.unwrap_or(NO_KEY), bytes: terms.concat() }
    }
}

/// The hashes of terms, and the key that all of them are under; none when it changed on the way.
pub(crate) fn hashed(vault: &Vault, terms: &[SearchTerm]) -> (Option<u32>, Vec<Term>) {
    let before = vault.sealer().index_key();
    let hash = |term: &SearchTerm| {
        let mut kept = [0; TERM_BYTES];
        kept.copy_from_slice(&vault.sealer().index_hash(term.reveal())[..TERM_BYTES]);
        kept
    };
    let hashes = terms.iter().map(hash).collect();
    (Some(before).filter(|key| *key == vault.sealer().index_key()), hashes)
}

/// The place and the terms of a request in the index.
pub(crate) struct Indexed<'a> {
    pub(crate) id: &'a str,
    pub(crate) created_at: i64,
    pub(crate) terms: &'a [u8],
}

impl Indexed<'_> {
    /// Makes the request found by its terms.
    pub(crate) fn put(&self, connection: &Connection) -> Result<(), StoreError> {
        self.each(connection, "INSERT INTO request_terms (term, created_at, request) VALUES (?1, ?2, ?3)")
    }

    /// Makes the request found by them no more.
    pub(crate) fn remove(&self, connection: &Connection) -> Result<(), StoreError> {
        let sql = "DELETE FROM request_terms WHERE term = ?1 AND created_at = ?2 AND request = ?3";
        self.each(connection, sql)
    }

    fn each(&self, connection: &Connection, sql: &str) -> Result<(), StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        for term in self.terms.chunks(TERM_BYTES) {
            statement.execute(params![term, self.created_at, self.id])?;
        }
        Ok(())
    }
}

/// Refuses a search that could lack requests: terms under another key are not found by this one's hashes.
pub(crate) fn refuse_stale_index(connection: &Connection, index_key: Option<u32>) -> Result<(), StoreError> {
    let Some(index_key) = index_key else {
        return Err(PortError::transient("search", "the index key has just changed").into());
    };
    let stale: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM requests WHERE index_key < ?1)
                 OR EXISTS (SELECT 1 FROM requests WHERE index_key > ?1)",
        )?
        .query_row(params![index_key], |row| row.get(0))?;
    if stale {
        let cause = "the search index is not all under the present index key; run `keys reindex`, or wait for its end";
        return Err(PortError::permanent("search", cause).into());
    }
    Ok(())
}

/// The statement for a filter, which selects id and body, and its values; `terms` are the filter's, hashed.
pub(crate) fn list_query(filter: &RequestFilter, terms: &[Term]) -> (String, Vec<Value>) {
    let searches = !terms.is_empty();
    // The index knows the place of a request as well as the request does.
    let (created_at, id) = if searches { ("t.created_at", "t.request") } else { ("r.created_at", "r.id") };
    let mut conditions: Vec<String> = Vec::new();
    let mut values = Vec::new();
    let mut ask = |condition: String, value: &mut dyn Iterator<Item = Value>| {
        conditions.push(condition);
        values.extend(value);
    };
    for (index, term) in terms.iter().enumerate() {
        let condition = match index {
            // The first is the most telling one, see `search::query`.
            0 => "t.term = ?",
            _ => {
                "EXISTS (SELECT 1 FROM request_terms o
                  WHERE o.term = ? AND o.created_at = t.created_at AND o.request = t.request)"
            }
        };
        ask(condition.to_owned(), &mut std::iter::once(Value::Blob(term.to_vec())));
    }
    let equal = [
        ("r.patient = ?", filter.patient.as_ref().map(ToString::to_string)),
        ("r.portal = ?", filter.portal.as_ref().map(ToString::to_string)),
        ("r.standing = ?", filter.standing.clone()),
    ];
    for (condition, value) in equal {
        if let Some(value) = value {
            ask(condition.to_owned(), &mut std::iter::once(Value::Text(value)));
        }
    }
    if filter.in_motion {
        ask("r.in_motion = 1".to_owned(), &mut std::iter::empty());
    }
    let (order, behind) = if filter.newest_first { ("DESC", "<") } else { ("ASC", ">") };
    if let Some(after) = &filter.after {
        let place = [Value::Integer(time::column(after.created_at)), Value::Text(after.id.to_string())];
        ask(format!("({created_at}, {id}) {behind} (?, ?)"), &mut place.into_iter());
    }
    if conditions.is_empty() {
        conditions.push("1 = 1".to_owned());
    }
    let conditions = conditions.join(" AND ");
    let from = from(filter);
    values.push(Value::Integer(filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX))));
    let sql = format!(
        "SELECT r.id, r.body FROM {from} WHERE {conditions} ORDER BY {created_at} {order}, {id} {order} LIMIT ?"
    );
    (sql, values)
}

/// The index that leaves the least to look through.
fn from(filter: &RequestFilter) -> &'static str {
    if !filter.search.is_empty() {
        // A cross join keeps its order: terms first.
        return "request_terms t CROSS JOIN requests r ON r.id = t.request";
    }
    match (&filter.patient, filter.in_motion, &filter.standing, &filter.portal) {
        (Some(_), ..) => "requests r INDEXED BY requests_by_patient",
        (_, true, ..) => "requests r INDEXED BY requests_in_motion",
        (_, _, Some(_), Some(_)) => "requests r INDEXED BY requests_by_portal_and_standing",
        (_, _, Some(_), None) => "requests r INDEXED BY requests_by_standing",
        (_, _, None, Some(_)) => "requests r INDEXED BY requests_by_portal",
        (_, _, None, None) => "requests r INDEXED BY requests_by_age",
    }
}

#[cfg(test)]
mod tests;
