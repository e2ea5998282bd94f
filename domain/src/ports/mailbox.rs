//! `prod_ses`: MFA codes between their arrival and their single use.

use super::PortResult;
use crate::ids::PortalName;
use crate::keys::plain_hash;
use crate::redacted::Redacted;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whom a code is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CodeAddress {
    /// A mail of this hospital to this address.
    Mail {
        /// The account's own recipient address, lower case.
        recipient: String,
        /// The domain whose DKIM signature passed, lower case.
        sender_domain: String,
        /// Words of the subject that tell the account's mails from another's at the same address, lower case; none
        /// where recipient and sender do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
    },
    /// Typed by a person for this portal.
    Person {
        /// The portal.
        portal: PortalName,
    },
}

impl CodeAddress {
    /// A stable name of the address that shows nothing of it.
    pub fn key(&self) -> String {
        match self {
            Self::Mail { recipient, sender_domain, subject } => {
                plain_hash(&["mail", recipient, sender_domain, subject.as_deref().unwrap_or_default()])
            }
            Self::Person { portal } => plain_hash(&["person", portal.as_str()]),
        }
    }
}

/// One received code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeEntry {
    /// The mail's id in the mail store, remembered for ever so that no mail is read twice.
    pub id: String,
    /// Whom it is for.
    pub address: CodeAddress,
    /// When the mail system received it.
    pub arrived_at: Timestamp,
    /// When the hospital sent it, by its own clock; none where its mail does not tell, or a person typed it.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// The code, verbatim.
    pub code: Redacted<String>,
}

/// Which codes a login attempt may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeWindow {
    /// Whom they must be for.
    pub address: CodeAddress,
    /// Codes that arrived before the attempt began are not ours.
    pub not_before: Timestamp,
    /// Codes that arrived before this are too old.
    pub oldest: Timestamp,
    /// Codes that the hospital sent before this, by its own clock, answer an earlier login
    /// ([`crate::mfa::CodeLine::sent_from`]). With it, a mail that does not tell when it was sent is nobody's.
    pub sent_from: Option<Timestamp>,
}

/// What taking a code gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakeVerdict {
    /// This code, now used up.
    Taken(Redacted<String>),
    /// None yet.
    Nothing,
    /// Several that differ: nobody guesses; wait for them to age or ask for a new one.
    Ambiguous {
        /// How many.
        candidates: usize,
    },
}

/// What waits in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingCodes {
    /// How many different codes.
    pub codes: usize,
    /// When the hospital sent the latest of them, where its mails tell.
    pub sent_at: Option<Timestamp>,
}

impl TakeVerdict {
    /// How many different codes could have been taken.
    pub const fn candidates(&self) -> usize {
        match self {
            Self::Taken(_) => 1,
            Self::Nothing => 0,
            Self::Ambiguous { candidates } => *candidates,
        }
    }
}

/// A mail that is for the operator rather than for a login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailNotice {
    /// The mail's id in the mail store.
    pub id: String,
    /// When the mail system received it.
    pub arrived_at: Timestamp,
    /// What it says.
    pub kind: NoticeKind,
}

/// What a [`MailNotice`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoticeKind {
    /// Gmail asks whether an account's mails may be forwarded to us; nothing arrives before somebody confirms.
    ForwardingConfirmation {
        /// The account that wants to forward.
        account: Redacted<String>,
        /// The code to be typed into that account's settings.
        code: Option<Redacted<String>>,
        /// The link that does the same.
        link: Option<Redacted<String>>,
    },
}

/// Keeps codes and hands each out once.
///
/// - M-1 a code is handed out at most once, restarts and racing takers included.
/// - M-2 only codes inside the window and for the address are candidates.
/// - M-3 two or more different candidates are `Ambiguous` and stay; `waiting` counts them and changes nothing.
/// - M-4 an id seen before is not stored again, used or not.
/// - M-5 codes and notices are unreadable on disk.
/// - M-6 a notice is kept once under its mail's id and listed, the latest first, until it is dismissed.
#[async_trait]
pub trait CodeMailbox: Send + Sync {
    /// Whether a mail id has been dealt with.
    async fn seen(&self, id: &str) -> PortResult<bool>;
    /// Remembers a mail that holds no code for us, so that it is not read again.
    async fn mark_seen(&self, id: &str, now: Timestamp) -> PortResult<()>;
    /// Stores a code; `false` when its id was seen before.
    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool>;
    /// What waits in a window.
    async fn waiting(&self, window: &CodeWindow) -> PortResult<WaitingCodes>;
    /// Takes the one code of a window.
    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict>;
    /// Makes every unused code for an address useless: a new one was asked for.
    async fn void(&self, address: &CodeAddress) -> PortResult<()>;
    /// Keeps a notice for the operator; `false` when its mail was seen before.
    async fn announce(&self, notice: &MailNotice) -> PortResult<bool>;
    /// Every notice that was not dismissed, the latest first.
    async fn notices(&self) -> PortResult<Vec<MailNotice>>;
    /// Forgets a notice; its mail stays seen. `false` when there was none.
    async fn dismiss(&self, id: &str) -> PortResult<bool>;
}
