//! The session of one portal: logs in, keeps the stay alive, and ends itself when the portal has ended it.
//!
//! Owns: the stay. Publishes: [`SessionStatus`] on the portal's [`SessionBoard`], which outlives it. Commit
//! points: audit log and portal ledger, written before a password is submitted; the ledger, before a kick is over. When
//! the portal has ended the stay, the actor stops with [`SESSION_EXPIRED`], an expected exit: its supervisor starts it
//! again and the work goes on. A restart loses nothing: the sealed cookies are tried first, so a session that still
//! lives costs no login. It never submits a password that was refused before.
//!
//! Every two seconds it looks into the ledger for what people have ordered, and decides with [`AccountCare::standing`]
//! whether anything may be begun: a pause, a drain, the kill switch, the end of the hospital's permission, a rest after
//! a kick, quiet hours.

mod board;
mod codes;
mod login;
mod mailbox_turn;
mod picture;
mod standing;
mod stay;

pub use board::{SessionBoard, SessionWatch, StayEnd};
pub use login::{LoginSettings, Mfa, PortalCredential, TotpCode};

use crate::audit::AuditTrail;
use crate::owned_task::OwnedTask;
use domain::ids::{Generation, PortalName};
use domain::ports::{
    Clock, CodeLines, CodeMailbox, EvidenceStore, PortResult, PortalEntrance, PortalError, PortalLedger,
    PortalSession,
};
use domain::session::{AccountCare, Hold, LedgerEntry, LockCause, PortalKick, SessionStatus, Standing};
use futures::FutureExt;
use jiff::civil::Date;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use stay::Stay;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The reason with which a session stops when the portal has ended it.
pub const SESSION_EXPIRED: &str = "SessionExpired";

/// How often the ledger is looked into for what people have ordered, at least.
pub const ORDERS_POLL: Duration = Duration::from_secs(2);

/// How long to wait before what could not be written is tried again.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// The actor.
pub struct Session;

/// What a session is told.
#[derive(Debug)]
pub enum SessionMsg {
    /// Look into the ledger: people may have ordered something, or time may have passed.
    LookDue,
    /// What stands in the ledger.
    Looked(Box<PortResult<LedgerEntry>>),
    /// Getting a stay has ended.
    Began(Began),
    /// Somebody met the end of this stay.
    StayEnded {
        /// Which stay; an older one is ignored.
        generation: Generation,
        /// How the portal ended it.
        end: StayEnd,
    },
    /// The kick stands in the ledger.
    KickWritten,
    /// Time to keep the stay alive.
    KeepAliveDue,
    /// How keeping it alive went.
    KeptAlive(Result<(), PortalError>),
}

/// How getting a stay ended.
pub enum Began {
    /// There is one.
    Ready(Arc<dyn PortalSession>),
    /// None until a person acts.
    Locked(LockCause),
    /// None while a person, or a kick, stands against it in the ledger.
    Held,
    /// The portal says that the account is at work elsewhere.
    InUse,
    /// Not now; no patient data in the cause.
    Down(String),
}

impl std::fmt::Debug for Began {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ready(session) => write!(f, "Ready({})", session.generation().0),
            Self::Locked(cause) => write!(f, "Locked({cause:?})"),
            Self::Held => f.write_str("Held"),
            Self::InUse => f.write_str("InUse"),
            Self::Down(cause) => write!(f, "Down({cause})"),
        }
    }
}

/// What a session starts with.
#[derive(Clone)]
pub struct SessionArgs {
    /// The portal.
    pub portal: PortalName,
    /// Where the status is published.
    pub board: Arc<SessionBoard>,
    /// The portal's door.
    pub entrance: Arc<dyn PortalEntrance>,
    /// Remembers attempts, locks, holds, kicks and cookies.
    pub ledger: Arc<dyn PortalLedger>,
    /// Codes.
    pub mailbox: Arc<dyn CodeMailbox>,
    /// Whose turn it is at the mailbox.
    pub lines: Arc<dyn CodeLines>,
    /// Who saw and did what.
    pub audit: Arc<AuditTrail>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// How to log in.
    pub login: Arc<LoginSettings>,
    /// How the account is cared for.
    pub care: Arc<AccountCare>,
    /// How often to keep the stay alive.
    pub keep_alive: Duration,
    /// How long to wait after the portal was down or found locked before looking again.
    pub look_again: Duration,
    /// Where pages of failed logins are kept.
    pub evidence: Arc<dyn EvidenceStore>,
    /// Called between durable steps; the kill tests end the process here.
    pub stop_point: crate::environment::StopPoint,
}

