//! A bench for one actor: in-memory ports on the runtime's paused clock, and a queue that writes down what it
//! is asked.

use actors::audit::AuditTrail;
use actors::environment::{Environment, StopPoint};
use actors::nudges::Nudges;
use async_trait::async_trait;
use domain::ids::{PortalName, QueueName, RequestId};
use domain::inbox::InboxRow;
use domain::keys;
use domain::patient::PatientIdentity;
use domain::ports::{Clock, PortResult, QueueDepth, RequestStore, WorkQueue};
use domain::redacted::Redacted;
use domain::request::{Request, RequestStatus};
use domain::work::{Lease, Stage, WorkItem};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use memory::{FnClock, MemoryQueue, MemoryStores};
use std::sync::{Arc, Mutex};

/// How long a lease runs in these tests.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// When every test begins.
const BEGIN: Timestamp = Timestamp::constant(1_795_000_000, 0);

/// What happened, in order.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// Ports, and what was asked of the queue.
pub(crate) struct Bench {
    /// The stores themselves.
    pub(crate) stores: MemoryStores,
    /// What the actors are given.
    pub(crate) environment: Environment,
    /// Queue calls and stop points.
    pub(crate) log: Log,
}

impl Bench {
    /// Empty stores.
    pub(crate) fn new() -> Self {
        Self::with_stop_point(Arc::new(|_| {}))
    }

    /// Empty stores, and somebody who is told of stop points.
    pub(crate) fn with_stop_point(stop_point: StopPoint) -> Self {
        Self::on(MemoryQueue::new, stop_point)
    }

    /// Empty stores around this kind of queue.
    pub(crate) fn on(queue: impl FnOnce(Arc<dyn Clock>) -> MemoryQueue, stop_point: StopPoint) -> Self {
        let clock = clock();
        let mut stores = MemoryStores::new(Arc::clone(&clock));
        stores.queue = Arc::new(queue(Arc::clone(&clock)));
        let log = Log::default();
        let environment = Environment {
            requests: stores.requests.clone(),
            orders: stores.orders.clone(),
            signatures: stores.signatures.clone(),
            deliveries: stores.deliveries.clone(),
            steps: stores.steps.clone(),
            pages: stores.pages.clone(),
            blobs: stores.blobs.clone(),
            queue: Arc::new(WrittenDown { queue: stores.queue.clone(), log: Arc::clone(&log) }),
            audit: Arc::new(AuditTrail::new(stores.audit.clone())),
            sealer: stores.sealer.clone(),
            clock,
            nudges: Arc::new(Nudges::default()),
            outages: Arc::default(),
            stop_point,
            jitter: Arc::new(|| 0.0),
        };
        Self { stores, environment, log }
    }

    /// What happened since the last time this was asked.
    pub(crate) fn happened(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().expect("no test panics while it writes"))
    }

    /// A request of patient `number`, standing before a stage, stored; and its item, enqueued.
    pub(crate) async fn request_before(&self, stage: Stage, number: u32) -> Request {
        let mut request = self.new_request(number, number);
        request.status = RequestStatus::InWork { stage };
        assert!(self.stores.requests.create(&request).await.expect("stored"));
        let item = request.item(stage, self.environment.now());
        self.stores.queue.enqueue(&[item], SignedDuration::ZERO).await.expect("enqueued");
        request
    }

    /// Message `message` about patient `patient`, as the inbox would make it; not stored.
    pub(crate) fn new_request(&self, message: u32, patient: u32) -> Request {
        let (portal, sealer) = (portal(), self.environment.sealer.as_ref());
        let row = InboxRow {
            message_id: Redacted::new(format!("M-{message}")),
            folder: "CC'd Charts".to_owned(),
            chart_type: "Office Visit".to_owned(),
            subject: Redacted::from("Order"),
            from: Redacted::from("Oakes, Martin"),
            received: date(2026, 11, 19).at(8, 0, 0, 0),
            patient: PatientIdentity {
                name: Redacted::new(format!("Quillfeather, Number{patient}")),
                mrn: Redacted::new(format!("E{patient}")),
                dob: Some(Redacted::new(date(1955, 3, 14))),
            },
            chart_ref: Redacted::new(patient.to_string()),
        };
        let message = keys::message_key(sealer, &portal, row.message_id.reveal());
        let patient = keys::patient_key(sealer, &portal, row.patient.mrn.reveal());
        let id = keys::request_id(&message, &patient);
        Request::new(id, portal, message, patient, row, None, self.environment.now())
    }

    /// The request as it is stored now.
    pub(crate) async fn stored(&self, id: &RequestId) -> Request {
        self.stores.requests.get(id).await.expect("read").expect("stored").value
    }

    /// Leases the one visible item of a stage.
    pub(crate) async fn lease(&self, stage: Stage) -> Lease {
        self.try_lease(stage).await.expect("an item is visible")
    }

    /// Leases an item of a stage, if one is visible.
    pub(crate) async fn try_lease(&self, stage: Stage) -> Option<Lease> {
        self.stores.queue.lease(&stage.queue(&portal()), 1, LEASE).await.expect("leased").into_iter().next()
    }

    /// The stages of all items, waiting or leased.
    pub(crate) fn queued(&self) -> Vec<Stage> {
        self.stores.queue.items().iter().map(|item| item.stage).collect()
    }
}

/// The portal of these tests.
pub(crate) fn portal() -> PortalName {
    PortalName::new("riverside")
}

/// A clock that follows the runtime's paused time.
pub(crate) fn clock() -> Arc<dyn Clock> {
    let start = tokio::time::Instant::now();
    Arc::new(FnClock::new(move || {
        BEGIN + SignedDuration::try_from(start.elapsed()).expect("tests are short")
    }))
}

/// Lets time pass until a condition holds; a test that waits for an hour has failed.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(3_600), wait).await;
    assert!(waited.is_ok(), "waited an hour for: {what}");
}

/// Writes every call down, and gives way first, so that a cut-off worker is cut off between two calls.
struct WrittenDown {
    queue: Arc<MemoryQueue>,
    log: Log,
}

impl WrittenDown {
    async fn note(&self, call: &str) {
        tokio::task::yield_now().await;
        self.log.lock().expect("no test panics while it writes").push(call.to_owned());
    }
}

#[async_trait]
impl WorkQueue for WrittenDown {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        self.note("enqueue").await;
        self.queue.enqueue(items, delay).await
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.queue.lease(queue, count, ttl).await
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        self.note("renew").await;
        self.queue.renew(lease, ttl).await
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        self.note("acknowledge").await;
        self.queue.acknowledge(lease).await
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        self.note("release").await;
        self.queue.release(lease, delay).await
    }

    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.queue.lease_dead(count, ttl).await
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        self.queue.depths().await
    }
}
