//! The files of a fax pipeline in a bucket: `PREFIX/ID-HASH.pdf`, and in `PREFIX/.sent/ID/` what was decided of each
//! hand-over.
//!
//! Every object is created once (`If-None-Match: *`), so of racing records the first stays. Contents are encrypted by
//! S3 alone, since the pipeline has to read them.

use super::Encryption;
use super::objects::Objects;
use crate::Requests;
use crate::connection::AwsConnection;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ports::{BackEnd, ErrorClass, FaxFiles, FaxRecord, PortError, PortResult};
use std::fmt;
use std::sync::Arc;

/// The largest record that is read; one has about a thousand bytes.
const RECORD_BYTES_MAX: u64 = 64 * 1024;

/// Where a fax pipeline's files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxBucket {
    /// The bucket. It must exist.
    pub bucket: String,
    /// The part of every key before the file's name, without slashes at its ends; may be empty.
    pub prefix: String,
    /// How S3 encrypts.
    pub encryption: Encryption,
    /// The account that must own the bucket.
    pub owner: Option<String>,
}

/// Meets [`FaxFiles`] in one bucket. Clones share everything.
#[derive(Clone)]
pub struct S3FaxFiles {
    objects: Arc<Objects>,
    prefix: Arc<str>,
}

impl fmt::Debug for S3FaxFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3FaxFiles").field("at", &self.name()).finish_non_exhaustive()
    }
}

impl S3FaxFiles {
    /// Makes no call yet.
    ///
    /// # Errors
    /// `Permanent` when no bucket is named.
    pub fn new(connection: &AwsConnection, options: FaxBucket) -> PortResult<Self> {
        let FaxBucket { bucket, prefix, encryption, owner } = options;
        if bucket.is_empty() {
            let cause = "it has no bucket; name one in the destination's `files`";
            return Err(PortError::permanent("fax files on S3", cause));
        }
        let objects = Arc::new(Objects::new(connection, bucket, owner, encryption));
        Ok(Self { objects, prefix: Arc::from(prefix.trim_matches('/')) })
    }

    /// How many calls were made, by kind.
    pub fn requests_by_kind(&self) -> Requests {
        self.objects.counter.read()
    }

    fn below(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    fn record_key(&self, fax_id: &str) -> String {
        self.below(&format!(".sent/{fax_id}/record.json"))
    }

    fn mark_key(&self, fax_id: &str) -> String {
        self.below(&format!(".sent/{fax_id}/sent"))
    }
}

#[async_trait]
impl FaxFiles for S3FaxFiles {
    async fn put(&self, name: &str, bytes: Bytes) -> PortResult<String> {
        let key = self.below(name);
        self.objects.create(&key, bytes, &format!("fax file {name}")).await?;
        Ok(format!("s3://{}/{key}", self.objects.bucket))
    }

    async fn record(&self, fax_id: &str, record: Bytes) -> PortResult<Bytes> {
        let (key, thing) = (self.record_key(fax_id), named(fax_id));
        self.objects.create(&key, record, &thing).await?;
        // Whose it is that lies there now.
        self.objects.read(&key, RECORD_BYTES_MAX, &thing).await
    }

    async fn recorded(&self, fax_id: &str) -> PortResult<Option<FaxRecord>> {
        let thing = named(fax_id);
        match self.objects.read(&self.record_key(fax_id), RECORD_BYTES_MAX, &thing).await {
            Ok(record) => {
                let sent = self.objects.exists(&self.mark_key(fax_id), &thing).await?;
                Ok(Some(FaxRecord { record, sent }))
            }
            Err(error) if error.class == ErrorClass::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn mark_sent(&self, fax_id: &str) -> PortResult<()> {
        self.objects.create(&self.mark_key(fax_id), Bytes::new(), &named(fax_id)).await
    }
}

#[async_trait]
impl BackEnd for S3FaxFiles {
    fn name(&self) -> String {
        let (bucket, place) = (&self.objects.bucket, &self.objects.place);
        format!("fax files in s3://{bucket}/{} at {place}", self.prefix)
    }

    /// As of a blob store's bucket: shows that it is there and ours, and tries no write.
    async fn ping(&self) -> PortResult<String> {
        self.objects.ping().await
    }

    fn requests(&self) -> Option<u64> {
        Some(self.objects.counter.total())
    }
}

fn named(fax_id: &str) -> String {
    format!("fax {fax_id}")
}
