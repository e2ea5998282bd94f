//! Whether the folders can be worked with: the blobs' and the hand-over's.

use crate::atomic::DRAFTS;
use crate::blobs::FileBlobStore;
use crate::blocking;
use crate::folder::FolderDestination;
use async_trait::async_trait;
use domain::ports::{BackEnd, PortResult};

#[async_trait]
impl BackEnd for FileBlobStore {
    fn name(&self) -> String {
        format!("folder {}", self.root().display())
    }

    async fn ping(&self) -> PortResult<String> {
        let (store, thing) = (self.clone(), BackEnd::name(self));
        blocking("blob store", move || store.room().probe(&store.root().join(DRAFTS), store.root(), &thing))
            .await
    }
}

#[async_trait]
impl BackEnd for FolderDestination {
    fn name(&self) -> String {
        format!("destination {} in {}", domain::ports::Destination::name(self), self.root().display())
    }

    /// The draft's name begins with a dot, as a delivery's does that is still being written.
    async fn ping(&self) -> PortResult<String> {
        let (folder, thing) = (self.clone(), BackEnd::name(self));
        blocking("folder destination", move || folder.room().probe(folder.root(), folder.root(), &thing))
            .await
    }
}
