//! What an event asks for: which raw mails are to be read. Pure; an event's verdicts and headers are not looked at,
//! the mail itself is what counts.
//!
//! Two shapes are taken, told apart by what their records hold: Amazon SES's receipt action (the mail lies where
//! SES's S3 action before it has put it) and S3's own notification of a new object. Only the fields that are
//! needed are read: a mail without `From` makes an event without `from`, and must not fail here.
//! Sources: Amazon SES developer guide, "Lambda action: event"; Amazon S3 user guide, "Event message structure".

use crate::settings::MailHome;
use domain::ports::{PortError, PortResult};
use jiff::Timestamp;
use mail::is_mail_id;
use serde::Deserialize;
use serde_json::Value;

/// Who tells of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToldBy {
    /// SES, while it handles the mail: the object is there, or the rule's actions are in the wrong order.
    Ses,
    /// S3, once the object was written: one that is missing was deleted since.
    S3,
}

/// A mail to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailToRead {
    /// SES's message id, whoever told of it: the last part of the object's key.
    pub(crate) id: String,
    /// Under which key it lies: the object's, or the name of a file.
    pub(crate) key: String,
    /// Who told of it.
    pub(crate) told_by: ToldBy,
    /// When it was stored, for mails that tell no time themselves.
    pub(crate) stored_at: Option<Timestamp>,
}

/// What one event comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Mails to be read, in the event's order, each once.
    pub(crate) mails: Vec<MailToRead>,
    /// Records that tell of something else: a deleted object, another bucket or prefix, a name that is no mail id.
    pub(crate) passed_over: usize,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records", default)]
    records: Option<Vec<Record>>,
    /// S3 sends `s3:TestEvent` once, when the notification is set up.
    #[serde(rename = "Event", default)]
    event: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    ses: Option<SesRecord>,
    #[serde(default)]
    s3: Option<S3Record>,
    #[serde(rename = "eventName", default)]
    name: Option<String>,
    #[serde(rename = "eventTime", default)]
    time: Option<String>,
}

#[derive(Deserialize)]
struct SesRecord {
    mail: SesMail,
}

#[derive(Deserialize)]
struct SesMail {
    #[serde(rename = "messageId")]
    message_id: String,
    #[serde(default)]
    timestamp: Option<String>,
}

#[derive(Deserialize)]
struct S3Record {
    bucket: S3Bucket,
    object: S3Object,
}

#[derive(Deserialize)]
struct S3Bucket {
    name: String,
}

#[derive(Deserialize)]
struct S3Object {
    key: String,
}

/// The mails an event tells of, as they lie in `home`.
///
/// # Errors
/// `Permanent` when the event is of neither shape. Its text shows nothing of the event.
pub(crate) fn plan(event: &Value, home: &MailHome) -> PortResult<Plan> {
    let event = Event::deserialize(event).map_err(|_| unknown())?;
    let records = match (event.records, event.event) {
        (Some(records), _) if !records.is_empty() => records,
        (None, Some(name)) if name == "s3:TestEvent" => return Ok(Plan::default()),
        _ => return Err(unknown()),
    };
    let mut plan = Plan::default();
    for record in records {
        let mail = match (record.ses, record.s3) {
            (Some(ses), None) => by_ses(ses.mail, home),
            (None, Some(s3)) => by_s3(&s3, record.name.as_deref(), record.time.as_deref(), home),
            _ => return Err(unknown()),
        };
        match mail {
            Some(mail) if plan.mails.iter().any(|known| known.id == mail.id) => {}
            Some(mail) => plan.mails.push(mail),
            None => plan.passed_over += 1,
        }
    }
    Ok(plan)
}

fn unknown() -> PortError {
    let cause = "it is neither of Amazon SES's receipt action nor a notification of Amazon S3; subscribe the function \
                 to one of these, directly";
    PortError::permanent("event", cause)
}

fn by_ses(mail: SesMail, home: &MailHome) -> Option<MailToRead> {
    let id = mail.message_id;
    let stored_at = mail.timestamp.and_then(|time| time.parse().ok());
    is_mail_id(&id).then(|| MailToRead { key: home.key_of(&id), id, told_by: ToldBy::Ses, stored_at })
}

fn by_s3(record: &S3Record, name: Option<&str>, time: Option<&str>, home: &MailHome) -> Option<MailToRead> {
    // Events that reach a function by a rule of EventBridge's or SNS's carry the name with its `s3:`.
    let name = name.unwrap_or_default();
    if !name.strip_prefix("s3:").unwrap_or(name).starts_with("ObjectCreated:") {
        return None;
    }
    let key = form_decoded(&record.object.key)?;
    let id = home.id_of(&record.bucket.name, &key).filter(|id| is_mail_id(id))?.to_owned();
    let stored_at = time.and_then(|time| time.parse().ok());
    Some(MailToRead { key: home.key_of(&id), id, told_by: ToldBy::S3, stored_at })
}

/// A key as S3 writes it into events: a blank as `+`, other special bytes as `%XX`.
fn form_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests;
