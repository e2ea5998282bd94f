//! Events in front of a mailbox in memory: delivered twice, told by both, failing half-way.

use super::*;
use async_trait::async_trait;
use bytes::Bytes;
use domain::mfa::MailAccount;
use domain::ports::{CodeAddress, CodeWindow, ErrorClass, TakeVerdict};
use memory::MemoryMailbox;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Mails by key; a key of [`Shelf::broken`] cannot be read.
#[derive(Default)]
struct Shelf {
    mails: BTreeMap<String, Bytes>,
    broken: Mutex<Vec<String>>,
}

#[async_trait]
impl MailSource for Arc<Shelf> {
    async fn read(&self, key: &str) -> PortResult<Option<Bytes>> {
        if self.broken.lock().unwrap().iter().any(|broken| broken == key) {
            return Err(PortError::transient(format!("mail {key}"), "throttled"));
        }
        Ok(self.mails.get(key).cloned())
    }
}

fn code_mail(code: &str) -> Bytes {
    let mail = format!(
        "Received: by inbound-smtp.us-east-1.amazonaws.com; Fri, 20 Nov 2026 14:14:05 +0000\r\n\
         Authentication-Results: amazonses.com; dkim=pass header.i=@h.example\r\n\
         From: no-reply@h.example\r\nTo: codes@intake.example\r\n\r\nYour code is {code}.\r\n"
    );
    mail.into()
}

struct Setup {
    intake: Intake<Arc<Shelf>>,
    shelf: Arc<Shelf>,
    mailbox: Arc<MemoryMailbox>,
}

fn setup(mails: &[(&str, Bytes)]) -> Setup {
    let mails = mails.iter().map(|(id, mail)| (format!("in/{id}"), mail.clone())).collect();
    let shelf = Arc::new(Shelf { mails, broken: Mutex::default() });
    let mailbox = Arc::new(MemoryMailbox::default());
    let account = MailAccount {
        recipient: "codes@intake.example".into(),
        sender_domain: "h.example".into(),
        subject: None,
    };
    let intake = Intake {
        home: MailHome::Bucket { bucket: "mails".into(), prefix: "in/".into() },
        source: Arc::clone(&shelf),
        mailbox: Arc::clone(&mailbox) as _,
        accounts: vec![account],
    };
    Setup { intake, shelf, mailbox }
}

fn by_ses(id: &str) -> Value {
    json!({ "Records": [{ "ses": { "mail": { "messageId": id } } }] })
}

fn by_s3(ids: &[&str]) -> Value {
    let record = |id: &&str| {
        json!({ "eventName": "ObjectCreated:Put",
                "s3": { "bucket": { "name": "mails" }, "object": { "key": format!("in/{id}") } } })
    };
    json!({ "Records": ids.iter().map(record).collect::<Vec<_>>() })
}

async fn taken(mailbox: &MemoryMailbox) -> TakeVerdict {
    let address = CodeAddress::Mail {
        recipient: "codes@intake.example".into(),
        sender_domain: "h.example".into(),
        subject: None,
    };
    mailbox.take(&CodeWindow { address, not_before: NOW, oldest: NOW, sent_from: None }).await.unwrap()
}

#[tokio::test]
async fn a_mail_told_twice_and_by_both_gives_one_code() {
    let Setup { intake, mailbox, .. } = setup(&[("m1", code_mail("482913"))]);
    let handled = async |event: &Value| intake.handle(event, NOW).await.unwrap();
    assert_eq!(handled(&by_ses("m1")).await, Summary { codes: 1, ..Summary::default() });
    let again = Summary { seen_before: 1, ..Summary::default() };
    assert_eq!(handled(&by_ses("m1")).await, again);
    assert_eq!(handled(&by_s3(&["m1"])).await, again);
    assert_eq!(taken(&mailbox).await, TakeVerdict::Taken("482913".into()));
    assert_eq!(handled(&by_s3(&["m1"])).await, again);
    assert_eq!(taken(&mailbox).await, TakeVerdict::Nothing);
}

#[tokio::test]
async fn what_was_done_before_a_failure_stays_done() {
    let no_mail = Bytes::from_static(b"\0\0\0");
    let mails = [("bad", no_mail), ("m1", code_mail("482913")), ("m2", code_mail("111111"))];
    let Setup { intake, shelf, mailbox } = setup(&mails);
    shelf.broken.lock().unwrap().push("in/m2".into());
    let event = by_s3(&["m2", "bad", "m1"]);
    let error = intake.handle(&event, NOW).await.unwrap_err().to_string();
    assert_eq!(error, "1 of 3 mails not taken in; the first: mail in/m2: throttled");
    assert_eq!(taken(&mailbox).await, TakeVerdict::Taken("482913".into()));
    shelf.broken.lock().unwrap().clear();
    let summary = intake.handle(&event, NOW).await.unwrap();
    assert_eq!(summary, Summary { codes: 1, seen_before: 2, ..Summary::default() });
    assert_eq!(taken(&mailbox).await, TakeVerdict::Taken("111111".into()));
}

#[tokio::test]
async fn a_mail_that_is_gone_or_none_is_no_reason_to_repeat() {
    let Setup { intake, .. } = setup(&[("bad", Bytes::from_static(b"Hello"))]);
    let summary = intake.handle(&by_s3(&["gone", "bad"]), NOW).await.unwrap();
    assert_eq!(summary, Summary { gone: 1, refused: 1, ..Summary::default() });
}

#[tokio::test]
async fn a_mail_that_ses_tells_of_and_has_not_stored_is_asked_for_again() {
    let Setup { intake, .. } = setup(&[]);
    let error = intake.handle(&by_ses("m1"), NOW).await.unwrap_err();
    assert_eq!(error.first.class, ErrorClass::Transient);
    assert!(error.to_string().contains("S3 action"), "{error}");
    assert!(intake.handle(&json!({}), NOW).await.unwrap_err().to_string().contains("subscribe"));
}
