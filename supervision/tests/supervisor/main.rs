//! Supervisors with real ractor actors, in paused time: every wait is virtual and every test waits
//! for a condition, never for a span.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare test functions only; the probes' helpers fail a test in the same way"
)]

mod drain;
mod dynamic;
mod escalation;
mod exits;
mod support;
