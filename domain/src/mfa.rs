//! Whether a mail holds a login code for one of our accounts, and which, or a question for the operator: decided
//! from a parsed mail. And which of the waiting codes a login gets.
//!
//! A code is copied verbatim and never guessed. A mail is believed only when the mail system that took it in
//! says, in its own topmost `Authentication-Results`, that the hospital's signature is good.

mod arbiter;
mod authentication;
mod code;
mod notice;
mod take;

pub use arbiter::{ASK_GAP, CodeAsk, CodeLine, Turn};
pub use authentication::passed_dkim_domains;
pub use code::{CODE_CHARS, candidates};
pub use notice::is_ours;
pub use take::{take_verdict, waiting_codes};

use crate::ports::{CodeAddress, CodeEntry, MailNotice, NoticeKind};
use crate::redacted::Redacted;
use jiff::Timestamp;
use std::fmt;

/// The one mail system whose verdict on a signature is believed: Amazon SES, by its authserv-id.
pub const TRUSTED_AUTHSERV_ID: &str = "amazonses.com";

/// A mail account that receives codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAccount {
    /// The address the hospital mails to.
    pub recipient: String,
    /// The hospital's domain, as it signs.
    pub sender_domain: String,
    /// Words its subjects hold, where several accounts share recipient and domain.
    pub subject: Option<String>,
}

impl MailAccount {
    /// The address under which this account's codes are kept: every part in lower case.
    pub fn address(&self) -> CodeAddress {
        CodeAddress::Mail {
            recipient: self.recipient.trim().to_lowercase(),
            sender_domain: self.sender_domain.trim().to_lowercase(),
            subject: self.subject.as_deref().map(one_spaced),
        }
    }

    fn receives(&self, recipients: &[String]) -> bool {
        let wanted = self.recipient.trim();
        recipients.iter().any(|recipient| recipient.trim().eq_ignore_ascii_case(wanted))
    }

    fn says(&self, subject: &str) -> bool {
        self.subject.as_deref().is_none_or(|words| one_spaced(subject).contains(&one_spaced(words)))
    }
}

/// What a decision needs of a mail. `Debug` shows none of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The mail's id in the mail store.
    pub id: String,
    /// When the mail system received it.
    pub arrived_at: Timestamp,
    /// When its author sent it, as its one `Date` header says.
    pub sent_at: Option<Timestamp>,
    /// The topmost `Authentication-Results` header, unfolded or not.
    pub authentication_results: Option<String>,
    /// The address in `From`; none where there is not exactly one.
    pub from: Option<String>,
    /// Addresses in `To`, `X-Forwarded-To` and `Delivered-To`.
    pub recipients: Vec<String>,
    /// The subject.
    pub subject: Redacted<String>,
    /// Its text: `text/plain`, else the HTML without its tags.
    pub text: Redacted<String>,
}

/// Why a mail gives no code. Holds nothing of the mail's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailRefusal {
    /// It is not a mail at all.
    #[error("is no RFC 5322 mail")]
    Unparsable,
    /// Nobody knows when it came.
    #[error("tells no time of arrival")]
    NoArrivalTime,
    /// It did not come through the mail system whose verdicts are believed.
    #[error("has no authentication results of {TRUSTED_AUTHSERV_ID} at its top")]
    NotFromMailSystem,
    /// No account of ours is among its recipients.
    #[error("is for none of our accounts")]
    UnknownRecipient,
    /// It is for us, but the sender is not that account's hospital.
    #[error("is not from the account's hospital")]
    ForeignSender,
    /// The hospital's signature is missing or broken.
    #[error("carries no valid DKIM signature of the account's hospital")]
    DkimNotPassed,
    /// Its subject is none of the account's.
    #[error("has a subject that is none of the account's")]
    ForeignSubject,
    /// It could be for several of our accounts, and nobody guesses.
    #[error("could be for several of our accounts; tell them apart by mfa_recipient or mfa_subject")]
    AmbiguousAccount,
    /// It says that Gmail asks whether it may forward, and Google has not signed it.
    #[error(
        "says it is Gmail's forwarding confirmation and carries no valid signature of google.com; trust nothing in it"
    )]
    ForgedConfirmation,
    /// It is of Gmail's forwarding service, and not in a form we know.
    #[error(
        "is of Gmail's forwarding service, with neither a code nor a link we know; open it and answer by hand"
    )]
    UnknownConfirmation,
    /// No code.
    #[error("holds no complete code")]
    NoCode,
    /// Several different codes.
    #[error("holds {candidates} different codes, and nobody guesses")]
    AmbiguousCode {
        /// How many.
        candidates: usize,
    },
}

