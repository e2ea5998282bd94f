//! `epic_deliveries`: receipts, the first under each key for ever.

use crate::MongoStore;
use crate::cas::{CHANGES_MAX, breathe, too_busy};
use crate::collections::DELIVERIES;
use crate::document::{SEALED, Stored, date};
use async_trait::async_trait;
use domain::ports::{DeliveryStore, PortResult};
use domain::router::{DeliveryKey, Receipt};
use mongodb::bson::{Document, doc};

const THING: &str = "delivery store";

fn context(name: &str) -> String {
    format!("deliveries/{name}")
}

impl MongoStore {
    fn open_receipt(&self, document: &Document) -> PortResult<Receipt> {
        let name = format!("receipt {}", document.get_str("_id").unwrap_or_default());
        let stored = Stored::read(&name, document)?;
        self.vault().open(&context(stored.text("_id")?), stored.sealed()?)
    }
}

#[async_trait]
impl DeliveryStore for MongoStore {
    async fn get(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        let found = self.find(THING, DELIVERIES, &key.name()).await?;
        found.map(|document| self.open_receipt(&document)).transpose()
    }

    async fn record(&self, receipt: &Receipt) -> PortResult<Receipt> {
        let name = receipt.key.name();
        for tried in 0..CHANGES_MAX {
            // The first receipt may be there, but not confirmed by the majority yet, and is read only then.
            breathe(tried).await;
            let document = doc! {
                "_id": &name,
                "order": receipt.key.order.as_str(),
                "revision": i64::from(receipt.key.revision.0),
                "destination": receipt.key.destination.as_str(),
                "at": date(receipt.at),
                SEALED: self.vault().seal(&context(&name), receipt)?,
            };
            if self.insert(THING, DELIVERIES, document).await? {
                return Ok(receipt.clone());
            }
            if let Some(first) = DeliveryStore::get(self, &receipt.key).await? {
                return Ok(first);
            }
        }
        Err(too_busy(format!("receipt {name}")))
    }

    async fn list(&self) -> PortResult<Vec<Receipt>> {
        let deliveries = self.collection(DELIVERIES);
        let query = deliveries.find(doc! {}).sort(doc! { "_id": 1 });
        self.server().gather(THING, query, |document| self.open_receipt(document)).await
    }
}
