//! Clauses U-1 to U-5 of `AuditLog`.

use crate::{Harness, RACERS, race, sample, surely};
use async_trait::async_trait;
use domain::audit::{
    AuditAction, AuditActor, AuditBreak, AuditEntry, AuditHead, AuditOutcome, AuditRecord, Verifier,
};
use domain::ids::{PatientKey, RequestId};
use domain::ports::{AuditLog, Sealer};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::sync::Arc;

type Log = dyn AuditLog;

/// Also goes past the port, as somebody does who can write to the store.
#[async_trait]
pub trait AuditHarness: Harness<Log> {
    /// The sealer under whose key the log makes its chain.
    fn sealer(&self) -> Arc<dyn Sealer>;
    /// Puts records in place of all that are stored, as they are. Handles stay open.
    async fn rewrite(&self, records: Vec<AuditRecord>);
}

/// The n-th entry; three kinds, so that every field is met with and without a value.
fn entry(number: usize) -> AuditEntry {
    let nanoseconds = SignedDuration::from_nanos(123_456_789);
    let at = sample::at(i64::try_from(number).unwrap_or(0)) + nanoseconds;
    let bare = AuditEntry {
        id: format!("entry{number:04}"),
        at,
        actor: AuditActor::Service,
        action: AuditAction::Migrated,
        portal: None,
        patient: None,
        request: None,
        subject: None,
        why: None,
        outcome: AuditOutcome::Begun,
    };
    match number % 3 {
        0 => bare,
        1 => AuditEntry {
            action: AuditAction::ChartOpened,
            portal: Some(sample::portal()),
            patient: Some(PatientKey::new("patient1")),
            request: Some(RequestId::new("request1")),
            outcome: AuditOutcome::Done,
            ..bare
        },
        _ => AuditEntry {
            actor: AuditActor::Operator { account: "josé \"the\" operator\n(uid 1000)".to_owned() },
            action: AuditAction::OrderShown,
            subject: Some(String::new()),
            why: Some("$set: {a.b: 1}\t'; DROP TABLE audit; --".to_owned()),
            outcome: AuditOutcome::Refused,
            ..bare
        },
    }
}

fn entries(numbers: std::ops::Range<usize>) -> Vec<AuditEntry> {
    numbers.map(entry).collect()
}

async fn append(log: &Arc<Log>, entries: &[AuditEntry]) {
    surely(|| async { log.append(entries).await }).await;
}

async fn all(log: &Arc<Log>) -> Vec<AuditRecord> {
    surely(|| async { log.read(0, usize::MAX).await }).await
}

fn kept(records: &[AuditRecord]) -> Vec<AuditEntry> {
    records.iter().map(|record| record.entry.clone()).collect()
}

fn ids(records: &[AuditRecord]) -> BTreeSet<&str> {
    records.iter().map(|record| record.entry.id.as_str()).collect()
}

fn verify(
    records: &[AuditRecord],
    noted: Option<AuditHead>,
    sealer: &dyn Sealer,
) -> Result<AuditHead, AuditBreak> {
    let mut verifier = Verifier::new(noted);
    for record in records {
        verifier.take(record, sealer)?;
    }
    verifier.finish()
}

/// U-1: entries come back as they were given, in order, at the end of the chain, also after a restart.
pub async fn u_1_entries_are_at_the_end_and_survive_a_restart(harness: impl AuditHarness) {
    let log = harness.open().await;
    assert_eq!(surely(|| async { log.head().await }).await, AuditHead::default());
    assert!(all(&log).await.is_empty());
    append(&log, &[]).await;
    append(&log, &entries(0..1)).await;
    append(&log, &entries(1..7)).await;
    let log = harness.reopen(log).await;
    append(&log, &entries(7..9)).await;
    let records = all(&log).await;
    assert_eq!(kept(&records), entries(0..9));
    let head = surely(|| async { log.head().await }).await;
    assert_eq!(verify(&records, None, &*harness.sealer()), Ok(head));
}

/// U-1: many entries at once are all stored; a batch of known and new ones adds the new ones.
pub async fn u_1_a_batch_is_stored_whole(harness: impl AuditHarness) {
    let log = harness.open().await;
    append(&log, &entries(0..300)).await;
    append(&log, &entries(298..303)).await;
    assert_eq!(kept(&all(&log).await), entries(0..303));
}

/// U-2: an entry of a known id changes nothing, whatever it says, in a batch or by itself.
pub async fn u_2_a_known_id_is_not_stored_again(harness: impl AuditHarness) {
    let log = harness.open().await;
    append(&log, &entries(0..2)).await;
    let head = surely(|| async { log.head().await }).await;
    append(&log, &entries(0..2)).await;
    append(&log, &[AuditEntry { why: Some("another".to_owned()), ..entry(1) }]).await;
    assert_eq!(surely(|| async { log.head().await }).await, head);
    append(&log, &[entry(2), entry(2), entry(0)]).await;
    let log = harness.reopen(log).await;
    append(&log, &entries(0..3)).await;
    assert_eq!(kept(&all(&log).await), entries(0..3));
}

