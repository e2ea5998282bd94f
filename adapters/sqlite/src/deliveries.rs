//! `epic_deliveries`: receipts, the first under each key for ever.

use crate::SqliteStore;
use crate::error::StoreError;
use async_trait::async_trait;
use domain::ports::{DeliveryStore, PortResult};
use domain::router::{DeliveryKey, Receipt};
use domain::vault::Vault;
use rusqlite::{Connection, OptionalExtension, params};

const THING: &str = "delivery store";

fn context(name: &str) -> String {
    format!("deliveries/{name}")
}

fn find(connection: &Connection, vault: &Vault, name: &str) -> Result<Option<Receipt>, StoreError> {
    let body: Option<Vec<u8>> = connection
        .prepare_cached("SELECT body FROM deliveries WHERE name = ?1")?
        .query_row(params![name], |row| row.get(0))
        .optional()?;
    Ok(body.map(|body| vault.open(&context(name), &body)).transpose()?)
}

#[async_trait]
impl DeliveryStore for SqliteStore {
    async fn get(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        let (name, vault) = (key.name(), self.vault());
        self.read(THING, move |connection| find(connection, &vault, &name)).await
    }

    async fn record(&self, receipt: &Receipt) -> PortResult<Receipt> {
        let (receipt, vault) = (receipt.clone(), self.vault());
        self.write(THING, move |connection| {
            let name = receipt.key.name();
            if let Some(first) = find(connection, &vault, &name)? {
                return Ok(first);
            }
            connection
                .prepare_cached("INSERT INTO deliveries (name, body) VALUES (?1, ?2)")?
                .execute(params![name, vault.seal(&context(&name), &receipt)?])?;
            Ok(receipt)
        })
        .await
    }

    async fn list(&self) -> PortResult<Vec<Receipt>> {
        let vault = self.vault();
        self.read(THING, move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT name, body FROM deliveries ORDER BY name")?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                found.push(vault.open(&context(&name), body)?);
            }
            Ok(found)
        })
        .await
    }
}
