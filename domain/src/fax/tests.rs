//! What an envelope says, and that a hand-over that dies anywhere is finished with the same message.

use super::*;
use crate::ids::{DestinationName, RequestId};
use crate::ports::{BackEnd, Destination, FaxFiles, FaxMade, FaxMaker, FaxQueue, FaxRecord, FaxWanted};
use crate::router::DeliveryFacts;
use async_trait::async_trait;
use bytes::Bytes;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_763_640_000 + seconds)
}

fn line() -> FaxLine {
    FaxLine {
        called_number: "+15185550100".into(),
        caller_number: None,
        caller_id: None,
        zones: [(PortalName::new("riverside"), "America/New_York".to_owned())].into(),
    }
}

fn delivery(received: DateTime) -> Delivery {
    Delivery {
        key: DeliveryKey {
            order: OrderId::of(&RequestId::new("r"), 1),
            revision: Revision::FIRST,
            destination: DestinationName::new("fax"),
        },
        facts: DeliveryFacts {
            portal: PortalName::new("riverside"),
            received,
            first_seen: at(0),
            pages: 17,
            partial: true,
        },
        packet_pdf: Bytes::from_static(b"%PDF of somebody"),
        order_json: Bytes::from_static(b"{\"name\":\"somebody\"}"),
        summary: Bytes::from_static(b"somebody"),
    }
}

fn file() -> FaxFile {
    FaxFile {
        place: "/in/x.pdf".into(),
        format: FaxFormat::Pdf,
        resolution: FaxResolution::Original,
        bytes: 16,
        sha256: "ab".into(),
        unreadable: Vec::new(),
    }
}

#[test]
fn an_envelope_says_what_a_fax_line_says_and_nothing_of_the_patient() {
    let delivery = delivery(jiff::civil::datetime(2026, 7, 3, 9, 30, 0, 0));
    let envelope = line().envelope(&delivery, file(), at(90)).expect("an envelope");
    assert_eq!(envelope.received_utc.to_string(), "2026-07-03T13:30:00Z");
    assert_eq!((envelope.pages, envelope.bytes, envelope.duration_seconds), (17, 16, 90));
    assert_eq!((envelope.caller_id.as_str(), envelope.partial), ("riverside", true));
    let json = serde_json::to_value(&envelope).expect("JSON");
    assert_eq!(json["received_local"], "2026-07-03T09:30:00");
    assert_eq!((&json["source"], &json["format"]), (&"portal".into(), &"pdf".into()));
    assert!(!json.to_string().contains("somebody"));
}

#[test]
fn the_hour_that_comes_twice_is_its_first_and_the_hour_that_is_left_out_has_a_time_too() {
    for (hour, day, expected) in [(1, 1, "2026-11-01T05:30:00Z"), (2, 8, "2026-03-08T07:30:00Z")] {
        let month = if day == 1 { 11 } else { 3 };
        let local = jiff::civil::datetime(2026, month, day, hour, 30, 0, 0);
        let envelope = line().envelope(&delivery(local), file(), at(0)).expect("an envelope");
        assert_eq!(envelope.received_utc.to_string(), expected);
    }
}

#[test]
fn a_portal_that_is_gone_is_told_of_with_a_way_out() {
    let line = FaxLine { zones: BTreeMap::new(), ..line() };
    let delivery = delivery(jiff::civil::datetime(2026, 7, 3, 9, 30, 0, 0));
    let error = line.envelope(&delivery, file(), at(0)).expect_err("no zone");
    assert!(error.to_string().contains("retry the order"), "{error}");
}

#[test]
fn a_clock_that_was_set_back_gives_no_negative_duration() {
    let delivery = delivery(jiff::civil::datetime(2026, 7, 3, 9, 30, 0, 0));
    let envelope = line().envelope(&delivery, file(), at(-5)).expect("an envelope");
    assert_eq!(envelope.duration_seconds, 0);
}

/// Both ends in memory. The process that uses them dies at one call: before it is carried out, or right after.
#[derive(Default)]
struct Ends {
    files: Mutex<BTreeMap<String, Bytes>>,
    records: Mutex<BTreeMap<String, FaxRecord>>,
    sent: Mutex<Vec<(String, String)>>,
    calls: Mutex<usize>,
    dies_at: Option<(usize, bool)>,
}

impl Ends {
    async fn call<T>(&self, act: impl FnOnce(&Self) -> T) -> T {
        let call = {
            let mut calls = self.calls.lock().expect("unpoisoned");
            *calls += 1;
            *calls
        };
        if self.dies_at == Some((call, false)) {
            std::future::pending::<()>().await;
        }
        let done = act(self);
        if self.dies_at == Some((call, true)) {
            std::future::pending::<()>().await;
        }
        done
    }
}

#[async_trait]
impl BackEnd for Ends {
    fn name(&self) -> String {
        "memory".into()
    }

    async fn ping(&self) -> PortResult<String> {
        Ok("here".into())
    }
}

#[async_trait]
impl FaxFiles for Ends {
    async fn put(&self, name: &str, bytes: Bytes) -> PortResult<String> {
        let put = |ends: &Self| ends.files.lock().expect("unpoisoned").insert(name.to_owned(), bytes);
        self.call(put).await;
        Ok(format!("memory/{name}"))
    }

