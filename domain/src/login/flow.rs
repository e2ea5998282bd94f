//! The login as a state machine: page seen, code arrived, time over → what to do next.

use super::steps::{self, Steps};
use super::{PageKind, PageSeen};
use crate::ports::{AttemptEnd, CodeAddress, CodeWindow, LoginAct};
use crate::profile::{LoginPage, LoginPages};
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

/// Pages in the way that are taken away in one login: a portal with more never ends.
const OVERLAYS_MAX: u32 = 4;

/// Where a flow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
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
    policy: LoginPolicy,
    state: State,
    /// The ledger holds this flow's attempt.
    begun: bool,
    /// Codes that arrived before this are not ours.
    codes_since: Timestamp,
    codes_asked: u32,
    codes_refused: u32,
    authenticator: bool,
    terms_accepted: bool,
    /// The page whose submission was begun, or on which a code is awaited.
    page: Option<usize>,
    /// Pages without a password whose steps were done, each once.
    walked: Vec<usize>,
    overlays: u32,
    /// Looks that brought nothing new since the last act.
    looks: u32,
}

type Step = (LoginFlow, Vec<LoginEffect>);

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
            page: None,
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
            PageKind::Unknown => self.look_again(|flow| flow.lock(LockCause::UnknownPage)),
        }
    }

    fn described(&self, index: Option<usize>) -> Option<&LoginPage> {
        self.policy.pages.pages.get(index?)
    }

    /// The steps of a page; none for a page without any.
    fn steps(&self, index: Option<usize>, code: Option<&Redacted<String>>) -> Option<Steps> {
        let page = self.described(index).filter(|page| !page.steps.is_empty())?;
        Some(steps::of(page, &self.policy.site, code))
    }

    fn user_name_seen(self, index: Option<usize>) -> Step {
        match self.state {
            State::AtDoor => self.walk(index, |flow| flow.look_again(Self::give_up)),
            State::Beginning => (self, Vec::new()),
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
        self.looking(steps.before.into_iter().chain(steps.submission).collect())
    }

    fn overlay_seen(mut self, index: Option<usize>) -> Step {
        let Some(steps) = self.steps(index, None).filter(|_| self.overlays < OVERLAYS_MAX) else {
            return self.look_again(|flow| flow.lock(LockCause::UnknownPage));
        };
        self.overlays += 1;
        let looks = self.looks;
        let mut step = self.looking(steps.before.into_iter().chain(steps.submission).collect());
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
                self.page = index;
                let mut effects = steps.before;
                effects.push(LoginEffect::BeginAttempt);
                (self, effects)
            }
            State::Beginning => (self, Vec::new()),
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
        let submission = self.steps(self.page, None).map_or_else(Vec::new, |steps| steps.submission);
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
        self.looking(steps.before.into_iter().chain(steps.submission).collect())
    }

    fn code_page_seen(mut self, authenticator: bool, index: Option<usize>, now: Timestamp) -> Step {
        match self.state {
            State::AwaitingCode => (self, Vec::new()),
            State::CodeSubmitted => self.look_again(Self::give_up),
            _ if authenticator && !self.can_answer_authenticator() => self.lock(LockCause::UnknownPage),
            _ if !authenticator && self.policy.codes == CodeSource::Authenticator => {
                self.lock(LockCause::UnknownPage)
            }
            _ => {
                self.authenticator = authenticator;
                self.page = index;
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
            }),
        };
        let until = now + self.policy.code_wait;
        (self, vec![LoginEffect::AwaitCode { window, until }])
    }

    fn code_arrived(mut self, code: Redacted<String>) -> Step {
        if self.state != State::AwaitingCode {
            return (self, Vec::new());
        }
        let Some(steps) = self.steps(self.page, Some(&code)) else {
            return self.lock(LockCause::UnknownPage);
        };
        self.state = State::CodeSubmitted;
        self.looking(steps.before.into_iter().chain(steps.submission).collect())
    }

    fn refused_code_seen(mut self, index: Option<usize>, now: Timestamp) -> Step {
        match self.state {
            State::CodeSubmitted => {
                self.codes_refused += 1;
                if self.codes_refused >= CODES_PER_ATTEMPT_MAX {
                    return self.lock(LockCause::CodesRefused);
                }
                // The page that refuses is often the one that asks, with steps of its own or without.
                if self.steps(index, None).is_some() {
                    self.page = index;
                }
                self.another_code(now)
            }
            State::AwaitingCode => (self, Vec::new()),
            // The note about the earlier code still stands on a page that awaits the next one.
            _ => {
                let (authenticator, page) = (self.authenticator, self.page);
                self.code_page_seen(authenticator, page, now)
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

    fn request_code(mut self, now: Timestamp) -> Step {
        let Some(press) = self.described(self.page).and_then(steps::resend) else { return self.give_up() };
        self.codes_asked += 1;
        self.codes_since = to_the_second(now);
        self.state = State::Requested;
        self.looking(vec![LoginEffect::VoidCodes, press])
    }

    fn mailed(&self) -> bool {
        !self.authenticator && matches!(self.policy.codes, CodeSource::Mailbox(CodeAddress::Mail { .. }))
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
    fn look_again(mut self, otherwise: impl FnOnce(Self) -> Step) -> Step {
        if self.looks >= LOOKS_MAX {
            return otherwise(self);
        }
        self.looks += 1;
        (self, vec![LoginEffect::Look { after: PAUSE_BETWEEN_LOOKS }])
    }

    fn looking(mut self, mut effects: Vec<LoginEffect>) -> Step {
        self.looks = 0;
        effects.push(LOOK_NOW);
        (self, effects)
    }

    fn lock(self, cause: LockCause) -> Step {
        self.end(LoginEffect::Lock(cause))
    }

    /// Ends without a verdict of the portal. Only an attempt that certainly cost no wrong password is taken back.
    fn give_up(self) -> Step {
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

/// Mail headers tell whole seconds: a code mailed in the second of the press is ours.
fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
