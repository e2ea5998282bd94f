//! In-memory ports: what actors are tested on and what the simulation runs on.
//!
//! They keep the same numbered clauses as the real adapters (see `domain/contract`), hold everything behind
//! `std::sync::Mutex`, never wait and never roll dice. [`Faulty`] puts seeded faults in front of any port.
//! A restart is simulated by dropping the actors and keeping the stores.

mod audit;
mod blobs;
mod clock;
mod code_lines;
mod deliveries;
mod destination;
mod dice;
mod evidence;
mod faulty;
mod ledger;
mod mailbox;
mod model;
mod orders;
mod pages;
mod queue;
mod requests;
mod sealer;
mod signatures;
mod steps;

pub use audit::MemoryAudit;
pub use blobs::MemoryBlobs;
pub use clock::{FnClock, ManualClock};
pub use code_lines::MemoryCodeLines;
pub use deliveries::MemoryDeliveries;
pub use destination::MemoryDestination;
pub use dice::Dice;
pub use evidence::MemoryEvidence;
pub use faulty::{CallTally, FaultTally, Faults, Faulty};
pub use ledger::MemoryLedger;
pub use mailbox::MemoryMailbox;
pub use model::MemoryModel;
pub use orders::MemoryOrders;
pub use pages::MemoryPages;
pub use queue::MemoryQueue;
pub use requests::MemoryRequests;
pub use sealer::MemorySealer;
pub use signatures::MemorySignatures;
pub use steps::MemorySteps;

use domain::ports::{Clock, Sealer};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One of each store, over one clock and one sealer. Cloning shares the contents.
#[derive(Clone)]
pub struct MemoryStores {
    /// The sealer the blobs lie under.
    pub sealer: Arc<MemorySealer>,
    /// Requests.
    pub requests: Arc<MemoryRequests>,
    /// Order sets.
    pub orders: Arc<MemoryOrders>,
    /// Signature sets.
    pub signatures: Arc<MemorySignatures>,
    /// Receipts.
    pub deliveries: Arc<MemoryDeliveries>,
    /// Finished scrape steps.
    pub steps: Arc<MemorySteps>,
    /// Words of pages.
    pub pages: Arc<MemoryPages>,
    /// MFA codes.
    pub mailbox: Arc<MemoryMailbox>,
    /// Turns at the mailbox.
    pub lines: Arc<MemoryCodeLines>,
    /// Login attempts, locks, cookies.
    pub ledger: Arc<MemoryLedger>,
    /// Files.
    pub blobs: Arc<MemoryBlobs>,
    /// Work items.
    pub queue: Arc<MemoryQueue>,
    /// Who saw and did what.
    pub audit: Arc<MemoryAudit>,
    /// Pages of failures.
    pub evidence: Arc<MemoryEvidence>,
}

impl MemoryStores {
    /// Empty stores; leases and delays follow `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let sealer = Arc::new(MemorySealer::new(0));
        Self {
            blobs: Arc::new(MemoryBlobs::new(Arc::clone(&sealer) as Arc<dyn Sealer>)),
            audit: Arc::new(MemoryAudit::new(Arc::clone(&sealer) as Arc<dyn Sealer>)),
            sealer,
            requests: Arc::default(),
            orders: Arc::default(),
            signatures: Arc::default(),
            deliveries: Arc::default(),
            steps: Arc::default(),
            evidence: Arc::default(),
            pages: Arc::default(),
            mailbox: Arc::default(),
            lines: Arc::default(),
            ledger: Arc::default(),
            queue: Arc::new(MemoryQueue::new(clock)),
        }
    }
}

/// Locks; a panic elsewhere must not turn into a second one here, and no section leaves half a change.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
