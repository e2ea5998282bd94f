//! Why the connector leaves an account alone until a person acts, and what that person has to do.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why the connector will not log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockCause {
    /// The portal refused user name or password.
    WrongPassword,
    /// The portal says the account is locked.
    AccountLocked,
    /// The portal says that this kind of account may not log in there, although the password may be right.
    NotAllowed,
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
    /// The portal ended the session several times in a day because the account logged in elsewhere: somebody else
    /// uses it.
    KickedRepeatedly,
    /// The permission register has no entry for the portal.
    PermissionMissing,
    /// The hospital's permission begins on a later day.
    PermissionNotYet,
    /// The hospital's permission is over.
    PermissionEnded,
    /// The hospital's permission is for another account.
    PermissionOtherAccount,
}

impl LockCause {
    /// The cause's stable name: auditors search for it, metrics carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::AccountLocked => "account_locked",
            Self::NotAllowed => "not_allowed",
            Self::PasswordExpired => "password_expired",
            Self::TermsChanged => "terms_changed",
            Self::UnknownPage => "unknown_page",
            Self::CodesRefused => "codes_refused",
            Self::UnresolvedAttempts => "unresolved_attempts",
            Self::KickedRepeatedly => "kicked_repeatedly",
            Self::PermissionMissing => "permission_missing",
            Self::PermissionNotYet => "permission_not_yet",
            Self::PermissionEnded => "permission_ended",
            Self::PermissionOtherAccount => "permission_other_account",
        }
    }

    /// What the operator is told to do.
    pub const fn way_out(self) -> &'static str {
        match self {
            Self::WrongPassword => {
                "put the right password behind the secret reference; a changed secret unlocks by itself"
            }
            Self::AccountLocked => {
                "ask the hospital's site administrator to unlock the account, then run `portal unlock`"
            }
            Self::NotAllowed => {
                "ask the hospital's site administrator to let this account log in, then run `portal unlock`"
            }
            Self::PasswordExpired => {
                "log in by hand, choose a new password, update the secret and `password_changed`"
            }
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
            Self::KickedRepeatedly => {
                "find out who else uses the account and give them one of their own, then run `portal unlock`"
            }
            Self::PermissionMissing => {
                "enter in [portals.NAME.permission] who at the hospital agreed to unattended use, and until when"
            }
            Self::PermissionNotYet => "wait until `agreed_on` of [portals.NAME.permission], or correct it",
            Self::PermissionEnded => {
                "have the hospital renew its permission, then enter the new dates in [portals.NAME.permission]"
            }
            Self::PermissionOtherAccount => {
                "use the account named in [portals.NAME.permission], or have the hospital agree to this one"
            }
        }
    }

    /// Whether the cause lies in the configuration rather than at the portal: mended there, it is gone at the next
    /// start, and `portal unlock` does nothing about it.
    pub const fn of_permission(self) -> bool {
        matches!(
            self,
            Self::PermissionMissing
                | Self::PermissionNotYet
                | Self::PermissionEnded
                | Self::PermissionOtherAccount
        )
    }

    /// Whether a changed password changes nothing about it.
    const fn whatever_the_credential(self) -> bool {
        matches!(self, Self::KickedRepeatedly)
    }
}

/// A lock as the ledger keeps it: durable, for one credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Why.
    pub cause: LockCause,
    /// Keyed hash of the credential; another credential is not locked, except after [`LockCause::KickedRepeatedly`].
    pub credential: String,
    /// Since when.
    pub at: Timestamp,
}

impl Lock {
    /// Whether it forbids logging in with this credential.
    pub fn holds_for(&self, credential: &str) -> bool {
        self.credential == credential || self.cause.whatever_the_credential()
    }
}
