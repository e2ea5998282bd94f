//! `epic_step_cache` and `epic_order_files`: finished steps of a scrape until they expire.

use crate::{SqliteStore, time};
use async_trait::async_trait;
use bytes::Bytes;
use domain::ports::{PortResult, RECOGNITIONS, StepCache, StepKey};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

const THING: &str = "step cache";

fn context(key: &str) -> String {
    format!("steps/{key}")
}

#[async_trait]
impl StepCache for SqliteStore {
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>> {
        let (key, vault) = (key.text(), self.vault());
        self.read(THING, move |connection| {
            let body: Option<Vec<u8>> = connection
                .prepare_cached("SELECT body FROM steps WHERE key = ?1 AND expires_at > ?2")?
                .query_row(params![key, time::column(now)], |row| row.get(0))
                .optional()?;
            let plain = body.map(|body| vault.open_bytes(&context(&key), &body)).transpose()?;
            Ok(plain.map(Bytes::from))
        })
        .await
    }

    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()> {
        let key = key.text();
        let body = self.vault().seal_bytes(&context(&key), &value)?;
        self.write(THING, move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO steps (key, expires_at, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at, body = excluded.body",
                )?
                .execute(params![key, time::column(expires_at), body])?;
            Ok(())
        })
        .await
    }

    /// One writer, so nothing comes between reading and writing.
    async fn swap(
        &self,
        key: &StepKey,
        expected: Option<&Bytes>,
        value: Bytes,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> PortResult<bool> {
        let (key, vault, expected) = (key.text(), self.vault(), expected.cloned());
        let body = vault.seal_bytes(&context(&key), &value)?;
        self.write(THING, move |connection| {
            let there: Option<Vec<u8>> = connection
                .prepare_cached("SELECT body FROM steps WHERE key = ?1 AND expires_at > ?2")?
                .query_row(params![key, time::column(now)], |row| row.get(0))
                .optional()?;
            let there = there.map(|body| vault.open_bytes(&context(&key), &body)).transpose()?;
            if there.as_deref() != expected.as_deref() {
                return Ok(false);
            }
            connection
                .prepare_cached(
                    "INSERT INTO steps (key, expires_at, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at, body = excluded.body",
                )?
                .execute(params![key, time::column(expires_at), body])?;
            Ok(true)
        })
        .await
    }

    async fn purge(&self, now: Timestamp) -> PortResult<u64> {
        self.write(THING, move |connection| {
            let removed = connection
                .prepare_cached("DELETE FROM steps WHERE expires_at <= ?1")?
                .execute(params![time::column(now)])?;
            Ok(removed as u64)
        })
        .await
    }

    async fn trim_recognitions(&self, keep: u64) -> PortResult<u64> {
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        self.write(THING, move |connection| {
            let removed = connection
                .prepare_cached(
                    "DELETE FROM steps WHERE key IN (
                         SELECT key FROM steps WHERE key GLOB ?1 ORDER BY expires_at DESC, key LIMIT -1 OFFSET ?2
                     )",
                )?
                .execute(params![format!("{RECOGNITIONS}*"), keep])?;
            Ok(removed as u64)
        })
        .await
    }
}
