//! Gets a stay: by the kept cookies, else by walking the login flow and performing what it decides.

use super::codes::await_code;
use super::mailbox_turn::MailboxTurn;
use super::picture;
use super::{Began, SessionArgs};
use domain::audit::LoginAttempt;
use domain::ids::Generation;
use domain::login::{
    CodeSource, GaveUp, LoginEffect, LoginEvent, LoginFlow, LoginPolicy, classify, questions,
};
use domain::ports::{AttemptEnd, CodeAddress, ErrorClass, LoginBrowser, PortError, PortalError};
use domain::redacted::Redacted;
use domain::session::{AttemptRefusal, LedgerEntry, PortalKick, SessionStatus};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// The longest one login may take: two codes at three minutes each, and the pages around them.
const LOGIN_MAX: Duration = Duration::from_mins(10);

/// Computes the code of the moment from a shared secret, or says when one with enough life left comes.
pub type TotpCode = Arc<dyn Fn(Timestamp) -> Result<Redacted<String>, Duration> + Send + Sync>;

/// Where the second factor comes from.
#[derive(Clone)]
pub enum Mfa {
    /// The code mailbox.
    Mailbox(CodeAddress),
    /// A shared secret.
    Totp(TotpCode),
}

impl Mfa {
    /// The address at which its codes arrive, where mails bring them.
    fn mailed_to(&self) -> Option<&CodeAddress> {
        match self {
            Self::Mailbox(address @ CodeAddress::Mail { .. }) => Some(address),
            Self::Mailbox(CodeAddress::Person { .. }) | Self::Totp(_) => None,
        }
    }

    /// What the login flow has to know of it.
    pub fn source(&self) -> CodeSource {
        match self {
            Self::Mailbox(address) => CodeSource::Mailbox(address.clone()),
            Self::Totp(_) => CodeSource::Authenticator,
        }
    }
}

/// How to log in to one portal.
#[derive(Clone)]
pub struct LoginSettings {
    /// What the flow is decided by.
    pub policy: LoginPolicy,
    /// Keyed hash of name and password; under it a lock is remembered.
    pub credential: PortalCredential,
    /// The second factor.
    pub mfa: Mfa,
}

/// See [`LoginSettings::credential`]; the credential itself is known to the browser's adapter alone.
pub type PortalCredential = String;

/// Gets a stay, or says why there is none. Never panics, never submits a password that is locked.
pub(super) async fn begin(args: &SessionArgs) -> Began {
    match try_begin(args).await {
        Ok(began) => began,
        Err(NotBegun::Portal(error)) => Began::Down(error.to_string()),
        Err(NotBegun::Store(error)) => Began::Down(error.to_string()),
    }
}

enum NotBegun {
    Portal(PortalError),
    Store(PortError),
}

impl From<PortalError> for NotBegun {
    fn from(error: PortalError) -> Self {
        Self::Portal(error)
    }
}

impl From<PortError> for NotBegun {
    fn from(error: PortError) -> Self {
        Self::Store(error)
    }
}

async fn try_begin(args: &SessionArgs) -> Result<Began, NotBegun> {
    let entry = args.ledger.entry(&args.portal).await?;
    if let Some(cookies) = &entry.cookies
        && let Some(began) = resume(args, &entry, cookies).await?
    {
        return Ok(began);
    }
    if let Err(refusal) = entry.may_attempt(&args.login.credential, args.clock.now()) {
        return Ok(Began::refused(refusal));
    }
    let mut turn = match args.login.mfa.mailed_to() {
        Some(address) => Some(MailboxTurn::take(args, address).await?),
        None => None,
    };
    args.board.publish(SessionStatus::LoggingIn);
    let began = log_in(args, &mut turn).await;
    if let Some(turn) = turn {
        turn.give_back().await;
    }
    began
}

/// Takes up the stay that the kept cookies belong to; none where it has ended.
async fn resume(
    args: &SessionArgs,
    entry: &LedgerEntry,
    cookies: &Redacted<String>,
) -> Result<Option<Began>, NotBegun> {
    if let Some(begun_at) = entry.unresolved.last() {
        // Cookies are kept only once the shell was reached, so an attempt that is still open beside them
        // was no refused one: a crash kept its end from being written.
        args.ledger
            .end_attempt(&args.portal, &args.login.credential, AttemptEnd::Succeeded, args.clock.now())
            .await?;
        let attempt = LoginAttempt::new(args.portal.clone(), *begun_at);
        args.audit.write_down_end(attempt.done(args.clock.now())).await;
    }
    let generation = args.ledger.next_generation(&args.portal).await?;
    match args.entrance.resume(cookies, generation).await {
        Ok(session) => Ok(Some(Began::Ready(session))),
        Err(PortalError::SessionLost) => {
            args.ledger.save_cookies(&args.portal, None).await?;
            Ok(None)
        }
        Err(PortalError::KickedOut) => {
            // Somebody else has logged in while this process was away.
            let kick = PortalKick { generation: entry.generation, at: args.clock.now() };
            args.ledger.kicked(&args.portal, kick, args.care.kicks_max).await?;
            Ok(Some(Began::Held))
        }
        Err(error) => Err(error.into()),
    }
}

