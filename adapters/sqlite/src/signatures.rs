//! `epic_signatures`: each patient's signature set, by compare-and-set.

use crate::SqliteStore;
use crate::requests::version_of;
use async_trait::async_trait;
use domain::ids::PatientBlock;
use domain::parser::SignatureSet;
use domain::ports::{PortError, PortResult, SignatureStore, Version, Versioned};
use rusqlite::{OptionalExtension, params};

const THING: &str = "signature store";

fn context(block: &PatientBlock) -> String {
    format!("signatures/{block}")
}

#[async_trait]
impl SignatureStore for SqliteStore {
    async fn get(&self, block: &PatientBlock) -> PortResult<Versioned<SignatureSet>> {
        let (block, vault) = (block.clone(), self.vault());
        self.read(THING, move |connection| {
            let found = connection
                .prepare_cached("SELECT version, body FROM signatures WHERE block = ?1")?
                .query_row(params![block.as_str()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
                .optional()?;
            let Some((version, body)) = found else {
                return Ok(Versioned { value: SignatureSet::default(), version: Version(0) });
            };
            let value = vault.open(&context(&block), &body)?;
            Ok(Versioned { value, version: version_of(version) })
        })
        .await
    }

    async fn compare_and_set(
        &self,
        block: &PatientBlock,
        set: &SignatureSet,
        version: Version,
    ) -> PortResult<Version> {
        let body = self.vault().seal(&context(block), set)?;
        let block = block.clone();
        self.write(THING, move |connection| {
            let current: Option<i64> = connection
                .prepare_cached("SELECT version FROM signatures WHERE block = ?1")?
                .query_row(params![block.as_str()], |row| row.get(0))
                .optional()?;
            let current = current.unwrap_or(0);
            if version_of(current) != version {
                return Err(PortError::conflict(format!("signatures of {block}")).into());
            }
            connection
                .prepare_cached(
                    "INSERT INTO signatures (block, version, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT (block) DO UPDATE SET version = excluded.version, body = excluded.body",
                )?
                .execute(params![block.as_str(), current + 1, body])?;
            Ok(version_of(current + 1))
        })
        .await
    }
}
