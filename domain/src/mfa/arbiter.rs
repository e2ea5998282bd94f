//! The mailbox arbiter: whose turn it is at an address, and which of its mails answer the code that was asked for.
//!
//! Mails of two portals are told apart by recipient, sender and subject; where those are the same, the portals take
//! turns. Mails of one portal's earlier logins (late, sent twice, overtaken) are told apart by the time at which the
//! hospital sent them, as its signed `Date` says: an answer is sent after its question and before the next one, so
//! whatever was sent nearer to an earlier question, or no later than an answer to it that was seen, is not ours. Nothing
//! is guessed: what remains in doubt is waited out.

use crate::ids::PortalName;
use crate::ports::{CodeAddress, YourTurn};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a hospital's clock may be from ours where no other question is near: what `check` tolerates as well.
const SKEW_MAX: SignedDuration = SignedDuration::from_mins(2);

/// How long questions are remembered: the ten minutes a code lives, and as much again as two clocks may differ.
const ASK_KEPT: SignedDuration = SignedDuration::from_mins(15);

/// How long after an unanswered question the next login asks: half of it is how late a hospital may write a mail, or
/// how far its clock may be behind, before the mail could be taken for the next one's answer.
pub const ASK_GAP: SignedDuration = SignedDuration::from_secs(20);

/// Who has not asked again for so long waits no more.
const WAITER_AGE: SignedDuration = SignedDuration::from_secs(30);

/// A portal whose turn it is, or will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Whose.
    pub portal: PortalName,
    /// Since when it has the mailbox, or waits for it.
    pub since: Timestamp,
    /// Until when it has it unless it renews; when it last asked, of one who waits.
    pub until: Timestamp,
}

/// A code was asked for at this time: a login was submitted, or a new code requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeAsk {
    /// By which portal's login.
    pub portal: PortalName,
    /// When, just before the button was pressed.
    pub at: Timestamp,
    /// When the hospital sent the latest of the codes that came for it; none: none came yet.
    pub answered: Option<Timestamp>,
}

/// One address's mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeLine {
    /// The address.
    pub address: CodeAddress,
    /// Whose turn it is.
    pub holder: Option<Turn>,
    /// Who waits, in the order of their coming.
    pub waiting: Vec<Turn>,
    /// What was asked for of late, oldest first.
    pub asks: Vec<CodeAsk>,
}

impl CodeLine {
    /// A line at which nobody stands.
    pub fn new(address: CodeAddress) -> Self {
        Self { address, holder: None, waiting: Vec::new(), asks: Vec::new() }
    }

    /// Takes or renews the turn, if it is this portal's; otherwise notes that it waits.
    ///
    /// # Errors
    /// Whose turn it is.
    pub fn lease(&mut self, portal: &PortalName, now: Timestamp, until: Timestamp) -> Result<YourTurn, Turn> {
        self.waiting.retain(|turn| now.duration_since(turn.until) < WAITER_AGE);
        if let Some(holder) = &mut self.holder
            && holder.until > now
        {
            if holder.portal == *portal {
                holder.until = holder.until.max(until);
                return Ok(self.turn(now));
            }
            let holder = holder.clone();
            self.wait(portal, now);
            return Err(holder);
        }
        self.holder = None;
        if let Some(first) = self.waiting.first().filter(|first| first.portal != *portal).cloned() {
            self.wait(portal, now);
            return Err(first);
        }
        self.waiting.retain(|turn| turn.portal != *portal);
        self.holder = Some(Turn { portal: portal.clone(), since: now, until });
        Ok(self.turn(now))
    }

    fn wait(&mut self, portal: &PortalName, now: Timestamp) {
        match self.waiting.iter_mut().find(|turn| turn.portal == *portal) {
            Some(turn) => turn.until = now,
            None => self.waiting.push(Turn { portal: portal.clone(), since: now, until: now }),
        }
    }

    fn turn(&self, now: Timestamp) -> YourTurn {
        let open = self.asks.last().filter(|ask| ask.answered.is_none());
        YourTurn { ask_from: open.map_or(now, |ask| ask.at.saturating_add(ASK_GAP).unwrap_or(now).max(now)) }
    }

    /// Notes that a code is about to be asked for; `false` where the portal has lost its turn.
    pub fn ask(&mut self, portal: &PortalName, now: Timestamp) -> bool {
        let ours = |turn: &Turn| turn.portal == *portal && turn.until > now;
        if !self.holder.as_ref().is_some_and(ours) {
            return false;
        }
        self.asks.retain(|ask| now.duration_since(ask.at) < ASK_KEPT);
        // The same question told twice, after a lost answer.
        if self.asks.last().is_none_or(|last| last.at != now || last.portal != *portal) {
            self.asks.push(CodeAsk { portal: portal.clone(), at: now, answered: None });
        }
        true
    }

    /// Notes that codes came for what this portal last asked; the latest was sent at this time.
    pub fn answered(&mut self, portal: &PortalName, sent_at: Timestamp) {
        if let Some(ask) = self.asks.iter_mut().rfind(|ask| ask.portal == *portal) {
            ask.answered = ask.answered.max(Some(sent_at));
        }
    }

    /// Gives the turn back.
    pub fn release(&mut self, portal: &PortalName) {
        self.holder = self.holder.take().filter(|turn| turn.portal != *portal);
        self.waiting.retain(|turn| turn.portal != *portal);
    }

    /// The earliest time by a hospital's `Date` at which a mail that answers the last question can have been sent:
    /// halfway back to the question before it, after every answer to that one that was seen, and never longer ago than
    /// clocks may differ.
    pub fn sent_from(&self) -> Option<Timestamp> {
        let (last, before) = self.asks.split_last()?;
        let gap = before.last().map_or(SKEW_MAX, |before| last.at.duration_since(before.at) / 2);
        // Mail headers tell whole seconds.
        let from = last.at.saturating_sub(gap.min(SKEW_MAX)).ok()?;
        let seen = before.iter().filter_map(|ask| ask.answered).max();
        let from = from.as_second().max(seen.map_or(i64::MIN, |seen| seen.as_second() + 1));
        Timestamp::from_second(from).ok()
    }
}

#[cfg(test)]
mod tests;
