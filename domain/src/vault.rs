//! Records as sealed JSON: how stores keep what can hold patient data.

use crate::ports::{PortError, PortResult, Sealer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Seals records under a context that names their place (table and key), so that none can be passed off as another.
#[derive(Clone)]
pub struct Vault(Arc<dyn Sealer>);

impl Vault {
    /// A vault over the installation's sealer.
    pub fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self(sealer)
    }

    /// The sealer.
    pub fn sealer(&self) -> &dyn Sealer {
        self.0.as_ref()
    }

    /// A record as sealed JSON.
    ///
    /// # Errors
    /// `Permanent` for a record that JSON cannot hold; those of the sealer.
    pub fn seal<T: Serialize + ?Sized>(&self, context: &str, record: &T) -> PortResult<Vec<u8>> {
        // Serde's own message could quote the record.
        let json = serde_json::to_vec(record)
            .map_err(|_| PortError::permanent(context, "the record cannot be written as JSON"))?;
        self.0.seal(context, &json)
    }

    /// The record that was sealed.
    ///
    /// # Errors
    /// `Permanent` for bytes that were not sealed here, and for a record of another release; never quotes it.
    pub fn open<T: DeserializeOwned>(&self, context: &str, sealed: &[u8]) -> PortResult<T> {
        serde_json::from_slice(&self.open_bytes(context, sealed)?).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            let cause = format!(
                "the stored record does not fit this release ({place}); run the release that wrote it"
            );
            PortError::permanent(context, cause)
        })
    }

    /// Bytes that are no JSON, sealed.
    ///
    /// # Errors
    /// Those of the sealer.
    pub fn seal_bytes(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        self.0.seal(context, plain)
    }

    /// The bytes that were sealed.
    ///
    /// # Errors
    /// `Permanent`, naming the context, for bytes that were not sealed here.
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        self.0.open(context, sealed).map_err(|error| PortError { thing: context.to_owned(), ..error })
    }
}
