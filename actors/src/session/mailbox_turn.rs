//! A login's turn at a mailbox whose code mails are not told apart by their addresses: waited for, renewed while the
//! login goes on, given back at its end. A killed process gives nothing back; its lease runs out.

use super::SessionArgs;
use domain::mfa::CodeLine;
use domain::ports::{CodeAddress, PortError, PortResult};
use domain::session::SessionStatus;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long a turn is kept without being renewed: the longest a page may take to answer, with room to spare.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How often it is renewed.
const RENEW_AFTER: SignedDuration = SignedDuration::from_secs(20);

/// How often somebody who waits asks whether it is its turn.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// See the module.
pub(super) struct MailboxTurn<'a> {
    args: &'a SessionArgs,
    address: CodeAddress,
    renewed_at: Timestamp,
    /// As it was when a code was last asked for.
    line: Option<CodeLine>,
}

impl<'a> MailboxTurn<'a> {
    /// Waits for the turn of this portal, and until a code may be asked for.
    pub(super) async fn take(args: &'a SessionArgs, address: &CodeAddress) -> PortResult<Self> {
        let mut waited = false;
        loop {
            let now = args.clock.now();
            match args.lines.lease(address, &args.portal, now, now + LEASE).await? {
                Ok(turn) if turn.ask_from <= now => {
                    let (address, renewed_at) = (address.clone(), now);
                    return Ok(Self { args, address, renewed_at, line: None });
                }
                Ok(turn) => {
                    // Its mail may still come, and must not be taken for the next one's.
                    let left = turn.ask_from.duration_since(now).unsigned_abs();
                    tokio::time::sleep(left.min(RENEW_AFTER.unsigned_abs())).await;
                }
                Err(holder) => {
                    if !waited {
                        tracing::info!(portal = %args.portal, holder = %holder.portal, "waits for its turn at the mailbox");
                        args.board.publish(SessionStatus::AwaitingMailbox { holder: holder.portal });
                    }
                    waited = true;
                    tokio::time::sleep(ASK_AGAIN).await;
                }
            }
        }
    }

    /// Keeps the turn, if it is time to.
    ///
    /// # Errors
    /// The turn is lost, or the store cannot be reached.
    pub(super) async fn renew(&mut self) -> PortResult<()> {
        let now = self.args.clock.now();
        if now.duration_since(self.renewed_at) < RENEW_AFTER {
            return Ok(());
        }
        let leased = self.args.lines.lease(&self.address, &self.args.portal, now, now + LEASE).await?;
        leased.map_err(|_| PortError::transient("mailbox turn", "it went to another portal meanwhile"))?;
        self.renewed_at = now;
        Ok(())
    }

    /// Writes down that the portal is about to be asked for a code.
    ///
    /// # Errors
    /// The turn is lost, so it must not be asked; or the store cannot be reached.
    pub(super) async fn ask(&mut self, now: Timestamp) -> PortResult<()> {
        self.line = Some(self.args.lines.ask(&self.address, &self.args.portal, now).await?);
        Ok(())
    }

    /// See [`CodeLine::sent_from`].
    pub(super) fn sent_from(&self) -> Option<Timestamp> {
        self.line.as_ref().and_then(CodeLine::sent_from)
    }

    /// Writes down that codes came for what was asked, the latest sent at this time: no copy of them answers the next
    /// question. To be called before any of them is used.
    pub(super) async fn answered(&self, sent_at: Timestamp) -> PortResult<()> {
        self.args.lines.answered(&self.address, &self.args.portal, sent_at).await
    }

    /// Gives the turn back.
    pub(super) async fn give_back(self) {
        if let Err(error) = self.args.lines.release(&self.address, &self.args.portal).await {
            tracing::warn!(portal = %self.args.portal, %error, "the turn at the mailbox is not given back; it runs out");
        }
    }
}
