//! Uploads in parts: several at a time, each with its own checksum, visible only when all are there.

use super::objects::{Objects, PART_BYTES};
use crate::calls::Call;
use crate::error::classed;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use domain::ports::{ErrorClass, PortError, PortResult};
use futures::{StreamExt, TryStreamExt};

/// Parts on their way at one time: enough to hide the answers' way, few enough to leave the line to others.
const PARTS_AT_ONCE: usize = 4;

/// One upload that was begun.
struct Upload<'a> {
    key: &'a str,
    id: &'a str,
    thing: &'a str,
}

impl Objects {
    /// Creates an object in parts unless there is one. A caller who goes away in between leaves parts that nobody
    /// sees; the bucket's lifecycle removes them after a day ([`super::S3BlobStore::set_lifecycle`]).
    pub(super) async fn create_in_parts(&self, key: &str, body: &Bytes, thing: &str) -> PortResult<()> {
        let id = self.begin(key, thing).await?;
        let upload = Upload { key, id: &id, thing };
        let done = match self.parts(&upload, body).await {
            Ok(parts) => self.complete(&upload, parts).await,
            Err(error) => Err(error),
        };
        if !matches!(done, Ok(Completed::Created)) {
            self.abort(&upload).await;
        }
        done.map(drop)
    }

    async fn begin(&self, key: &str, thing: &str) -> PortResult<String> {
        self.counter.count(Call::CreateMultipartUpload);
        let (sse, kms_key, bucket_key) = self.encryption();
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .set_expected_bucket_owner(self.owner.clone())
            .key(key)
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .server_side_encryption(sse)
            .set_ssekms_key_id(kms_key)
            .set_bucket_key_enabled(bucket_key)
            .content_type("application/octet-stream")
            .send()
            .await;
        let begun = begun.map_err(|error| lasting(classed(Call::CreateMultipartUpload, thing, &error)))?;
        let id = begun.upload_id().map(str::to_owned);
        id.ok_or_else(|| PortError::transient(thing, "CreateMultipartUpload: an answer without an upload id"))
    }

    async fn parts(&self, upload: &Upload<'_>, body: &Bytes) -> PortResult<Vec<CompletedPart>> {
        let starts = (0..body.len()).step_by(PART_BYTES);
        let sends = (1..).zip(starts).map(|(number, start)| {
            let part = body.slice(start..body.len().min(start + PART_BYTES));
            self.send_part(upload, number, part)
        });
        futures::stream::iter(sends).buffered(PARTS_AT_ONCE).try_collect().await
    }

    async fn send_part(&self, upload: &Upload<'_>, number: i32, part: Bytes) -> PortResult<CompletedPart> {
        self.counter.count(Call::UploadPart);
        let request = self
            .client
            .upload_part()
            .bucket(&self.bucket)
            .set_expected_bucket_owner(self.owner.clone())
            .key(upload.key)
            .upload_id(upload.id)
            .part_number(number)
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .body(ByteStream::from(part));
        let sent = request.customize().config_override(self.transfer()).send().await;
        let sent = sent.map_err(|error| lasting(classed(Call::UploadPart, upload.thing, &error)))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_sha256(sent.checksum_sha256)
            .build())
    }

    async fn complete(&self, upload: &Upload<'_>, parts: Vec<CompletedPart>) -> PortResult<Completed> {
        self.counter.count(Call::CompleteMultipartUpload);
        let request = self
            .client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .set_expected_bucket_owner(self.owner.clone())
            .key(upload.key)
            .upload_id(upload.id)
            .if_none_match("*")
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build());
        match request.customize().config_override(self.transfer()).send().await {
            Ok(_) => Ok(Completed::Created),
            Err(error) => {
                let there =
                    self.unless_there(Call::CompleteMultipartUpload, upload.key, upload.thing, &error);
                there.await.map(|()| Completed::WasThere)
            }
        }
    }

    async fn abort(&self, upload: &Upload<'_>) {
        self.counter.count(Call::AbortMultipartUpload);
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(upload.key);
        let request = request.upload_id(upload.id).set_expected_bucket_owner(self.owner.clone());
        if let Err(error) = request.send().await {
            let error = classed(Call::AbortMultipartUpload, upload.thing, &error);
            // An upload that is not there any more was completed after all, or aborted before.
            if error.class != ErrorClass::NotFound {
                tracing::warn!(%error, "parts of an upload were left; the bucket's lifecycle removes them");
            }
        }
    }
}

/// How an upload ended well.
enum Completed {
    /// The object is made of our parts.
    Created,
    /// Somebody else had made it; our parts are not needed.
    WasThere,
}

/// An upload that is gone is no missing blob: the whole put is worth another try.
fn lasting(error: PortError) -> PortError {
    match error.class {
        ErrorClass::NotFound => PortError { class: ErrorClass::Transient, ..error },
        _ => error,
    }
}
