//! The in-memory ports keep every clause, as they are and behind seeded faults that callers cure by trying
//! again.

#[path = "scripted/model.rs"]
mod model;

use async_trait::async_trait;
use contract::{AuditHarness, BlobHarness, Harness, QueueHarness, RequestHarness, SealerHarness, sample};
use domain::audit::AuditRecord;
use domain::ids::BlobRef;
use domain::ports::{
    AuditLog, BlobStore, Clock, CodeLines, CodeMailbox, DeliveryStore, Destination, EvidenceStore,
    OrderStore, PageStore, PortalLedger, RequestStore, Sealer, SignatureStore, StepCache, WorkQueue,
};
use jiff::SignedDuration;
use memory::{
    Faults, Faulty, ManualClock, MemoryAudit, MemoryBlobs, MemoryCodeLines, MemoryDeliveries,
    MemoryDestination, MemoryEvidence, MemoryLedger, MemoryMailbox, MemoryOrders, MemoryPages, MemoryQueue,
    MemoryRequests, MemorySealer, MemorySignatures, MemorySteps, MemoryStores,
};
use std::sync::Arc;

/// The stores as they are. They have no disk, so nothing is ever at rest but the blobs.
struct Plain {
    clock: ManualClock,
    stores: MemoryStores,
    destination: Arc<MemoryDestination>,
}

impl Plain {
    fn new() -> Self {
        let clock = ManualClock::new(sample::at(0));
        let stores = MemoryStores::new(Arc::new(clock.clone()) as Arc<dyn Clock>);
        Self { clock, stores, destination: Arc::new(MemoryDestination::new("folder")) }
    }

    /// Lets a lease of the suites' length end.
    fn advance(&self) {
        self.clock.advance(SignedDuration::from_secs(31));
    }
}

/// The same behind faults.
struct Rough {
    plain: Plain,
    requests: Arc<Faulty<MemoryRequests>>,
    orders: Arc<Faulty<MemoryOrders>>,
    signatures: Arc<Faulty<MemorySignatures>>,
    deliveries: Arc<Faulty<MemoryDeliveries>>,
    steps: Arc<Faulty<MemorySteps>>,
    pages: Arc<Faulty<MemoryPages>>,
    mailbox: Arc<Faulty<MemoryMailbox>>,
    lines: Arc<Faulty<MemoryCodeLines>>,
    ledger: Arc<Faulty<MemoryLedger>>,
    blobs: Arc<Faulty<MemoryBlobs>>,
    queue: Arc<Faulty<MemoryQueue>>,
    audit: Arc<Faulty<MemoryAudit>>,
    evidence: Arc<Faulty<MemoryEvidence>>,
    destination: Arc<Faulty<MemoryDestination>>,
}

impl Rough {
    fn new(seed: u64) -> Self {
        fn rough<P>(port: &Arc<P>, seed: u64) -> Arc<Faulty<P>> {
            Arc::new(Faulty::new(Arc::clone(port), Faults::retryable(), seed))
        }
        let plain = Plain::new();
        let stores = &plain.stores;
        Self {
            requests: rough(&stores.requests, seed),
            orders: rough(&stores.orders, seed),
            signatures: rough(&stores.signatures, seed),
            deliveries: rough(&stores.deliveries, seed),
            steps: rough(&stores.steps, seed),
            pages: rough(&stores.pages, seed),
            mailbox: rough(&stores.mailbox, seed),
            lines: rough(&stores.lines, seed),
            ledger: rough(&stores.ledger, seed),
            blobs: rough(&stores.blobs, seed),
            queue: rough(&stores.queue, seed),
            audit: rough(&stores.audit, seed),
            evidence: rough(&stores.evidence, seed),
            destination: rough(&plain.destination, seed),
            plain,
        }
    }
}

macro_rules! opens {
    ($($port:ident from $field:ident),+ $(,)?) => {$(
        #[async_trait]
        impl Harness<dyn $port> for Plain {
            async fn open(&self) -> Arc<dyn $port> {
                Arc::clone(&self.stores.$field) as Arc<dyn $port>
            }
        }

        #[async_trait]
        impl Harness<dyn $port> for Rough {
            async fn open(&self) -> Arc<dyn $port> {
                Arc::clone(&self.$field) as Arc<dyn $port>
            }
        }
    )+};
}

opens! {
    RequestStore from requests,
    OrderStore from orders,
    SignatureStore from signatures,
    DeliveryStore from deliveries,
    StepCache from steps,
    PageStore from pages,
    CodeMailbox from mailbox,
    CodeLines from lines,
    PortalLedger from ledger,
    WorkQueue from queue,
    AuditLog from audit,
    EvidenceStore from evidence,
}

#[async_trait]
impl AuditHarness for Plain {
    fn sealer(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.stores.sealer) as Arc<dyn Sealer>
    }

    async fn rewrite(&self, records: Vec<AuditRecord>) {
        self.stores.audit.rewrite(records);
    }
}

