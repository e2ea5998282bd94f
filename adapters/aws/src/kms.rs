//! The key wrapper on KMS: the installation's keys are encrypted under a KMS key that never leaves it. Purpose and
//! program are bound in as encryption context, so that what was wrapped for one purpose opens for no other, and
//! KMS's audit trail says what a key was used for.

use crate::Requests;
use crate::calls::{Call, Counter};
use crate::connection::AwsConnection;
use crate::error::classed;
use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::KeyMetadata;
use domain::ports::{BackEnd, KeyWrapper, PortError, PortResult};
use std::fmt;
use std::sync::Arc;

/// The context's key for what the wrapped key is for.
const PURPOSE: &str = "purpose";
/// The context's key for whose it is.
const APP: (&str, &str) = ("app", "epic-connector");

/// Meets [`KeyWrapper`] by one KMS key. Clones share everything.
#[derive(Clone)]
pub struct KmsWrapper {
    client: Client,
    place: String,
    /// The key's ARN: an alias can be pointed at another key, which could not unwrap what this one wrapped.
    arn: Arc<str>,
    counter: Arc<Counter>,
}

impl fmt::Debug for KmsWrapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsWrapper").field("key", &self.arn).finish_non_exhaustive()
    }
}

impl KmsWrapper {
    /// Looks the key up (id, ARN or alias).
    ///
    /// # Errors
    /// `Permanent` when there is no such key, it cannot be used, or it may not be looked at; else as the call fails.
    pub async fn open(connection: &AwsConnection, key: &str) -> PortResult<Self> {
        let client = Client::new(&connection.config);
        let counter = Arc::new(Counter::default());
        let found = describe(&client, &counter, key).await?;
        let arn = found.arn().unwrap_or(found.key_id());
        Ok(Self { client, place: connection.place("KMS"), arn: Arc::from(arn), counter })
    }

    /// How many calls were made, by kind.
    pub fn requests_by_kind(&self) -> Requests {
        self.counter.read()
    }

    fn thing(&self) -> String {
        format!("KMS key {}", self.arn)
    }
}

#[async_trait]
impl KeyWrapper for KmsWrapper {
    fn id(&self) -> String {
        self.arn.to_string()
    }

    async fn wrap(&self, purpose: &str, key: &[u8; 32]) -> PortResult<Vec<u8>> {
        self.counter.count(Call::Encrypt);
        let sent = self
            .client
            .encrypt()
            .key_id(&*self.arn)
            .plaintext(Blob::new(key.as_slice()))
            .encryption_context(PURPOSE, purpose)
            .encryption_context(APP.0, APP.1)
            .send()
            .await;
        let wrapped = sent.map_err(|error| classed(Call::Encrypt, &self.thing(), &error))?;
        let wrapped = wrapped.ciphertext_blob.map(Blob::into_inner);
        wrapped.ok_or_else(|| PortError::transient(self.thing(), "Encrypt: an answer without a result"))
    }

    async fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> PortResult<[u8; 32]> {
        self.counter.count(Call::Decrypt);
        let sent = self
            .client
            .decrypt()
            .key_id(&*self.arn)
            .ciphertext_blob(Blob::new(wrapped))
            .encryption_context(PURPOSE, purpose)
            .encryption_context(APP.0, APP.1)
            .send()
            .await;
        let opened = sent.map_err(|error| classed(Call::Decrypt, &self.thing(), &error))?;
        let plain = opened.plaintext.map(Blob::into_inner).unwrap_or_default();
        plain
            .try_into()
            .map_err(|_| PortError::permanent(self.thing(), "what it unwrapped is no key of 256 bits"))
    }
}

#[async_trait]
impl BackEnd for KmsWrapper {
    fn name(&self) -> String {
        format!("KMS key {} at {}", self.arn, self.place)
    }

    async fn ping(&self) -> PortResult<String> {
        describe(&self.client, &self.counter, &self.arn).await.map(|_| "enabled".to_owned())
    }

    fn requests(&self) -> Option<u64> {
        Some(self.counter.total())
    }
}

/// The key as KMS describes it, if it can be used.
async fn describe(client: &Client, counter: &Counter, key: &str) -> PortResult<KeyMetadata> {
    let thing = format!("KMS key {key}");
    counter.count(Call::DescribeKey);
    let answer = client.describe_key().key_id(key).send().await;
    let answer = answer.map_err(|error| classed(Call::DescribeKey, &thing, &error))?;
    let found = answer.key_metadata;
    let found = found.ok_or_else(|| PortError::transient(&thing, "DescribeKey: an answer without a key"))?;
    if found.enabled() {
        Ok(found)
    } else {
        Err(PortError::permanent(&thing, "it is disabled; enable it in KMS, or name another key"))
    }
}
