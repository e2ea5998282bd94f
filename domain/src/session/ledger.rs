//! What the ledger remembers of one portal's account, and whether one more login may follow: what stands between
//! us and a locked account.

use super::{Lock, LockCause, OperatorHold};
use crate::ids::Generation;
use crate::ports::AttemptEnd;
use crate::redacted::Redacted;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Unresolved attempts after which a person has to look: a portal locks after about five wrong passwords,
/// and we must never be the cause.
pub const UNRESOLVED_ATTEMPTS_MAX: usize = 3;

/// How long an unresolved attempt counts.
pub const UNRESOLVED_ATTEMPT_AGE: SignedDuration = SignedDuration::from_hours(12);

/// How long a kick counts.
pub const KICKS_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Kicks within [`KICKS_AGE`] after which the portal is left to people, unless its settings say otherwise: once is a
/// colleague who looked something up, three times is somebody who works with the account.
pub const KICKS_MAX: usize = 3;

/// One end of a stay because the account was logged in elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalKick {
    /// Which stay; it is counted once.
    pub generation: Generation,
    /// When it was met.
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
    /// What a person has ordered, if anything.
    #[serde(default)]
    pub hold: Option<OperatorHold>,
    /// Kicks of the last day, oldest first.
    #[serde(default)]
    pub kicks: Vec<PortalKick>,
}

/// Why a login must not be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptRefusal {
    /// The account has to be left alone.
    Locked(LockCause),
    /// A person has ordered that nothing be begun.
    Held,
}

impl AttemptRefusal {
    /// What the operator is told to do.
    pub const fn way_out(self) -> &'static str {
        match self {
            Self::Locked(cause) => cause.way_out(),
            Self::Held => {
                "a person holds the portal; `portal status` says who and why, `portal resume` ends it"
            }
        }
    }
}

impl LedgerEntry {
    /// Whether a login may be tried with this credential now.
    ///
    /// # Errors
    /// The cause for which it must not.
    pub fn may_attempt(&self, credential: &str, now: Timestamp) -> Result<(), AttemptRefusal> {
        if self.hold.is_some() {
            return Err(AttemptRefusal::Held);
        }
        if let Some(lock) = &self.lock
            && lock.holds_for(credential)
        {
            return Err(AttemptRefusal::Locked(lock.cause));
        }
        let recent =
            self.unresolved.iter().filter(|at| now.duration_since(**at) < UNRESOLVED_ATTEMPT_AGE).count();
        if recent >= UNRESOLVED_ATTEMPTS_MAX {
            return Err(AttemptRefusal::Locked(LockCause::UnresolvedAttempts));
        }
        Ok(())
    }

    /// Counts a login that is about to be submitted, where it may be. Attempts too old to count are dropped, so
    /// that the list stays as short as [`UNRESOLVED_ATTEMPTS_MAX`].
    ///
    /// # Errors
    /// The cause for which it must not be submitted; the entry is as before.
    pub fn begin_attempt(&mut self, credential: &str, now: Timestamp) -> Result<(), AttemptRefusal> {
        self.may_attempt(credential, now)?;
        self.unresolved.retain(|at| now.duration_since(*at) < UNRESOLVED_ATTEMPT_AGE);
        self.unresolved.push(now);
        Ok(())
    }

    /// Notes how the newest attempt ended. Ending more attempts than were begun is no error: an answer can be
    /// lost and its attempt ended twice. A success says nothing about who else uses the account: kicks stay counted.
    pub fn end_attempt(&mut self, credential: &str, end: AttemptEnd, now: Timestamp) {
        match end {
            AttemptEnd::Succeeded => {
                self.clear_attempts();
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

    /// Counts a kick, each stay's once, and forgets the cookies, which are dead. With the `kicks_max`th of a day the
    /// portal is locked until a person acts.
    pub fn kicked(&mut self, kick: PortalKick, kicks_max: usize) {
        self.cookies = None;
        if self.kicks.iter().any(|known| known.generation == kick.generation) {
            return;
        }
        self.kicks.retain(|known| kick.at.duration_since(known.at) < KICKS_AGE);
        self.kicks.push(kick);
        if self.kicks.len() >= kicks_max {
            let credential = String::new();
            self.lock = Some(Lock { cause: LockCause::KickedRepeatedly, credential, at: kick.at });
        }
    }

    /// Clears the lock, every counted attempt and every counted kick: a person says that the account is fine. A
    /// person's hold is ended by [`LedgerEntry::hold`] alone.
    pub fn unlock(&mut self) {
        self.clear_attempts();
        self.kicks.clear();
    }

    fn clear_attempts(&mut self) {
        self.lock = None;
        self.unresolved.clear();
    }
}
