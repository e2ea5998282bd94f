//! The blob store on S3.
//!
//! A blob's key is `prefix/chart/ab/chart-abcdef…`: class, the first characters of its keyed hash, address. Putting
//! is conditional (`If-None-Match: *`), so nothing is ever overwritten, and needs no look beforehand. Every call
//! carries the bucket's expected owner where one is set, and every body a SHA-256 checksum that S3 verifies.
//! Above 8 MB a blob goes up in parts; it appears when the last call of that completes, whole or not at all.

mod fax;
mod lifecycle;
mod mails;
mod multipart;
mod objects;

pub use fax::{FaxBucket, S3FaxFiles};
pub use lifecycle::KeepRule;
pub use mails::S3Mails;

use crate::Requests;
use crate::calls::Call;
use crate::connection::AwsConnection;
use crate::error::classed;
use async_trait::async_trait;
use aws_sdk_s3::presigning::PresigningConfig;
use bytes::Bytes;
use domain::ids::BlobRef;
use domain::ports::{BackEnd, BlobClass, BlobStore, ErrorClass, PortError, PortResult, Sealer};
use jiff::SignedDuration;
use objects::Objects;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Blobs lie under the first characters of their hash, so that S3 can spread them.
const SHARD_CHARS: usize = 2;

/// The largest blob that is taken or handed out. A packet of a thousand scanned pages has a tenth of it.
const BLOB_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// What sealing adds at most: version, key id, nonce and tag, with room.
const SEAL_BYTES_MAX: u64 = 1024;

/// The longest a link can be valid; the signature's limit.
const LINK_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Who makes contents unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// We do, under the installation's key, before anything leaves the machine. Links are not possible.
    Installation,
    /// KMS alone does, by the bucket's encryption: whoever may read object and key sees the content, a link too.
    Kms,
}

/// How S3 encrypts what it stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// With S3's own keys.
    S3Managed,
    /// With a KMS key (id, ARN or alias); without one with the account's key for S3.
    Kms {
        /// The key.
        key: Option<String>,
    },
}

/// Where and how blobs are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Options {
    /// The bucket. It must exist; nothing here creates or deletes buckets.
    pub bucket: String,
    /// The part of every key before the class, without slashes at its ends; may be empty.
    pub prefix: String,
    /// Who seals.
    pub seal: Seal,
    /// How S3 encrypts. [`Seal::Kms`] needs [`Encryption::Kms`].
    pub encryption: Encryption,
    /// The account that must own the bucket: a bucket of the same name elsewhere is then refused.
    pub owner: Option<String>,
}

/// Meets [`BlobStore`] in one bucket. Clones share everything.
#[derive(Clone)]
pub struct S3BlobStore {
    objects: Arc<Objects>,
    prefix: Arc<str>,
    seal: Seal,
    sealer: Arc<dyn Sealer>,
}

impl fmt::Debug for S3BlobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3BlobStore").field("at", &self.name()).finish_non_exhaustive()
    }
}

impl S3BlobStore {
    /// Makes no call yet.
    ///
    /// # Errors
    /// `Permanent` when the options do not go together.
    pub fn new(connection: &AwsConnection, options: S3Options, sealer: Arc<dyn Sealer>) -> PortResult<Self> {
        let S3Options { bucket, prefix, seal, encryption, owner } = options;
        if seal == Seal::Kms && encryption == Encryption::S3Managed {
            let cause = "contents that are not sealed need encryption by KMS; set `s3.kms_key`, or `s3.sealed` to true";
            return Err(PortError::permanent(format!("blob store s3://{bucket}"), cause));
        }
        if bucket.is_empty() {
            return Err(PortError::permanent(
                "blob store on S3",
                "it has no bucket; name one in the settings",
            ));
        }
        let prefix = Arc::from(prefix.trim_matches('/'));
        let objects = Arc::new(Objects::new(connection, bucket, owner, encryption));
        Ok(Self { objects, prefix, seal, sealer })
    }

    /// How many calls were made, by kind.
    pub fn requests_by_kind(&self) -> Requests {
        self.objects.counter.read()
    }

    /// A blob's key; none for a text that is no address, so that no key can be smuggled in.
    fn key(&self, blob: &BlobRef) -> Option<String> {
        let (class, hash) = BlobClass::of(blob)?;
        Some(self.below(&format!("{}/{}/{blob}", class.name(), &hash[..SHARD_CHARS])))
    }

