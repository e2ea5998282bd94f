//! What a suite needs of an adapter beside the port itself.

use async_trait::async_trait;
use domain::ids::BlobRef;
use domain::ports::{BlobStore, KeyWrapper, PortResult, RequestStore, Sealer, WorkQueue};
use domain::work::DELIVERIES_DEAD;
use jiff::SignedDuration;
use std::sync::Arc;

/// Makes handles on one back end, which is empty when the harness is made.
#[async_trait]
pub trait Harness<P: ?Sized + Send + Sync + 'static>: Send + Sync + 'static {
    /// Opens a handle. Every call reaches the same contents.
    async fn open(&self) -> Arc<P>;

    /// Closes a handle and opens the contents again, as a restart of the program does.
    async fn reopen(&self, port: Arc<P>) -> Arc<P> {
        drop(port);
        self.open().await
    }

    /// Every byte that lies on disk; none where there is no disk.
    async fn at_rest(&self) -> Option<Vec<u8>> {
        None
    }
}

/// Also changes the index key.
#[async_trait]
pub trait RequestHarness: Harness<dyn RequestStore> {
    /// Closes a handle and opens the contents again with an [`IndexKey`] of this number around the sealer; a store
    /// that keeps no index may give back the same contents.
    async fn reopen_under(&self, index_key: u32, port: Arc<dyn RequestStore>) -> Arc<dyn RequestStore>;
}

/// A sealer under another index key, as after one was made anew: what was sealed opens, terms hash otherwise.
pub struct IndexKey {
    /// The installation's sealer.
    pub sealer: Arc<dyn Sealer>,
    /// Which index key.
    pub index_key: u32,
}

impl Sealer for IndexKey {
    fn seal(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        self.sealer.seal(context, plain)
    }

    fn open(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        self.sealer.open(context, sealed)
    }

    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.sealer.keyed_hash(purpose, bytes)
    }

    fn index_hash(&self, term: &str) -> [u8; 32] {
        self.sealer.keyed_hash(&format!("index key {}", self.index_key), term.as_bytes())
    }

    fn index_key(&self) -> u32 {
        self.index_key
    }
}

/// Also makes time pass.
#[async_trait]
pub trait QueueHarness: Harness<dyn WorkQueue> {
    /// How long the suite leases and delays: short where [`QueueHarness::let_lease_expire`] really waits.
    fn ttl(&self) -> SignedDuration {
        SignedDuration::from_secs(30)
    }

    /// After how many deliveries the queue gives an item up: few where time really passes.
    fn dead_after(&self) -> u32 {
        DELIVERIES_DEAD
    }

    /// Lets a little more than one [`QueueHarness::ttl`] pass.
    async fn let_lease_expire(&self);
}

/// Also damages what is stored.
#[async_trait]
pub trait BlobHarness: Harness<dyn BlobStore> {
    /// Changes one stored byte of a blob.
    async fn tamper(&self, blob: &BlobRef);
}

/// Also stands for another installation.
#[async_trait]
pub trait SealerHarness: Harness<dyn Sealer> {
    /// A sealer with another key.
    async fn stranger(&self) -> Arc<dyn Sealer>;
}

/// Also stands for another wrapping key.
#[async_trait]
pub trait KeyWrapperHarness: Harness<dyn KeyWrapper> {
    /// A wrapper with another key.
    async fn stranger(&self) -> Arc<dyn KeyWrapper>;
}
