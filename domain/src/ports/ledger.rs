//! The portal ledger: what stands between us and a locked account.

use super::PortResult;
use crate::ids::{Generation, PortalName};
use crate::redacted::Redacted;
use crate::session::{LedgerEntry, LockCause, OperatorHold, PortalKick};
use async_trait::async_trait;
use jiff::Timestamp;

/// How a login attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// The portal's home page was reached; the attempt counts as a login.
    Succeeded,
    /// It ended without the portal refusing anything: page not reached, code late.
    Abandoned,
    /// Refused: the credential is locked for this cause.
    Locked(LockCause),
}

/// Remembers login attempts durably, before the button is pressed.
///
/// - L-1 `begin_attempt` is on disk when it returns; it fails as `Conflict` when the entry forbids an attempt
///   ([`LedgerEntry::may_attempt`]: locked, held by a person, too many unresolved), atomically with the check.
/// - L-2 a lock survives a restart and holds for its credential only.
/// - L-3 `end_attempt` with `Succeeded` or `Abandoned` removes the newest unresolved attempt; `Succeeded` and
///   `unlock` clear them all and the lock; `Succeeded` also counts a login, `unlock` also clears the kicks.
/// - L-4 `next_generation` never gives the same number twice, restarts included.
/// - L-5 cookies are unreadable on disk.
/// - L-6 a person's hold is on disk when `hold` returns, survives a restart and whatever else is written, and is ended
///   by `hold` alone.
/// - L-7 a kick counts once a stay and forgets the cookies in the same write; the `kicks_max`th of a day locks the
///   portal, whatever the credential.
#[async_trait]
pub trait PortalLedger: Send + Sync {
    /// Reads a portal's entry; an unknown portal's is empty.
    async fn entry(&self, portal: &PortalName) -> PortResult<LedgerEntry>;
    /// Writes down that a login is about to be submitted.
    async fn begin_attempt(&self, portal: &PortalName, credential: &str, now: Timestamp) -> PortResult<()>;
    /// Writes down how it ended.
    async fn end_attempt(
        &self,
        portal: &PortalName,
        credential: &str,
        end: AttemptEnd,
        now: Timestamp,
    ) -> PortResult<()>;
    /// Counts up the generation.
    async fn next_generation(&self, portal: &PortalName) -> PortResult<Generation>;
    /// Keeps or forgets the session's cookies.
    async fn save_cookies(&self, portal: &PortalName, cookies: Option<Redacted<String>>) -> PortResult<()>;
    /// Writes down what a person has ordered, or that nothing is ordered any more.
    async fn hold(&self, portal: &PortalName, hold: Option<OperatorHold>) -> PortResult<()>;
    /// Writes down that the account was logged in elsewhere, and gives the entry as it is then.
    async fn kicked(
        &self,
        portal: &PortalName,
        kick: PortalKick,
        kicks_max: usize,
    ) -> PortResult<LedgerEntry>;
    /// A person says the account is fine.
    async fn unlock(&self, portal: &PortalName) -> PortResult<()>;
}
