//! A portal's session as the rest of the system sees it, and what the ledger remembers about logins.

use crate::ids::Generation;
use crate::ports::{AttemptEnd, PortalSession};
use crate::redacted::Redacted;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The state a portal's scrapers watch.
#[derive(Clone)]
pub enum SessionStatus {
    /// Somebody is at the login page.
    LoggingIn,
    /// The password was accepted, the mailed code is awaited.
    AwaitingMfaCode,
    /// Logged in.
    Ready {
        /// Which stay.
        generation: Generation,
        /// The portal, to be called directly.
        portal: Arc<dyn PortalSession>,
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

impl fmt::Debug for SessionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggingIn => f.write_str("LoggingIn"),
            Self::AwaitingMfaCode => f.write_str("AwaitingMfaCode"),
            Self::Ready { generation, .. } => write!(f, "Ready({})", generation.0),
            Self::Locked { cause } => write!(f, "Locked({cause:?})"),
            Self::Down { cause } => write!(f, "Down({cause})"),
        }
    }
}

/// Why the connector will not log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockCause {
    /// The portal refused user name or password.
    WrongPassword,
    /// The portal says the account is locked.
    AccountLocked,
    /// The password has to be changed by a person.
    PasswordExpired,
    /// The terms are not those a person has accepted for us.
    TermsChanged,
    /// No signal of the profile matches the page.
    UnknownPage,
    /// The portal refused several codes.
    CodesRefused,
    /// Logins began and their end was never seen; one more might lock the account.
    UnresolvedAttempts,
}

impl LockCause {
    /// What the operator is told to do.
    pub const fn way_out(self) -> &'static str {
        match self {
            Self::WrongPassword => {
                "put the right password behind the secret reference; a changed secret unlocks by itself"
            }
            Self::AccountLocked => {
                "ask the hospital's site administrator to unlock the account, then run `portal unlock`"
            }
            Self::PasswordExpired => "log in by hand, choose a new password, update the secret",
            Self::TermsChanged => {
                "read the portal's terms, add their sha256 to accepted_terms, then run `portal unlock`"
            }
            Self::UnknownPage => {
                "look at the portal by hand; if its pages have changed, mend the profile, then run `portal unlock`"
            }
            Self::CodesRefused => {
                "check that the code mails reach the mailbox and are for this account, then run `portal unlock`"
            }
            Self::UnresolvedAttempts => {
                "log in once by hand to see that the account is fine, then run `portal unlock`"
            }
        }
    }
}

/// A lock as the ledger keeps it: durable, for one credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Why.
    pub cause: LockCause,
    /// Keyed hash of the credential; another credential is not locked.
    pub credential: String,
    /// Since when.
    pub at: Timestamp,
}

/// What the ledger knows about one portal's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Set by a refusal, cleared by a person or a changed secret.
    pub lock: Option<Lock>,
    /// Attempts that count against the account, oldest first: those whose end was not written down, and those
    /// that were refused. A refused one stays counted until [`LedgerEntry::unlock`] or a success, since the
    /// portal counts it too.
    pub unresolved: Vec<Timestamp>,
    /// Logins that ended at the portal's home page.
    pub logins: u64,
    /// The last generation handed out.
    pub generation: Generation,
    /// The session's cookies, to be tried before any login. Sealed by the store.
    pub cookies: Option<Redacted<String>>,
}

/// Unresolved attempts after which a person has to look: a portal locks after about five wrong passwords,
/// and we must never be the cause.
pub const UNRESOLVED_ATTEMPTS_MAX: usize = 3;

/// How long an unresolved attempt counts.
pub const UNRESOLVED_ATTEMPT_AGE: SignedDuration = SignedDuration::from_hours(12);

impl LedgerEntry {
    /// Whether a login may be tried with this credential now.
    ///
    /// # Errors
    /// The cause for which it must not.
    pub fn may_attempt(&self, credential: &str, now: Timestamp) -> Result<(), LockCause> {
        if let Some(lock) = &self.lock
            && lock.credential == credential
        {
            return Err(lock.cause);
        }
        let recent =
            self.unresolved.iter().filter(|at| now.duration_since(**at) < UNRESOLVED_ATTEMPT_AGE).count();
        if recent >= UNRESOLVED_ATTEMPTS_MAX {
            return Err(LockCause::UnresolvedAttempts);
        }
        Ok(())
    }

    /// Counts a login that is about to be submitted, where it may be. Attempts too old to count are dropped, so
    /// that the list stays as short as [`UNRESOLVED_ATTEMPTS_MAX`].
    ///
    /// # Errors
    /// The cause for which it must not be submitted; the entry is as before.
    pub fn begin_attempt(&mut self, credential: &str, now: Timestamp) -> Result<(), LockCause> {
        self.may_attempt(credential, now)?;
        self.unresolved.retain(|at| now.duration_since(*at) < UNRESOLVED_ATTEMPT_AGE);
        self.unresolved.push(now);
        Ok(())
    }

    /// Notes how the newest attempt ended. Ending more attempts than were begun is no error: an answer can be
    /// lost and its attempt ended twice.
    pub fn end_attempt(&mut self, credential: &str, end: AttemptEnd, now: Timestamp) {
        match end {
            AttemptEnd::Succeeded => {
                self.unlock();
                self.logins += 1;
            }
            AttemptEnd::Abandoned => {
                self.unresolved.pop();
            }
            // A refused attempt stays counted: the portal counts it too.
            AttemptEnd::Locked(cause) => {
                self.lock = Some(Lock { cause, credential: credential.to_owned(), at: now });
            }
        }
    }

    /// Clears the lock and every counted attempt: the account is known to be fine.
    pub fn unlock(&mut self) {
        self.lock = None;
        self.unresolved.clear();
    }
}

#[cfg(test)]
mod tests;
