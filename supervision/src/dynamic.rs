//! The handle through which children are added to and removed from a dynamic supervisor.
//!
//! It outlives the supervisor's restarts: after one, the children are gone (they were stopped with
//! the old supervisor) and whoever needs them starts them again.

use ractor::{ActorCell, ActorRef, Message};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::board::SupervisorHandle;
use crate::child_spec::{ChildSpec, StartError};
use crate::drain::Ended;
use crate::supervisor::SupervisorMsg;

/// The children of one dynamic supervisor; clones are cheap and reach the same.
#[derive(Debug, Clone)]
pub struct DynamicChildren {
    handle: SupervisorHandle,
}

impl DynamicChildren {
    pub(crate) fn new(handle: SupervisorHandle) -> Self {
        Self { handle }
    }

    /// Starts a child under the spec's id.
    ///
    /// # Errors
    /// [`StartChildError::AlreadyRunning`] with the running child, `Busy` while one of that id is
    /// being stopped or waits for its restart, `Full` at the supervisor's limit, `Start` when it
    /// could not be started (it is not kept), `Unavailable` while the supervisor is down.
    pub async fn start(&self, child: ChildSpec) -> Result<ActorCell, StartChildError> {
        let (reply, answer) = oneshot::channel();
        let ask = SupervisorMsg::StartChild { child: Box::new(child), reply };
        self.ask(ask).map_err(|Down| StartChildError::Unavailable)?;
        answer.await.unwrap_or(Err(StartChildError::Unavailable))
    }

    /// Stops the child called `id` as its spec says, waits until it is gone and forgets it.
    ///
    /// # Errors
    /// [`StopChildError::NotRunning`] when there is no such child, `Unavailable` when the supervisor
    /// is down or goes down meanwhile (its children go with it).
    pub async fn stop(&self, id: &str) -> Result<Ended, StopChildError> {
        let (reply, answer) = oneshot::channel();
        let ask = SupervisorMsg::StopChild { id: id.to_owned(), reply };
        self.ask(ask).map_err(|Down| StopChildError::Unavailable)?;
        answer.await.unwrap_or(Err(StopChildError::Unavailable))
    }

    /// The running child called `id`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<ActorCell> {
        self.handle.child(id)
    }

    /// The running child called `id` as an actor that takes messages `M`.
    #[must_use]
    pub fn actor<M: Message>(&self, id: &str) -> Option<ActorRef<M>> {
        self.handle.actor(id)
    }

    /// Ids of all children, those that wait for a restart included.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.handle.read(|board| board.entries.iter().map(|entry| entry.id.clone()).collect())
    }

    /// How many children there are, those that wait for a restart included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.handle.read(|board| board.entries.len())
    }

    /// The supervisor's lasting view.
    #[must_use]
    pub fn handle(&self) -> &SupervisorHandle {
        &self.handle
    }

    fn ask(&self, message: SupervisorMsg) -> Result<(), Down> {
        let supervisor = self.handle.read(|board| board.supervisor.clone()).ok_or(Down)?;
        supervisor.send_message(message).map_err(|_| Down)
    }
}

/// The supervisor does not take messages.
struct Down;

/// Why a dynamic child was not started.
#[derive(Debug, Clone, Error)]
pub enum StartChildError {
    /// One of that id runs already; here it is.
    #[error("a child of that id is already running")]
    AlreadyRunning(ActorCell),
    /// One of that id is being stopped or waits for its restart.
    #[error("child `{id}` is being stopped or restarted; try again later")]
    Busy {
        /// The id.
        id: String,
    },
    /// The supervisor has as many children as it may.
    #[error("all {limit} places are taken; try again when a child has ended")]
    Full {
        /// The supervisor's limit.
        limit: usize,
    },
    /// It could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The supervisor is down, or not a dynamic one.
    #[error("the supervisor is not running; try again after its restart")]
    Unavailable,
}

/// Why a dynamic child was not stopped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StopChildError {
    /// There is no such child.
    #[error("no child `{id}` is running")]
    NotRunning {
        /// The id asked for.
        id: String,
    },
    /// The supervisor is down, and its children with it.
    #[error("the supervisor is not running")]
    Unavailable,
}
