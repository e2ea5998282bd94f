//! The store on MongoDB: every record port, the audit log and the service's lock, in one database.
//!
//! Durable when acknowledged (write concern majority and journal; reads of the primary, majority where there is a
//! replica set). Every change is one guarded write of one document: an update guarded by `{_id, version}`, or an
//! insert under a unique key. No transactions, so a caller that was told nothing may repeat, and the key or the
//! version absorbs it. What can hold patient data is one sealed field; plain fields are ids, states, times and
//! versions, and the keyed hashes of search terms. Every document carries its format; one of a newer release is
//! refused and never overwritten. A second *service* on the same database is refused by [`ServiceLock`].

mod address;
mod audit;
mod back_end;
mod cas;
mod code_lines;
mod collections;
mod deliveries;
mod document;
mod error;
mod holder;
mod ledger;
mod lists;
mod lock;
mod mailbox;
mod migrations;
mod notices;
mod orders;
mod pages;
mod requests;
mod schema;
mod server;
mod signatures;
mod steps;
mod vault;

pub use lock::{LockTimes, ServiceLock};
pub use migrations::{Migration, MigrationReport, Migrator, StepOutcome, StepReport, migrations};
pub use server::MongoOptions;

use crate::server::Server;
use crate::vault::Vault;
use domain::audit::AuditHead;
use domain::ports::{PortResult, Sealer};
use mongodb::Collection;
use mongodb::bson::Document;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Mutex;

/// One MongoDB database; clones share it and its connections.
#[derive(Clone)]
pub struct MongoStore(Arc<Inner>);

struct Inner {
    server: Server,
    vault: Vault,
    /// Where the audit log is believed to end; a wrong guess costs one refused insert.
    audit_head: Mutex<Option<AuditHead>>,
}

impl MongoStore {
    /// Connects to a `mongodb://` address. `database` goes before the one the address names.
    ///
    /// # Errors
    /// `Transient` when the server does not answer in time; `Permanent` when the address is none, the user may not,
    /// or the database belongs to a newer release, is behind (and `create` does not allow to make it), or was
    /// sealed under another key. No error shows the address's password.
    pub async fn connect(
        uri: &str,
        database: Option<&str>,
        sealer: Arc<dyn Sealer>,
        options: &MongoOptions,
    ) -> PortResult<Self> {
        let migrator = Migrator::connect(uri, database, options).await?;
        migrator.require_current(options.create).await?;
        let vault = Vault::new(sealer);
        migrator.check_key(&vault).await?;
        Ok(Self(Arc::new(Inner { server: migrator.into_server(), vault, audit_head: Mutex::new(None) })))
    }

    /// The server and database, such as `MongoDB at db.internal:27017/epic`; no secret.
    pub fn place(&self) -> &str {
        self.0.server.place()
    }

    fn server(&self) -> &Server {
        &self.0.server
    }

    fn vault(&self) -> &Vault {
        &self.0.vault
    }

    fn collection(&self, name: &str) -> Collection<Document> {
        self.0.server.database().collection(name)
    }
}

impl fmt::Debug for MongoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoStore").field("place", &self.place()).finish_non_exhaustive()
    }
}
