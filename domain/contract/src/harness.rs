//! What a suite needs of an adapter beside the port itself.

use async_trait::async_trait;
use domain::ids::BlobRef;
use domain::ports::{BlobStore, Sealer, WorkQueue};
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

/// Also makes time pass.
#[async_trait]
pub trait QueueHarness: Harness<dyn WorkQueue> {
    /// How long the suite leases and delays: short where [`QueueHarness::let_lease_expire`] really waits.
    fn ttl(&self) -> SignedDuration {
        SignedDuration::from_secs(30)
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