async fn log_in<'a>(args: &'a SessionArgs, turn: &mut Option<MailboxTurn<'a>>) -> Result<Began, NotBegun> {
    let browser = args.entrance.open_browser().await?;
    let mut login = Login { args, browser, turn, attempt: None };
    let ended = tokio::time::timeout(LOGIN_MAX, login.walk()).await;
    let down = |why: &str| Ok(Began::Down(why.to_owned()));
    let result = match ended {
        Ok(Ok(End::Succeeded)) => login.succeed().await,
        Ok(Ok(End::Refused(refusal))) => Ok(Began::refused(refusal)),
        Ok(Ok(End::GaveUp(GaveUp::InUse))) => Ok(Began::InUse),
        Ok(Ok(End::GaveUp(GaveUp::Maintenance))) => down("the portal says that it is under maintenance"),
        Ok(Ok(End::GaveUp(GaveUp::NoProgress))) => down("the login did not come through; trying again later"),
        Ok(Err(error)) => Err(error),
        Err(_) => down("the login took too long; trying again later"),
    };
    login.tell_end(&result).await;
    login.browser.close().await;
    result
}

impl Began {
    const fn refused(refusal: AttemptRefusal) -> Self {
        match refusal {
            AttemptRefusal::Locked(cause) => Self::Locked(cause),
            AttemptRefusal::Held => Self::Held,
        }
    }
}

enum End {
    Succeeded,
    Refused(AttemptRefusal),
    GaveUp(GaveUp),
}

/// What performing one effect gives.
enum Performed {
    Nothing,
    Event(LoginEvent),
    Ended(End),
}

struct Login<'a, 't> {
    args: &'a SessionArgs,
    browser: Box<dyn LoginBrowser>,
    /// The turn at the mailbox, where codes are mailed.
    turn: &'t mut Option<MailboxTurn<'a>>,
    /// Submitted, its end not told yet.
    attempt: Option<LoginAttempt>,
}

