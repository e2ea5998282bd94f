//! The view of a supervisor that outlives it: children, their states and counters.
//!
//! A supervisor writes its board as it works; health pages, tests and those who need a child's
//! reference read it through [`SupervisorHandle`] without asking the supervisor, which may be busy
//! stopping somebody. The board belongs to the spec, so handles stay valid when a nested supervisor
//! is restarted, and the counters go on.

use std::fmt;
use std::sync::Arc;

use ractor::{ActorCell, ActorRef, ActorStatus, Message};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::drain::Drained;
use crate::exit::Exit;
use crate::supervisor::Escalated;

/// Where a child is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildState {
    /// Not started yet, or its supervisor is down.
    Idle,
    /// Started.
    Running,
    /// Waiting for its restart.
    Restarting {
        /// When it will be started.
        at: Instant,
    },
    /// Being stopped by its supervisor.
    Stopping,
    /// Ended, and not to be restarted on its own account.
    Finished,
}

/// A child as health pages show it.
#[derive(Debug, Clone)]
pub struct ChildStatus {
    /// Its id within the supervisor.
    pub id: String,
    /// Where it is in its life.
    pub state: ChildState,
    /// Restarts that counted toward the intensity, since the tree was made.
    pub restarts_counted: u64,
    /// Restarts after expected exits, since the tree was made.
    pub restarts_expected: u64,
    /// When it entered `state`.
    pub since: Instant,
    /// How it last ended by itself.
    pub last_exit: Option<Exit>,
    /// The children, when it is a supervisor.
    pub children: Vec<ChildStatus>,
}

/// A lasting view of one supervisor; clones are cheap and show the same.
#[derive(Clone)]
pub struct SupervisorHandle {
    name: Arc<str>,
    board: watch::Sender<Board>,
}

#[derive(Default)]
pub(crate) struct Board {
    /// The supervisor's current incarnation.
    pub(crate) supervisor: Option<ActorCell>,
    /// Why the last incarnation gave up.
    pub(crate) gave_up: Option<Escalated>,
    /// Who had to be killed when it last stopped its children.
    pub(crate) drained: Drained,
    pub(crate) entries: Vec<Entry>,
}

pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) state: ChildState,
    pub(crate) since: Instant,
    pub(crate) cell: Option<ActorCell>,
    pub(crate) restarts_counted: u64,
    pub(crate) restarts_expected: u64,
    pub(crate) last_exit: Option<Exit>,
    pub(crate) nested: Option<SupervisorHandle>,
}

// === impl SupervisorHandle ===

impl SupervisorHandle {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: Arc::from(name), board: watch::Sender::new(Board::default()) }
    }

    /// The supervisor's name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// All children in start order, nested ones included.
    #[must_use]
    pub fn children(&self) -> Vec<ChildStatus> {
        self.board.borrow().entries.iter().map(Entry::status).collect()
    }

    /// The running child called `id`. It may end at any time: ask again rather than keep it.
    #[must_use]
    pub fn child(&self, id: &str) -> Option<ActorCell> {
        let board = self.board.borrow();
        let cell = board.entries.iter().find(|entry| entry.id == id)?.cell.clone()?;
        (cell.get_status() < ActorStatus::Draining).then_some(cell)
    }

    /// The running child called `id` as an actor that takes messages `M`; `None` also when it takes
    /// others.
    #[must_use]
    pub fn actor<M: Message>(&self, id: &str) -> Option<ActorRef<M>> {
        let cell = self.child(id)?;
        (cell.is_message_type_of::<M>() == Some(true)).then(|| cell.into())
    }

    /// Waits until `condition` holds for the children. Changes of nested supervisors' children wake
    /// only those who wait on the nested supervisor's own handle.
    pub async fn until(&self, mut condition: impl FnMut(&[ChildStatus]) -> bool) {
        let mut changes = self.board.subscribe();
        while !condition(&self.children()) {
            // The sender is ours, so the channel cannot close under us.
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Board) -> T) -> T {
        read(&self.board.borrow())
    }

    pub(crate) fn write(&self, change: impl FnOnce(&mut Board)) {
        self.board.send_modify(change);
    }

    /// Marks everybody down, for a supervisor that ended without stopping its children itself.
    pub(crate) fn mark_down(&self) {
        self.write(|board| {
            board.supervisor = None;
            for entry in &mut board.entries {
                if entry.state != ChildState::Finished {
                    entry.enter(ChildState::Idle, None);
                }
                if let Some(nested) = &entry.nested {
                    nested.mark_down();
                }
            }
        });
    }
}

impl fmt::Debug for SupervisorHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupervisorHandle").field("name", &self.name).finish_non_exhaustive()
    }
}

// === impl Board ===

impl Board {
    pub(crate) fn entry(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    /// Adds a child, or keeps the counters it already has here.
    pub(crate) fn add(&mut self, id: &str, nested: Option<SupervisorHandle>) {
        if self.entry(id).is_none() {
            self.entries.push(Entry {
                id: id.to_owned(),
                state: ChildState::Idle,
                since: Instant::now(),
                cell: None,
                restarts_counted: 0,
                restarts_expected: 0,
                last_exit: None,
                nested,
            });
        }
    }
}

// === impl Entry ===

impl Entry {
    pub(crate) fn enter(&mut self, state: ChildState, cell: Option<ActorCell>) {
        if self.state != state {
            self.since = Instant::now();
        }
        self.state = state;
        self.cell = cell;
    }

    fn status(&self) -> ChildStatus {
        ChildStatus {
            id: self.id.clone(),
            state: self.state,
            restarts_counted: self.restarts_counted,
            restarts_expected: self.restarts_expected,
            since: self.since,
            last_exit: self.last_exit.clone(),
            children: self.nested.as_ref().map(SupervisorHandle::children).unwrap_or_default(),
        }
    }
}
