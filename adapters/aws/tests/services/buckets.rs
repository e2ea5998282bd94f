//! A bucket of a test's own, and the contract of the blob store in it.

use crate::support::{Server, clean, connection, sdk, unique};
use async_trait::async_trait;
use aws::{Encryption, S3BlobStore, S3Options, Seal};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use contract::{BlobHarness, Harness};
use domain::ids::BlobRef;
use domain::ports::{BlobClass, BlobStore};
use memory::MemorySealer;
use std::sync::Arc;

/// A bucket with a prefix.
pub(crate) struct Bucket {
    server: Server,
    pub(crate) client: Client,
    pub(crate) options: S3Options,
}

impl Bucket {
    pub(crate) async fn new() -> Self {
        Self::at(Server::S3).await
    }

    #[expect(clippy::expect_used, reason = "without a bucket there is no test")]
    pub(crate) async fn at(server: Server) -> Self {
        let config = Builder::from(&sdk(server).await).force_path_style(true).build();
        let client = Client::from_conf(config);
        let bucket = format!("epic-{}", unique());
        client.create_bucket().bucket(&bucket).send().await.expect("a bucket");
        let options = S3Options {
            bucket,
            prefix: "blobs/of one".to_owned(),
            seal: Seal::Installation,
            encryption: Encryption::S3Managed,
            owner: None,
        };
        Self { server, client, options }
    }

    pub(crate) async fn store(&self) -> S3BlobStore {
        self.store_with(self.options.clone()).await
    }

    #[expect(clippy::expect_used, reason = "options that are refused fail the test")]
    pub(crate) async fn store_with(&self, options: S3Options) -> S3BlobStore {
        let sealer = Arc::new(MemorySealer::new(0));
        S3BlobStore::new(&connection(self.server).await, options, sealer).expect("a store")
    }

    #[expect(clippy::expect_used, reason = "a bucket that cannot be listed fails the test")]
    pub(crate) async fn keys(&self) -> Vec<String> {
        let listed = self.client.list_objects_v2().bucket(&self.options.bucket).send().await;
        let listed = listed.expect("a list").contents.unwrap_or_default();
        listed.into_iter().filter_map(|object| object.key).collect()
    }

    #[expect(clippy::expect_used, reason = "an object that cannot be read fails the test")]
    pub(crate) async fn read(&self, key: &str) -> Bytes {
        let object = self.client.get_object().bucket(&self.options.bucket).key(key).send().await;
        object.expect("the object").body.collect().await.expect("its bytes").into_bytes()
    }

    #[expect(clippy::expect_used, reason = "an object that cannot be written fails the test")]
    pub(crate) async fn overwrite(&self, key: &str, bytes: Vec<u8>) {
        let put = self.client.put_object().bucket(&self.options.bucket).key(key);
        put.body(ByteStream::from(bytes)).send().await.expect("written");
    }

    #[expect(clippy::expect_used, reason = "a blob without an address fails the test")]
    pub(crate) fn key(&self, blob: &BlobRef) -> String {
        let (class, hash) = BlobClass::of(blob).expect("an address");
        format!("{}/{}/{}/{blob}", self.options.prefix, class.name(), &hash[..2])
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let (client, bucket) = (self.client.clone(), self.options.bucket.clone());
        clean(async move {
            let listed = client.list_objects_v2().bucket(&bucket).send().await;
            for object in listed.map(|listed| listed.contents.unwrap_or_default()).unwrap_or_default() {
                let _ = client.delete_object().bucket(&bucket).set_key(object.key).send().await;
            }
            let _ = client.delete_bucket().bucket(&bucket).send().await;
        });
    }
}

#[async_trait]
impl Harness<dyn BlobStore> for Bucket {
    async fn open(&self) -> Arc<dyn BlobStore> {
        Arc::new(self.store().await)
    }

    async fn at_rest(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for key in self.keys().await {
            bytes.extend(key.as_bytes());
            bytes.extend(self.read(&key).await);
        }
        Some(bytes)
    }
}

#[async_trait]
impl BlobHarness for Bucket {
    async fn tamper(&self, blob: &BlobRef) {
        let key = self.key(blob);
        let mut bytes = self.read(&key).await.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        self.overwrite(&key, bytes).await;
    }
}

contract::blob_store_suite!(contract_on_s3, Bucket::new().await);
