//! The ports' contract suites: one async function for every numbered clause of `domain::ports`.
//!
//! An adapter's test file lists one macro call a port, and gets one named test for every clause:
//!
//! ```text
//! mod queue {
//!     contract::work_queue_suite!(sqlite, crate::SqliteHarness::new());
//! }
//! ```
//!
//! The harness expression is evaluated once a test, so every test has a back end of its own. The suites
//! try again what fails as transient, as callers do, so that adapters behind injected faults run the same
//! tests: an answer that came only after a failed call is *unsure* ([`Told`]), and a clause then asserts what
//! still has to hold. This crate is test code and panics by assertion.

pub mod audit;
pub mod blobs;
pub mod code_lines;
mod dead_letters;
pub mod deliveries;
pub mod destination;
pub mod evidence;
pub mod fax;
mod harness;
pub mod keys;
pub mod ledger;
pub mod mailbox;
pub mod model;
pub mod orders;
pub mod pages;
pub mod queue;
mod request_lists;
mod request_search;
pub mod requests;
pub mod sample;
pub mod sealer;
pub mod signatures;
pub mod steps;
mod suites;
mod told;

pub use audit::AuditHarness;
pub use fax::{FaxFilesHarness, FaxQueueHarness, fax_line};
pub use harness::{
    BlobHarness, Harness, IndexKey, KeyWrapperHarness, QueueHarness, RequestHarness, SealerHarness,
};
pub use model::{ModelHarness, Played, SeenQuestion};
pub use told::{Told, assert_one_won, race, surely, tell};

/// How many tasks take part in a race.
pub const RACERS: usize = 32;
