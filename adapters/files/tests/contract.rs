//! The file-based ports keep every clause.

use async_trait::async_trait;
use bytes::Bytes;
use contract::{
    BlobHarness, FaxFilesHarness, FaxQueueHarness, Harness, KeyWrapperHarness, SealerHarness, fax_line,
    sample,
};
use domain::fax::FaxPipeline;
use domain::ids::{BlobRef, DestinationName};
use domain::ports::{
    BlobClass, BlobStore, Destination, EvidenceStore, FaxFiles, FaxQueue, KeyWrapper, Sealer,
};
use files::{
    FaxFolder, FaxOutbox, FileBlobStore, FileEvidence, FileKeyWrapper, FolderDestination, InstallationSealer,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A folder of its own for key, blobs and deliveries.
struct OneFolder(TempDir);

#[expect(clippy::expect_used, reason = "without a folder there is no test")]
impl OneFolder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn wrapper(&self, name: &str) -> FileKeyWrapper {
        FileKeyWrapper::open_or_create(&self.0.path().join(name).join("installation.key")).expect("a key")
    }

    async fn sealer(&self, name: &str) -> Arc<dyn Sealer> {
        let path = self.0.path().join(name).join("keyring.json");
        let opened =
            InstallationSealer::open_or_create(&path, &self.wrapper(name), true, sample::at(0)).await;
        Arc::new(opened.expect("a sealer"))
    }

    fn blob_root(&self) -> PathBuf {
        self.0.path().join("blobs")
    }
}

#[async_trait]
impl Harness<dyn Sealer> for OneFolder {
    async fn open(&self) -> Arc<dyn Sealer> {
        self.sealer("ours").await
    }
}

#[async_trait]
impl SealerHarness for OneFolder {
    async fn stranger(&self) -> Arc<dyn Sealer> {
        self.sealer("theirs").await
    }
}

#[async_trait]
impl Harness<dyn KeyWrapper> for OneFolder {
    async fn open(&self) -> Arc<dyn KeyWrapper> {
        Arc::new(self.wrapper("ours"))
    }
}

#[async_trait]
impl KeyWrapperHarness for OneFolder {
    async fn stranger(&self) -> Arc<dyn KeyWrapper> {
        Arc::new(self.wrapper("theirs"))
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a store that does not open fails the test")]
impl Harness<dyn BlobStore> for OneFolder {
    async fn open(&self) -> Arc<dyn BlobStore> {
        Arc::new(FileBlobStore::open(&self.blob_root(), self.sealer("ours").await).expect("a store"))
    }

    async fn at_rest(&self) -> Option<Vec<u8>> {
        Some(everything_below(&self.blob_root()))
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a blob that is not where it should be fails the test")]
impl BlobHarness for OneFolder {
    async fn tamper(&self, blob: &BlobRef) {
        let path = blob_path(&self.blob_root(), blob);
        let mut bytes = std::fs::read(&path).expect("the blob's file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).expect("damaged");
    }
}

#[async_trait]
impl Harness<dyn EvidenceStore> for OneFolder {
    async fn open(&self) -> Arc<dyn EvidenceStore> {
        Arc::new(FileEvidence::new(&self.0.path().join("evidence"), self.sealer("ours").await))
    }

    async fn at_rest(&self) -> Option<Vec<u8>> {
        Some(everything_below(&self.0.path().join("evidence")))
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a destination that does not open fails the test")]
impl Harness<dyn Destination> for OneFolder {
    async fn open(&self) -> Arc<dyn Destination> {
        let root = self.0.path().join("delivered");
        Arc::new(FolderDestination::open(DestinationName::new("folder"), &root).expect("a destination"))
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a folder that does not open fails the test")]
impl Harness<dyn FaxFiles> for OneFolder {
    async fn open(&self) -> Arc<dyn FaxFiles> {
        Arc::new(FaxFolder::open(&self.0.path().join("fax")).expect("a folder"))
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a file that is not there fails the test")]
impl FaxFilesHarness for OneFolder {
    async fn at(&self, place: &str) -> Bytes {
        std::fs::read(place).expect("the file").into()
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a folder that does not open fails the test")]
impl Harness<dyn FaxQueue> for OneFolder {
    async fn open(&self) -> Arc<dyn FaxQueue> {
        Arc::new(FaxOutbox::open(&self.0.path().join("outbox")).expect("a folder"))
    }
}

#[async_trait]
#[expect(clippy::expect_used, reason = "a message that cannot be read fails the test")]
impl FaxQueueHarness for OneFolder {
    async fn messages(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path().join("outbox")).expect("the outbox");
        let text = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path()).expect("a message");
        entries.map(|entry| text(entry.expect("an entry"))).collect()
    }
}

/// The whole hand-over to a fax pipeline, in two folders.
struct FaxFolders(OneFolder);

#[async_trait]
impl Harness<dyn Destination> for FaxFolders {
    async fn open(&self) -> Arc<dyn Destination> {
        let files: Arc<dyn FaxFiles> = self.0.open().await;
        let queue: Arc<dyn FaxQueue> = self.0.open().await;
        Arc::new(FaxPipeline::new(DestinationName::new("fax"), fax_line(), files, queue))
    }
}

/// Where a blob's file lies.
#[expect(clippy::expect_used, reason = "a blob without an address fails the test")]
fn blob_path(root: &Path, blob: &BlobRef) -> PathBuf {
    let (class, hash) = BlobClass::of(blob).expect("an address");
    root.join(class.name()).join(&hash[..2]).join(blob.as_str())
}

#[expect(clippy::expect_used, reason = "a file that cannot be read fails the test")]
fn everything_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        bytes.extend(path.as_os_str().as_encoded_bytes());
        bytes.extend(if path.is_dir() {
            everything_below(&path)
        } else {
            std::fs::read(path).expect("a file")
        });
    }
    bytes
}

contract::sealer_suite!(sealer, OneFolder::new());
contract::key_wrapper_suite!(keys, OneFolder::new());
contract::blob_store_suite!(blobs, OneFolder::new());
contract::destination_suite!(destination, OneFolder::new());
contract::evidence_store_suite!(evidence, OneFolder::new());
contract::fax_files_suite!(fax_files, OneFolder::new());
contract::fax_queue_suite!(fax_queue, OneFolder::new());
contract::destination_suite!(fax_pipeline, FaxFolders(OneFolder::new()));
