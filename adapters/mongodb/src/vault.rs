//! Records as sealed JSON, and what may stand beside them in the open: keyed hashes.

use crate::error::TOO_LARGE;
use domain::ports::{PortError, PortResult, Sealer};
use domain::search::SearchTerm;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A document may have 16 MB in all; the rest of it is small.
pub(crate) const SEALED_BYTES_MAX: usize = 16_000_000;

/// Bytes kept of a term's hash. 128 bits never meet by chance, and every request has two dozen in its index.
const TERM_BYTES: usize = 16;

/// [`domain::vault::Vault`] with documents' values.
#[derive(Clone)]
pub(crate) struct Vault(domain::vault::Vault);

impl Vault {
    pub(crate) fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self(domain::vault::Vault::new(sealer))
    }

    pub(crate) fn sealer(&self) -> &dyn Sealer {
        self.0.sealer()
    }

    pub(crate) fn seal<T: Serialize + ?Sized>(&self, context: &str, record: &T) -> PortResult<Bson> {
        fitting(context, self.0.seal(context, record)?)
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, context: &str, sealed: &[u8]) -> PortResult<T> {
        self.0.open(context, sealed)
    }

    pub(crate) fn seal_bytes(&self, context: &str, plain: &[u8]) -> PortResult<Bson> {
        fitting(context, self.0.seal_bytes(context, plain)?)
    }

    pub(crate) fn open_bytes(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        self.0.open_bytes(context, sealed)
    }

    /// Hash of something that is compared but never shown, such as a mail address.
    pub(crate) fn hash(&self, purpose: &str, bytes: &[u8]) -> Bson {
        binary(self.sealer().keyed_hash(purpose, bytes).to_vec())
    }

    /// What search terms are found by, and the number of the index key they were hashed under; -1 where that is not
    /// sure, which no index key is. In no order that tells which is which.
    pub(crate) fn terms(&self, terms: &[SearchTerm]) -> (Vec<Bson>, i64) {
        let before = self.sealer().index_key();
        let hash = |term: &SearchTerm| self.sealer().index_hash(term.reveal());
        let mut hashes: Vec<Vec<u8>> = terms.iter().map(|term| hash(term)[..TERM_BYTES].to_vec()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        // A new key can come at any moment. A request with unsure terms, or a search by such, makes searches be
        // refused until the terms are written anew.
        let index_key = if self.sealer().index_key() == before { i64::from(before) } else { -1 };
        (hashes.into_iter().map(binary).collect(), index_key)
    }
}

/// Sealed bytes that a document can hold.
fn fitting(context: &str, sealed: Vec<u8>) -> PortResult<Bson> {
    if sealed.len() > SEALED_BYTES_MAX {
        let cause = format!("{TOO_LARGE}; it takes {} bytes", sealed.len());
        return Err(PortError::permanent(context, cause));
    }
    Ok(binary(sealed))
}

fn binary(bytes: Vec<u8>) -> Bson {
    Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes })
}
