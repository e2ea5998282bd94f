//! The session of one portal: logs in, keeps the stay alive, and ends itself when the portal has ended it.
//!
//! Owns: the stay. Publishes: [`SessionStatus`] on the portal's [`SessionBoard`], which outlives it. Commit
//! points: audit log and portal ledger, written before a password is submitted. When somebody reports that the portal has
//! ended the stay, the actor stops with [`SESSION_EXPIRED`], an expected exit: its supervisor starts it again
//! and the work goes on. A restart loses nothing: the sealed cookies are tried first, so a session that still
//! lives costs no login. It never submits a password that was refused before.

mod board;
mod login;

pub use board::{SessionBoard, SessionWatch};
pub use login::{LoginSettings, Mfa, PortalCredential, TotpCode};

use crate::audit::AuditTrail;
use crate::owned_task::OwnedTask;
use domain::ids::{Generation, PortalName};
use domain::ports::{Clock, CodeMailbox, PortalEntrance, PortalError, PortalLedger, PortalSession};
use domain::session::{LockCause, SessionStatus};
use futures::FutureExt;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// The reason with which a session stops when the portal has ended it.
pub const SESSION_EXPIRED: &str = "SessionExpired";

/// The actor.
pub struct Session;

/// What a session is told.
#[derive(Debug)]
pub enum SessionMsg {
    /// Get a stay: by cookies, else by logging in.
    Begin,
    /// Getting a stay has ended.
    Began(Began),
    /// Somebody met the login page in this stay.
    SessionRejected {
        /// Which stay; an older one is ignored.
        generation: Generation,
    },
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
    /// Not now; no patient data in the cause.
    Down(String),
}

impl std::fmt::Debug for Began {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ready(session) => write!(f, "Ready({})", session.generation().0),
            Self::Locked(cause) => write!(f, "Locked({cause:?})"),
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
    /// Remembers attempts, locks and cookies.
    pub ledger: Arc<dyn PortalLedger>,
    /// Codes.
    pub mailbox: Arc<dyn CodeMailbox>,
    /// Who saw and did what.
    pub audit: Arc<AuditTrail>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// How to log in.
    pub login: Arc<LoginSettings>,
    /// How often to keep the stay alive.
    pub keep_alive: Duration,
    /// How long to wait after the portal was down or found locked before looking again.
    pub look_again: Duration,
    /// Called between durable steps; the kill tests end the process here.
    pub stop_point: crate::environment::StopPoint,
}

/// The session's own state.
pub struct SessionState {
    args: SessionArgs,
    session: Option<Arc<dyn PortalSession>>,
    task: Option<OwnedTask<()>>,
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
        myself.cast(SessionMsg::Begin)?;
        Ok(SessionState { args, session: None, task: None, _reports: reports })
    }

    async fn handle(
        &self,
        myself: ActorRef<SessionMsg>,
        message: SessionMsg,
        state: &mut SessionState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SessionMsg::Begin => state.begin(myself),
            SessionMsg::Began(began) => state.began(began, &myself),
            SessionMsg::SessionRejected { generation } => state.rejected(generation, &myself),
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
        self.task = Some(OwnedTask::spawn(async move {
            let began = AssertUnwindSafe(login::begin(&args)).catch_unwind().await;
            let began =
                began.unwrap_or_else(|_| Began::Down("the login panicked; trying again later".to_owned()));
            // A session that has been stopped has no use for the result.
            let _ = myself.cast(SessionMsg::Began(began));
        }));
    }

    fn began(&mut self, began: Began, myself: &ActorRef<SessionMsg>) {
        match began {
            Began::Ready(portal) => {
                let generation = portal.generation();
                tracing::info!(portal = %self.args.portal, generation = generation.0, "session ready");
                self.session = Some(Arc::clone(&portal));
                self.args.board.publish(SessionStatus::Ready { generation, portal });
                myself.send_after(self.args.keep_alive, || SessionMsg::KeepAliveDue);
            }
            Began::Locked(cause) => {
                tracing::error!(portal = %self.args.portal, ?cause, way_out = cause.way_out(), "portal locked");
                self.args.board.publish(SessionStatus::Locked { cause });
                myself.send_after(self.args.look_again, || SessionMsg::Begin);
            }
            Began::Down(cause) => {
                tracing::warn!(portal = %self.args.portal, %cause, "portal down");
                self.args.board.publish(SessionStatus::Down { cause });
                myself.send_after(self.args.look_again, || SessionMsg::Begin);
            }
        }
    }

    fn rejected(&mut self, generation: Generation, myself: &ActorRef<SessionMsg>) {
        if self.session.as_ref().is_some_and(|session| session.generation() == generation) {
            tracing::info!(portal = %self.args.portal, generation = generation.0, "the portal has ended the session");
            self.args.board.publish(SessionStatus::LoggingIn);
            myself.stop(Some(SESSION_EXPIRED.to_owned()));
        }
    }

    fn keep_alive(&mut self, myself: ActorRef<SessionMsg>) {
        let Some(session) = self.session.clone() else { return };
        self.task = Some(OwnedTask::spawn(async move {
            let result = session.touch().await;
            // A session that has been stopped needs no keeping.
            let _ = myself.cast(SessionMsg::KeptAlive(result));
        }));
    }

    fn kept_alive(&mut self, result: Result<(), PortalError>, myself: &ActorRef<SessionMsg>) {
        match (result, &self.session) {
            (Err(PortalError::SessionLost), Some(session)) => self.rejected(session.generation(), myself),
            (Err(error), _) => {
                tracing::warn!(portal = %self.args.portal, %error, "session not kept alive this time");
                myself.send_after(self.args.keep_alive, || SessionMsg::KeepAliveDue);
            }
            (Ok(()), _) => {
                myself.send_after(self.args.keep_alive, || SessionMsg::KeepAliveDue);
            }
        }
    }
}

/// Passes reports of ended stays on, until the actor is gone.
fn reports(session: ActorRef<SessionMsg>, args: &SessionArgs) -> OwnedTask<()> {
    let mut rejected = args.board.rejections();
    OwnedTask::spawn(async move {
        while rejected.changed().await.is_ok() {
            let generation = *rejected.borrow_and_update();
            if session.cast(SessionMsg::SessionRejected { generation }).is_err() {
                return;
            }
        }
    })
}
