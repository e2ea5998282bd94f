//! Mail intake: looks for new code mails and hands each to the code mailbox.
//!
//! Emits: codes, through the one intake function the adapter has. A restart loses nothing: the mailbox remembers
//! the ids it has seen. Where mails arrive by push (a Lambda), this actor has nothing to do and is not started.

use crate::outages;
use crate::owned_task::OwnedTask;
use async_trait::async_trait;
use domain::ports::PortResult;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The longest wait after failures.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The actor.
pub struct MailIntake;

/// Takes in whatever mails are new; given by the program.
#[async_trait]
pub trait NewMails: Send + Sync {
    /// Says how many codes came in.
    async fn take_in(&self) -> PortResult<usize>;
}

/// What mail intake is told.
#[derive(Debug)]
pub enum MailIntakeMsg {
    /// Look for new mails.
    Look,
}

/// What mail intake starts with.
#[derive(Clone)]
pub struct MailIntakeArgs {
    /// Where mails come from.
    pub mails: Arc<dyn NewMails>,
    /// How often to look.
    pub poll: Duration,
}

/// The actor's own state.
pub struct MailIntakeState {
    args: MailIntakeArgs,
    failures: u32,
    /// Not before this, after a failure.
    look_at: Instant,
    _timer: OwnedTask<()>,
}

impl Actor for MailIntake {
    type Msg = MailIntakeMsg;
    type State = MailIntakeState;
    type Arguments = MailIntakeArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<MailIntakeMsg>,
        args: MailIntakeArgs,
    ) -> Result<MailIntakeState, ActorProcessingErr> {
        let poll = args.poll;
        let timer = OwnedTask::spawn(async move {
            while myself.cast(MailIntakeMsg::Look).is_ok() {
                tokio::time::sleep(poll).await;
            }
        });
        Ok(MailIntakeState { args, failures: 0, look_at: Instant::now(), _timer: timer })
    }

    async fn handle(
        &self,
        _: ActorRef<MailIntakeMsg>,
        message: MailIntakeMsg,
        state: &mut MailIntakeState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            MailIntakeMsg::Look => state.look().await,
        }
        Ok(())
    }
}

impl MailIntakeState {
    async fn look(&mut self) {
        if Instant::now() < self.look_at {
            return;
        }
        match self.args.mails.take_in().await {
            Ok(codes) => {
                if self.failures > 0 {
                    tracing::warn!(failures = self.failures, "mails are read again");
                }
                self.failures = 0;
                if codes > 0 {
                    tracing::info!(codes, "codes came in");
                }
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures == 1 {
                    tracing::warn!(%error, "mails not read; looking again, less and less often");
                }
                // A code lives for minutes, so the wait stays short; no two actors look here, so it needs no jitter.
                self.look_at = Instant::now() + outages::wait(self.failures, 0.0).min(WAIT_MAX);
            }
        }
    }
}
