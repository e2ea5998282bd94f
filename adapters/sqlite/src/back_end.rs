//! Whether the file can be worked with: read, and written by somebody who would have room for it.

use crate::SqliteStore;
use async_trait::async_trait;
use domain::ports::{BackEnd, PortResult};
use std::sync::atomic::Ordering;

/// As much as must fit after a write has failed: a large record. On a nearly full disk less often does.
const RECORD_BYTES: i64 = 256 * 1024;

#[async_trait]
impl BackEnd for SqliteStore {
    fn name(&self) -> String {
        format!("SQLite file {}", self.0.path.display())
    }

    /// Writes within a transaction of the writer, so that a full or read-only disk is met here already.
    /// While a write has failed since the last good answer, as much as a large record.
    async fn ping(&self) -> PortResult<String> {
        let failing = &self.0.failing;
        let bytes = if failing.load(Ordering::Relaxed) { RECORD_BYTES } else { 1 };
        let size: i64 = self
            .write("store", move |connection| {
                connection.execute(
                    "INSERT INTO meta (name, value) VALUES ('pinged', zeroblob(?1))
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    [bytes],
                )?;
                let (pages, bytes): (i64, i64) = (
                    connection.pragma_query_value(None, "page_count", |row| row.get(0))?,
                    connection.pragma_query_value(None, "page_size", |row| row.get(0))?,
                );
                Ok(pages * bytes)
            })
            .await?;
        if bytes == RECORD_BYTES {
            failing.store(false, Ordering::Relaxed);
        }
        Ok(format!("{} kB", size / 1024))
    }
}
