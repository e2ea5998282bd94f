//! What goes into a login's decisions and what comes out: policy, events, effects, and the bounds of both.

use super::PageSeen;
use crate::ports::{AttemptEnd, CodeAddress, CodeWindow, LoginAct};
use crate::profile::LoginPages;
use crate::redacted::Redacted;
use crate::session::LockCause;
use jiff::{SignedDuration, Timestamp};

/// How old a mailed code may be: portals let them live ten minutes, two are left for typing it.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(8);

/// How long one code is waited for before a new one is asked for.
pub const CODE_WAIT: SignedDuration = SignedDuration::from_mins(3);

/// Codes asked of the portal in one attempt: the one that comes by itself, and one more.
pub const CODES_PER_ATTEMPT_MAX: u32 = 2;

/// Looks at a page that is not recognised, or has not moved on, before that is believed.
pub const LOOKS_MAX: u32 = 8;

/// Between two looks at such a page: slow pages draw late.
pub const PAUSE_BETWEEN_LOOKS: SignedDuration = SignedDuration::from_millis(750);

/// Where a login's codes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSource {
    /// Out of the code mailbox, for this address: mailed by the portal, or typed in by a person.
    Mailbox(CodeAddress),
    /// Computed from a shared secret.
    Authenticator,
}

/// What a login is decided by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginPolicy {
    /// The profile's login pages.
    pub pages: LoginPages,
    /// The site that is chosen where the portal offers several; from the settings.
    pub site: String,
    /// [`super::terms_hash`] of every text a person has accepted for us.
    pub accepted_terms: Vec<String>,
    /// Where codes come from.
    pub codes: CodeSource,
    /// How long one code is waited for; usually [`CODE_WAIT`].
    pub code_wait: SignedDuration,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginEvent {
    /// The browser shows this page.
    PageSeen(PageSeen),
    /// [`LoginEffect::BeginAttempt`] is on disk.
    AttemptBegun,
    /// A code for us arrived.
    CodeArrived(Redacted<String>),
    /// The time of [`LoginEffect::AwaitCode`] is over; in any other state, the whole login's time.
    Deadline,
    /// An effect could not be performed: page not reached, 5xx, timeout, ledger not written.
    ActFailed,
}

/// What to do, in the order given. A failing effect is reported as [`LoginEvent::ActFailed`] and the rest of
/// its batch is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginEffect {
    /// Take a snapshot after this pause, classify it, report [`LoginEvent::PageSeen`].
    Look {
        /// First wait for so long.
        after: SignedDuration,
    },
    /// Do this in the browser.
    Act(LoginAct),
    /// Do this in the browser if the page has the element; else go on.
    TryAct(LoginAct),
    /// Write the attempt into the ledger, then report [`LoginEvent::AttemptBegun`]. Where the ledger forbids it,
    /// drop the flow: nothing was submitted.
    BeginAttempt,
    /// Take a code of this window from the mailbox, or compute one; report it or the deadline.
    AwaitCode {
        /// The mailbox's window; none for an authenticator.
        window: Option<CodeWindow>,
        /// When to report [`LoginEvent::Deadline`].
        until: Timestamp,
    },
    /// Make the mailbox's older codes useless: the next act asks the portal for a new one.
    VoidCodes,
    /// Logged in: end the attempt as succeeded, keep the cookies.
    Succeeded,
    /// No more logins until a person acts: end the attempt as locked.
    Lock(LockCause),
    /// Try again later. `end`, where there is one, is written to the ledger; without one nothing is written: an
    /// attempt whose answer was never seen stays unresolved there, and so counts against further ones.
    GiveUp {
        /// What the ledger is told.
        end: Option<AttemptEnd>,
        /// Why.
        why: GaveUp,
    },
}

/// Why a login was given up for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GaveUp {
    /// It did not come through.
    NoProgress,
    /// The account is at work elsewhere, perhaps by a person; we do not throw anybody out.
    InUse,
    /// The portal is down on purpose.
    Maintenance,
}
