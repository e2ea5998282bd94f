//! `epic_pages`: the words of each page, one sealed document a page.

use crate::MongoStore;
use crate::collections::PAGES;
use crate::document::{SEALED, Stored};
use async_trait::async_trait;
use domain::ids::PacketId;
use domain::ocr_pool::PageText;
use domain::ports::{PageStore, PortResult};
use mongodb::bson::{Document, doc};

const THING: &str = "page store";

fn key(packet: &PacketId, page: u32) -> String {
    format!("{packet}/{page}")
}

fn context(key: &str) -> String {
    format!("pages/{key}")
}

fn named(document: &Document) -> String {
    format!("page {}", document.get_str("_id").unwrap_or_default())
}

#[async_trait]
impl PageStore for MongoStore {
    async fn put(&self, packet: &PacketId, page: &PageText) -> PortResult<()> {
        let key = key(packet, page.page);
        let fields = doc! {
            "packet": packet.as_str(),
            "page": i64::from(page.page),
            SEALED: self.vault().seal(&context(&key), page)?,
        };
        self.put_document(THING, PAGES, &key, fields).await
    }

    async fn numbers(&self, packet: &PacketId) -> PortResult<Vec<u32>> {
        let pages = self.collection(PAGES);
        let query = pages
            .find(doc! { "packet": packet.as_str() })
            .sort(doc! { "page": 1 })
            .projection(doc! { "format": 1, "page": 1 });
        let number = |document: &Document| {
            let page = Stored::read(&named(document), document)?.number("page")?;
            Ok(u32::try_from(page).unwrap_or(u32::MAX))
        };
        self.server().gather(THING, query, number).await
    }

    async fn all(&self, packet: &PacketId) -> PortResult<Vec<PageText>> {
        let pages = self.collection(PAGES);
        let query = pages.find(doc! { "packet": packet.as_str() }).sort(doc! { "page": 1 });
        let open = |document: &Document| {
            let name = named(document);
            let stored = Stored::read(&name, document)?;
            self.vault().open(&context(stored.text("_id")?), stored.sealed()?)
        };
        self.server().gather(THING, query, open).await
    }
}
