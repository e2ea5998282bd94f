//! The back ends behind the storage ports, by their addresses.

use super::keys::open_sealer;
use super::servers;
use crate::error::Failure;
use crate::settings::{BlobAddress, QueueAddress, Settings, StoreAddress};
use aws::SqsQueue;
use domain::ports::{
    AuditLog, BackEnd, BlobStore, Clock, CodeLines, CodeMailbox, DeliveryStore, EvidenceStore, OrderStore,
    PageStore, PortalLedger, RequestStore, Sealer, SignatureStore, StepCache, WorkQueue,
};
use files::{FileBlobStore, FileEvidence};
use jiff::Timestamp;
use mongo::MongoStore;
use sqlite::SqliteStore;
use std::path::Path;
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
    /// Turns at the mailbox.
    pub lines: Arc<dyn CodeLines>,
    /// Logins.
    pub ledger: Arc<dyn PortalLedger>,
    /// Queues.
    pub queue: Arc<dyn WorkQueue>,
    /// Contents.
    pub blobs: Arc<dyn BlobStore>,
    /// Who saw and did what.
    pub audit: Arc<dyn AuditLog>,
    /// Pages of failures; in the data folder, wherever the records are.
    pub evidence: Arc<dyn EvidenceStore>,
    /// Seals and derives names.
    pub sealer: Arc<dyn Sealer>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// What all of these lie on, for those who ask whether it can be worked with.
    pub back_ends: Vec<Arc<dyn BackEnd>>,
    /// Those among them with which a running service does what nobody else may.
    pub(super) servers: Servers,
}

/// See [`Stores::servers`].
#[derive(Clone, Default)]
pub(super) struct Servers {
    /// The database, to be locked.
    pub(super) mongo: Option<Arc<MongoStore>>,
    /// The queues, to be made.
    pub(super) sqs: Option<Arc<SqsQueue>>,
    /// The queues' file, to be taken over from an earlier run.
    pub(super) queue_file: Option<Arc<SqliteStore>>,
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
    let sealer = open_sealer(settings).await?;
    let database = match &settings.store {
        StoreAddress::Sqlite(path) => Database::File(path, open_file(path, &sealer, &clock)?),
        StoreAddress::MongoDb(address) => {
            Database::Server(servers::mongo(address, &settings.servers, &sealer).await?)
        }
    };
    let mut servers = Servers::default();
    let (queue, queue_end): (Arc<dyn WorkQueue>, Option<Arc<dyn BackEnd>>) =
        match (&settings.queue, &database) {
            (QueueAddress::Sqlite(path), Database::File(same, store)) if path == *same => {
                servers.queue_file = Some(Arc::clone(store));
                (Arc::clone(store) as _, None)
            }
            (QueueAddress::Sqlite(path), _) => {
                let queue = open_file(path, &sealer, &clock)?;
                servers.queue_file = Some(Arc::clone(&queue));
                (Arc::clone(&queue) as _, Some(queue))
            }
            (QueueAddress::Sqs { prefix }, _) => {
                let queue = servers::sqs(prefix, settings, &sealer, &clock).await?;
                servers.sqs = Some(Arc::clone(&queue));
                (Arc::clone(&queue) as _, Some(queue))
            }
        };
    let (blobs, blobs_end) = open_blobs(settings, &sealer).await?;
    let ends = queue_end.into_iter().chain([blobs_end]).collect();
    let evidence = Arc::new(FileEvidence::new(&settings.data.join("evidence"), Arc::clone(&sealer)));
    let mut rest = Rest { queue, blobs, evidence, sealer, clock, ends, servers };
    Ok(match database {
        Database::File(_, store) => rest.with(store),
        Database::Server(store) => {
            rest.servers.mongo = Some(Arc::clone(&store));
            rest.with(store)
        }
    })
}

/// Where the records lie.
enum Database<'a> {
    File(&'a Path, Arc<SqliteStore>),
    Server(Arc<MongoStore>),
}

fn open_file(
    path: &Path,
    sealer: &Arc<dyn Sealer>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<SqliteStore>, Failure> {
    Ok(Arc::new(SqliteStore::open(path, Arc::clone(sealer), Arc::clone(clock))?))
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
            let blobs = servers::s3(bucket, prefix, &settings.servers, sealer).await?;
            Ok((Arc::clone(&blobs) as _, blobs))
        }
    }
}

/// Everything beside the records.
struct Rest {
    queue: Arc<dyn WorkQueue>,
    blobs: Arc<dyn BlobStore>,
    evidence: Arc<dyn EvidenceStore>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
    ends: Vec<Arc<dyn BackEnd>>,
    servers: Servers,
}

impl Rest {
    /// All stores, with the records in this database, whichever it is.
    fn with<S>(self, store: Arc<S>) -> Stores
    where
        S: RequestStore
            + OrderStore
            + SignatureStore
            + DeliveryStore
            + StepCache
            + PageStore
            + CodeMailbox
            + CodeLines
            + PortalLedger
            + AuditLog
            + BackEnd
            + 'static,
    {
        let mut back_ends: Vec<Arc<dyn BackEnd>> = vec![Arc::clone(&store) as _];
        back_ends.extend(self.ends);
        Stores {
            requests: Arc::clone(&store) as _,
            orders: Arc::clone(&store) as _,
            signatures: Arc::clone(&store) as _,
            deliveries: Arc::clone(&store) as _,
            steps: Arc::clone(&store) as _,
            pages: Arc::clone(&store) as _,
            mailbox: Arc::clone(&store) as _,
            lines: Arc::clone(&store) as _,
            ledger: Arc::clone(&store) as _,
            audit: store,
            evidence: self.evidence,
            queue: self.queue,
            blobs: self.blobs,
            sealer: self.sealer,
            clock: self.clock,
            back_ends,
            servers: self.servers,
        }
    }
}