/// Gets a stay once, as the actor does, for whoever looks at a portal without the service. The caller has seen that
/// something may be begun there.
pub async fn begin_once(args: &SessionArgs) -> Began {
    login::begin(args).await
}

/// The session's own state.
pub struct SessionState {
    args: SessionArgs,
    stay: Option<Arc<Stay>>,
    /// Whether anything may be begun, as last decided; none before the first look.
    standing: Option<Standing>,
    /// Why the ledger or the portal refused the last login, if they did.
    refused: Option<LockCause>,
    /// No login before this.
    not_before: Instant,
    /// The day on which the account's terms were last told of.
    told_on: Option<Date>,
    next_look: Option<OwnedTask<()>>,
    next_touch: Option<OwnedTask<()>>,
    looking: Option<OwnedTask<()>>,
    beginning: Option<OwnedTask<()>>,
    keeping: Option<OwnedTask<()>>,
    writing: Option<OwnedTask<()>>,
    _reports: OwnedTask<()>,
}

impl Actor for Session {
    type Msg = SessionMsg;
    type State = SessionState;
    type Arguments = SessionArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<SessionMsg>,
        args: SessionArgs,
    ) -> Result<SessionState, ActorProcessingErr> {
        let reports = reports(myself.clone(), &args);
        myself.cast(SessionMsg::LookDue)?;
        Ok(SessionState {
            args,
            stay: None,
            standing: None,
            refused: None,
            not_before: Instant::now(),
            told_on: None,
            next_look: None,
            next_touch: None,
            looking: None,
            beginning: None,
            keeping: None,
            writing: None,
            _reports: reports,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<SessionMsg>,
        message: SessionMsg,
        state: &mut SessionState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SessionMsg::LookDue => state.look(myself),
            SessionMsg::Looked(entry) => state.looked(*entry, &myself),
            SessionMsg::Began(began) => state.began(began, &myself),
            SessionMsg::StayEnded { generation, end } => state.stay_ended(generation, end, &myself),
            SessionMsg::KickWritten => myself.stop(Some(SESSION_EXPIRED.to_owned())),
            SessionMsg::KeepAliveDue => state.keep_alive(myself),
            SessionMsg::KeptAlive(result) => state.kept_alive(result, &myself),
        }
        Ok(())
    }
}

impl SessionState {
    fn begin(&mut self, myself: ActorRef<SessionMsg>) {
        self.args.board.publish(SessionStatus::LoggingIn);
        let args = self.args.clone();
        self.beginning = Some(OwnedTask::spawn(async move {
            let began = AssertUnwindSafe(login::begin(&args)).catch_unwind().await;
            let began =
                began.unwrap_or_else(|_| Began::Down("the login panicked; trying again later".to_owned()));
            // A session that has been stopped has no use for the result.
            let _ = myself.cast(SessionMsg::Began(began));
        }));
    }

    fn began(&mut self, began: Began, myself: &ActorRef<SessionMsg>) {
        // Cut off meanwhile: what comes of it is of no use.
        if self.beginning.take().is_none() {
            return;
        }
        let refused = self.refused.take();
        match began {
            Began::Ready(portal) => self.ready(portal, myself),
            Began::Locked(cause) => {
                if refused != Some(cause) {
                    tracing::error!(portal = %self.args.portal, ?cause, way_out = cause.way_out(), "portal locked");
                }
                self.refused = Some(cause);
                self.wait(self.args.look_again, SessionStatus::Locked { cause });
            }
            // Something has been written since the last look: the next one tells what.
            Began::Held => self.not_before = Instant::now(),
            Began::InUse => {
                let rest = self.args.care.after_kick;
                tracing::warn!(portal = %self.args.portal, ?rest, "the account is at work elsewhere; nobody is thrown out");
                let until = self.args.clock.now().saturating_add(rest).unwrap_or(jiff::Timestamp::MAX);
                self.wait(rest.unsigned_abs(), SessionStatus::Held { hold: Hold::InUse { until } });
            }
            Began::Down(cause) => {
                tracing::warn!(portal = %self.args.portal, %cause, "portal down");
                self.wait(self.args.look_again, SessionStatus::Down { cause });
            }
        }
        self.look(myself.clone());
    }

