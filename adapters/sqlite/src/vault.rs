//! Records as sealed JSON: what lies in the file's blobs.

use domain::ports::{PortError, PortResult, Sealer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Seals records under a context that names table and key, so that a row cannot be passed off as another.
#[derive(Clone)]
pub(crate) struct Vault(Arc<dyn Sealer>);

impl Vault {
    pub(crate) fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self(sealer)
    }

    pub(crate) fn sealer(&self) -> &dyn Sealer {
        self.0.as_ref()
    }

    pub(crate) fn seal<T: Serialize + ?Sized>(&self, context: &str, record: &T) -> PortResult<Vec<u8>> {
        // Serde's own message could quote the record.
        let json = serde_json::to_vec(record)
            .map_err(|_| PortError::permanent(context, "the record cannot be written as JSON"))?;
        self.seal_bytes(context, &json)
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, context: &str, sealed: &[u8]) -> PortResult<T> {
        serde_json::from_slice(&self.open_bytes(context, sealed)?).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            PortError::permanent(
                context,
                format!(
                    "the stored record does not fit this release ({place}); run the release that wrote it"
                ),
            )
        })
    }

    pub(crate) fn seal_bytes(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        self.0.seal(context, plain)
    }

    pub(crate) fn open_bytes(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        self.0.open(context, sealed).map_err(|error| PortError { thing: context.to_owned(), ..error })
    }
}
