//! Whether the file can be worked with: read, and written by somebody who would have room for it.

use crate::SqliteStore;
use async_trait::async_trait;
use domain::ports::{BackEnd, PortResult};

#[async_trait]
impl BackEnd for SqliteStore {
    fn name(&self) -> String {
        format!("SQLite file {}", self.0.path.display())
    }

    /// Writes within a transaction of the writer, so that a full or read-only disk is met here already.
    async fn ping(&self) -> PortResult<String> {
        let size: i64 = self
            .write("store", |connection| {
                connection.execute(
                    "INSERT INTO meta (name, value) VALUES ('pinged', x'00')
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    [],
                )?;
                let (pages, bytes): (i64, i64) = (
                    connection.pragma_query_value(None, "page_count", |row| row.get(0))?,
                    connection.pragma_query_value(None, "page_size", |row| row.get(0))?,
                );
                Ok(pages * bytes)
            })
            .await?;
        Ok(format!("{} kB", size / 1024))
    }
}
