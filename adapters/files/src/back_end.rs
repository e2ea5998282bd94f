//! Whether the blobs' folder can be worked with: a draft is written as a blob's would be, and removed.

use crate::atomic::{DRAFTS, Draft};
use crate::blobs::FileBlobStore;
use crate::{blocking, classed};
use async_trait::async_trait;
use domain::ports::{BackEnd, PortResult};

/// As much as is written to see whether there is room: a small chart page.
static PROBE: [u8; 64 * 1024] = [0; 64 * 1024];

#[async_trait]
impl BackEnd for FileBlobStore {
    fn name(&self) -> String {
        format!("folder {}", self.root().display())
    }

    async fn ping(&self) -> PortResult<String> {
        let (root, thing) = (self.root().to_owned(), self.name());
        blocking("blob store", move || {
            let drafts = root.join(DRAFTS);
            drop(Draft::file(&drafts, &PROBE, 0o600).map_err(|error| classed(&thing, &error))?);
            Ok("takes files".to_owned())
        })
        .await
    }
}