/// What a mail is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailMatter {
    /// A code for one of our accounts.
    Code(CodeEntry),
    /// A question for the operator.
    Notice(MailNotice),
}

/// The code of a mail for one of `accounts`, or the question it asks the operator.
///
/// # Errors
/// The first reason for which it gives none.
pub fn accept(mail: &ReceivedMail, accounts: &[MailAccount]) -> Result<MailMatter, MailRefusal> {
    let passed = mail
        .authentication_results
        .as_deref()
        .and_then(|header| passed_dkim_domains(header, TRUSTED_AUTHSERV_ID))
        .ok_or(MailRefusal::NotFromMailSystem)?;
    let from = mail.from.as_deref().map(str::trim).unwrap_or_default().to_lowercase();
    if from == notice::FORWARDING_SENDER {
        let kind = notice::forwarding_confirmation(mail, &passed)?;
        let notice = MailNotice { id: mail.id.clone(), arrived_at: mail.arrived_at, kind };
        return Ok(MailMatter::Notice(notice));
    }
    code_entry(mail, accounts, &from, &passed).map(MailMatter::Code)
}

fn code_entry(
    mail: &ReceivedMail,
    accounts: &[MailAccount],
    from: &str,
    passed: &[String],
) -> Result<CodeEntry, MailRefusal> {
    type Fits<'a> = &'a dyn Fn(&MailAccount) -> bool;
    let mut ours: Vec<&MailAccount> = accounts.iter().collect();
    let steps: [(Fits<'_>, MailRefusal); 4] = [
        (&|account| account.receives(&mail.recipients), MailRefusal::UnknownRecipient),
        (&|account| within(from, &account.sender_domain.trim().to_lowercase()), MailRefusal::ForeignSender),
        (
            &|account| passed.contains(&account.sender_domain.trim().to_lowercase()),
            MailRefusal::DkimNotPassed,
        ),
        (&|account| account.says(mail.subject.reveal()), MailRefusal::ForeignSubject),
    ];
    for (fits, refusal) in steps {
        ours.retain(|account| fits(account));
        if ours.is_empty() {
            return Err(refusal);
        }
    }
    let address = ours[0].address();
    // Accounts of one address take turns; a mail for several addresses is nobody's.
    if ours.iter().any(|account| account.address() != address) {
        return Err(MailRefusal::AmbiguousAccount);
    }
    let code = the_code(mail)?;
    let (id, arrived_at, sent_at) = (mail.id.clone(), mail.arrived_at, mail.sent_at);
    Ok(CodeEntry { id, address, arrived_at, sent_at, code })
}

/// Lower case, runs of white space made one space.
fn one_spaced(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether an address belongs to a domain or one below it.
fn within(address: &str, domain: &str) -> bool {
    let Some((_, host)) = address.rsplit_once('@') else { return false };
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
}

fn the_code(mail: &ReceivedMail) -> Result<Redacted<String>, MailRefusal> {
    let mut found = candidates(mail.text.reveal());
    found.extend(candidates(mail.subject.reveal()));
    found.sort();
    found.dedup();
    match found.len() {
        0 => Err(MailRefusal::NoCode),
        1 => found.pop().map(Redacted::new).ok_or(MailRefusal::NoCode),
        candidates => Err(MailRefusal::AmbiguousCode { candidates }),
    }
}

impl MailRefusal {
    /// A short name for metrics and logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unparsable => "unparsable",
            Self::NoArrivalTime => "no_arrival_time",
            Self::NotFromMailSystem => "not_from_mail_system",
            Self::UnknownRecipient => "unknown_recipient",
            Self::ForeignSender => "foreign_sender",
            Self::DkimNotPassed => "dkim_not_passed",
            Self::ForeignSubject => "foreign_subject",
            Self::AmbiguousAccount => "ambiguous_account",
            Self::ForgedConfirmation => "forged_confirmation",
            Self::UnknownConfirmation => "unknown_confirmation",
            Self::NoCode => "no_code",
            Self::AmbiguousCode { .. } => "ambiguous_code",
        }
    }
}

/// How the intake of one mail ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailVerdict {
    /// Its code waits in the mailbox for the login that asked for it.
    Accepted,
    /// It asks the operator something, and waits in the mailbox until it is dismissed.
    Notice(NoticeKind),
    /// It was dealt with before.
    SeenBefore,
    /// It gives no code; it will not be read again.
    Refused(MailRefusal),
}

impl fmt::Display for MailVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("holds a code for us"),
            Self::Notice(NoticeKind::ForwardingConfirmation { .. }) => {
                f.write_str("asks the operator to confirm the forwarding")
            }
            Self::SeenBefore => f.write_str("was dealt with before"),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
