//! Words of pages in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::PacketId;
use domain::ocr_pool::PageText;
use domain::ports::{PageStore, PortResult};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`PageStore`].
#[derive(Default)]
pub struct MemoryPages(Mutex<BTreeMap<PacketId, BTreeMap<u32, PageText>>>);

#[async_trait]
impl PageStore for MemoryPages {
    async fn put(&self, packet: &PacketId, page: &PageText) -> PortResult<()> {
        locked(&self.0).entry(packet.clone()).or_default().insert(page.page, page.clone());
        Ok(())
    }

    async fn numbers(&self, packet: &PacketId) -> PortResult<Vec<u32>> {
        Ok(locked(&self.0).get(packet).map_or_else(Vec::new, |pages| pages.keys().copied().collect()))
    }

    async fn all(&self, packet: &PacketId) -> PortResult<Vec<PageText>> {
        Ok(locked(&self.0).get(packet).map_or_else(Vec::new, |pages| pages.values().cloned().collect()))
    }
}
