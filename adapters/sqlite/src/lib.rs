//! The embedded store and queue: every record port and `WorkQueue` over one SQLite file.
//!
//! Durable when acknowledged (WAL, `synchronous=FULL`): one writer thread takes what waits into one
//! transaction and answers after its commit, a few readers run beside it. What can hold patient data is a
//! sealed JSON blob; plain columns are ids, states, times and versions. A second *service* on the same file is
//! refused by [`ServiceLock`]; a CLI verb opens the file beside a running service without one.

mod audit;
mod back_end;
mod code_lines;
mod deliveries;
mod error;
mod ledger;
mod lock;
mod mailbox;
mod orders;
mod pages;
mod queue;
mod readers;
mod request_lists;
mod requests;
mod schema;
mod signatures;
mod steps;
mod time;
mod writer;

pub use lock::ServiceLock;

use crate::error::StoreError;
use crate::readers::Readers;
use crate::writer::Writer;
use domain::ports::{Clock, ErrorClass, PortResult, Sealer};
use domain::vault::Vault;
use domain::work::DELIVERIES_DEAD;
use rusqlite::Connection;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One SQLite file; clones share it. Dropping the last one finishes what was begun and closes the file.
#[derive(Clone)]
pub struct SqliteStore(Arc<Inner>);

struct Inner {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    vault: Vault,
    clock: Arc<dyn Clock>,
    dead_after: u32,
    /// Whether a write has failed since the file last took a large one.
    failing: AtomicBool,
}

impl SqliteStore {
    /// Opens the file, making or migrating it as needed. The queue's leases and delays follow `clock`.
    ///
    /// # Errors
    /// `Permanent` when the file belongs to another program or a newer release, was sealed under another key,
    /// is damaged, or may not be read and written; `Transient` while somebody holds it for longer than a few
    /// seconds, and while its disk is full or read-only.
    pub fn open(path: &Path, sealer: Arc<dyn Sealer>, clock: Arc<dyn Clock>) -> PortResult<Self> {
        Self::open_dead_after(path, sealer, clock, DELIVERIES_DEAD)
    }

    /// The same with a queue that gives an item up after so many deliveries instead of the usual number.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn open_dead_after(
        path: &Path,
        sealer: Arc<dyn Sealer>,
        clock: Arc<dyn Clock>,
        dead_after: u32,
    ) -> PortResult<Self> {
        let vault = Vault::new(sealer);
        let connection = schema::open(path, &vault)?;
        let writer = Writer::start(connection)?;
        let readers = Readers::new(path);
        let (path, failing) = (path.to_owned(), AtomicBool::new(false));
        Ok(Self(Arc::new(Inner { path, writer, readers, vault, clock, dead_after, failing })))
    }

    /// Runs a job on the writer thread, in a transaction of its own; an error undoes all of it.
    async fn write<T: Send + 'static>(
        &self,
        thing: &'static str,
        job: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> PortResult<T> {
        let result = self.0.writer.run(thing, job).await;
        if matches!(&result, Err(error) if error.class == ErrorClass::Transient) {
            self.0.failing.store(true, Ordering::Relaxed);
        }
        result
    }

    /// Runs a query beside the writer; it sees everything that was acknowledged before.
    async fn read<T: Send + 'static>(
        &self,
        thing: &'static str,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> PortResult<T> {
        let inner = Arc::clone(&self.0);
        let permit = self.0.readers.permit().await?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            inner.readers.run(query).map_err(|error| error.at(thing))
        });
        task.await.map_err(|error| error::reader_died(thing, &error))?
    }

    fn vault(&self) -> Vault {
        self.0.vault.clone()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    fn dead_after(&self) -> u32 {
        self.0.dead_after
    }
}

#[cfg(test)]
mod tests;

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.0.path).finish_non_exhaustive()
    }
}
