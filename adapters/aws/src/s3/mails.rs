//! Raw mails as SES left them in a bucket.

use super::Encryption;
use super::objects::Objects;
use crate::Requests;
use crate::connection::AwsConnection;
use bytes::Bytes;
use domain::ports::{PortError, PortResult};
use std::fmt;
use std::sync::Arc;

/// The largest mail that is read: SES takes 40 MB at most.
const MAIL_BYTES_MAX: u64 = 40 * 1024 * 1024;

const THING: &str = "mail in S3";

/// Reads mails of one bucket below one prefix. Clones share everything.
#[derive(Clone)]
pub struct S3Mails {
    objects: Arc<Objects>,
    prefix: Arc<str>,
}

impl fmt::Debug for S3Mails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Mails").field("bucket", &self.objects.bucket).finish_non_exhaustive()
    }
}

impl S3Mails {
    /// Makes no call yet. `prefix` is SES's object key prefix, taken as it is; `owner` is the account that must own
    /// the bucket.
    pub fn new(connection: &AwsConnection, bucket: &str, prefix: &str, owner: Option<String>) -> Self {
        let objects = Objects::new(connection, bucket.to_owned(), owner, Encryption::S3Managed);
        Self { objects: Arc::new(objects), prefix: Arc::from(prefix) }
    }

    /// Where SES put the mail with this message id.
    pub fn key_of(&self, message_id: &str) -> String {
        format!("{}{message_id}", self.prefix)
    }

    /// Reads the mail under a key, as an S3 event (decoded) or [`S3Mails::key_of`] names it.
    ///
    /// # Errors
    /// `NotFound` when it is not there, `Permanent` when the key lies outside the prefix or the mail is larger
    /// than 40 MB; else as the call fails. The key is not repeated: it is made by others.
    pub async fn get(&self, key: &str) -> PortResult<Bytes> {
        if !key.starts_with(&*self.prefix) {
            let cause = "its key lies outside the mails' prefix; correct the event's filter or the setting";
            return Err(PortError::permanent(THING, cause));
        }
        self.objects.read(key, MAIL_BYTES_MAX, THING).await
    }

    /// How many calls were made, by kind.
    pub fn requests_by_kind(&self) -> Requests {
        self.objects.counter.read()
    }
}
