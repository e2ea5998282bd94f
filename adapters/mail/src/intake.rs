//! The one door for raw mails: seen before, holds a code, asks the operator something, or is refused; whichever
//! way it came.

use crate::read::read_mail;
use domain::mfa::{MailAccount, MailMatter, MailVerdict};
use domain::ports::{CodeMailbox, MailNotice, PortError, PortResult};
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::path::Path;

/// The largest mail that is read: what Amazon SES takes in at most (40 MB with headers).
pub const MAIL_BYTES_MAX: u64 = 40 * 1024 * 1024;

/// How late a mail may be, and how far two clocks in order differ.
const SKEW_MAX: SignedDuration = SignedDuration::from_mins(2);

/// What arrived before this has nothing to do with a login of today.
const PAST: SignedDuration = SignedDuration::from_hours(24);

/// How one mail fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeReport {
    /// Its id in the mail store.
    pub id: String,
    /// What came of it.
    pub verdict: MailVerdict,
}

/// Takes one raw mail in: its code, if it has one for `accounts`, waits in the mailbox afterwards, and so does a
/// question for the operator.
///
/// `id` is the mail's name in the mail store; a mail of an id that was dealt with is not read again. `stored_at`
/// is when it was stored, for mails that tell no time of arrival themselves.
///
/// # Errors
/// Those of the mailbox; the mail can be taken in again then.
pub async fn intake(
    raw: &[u8],
    id: &str,
    stored_at: Option<Timestamp>,
    mailbox: &dyn CodeMailbox,
    accounts: &[MailAccount],
    now: Timestamp,
) -> PortResult<IntakeReport> {
    let report = |verdict| IntakeReport { id: id.to_owned(), verdict };
    if mailbox.seen(id).await? {
        return Ok(report(MailVerdict::SeenBefore));
    }
    match read_mail(raw, id, accounts, stored_at) {
        Ok(MailMatter::Code(entry)) => {
            let stored = mailbox.offer(&entry).await?;
            if stored && let Some(doubt) = clock_doubt(entry.arrived_at, now) {
                tracing::warn!(mail = id, %doubt, "a login code may not be taken");
            }
            Ok(report(if stored { MailVerdict::Accepted } else { MailVerdict::SeenBefore }))
        }
        Ok(MailMatter::Notice(notice)) => announce(notice, mailbox).await.map(report),
        Err(refusal) => {
            tracing::info!(mail = id, refusal = refusal.name(), "mail gives no code");
            mailbox.mark_seen(id, now).await?;
            Ok(report(MailVerdict::Refused(refusal)))
        }
    }
}

/// Mails come within seconds: one that arrived at another time, as the mail system tells it, is late or tells of a
/// clock that is wrong. Codes are taken by their time of arrival, so this is the only trace of it.
fn clock_doubt(arrived_at: Timestamp, now: Timestamp) -> Option<String> {
    let age = now.duration_since(arrived_at);
    let minutes = age.unsigned_abs().as_secs() / 60;
    if age < -SKEW_MAX {
        let text = "arrives in the future: this machine's clock is behind";
        return Some(format!("it {text}, by {minutes} min; compare it with `check --connect`"));
    }
    // Older ones are a folder's past.
    (age > SKEW_MAX && age < PAST).then(|| {
        format!(
            "it arrived {minutes} min ago: it came late, or this machine's clock is ahead, and codes that arrive \
             before they are asked for are never taken; compare it with `check --connect`"
        )
    })
}

/// Says only that something waits: what it says opens a mail account.
async fn announce(notice: MailNotice, mailbox: &dyn CodeMailbox) -> PortResult<MailVerdict> {
    if !mailbox.announce(&notice).await? {
        return Ok(MailVerdict::SeenBefore);
    }
    tracing::warn!(
        mail = notice.id,
        "a forwarding confirmation waits for the operator: run `epic-connector portal status`"
    );
    Ok(MailVerdict::Notice(notice.kind))
}

/// Takes in a mail that lies in a file; its name is its id.
///
/// # Errors
/// `NotFound` when there is no such file, `Permanent` when it is no mail's file (a folder, a name that is no id,
/// more than 40 MB), `Transient` when it cannot be read now; and those of the mailbox.
pub async fn intake_file(
    path: &Path,
    mailbox: &dyn CodeMailbox,
    accounts: &[MailAccount],
    now: Timestamp,
) -> PortResult<IntakeReport> {
    let thing = || format!("mail file {}", path.display());
    let id = path
        .file_name()
        .and_then(|name| name.to_str())
        .filter(|name| is_mail_id(name))
        .ok_or_else(|| PortError::permanent(thing(), NAME_IS_NO_ID))?;
    let read_error = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => PortError::not_found(thing()),
        _ => PortError::transient(thing(), error),
    };
    let about = tokio::fs::metadata(path).await.map_err(read_error)?;
    if !about.is_file() {
        return Err(PortError::permanent(thing(), "is no file; give the file of one raw mail"));
    }
    if about.len() > MAIL_BYTES_MAX {
        return Err(PortError::permanent(
            thing(),
            "is larger than any mail that Amazon SES takes in (40 MB)",
        ));
    }
    let stored_at = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let raw = tokio::fs::read(path).await.map_err(read_error)?;
    intake(&raw, id, stored_at, mailbox, accounts, now).await
}

const NAME_IS_NO_ID: &str =
    "has a name that is no mail id; rename it to at most 128 letters, digits, dots, dashes or underscores";

/// Ids are kept for ever and written to logs: only what a mail store makes is one.
pub fn is_mail_id(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_makes_codes_useless_is_told() {
        let now = Timestamp::UNIX_EPOCH;
        let doubt = |minutes| clock_doubt(now - SignedDuration::from_mins(minutes), now);
        assert_eq!((doubt(0), doubt(2), doubt(-2), doubt(60 * 24)), (None, None, None, None));
        assert!(doubt(61).is_some_and(|text| text.contains("61 min ago") && text.contains("clock is ahead")));
        assert!(doubt(-61).is_some_and(|text| text.contains("clock is behind, by 61 min")));
    }
}
