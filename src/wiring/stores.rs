//! The back ends behind the storage ports, by their addresses.

use crate::error::Failure;
use crate::settings::{BlobAddress, DatabaseAddress, Settings};
use domain::ports::{
    BlobStore, Clock, CodeMailbox, DeliveryStore, OrderStore, PageStore, PortalLedger, RequestStore, Sealer,
    SignatureStore, StepCache, WorkQueue,
};
use files::{FileBlobStore, InstallationSealer};
use jiff::Timestamp;
use sqlite::SqliteStore;
use std::sync::Arc;

/// Every storage port, opened.
#[derive(Clone)]
pub struct Stores {
    /// Requests.
    pub requests: Arc<dyn RequestStore>,
    /// Orders.
    pub orders: Arc<dyn OrderStore>,
    /// Signatures.
    pub signatures: Arc<dyn SignatureStore>,
    /// Receipts.
    pub deliveries: Arc<dyn DeliveryStore>,
    /// Steps.
    pub steps: Arc<dyn StepCache>,
    /// Pages.
    pub pages: Arc<dyn PageStore>,
    /// Codes.
    pub mailbox: Arc<dyn CodeMailbox>,
    /// Logins.
    pub ledger: Arc<dyn PortalLedger>,
    /// Queues.
    pub queue: Arc<dyn WorkQueue>,
    /// Contents.
    pub blobs: Arc<dyn BlobStore>,
    /// Seals and derives names.
    pub sealer: Arc<dyn Sealer>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Opens what the settings name; fine beside a running service.
///
/// # Errors
/// The key, the store, the queue or the blobs cannot be opened.
pub fn open_stores(settings: &Settings) -> Result<Stores, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let sealer: Arc<dyn Sealer> = Arc::new(InstallationSealer::open_or_create(&settings.key_file)?);
    let DatabaseAddress::Sqlite(store_path) = &settings.store;
    let DatabaseAddress::Sqlite(queue_path) = &settings.queue;
    let BlobAddress::Folder(blob_path) = &settings.blobs;
    let store = Arc::new(SqliteStore::open(store_path, Arc::clone(&sealer), Arc::clone(&clock))?);
    let queue = if queue_path == store_path {
        Arc::clone(&store)
    } else {
        Arc::new(SqliteStore::open(queue_path, Arc::clone(&sealer), Arc::clone(&clock))?)
    };
    Ok(Stores {
        requests: Arc::clone(&store) as _,
        orders: Arc::clone(&store) as _,
        signatures: Arc::clone(&store) as _,
        deliveries: Arc::clone(&store) as _,
        steps: Arc::clone(&store) as _,
        pages: Arc::clone(&store) as _,
        mailbox: Arc::clone(&store) as _,
        ledger: store,
        queue,
        blobs: Arc::new(FileBlobStore::open(blob_path, Arc::clone(&sealer))?),
        sealer,
        clock,
    })
}
