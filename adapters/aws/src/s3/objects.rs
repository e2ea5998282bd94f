//! Objects of one bucket: created once, read within a bound, never overwritten.

use super::Encryption;
use crate::calls::{Call, Counter};
use crate::connection::{AwsConnection, Timeouts};
use crate::error::{classed, code, status};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::{Builder, Config};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, ChecksumAlgorithm, ChecksumMode, ServerSideEncryption};
use bytes::{Bytes, BytesMut};
use domain::ports::{ErrorClass, PortError, PortResult};
use std::time::Duration;

/// Larger bodies go up in parts of this size. (S3 takes parts of 5 MB and more.)
pub(super) const PART_BYTES: usize = 8 * 1024 * 1024;

/// Added to the deadlines of calls that carry a body: 8 MB need 70 s at 1 Mbit/s.
const TRANSFER: Duration = Duration::from_secs(80);

/// How long a whole download may take. The SDK ends one that stands still much earlier.
const DOWNLOAD_MAX: Duration = Duration::from_secs(300);

/// One bucket.
pub(super) struct Objects {
    pub(super) client: Client,
    pub(super) bucket: String,
    pub(super) owner: Option<String>,
    pub(super) place: String,
    pub(super) counter: Counter,
    encryption: Encryption,
    timeouts: Timeouts,
}

impl Objects {
    pub(super) fn new(
        connection: &AwsConnection,
        bucket: String,
        owner: Option<String>,
        encryption: Encryption,
    ) -> Self {
        let config = Builder::from(&connection.config).force_path_style(connection.path_style).build();
        Self {
            client: Client::from_conf(config),
            bucket,
            owner,
            place: connection.place("S3"),
            counter: Counter::default(),
            encryption,
            timeouts: connection.timeouts,
        }
    }

    pub(super) fn thing(&self) -> String {
        format!("bucket s3://{}", self.bucket)
    }

    /// Encryption as the calls want it: the kind, the key, and whether S3 may ask KMS once for many objects.
    pub(super) fn encryption(&self) -> (ServerSideEncryption, Option<String>, Option<bool>) {
        match &self.encryption {
            Encryption::S3Managed => (ServerSideEncryption::Aes256, None, None),
            Encryption::Kms { key } => (ServerSideEncryption::AwsKms, key.clone(), Some(true)),
        }
    }

    /// Settings of a call that carries a body.
    pub(super) fn transfer(&self) -> Builder {
        Config::builder().timeout_config(self.timeouts.longer_by(TRANSFER).config())
    }

    /// Creates an object unless there is one; either way it is there afterwards.
    pub(super) async fn create(&self, key: &str, body: Bytes, thing: &str) -> PortResult<()> {
        if body.len() > PART_BYTES {
            return self.create_in_parts(key, &body, thing).await;
        }
        self.counter.count(Call::PutObject);
        let (sse, kms_key, bucket_key) = self.encryption();
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .set_expected_bucket_owner(self.owner.clone())
            .key(key)
            .if_none_match("*")
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .server_side_encryption(sse)
            .set_ssekms_key_id(kms_key)
            .set_bucket_key_enabled(bucket_key)
            .content_type("application/octet-stream")
            .body(ByteStream::from(body));
        match request.customize().config_override(self.transfer()).send().await {
            Ok(_) => Ok(()),
            Err(error) => self.unless_there(Call::PutObject, key, thing, &error).await,
        }
    }

    /// A refusal because the object is there is what a repeat meets: no error.
    pub(super) async fn unless_there<E>(
        &self,
        call: Call,
        key: &str,
        thing: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> PortResult<()>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if status(error) == 412 || code(error) == "PreconditionFailed" {
            return Ok(());
        }
        // Another writer of the same content was at it, or our own completion's answer was lost.
        let may_be_there = status(error) == 409 || code(error) == "NoSuchUpload";
        if may_be_there && self.exists(key, thing).await? {
            return Ok(());
        }
        let refusal = classed(call, thing, error);
        // What a blob's key names is not "not found" for somebody who puts it.
        Err(match refusal.class {
            ErrorClass::NotFound => PortError { class: ErrorClass::Transient, ..refusal },
            _ => refusal,
        })
    }

    pub(super) async fn exists(&self, key: &str, thing: &str) -> PortResult<bool> {
        self.counter.count(Call::HeadObject);
        let request = self.client.head_object().bucket(&self.bucket).key(key);
        match request.set_expected_bucket_owner(self.owner.clone()).send().await {
            Ok(_) => Ok(true),
            Err(error) => match classed(Call::HeadObject, thing, &error) {
                error if error.class == ErrorClass::NotFound => Ok(false),
                error => Err(error),
            },
        }
    }

    /// Whether the bucket is there and its owner's; says where, and whether it keeps versions.
    pub(super) async fn ping(&self) -> PortResult<String> {
        self.counter.count(Call::HeadBucket);
        let bucket = self.client.head_bucket().bucket(&self.bucket);
        let head = bucket.set_expected_bucket_owner(self.owner.clone()).send().await;
        let head = head.map_err(|error| classed(Call::HeadBucket, &self.thing(), &error))?;
        self.counter.count(Call::GetBucketVersioning);
        let versioning = self.client.get_bucket_versioning().bucket(&self.bucket);
        // Nice to know: a right that nothing else needs, and a question that other servers do not answer.
        let asked = versioning.set_expected_bucket_owner(self.owner.clone()).send().await;
        let versions = match asked.map(|answer| answer.status) {
            Ok(Some(BucketVersioningStatus::Enabled)) => "versions kept",
            Ok(_) => "versions not kept",
            Err(_) => "versions unknown",
        };
        Ok(match head.bucket_region() {
            Some(region) => format!("bucket in {region}, {versions}"),
            None => format!("bucket found, {versions}"),
        })
    }

    /// Reads an object of at most `bytes_max` bytes.
    pub(super) async fn read(&self, key: &str, bytes_max: u64, thing: &str) -> PortResult<Bytes> {
        self.counter.count(Call::GetObject);
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .set_expected_bucket_owner(self.owner.clone())
            .key(key)
            .checksum_mode(ChecksumMode::Enabled);
        let answer = request.send().await.map_err(|error| classed(Call::GetObject, thing, &error))?;
        let announced = answer.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or(0);
        if announced > bytes_max {
            return Err(too_large(thing, bytes_max));
        }
        let room = usize::try_from(announced).unwrap_or(0);
        match tokio::time::timeout(DOWNLOAD_MAX, collect(answer.body, room, bytes_max, thing)).await {
            Ok(collected) => collected,
            Err(_) => Err(PortError::transient(thing, "GetObject: the download took longer than 300 s")),
        }
    }
}

async fn collect(mut body: ByteStream, room: usize, bytes_max: u64, thing: &str) -> PortResult<Bytes> {
    let mut bytes = BytesMut::with_capacity(room);
    while let Some(piece) = body.next().await {
        // The SDK compares the checksum at the end of the body. One that does not match is most often damage on
        // the way; damage at rest is found again by the address, and then it is final.
        let piece = piece.map_err(|_| PortError::transient(thing, "GetObject: the download broke off"))?;
        bytes.extend_from_slice(&piece);
        if u64::try_from(bytes.len()).map_or(true, |length| length > bytes_max) {
            return Err(too_large(thing, bytes_max));
        }
    }
    Ok(bytes.freeze())
}

fn too_large(thing: &str, bytes_max: u64) -> PortError {
    PortError::permanent(thing, format!("it is larger than {bytes_max} bytes"))
}
