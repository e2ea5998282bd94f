//! The back ends behind the storage ports, by their addresses.

use crate::error::Failure;
use crate::settings::{BlobAddress, QueueAddress, Settings, StoreAddress};
use domain::ports::{
    BackEnd, BlobStore, Clock, CodeMailbox, DeliveryStore, OrderStore, PageStore, PortalLedger, RequestStore,
    Sealer, SignatureStore, StepCache, WorkQueue,
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
    /// What all of these lie on, for those who ask whether it can be worked with.
    pub back_ends: Vec<Arc<dyn BackEnd>>,
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
pub async fn open_stores(settings: &Settings) -> Result<Stores, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let sealer: Arc<dyn Sealer> = Arc::new(InstallationSealer::open_or_create(&settings.key_file)?);
    let mut back_ends: Vec<Arc<dyn BackEnd>> = Vec::new();
    let (blobs, blobs_end) = open_blobs(settings, &sealer).await?;
    match &settings.store {
        StoreAddress::Sqlite(path) => {
            let store = Arc::new(SqliteStore::open(path, Arc::clone(&sealer), Arc::clone(&clock))?);
            back_ends.push(Arc::clone(&store) as _);
            let queue: Arc<dyn WorkQueue> = match &settings.queue {
                QueueAddress::Sqlite(queue_path) if queue_path == path => Arc::clone(&store) as _,
                QueueAddress::Sqlite(_) | QueueAddress::Sqs { .. } => {
                    let (queue, end) = open_queue(settings, &sealer, &clock).await?;
                    back_ends.push(end);
                    queue
                }
            };
            back_ends.push(blobs_end);
            Ok(stores_on(store, queue, blobs, sealer, clock, back_ends))
        }
        StoreAddress::MongoDb(_) => Err(not_wired("MongoDB")),
    }
}

async fn open_blobs(
    settings: &Settings,
    sealer: &Arc<dyn Sealer>,
) -> Result<(Arc<dyn BlobStore>, Arc<dyn BackEnd>), Failure> {
    match &settings.blobs {
        BlobAddress::Folder(path) => {
            let blobs = Arc::new(FileBlobStore::open(path, Arc::clone(sealer))?);
            Ok((Arc::clone(&blobs) as _, blobs))
        }
        BlobAddress::S3 { bucket, prefix } => {
            let _ = (bucket, prefix);
            Err(not_wired("S3"))
        }
    }
}

async fn open_queue(
    settings: &Settings,
    sealer: &Arc<dyn Sealer>,
    clock: &Arc<dyn Clock>,
) -> Result<(Arc<dyn WorkQueue>, Arc<dyn BackEnd>), Failure> {
    match &settings.queue {
        QueueAddress::Sqlite(path) => {
            let queue = Arc::new(SqliteStore::open(path, Arc::clone(sealer), Arc::clone(clock))?);
            Ok((Arc::clone(&queue) as _, queue))
        }
        QueueAddress::Sqs { prefix } => {
            let _ = prefix;
            Err(not_wired("SQS"))
        }
    }
}

fn not_wired(what: &str) -> Failure {
    Failure::usage(what, "is being built", "use sqlite: and file: for now")
}

/// The stores on one database, whichever it is.
fn stores_on<S>(
    store: Arc<S>,
    queue: Arc<dyn WorkQueue>,
    blobs: Arc<dyn BlobStore>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
    back_ends: Vec<Arc<dyn BackEnd>>,
) -> Stores
where
    S: RequestStore
        + OrderStore
        + SignatureStore
        + DeliveryStore
        + StepCache
        + PageStore
        + CodeMailbox
        + PortalLedger
        + 'static,
{
    Stores {
        requests: Arc::clone(&store) as _,
        orders: Arc::clone(&store) as _,
        signatures: Arc::clone(&store) as _,
        deliveries: Arc::clone(&store) as _,
        steps: Arc::clone(&store) as _,
        pages: Arc::clone(&store) as _,
        mailbox: Arc::clone(&store) as _,
        ledger: store,
        queue,
        blobs,
        sealer,
        clock,
        back_ends,
    }
}
