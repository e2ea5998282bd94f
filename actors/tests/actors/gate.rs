//! A session at the scripted hospital's gate, with a mailbox that is filled and somebody who starts it again.

use crate::bench::{clock, portal, until};
use crate::hospital::portal::{Account, Door, Portal, care, policy};
use crate::hospital::script::Script;
use actors::audit::AuditTrail;
use actors::owned_task::OwnedTask;
use actors::session::{LoginSettings, Mfa, Session, SessionArgs, SessionBoard, SessionWatch};
use domain::login::CodeSource;
use domain::ports::{CodeMailbox, PortalLedger};
use domain::session::{LedgerEntry, LockCause, SessionStatus};
use memory::{MemoryAudit, MemoryCodeLines, MemoryEvidence, MemoryLedger, MemoryMailbox, MemorySealer};
use ractor::{Actor, ActorCell};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a session waits after the portal was down or locked.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How often it is touched.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(300);

/// The gate.
pub(crate) struct Gate {
    /// The hospital.
    pub(crate) portal: Arc<Portal>,
    /// What outlives a restart.
    pub(crate) ledger: Arc<MemoryLedger>,
    /// Who did what.
    pub(crate) audit: Arc<MemoryAudit>,
    /// What the session starts with.
    pub(crate) args: SessionArgs,
    keeper: Option<OwnedTask<()>>,
    running: Arc<Mutex<Option<ActorCell>>>,
    _mails: OwnedTask<()>,
}

impl Gate {
    /// A gate at a hospital; nobody at it yet.
    pub(crate) fn at(script: Script) -> Self {
        let clock = clock();
        let portal = Portal::open(script, Arc::clone(&clock), 1);
        let (ledger, mailbox) = (Arc::<MemoryLedger>::default(), Arc::<MemoryMailbox>::default());
        let audit = Arc::new(MemoryAudit::new(Arc::new(MemorySealer::new(0))));
        let args = SessionArgs {
            portal: self::portal(),
            board: Arc::default(),
            entrance: Arc::new(Door(Arc::clone(&portal))),
            ledger: ledger.clone(),
            mailbox: mailbox.clone(),
            lines: Arc::new(MemoryCodeLines::default()),
            audit: Arc::new(AuditTrail::new(audit.clone())),
            clock,
            login: login("credential-1"),
            care: Arc::new(care()),
            evidence: Arc::new(MemoryEvidence::default()),
            keep_alive: KEEP_ALIVE,
            look_again: LOOK_AGAIN,
            stop_point: Arc::new(|_| {}),
        };
        let mails = pump(Arc::clone(&portal), mailbox);
        Self { portal, ledger, audit, args, keeper: None, running: Arc::default(), _mails: mails }
    }

    /// A gate whose account is like this.
    pub(crate) fn with_account(account: Account) -> Self {
        let gate = Self::at(Script::default());
        gate.portal.set_account(account);
        gate
    }

    /// Starts the session, and starts it again whenever it ends.
    pub(crate) fn open(&mut self) {
        self.args.board = Arc::new(SessionBoard::default());
        let (args, running) = (self.args.clone(), Arc::clone(&self.running));
        self.keeper = Some(OwnedTask::spawn(async move {
            loop {
                let (session, ended) = Actor::spawn(None, Session, args.clone()).await.expect("it starts");
                *running.lock().expect("no panic") = Some(session.get_cell());
                ended.await.expect("it ends");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }));
    }

    /// The process ends and begins anew on the same ledger.
    pub(crate) async fn restart_process(&mut self) {
        self.keeper = None;
        self.kill_session();
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.open();
    }

    /// Kills the session's actor; the keeper starts it again.
    pub(crate) fn kill_session(&self) {
        if let Some(cell) = self.running.lock().expect("no panic").take() {
            cell.kill();
        }
    }

    /// What everybody else sees of the session.
    pub(crate) fn watch(&self) -> SessionWatch {
        self.args.board.watch()
    }

    /// Waits for a stay.
    pub(crate) async fn ready(&self) -> SessionStatus {
        until("a session", || matches!(self.watch().now(), SessionStatus::Ready { .. })).await;
        self.watch().now()
    }

    /// Waits for a lock and gives its cause.
    pub(crate) async fn locked(&self) -> LockCause {
        let cause = || match self.watch().now() {
            SessionStatus::Locked { cause } => Some(cause),
            _ => None,
        };
        until("a lock", || cause().is_some()).await;
        cause().expect("just seen")
    }

    /// What the ledger remembers.
    pub(crate) async fn entry(&self) -> LedgerEntry {
        self.ledger.entry(&self.args.portal).await.expect("read")
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.keeper = None;
        self.kill_session();
    }
}

/// Login settings under a credential.
pub(crate) fn login(credential: &str) -> Arc<LoginSettings> {
    let policy = policy();
    let CodeSource::Mailbox(address) = policy.codes.clone() else { panic!("codes are mailed here") };
    Arc::new(LoginSettings { policy, credential: credential.to_owned(), mfa: Mfa::Mailbox(address) })
}

/// Brings the hospital's code mails into the mailbox.
fn pump(portal: Arc<Portal>, mailbox: Arc<dyn CodeMailbox>) -> OwnedTask<()> {
    OwnedTask::spawn(async move {
        loop {
            portal.deliver_mails(mailbox.as_ref()).await.expect("offered");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    })
}
