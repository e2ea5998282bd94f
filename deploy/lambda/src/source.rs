//! Where raw mails are read from: a bucket of S3, or a folder.

use async_trait::async_trait;
use aws::S3Mails;
use bytes::Bytes;
use domain::ports::{ErrorClass, PortError, PortResult};
use mail::MAIL_BYTES_MAX;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Reads raw mails by their keys.
#[async_trait]
pub(crate) trait MailSource: Send + Sync {
    /// Reads one; none when there is none.
    ///
    /// # Errors
    /// It cannot be read now, we may not, or it is larger than any mail.
    async fn read(&self, key: &str) -> PortResult<Option<Bytes>>;
}

#[async_trait]
impl MailSource for S3Mails {
    async fn read(&self, key: &str) -> PortResult<Option<Bytes>> {
        match self.get(key).await {
            Ok(raw) => Ok(Some(raw)),
            Err(error) if error.class == ErrorClass::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A folder with one mail a file.
#[derive(Debug)]
pub(crate) struct MailFolder(pub(crate) PathBuf);

#[async_trait]
impl MailSource for MailFolder {
    async fn read(&self, key: &str) -> PortResult<Option<Bytes>> {
        let path = self.0.join(key);
        let thing = || format!("mail file {}", path.display());
        let size = match tokio::fs::metadata(&path).await {
            Ok(about) if about.is_file() => about.len(),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(PortError::transient(thing(), error));
            }
            Ok(_) | Err(_) => return Ok(None),
        };
        if size > MAIL_BYTES_MAX {
            return Err(PortError::permanent(
                thing(),
                "is larger than any mail that Amazon SES takes in (40 MB)",
            ));
        }
        let raw = tokio::fs::read(&path).await.map_err(|error| PortError::transient(thing(), error))?;
        Ok(Some(raw.into()))
    }
}

#[async_trait]
impl MailSource for Box<dyn MailSource> {
    async fn read(&self, key: &str) -> PortResult<Option<Bytes>> {
        self.as_ref().read(key).await
    }
}
