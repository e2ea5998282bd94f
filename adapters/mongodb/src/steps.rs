//! `epic_step_cache` and `epic_order_files`: finished steps of a scrape until they expire.

use crate::MongoStore;
use crate::collections::{FILES, STEPS};
use crate::document::{SEALED, Stored, date, nanoseconds, ours};
use async_trait::async_trait;
use bytes::Bytes;
use domain::ports::{PortResult, RECOGNITIONS, StepCache, StepKey};
use jiff::Timestamp;
use mongodb::bson::doc;

const THING: &str = "step cache";
/// The first text behind those that begin with [`RECOGNITIONS`].
const AFTER_RECOGNITIONS: &str = "recognition0";

fn context(key: &str) -> String {
    format!("steps/{key}")
}

/// Listings of one request and documents of any request have lives of their own, so they lie apart.
const fn home(key: &StepKey) -> &'static str {
    match key {
        StepKey::Listing { .. } => STEPS,
        StepKey::Document(_)
        | StepKey::Printed { .. }
        | StepKey::Recognition(_)
        | StepKey::ModelAnswer(_)
        | StepKey::Spending(_) => FILES,
    }
}

#[async_trait]
impl StepCache for MongoStore {
    /// Whether it has expired is decided here: the server removes expired entries late or never.
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>> {
        let text = key.text();
        let Some(document) = self.find(THING, home(key), &text).await? else { return Ok(None) };
        let name = format!("step {text}");
        let stored = Stored::read(&name, &document)?;
        if stored.number("expires_ns")? <= nanoseconds(now) {
            return Ok(None);
        }
        self.vault().open_bytes(&context(&text), stored.sealed()?).map(|plain| Some(Bytes::from(plain)))
    }

    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()> {
        let text = key.text();
        let fields = doc! {
            "expires_at": date(expires_at),
            "expires_ns": nanoseconds(expires_at),
            SEALED: self.vault().seal_bytes(&context(&text), &value)?,
        };
        self.put_document(THING, home(key), &text, fields).await
    }

    /// What is there is told by its sealed bytes, which are other ones at every writing: whoever wrote in between has
    /// won, also where the same was written.
    async fn swap(
        &self,
        key: &StepKey,
        expected: Option<&Bytes>,
        value: Bytes,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> PortResult<bool> {
        let text = key.text();
        let fields = doc! {
            "expires_at": date(expires_at),
            "expires_ns": nanoseconds(expires_at),
            SEALED: self.vault().seal_bytes(&context(&text), &value)?,
        };
        let Some(document) = self.find(THING, home(key), &text).await? else {
            let mut new = fields;
            new.insert("_id", &text);
            return if expected.is_none() { self.insert(THING, home(key), new).await } else { Ok(false) };
        };
        let name = format!("step {text}");
        let stored = Stored::read(&name, &document)?;
        let sealed = document.get(SEALED).cloned().unwrap_or_default();
        let there = match stored.number("expires_ns")? {
            expired if expired <= nanoseconds(now) => None,
            _ => Some(self.vault().open_bytes(&context(&text), stored.sealed()?)?),
        };
        if there.as_deref() != expected.map(|expected| &expected[..]) {
            return Ok(false);
        }
        let (at, change) = (ours(doc! { "_id": &text, SEALED: sealed }), doc! { "$set": fields });
        let done = self.server().run(THING, self.collection(home(key)).update_one(at, change)).await?;
        Ok(done.matched_count == 1)
    }

    async fn purge(&self, now: Timestamp) -> PortResult<u64> {
        let mut removed = 0;
        for collection in [STEPS, FILES] {
            let expired = ours(doc! { "expires_ns": { "$lte": nanoseconds(now) } });
            let done = self.server().run(THING, self.collection(collection).delete_many(expired)).await?;
            removed += done.deleted_count;
        }
        Ok(removed)
    }

    async fn trim_recognitions(&self, keep: u64) -> PortResult<u64> {
        let ids = ours(doc! { "_id": { "$gte": RECOGNITIONS, "$lt": AFTER_RECOGNITIONS } });
        let target = self.collection(FILES);
        let count = self.server().run(THING, target.count_documents(ids.clone())).await?;
        let Some(beyond) = count.checked_sub(keep).filter(|beyond| *beyond > 0) else { return Ok(0) };
        let first = i64::try_from(beyond - 1).unwrap_or(i64::MAX).unsigned_abs();
        // The last that has to go, and with it all that expire before: those of the same moment go or stay together.
        let by_expiry = doc! { "expires_ns": 1 };
        let mut in_turn = ids.clone();
        // Every entry has an end. Named here, it is what the server walks by; otherwise it may sort them in memory.
        in_turn.insert("expires_ns", doc! { "$gte": i64::MIN });
        let last = target
            .find_one(in_turn)
            .sort(by_expiry)
            .skip(first)
            .projection(doc! { "expires_ns": 1, "format": 1 });
        let Some(last) = self.server().run(THING, last).await? else { return Ok(0) };
        let bound = Stored::read("recognition", &last)?.number("expires_ns")?;
        let mut gone = ids;
        gone.insert("expires_ns", doc! { "$lte": bound });
        let done = self.server().run(THING, target.delete_many(gone)).await?;
        Ok(done.deleted_count)
    }
}