    fn below(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// What is stored for a content, and under which address. Hashing and sealing keep a core busy for a while,
    /// so they are done where that hurts nobody.
    async fn seal(&self, class: BlobClass, plain: Bytes) -> PortResult<(BlobRef, Bytes)> {
        let (sealer, seal) = (Arc::clone(&self.sealer), self.seal);
        busy(move || {
            let blob = address(&*sealer, class, &plain);
            let stored = match seal {
                Seal::Installation => Bytes::from(sealer.seal(&context(&blob), &plain)?),
                Seal::Kms => plain,
            };
            Ok((blob, stored))
        })
        .await
    }

    /// The content of what is stored, if it is the address's.
    async fn open(&self, class: BlobClass, blob: BlobRef, stored: Bytes) -> PortResult<Bytes> {
        let (sealer, seal) = (Arc::clone(&self.sealer), self.seal);
        busy(move || {
            let plain = match seal {
                Seal::Installation => match sealer.open(&context(&blob), &stored) {
                    Ok(plain) => Bytes::from(plain),
                    Err(_) => return Err(damaged(&blob)),
                },
                Seal::Kms => stored,
            };
            if address(&*sealer, class, &plain) == blob { Ok(plain) } else { Err(damaged(&blob)) }
        })
        .await
    }
}

#[async_trait]
impl BlobStore for S3BlobStore {
    async fn put(&self, class: BlobClass, bytes: Bytes) -> PortResult<BlobRef> {
        let too_large = u64::try_from(bytes.len()).map_or(true, |length| length > BLOB_BYTES_MAX);
        if too_large {
            return Err(PortError::permanent("blob", "it is larger than 512 MB"));
        }
        let (blob, stored) = self.seal(class, bytes).await?;
        let key = self.key(&blob).ok_or_else(|| PortError::permanent(named(&blob), "no address"))?;
        self.objects.create(&key, stored, &named(&blob)).await?;
        Ok(blob)
    }

    async fn get(&self, blob: &BlobRef) -> PortResult<Bytes> {
        let unknown = || PortError::not_found("blob");
        let (class, _) = BlobClass::of(blob).ok_or_else(unknown)?;
        let key = self.key(blob).ok_or_else(unknown)?;
        let stored = self.objects.read(&key, BLOB_BYTES_MAX + SEAL_BYTES_MAX, &named(blob)).await?;
        self.open(class, blob.clone(), stored).await
    }

    async fn contains(&self, blob: &BlobRef) -> PortResult<bool> {
        let Some(key) = self.key(blob) else { return Ok(false) };
        self.objects.exists(&key, &named(blob)).await
    }

    /// The link carries no expected owner, which would have to be sent as a header, and ends with the credentials
    /// that signed it if they end earlier. S3 hands the content out as it is; only `get` compares it with the
    /// address.
    async fn link(&self, blob: &BlobRef, valid_for: SignedDuration) -> PortResult<Option<String>> {
        if self.seal == Seal::Installation {
            let cause = "what is sealed under the installation's key cannot be linked to; set `s3.sealed` to false \
                         and `s3.kms_key` for contents that S3 may hand out";
            return Err(PortError::permanent(named(blob), cause));
        }
        let key = self.key(blob).ok_or_else(|| PortError::not_found("blob"))?;
        let window = Duration::try_from(valid_for)
            .ok()
            .filter(|window| !window.is_zero() && valid_for <= LINK_MAX)
            .and_then(|window| PresigningConfig::expires_in(window).ok());
        let window = window.ok_or_else(|| {
            PortError::permanent(named(blob), "a link is valid for more than nothing and 7 days at most")
        })?;
        if !self.objects.exists(&key, &named(blob)).await? {
            return Err(PortError::not_found(named(blob)));
        }
        let objects = &self.objects;
        let signed = objects.client.get_object().bucket(&objects.bucket).key(&key).presigned(window).await;
        let signed = signed.map_err(|error| classed(Call::GetObject, &named(blob), &error))?;
        Ok(Some(signed.uri().to_owned()))
    }
}

#[async_trait]
impl BackEnd for S3BlobStore {
    fn name(&self) -> String {
        format!("S3 bucket {} at {}", self.objects.bucket, self.objects.place)
    }

    /// S3 has no way to try a write without leaving one, so this shows that the bucket is there and ours.
    async fn ping(&self) -> PortResult<String> {
        self.objects.ping().await
    }

    fn requests(&self) -> Option<u64> {
        Some(self.objects.counter.total())
    }
}

fn address(sealer: &dyn Sealer, class: BlobClass, bytes: &[u8]) -> BlobRef {
    class.address(&sealer.keyed_hash("blob", bytes))
}

fn context(blob: &BlobRef) -> String {
    format!("blob/{blob}")
}

fn named(blob: &BlobRef) -> String {
    format!("blob {blob}")
}

fn damaged(blob: &BlobRef) -> PortError {
    PortError::new(ErrorClass::Permanent, named(blob), "it is damaged; restore it from a version or a backup")
}

/// Runs work that takes a core for a while on a thread that may be blocked.
async fn busy<T: Send + 'static>(work: impl FnOnce() -> PortResult<T> + Send + 'static) -> PortResult<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| PortError::transient("blob store", "the work was cut short, the service is going down"))?
}
