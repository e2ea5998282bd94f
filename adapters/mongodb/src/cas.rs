//! The three ways in which a document changes: created under its key, replaced at its version, or put whatever was
//! there. Each is one write of one document, so a crash leaves all of it or none.

use crate::MongoStore;
use crate::document::{FORMAT, Stored, ours, stored};
use domain::ports::{PortError, PortResult, Version};
use mongodb::bson::{Document, doc};
use std::time::Duration;

/// Tries of a put that meets another's put of the same new key; the second already finds it there.
const PUTS_MAX: usize = 5;

/// Tries of a change that is decided again on a conflict: each conflict is another's success, and hardly more
/// than a handful write one document at once.
pub(crate) const CHANGES_MAX: u32 = 200;

/// How long the n-th repeat after a conflict waits: what won may not be confirmed by the majority yet, and is read
/// only then.
pub(crate) async fn breathe(tried: u32) {
    if tried > 0 {
        tokio::time::sleep(Duration::from_millis(u64::from(tried.min(20)))).await;
    }
}

/// A change that was decided anew too often.
pub(crate) fn too_busy(thing: impl Into<String>) -> PortError {
    PortError::transient(thing, format!("was changed by others {CHANGES_MAX} times in a row"))
}

impl MongoStore {
    /// Reads one document by its key.
    pub(crate) async fn find(&self, thing: &str, collection: &str, id: &str) -> PortResult<Option<Document>> {
        self.server().run(thing, self.collection(collection).find_one(doc! { "_id": id })).await
    }

    /// Stores a document under a new key; `false` when the key is known.
    pub(crate) async fn insert(
        &self,
        thing: &str,
        collection: &str,
        mut document: Document,
    ) -> PortResult<bool> {
        document.insert("format", FORMAT);
        let inserted = self.server().keyed(thing, self.collection(collection).insert_one(document)).await?;
        Ok(inserted.is_some())
    }

    /// Sets fields of the document that is at `version`, and counts it up; `false` when none is.
    pub(crate) async fn set_at(
        &self,
        thing: &str,
        collection: &str,
        id: &str,
        version: Version,
        mut fields: Document,
    ) -> PortResult<bool> {
        fields.insert("format", FORMAT);
        let at = ours(doc! { "_id": id, "version": stored(version) });
        let change = doc! { "$set": fields, "$inc": { "version": 1_i64 } };
        let done = self.server().run(thing, self.collection(collection).update_one(at, change)).await?;
        Ok(done.matched_count == 1)
    }

    /// Why [`MongoStore::set_at`] met nothing. Also called by callers that found another version themselves.
    pub(crate) async fn why_not(&self, thing: &str, collection: &str, id: &str, name: String) -> PortError {
        match self.find(thing, collection, id).await {
            Err(error) => error,
            Ok(None) => PortError::not_found(name),
            Ok(Some(document)) => match Stored::read(&name, &document) {
                Err(error) => error,
                Ok(_) => PortError::conflict(name),
            },
        }
    }

    /// Sets fields of a document, whatever was there, or makes it. `written_at` is the server's own time.
    pub(crate) async fn put_document(
        &self,
        thing: &str,
        collection: &str,
        id: &str,
        mut fields: Document,
    ) -> PortResult<()> {
        fields.insert("format", FORMAT);
        let change = doc! { "$set": fields, "$currentDate": { "written_at": true } };
        for _ in 0..PUTS_MAX {
            let target = self.collection(collection);
            let put = target.update_one(ours(doc! { "_id": id }), change.clone()).upsert(true);
            if self.server().keyed(thing, put).await?.is_some() {
                return Ok(());
            }
            // Either another put made it at this moment, or it is a newer release's and the filter passed over it.
            if let Some(document) = self.find(thing, collection, id).await? {
                Stored::read(id, &document)?;
            }
        }
        Err(PortError::transient(thing, "several writers made the same document at once"))
    }
}