    async fn record(&self, fax_id: &str, record: Bytes) -> PortResult<Bytes> {
        let record = |ends: &Self| {
            let mut records = ends.records.lock().expect("unpoisoned");
            let entry = records.entry(fax_id.to_owned());
            entry.or_insert(FaxRecord { record, sent: false }).record.clone()
        };
        Ok(self.call(record).await)
    }

    async fn recorded(&self, fax_id: &str) -> PortResult<Option<FaxRecord>> {
        Ok(self.call(|ends| ends.records.lock().expect("unpoisoned").get(fax_id).cloned()).await)
    }

    async fn mark_sent(&self, fax_id: &str) -> PortResult<()> {
        let mark = |ends: &Self| {
            if let Some(record) = ends.records.lock().expect("unpoisoned").get_mut(fax_id) {
                record.sent = true;
            }
        };
        self.call(mark).await;
        Ok(())
    }
}

#[async_trait]
impl FaxQueue for Ends {
    async fn send(&self, fax_id: &str, envelope: &str) -> PortResult<()> {
        let message = (fax_id.to_owned(), envelope.to_owned());
        self.call(|ends| ends.sent.lock().expect("unpoisoned").push(message)).await;
        Ok(())
    }
}

/// Runs as far as it comes; none when it died.
fn ran<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

fn pipeline(ends: &Arc<Ends>) -> FaxPipeline {
    FaxPipeline::new(DestinationName::new("fax"), line(), Arc::clone(ends) as _, Arc::clone(ends) as _)
}

/// Scans anything as three letters.
struct Scanner;

#[async_trait]
impl FaxMaker for Scanner {
    async fn make_fax(&self, _pdf: &Bytes, wanted: &FaxWanted) -> PortResult<FaxMade> {
        assert_eq!(wanted.bytes_max, 100);
        let unreadable = vec![UnreadableFaxPage { page: 2, why: "it is too faint".to_owned() }];
        Ok(FaxMade { bytes: Bytes::from_static(b"II*"), unreadable })
    }
}

#[test]
fn a_pipeline_that_scans_hands_over_the_scan_and_says_which_pages_cannot_be_read() {
    let own = delivery(jiff::civil::datetime(2026, 7, 3, 9, 30, 0, 0));
    let ends = Arc::new(Ends::default());
    let wanted = FaxWanted { format: FaxFormat::Tiff, bytes_max: 100 };
    let pipeline = pipeline(&ends).scanning(Arc::new(Scanner), wanted);
    ran(pipeline.deliver(&own, at(1))).expect("it ends").expect("delivered");
    let envelope: FaxEnvelope =
        serde_json::from_str(&ends.sent.lock().expect("unpoisoned")[0].1).expect("an envelope");
    assert_eq!((envelope.format, envelope.resolution), (FaxFormat::Tiff, FaxResolution::Fine));
    assert_eq!((envelope.bytes, envelope.sha256), (3, sha256_hex(b"II*")));
    assert!(envelope.file.ends_with(".tif"), "{}", envelope.file);
    assert_eq!(envelope.unreadable_pages.len(), 1);
}

#[test]
fn a_hand_over_that_dies_at_any_line_is_finished_with_the_same_message() {
    let own = delivery(jiff::civil::datetime(2026, 7, 3, 9, 30, 0, 0));
    let id = fax_id(&own.key);
    // Looks, puts the file, records, sends, marks.
    for (call, after) in (1..=5).flat_map(|call| [(call, false), (call, true)]) {
        let mut ends = Ends { dies_at: Some((call, after)), ..Ends::default() };
        let shared = Arc::new(ends);
        assert!(ran(pipeline(&shared).deliver(&own, at(1))).is_none(), "it dies at call {call}");
        ends = Arc::try_unwrap(shared).unwrap_or_else(|_| panic!("nobody holds the dead"));
        ends.dies_at = None;
        let ends = Arc::new(ends);
        let found = ran(pipeline(&ends).find(&own.key)).expect("it ends").expect("found");
        let mut other = own.clone();
        other.packet_pdf = Bytes::from_static(b"%PDF made another time");
        let receipt = ran(pipeline(&ends).deliver(&other, at(9))).expect("it ends").expect("delivered");
        assert!(found.is_none_or(|found| found == receipt), "call {call}");
        let sent = ends.sent.lock().expect("unpoisoned").clone();
        let twice = matches!((call, after), (4, true) | (5, false));
        assert_eq!(sent.len(), if twice { 2 } else { 1 }, "call {call}, after {after}");
        assert!(sent.iter().all(|message| *message == sent[0] && message.0 == id));
        let envelope: FaxEnvelope = serde_json::from_str(&sent[0].1).expect("an envelope");
        let files = ends.files.lock().expect("unpoisoned");
        let name = envelope.file.strip_prefix("memory/").expect("its place");
        assert_eq!(sha256_hex(&files[name]), envelope.sha256, "the message tells of the file that is there");
        assert_eq!(receipt.reference, envelope.file);
        drop(files);
        let found = ran(pipeline(&ends).find(&own.key)).expect("it ends").expect("found");
        assert_eq!(found, Some(receipt), "and it is found");
    }
}
