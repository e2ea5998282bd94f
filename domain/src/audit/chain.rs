//! The chain: each record's hash covers the record before it, its own place and its entry, so that a changed,
//! removed, inserted or moved record is found by [`Verifier`].
//!
//! The hash is keyed: who can write to the store but has no key cannot make a chain that holds. What no chain can
//! show by itself is that its end was cut off; that is found by comparing with a head that was written down
//! elsewhere.

use super::{AuditActor, AuditEntry};
use crate::ports::Sealer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Characters of a record's hash: 256 bits in base32.
const HASH_CHARS: usize = 52;

/// Says by which rules a record is hashed. A field added to entries later is covered only where it is set, so that
/// the records before it still hold.
const FORMAT: &str = "1";

/// The keyed hash of a record, base32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AuditHash(String);

impl AuditHash {
    /// What the first record follows.
    pub fn genesis() -> Self {
        Self("0".repeat(HASH_CHARS))
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
/// that nothing was cut off. Shown and read as `SEQ:HASH`.
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

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// A text that is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a head is the last record's number, a colon and its hash of {HASH_CHARS} letters and digits, as `audit verify` prints it"
)]
pub struct NoHead;

impl FromStr for AuditHead {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (seq, hash) = text.trim().split_once(':').ok_or(NoHead)?;
        let seq = seq.parse().map_err(|_| NoHead)?;
        if hash.len() != HASH_CHARS || data_encoding::BASE32_DNSSEC.decode(hash.as_bytes()).is_err() {
            return Err(NoHead);
        }
        Ok(Self { seq, hash: AuditHash::new(hash.to_ascii_lowercase()) })
    }
}

impl AuditHead {
    /// The record that follows this head.
    pub fn next(&self, entry: AuditEntry, sealer: &dyn Sealer) -> AuditRecord {
        let seq = self.seq + 1;
        let hash = sealer.keyed_hash("audit", &covered(&self.hash, seq, &entry));
        AuditRecord { seq, hash: AuditHash(data_encoding::BASE32_DNSSEC.encode(&hash)), entry }
    }

    /// The records that follow this head, and the head they end in.
    pub fn extended(&self, entries: &[AuditEntry], sealer: &dyn Sealer) -> (Vec<AuditRecord>, Self) {
        let mut head = self.clone();
        let follow = |entry: &AuditEntry| {
            let record = head.next(entry.clone(), sealer);
            head = record.head();
            record
        };
        (entries.iter().map(follow).collect(), head)
    }
}

impl AuditRecord {
    /// The head that ends with this record.
    pub fn head(&self) -> AuditHead {
        AuditHead { seq: self.seq, hash: self.hash.clone() }
    }
}

/// What a record's hash covers: every part with its length before it, so that no two records give the same bytes.
/// Not the stored text, which another store or a later release may write differently.
fn covered(before: &AuditHash, seq: u64, entry: &AuditEntry) -> Vec<u8> {
    let AuditEntry { id, at, actor, action, portal, patient, request, subject, why, outcome } = entry;
    let (kind, account) = match actor {
        AuditActor::Service => ("service", None),
        AuditActor::Operator { account } => ("operator", Some(account.as_str())),
    };
    let (seq, at) = (seq.to_string(), at.as_nanosecond().to_string());
    let parts = [
        Some(FORMAT),
        Some(before.as_str()),
        Some(&seq),
        Some(id),
        Some(&at),
        Some(kind),
        account,
        Some(action.name()),
        portal.as_ref().map(|portal| portal.as_str()),
        patient.as_ref().map(|patient| patient.as_str()),
        request.as_ref().map(|request| request.as_str()),
        subject.as_deref(),
        why.as_deref(),
        Some(outcome.name()),
    ];
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            Some(text) => {
                bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            // A length no text has.
            None => bytes.extend_from_slice(&u64::MAX.to_be_bytes()),
        }
    }
    bytes
}

/// Where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// Records are missing, or stand where they should not.
    #[error("record {expected} is missing: record {found} stands where it should be")]
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A record was changed, or put in by somebody without the key.
    #[error(
        "record {seq} was changed, moved, or put in from outside: its hash does not follow from the record before it"
    )]
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
    #[error("record {seq} is not the one that was written down: the log was made anew from there or before")]
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
        self.head = record.head();
        self.compare()
    }

    /// The head that was reached.
    pub fn head(&self) -> &AuditHead {
        &self.head
    }

    /// Ends: the head that was reached.
    ///
    /// # Errors
    /// The log ends before the head that was written down.
    pub fn finish(self) -> Result<AuditHead, AuditBreak> {
        self.compare()?;
        match self.noted {
            Some(noted) if noted.seq > self.head.seq => {
                Err(AuditBreak::CutOff { noted: noted.seq, found: self.head.seq })
            }
            _ => Ok(self.head),
        }
    }

    fn compare(&self) -> Result<(), AuditBreak> {
        match &self.noted {
            Some(noted) if noted.seq == self.head.seq && noted.hash != self.head.hash => {
                Err(AuditBreak::Replaced { seq: noted.seq })
            }
            _ => Ok(()),
        }
    }
}
