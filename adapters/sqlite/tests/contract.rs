//! The embedded store keeps every clause of the ports it meets.

use async_trait::async_trait;
use contract::{AuditHarness, Harness, IndexKey, QueueHarness, RequestHarness, sample};
use domain::audit::AuditRecord;
use domain::ports::{
    AuditLog, Clock, CodeLines, CodeMailbox, DeliveryStore, OrderStore, PageStore, PortalLedger,
    RequestStore, Sealer, SignatureStore, StepCache, WorkQueue,
};
use jiff::SignedDuration;
use memory::{ManualClock, MemorySealer};
use rusqlite::{Connection, params};
use sqlite::SqliteStore;
use std::sync::Arc;
use tempfile::TempDir;

/// Few, so that a suite does not lease for long.
const DEAD_AFTER: u32 = 3;

/// One file in a folder of its own. Every handle opens it anew, so two handles are two connections that write.
struct OneFile {
    folder: TempDir,
    clock: ManualClock,
    sealer: Arc<dyn Sealer>,
}

impl OneFile {
    #[expect(clippy::expect_used, reason = "without a folder there is no test")]
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            clock: ManualClock::new(sample::at(0)),
            sealer: Arc::new(MemorySealer::new(0)),
        }
    }

    #[expect(clippy::expect_used, reason = "a store that does not open fails the test")]
    fn store(&self) -> SqliteStore {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let path = self.folder.path().join("connector.db");
        SqliteStore::open_dead_after(&path, Arc::clone(&self.sealer), clock, DEAD_AFTER).expect("a store")
    }

    #[expect(clippy::expect_used, reason = "a file that cannot be read fails the test")]
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).expect("the folder") {
            let path = entry.expect("an entry").path();
            bytes.extend(path.as_os_str().as_encoded_bytes());
            bytes.extend(std::fs::read(path).expect("a file"));
        }
        bytes
    }
}

macro_rules! opens {
    ($($port:ident),+ $(,)?) => {$(
        #[async_trait]
        impl Harness<dyn $port> for OneFile {
            async fn open(&self) -> Arc<dyn $port> {
                Arc::new(self.store())
            }

            async fn at_rest(&self) -> Option<Vec<u8>> {
                Some(self.bytes())
            }
        }
    )+};
}

opens! {
    RequestStore, OrderStore, SignatureStore, DeliveryStore, StepCache, PageStore, CodeMailbox, CodeLines,
    PortalLedger, WorkQueue, AuditLog,
}

#[async_trait]
impl RequestHarness for OneFile {
    #[expect(clippy::expect_used, reason = "a store that does not open fails the test")]
    async fn reopen_under(&self, index_key: u32, port: Arc<dyn RequestStore>) -> Arc<dyn RequestStore> {
        drop(port);
        let sealer = Arc::new(IndexKey { sealer: Arc::clone(&self.sealer), index_key });
        let path = self.folder.path().join("connector.db");
        Arc::new(SqliteStore::open(&path, sealer, Arc::new(self.clock.clone())).expect("a store"))
    }
}

#[async_trait]
impl AuditHarness for OneFile {
    fn sealer(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.sealer)
    }

    #[expect(clippy::expect_used, reason = "a file that cannot be written fails the test")]
    async fn rewrite(&self, records: Vec<AuditRecord>) {
        let file = Connection::open(self.folder.path().join("connector.db")).expect("the file");
        file.execute_batch(
            "DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_removed;
             DELETE FROM audit;",
        )
        .expect("emptied");
        for record in records {
            let entry = serde_json::to_string(&record.entry).expect("JSON");
            let seq = i64::try_from(record.seq).expect("few records");
            file.execute(
                "INSERT INTO audit (seq, id, hash, entry) VALUES (?1, ?2, ?3, ?4)",
                params![seq, record.entry.id, record.hash.as_str(), entry],
            )
            .expect("written");
        }
    }
}

#[async_trait]
impl QueueHarness for OneFile {
    fn dead_after(&self) -> u32 {
        DEAD_AFTER
    }

    async fn let_lease_expire(&self) {
        self.clock.advance(SignedDuration::from_secs(31));
    }
}

contract::request_store_suite!(requests, OneFile::new());
contract::order_store_suite!(orders, OneFile::new());
contract::signature_store_suite!(signatures, OneFile::new());
contract::delivery_store_suite!(deliveries, OneFile::new());
contract::step_cache_suite!(steps, OneFile::new());
contract::page_store_suite!(pages, OneFile::new());
contract::code_mailbox_suite!(mailbox, OneFile::new());
contract::code_lines_suite!(lines, OneFile::new());
contract::portal_ledger_suite!(ledger, OneFile::new());
contract::work_queue_suite!(queue, OneFile::new());
contract::audit_log_suite!(audit, OneFile::new());
