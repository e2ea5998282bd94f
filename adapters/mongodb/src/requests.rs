//! `epic_requests`: sealed records, with what lists filter by in plain fields and search terms as keyed hashes.

use crate::MongoStore;
use crate::collections::REQUESTS;
use crate::document::{SEALED, Stored, date, nanoseconds};
use crate::vault::Vault;
use async_trait::async_trait;
use domain::ids::RequestId;
use domain::ports::{PortResult, RequestCount, RequestFilter, RequestStore, Version, Versioned};
use domain::request::Request;
use domain::search;
use mongodb::bson::{Document, doc};

pub(crate) const THING: &str = "request store";

pub(crate) fn context(id: &str) -> String {
    format!("requests/{id}")
}

pub(crate) fn named(id: &str) -> String {
    format!("request {id}")
}

/// A request's fields, all but key and version.
fn fields(request: &Request, vault: &Vault) -> PortResult<Document> {
    let (terms, index_key) = vault.terms(&search::terms(request));
    Ok(doc! {
        "portal": request.portal.as_str(),
        "patient": request.patient.as_str(),
        "in_motion": request.in_motion(),
        "standing": request.standing(),
        "created_at": date(request.created_at),
        "created_ns": nanoseconds(request.created_at),
        "progress_at": date(request.progress_at),
        "terms": terms,
        "index_key": index_key,
        SEALED: vault.seal(&context(request.id.as_str()), request)?,
    })
}

/// The request in a stored document.
pub(crate) fn open(document: &Document, vault: &Vault) -> PortResult<Request> {
    let name = named(document.get_str("_id").unwrap_or_default());
    let stored = Stored::read(&name, document)?;
    vault.open(&context(stored.text("_id")?), stored.sealed()?)
}

#[async_trait]
impl RequestStore for MongoStore {
    async fn create(&self, request: &Request) -> PortResult<bool> {
        let mut document = fields(request, self.vault())?;
        document.insert("_id", request.id.as_str());
        document.insert("version", 1_i64);
        self.insert(THING, REQUESTS, document).await
    }

    async fn get(&self, id: &RequestId) -> PortResult<Option<Versioned<Request>>> {
        let Some(document) = self.find(THING, REQUESTS, id.as_str()).await? else { return Ok(None) };
        let version = Stored::read(&named(id.as_str()), &document)?.version()?;
        Ok(Some(Versioned { value: open(&document, self.vault())?, version }))
    }

    async fn update(&self, request: &Request, version: Version) -> PortResult<Version> {
        let (id, fields) = (request.id.as_str(), fields(request, self.vault())?);
        if self.set_at(THING, REQUESTS, id, version, fields).await? {
            return Ok(Version(version.0 + 1));
        }
        Err(self.why_not(THING, REQUESTS, id, named(id)).await)
    }

    async fn list(&self, filter: &RequestFilter) -> PortResult<Vec<Request>> {
        self.list_requests(filter).await
    }

    async fn counts(&self) -> PortResult<Vec<RequestCount>> {
        self.count_requests().await
    }

    async fn reindex(&self) -> PortResult<u64> {
        self.reindex_requests().await
    }
}
