//! One event, from its records to codes in the mailbox.
//!
//! Safe to run twice: the mailbox knows the ids it has dealt with. What a mail itself is to blame for ends with a
//! log line; anything else fails the invocation, so that Lambda runs the event again, and what was done stays done.

use crate::event::{MailToRead, ToldBy, plan};
use crate::settings::MailHome;
use crate::source::MailSource;
use domain::mfa::{MailAccount, MailVerdict};
use domain::ports::{CodeMailbox, PortError, PortResult};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// What every event is handled with.
pub(crate) struct Intake<S> {
    pub(crate) home: MailHome,
    pub(crate) source: S,
    pub(crate) mailbox: Arc<dyn CodeMailbox>,
    pub(crate) accounts: Vec<MailAccount>,
}

/// How the mails of one event fared, by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    /// Codes that wait for their login.
    pub(crate) codes: usize,
    /// Questions that wait for the operator.
    pub(crate) notices: usize,
    /// Mails that were dealt with before.
    pub(crate) seen_before: usize,
    /// Mails that bring nothing.
    pub(crate) refused: usize,
    /// Mails that are not there any more.
    pub(crate) gone: usize,
    /// Records that tell of no mail of ours.
    pub(crate) passed_over: usize,
}

/// An event that has to be run again. Shows nothing of its mails.
#[derive(Debug)]
pub(crate) struct EventFailed {
    failed: usize,
    of: usize,
    first: PortError,
}

impl fmt::Display for EventFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { failed, of, first } = self;
        write!(f, "{failed} of {of} mails not taken in; the first: {first}")
    }
}

impl std::error::Error for EventFailed {}

impl<S: MailSource> Intake<S> {
    /// Takes in every mail an event tells of.
    ///
    /// # Errors
    /// The event is of no known shape, or at least one of its mails could not be read or its code not be stored.
    pub(crate) async fn handle(&self, event: &Value, now: Timestamp) -> Result<Summary, EventFailed> {
        let plan = plan(event, &self.home).map_err(|first| EventFailed { failed: 0, of: 0, first })?;
        let mut summary = Summary { passed_over: plan.passed_over, ..Summary::default() };
        let (mut failed, mut first_failure) = (0, None);
        for mail in &plan.mails {
            if let Err(error) = self.take_in(mail, &mut summary, now).await {
                tracing::warn!(mail = mail.id, %error, "mail not taken in; the event fails and is run again");
                failed += 1;
                first_failure.get_or_insert(error);
            }
        }
        match first_failure {
            Some(first) => Err(EventFailed { failed, of: plan.mails.len(), first }),
            None => Ok(summary),
        }
    }

    async fn take_in(&self, mail: &MailToRead, summary: &mut Summary, now: Timestamp) -> PortResult<()> {
        let Some(raw) = self.source.read(&mail.key).await? else {
            if mail.told_by == ToldBy::Ses {
                return Err(not_there_yet(mail));
            }
            tracing::warn!(mail = mail.id, "deleted since S3 told of it; nothing is taken in");
            summary.gone += 1;
            return Ok(());
        };
        let mailbox = self.mailbox.as_ref();
        let report = mail::intake(&raw, &mail.id, mail.stored_at, mailbox, &self.accounts, now).await?;
        *match report.verdict {
            MailVerdict::Accepted => {
                tracing::info!(mail = mail.id, "a code waits for its login");
                &mut summary.codes
            }
            MailVerdict::Notice(_) => &mut summary.notices,
            MailVerdict::SeenBefore => &mut summary.seen_before,
            MailVerdict::Refused(_) => &mut summary.refused,
        } += 1;
        Ok(())
    }
}

/// SES tells of a mail while it handles it, so the object is missing because of how the rule is made; after it is
/// mended, Lambda's own repeats still bring the code in time.
fn not_there_yet(mail: &MailToRead) -> PortError {
    let cause = "SES tells of it, but there is no such object; the receipt rule must store the mail (S3 action) before \
                 it calls the function, under the bucket and prefix of EPIC_CONNECTOR__MAIL";
    PortError::transient(format!("mail {}", mail.id), cause)
}

#[cfg(test)]
mod tests;
