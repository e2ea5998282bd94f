//! `epic_pages`: the words of each page, as soon as it has been read.

use super::PortResult;
use crate::ids::PacketId;
use crate::ocr_pool::PageText;
use async_trait::async_trait;

/// Keeps what was read of each page, so that a restart reads only what is missing.
///
/// - G-1 a page is readable as soon as `put` returns, and survives a restart.
/// - G-2 putting a page again replaces it.
/// - G-3 `all` gives the pages in order, those not read yet are absent.
#[async_trait]
pub trait PageStore: Send + Sync {
    /// Stores one page.
    async fn put(&self, packet: &PacketId, page: &PageText) -> PortResult<()>;
    /// The numbers of the pages that are stored.
    async fn numbers(&self, packet: &PacketId) -> PortResult<Vec<u32>>;
    /// Every stored page of a packet, in order.
    async fn all(&self, packet: &PacketId) -> PortResult<Vec<PageText>>;
}
