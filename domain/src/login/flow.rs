//! The login as a state machine: page seen, code arrived, time over → what to do next.

use super::codes::to_the_second;
use super::events::{
    CODES_PER_ATTEMPT_MAX, GaveUp, LOOKS_MAX, LoginEffect, LoginEvent, LoginPolicy, PAUSE_BETWEEN_LOOKS,
};
use super::steps::{self, Steps};
use super::{PageKind, PageSeen};
use crate::ports::AttemptEnd;
use crate::profile::LoginPage;
use crate::redacted::Redacted;
use crate::session::LockCause;
use jiff::{SignedDuration, Timestamp};

/// Pages in the way that are taken away in one login: a portal with more never ends.
const OVERLAYS_MAX: u32 = 4;

/// Where a flow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing typed.
    AtDoor,
    /// Name and password stand in the form; the ledger is being written.
    Beginning,
    /// The login button was pressed, no answer seen.
    Submitted,
    /// The password is good; on the way through the pages behind it.
    Accepted,
    /// A code is awaited.
    AwaitingCode,
    /// A new code was asked for, the code page is awaited.
    Requested,
    /// A code was typed.
    CodeSubmitted,
    /// Over.
    Ended,
}

/// A login under way.
#[derive(Clone, Debug)]
pub struct LoginFlow {
    pub(super) policy: LoginPolicy,
    pub(super) state: State,
    /// The ledger holds this flow's attempt.
    pub(super) begun: bool,
    /// Codes that arrived before this are not ours.
    pub(super) codes_since: Timestamp,
    pub(super) codes_asked: u32,
    pub(super) codes_refused: u32,
    pub(super) authenticator: bool,
    pub(super) terms_accepted: bool,
    /// The page whose submission was begun.
    pub(super) login_page: Option<usize>,
    /// The page on which codes are typed. Never the login page: its steps type the password.
    pub(super) code_page: Option<usize>,
    /// Pages without a password whose steps were done, each once.
    pub(super) walked: Vec<usize>,
    pub(super) overlays: u32,
    /// Looks that brought nothing new since the last act.
    pub(super) looks: u32,
}

pub(super) type Step = (LoginFlow, Vec<LoginEffect>);

impl LoginFlow {
    /// A flow at the door of a freshly opened browser; perform its effects and feed back what comes of them.
    pub fn start(policy: LoginPolicy, now: Timestamp) -> Step {
        let flow = Self {
            policy,
            state: State::AtDoor,
            begun: false,
            codes_since: now,
            codes_asked: 1,
            codes_refused: 0,
            authenticator: false,
            terms_accepted: false,
            login_page: None,
            code_page: None,
            walked: Vec::new(),
            overlays: 0,
            looks: 0,
        };
        (flow, vec![LOOK_NOW])
    }

    /// Whether the flow has ended.
    pub fn ended(&self) -> bool {
        self.state == State::Ended
    }

    /// The next state and what to do.
    #[must_use]
    pub fn on(self, event: LoginEvent, now: Timestamp) -> Step {
        match event {
            _ if self.ended() => (self, Vec::new()),
            LoginEvent::PageSeen(page) => self.page_seen(page, now),
            LoginEvent::AttemptBegun => self.attempt_begun(now),
            LoginEvent::CodeArrived(code) => self.code_arrived(code),
            LoginEvent::Deadline => self.deadline(now),
            LoginEvent::ActFailed => self.give_up(),
        }
    }

    fn page_seen(self, seen: PageSeen, now: Timestamp) -> Step {
        let index = seen.index;
        if self.state == State::Beginning {
            // Nothing was pressed since the last look: this one says nothing new.
            return (self, Vec::new());
        }
        match seen.kind {
            PageKind::LoginRefused => self.lock(LockCause::WrongPassword),
            PageKind::AccountLocked => self.lock(LockCause::AccountLocked),
            PageKind::NotAllowed => self.lock(LockCause::NotAllowed),
            PageKind::PasswordExpired => self.lock(LockCause::PasswordExpired),
            PageKind::CodesExhausted => self.lock(LockCause::CodesRefused),
            PageKind::Home => self.end(LoginEffect::Succeeded),
            PageKind::Terms { hash } => self.terms_seen(&hash, index),
            PageKind::UserName => self.user_name_seen(index),
            PageKind::Login | PageKind::SessionEnded => self.login_seen(index),
            PageKind::Code { authenticator } => self.code_page_seen(authenticator, index, now),
            PageKind::CodeRefused => self.refused_code_seen(index, now),
            PageKind::SiteChoice => {
                self.walk(index, |flow| flow.look_again(|flow| flow.lock(LockCause::UnknownPage)))
            }
            PageKind::Overlay => self.overlay_seen(index),
            PageKind::InUse => self.give_up_for(GaveUp::InUse),
            PageKind::Maintenance => self.give_up_for(GaveUp::Maintenance),
            PageKind::Broken => self.give_up(),
            PageKind::Unknown => self.look_again(|flow| flow.lock(LockCause::UnknownPage)),
        }
    }

    pub(super) fn described(&self, index: Option<usize>) -> Option<&LoginPage> {
        self.policy.pages.pages.get(index?)
    }

