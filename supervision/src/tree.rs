//! The root of a running tree, as its owner holds it.
//!
//! Owns the root supervisor: whoever drops the tree without draining it kills the root and with it
//! everybody below. How the tree ended is an [`Outcome`], so that a program whose root gave up can
//! exit non-zero.

use std::sync::Arc;

use ractor::concurrency::JoinHandle;
use ractor::{Actor, ActorCell};
use thiserror::Error;

use crate::board::SupervisorHandle;
use crate::child_spec::{Shutdown, StartError};
use crate::drain::{Drained, Ended, end};
use crate::spec::{SpecError, SupervisorSpec};
use crate::supervised::Supervised;
use crate::supervisor::{Escalated, Supervisor};

/// A running supervision tree.
#[derive(Debug)]
pub struct Tree {
    spec: Arc<SupervisorSpec>,
    root: ActorCell,
    ended: JoinHandle<()>,
}

/// How a tree ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was asked to stop, and did; the report names those who had to be killed.
    Drained(Drained),
    /// The root gave up.
    GaveUp(Escalated),
    /// The root was killed or panicked, which nothing in the tree does.
    Lost,
}

/// Why a tree could not be started.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TreeError {
    /// The spec is wrong.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The root supervisor could not be started.
    #[error("root supervisor: {0}")]
    Start(#[from] StartError),
}

impl Tree {
    /// Starts the root supervisor. It starts its children by itself; wait for them with
    /// [`SupervisorHandle::until`]. A child that cannot be started is restarted like any other.
    ///
    /// # Errors
    /// When the spec is wrong, at any depth.
    pub async fn start(spec: SupervisorSpec) -> Result<Self, TreeError> {
        spec.validate()?;
        let spec = Arc::new(spec);
        let spawned = Actor::spawn(None, Supervised(Supervisor), Arc::clone(&spec)).await;
        let (root, ended) = spawned.map_err(StartError::from)?;
        Ok(Self { spec, root: root.get_cell(), ended })
    }

    /// The root supervisor's lasting view.
    #[must_use]
    pub fn handle(&self) -> SupervisorHandle {
        self.spec.handle()
    }

    /// Waits until the tree ends by itself, that is until the root gives up.
    pub async fn ended(&mut self) -> Outcome {
        // The join handle must not be awaited again after it is done.
        if !self.ended.is_finished() {
            let _ = (&mut self.ended).await;
        }
        self.outcome()
    }

    /// Stops everybody, children before their supervisors and last started first, each within its
    /// grace; a root that exceeds the sum of them is killed.
    pub async fn drain(self) -> Outcome {
        let how = match self.ended.is_finished() {
            true => Ended::Stopped,
            false => end(&self.root, Shutdown::Drain(self.spec.grace())).await,
        };
        match self.outcome() {
            Outcome::Lost if how != Ended::Stopped => {
                let mut drained = self.spec.handle.read(|board| board.drained.clone());
                drained.note(self.spec.handle.name(), how);
                Outcome::Drained(drained)
            }
            outcome => outcome,
        }
    }

    /// Runs until `stop` resolves and then drains, or until the root gives up.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Outcome {
        tokio::select! {
            outcome = self.ended() => outcome,
            () = stop => self.drain().await,
        }
    }

    fn outcome(&self) -> Outcome {
        self.spec.handle.read(|board| match (&board.gave_up, &board.supervisor) {
            (Some(escalated), _) => Outcome::GaveUp(escalated.clone()),
            (None, None) => Outcome::Drained(board.drained.clone()),
            // Neither gave up nor stopped its children.
            (None, Some(_)) => Outcome::Lost,
        })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.root.kill();
    }
}
