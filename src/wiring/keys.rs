//! The installation's keys: what wraps them, by the settings or by an address, and the sealer that uses them.

use super::servers;
use crate::error::Failure;
use crate::settings::Settings;
use domain::ports::{KeyWrapper, Sealer};
use files::{FileKeyWrapper, InstallationSealer};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;

/// Opens the keyring; at an installation's first start makes key file and keyring.
///
/// # Errors
/// A key file or keyring is missing although something was stored, is damaged or is not ours; the key management
/// service refuses or is away.
pub(super) async fn open_sealer(settings: &Settings) -> Result<Arc<dyn Sealer>, Failure> {
    // What a database holds is not seen from here; it checks itself that it was sealed under these keys.
    let first_start = settings.store.path().is_none_or(|path| !path.exists());
    let wrapper = wrapper(settings, first_start).await?;
    let now = Timestamp::now();
    let sealer =
        InstallationSealer::open_or_create(&settings.keyring, wrapper.as_ref(), first_start, now).await?;
    Ok(Arc::new(sealer))
}

/// What wraps the keys of an installation that has some.
///
/// # Errors
/// The key file is missing or no key; the key management service is not configured.
pub async fn key_wrapper(settings: &Settings) -> Result<Arc<dyn KeyWrapper>, Failure> {
    wrapper(settings, false).await
}

/// What stands behind the address of a wrapping key: `file:PATH` (made as needed) or `kms:KEY` (id, ARN or alias).
///
/// # Errors
/// The address is none, or what it names cannot be used.
pub async fn key_wrapper_at(settings: &Settings, address: &str) -> Result<Arc<dyn KeyWrapper>, Failure> {
    match address.split_once(':') {
        Some(("kms", key)) if !key.is_empty() => Ok(servers::kms(key, &settings.servers).await?),
        Some(("file", path)) if !path.is_empty() => {
            Ok(Arc::new(FileKeyWrapper::open_or_create(Path::new(path))?))
        }
        _ => Err(Failure::usage(
            format!("the wrapping key {address}"),
            "it is no address of one",
            "give file:PATH or kms:KEY",
        )),
    }
}

async fn wrapper(settings: &Settings, first_start: bool) -> Result<Arc<dyn KeyWrapper>, Failure> {
    if let Some(key) = &settings.servers.aws.kms_key {
        return Ok(servers::kms(key, &settings.servers).await?);
    }
    let wrapper = FileKeyWrapper::of_installation(&settings.key_file, &settings.keyring, first_start)?;
    Ok(Arc::new(wrapper))
}
