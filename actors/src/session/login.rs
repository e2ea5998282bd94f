//! Gets a stay: by the kept cookies, else by walking the login flow and performing what it decides.

use super::{Began, SessionArgs};
use domain::audit::LoginAttempt;
use domain::ids::Generation;
use domain::login::{CodeSource, LoginEffect, LoginEvent, LoginFlow, LoginPolicy, classify};
use domain::ports::{
    AttemptEnd, CodeAddress, CodeWindow, ErrorClass, LoginBrowser, PortError, PortalError, TakeVerdict,
};
use domain::redacted::Redacted;
use domain::session::{LockCause, SessionStatus};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// How often the mailbox is looked into while a code is awaited: often while most codes come, then at the pace of a
/// person at the page, since the mailbox may be a database that others use too.
const CODE_POLL_AT_FIRST: Duration = Duration::from_millis(250);
const CODE_POLL: Duration = Duration::from_secs(1);

/// How many looks are the fast ones: 10 seconds.
const FAST_LOOKS: u32 = 40;

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
    if let Some(cookies) = &entry.cookies {
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
            Ok(session) => return Ok(Began::Ready(session)),
            Err(PortalError::SessionLost) => args.ledger.save_cookies(&args.portal, None).await?,
            Err(error) => return Err(error.into()),
        }
    }
    if let Err(cause) = entry.may_attempt(&args.login.credential, args.clock.now()) {
        return Ok(Began::Locked(cause));
    }
    let browser = args.entrance.open_browser().await?;
    let mut login = Login { args, browser, attempt: None };
    let ended = tokio::time::timeout(LOGIN_MAX, login.walk()).await;
    let result = match ended {
        Ok(Ok(End::Succeeded)) => login.succeed().await,
        Ok(Ok(End::Locked(cause))) => Ok(Began::Locked(cause)),
        Ok(Ok(End::GaveUp)) => {
            Ok(Began::Down("the login did not come through; trying again later".to_owned()))
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(Began::Down("the login took too long; trying again later".to_owned())),
    };
    login.tell_end(&result).await;
    login.browser.close().await;
    result
}

enum End {
    Succeeded,
    Locked(LockCause),
    GaveUp,
}

/// What performing one effect gives.
enum Performed {
    Nothing,
    Event(LoginEvent),
    Ended(End),
}

struct Login<'a> {
    args: &'a SessionArgs,
    browser: Box<dyn LoginBrowser>,
    /// Submitted, its end not told yet.
    attempt: Option<LoginAttempt>,
}

impl Login<'_> {
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
        Ok(End::GaveUp)
    }

    async fn perform(&mut self, effect: LoginEffect) -> Result<Performed, NotBegun> {
        match effect {
            LoginEffect::Look { after } => self.look(after).await,
            LoginEffect::Act(act) => {
                self.browser.act(&act).await?;
                (self.args.stop_point)("session.acted");
                Ok(Performed::Nothing)
            }
            LoginEffect::BeginAttempt => self.begin_attempt().await,
            LoginEffect::AwaitCode { window, until } => self.await_code(window, until).await,
            LoginEffect::VoidCodes => {
                if let Mfa::Mailbox(address) = &self.args.login.mfa {
                    self.args.mailbox.void(address).await?;
                }
                Ok(Performed::Nothing)
            }
            LoginEffect::Succeeded => Ok(Performed::Ended(End::Succeeded)),
            LoginEffect::Lock(cause) => {
                self.end_attempt(AttemptEnd::Locked(cause)).await?;
                Ok(Performed::Ended(End::Locked(cause)))
            }
            LoginEffect::GiveUp { end } => {
                if let Some(end) = end {
                    self.end_attempt(end).await?;
                }
                Ok(Performed::Ended(End::GaveUp))
            }
        }
    }

    async fn look(&mut self, after: jiff::SignedDuration) -> Result<Performed, NotBegun> {
        tokio::time::sleep(after.unsigned_abs()).await;
        let pages = &self.args.login.policy.pages;
        let snapshot = self.browser.snapshot(&pages.selectors()).await?;
        let page = classify(&snapshot, pages);
        tracing::debug!(portal = %self.args.portal, page = ?page, "page seen");
        Ok(Performed::Event(LoginEvent::PageSeen(page)))
    }

    async fn begin_attempt(&mut self) -> Result<Performed, NotBegun> {
        let args = self.args;
        let now = args.audit.moment(self.now());
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
                let cause = entry.may_attempt(&args.login.credential, now).err();
                Ok(Performed::Ended(cause.map_or(End::GaveUp, End::Locked)))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn await_code(
        &mut self,
        window: Option<CodeWindow>,
        until: Timestamp,
    ) -> Result<Performed, NotBegun> {
        self.args.board.publish(SessionStatus::AwaitingMfaCode);
        let mut looks = 0_u32;
        loop {
            let code = match (&self.args.login.mfa, &window) {
                (Mfa::Totp(code), _) => match code(self.now()) {
                    Ok(code) => Some(code),
                    Err(wait) => {
                        tokio::time::sleep(wait).await;
                        None
                    }
                },
                (Mfa::Mailbox(_), Some(window)) => self.take(window).await?,
                (Mfa::Mailbox(_), None) => None,
            };
            if let Some(code) = code {
                (self.args.stop_point)("session.code_taken");
                return Ok(Performed::Event(LoginEvent::CodeArrived(code)));
            }
            if self.now() >= until {
                tracing::warn!(
                    portal = %self.args.portal,
                    "no code came after it was asked for: see whether mails come in, and whether this machine's clock \
                     is right (`check --connect`)"
                );
                return Ok(Performed::Event(LoginEvent::Deadline));
            }
            looks = looks.saturating_add(1);
            tokio::time::sleep(if looks <= FAST_LOOKS { CODE_POLL_AT_FIRST } else { CODE_POLL }).await;
        }
    }

    async fn take(&self, window: &CodeWindow) -> Result<Option<Redacted<String>>, NotBegun> {
        match self.args.mailbox.take(window).await? {
            TakeVerdict::Taken(code) => Ok(Some(code)),
            TakeVerdict::Nothing => Ok(None),
            TakeVerdict::Ambiguous { candidates } => {
                tracing::warn!(portal = %self.args.portal, candidates, "several codes could be ours; none is used");
                Ok(None)
            }
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
            Ok(Began::Down(_)) | Err(_) => attempt.failed(self.now()),
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
