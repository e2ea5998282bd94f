//! `epic_signatures`: each patient's signature set, by compare-and-set.

use crate::MongoStore;
use crate::collections::SIGNATURES;
use crate::document::{SEALED, Stored};
use async_trait::async_trait;
use domain::ids::PatientBlock;
use domain::parser::SignatureSet;
use domain::ports::{ErrorClass, PortError, PortResult, SignatureStore, Version, Versioned};
use mongodb::bson::doc;

const THING: &str = "signature store";

fn context(block: &PatientBlock) -> String {
    format!("signatures/{block}")
}

fn named(block: &PatientBlock) -> String {
    format!("signatures of {block}")
}

#[async_trait]
impl SignatureStore for MongoStore {
    async fn get(&self, block: &PatientBlock) -> PortResult<Versioned<SignatureSet>> {
        let Some(document) = self.find(THING, SIGNATURES, block.as_str()).await? else {
            return Ok(Versioned { value: SignatureSet::default(), version: Version(0) });
        };
        let name = named(block);
        let stored = Stored::read(&name, &document)?;
        let value = self.vault().open(&context(block), stored.sealed()?)?;
        Ok(Versioned { value, version: stored.version()? })
    }

    async fn compare_and_set(
        &self,
        block: &PatientBlock,
        set: &SignatureSet,
        version: Version,
    ) -> PortResult<Version> {
        let (id, sealed) = (block.as_str(), self.vault().seal(&context(block), set)?);
        let won = if version == Version(0) {
            let document = doc! { "_id": id, "version": 1_i64, SEALED: sealed };
            self.insert(THING, SIGNATURES, document).await?
        } else {
            self.set_at(THING, SIGNATURES, id, version, doc! { SEALED: sealed }).await?
        };
        if won {
            return Ok(Version(version.0 + 1));
        }
        let error = self.why_not(THING, SIGNATURES, id, named(block)).await;
        // An unknown block is at version 0, so another version of it is a stale one.
        Err(if error.class == ErrorClass::NotFound { PortError::conflict(error.thing) } else { error })
    }
}
