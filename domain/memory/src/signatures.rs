//! Signature sets in a map.

use crate::locked;
use async_trait::async_trait;
use domain::ids::PatientBlock;
use domain::parser::SignatureSet;
use domain::ports::{PortError, PortResult, SignatureStore, Version, Versioned};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`SignatureStore`].
#[derive(Default)]
pub struct MemorySignatures(Mutex<BTreeMap<PatientBlock, Versioned<SignatureSet>>>);

#[async_trait]
impl SignatureStore for MemorySignatures {
    async fn get(&self, block: &PatientBlock) -> PortResult<Versioned<SignatureSet>> {
        let empty = Versioned { value: SignatureSet::default(), version: Version(0) };
        Ok(locked(&self.0).get(block).cloned().unwrap_or(empty))
    }

    async fn compare_and_set(
        &self,
        block: &PatientBlock,
        set: &SignatureSet,
        version: Version,
    ) -> PortResult<Version> {
        let mut records = locked(&self.0);
        let current = records.get(block).map_or(Version(0), |record| record.version);
        if current != version {
            return Err(PortError::conflict(format!("signatures of {block}")));
        }
        let next = Version(version.0 + 1);
        records.insert(block.clone(), Versioned { value: set.clone(), version: next });
        Ok(next)
    }
}
