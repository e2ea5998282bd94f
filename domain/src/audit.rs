//! The audit log: who did what to which patient's chart, why, and how it ended, in a chain of hashes.
//!
//! 45 CFR 164.312(b) asks for it and 164.316(b)(2) for six years of it. Entries name patients and requests by their
//! keyed hashes and hold no value of a chart. Each record's hash covers the one before it, so that a changed,
//! removed or inserted record is found by [`Verifier`]; a cut-off end is found by comparing with a head that
//! was written down elsewhere.

use crate::ids::{PatientKey, PortalName, RequestId};
use crate::ports::Sealer;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuditActor {
    /// The unattended service.
    Service,
    /// A person at the command line, by the name of the operating system's account.
    Operator {
        /// The account's name.
        account: String,
    },
}

/// What was done. The names are stable: auditors search for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditAction {
    /// A login was submitted to a portal.
    Login,
    /// A patient's chart is about to be opened in a portal.
    ChartOpened,
    /// A document of a chart was downloaded, or its download was refused.
    DocumentRead,
    /// Done was pressed on a message.
    MessageDone,
    /// An order and its documents were handed to a destination.
    Delivered,
    /// Fields of an order were shown to a person.
    OrderShown,
    /// A packet left the store as a file or a link.
    PacketExported,
    /// Requests were listed or searched by patient.
    Searched,
    /// A person sent work on.
    Retried,
    /// A person unlocked a portal's account or handed in a code.
    AccountChanged,
    /// Keys were made, wrapped anew or retired.
    KeysChanged,
    /// The stores' format was changed.
    Migrated,
}

impl AuditAction {
    /// The action's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::ChartOpened => "chart_opened",
            Self::DocumentRead => "document_read",
            Self::MessageDone => "message_done",
            Self::Delivered => "delivered",
            Self::OrderShown => "order_shown",
            Self::PacketExported => "packet_exported",
            Self::Searched => "searched",
            Self::Retried => "retried",
            Self::AccountChanged => "account_changed",
            Self::KeysChanged => "keys_changed",
            Self::Migrated => "migrated",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    /// Written down before the act; what follows tells how it went.
    Begun,
    /// It was done.
    Done,
    /// It was refused: no permission, wrong patient, locked account.
    Refused,
    /// It failed.
    Failed,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// Names the act; an entry is kept once under its id, so that a repeat after a lost answer changes nothing.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: AuditActor,
    /// What.
    pub action: AuditAction,
    /// At which portal, if any.
    pub portal: Option<PortalName>,
    /// Whose chart, if any.
    pub patient: Option<PatientKey>,
    /// For which request, if any: the reason why a chart was opened at all.
    pub request: Option<RequestId>,
    /// The thing itself by its id: a document, an order, a destination. No patient data.
    pub subject: Option<String>,
    /// Why, where request and subject do not say it: a person's given reason, or a cause. No patient data.
    pub why: Option<String>,
    /// How it ended.
    pub outcome: AuditOutcome,
}

/// The keyed hash of a record, base32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AuditHash(String);

impl AuditHash {
    /// What the first record follows.
    pub fn genesis() -> Self {
        Self("0".repeat(52))
    }

    /// A hash that was stored or written down.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An entry at its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRecord {
    /// From 1, without gaps.
    pub seq: u64,
    /// Covers the record before it, its own place, and the entry.
    pub hash: AuditHash,
    /// The act.
    pub entry: AuditEntry,
}

/// The end of the chain: as many records as `seq`, the last with this hash. Written down elsewhere it proves later
/// that nothing was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditHead {
    /// The last record's number; 0 of an empty log.
    pub seq: u64,
    /// Its hash.
    pub hash: AuditHash,
}

impl Default for AuditHead {
    fn default() -> Self {
        Self { seq: 0, hash: AuditHash::genesis() }
    }
}

impl AuditHead {
    /// The record that follows this head. The hash is an HMAC under the installation key: who can write to the
    /// store but has no key cannot make a chain that holds.
    pub fn next(&self, entry: AuditEntry, sealer: &dyn Sealer) -> AuditRecord {
        let seq = self.seq + 1;
        // Serialising plain data of ours does not fail; an empty text would only make the chain not hold.
        let text = serde_json::to_string(&entry).unwrap_or_default();
        let covered = format!("{}\n{seq}\n{text}", self.hash);
        let hash = data_encoding::BASE32_DNSSEC.encode(&sealer.keyed_hash("audit", covered.as_bytes()));
        AuditRecord { seq, hash: AuditHash(hash), entry }
    }
}

impl AuditRecord {
    /// The head that ends with this record.
    pub fn head(&self) -> AuditHead {
        AuditHead { seq: self.seq, hash: self.hash.clone() }
    }
}

/// Where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// A record is missing, or one is there that should not be.
    #[error("record {expected} is missing: record {found} follows record {}", .expected - 1)]
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A record was changed, or put in by somebody without the key.
    #[error("record {seq} does not follow from the one before it: it, or that one, was changed")]
    Changed {
        /// Its number.
        seq: u64,
    },
    /// The log ends before a head that was written down.
    #[error("the log ends at record {found}, but record {noted} was once its last: its end was cut off")]
    CutOff {
        /// The head that was written down.
        noted: u64,
        /// The last record there is.
        found: u64,
    },
    /// The record of a head that was written down is another one now.
    #[error("record {seq} is not the one that was written down: the log was made anew")]
    Replaced {
        /// Its number.
        seq: u64,
    },
}

/// Checks a chain record by record, from its first.
#[derive(Debug)]
pub struct Verifier {
    head: AuditHead,
    noted: Option<AuditHead>,
}

impl Verifier {
    /// Begins before the first record; `noted` is a head that was written down elsewhere.
    pub fn new(noted: Option<AuditHead>) -> Self {
        Self { head: AuditHead::default(), noted }
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// Where the chain breaks.
    pub fn take(&mut self, record: &AuditRecord, sealer: &dyn Sealer) -> Result<(), AuditBreak> {
        let expected = self.head.seq + 1;
        if record.seq != expected {
            return Err(AuditBreak::Gap { expected, found: record.seq });
        }
        if self.head.next(record.entry.clone(), sealer).hash != record.hash {
            return Err(AuditBreak::Changed { seq: record.seq });
        }
        if let Some(noted) = &self.noted
            && noted.seq == record.seq
            && noted.hash != record.hash
        {
            return Err(AuditBreak::Replaced { seq: record.seq });
        }
        self.head = record.head();
        Ok(())
    }

    /// Ends: the head that was reached.
    ///
    /// # Errors
    /// The log ends before the head that was written down.
    pub fn finish(self) -> Result<AuditHead, AuditBreak> {
        match self.noted {
            Some(noted) if noted.seq > self.head.seq => {
                Err(AuditBreak::CutOff { noted: noted.seq, found: self.head.seq })
            }
            _ => Ok(self.head),
        }
    }
}
