//! Clauses of `FaxFiles` and Y-1 to Y-2 of `FaxQueue`.

use crate::{Harness, RACERS, race, sample, surely};
use async_trait::async_trait;
use bytes::Bytes;
use domain::fax::FaxLine;
use domain::ports::{FaxFiles, FaxQueue, FaxRecord};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Also reads a file as the pipeline does.
#[async_trait]
pub trait FaxFilesHarness: Harness<dyn FaxFiles> {
    /// The file at the place `put` has told.
    async fn at(&self, place: &str) -> Bytes;
}

/// Also reads the queue as the pipeline does.
#[async_trait]
pub trait FaxQueueHarness: Harness<dyn FaxQueue> {
    /// Every message that waits.
    async fn messages(&self) -> Vec<String>;
}

/// A line that knows the zone of the samples' portal.
pub fn fax_line() -> FaxLine {
    FaxLine {
        called_number: "+15185550100".to_owned(),
        caller_number: Some("+15185550199".to_owned()),
        caller_id: None,
        zones: [(sample::portal(), "America/New_York".to_owned())].into(),
    }
}

/// a file is there whole, a repeat and a restart change nothing, and other names are other files.
pub async fn x_1_a_file_is_whole_and_a_repeat_changes_nothing(harness: impl FaxFilesHarness) {
    let files = harness.open().await;
    let content = Bytes::from(vec![b'%'; 300_000]);
    let place = surely(|| async { files.put("one-aaaa.pdf", content.clone()).await }).await;
    assert_eq!(harness.at(&place).await, content);
    let racing = race(RACERS, |_| {
        let (files, content) = (Arc::clone(&files), content.clone());
        async move { surely(|| async { files.put("one-aaaa.pdf", content.clone()).await }).await }
    })
    .await;
    assert!(racing.iter().all(|other| *other == place));
    let other = Bytes::from_static(b"other");
    let elsewhere = surely(|| async { files.put("one-bbbb.pdf", other.clone()).await }).await;
    assert_ne!(elsewhere, place);
    let _files = harness.reopen(files).await;
    assert_eq!((harness.at(&place).await, harness.at(&elsewhere).await), (content, other));
}

/// a record that is there stays, also over a restart, and every caller is given it.
pub async fn x_2_the_first_record_stays(harness: impl FaxFilesHarness) {
    let files = harness.open().await;
    assert!(surely(|| async { files.recorded("one").await }).await.is_none());
    let first = Bytes::from_static(b"first");
    assert_eq!(surely(|| async { files.record("one", first.clone()).await }).await, first);
    let later = Bytes::from_static(b"later");
    assert_eq!(surely(|| async { files.record("one", later.clone()).await }).await, first);
    let files = harness.reopen(files).await;
    let known = surely(|| async { files.recorded("one").await }).await;
    assert_eq!(known, Some(FaxRecord { record: first, sent: false }));
    assert_eq!(surely(|| async { files.record("two", later.clone()).await }).await, later);
}

/// of racing records under one id one stays.
pub async fn x_2_racing_records_are_one(harness: impl FaxFilesHarness) {
    let files = harness.open().await;
    let told = race(RACERS, |index| {
        let files = Arc::clone(&files);
        let own = Bytes::from(format!("writer {index}"));
        async move { surely(|| async { files.record("one", own.clone()).await }).await }
    })
    .await;
    let distinct: BTreeSet<_> = told.iter().collect();
    assert_eq!(distinct.len(), 1, "callers were told of different records");
    let known = surely(|| async { files.recorded("one").await }).await;
    assert_eq!(known.map(|known| known.record).as_ref(), told.first());
}

/// a record is sent from its mark on; marking again, and the record's repeat, change nothing.
pub async fn x_3_a_record_is_sent_from_its_mark_on(harness: impl FaxFilesHarness) {
    let files = harness.open().await;
    for id in ["one", "two"] {
        surely(|| async { files.record(id, Bytes::from_static(b"record")).await }).await;
    }
    for _ in 0..2 {
        surely(|| async { files.mark_sent("one").await }).await;
    }
    surely(|| async { files.record("one", Bytes::from_static(b"again")).await }).await;
    let files = harness.reopen(files).await;
    for (id, sent) in [("one", true), ("two", false)] {
        let known = surely(|| async { files.recorded(id).await }).await;
        assert_eq!(known, Some(FaxRecord { record: Bytes::from_static(b"record"), sent }), "{id}");
    }
}

/// Y-1: a message that was taken is there, also after a restart.
pub async fn y_1_a_message_that_was_taken_is_there(harness: impl FaxQueueHarness) {
    let queue = harness.open().await;
    for (id, envelope) in [("one", "{\"fax_id\":\"one\"}"), ("two", "{\"fax_id\":\"two\"}")] {
        surely(|| async { queue.send(id, envelope).await }).await;
    }
    let _queue = harness.reopen(queue).await;
    let waiting: BTreeSet<String> = harness.messages().await.into_iter().collect();
    assert_eq!(waiting, BTreeSet::from(["one", "two"].map(|id| format!("{{\"fax_id\":\"{id}\"}}"))));
}

/// Y-2: a repeat is the same message, in place of the first or beside it.
pub async fn y_2_a_repeat_is_the_same_message(harness: impl FaxQueueHarness) {
    let queue = harness.open().await;
    for _ in 0..3 {
        surely(|| async { queue.send("one", "{\"fax_id\":\"one\"}").await }).await;
    }
    let waiting = harness.messages().await;
    assert!((1..=3).contains(&waiting.len()), "{} messages", waiting.len());
    assert!(waiting.iter().all(|message| message == "{\"fax_id\":\"one\"}"));
}
