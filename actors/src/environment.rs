//! What every stage is given: the ports, the clock, and the points where a test may stop the process.

use crate::audit::AuditTrail;
use crate::nudges::Nudges;
use crate::outages::{Outages, Server};
use domain::ids::RequestId;
use domain::ports::{
    BlobStore, Clock, DeliveryStore, ErrorClass, OrderStore, PageStore, PortError, PortResult, RequestStore,
    Sealer, SignatureStore, StepCache, Version, Versioned, WorkQueue,
};
use domain::request::Request;
use jiff::Timestamp;
use std::sync::Arc;

/// The ports the stages share, met by adapters in `src` and by in-memory ones in tests.
#[derive(Clone)]
pub struct Environment {
    /// `epic_requests`.
    pub requests: Arc<dyn RequestStore>,
    /// `epic_orders`.
    pub orders: Arc<dyn OrderStore>,
    /// `epic_signatures`.
    pub signatures: Arc<dyn SignatureStore>,
    /// `epic_deliveries`.
    pub deliveries: Arc<dyn DeliveryStore>,
    /// `epic_step_cache` and `epic_order_files`.
    pub steps: Arc<dyn StepCache>,
    /// `epic_pages`.
    pub pages: Arc<dyn PageStore>,
    /// Files.
    pub blobs: Arc<dyn BlobStore>,
    /// The durable queues.
    pub queue: Arc<dyn WorkQueue>,
    /// `epic_audit`.
    pub audit: Arc<AuditTrail>,
    /// Derives names that tell nothing.
    pub sealer: Arc<dyn Sealer>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Wakes a stage whose queue has just been filled; may be lost, polling covers.
    pub nudges: Arc<Nudges>,
    /// Back ends that are away, as far as the stages know.
    pub outages: Arc<Outages>,
    /// Called between any two durable steps; the kill tests end the process here.
    pub stop_point: StopPoint,
    /// A number in 0..=1, to spread retries.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
}

/// See [`Environment::stop_point`]; gets the point's name, such as `ocr.stored`.
pub type StopPoint = Arc<dyn Fn(&str) + Send + Sync>;

/// How often a compare-and-set is tried before the conflict is handed up.
const UPDATE_ATTEMPTS_MAX: u32 = 16;

impl Environment {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Notes whether somebody answered, and hands the answer on.
    pub(crate) fn told<T>(&self, server: Server, answer: PortResult<T>) -> PortResult<T> {
        match &answer {
            Ok(_) => self.outages.answered(server, self.now()),
            Err(error) => self.outages.failed(server, error, self.now()),
        }
        answer
    }

    /// Notes that the store may be away, where an error says so: whoever leases next asks it first.
    pub(crate) fn suspect_store(&self, error: &PortError) {
        if error.class == ErrorClass::Transient {
            self.outages.failed(Server::Store, error, self.now());
        }
    }

    /// Reads a request that must exist.
    ///
    /// # Errors
    /// `Permanent` when no such request is stored.
    pub async fn request(&self, id: &RequestId) -> PortResult<Versioned<Request>> {
        self.requests.get(id).await?.ok_or_else(|| {
            PortError::permanent(format!("request {id}"), "not in the store; was the store replaced?")
        })
    }

    /// Changes a request by compare-and-set, deciding again on every conflict. `change` returns `false` when
    /// nothing is left to change.
    ///
    /// # Errors
    /// Those of the store; `Conflict` after many lost races.
    pub async fn update_request(
        &self,
        id: &RequestId,
        mut change: impl FnMut(&mut Request) -> bool + Send,
    ) -> PortResult<Request> {
        let mut lost_races = 0;
        loop {
            let Versioned { mut value, version } = self.request(id).await?;
            if !change(&mut value) {
                return Ok(value);
            }
            match self.requests.update(&value, version).await {
                Ok(Version(_)) => return Ok(value),
                Err(error)
                    if error.class == domain::ports::ErrorClass::Conflict
                        && lost_races < UPDATE_ATTEMPTS_MAX =>
                {
                    lost_races += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
