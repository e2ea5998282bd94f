//! The audit log: who did what to which patient's chart, why, and how it ended, in a chain of hashes.
//!
//! 45 CFR 164.312(b) asks for it and 164.316(b)(2) for six years of it. Entries name patients and requests by their
//! keyed hashes and hold no value of a chart. What each act's entry says is in `acts`; the chain that shows every
//! later change is in `chain`.

mod acts;
mod chain;
mod sending;

pub use acts::{ChartAccess, LoginAttempt, OperatorAct, delivered, delivery_failed, message_done};
pub use chain::{AuditBreak, AuditHash, AuditHead, AuditRecord, Verifier};
pub use sending::TextSending;

use crate::ids::{PatientKey, PortalName, RequestId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuditActor {
    /// The unattended service.
    Service,
    /// A person at the command line.
    Operator {
        /// The operating system's account.
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
    /// A letter to a prescriber left the store as a file or text.
    LetterWritten,
    /// Requests were listed or searched by patient.
    Searched,
    /// A person sent work on.
    Retried,
    /// A person unlocked a portal's account, handed in a code, or paused, drained, stopped or resumed a portal.
    AccountChanged,
    /// Keys were made, wrapped anew or retired.
    KeysChanged,
    /// The stores' format was changed.
    Migrated,
    /// A page kept as evidence of a failure was shown to a person.
    EvidenceShown,
    /// A person said that an order or a document is not the same as another.
    ToldApart,
    /// The text of a document was sent to a language model.
    TextSent,
}

impl AuditAction {
    /// Every action, in the order in which they are explained to auditors.
    pub const ALL: [Self; 16] = [
        Self::Login,
        Self::ChartOpened,
        Self::DocumentRead,
        Self::MessageDone,
        Self::Delivered,
        Self::OrderShown,
        Self::PacketExported,
        Self::LetterWritten,
        Self::Searched,
        Self::Retried,
        Self::AccountChanged,
        Self::KeysChanged,
        Self::Migrated,
        Self::EvidenceShown,
        Self::ToldApart,
        Self::TextSent,
    ];

    /// The action of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

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
            Self::LetterWritten => "letter_written",
            Self::Searched => "searched",
            Self::Retried => "retried",
            Self::AccountChanged => "account_changed",
            Self::KeysChanged => "keys_changed",
            Self::Migrated => "migrated",
            Self::EvidenceShown => "evidence_shown",
            Self::ToldApart => "told_apart",
            Self::TextSent => "text_sent",
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

impl AuditOutcome {
    /// The outcome's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// One act.
///
/// A field of a newer release is an error here, not something to drop: the record's hash covers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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

#[cfg(test)]
mod tests;
