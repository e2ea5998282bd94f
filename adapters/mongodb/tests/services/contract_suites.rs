//! Every clause of every port the store meets.

use crate::fixture::OneDatabase;
use async_trait::async_trait;
use contract::{AuditHarness, Harness, IndexKey, RequestHarness};
use domain::audit::{AuditActor, AuditRecord};
use domain::ports::{
    AuditLog, CodeLines, CodeMailbox, DeliveryStore, OrderStore, PageStore, PortalLedger, RequestStore,
    Sealer, SignatureStore, StepCache,
};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, DateTime, Document, doc};
use std::sync::Arc;

macro_rules! opens {
    ($($port:ident),+ $(,)?) => {$(
        #[async_trait]
        impl Harness<dyn $port> for OneDatabase {
            async fn open(&self) -> Arc<dyn $port> {
                Arc::new(self.store().await)
            }

            async fn at_rest(&self) -> Option<Vec<u8>> {
                Some(self.bytes().await)
            }
        }
    )+};
}

opens! {
    RequestStore, OrderStore, SignatureStore, DeliveryStore, StepCache, PageStore, CodeMailbox, CodeLines,
    PortalLedger, AuditLog,
}

#[async_trait]
impl RequestHarness for OneDatabase {
    async fn reopen_under(&self, index_key: u32, port: Arc<dyn RequestStore>) -> Arc<dyn RequestStore> {
        drop(port);
        Arc::new(self.store_under(Arc::new(IndexKey { sealer: self.sealer(), index_key })).await)
    }
}

#[async_trait]
impl AuditHarness for OneDatabase {
    fn sealer(&self) -> Arc<dyn Sealer> {
        OneDatabase::sealer(self)
    }

    #[expect(clippy::expect_used, reason = "a database that cannot be written fails the test")]
    async fn rewrite(&self, records: Vec<AuditRecord>) {
        let audit = self.collection("epic_audit").await;
        audit.delete_many(doc! {}).await.expect("emptied");
        for record in records {
            audit.insert_one(self.batch_of_one(&record)).await.expect("written");
        }
    }
}

impl OneDatabase {
    /// A batch as the store writes it, by somebody who has its key.
    #[expect(clippy::expect_used, reason = "what cannot be sealed fails the test")]
    fn batch_of_one(&self, record: &AuditRecord) -> Document {
        let (seq, entry) = (i64::try_from(record.seq).expect("few records"), &record.entry);
        let json = serde_json::to_vec(entry).expect("JSON");
        let bytes = self.sealer().seal(&format!("audit/{seq}"), &json).expect("sealed");
        let actor = match &entry.actor {
            AuditActor::Service => "service".to_owned(),
            AuditActor::Operator { account } => format!("operator {account}"),
        };
        let stored = doc! {
            "seq": seq,
            "hash": record.hash.as_str(),
            "id": &entry.id,
            "at": DateTime::from_millis(entry.at.as_millisecond()),
            "actor": actor,
            "action": entry.action.name(),
            "portal": entry.portal.as_ref().map(|portal| portal.as_str()),
            "patient": entry.patient.as_ref().map(|patient| patient.as_str()),
            "request": entry.request.as_ref().map(|request| request.as_str()),
            "outcome": entry.outcome.name(),
            "sealed": Binary { subtype: BinarySubtype::Generic, bytes },
        };
        doc! { "_id": seq, "format": 1_i64, "last": seq, "hash": record.hash.as_str(), "records": [stored] }
    }
}

contract::request_store_suite!(requests, OneDatabase::new());
contract::order_store_suite!(orders, OneDatabase::new());
contract::signature_store_suite!(signatures, OneDatabase::new());
contract::delivery_store_suite!(deliveries, OneDatabase::new());
contract::step_cache_suite!(steps, OneDatabase::new());
contract::page_store_suite!(pages, OneDatabase::new());
contract::code_mailbox_suite!(mailbox, OneDatabase::new());
contract::code_lines_suite!(lines, OneDatabase::new());
contract::portal_ledger_suite!(ledger, OneDatabase::new());
contract::audit_log_suite!(audit, OneDatabase::new());