    /// The steps of a page, cut where they begin to have consequences; none for a page without any.
    pub(super) fn steps(&self, index: Option<usize>, code: Option<&Redacted<String>>) -> Option<Steps> {
        let page = self.described(index).filter(|page| !page.steps.is_empty())?;
        Some(steps::of(page, &self.policy.site, code))
    }

    fn user_name_seen(self, index: Option<usize>) -> Step {
        match self.state {
            State::AtDoor => self.walk(index, |flow| flow.look_again(Self::give_up)),
            // Back at the door after the password: it is never typed a second time.
            _ => self.look_again(Self::give_up),
        }
    }

    /// Does the steps of a page at which nothing is at stake, once.
    fn walk(mut self, index: Option<usize>, again: impl FnOnce(Self) -> Step) -> Step {
        let (Some(steps), Some(at)) = (self.steps(index, None), index) else { return again(self) };
        if self.walked.contains(&at) {
            return again(self);
        }
        self.walked.push(at);
        self.password_was_good();
        self.looking(steps.whole())
    }

    fn overlay_seen(mut self, index: Option<usize>) -> Step {
        let Some(steps) = self.steps(index, None).filter(|_| self.overlays < OVERLAYS_MAX) else {
            return self.look_again(|flow| flow.lock(LockCause::UnknownPage));
        };
        self.overlays += 1;
        let looks = self.looks;
        let mut step = self.looking(steps.whole());
        // An overlay is no progress.
        step.0.looks = looks;
        step
    }

    fn login_seen(mut self, index: Option<usize>) -> Step {
        match self.state {
            State::AtDoor => {
                let Some(steps) = self.steps(index, None) else {
                    return self.lock(LockCause::UnknownPage);
                };
                self.state = State::Beginning;
                self.login_page = index;
                let mut effects = steps.before;
                effects.push(LoginEffect::BeginAttempt);
                (self, effects)
            }
            // The form is still there, or there again, and says nothing. It is never filled in a second time.
            _ => self.look_again(Self::give_up),
        }
    }

    fn attempt_begun(mut self, now: Timestamp) -> Step {
        if self.state != State::Beginning {
            return (self, Vec::new());
        }
        self.state = State::Submitted;
        self.begun = true;
        self.codes_since = to_the_second(now);
        let submission = self.steps(self.login_page, None).map_or_else(Vec::new, |steps| steps.submission);
        self.looking(submission)
    }

    fn terms_seen(mut self, hash: &str, index: Option<usize>) -> Step {
        if !self.policy.accepted_terms.iter().any(|known| known.eq_ignore_ascii_case(hash)) {
            return self.lock(LockCause::TermsChanged);
        }
        if self.terms_accepted {
            return self.look_again(|flow| flow.lock(LockCause::UnknownPage));
        }
        let Some(steps) = self.steps(index, None) else { return self.lock(LockCause::UnknownPage) };
        self.terms_accepted = true;
        self.password_was_good();
        self.looking(steps.whole())
    }

    fn deadline(self, now: Timestamp) -> Step {
        let waiting = self.state == State::AwaitingCode;
        if waiting && self.mailed() && self.codes_asked < CODES_PER_ATTEMPT_MAX {
            return self.request_code(now);
        }
        self.give_up()
    }

    fn password_was_good(&mut self) {
        if self.state == State::Submitted {
            self.state = State::Accepted;
        }
    }

    /// Looks once more, or does `otherwise` when that was done often enough.
    pub(super) fn look_again(mut self, otherwise: impl FnOnce(Self) -> Step) -> Step {
        if self.looks >= LOOKS_MAX {
            return otherwise(self);
        }
        self.looks += 1;
        (self, vec![LoginEffect::Look { after: PAUSE_BETWEEN_LOOKS }])
    }

    pub(super) fn looking(mut self, mut effects: Vec<LoginEffect>) -> Step {
        self.looks = 0;
        effects.push(LOOK_NOW);
        (self, effects)
    }

    pub(super) fn lock(self, cause: LockCause) -> Step {
        self.end(LoginEffect::Lock(cause))
    }

    /// Ends without a verdict of the portal. Only an attempt that certainly cost no wrong password is taken back.
    pub(super) fn give_up(self) -> Step {
        self.give_up_for(GaveUp::NoProgress)
    }

    fn give_up_for(mut self, why: GaveUp) -> Step {
        if why == GaveUp::InUse {
            // It is shown to those alone whose password was right.
            self.password_was_good();
        }
        let accepted = match self.state {
            State::AtDoor | State::Beginning | State::Submitted | State::Ended => false,
            State::Accepted | State::AwaitingCode | State::Requested | State::CodeSubmitted => self.begun,
        };
        let end = accepted.then_some(AttemptEnd::Abandoned);
        self.end(LoginEffect::GiveUp { end, why })
    }

    fn end(mut self, effect: LoginEffect) -> Step {
        self.state = State::Ended;
        (self, vec![effect])
    }
}

const LOOK_NOW: LoginEffect = LoginEffect::Look { after: SignedDuration::ZERO };
