//! `prod_ses`: MFA codes between their arrival and their single use.

use super::PortResult;
use crate::ids::PortalName;
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
    },
    /// Typed by a person for this portal.
    Person {
        /// The portal.
        portal: PortalName,
    },
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

/// Keeps codes and hands each out once.
///
/// - M-1 a code is handed out at most once, restarts and racing takers included.
/// - M-2 only codes inside the window and for the address are candidates.
/// - M-3 two or more different candidates are `Ambiguous` and stay.
/// - M-4 an id seen before is not stored again, used or not.
/// - M-5 codes are unreadable on disk.
#[async_trait]
pub trait CodeMailbox: Send + Sync {
    /// Whether a mail id has been dealt with.
    async fn seen(&self, id: &str) -> PortResult<bool>;
    /// Remembers a mail that holds no code for us, so that it is not read again.
    async fn mark_seen(&self, id: &str, now: Timestamp) -> PortResult<()>;
    /// Stores a code; `false` when its id was seen before.
    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool>;
    /// Takes the one code of a window.
    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict>;
    /// Makes every unused code for an address useless: a new one was asked for.
    async fn void(&self, address: &CodeAddress) -> PortResult<()>;
}
