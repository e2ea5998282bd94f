//! A child as data: how to start it, when to restart it, how to stop it.
//!
//! A spec can be started any number of times, so it holds a function that starts the child, never
//! the child itself. Anything that ends up as a linked ractor cell can be a child.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use ractor::{Actor, ActorCell, SpawnErr};
use thiserror::Error;

use crate::exit::Exit;
use crate::spec::SupervisorSpec;
use crate::supervised::{Reported, Supervised};

/// Longest a start may take. `pre_start` only builds state, so this is a backstop against a start
/// that would block its supervisor for good.
const START_MAX: Duration = Duration::from_secs(30);

/// Grace of a child whose spec names none.
const GRACE_DEFAULT: Duration = Duration::from_secs(5);

/// Starts a child linked to the given supervisor.
pub type StartFn = Arc<dyn Fn(ActorCell) -> BoxFuture<'static, Result<ActorCell, StartError>> + Send + Sync>;

/// When a child that ended is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// Always.
    Permanent,
    /// Unless it stopped normally. Under one-for-all and rest-for-one it comes back with its
    /// siblings even then, as in OTP.
    Transient,
    /// Never, not even with its siblings.
    Temporary,
}

/// How a child is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// Asked to stop, which lets the handler in hand and `post_stop` finish; killed after this grace.
    Drain(Duration),
    /// Killed at once.
    Kill,
}

/// A child of a supervisor.
#[derive(Clone)]
pub struct ChildSpec {
    pub(crate) id: String,
    pub(crate) start: StartFn,
    pub(crate) restart: Restart,
    pub(crate) shutdown: Shutdown,
    pub(crate) expected: Vec<&'static str>,
    pub(crate) nested: Option<Arc<SupervisorSpec>>,
}

impl ChildSpec {
    /// A permanent child started by `start`, with a grace of five seconds. Prefer [`Self::actor`],
    /// whose errors keep their text: ractor alone cannot tell an error from a panic.
    ///
    /// `id` is unique within the supervisor; it shows in logs and health pages.
    pub fn new(id: impl Into<String>, start: StartFn) -> Self {
        Self {
            id: id.into(),
            start,
            restart: Restart::Permanent,
            shutdown: Shutdown::Drain(GRACE_DEFAULT),
            expected: Vec::new(),
            nested: None,
        }
    }

    /// A permanent child that is a ractor actor. `make` builds the actor and its arguments anew for
    /// every start. The actor is not entered in ractor's process-wide registry of names; find it
    /// through [`crate::SupervisorHandle::actor`].
    pub fn actor<A, F>(id: impl Into<String>, make: F) -> Self
    where
        A: Actor,
        F: Fn() -> (A, A::Arguments) + Send + Sync + 'static,
    {
        let start: StartFn = Arc::new(move |supervisor| {
            let (actor, arguments) = make();
            async move {
                let spawned = Actor::spawn_linked(None, Supervised(actor), arguments, supervisor).await;
                let (actor, _) = spawned?;
                Ok(actor.get_cell())
            }
            .boxed()
        });
        Self::new(id, start)
    }

    /// Sets when the child is started again.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// Sets how the child is stopped.
    #[must_use]
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = shutdown;
        self
    }

    /// Declares the stop reasons that are part of the child's life: it is restarted after them (when
    /// permanent or transient) without counting toward the supervisor's intensity.
    #[must_use]
    pub fn expect_exits(mut self, reasons: &[&'static str]) -> Self {
        self.expected.extend_from_slice(reasons);
        self
    }

    /// The id it was given.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Starts the child. A panic on the way and a start that never ends are errors like any other.
    pub(crate) async fn start(&self, supervisor: ActorCell) -> Result<ActorCell, StartError> {
        let start = Arc::clone(&self.start);
        let starting = AssertUnwindSafe(async move { start(supervisor).await }).catch_unwind();
        match tokio::time::timeout(START_MAX, starting).await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(StartError::Panicked),
            Err(_elapsed) => Err(StartError::TimedOut { after: START_MAX }),
        }
    }

    /// Longest its stop can take.
    pub(crate) fn grace(&self) -> Duration {
        match self.shutdown {
            Shutdown::Drain(grace) => grace,
            Shutdown::Kill => Duration::ZERO,
        }
    }
}

impl fmt::Debug for ChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("id", &self.id)
            .field("restart", &self.restart)
            .field("shutdown", &self.shutdown)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// Why a child could not be started.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StartError {
    /// The start returned an error; the text is the error's own.
    #[error("start failed: {0}")]
    Failed(String),
    /// The start panicked.
    #[error("start panicked")]
    Panicked,
    /// The child was killed before it had started.
    #[error("killed during its start")]
    Killed,
    /// The start did not end in time.
    #[error("start did not end within {} s", after.as_secs())]
    TimedOut {
        /// The time it was given.
        after: Duration,
    },
}

impl From<SpawnErr> for StartError {
    fn from(error: SpawnErr) -> Self {
        match error {
            SpawnErr::StartupFailed(cause) => match cause.downcast_ref::<Reported>() {
                Some(reported) => Self::Failed(reported.text().to_owned()),
                // ractor's own two texts; every other unmarked text is a panic's and is not carried.
                None => match cause.to_string().as_str() {
                    "Actor killed during startup" => Self::Killed,
                    "Supervisor is shutting down" => {
                        Self::Failed("the supervisor is shutting down".to_owned())
                    }
                    _ => Self::Panicked,
                },
            },
            SpawnErr::ActorAlreadyStarted => Self::Failed("the actor was already started".to_owned()),
            SpawnErr::ActorAlreadyRegistered(name) => Self::Failed(format!("the name `{name}` is taken")),
        }
    }
}

impl From<StartError> for Exit {
    /// A failed start is an exit like any other, so that it takes the one restart path.
    fn from(error: StartError) -> Self {
        match error {
            StartError::Panicked => Self::Panic,
            StartError::Killed => Self::Killed,
            StartError::Failed(_) | StartError::TimedOut { .. } => Self::Error(error.to_string()),
        }
    }
}
