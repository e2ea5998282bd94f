//! What verbs use beside a running service: its records, opened with its keys. Nothing is made here: without a
//! service's data there is nothing to look at, and keys made by mistake would hide that.

use crate::error::Failure;
use crate::settings::Settings;
use crate::wiring::{Stores, open_stores};

/// Opens a service's records.
///
/// # Errors
/// No service has run here, or its store or key cannot be read.
pub async fn open(settings: &Settings) -> Result<Stores, Failure> {
    for (what, path) in [("store", settings.store.path()), ("keyring", Some(settings.keyring.as_path()))] {
        let Some(path) = path else { continue };
        if !path.is_file() {
            let cause = format!("there is no file {}", path.display());
            let way_out = "give the --config of the service, or start it once with `run`";
            return Err(Failure::failed(format!("the {what}"), cause, way_out));
        }
    }
    open_stores(settings).await
}
