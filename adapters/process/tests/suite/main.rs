//! The pool with real child processes: its answers, the cage they are in, its guard over children that misbehave, and the
//! domain's ports over it. All inputs are made here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod answers;
mod cage;
mod files;
mod misbehaviour;
mod ports;
