//! A database of its own for each test, and a driver beside the store to look at and change it by hand. What its stores
//! ask is heard, and a query that walks no index fails the test, whichever clause asked for it.

use crate::walks::{Indexes, keys, unserved};
use crate::watch::Watch;
use domain::ports::Sealer;
use memory::MemorySealer;
use mongo::{MongoOptions, MongoStore};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use mongodb::{Client, Collection, Database};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// The server's address.
#[expect(clippy::expect_used, reason = "without a server there is no test, and the text says how to get one")]
pub(crate) fn uri() -> String {
    let address = std::env::var_os("MONGODB_URI").and_then(|address| address.into_string().ok());
    address.expect("MONGODB_URI is not set: run `make services`, then `make test-services`")
}

/// Options that make a new database ready.
pub(crate) fn creating() -> MongoOptions {
    MongoOptions { create: true, ..MongoOptions::default() }
}

/// A database with a name of its own, dropped with this.
pub(crate) struct OneDatabase {
    pub(crate) name: String,
    sealer: Arc<dyn Sealer>,
    /// `None` inside where nothing can be heard of a server: encrypted, or several.
    watch: OnceCell<Option<Watch>>,
}

impl OneDatabase {
    pub(crate) fn new() -> Self {
        let name = format!("test_{}", ObjectId::new());
        Self { name, sealer: Arc::new(MemorySealer::new(0)), watch: OnceCell::new() }
    }

    pub(crate) fn sealer(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.sealer)
    }

    /// Every store has connections of its own, so two of them are two processes to the server.
    pub(crate) async fn store(&self) -> MongoStore {
        self.store_under(self.sealer()).await
    }

    /// A store with another sealer.
    #[expect(clippy::expect_used, reason = "a store that does not open fails the test")]
    pub(crate) async fn store_under(&self, sealer: Arc<dyn Sealer>) -> MongoStore {
        let watch = self.watch.get_or_init(|| async { Watch::on(&uri()).await }).await;
        let address = watch.as_ref().map_or_else(uri, |watch| watch.uri().to_owned());
        MongoStore::connect(&address, Some(&self.name), sealer, &creating()).await.expect("a store")
    }

    #[expect(clippy::expect_used, reason = "a server that is away fails the test")]
    pub(crate) async fn database(&self) -> Database {
        Client::with_uri_str(uri()).await.expect("a client").database(&self.name)
    }

    pub(crate) async fn collection(&self, name: &str) -> Collection<Document> {
        self.database().await.collection(name)
    }

    /// Every document of every collection, as bytes of the wire.
    #[expect(clippy::expect_used, reason = "a database that cannot be read fails the test")]
    pub(crate) async fn bytes(&self) -> Vec<u8> {
        let database = self.database().await;
        let mut bytes = Vec::new();
        for name in database.list_collection_names().await.expect("the names") {
            bytes.extend(name.as_bytes());
            let mut cursor =
                database.collection::<RawDocumentBuf>(&name).find(doc! {}).await.expect("a cursor");
            while cursor.advance().await.expect("a document") {
                bytes.extend(cursor.current().as_bytes());
            }
        }
        bytes
    }
}

impl Drop for OneDatabase {
    fn drop(&mut self) {
        let name = self.name.clone();
        let commands = self.watch.get().and_then(Option::as_ref).map(Watch::heard).unwrap_or_default();
        // A test may end in any runtime, or while it panics; the database goes all the same.
        let ending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let limit = Duration::from_secs(20);
                tokio::time::timeout(limit, end(&name, &commands)).await.map_err(std::io::Error::other)?
            })
        });
        let Ok(Ok(scans)) = ending.join() else {
            println!("the database {} was not dropped", self.name);
            return;
        };
        assert!(
            std::thread::panicking() || scans.is_empty(),
            "queries that no index serves (adapters/mongodb/src/schema.rs): {scans:#?}"
        );
    }
}

/// Drops the database, and tells which of the commands its indexes did not serve.
async fn end(name: &str, commands: &[Document]) -> std::io::Result<BTreeSet<String>> {
    let client = Client::with_uri_str(uri()).await.map_err(std::io::Error::other)?;
    let database = client.database(name);
    let mut indexes = Indexes::new();
    for collection in database.list_collection_names().await.map_err(std::io::Error::other)? {
        let mut listed = database
            .collection::<Document>(&collection)
            .list_indexes()
            .await
            .map_err(std::io::Error::other)?;
        while listed.advance().await.map_err(std::io::Error::other)? {
            let index = listed.deserialize_current().map_err(std::io::Error::other)?;
            indexes.entry(collection.clone()).or_default().push(keys(&index.keys));
        }
    }
    database.drop().await.map_err(std::io::Error::other)?;
    Ok(unserved(commands, &indexes))
}