impl Login<'_, '_> {
    /// Feeds the flow and performs its effects until it ends.
    async fn walk(&mut self) -> Result<End, NotBegun> {
        let (mut flow, effects) = LoginFlow::start(self.args.login.policy.clone(), self.now());
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            let event = match self.perform(effect).await {
                Ok(Performed::Nothing) => continue,
                Ok(Performed::Ended(end)) => return Ok(end),
                Ok(Performed::Event(event)) => event,
                Err(NotBegun::Portal(error)) => {
                    tracing::warn!(portal = %self.args.portal, %error, "login step failed");
                    LoginEvent::ActFailed
                }
                Err(NotBegun::Store(error)) => return Err(error.into()),
            };
            // What an event makes happen replaces what was still planned before it.
            let failed = event == LoginEvent::ActFailed;
            let (next, more) = flow.on(event, self.now());
            flow = next;
            if failed || !more.is_empty() {
                effects = VecDeque::from(more);
            }
        }
        Ok(End::GaveUp(GaveUp::NoProgress))
    }

    async fn perform(&mut self, effect: LoginEffect) -> Result<Performed, NotBegun> {
        match effect {
            LoginEffect::Look { after } => self.look(after).await,
            LoginEffect::Act(act) => {
                self.browser.act(&act).await?;
                (self.args.stop_point)("session.acted");
                Ok(Performed::Nothing)
            }
            LoginEffect::TryAct(act) => {
                if let Err(error) = self.browser.act(&act).await {
                    tracing::debug!(portal = %self.args.portal, %error, "an optional step was left out");
                }
                Ok(Performed::Nothing)
            }
            LoginEffect::BeginAttempt => self.begin_attempt().await,
            LoginEffect::AwaitCode { window, until } => {
                let code = await_code(self.args, self.turn.as_mut(), window, until).await?;
                let Some(code) = code else { return Ok(Performed::Event(LoginEvent::Deadline)) };
                (self.args.stop_point)("session.code_taken");
                Ok(Performed::Event(LoginEvent::CodeArrived(code)))
            }
            LoginEffect::VoidCodes => {
                if let Mfa::Mailbox(address) = &self.args.login.mfa {
                    self.args.mailbox.void(address).await?;
                    self.ask_for_code(self.now()).await?;
                }
                Ok(Performed::Nothing)
            }
            LoginEffect::Succeeded => Ok(Performed::Ended(End::Succeeded)),
            LoginEffect::Lock(cause) => {
                self.end_attempt(AttemptEnd::Locked(cause)).await?;
                picture::keep(self.args, self.browser.as_mut(), cause.name()).await;
                Ok(Performed::Ended(End::Refused(AttemptRefusal::Locked(cause))))
            }
            LoginEffect::GiveUp { end, why } => {
                tracing::warn!(portal = %self.args.portal, ?why, "login given up for now");
                if let Some(end) = end {
                    self.end_attempt(end).await?;
                }
                if why == GaveUp::NoProgress {
                    picture::keep(self.args, self.browser.as_mut(), "no_progress").await;
                }
                Ok(Performed::Ended(End::GaveUp(why)))
            }
        }
    }

    async fn look(&mut self, after: jiff::SignedDuration) -> Result<Performed, NotBegun> {
        tokio::time::sleep(after.unsigned_abs()).await;
        if let Some(turn) = self.turn.as_mut() {
            turn.renew().await?;
        }
        let pages = &self.args.login.policy.pages;
        let snapshot = self.browser.snapshot(&questions(pages)).await?;
        let page = classify(&snapshot, pages);
        tracing::debug!(portal = %self.args.portal, page = ?page.kind, "page seen");
        Ok(Performed::Event(LoginEvent::PageSeen(page)))
    }

    /// The next act makes the portal mail a code.
    async fn ask_for_code(&mut self, now: Timestamp) -> Result<(), NotBegun> {
        if let Some(turn) = self.turn.as_mut() {
            turn.renew().await?;
            turn.ask(now).await?;
        }
        Ok(())
    }

    async fn begin_attempt(&mut self) -> Result<Performed, NotBegun> {
        let args = self.args;
        let now = args.audit.moment(self.now());
        // Before the attempt is counted: without its turn it is not submitted.
        self.ask_for_code(now).await?;
        let attempt = LoginAttempt::new(args.portal.clone(), now);
        let given_up = self.attempt.take().map(|before| before.failed(now));
        let entries: Vec<_> = given_up.into_iter().chain([attempt.begun()]).collect();
        // Before the ledger counts it: what cannot be written down must not use an attempt up.
        args.audit.write_down(&entries).await?;
        self.attempt = Some(attempt);
        match args.ledger.begin_attempt(&args.portal, &args.login.credential, now).await {
            Ok(()) => {
                (args.stop_point)("session.attempt_begun");
                Ok(Performed::Event(LoginEvent::AttemptBegun))
            }
            Err(error) if error.class == ErrorClass::Conflict => {
                let entry = args.ledger.entry(&args.portal).await?;
                let refusal = entry.may_attempt(&args.login.credential, now).err();
                Ok(Performed::Ended(refusal.map_or(End::GaveUp(GaveUp::NoProgress), End::Refused)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps the cookies before the attempt is closed, so that a crash in between costs no second login.
    async fn succeed(&mut self) -> Result<Began, NotBegun> {
        let args = self.args;
        let cookies = self.browser.cookies().await?;
        args.ledger.save_cookies(&args.portal, Some(cookies.clone())).await?;
        (args.stop_point)("session.cookies_saved");
        self.end_attempt(AttemptEnd::Succeeded).await?;
        let generation: Generation = args.ledger.next_generation(&args.portal).await?;
        Ok(Began::Ready(args.entrance.resume(&cookies, generation).await?))
    }

    /// Writes down how the submitted login ended.
    async fn tell_end(&mut self, result: &Result<Began, NotBegun>) {
        let Some(attempt) = self.attempt.take() else { return };
        let entry = match result {
            Ok(Began::Ready(_)) => attempt.done(self.now()),
            Ok(Began::Locked(cause)) => attempt.refused(*cause, self.now()),
            Ok(Began::Down(_) | Began::Held | Began::InUse) | Err(_) => attempt.failed(self.now()),
        };
        self.args.audit.write_down_end(entry).await;
    }

    async fn end_attempt(&self, end: AttemptEnd) -> Result<(), NotBegun> {
        let args = self.args;
        Ok(args.ledger.end_attempt(&args.portal, &args.login.credential, end, self.now()).await?)
    }

    fn now(&self) -> Timestamp {
        self.args.clock.now()
    }
}
