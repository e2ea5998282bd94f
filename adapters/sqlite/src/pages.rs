//! `epic_pages`: the words of each page as soon as it has been read.

use crate::SqliteStore;
use async_trait::async_trait;
use domain::ids::PacketId;
use domain::ocr_pool::PageText;
use domain::ports::{PageStore, PortResult};
use rusqlite::params;

const THING: &str = "page store";

fn context(packet: &PacketId, page: u32) -> String {
    format!("pages/{packet}/{page}")
}

#[async_trait]
impl PageStore for SqliteStore {
    async fn put(&self, packet: &PacketId, page: &PageText) -> PortResult<()> {
        let (packet, number) = (packet.clone(), page.page);
        let body = self.vault().seal(&context(&packet, number), page)?;
        self.write(THING, move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO pages (packet, page, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT (packet, page) DO UPDATE SET body = excluded.body",
                )?
                .execute(params![packet.as_str(), number, body])?;
            Ok(())
        })
        .await
    }

    async fn numbers(&self, packet: &PacketId) -> PortResult<Vec<u32>> {
        let packet = packet.clone();
        self.read(THING, move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT page FROM pages WHERE packet = ?1 ORDER BY page")?;
            let numbers = statement.query_map(params![packet.as_str()], |row| row.get(0))?;
            Ok(numbers.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn all(&self, packet: &PacketId) -> PortResult<Vec<PageText>> {
        let (packet, vault) = (packet.clone(), self.vault());
        self.read(THING, move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT page, body FROM pages WHERE packet = ?1 ORDER BY page")?;
            let mut rows = statement.query(params![packet.as_str()])?;
            let mut pages = Vec::new();
            while let Some(row) = rows.next()? {
                let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                pages.push(vault.open(&context(&packet, row.get(0)?), body)?);
            }
            Ok(pages)
        })
        .await
    }
}
