//! Who starts, restarts and stops whom: a small OTP-like supervision tree on ractor.
//!
//! This crate owns child specifications as data ([`ChildSpec`]), the pure restart decision
//! ([`decide`]), static and dynamic supervisors ([`SupervisorSpec`]), the orderly drain and the view
//! that health pages read ([`SupervisorHandle`]). It knows no actor of the program: anything that
//! can be started and linked to a supervisor can be a child, a nested supervisor included.
//!
//! What holds everywhere:
//! - one path back to life: a failed start, an error, a panic, a kill and a stop all become an
//!   [`Exit`], and only [`decide`] says what follows;
//! - exits a child declares as expected restart it without counting toward the intensity;
//! - a supervisor that gives up stops its children in reverse order and fails, so the failure walks
//!   up to the root, whose end the caller of [`Tree::run`] sees;
//! - no state outlives its tree: there is no registry of names, children are found through the
//!   [`SupervisorHandle`] of their supervisor, which stays valid over restarts.

mod board;
mod child_spec;
mod dice;
mod drain;
mod dynamic;
mod event;
mod exit;
mod family;
mod restart;
mod spec;
mod supervised;
mod supervisor;
mod tree;

pub use board::{ChildState, ChildStatus, SupervisorHandle};
pub use child_spec::{ChildSpec, Restart, Shutdown, StartError, StartFn};
pub use drain::{Drained, Ended};
pub use dynamic::{DynamicChildren, StartChildError, StopChildError};
pub use event::{Event, EventHook, EventKind};
pub use exit::Exit;
pub use restart::{Backoff, Decision, History, Intensity, Policy, Strategy, decide};
pub use spec::{SpecError, SupervisorSpec};
pub use supervisor::Escalated;
pub use tree::{Outcome, Tree, TreeError};
