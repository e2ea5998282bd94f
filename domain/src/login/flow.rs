//! The login as a state machine: page seen, code arrived, time over → what to do next.

use super::PageKind;
use crate::ports::{AttemptEnd, CodeAddress, CodeWindow, LoginAct, LoginSecret};
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
    PageSeen(PageKind),
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
    },
}

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

    fn page_seen(self, page: PageKind, now: Timestamp) -> Step {
        match page {
            PageKind::LoginRefused => self.lock(LockCause::WrongPassword),
            PageKind::AccountLocked => self.lock(LockCause::AccountLocked),
            PageKind::PasswordExpired => self.lock(LockCause::PasswordExpired),
            PageKind::CodesExhausted => self.lock(LockCause::CodesRefused),
            PageKind::Home => self.end(LoginEffect::Succeeded),
            PageKind::Terms { hash } => self.terms_seen(&hash),
            PageKind::Login | PageKind::SessionEnded => self.login_seen(),
            PageKind::Code { authenticator } => self.code_page_seen(authenticator, now),
            PageKind::CodeRefused => self.refused_code_seen(now),
            PageKind::Unknown => self.look_again(|flow| flow.lock(LockCause::UnknownPage)),
        }
    }

    fn login_seen(mut self) -> Step {
        match self.state {
            State::AtDoor => {
                self.state = State::Beginning;
                let fill = |selector: &String, secret| {
                    LoginEffect::Act(LoginAct::Fill { selector: selector.clone(), secret })
                };
                let effects = vec![
                    fill(&self.policy.pages.user_field, LoginSecret::UserName),
                    fill(&self.policy.pages.password_field, LoginSecret::Password),
                    LoginEffect::BeginAttempt,
                ];
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
        let press = press(&self.policy.pages.submit);
        self.looking(vec![press])
    }

    fn terms_seen(mut self, hash: &str) -> Step {
        if !self.policy.accepted_terms.iter().any(|known| known.eq_ignore_ascii_case(hash)) {
            return self.lock(LockCause::TermsChanged);
        }
        if self.terms_accepted {
            return self.look_again(|flow| flow.lock(LockCause::UnknownPage));
        }
        self.terms_accepted = true;
        self.password_was_good();
        let press = press(&self.policy.pages.terms_accept);
        self.looking(vec![press])
    }

    fn code_page_seen(mut self, authenticator: bool, now: Timestamp) -> Step {
        match self.state {
            State::AwaitingCode => (self, Vec::new()),
            State::CodeSubmitted => self.look_again(Self::give_up),
            _ if authenticator && !self.can_answer_authenticator() => self.lock(LockCause::UnknownPage),
            _ if !authenticator && self.policy.codes == CodeSource::Authenticator => {
                self.lock(LockCause::UnknownPage)
            }
            _ => {
                self.authenticator = authenticator;
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
        self.state = State::CodeSubmitted;
        let fill = LoginEffect::Act(LoginAct::Fill {
            selector: self.policy.pages.code_field.clone(),
            secret: LoginSecret::Code(code),
        });
        let press = press(&self.policy.pages.code_submit);
        self.looking(vec![fill, press])
    }

    fn refused_code_seen(mut self, now: Timestamp) -> Step {
        match self.state {
            State::CodeSubmitted => {
                self.codes_refused += 1;
                if self.codes_refused >= CODES_PER_ATTEMPT_MAX {
                    return self.lock(LockCause::CodesRefused);
                }
                self.another_code(now)
            }
            State::AwaitingCode => (self, Vec::new()),
            // The note about the earlier code still stands on a page that awaits the next one.
            _ => {
                let authenticator = self.authenticator;
                self.code_page_seen(authenticator, now)
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
        self.codes_asked += 1;
        self.codes_since = to_the_second(now);
        self.state = State::Requested;
        let press = press(&self.policy.pages.code_resend);
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
        let accepted = match self.state {
            State::AtDoor | State::Beginning | State::Submitted | State::Ended => false,
            State::Accepted | State::AwaitingCode | State::Requested | State::CodeSubmitted => self.begun,
        };
        let end = accepted.then_some(AttemptEnd::Abandoned);
        self.end(LoginEffect::GiveUp { end })
    }

    fn end(mut self, effect: LoginEffect) -> Step {
        self.state = State::Ended;
        (self, vec![effect])
    }
}

const LOOK_NOW: LoginEffect = LoginEffect::Look { after: SignedDuration::ZERO };

fn press(selector: &str) -> LoginEffect {
    LoginEffect::Act(LoginAct::Press { selector: selector.to_owned() })
}

/// Mail headers tell whole seconds: a code mailed in the second of the press is ours.
fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
