//! Whose turn it is at a mailbox: portals whose code mails cannot be told apart log in one after the other.

use super::{CodeAddress, PortResult};
use crate::ids::PortalName;
use crate::mfa::{CodeLine, Turn};
use async_trait::async_trait;
use jiff::Timestamp;

/// What asking for a turn gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YourTurn {
    /// Before this no code is to be asked for: an earlier one may still be on its way.
    pub ask_from: Timestamp,
}

/// What [`CodeLines::lease`] answers.
pub type LeaseVerdict = Result<YourTurn, Turn>;

/// Hands an address's mailbox to one portal at a time, durably, and remembers when codes were asked for.
///
/// - N-1 at most one portal holds an address; its lease ends by `release`, or by itself at its `until`, also when the
///   holder was killed. A holder's own `lease` is a renewal. Addresses do not disturb each other.
/// - N-2 who was told to wait comes before those who came later, as long as they keep asking.
/// - N-3 `ask` and `answered` are on disk when they return; `ask` fails as `Conflict` for a portal that does not hold the
///   address. What was answered stays so, by the latest code that came.
/// - N-4 lines survive a restart and are unreadable on disk.
#[async_trait]
pub trait CodeLines: Send + Sync {
    /// Takes or renews the lease on an address until `until`; or says who has it.
    async fn lease(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        now: Timestamp,
        until: Timestamp,
    ) -> PortResult<LeaseVerdict>;
    /// Writes down that the portal is about to be asked for a code; gives the line as it is then.
    async fn ask(&self, address: &CodeAddress, portal: &PortalName, now: Timestamp) -> PortResult<CodeLine>;
    /// Writes down that codes came for what the portal last asked, the latest sent at this time by the hospital's clock;
    /// to be called before any of them is used.
    async fn answered(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        sent_at: Timestamp,
    ) -> PortResult<()>;
    /// Gives the lease back; no error where it is another's.
    async fn release(&self, address: &CodeAddress, portal: &PortalName) -> PortResult<()>;
    /// Every line there is, for people.
    async fn lines(&self) -> PortResult<Vec<CodeLine>>;
}
