//! Blobs in a map, sealed as they would be on disk.

use crate::locked;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::BlobRef;
use domain::ports::{BlobClass, BlobStore, PortError, PortResult, Sealer};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Meets [`BlobStore`].
pub struct MemoryBlobs {
    sealer: Arc<dyn Sealer>,
    sealed: Mutex<BTreeMap<BlobRef, Vec<u8>>>,
}

impl MemoryBlobs {
    /// An empty store under a sealer.
    pub fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self { sealer, sealed: Mutex::default() }
    }

    /// Changes the last stored byte of a blob, as bad storage would.
    pub fn tamper(&self, blob: &BlobRef) {
        if let Some(byte) = locked(&self.sealed).get_mut(blob).and_then(|sealed| sealed.last_mut()) {
            *byte ^= 1;
        }
    }

    /// Every stored byte, as somebody with the disk would see it.
    pub fn at_rest(&self) -> Vec<u8> {
        locked(&self.sealed).values().flatten().copied().collect()
    }

    fn address(&self, class: BlobClass, bytes: &[u8]) -> BlobRef {
        class.address(&self.sealer.keyed_hash("blob", bytes))
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, class: BlobClass, bytes: Bytes) -> PortResult<BlobRef> {
        let blob = self.address(class, &bytes);
        let mut blobs = locked(&self.sealed);
        if !blobs.contains_key(&blob) {
            blobs.insert(blob.clone(), self.sealer.seal(&format!("blob/{blob}"), &bytes)?);
        }
        Ok(blob)
    }

    async fn get(&self, blob: &BlobRef) -> PortResult<Bytes> {
        let unknown = || PortError::not_found(format!("blob {blob}"));
        let (class, _) = BlobClass::of(blob).ok_or_else(unknown)?;
        let sealed = locked(&self.sealed).get(blob).cloned().ok_or_else(unknown)?;
        let plain = self.sealer.open(&format!("blob/{blob}"), &sealed)?;
        if self.address(class, &plain) != *blob {
            return Err(PortError::permanent(
                format!("blob {blob}"),
                "its content is not what its name says",
            ));
        }
        Ok(Bytes::from(plain))
    }

    async fn contains(&self, blob: &BlobRef) -> PortResult<bool> {
        Ok(locked(&self.sealed).contains_key(blob))
    }
}