#[async_trait]
impl AuditHarness for Rough {
    fn sealer(&self) -> Arc<dyn Sealer> {
        self.plain.sealer()
    }

    async fn rewrite(&self, records: Vec<AuditRecord>) {
        self.plain.rewrite(records).await;
    }
}

/// Terms are made anew at every search, so there is no index that could be under another key.
#[async_trait]
impl RequestHarness for Plain {
    async fn reopen_under(&self, _: u32, port: Arc<dyn RequestStore>) -> Arc<dyn RequestStore> {
        port
    }
}

#[async_trait]
impl RequestHarness for Rough {
    async fn reopen_under(&self, _: u32, port: Arc<dyn RequestStore>) -> Arc<dyn RequestStore> {
        port
    }
}

#[async_trait]
impl Harness<dyn BlobStore> for Plain {
    async fn open(&self) -> Arc<dyn BlobStore> {
        Arc::clone(&self.stores.blobs) as Arc<dyn BlobStore>
    }

    async fn at_rest(&self) -> Option<Vec<u8>> {
        Some(self.stores.blobs.at_rest())
    }
}

#[async_trait]
impl BlobHarness for Plain {
    async fn tamper(&self, blob: &BlobRef) {
        self.stores.blobs.tamper(blob);
    }
}

#[async_trait]
impl Harness<dyn BlobStore> for Rough {
    async fn open(&self) -> Arc<dyn BlobStore> {
        Arc::clone(&self.blobs) as Arc<dyn BlobStore>
    }
}

#[async_trait]
impl BlobHarness for Rough {
    async fn tamper(&self, blob: &BlobRef) {
        self.plain.stores.blobs.tamper(blob);
    }
}

#[async_trait]
impl Harness<dyn Destination> for Plain {
    async fn open(&self) -> Arc<dyn Destination> {
        Arc::clone(&self.destination) as Arc<dyn Destination>
    }
}

#[async_trait]
impl Harness<dyn Destination> for Rough {
    async fn open(&self) -> Arc<dyn Destination> {
        Arc::clone(&self.destination) as Arc<dyn Destination>
    }
}

#[async_trait]
impl QueueHarness for Plain {
    async fn let_lease_expire(&self) {
        self.advance();
    }
}

#[async_trait]
impl QueueHarness for Rough {
    async fn let_lease_expire(&self) {
        self.plain.advance();
    }
}

/// A queue as Amazon SQS keeps its standard ones, without chance repeats, which no suite can count.
struct Standard {
    clock: ManualClock,
    queue: Arc<MemoryQueue>,
}

impl Standard {
    fn new(seed: u64) -> Self {
        let clock = ManualClock::new(sample::at(0));
        let queue = MemoryQueue::standard(Arc::new(clock.clone()), seed, 0).dead_after(3);
        Self { clock, queue: Arc::new(queue) }
    }
}

#[async_trait]
impl Harness<dyn WorkQueue> for Standard {
    async fn open(&self) -> Arc<dyn WorkQueue> {
        Arc::clone(&self.queue) as Arc<dyn WorkQueue>
    }
}

#[async_trait]
impl QueueHarness for Standard {
    fn dead_after(&self) -> u32 {
        3
    }

    async fn let_lease_expire(&self) {
        self.clock.advance(SignedDuration::from_secs(31));
    }
}

#[async_trait]
impl Harness<dyn Sealer> for Plain {
    async fn open(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.stores.sealer) as Arc<dyn Sealer>
    }
}

#[async_trait]
impl SealerHarness for Plain {
    async fn stranger(&self) -> Arc<dyn Sealer> {
        Arc::new(MemorySealer::new(1))
    }
}

/// Every suite but the sealer's, over one harness.
macro_rules! every_suite {
    ($harness:expr) => {
        contract::request_store_suite!(requests, $harness);
        contract::order_store_suite!(orders, $harness);
        contract::signature_store_suite!(signatures, $harness);
        contract::delivery_store_suite!(deliveries, $harness);
        contract::step_cache_suite!(steps, $harness);
        contract::evidence_store_suite!(evidence, $harness);
        contract::page_store_suite!(pages, $harness);
        contract::code_mailbox_suite!(mailbox, $harness);
        contract::code_lines_suite!(lines, $harness);
        contract::portal_ledger_suite!(ledger, $harness);
        contract::blob_store_suite!(blobs, $harness);
        contract::work_queue_suite!(queue, $harness);
        contract::destination_suite!(destination, $harness);
        contract::audit_log_suite!(audit, $harness);
    };
}

mod plain {
    contract::sealer_suite!(sealer, crate::Plain::new());
    every_suite!(crate::Plain::new());
}

mod rough {
    every_suite!(crate::Rough::new(7));
}

mod rough_otherwise {
    every_suite!(crate::Rough::new(20_261_120));
}

mod standard {
    contract::work_queue_suite!(queue, crate::Standard::new(1));
    contract::work_queue_suite!(queue_otherwise, crate::Standard::new(20_261_120));
}
