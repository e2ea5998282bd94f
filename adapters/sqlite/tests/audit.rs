//! The file itself refuses to change or to forget a record of the audit log.

use contract::sample;
use domain::audit::{AuditAction, OperatorAct};
use domain::ports::{AuditLog, Clock, Sealer};
use memory::{ManualClock, MemorySealer};
use rusqlite::Connection;
use sqlite::SqliteStore;
use std::sync::Arc;

#[tokio::test]
async fn records_are_neither_changed_nor_removed_by_statements() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("connector.db");
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(sample::at(0)));
    let sealer: Arc<dyn Sealer> = Arc::new(MemorySealer::new(0));
    let store = SqliteStore::open(&path, sealer, clock).expect("a store");
    let entry = OperatorAct::new(AuditAction::Searched).entry("alice", sample::at(0));
    store.append(std::slice::from_ref(&entry)).await.expect("appended");
    let file = Connection::open(&path).expect("the file");
    for statement in [
        "UPDATE audit SET entry = '{}'",
        "UPDATE audit SET seq = 2 WHERE seq = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = 1",
    ] {
        let refused = file.execute_batch(statement).expect_err("refused");
        assert!(refused.to_string().contains("the audit log only grows"), "{statement}: {refused}");
    }
    let records = AuditLog::read(&store, 0, 10).await.expect("read");
    assert_eq!(records.iter().map(|record| &record.entry).collect::<Vec<_>>(), [&entry]);
}
