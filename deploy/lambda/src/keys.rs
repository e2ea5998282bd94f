//! The service's keys in a function: the keyring's text comes with the function, what opens it is a KMS key or a
//! key file.
//!
//! A keyring a few rotations old is fine: its newest key seals, and the service still opens what older keys sealed.

use crate::settings::{Settings, Wrapping};
use aws::{AwsConnection, KmsWrapper};
use domain::ports::{KeyWrapper, PortError, PortResult, Sealer};
use files::{FileKeyWrapper, InstallationSealer, write_atomic};
use jiff::Timestamp;
use std::sync::Arc;

/// Opens the keyring.
///
/// # Errors
/// It is none, is wrapped by another key, or the key cannot be used.
pub(crate) async fn open_sealer(
    settings: &Settings,
    aws: Option<&AwsConnection>,
    now: Timestamp,
) -> PortResult<Arc<dyn Sealer>> {
    let wrapper = wrapper(&settings.wrapping, aws).await?;
    // The adapter reads a file that nobody else may read, and a function's package is readable by all; what lies
    // in this one is wrapped.
    let path = std::env::temp_dir().join(format!("epic-connector-{}.keyring", std::process::id()));
    write_atomic(&path, settings.keyring.reveal().as_bytes(), 0o600).map_err(|error| {
        PortError::permanent("a copy of the keyring in the folder for temporary files", error)
    })?;
    Ok(Arc::new(InstallationSealer::open_or_create(&path, wrapper.as_ref(), false, now).await?))
}

async fn wrapper(wrapping: &Wrapping, aws: Option<&AwsConnection>) -> PortResult<Box<dyn KeyWrapper>> {
    match (wrapping, aws) {
        (Wrapping::KeyFile(path), _) => Ok(Box::new(FileKeyWrapper::open(path)?)),
        (Wrapping::Kms(key), Some(aws)) => Ok(Box::new(KmsWrapper::open(aws, key).await?)),
        (Wrapping::Kms(key), None) => {
            Err(PortError::permanent(format!("KMS key {key}"), "there is no connection"))
        }
    }
}
