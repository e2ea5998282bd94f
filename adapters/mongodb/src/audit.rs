//! `epic_audit`: the append-only chain, one document a batch, so that a batch is stored whole or not at all.
//!
//! A batch's first number is its key, so a place is given once and the chain cannot fork; entries' ids are unique
//! over all batches, so a repeat after a lost answer is not stored again.

mod record;

use crate::MongoStore;
use crate::cas::{CHANGES_MAX, breathe, too_busy};
use crate::collections::AUDIT;
use crate::document::Stored;
use async_trait::async_trait;
use domain::audit::{AuditEntry, AuditHash, AuditHead, AuditRecord};
use domain::ports::{AuditLog, PortError, PortResult};
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ReadConcern;
use record::{RECORDS, number};
use std::collections::BTreeSet;

const THING: &str = "audit log";

/// Entries of one batch: a thousand bytes each, they stay far below what a document may have.
const BATCH_MAX: usize = 10_000;

impl MongoStore {
    /// Where the log ends. For an append as the primary has it, `confirmed` by the majority or not: what is appended
    /// to it is confirmed only together with it.
    async fn read_head(&self, confirmed: bool) -> PortResult<AuditHead> {
        let audit = self.collection(AUDIT);
        let mut query = audit
            .find_one(doc! {})
            .sort(doc! { "_id": -1 })
            .projection(doc! { "format": 1, "last": 1, "hash": 1 });
        if self.server().replicated() && !confirmed {
            query = query.read_concern(ReadConcern::local());
        }
        let Some(document) = self.server().run(THING, query).await? else { return Ok(AuditHead::default()) };
        let stored = Stored::read(THING, &document)?;
        let seq = u64::try_from(stored.number("last")?).unwrap_or_default();
        Ok(AuditHead { seq, hash: AuditHash::new(stored.text("hash")?) })
    }

    /// Which of these entries are stored, and confirmed as every read is.
    async fn known_entries(&self, entries: &[&AuditEntry]) -> PortResult<BTreeSet<String>> {
        let ids: Vec<Bson> = entries.iter().map(|entry| Bson::from(entry.id.as_str())).collect();
        let id = format!("{RECORDS}.id");
        let audit = self.collection(AUDIT);
        let query = audit.find(doc! { &id: { "$in": ids } }).projection(doc! { &id: 1 });
        let batches = self.server().gather(THING, query, |batch| Ok(record::ids(batch))).await?;
        Ok(batches.into_iter().flatten().collect())
    }

    /// Stores entries after a head; `false` when the place is taken or an entry is known.
    async fn insert_batch(&self, head: &AuditHead, entries: &[&AuditEntry]) -> PortResult<Option<AuditHead>> {
        let mut end = head.clone();
        let mut records = Vec::with_capacity(entries.len());
        for entry in entries {
            let record = end.next((*entry).clone(), self.vault().sealer());
            end = record.head();
            records.push(Bson::from(record::document(&record, self.vault())?));
        }
        let batch = doc! {
            "_id": number(head.seq + 1),
            "last": number(end.seq),
            "hash": end.hash.as_str(),
            RECORDS: records,
        };
        Ok(self.insert(THING, AUDIT, batch).await?.then_some(end))
    }

    /// Appends entries after `guess` or wherever the log ends, and gives the new end.
    async fn append_batch(&self, entries: &[AuditEntry], guess: Option<AuditHead>) -> PortResult<AuditHead> {
        let mut own = BTreeSet::new();
        let mut entries: Vec<&AuditEntry> = entries.iter().filter(|entry| own.insert(&entry.id)).collect();
        let mut head = match guess {
            Some(head) => head,
            None => self.read_head(false).await?,
        };
        for tried in 0..CHANGES_MAX {
            breathe(tried).await;
            if let Some(end) = self.insert_batch(&head, &entries).await? {
                return Ok(end);
            }
            // The place is taken, or an entry is stored already; a batch of ours whose answer was lost is both.
            head = self.read_head(false).await?;
            let known = self.known_entries(&entries).await?;
            entries.retain(|entry| !known.contains(&entry.id));
            if entries.is_empty() {
                return Ok(head);
            }
        }
        Err(too_busy(THING))
    }

    /// The records of a batch that come after a number.
    fn open_batch(&self, batch: &Document, after: u64) -> PortResult<Vec<AuditRecord>> {
        let name = format!("audit records from {}", batch.get_i64("_id").unwrap_or_default());
        Stored::read(&name, batch)?;
        let records = batch.get_array(RECORDS).map_err(|_| {
            PortError::permanent(&name, "the stored document has no records; another program changed it")
        })?;
        let mut found = Vec::with_capacity(records.len());
        for stored in records {
            let record = record::open(stored, self.vault())?;
            if record.seq > after {
                found.push(record);
            }
        }
        Ok(found)
    }
}

#[async_trait]
impl AuditLog for MongoStore {
    async fn append(&self, entries: &[AuditEntry]) -> PortResult<()> {
        if entries.is_empty() {
            return Ok(());
        }
        if entries.len() > BATCH_MAX {
            let cause = format!("{} entries at once are too many; {BATCH_MAX} are the most", entries.len());
            return Err(PortError::permanent(THING, cause));
        }
        let mut guess = self.0.audit_head.lock().await;
        // Taken out, so that an error leaves no guess behind.
        *guess = Some(self.append_batch(entries, guess.take()).await?);
        Ok(())
    }

    async fn read(&self, after: u64, limit: usize) -> PortResult<Vec<AuditRecord>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let audit = self.collection(AUDIT);
        let query = audit
            .find(doc! { "last": { "$gt": number(after) } })
            .sort(doc! { "last": 1 })
            // A batch has one record at least.
            .limit(i64::try_from(limit).unwrap_or(i64::MAX));
        let batches = self.server().gather(THING, query, |batch| self.open_batch(batch, after)).await?;
        Ok(batches.into_iter().flatten().take(limit).collect())
    }

    async fn head(&self) -> PortResult<AuditHead> {
        self.read_head(true).await
    }
}
