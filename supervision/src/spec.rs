//! A supervisor as data: its name, strategy, policy and children, or the bound on children to come.
//!
//! The spec owns the board behind [`SupervisorHandle`], so views taken from it before the start stay
//! valid through every restart. A spec belongs to one place in one tree.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use ractor::Actor;
use thiserror::Error;

use crate::board::SupervisorHandle;
use crate::child_spec::{ChildSpec, Shutdown, StartFn};
use crate::dice::Dice;
use crate::drain::end_max;
use crate::dynamic::DynamicChildren;
use crate::event::EventHook;
use crate::restart::{Policy, Strategy};
use crate::supervised::Supervised;
use crate::supervisor::Supervisor;

/// Grace of a dynamic child unless [`SupervisorSpec::dynamic_grace`] says otherwise.
const DYNAMIC_GRACE_DEFAULT: Duration = Duration::from_secs(5);

/// What a supervisor may take beyond its children's graces before it is taken for stuck itself.
const OWN_GRACE: Duration = Duration::from_secs(1);

/// A supervisor to be started as the root of a [`crate::Tree`] or as a child of another supervisor.
pub struct SupervisorSpec {
    pub(crate) handle: SupervisorHandle,
    pub(crate) strategy: Strategy,
    pub(crate) policy: Policy,
    pub(crate) members: Members,
    pub(crate) on_event: Option<EventHook>,
    seed: Option<u64>,
}

/// Who a supervisor's children are.
pub(crate) enum Members {
    /// Known from the start, started in this order.
    Static(Vec<ChildSpec>),
    /// Added at run time, at most `limit`, each stopped within `grace`.
    Dynamic {
        limit: usize,
        grace: Duration,
        /// A child somebody tried to give it beforehand.
        misplaced: Option<String>,
    },
}

impl SupervisorSpec {
    /// A supervisor of children known from the start.
    #[must_use]
    pub fn new(name: &str, strategy: Strategy) -> Self {
        Self {
            handle: SupervisorHandle::new(name),
            strategy,
            policy: Policy::default(),
            members: Members::Static(Vec::new()),
            on_event: None,
            seed: None,
        }
    }

    /// A supervisor of at most `limit` children added at run time through the returned handle. It
    /// restarts one for one and stops all its children at the same time.
    #[must_use]
    pub fn dynamic(name: &str, limit: usize) -> (Self, DynamicChildren) {
        let members = Members::Dynamic { limit, grace: DYNAMIC_GRACE_DEFAULT, misplaced: None };
        let spec = Self { members, ..Self::new(name, Strategy::OneForOne) };
        let children = DynamicChildren::new(spec.handle.clone());
        (spec, children)
    }

    /// Adds a child; children are started in the order they are added. A dynamic supervisor takes
    /// its children at run time only: the spec is refused when started with one.
    #[must_use]
    pub fn child(mut self, child: ChildSpec) -> Self {
        match &mut self.members {
            Members::Static(children) => children.push(child),
            Members::Dynamic { misplaced, .. } => *misplaced = Some(child.id),
        }
        self
    }

    /// Sets the restart intensity and backoff (default: three in ten minutes, 0.2 s to 30 s).
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the longest grace a dynamic child gets; a child's longer one is cut to it, so that the
    /// supervisor's own grace is known beforehand. Static supervisors add up their children's.
    #[must_use]
    pub fn dynamic_grace(mut self, longest: Duration) -> Self {
        if let Members::Dynamic { grace, .. } = &mut self.members {
            *grace = longest;
        }
        self
    }

    /// Sets the hook that sees this supervisor's events; nested supervisors have their own.
    #[must_use]
    pub fn on_event(mut self, hook: EventHook) -> Self {
        self.on_event = Some(hook);
        self
    }

    /// Makes the jitter repeatable, for simulations.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The lasting view of this supervisor.
    #[must_use]
    pub fn handle(&self) -> SupervisorHandle {
        self.handle.clone()
    }

    /// Longest this supervisor may take to stop all its children.
    #[must_use]
    pub fn grace(&self) -> Duration {
        let children = match &self.members {
            Members::Static(children) => children.iter().map(|child| end_max(child.grace())).sum(),
            Members::Dynamic { grace, .. } => end_max(*grace),
        };
        children + OWN_GRACE
    }

    /// Makes it a permanent child of another supervisor, under its own name, with a grace that lets
    /// it stop all its children.
    #[must_use]
    pub fn into_child(self) -> ChildSpec {
        let spec = Arc::new(self);
        let nested = Arc::clone(&spec);
        let start: StartFn = Arc::new(move |parent| {
            let spec = Arc::clone(&spec);
            async move {
                let (supervisor, _) = Actor::spawn_linked(None, Supervised(Supervisor), spec, parent).await?;
                Ok(supervisor.get_cell())
            }
            .boxed()
        });
        let mut child = ChildSpec::new(nested.handle.name().as_ref(), start);
        child.shutdown = Shutdown::Drain(nested.grace());
        child.nested = Some(nested);
        child
    }

    pub(crate) fn dice(&self) -> Dice {
        self.seed.map_or_else(Dice::unseeded, Dice::seeded)
    }

    pub(crate) fn static_children(&self) -> &[ChildSpec] {
        match &self.members {
            Members::Static(children) => children,
            Members::Dynamic { .. } => &[],
        }
    }

    /// Checks names and ids, nested supervisors included.
    pub(crate) fn validate(&self) -> Result<(), SpecError> {
        let supervisor = || self.handle.name().to_string();
        if let Members::Dynamic { misplaced: Some(id), .. } = &self.members {
            return Err(SpecError::ChildOfDynamic { supervisor: supervisor(), id: id.clone() });
        }
        let mut seen = HashSet::new();
        for child in self.static_children() {
            if child.id.is_empty() || child.id.contains('/') {
                return Err(SpecError::BadId { supervisor: supervisor(), id: child.id.clone() });
            }
            if !seen.insert(child.id.as_str()) {
                return Err(SpecError::DuplicateId { supervisor: supervisor(), id: child.id.clone() });
            }
            if let Some(nested) = &child.nested {
                nested.validate()?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for SupervisorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorSpec")
            .field("name", self.handle.name())
            .field("strategy", &self.strategy)
            .field("policy", &self.policy)
            .field("children", &self.static_children())
            .finish_non_exhaustive()
    }
}

/// A mistake in a supervisor's spec.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SpecError {
    /// Two children have the same id.
    #[error("supervisor `{supervisor}` has two children called `{id}`; give each an id of its own")]
    DuplicateId {
        /// The supervisor's name.
        supervisor: String,
        /// The id they share.
        id: String,
    },
    /// An id is empty or holds the character that separates the parts of a path.
    #[error("supervisor `{supervisor}` has a child called `{id}`; an id is not empty and holds no `/`")]
    BadId {
        /// The supervisor's name.
        supervisor: String,
        /// The id.
        id: String,
    },
    /// A dynamic supervisor was given a child beforehand.
    #[error("supervisor `{supervisor}` is dynamic and cannot begin with `{id}`; start it at run time")]
    ChildOfDynamic {
        /// The supervisor's name.
        supervisor: String,
        /// The child's id.
        id: String,
    },
}
