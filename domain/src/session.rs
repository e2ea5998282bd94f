//! A portal's session as the rest of the system sees it, what the ledger remembers about its account, and what
//! decides whether anything may be begun there at all.

mod care;
mod hold;
mod ledger;
mod lock;
mod quiet_hours;

pub use care::{AccountCare, AccountTerm, Permission, Standing, TermKind};
pub use hold::{Hold, HoldKind, OperatorHold};
pub use ledger::{
    AttemptRefusal, KICKS_AGE, KICKS_MAX, LedgerEntry, PortalKick, UNRESOLVED_ATTEMPT_AGE,
    UNRESOLVED_ATTEMPTS_MAX,
};
pub use lock::{Lock, LockCause};
pub use quiet_hours::QuietHours;

use crate::ids::{Generation, PortalName};
use crate::ports::PortalSession;
use std::fmt;
use std::sync::Arc;

/// The state a portal's scrapers watch.
#[derive(Clone)]
pub enum SessionStatus {
    /// Somebody is at the login page.
    LoggingIn,
    /// Another portal's login is waiting for a code in a mailbox that does not tell the two apart.
    AwaitingMailbox {
        /// Which portal's.
        holder: PortalName,
    },
    /// The password was accepted, the mailed code is awaited.
    AwaitingMfaCode,
    /// Logged in, and new work may be begun.
    Ready {
        /// Which stay.
        generation: Generation,
        /// The portal, to be called directly.
        portal: Arc<dyn PortalSession>,
    },
    /// Nothing is to be begun for a while, or until a person says so. What is under way is finished with the stay it
    /// has, except after [`HoldKind::Stopped`].
    Held {
        /// Why.
        hold: Hold,
    },
    /// No further login until a person acts or the secret changes.
    Locked {
        /// Why.
        cause: LockCause,
    },
    /// The portal cannot be reached at the moment.
    Down {
        /// What was met; no patient data.
        cause: String,
    },
}

impl SessionStatus {
    /// A stable word for health pages and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LoggingIn => "logging_in",
            Self::AwaitingMailbox { .. } => "awaiting_mailbox",
            Self::AwaitingMfaCode => "awaiting_mfa_code",
            Self::Ready { .. } => "ready",
            Self::Held { hold } => hold.name(),
            Self::Locked { .. } => "locked",
            Self::Down { .. } => "down",
        }
    }

    /// Whether nothing will happen at the portal before a person acts.
    pub const fn waits_for_person(&self) -> bool {
        matches!(self, Self::Locked { .. } | Self::Held { hold: Hold::Operator(_) })
    }
}

impl fmt::Debug for SessionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggingIn => f.write_str("LoggingIn"),
            Self::AwaitingMailbox { holder } => write!(f, "AwaitingMailbox({holder})"),
            Self::AwaitingMfaCode => f.write_str("AwaitingMfaCode"),
            Self::Ready { generation, .. } => write!(f, "Ready({})", generation.0),
            Self::Held { hold } => write!(f, "Held({hold:?})"),
            Self::Locked { cause } => write!(f, "Locked({cause:?})"),
            Self::Down { cause } => write!(f, "Down({cause})"),
        }
    }
}

#[cfg(test)]
mod tests;
