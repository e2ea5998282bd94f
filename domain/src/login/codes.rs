//! The part of a login about codes: awaiting one, typing it, what a refused one means, asking for another.

use super::events::{CODE_LIFE, CODES_PER_ATTEMPT_MAX, CodeSource, LoginEffect};
use super::flow::{LoginFlow, State, Step};
use super::steps;
use crate::ports::{CodeAddress, CodeWindow};
use crate::redacted::Redacted;
use crate::session::LockCause;
use jiff::Timestamp;

impl LoginFlow {
    pub(super) fn code_page_seen(
        mut self,
        authenticator: bool,
        index: Option<usize>,
        now: Timestamp,
    ) -> Step {
        match self.state {
            State::AwaitingCode => (self, Vec::new()),
            State::CodeSubmitted => self.look_again(Self::give_up),
            _ if authenticator && !self.can_answer_authenticator() => self.lock(LockCause::UnknownPage),
            _ if !authenticator && self.policy.codes == CodeSource::Authenticator => {
                self.lock(LockCause::UnknownPage)
            }
            _ => {
                self.authenticator = authenticator;
                self.code_page = index;
                self.await_code(now)
            }
        }
    }

    /// A person reads a code off an app as well as out of a mail; a mailbox does not.
    fn can_answer_authenticator(&self) -> bool {
        !matches!(self.policy.codes, CodeSource::Mailbox(CodeAddress::Mail { .. }))
    }

    fn await_code(mut self, now: Timestamp) -> Step {
        self.state = State::AwaitingCode;
        self.looks = 0;
        let window = match &self.policy.codes {
            CodeSource::Authenticator => None,
            CodeSource::Mailbox(address) => Some(CodeWindow {
                address: address.clone(),
                not_before: self.codes_since,
                oldest: now - CODE_LIFE,
                sent_from: None,
            }),
        };
        let until = now + self.policy.code_wait;
        (self, vec![LoginEffect::AwaitCode { window, until }])
    }

    pub(super) fn code_arrived(mut self, code: Redacted<String>) -> Step {
        if self.state != State::AwaitingCode {
            return (self, Vec::new());
        }
        let Some(steps) = self.steps(self.code_page, Some(&code)) else {
            return self.lock(LockCause::UnknownPage);
        };
        self.state = State::CodeSubmitted;
        self.looking(steps.whole())
    }

    pub(super) fn refused_code_seen(mut self, index: Option<usize>, now: Timestamp) -> Step {
        match self.state {
            State::CodeSubmitted => {
                self.codes_refused += 1;
                if self.codes_refused >= CODES_PER_ATTEMPT_MAX {
                    return self.lock(LockCause::CodesRefused);
                }
                // The page that refuses is often the one that asks, with steps of its own or without.
                if self.steps(index, None).is_some() {
                    self.code_page = index;
                }
                self.another_code(now)
            }
            State::AwaitingCode => (self, Vec::new()),
            // The note about the earlier code still stands on a page that awaits the next one.
            _ => {
                let answered = index.filter(|_| self.steps(index, None).is_some());
                let Some(page) = self.code_page.or(answered) else {
                    return self.look_again(|flow| flow.lock(LockCause::UnknownPage));
                };
                let authenticator = self.authenticator;
                self.code_page_seen(authenticator, Some(page), now)
            }
        }
    }

    /// After a refused code the next one is awaited before the portal is asked for one: what was refused may have
    /// been a late mail of an earlier attempt, and asking would make our own code, still on its way, useless.
    fn another_code(mut self, now: Timestamp) -> Step {
        if !self.mailed() {
            self.codes_since = now;
        }
        self.await_code(now)
    }

    pub(super) fn request_code(mut self, now: Timestamp) -> Step {
        let Some(press) = self.described(self.code_page).and_then(steps::resend) else {
            return self.give_up();
        };
        self.codes_asked += 1;
        self.codes_since = to_the_second(now);
        self.state = State::Requested;
        self.looking(vec![LoginEffect::VoidCodes, press])
    }

    pub(super) fn mailed(&self) -> bool {
        !self.authenticator && matches!(self.policy.codes, CodeSource::Mailbox(CodeAddress::Mail { .. }))
    }
}

/// Mail headers tell whole seconds: a code mailed in the second of the press is ours.
pub(super) fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