/// U-2: of racing repeats one is stored.
pub async fn u_2_racing_repeats_are_one(harness: impl AuditHarness) {
    let log = harness.open().await;
    race(RACERS, |_| {
        let log = Arc::clone(&log);
        async move { append(&log, &entries(0..3)).await }
    })
    .await;
    let records = all(&log).await;
    assert_eq!(kept(&records), entries(0..3));
    assert!(verify(&records, None, &*harness.sealer()).is_ok());
}

/// U-3: racing appends, also through handles of their own, make one chain without gap or fork, and each batch stays
/// in its order.
pub async fn u_3_racing_appends_make_one_chain(harness: impl AuditHarness) {
    let handles = [harness.open().await, harness.open().await];
    race(RACERS, |index| {
        let log = Arc::clone(&handles[index % 2]);
        async move {
            append(&log, &entries(index * 10..index * 10 + 2)).await;
            append(&log, &entries(index * 10 + 2..index * 10 + 3)).await;
        }
    })
    .await;
    let records = all(&handles[0]).await;
    assert_eq!(records.len(), RACERS * 3);
    assert_eq!(ids(&records).len(), RACERS * 3);
    let head = surely(|| async { handles[1].head().await }).await;
    assert_eq!(verify(&records, None, &*harness.sealer()), Ok(head));
    for index in 0..RACERS {
        let own: Vec<AuditEntry> = kept(&records)
            .into_iter()
            .filter(|kept| entries(index * 10..index * 10 + 3).contains(kept))
            .collect();
        assert_eq!(own, entries(index * 10..index * 10 + 3));
    }
}

/// U-4: pages follow each other without loss or repeat; beyond the end there is nothing.
pub async fn u_4_reads_come_in_order_page_by_page(harness: impl AuditHarness) {
    let log = harness.open().await;
    append(&log, &entries(0..25)).await;
    let mut paged = Vec::new();
    loop {
        let after = paged.last().map_or(0, |record: &AuditRecord| record.seq);
        let page = surely(|| async { log.read(after, 10).await }).await;
        assert!(page.len() <= 10);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(kept(&paged), entries(0..25));
    assert!(paged.iter().map(|record| record.seq).eq(1..=25));
    assert!(surely(|| async { log.read(0, 0).await }).await.is_empty());
    assert!(surely(|| async { log.read(u64::MAX, 10).await }).await.is_empty());
}

/// U-5: whatever is done to the stored records is found when they are read.
pub async fn u_5_changes_past_the_port_are_found(harness: impl AuditHarness) {
    let (log, sealer) = (harness.open().await, harness.sealer());
    append(&log, &entries(0..6)).await;
    let (whole, head) = (all(&log).await, surely(|| async { log.head().await }).await);
    let found = |records: Vec<AuditRecord>| {
        let (log, sealer, noted, harness) = (&log, &sealer, head.clone(), &harness);
        async move {
            harness.rewrite(records).await;
            verify(&all(log).await, Some(noted), &**sealer)
        }
    };
    let mut changed = whole.clone();
    changed[3].entry.patient = Some(PatientKey::new("patient2"));
    assert_eq!(found(changed).await, Err(AuditBreak::Changed { seq: 4 }));
    let mut later = whole.clone();
    later[3].entry.at += SignedDuration::from_nanos(1);
    assert_eq!(found(later).await, Err(AuditBreak::Changed { seq: 4 }));
    let mut removed = whole.clone();
    removed.remove(2);
    assert_eq!(found(removed).await, Err(AuditBreak::Gap { expected: 3, found: 4 }));
    let mut swapped = whole.clone();
    swapped.swap(1, 4);
    (swapped[1].seq, swapped[4].seq) = (2, 5);
    assert_eq!(found(swapped).await, Err(AuditBreak::Changed { seq: 2 }));
    let mut added = whole.clone();
    added.push(AuditRecord { seq: 7, hash: AuditHead::default().hash, entry: entry(6) });
    assert_eq!(found(added).await, Err(AuditBreak::Changed { seq: 7 }));
    assert_eq!(found(whole[..4].to_vec()).await, Err(AuditBreak::CutOff { noted: 6, found: 4 }));
    assert_eq!(found(whole.clone()).await, Ok(head.clone()));
}

/// U-5: a log whose end was cut off goes on without a gap, and differs from what was written down.
pub async fn u_5_a_log_that_goes_on_after_a_cut_is_found(harness: impl AuditHarness) {
    let (log, sealer) = (harness.open().await, harness.sealer());
    append(&log, &entries(0..6)).await;
    let (whole, head) = (all(&log).await, surely(|| async { log.head().await }).await);
    harness.rewrite(whole[..4].to_vec()).await;
    let log = harness.reopen(log).await;
    append(&log, &entries(10..14)).await;
    let records = all(&log).await;
    assert!(verify(&records, None, &*sealer).is_ok());
    assert_eq!(verify(&records, Some(head), &*sealer), Err(AuditBreak::Replaced { seq: 6 }));
}