    fn ready(&mut self, portal: Arc<dyn PortalSession>, myself: &ActorRef<SessionMsg>) {
        tracing::info!(portal = %self.args.portal, generation = portal.generation().0, "session ready");
        self.stay = Some(Arc::new(Stay::new(portal, Arc::clone(&self.args.board))));
        if self.standing == Some(Standing::Open) {
            self.publish_ready();
        }
        self.touch_later(myself);
    }

    fn touch_later(&mut self, myself: &ActorRef<SessionMsg>) {
        self.next_touch = Some(after(self.args.keep_alive, myself, || SessionMsg::KeepAliveDue));
    }

    fn publish_ready(&self) {
        let Some(stay) = &self.stay else { return };
        let portal = Arc::clone(stay) as Arc<dyn PortalSession>;
        self.args.board.publish(SessionStatus::Ready { generation: stay.generation(), portal });
    }

    fn wait(&mut self, wait: Duration, status: SessionStatus) {
        self.not_before = Instant::now() + wait;
        self.args.board.publish(status);
    }

    fn stay_ended(&mut self, generation: Generation, end: StayEnd, myself: &ActorRef<SessionMsg>) {
        let Some(stay) = self.stay.take_if(|stay| stay.generation() == generation) else { return };
        // Whoever is still in it learns of it from us, and not from the portal.
        stay.cut_off();
        self.keeping = None;
        match end {
            StayEnd::Lost => {
                tracing::info!(portal = %self.args.portal, generation = generation.0, "the portal has ended the session");
                self.args.board.publish(SessionStatus::LoggingIn);
                myself.stop(Some(SESSION_EXPIRED.to_owned()));
            }
            StayEnd::KickedOut => self.kicked(generation, myself.clone()),
        }
    }

    /// The kick is written down before anything else happens, so that no restart logs in too early.
    fn kicked(&mut self, generation: Generation, myself: ActorRef<SessionMsg>) {
        let (now, rest) = (self.args.clock.now(), self.args.care.after_kick);
        let until = now.saturating_add(rest).unwrap_or(jiff::Timestamp::MAX);
        tracing::warn!(portal = %self.args.portal, %until, "the account was logged in elsewhere; no login before then");
        self.args.board.publish(SessionStatus::Held { hold: Hold::AfterKick { until } });
        let args = self.args.clone();
        self.writing = Some(OwnedTask::spawn(async move {
            let kick = PortalKick { generation, at: now };
            while let Err(error) = args.ledger.kicked(&args.portal, kick, args.care.kicks_max).await {
                tracing::warn!(portal = %args.portal, %error, "the kick is not written down yet");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
            (args.stop_point)("session.kick_written");
            // A session that has been stopped needs no telling.
            let _ = myself.cast(SessionMsg::KickWritten);
        }));
    }

    fn keep_alive(&mut self, myself: ActorRef<SessionMsg>) {
        let Some(stay) = self.stay.clone() else { return };
        if self.is_quiet() {
            // Nothing is asked of the portal; whether the stay is still good is seen afterwards.
            return self.touch_later(&myself);
        }
        self.keeping = Some(OwnedTask::spawn(async move {
            let result = stay.touch().await;
            // A session that has been stopped needs no keeping.
            let _ = myself.cast(SessionMsg::KeptAlive(result));
        }));
    }

    fn kept_alive(&mut self, result: Result<(), PortalError>, myself: &ActorRef<SessionMsg>) {
        self.keeping = None;
        match result {
            // The stay has told of its end itself.
            Err(PortalError::SessionLost) => return,
            Err(error) => {
                tracing::warn!(portal = %self.args.portal, %error, "session not kept alive this time");
                self.not_before = Instant::now() + self.args.look_again;
            }
            Ok(()) => self.go_on(),
        }
        self.touch_later(myself);
    }
}

/// Casts a message later, unless the task is dropped before.
fn after(
    wait: Duration,
    myself: &ActorRef<SessionMsg>,
    message: impl FnOnce() -> SessionMsg + Send + 'static,
) -> OwnedTask<()> {
    let myself = myself.clone();
    OwnedTask::spawn(async move {
        tokio::time::sleep(wait).await;
        // A session that has been stopped waits for nothing.
        let _ = myself.cast(message());
    })
}

/// Passes reports of ended stays on, until the actor is gone.
fn reports(session: ActorRef<SessionMsg>, args: &SessionArgs) -> OwnedTask<()> {
    let mut ended = args.board.ends();
    OwnedTask::spawn(async move {
        while ended.changed().await.is_ok() {
            let (generation, end) = *ended.borrow_and_update();
            if session.cast(SessionMsg::StayEnded { generation, end }).is_err() {
                return;
            }
        }
    })
}
