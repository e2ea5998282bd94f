//! The blob store: files kept under an address made of their content.

use super::PortResult;
use crate::ids::BlobRef;
use async_trait::async_trait;
use bytes::Bytes;

/// Stores bytes under a keyed hash of their content.
///
/// - B-1 `get` gives back exactly what `put` took.
/// - B-2 `put` is atomic: a crash leaves the whole blob or none, never a part.
/// - B-3 putting the same bytes again gives the same address and changes nothing.
/// - B-4 an unknown address is `NotFound`.
/// - B-5 content that does not match its address is `Permanent`, never handed out.
/// - B-6 what lies on disk does not show the content.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Stores bytes.
    async fn put(&self, bytes: Bytes) -> PortResult<BlobRef>;
    /// Reads bytes.
    async fn get(&self, blob: &BlobRef) -> PortResult<Bytes>;
    /// Whether the address is known.
    async fn contains(&self, blob: &BlobRef) -> PortResult<bool>;
}
