//! The in-memory ports behind seeded faults, each with a sequence of its own.

use actors::audit::AuditTrail;
use actors::environment::{Environment, StopPoint};
use actors::nudges::Nudges;
use domain::ports::Clock;
use memory::{
    CallTally, Faults, Faulty, MemoryAudit, MemoryBlobs, MemoryDeliveries, MemoryDestination, MemoryLedger,
    MemoryMailbox, MemoryOrders, MemoryPages, MemoryQueue, MemoryRequests, MemorySealer, MemorySignatures,
    MemorySteps, MemoryStores,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use understanding::Knowledge;

/// Every port of the tree.
pub(crate) struct Ports {
    pub(crate) ledger: Arc<Faulty<MemoryLedger>>,
    pub(crate) mailbox: Arc<Faulty<MemoryMailbox>>,
    pub(crate) folder: Arc<Faulty<MemoryDestination>>,
    requests: Arc<Faulty<MemoryRequests>>,
    orders: Arc<Faulty<MemoryOrders>>,
    signatures: Arc<Faulty<MemorySignatures>>,
    deliveries: Arc<Faulty<MemoryDeliveries>>,
    steps: Arc<Faulty<MemorySteps>>,
    pages: Arc<Faulty<MemoryPages>>,
    blobs: Arc<Faulty<MemoryBlobs>>,
    queue: Arc<Faulty<MemoryQueue>>,
    audit: Arc<Faulty<MemoryAudit>>,
    /// One for all processes: on a clock that stands still, only here do two of them begin in one nanosecond.
    trail: Arc<AuditTrail>,
    sealer: Arc<MemorySealer>,
}

impl Ports {
    /// Ports over these stores, without faults for now.
    pub(crate) fn new(stores: &MemoryStores, folder: &Arc<MemoryDestination>, seed: u64) -> Self {
        let calm = Faults::default();
        let seeded = |port: u64| seed.wrapping_mul(31).wrapping_add(port);
        let audit = Arc::new(Faulty::new(stores.audit.clone(), calm, seeded(12)));
        Self {
            trail: Arc::new(AuditTrail::new(audit.clone())),
            audit,
            ledger: Arc::new(Faulty::new(stores.ledger.clone(), calm, seeded(1))),
            mailbox: Arc::new(Faulty::new(stores.mailbox.clone(), calm, seeded(2))),
            folder: Arc::new(Faulty::new(Arc::clone(folder), calm, seeded(3))),
            requests: Arc::new(Faulty::new(stores.requests.clone(), calm, seeded(4))),
            orders: Arc::new(Faulty::new(stores.orders.clone(), calm, seeded(5))),
            signatures: Arc::new(Faulty::new(stores.signatures.clone(), calm, seeded(6))),
            deliveries: Arc::new(Faulty::new(stores.deliveries.clone(), calm, seeded(7))),
            steps: Arc::new(Faulty::new(stores.steps.clone(), calm, seeded(8))),
            pages: Arc::new(Faulty::new(stores.pages.clone(), calm, seeded(9))),
            blobs: Arc::new(Faulty::new(stores.blobs.clone(), calm, seeded(10))),
            queue: Arc::new(Faulty::new(stores.queue.clone(), calm, seeded(11))),
            sealer: stores.sealer.clone(),
        }
    }

    /// Changes the faults of stores and queue.
    pub(crate) fn set(&self, stores: Faults, queue: Faults) {
        self.ledger.set_faults(stores);
        self.mailbox.set_faults(stores);
        self.folder.set_faults(stores);
        self.requests.set_faults(stores);
        self.orders.set_faults(stores);
        self.signatures.set_faults(stores);
        self.deliveries.set_faults(stores);
        self.steps.set_faults(stores);
        self.pages.set_faults(stores);
        self.blobs.set_faults(stores);
        self.audit.set_faults(stores);
        self.queue.set_faults(queue);
    }

    /// What was called, by port and method.
    pub(crate) fn calls(&self) -> BTreeMap<String, CallTally> {
        let named = |port: &str, calls: BTreeMap<&'static str, CallTally>| {
            calls.into_iter().map(|(method, tally)| (format!("{port}.{method}"), tally)).collect::<Vec<_>>()
        };
        let all = [
            named("ledger", self.ledger.calls()),
            named("mailbox", self.mailbox.calls()),
            named("destination", self.folder.calls()),
            named("requests", self.requests.calls()),
            named("orders", self.orders.calls()),
            named("signatures", self.signatures.calls()),
            named("deliveries", self.deliveries.calls()),
            named("steps", self.steps.calls()),
            named("pages", self.pages.calls()),
            named("blobs", self.blobs.calls()),
            named("audit", self.audit.calls()),
            named("queue", self.queue.calls()),
        ];
        all.into_iter().flatten().collect()
    }

    /// What the stages are given.
    pub(crate) fn environment(
        &self,
        clock: Arc<dyn Clock>,
        nudges: Arc<Nudges>,
        stop_point: StopPoint,
        jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
    ) -> Environment {
        Environment {
            requests: self.requests.clone(),
            orders: self.orders.clone(),
            signatures: self.signatures.clone(),
            deliveries: self.deliveries.clone(),
            steps: self.steps.clone(),
            pages: self.pages.clone(),
            blobs: self.blobs.clone(),
            queue: self.queue.clone(),
            audit: self.trail.clone(),
            sealer: self.sealer.clone(),
            clock,
            nudges,
            outages: Arc::default(),
            stop_point,
            jitter,
        }
    }
}

/// The knowledge the program carries.
pub(crate) fn knowledge() -> Knowledge {
    let carried = epic_connector::knowledge::Knowledge::new(None);
    let mut texts = carried.under("payers").expect("embedded");
    texts.extend(carried.under("codes").expect("embedded"));
    for name in ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"] {
        texts.insert(name.to_owned(), carried.text(name).expect("embedded"));
    }
    let sources: Vec<(&str, &str)> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_ref())).collect();
    Knowledge::from_toml_sources(&sources).expect("config/ is right")
}
