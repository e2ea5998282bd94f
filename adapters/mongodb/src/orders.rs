//! `epic_orders`: what the parser committed for each request revision, as one sealed record.

use crate::MongoStore;
use crate::collections::ORDERS;
use crate::document::{SEALED, Stored, date};
use async_trait::async_trait;
use domain::ids::{RequestId, Revision};
use domain::parser::OrderSet;
use domain::ports::{OrderStore, PortError, PortResult, Version, Versioned};
use mongodb::bson::{Document, doc};

const THING: &str = "order store";

fn key(request: &RequestId, revision: Revision) -> String {
    format!("{request}/{revision}")
}

fn context(key: &str) -> String {
    format!("orders/{key}")
}

fn named(request: &RequestId, revision: Revision) -> String {
    format!("orders of request {request}, revision {revision}")
}

impl MongoStore {
    fn order_fields(&self, key: &str, set: &OrderSet) -> PortResult<Document> {
        Ok(doc! {
            "request": set.request.as_str(),
            "revision": i64::from(set.revision.0),
            "parsed_at": date(set.parsed_at),
            SEALED: self.vault().seal(&context(key), set)?,
        })
    }

    fn open_order(&self, name: &str, document: &Document) -> PortResult<Versioned<OrderSet>> {
        let stored = Stored::read(name, document)?;
        let value = self.vault().open(&context(stored.text("_id")?), stored.sealed()?)?;
        Ok(Versioned { value, version: stored.version()? })
    }
}

#[async_trait]
impl OrderStore for MongoStore {
    async fn commit(&self, set: &OrderSet) -> PortResult<bool> {
        let key = key(&set.request, set.revision);
        let mut document = self.order_fields(&key, set)?;
        document.insert("_id", key);
        document.insert("version", 1_i64);
        self.insert(THING, ORDERS, document).await
    }

    async fn get(&self, request: &RequestId, revision: Revision) -> PortResult<Option<Versioned<OrderSet>>> {
        let found = self.find(THING, ORDERS, &key(request, revision)).await?;
        found.map(|document| self.open_order(&named(request, revision), &document)).transpose()
    }

    /// The decision rests on the version that was read, and the write is guarded by that version.
    async fn update(&self, set: &OrderSet, version: Version) -> PortResult<Version> {
        let (key, name) = (key(&set.request, set.revision), named(&set.request, set.revision));
        let Some(document) = self.find(THING, ORDERS, &key).await? else {
            return Err(PortError::not_found(name));
        };
        let current = self.open_order(&name, &document)?;
        if current.version != version {
            return Err(PortError::conflict(name));
        }
        if current.value.reopens(set) {
            let cause = "an outcome is final for its revision; raise the revision to decide again";
            return Err(PortError::permanent(name, cause));
        }
        if self.set_at(THING, ORDERS, &key, version, self.order_fields(&key, set)?).await? {
            return Ok(Version(version.0 + 1));
        }
        Err(self.why_not(THING, ORDERS, &key, name).await)
    }

    async fn list(&self) -> PortResult<Vec<OrderSet>> {
        let orders = self.collection(ORDERS);
        let query = orders.find(doc! {}).sort(doc! { "request": 1, "revision": 1 });
        let open = |document: &Document| {
            let name = format!("orders {}", document.get_str("_id").unwrap_or_default());
            Ok(self.open_order(&name, document)?.value)
        };
        self.server().gather(THING, query, open).await
    }
}
