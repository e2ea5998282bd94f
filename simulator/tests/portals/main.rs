//! The portals from outside, each through its own server.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of a test fail the way tests do; clippy exempts only the test functions themselves"
)]

mod both;
mod clement;
mod faults;
mod patient;
mod patient_riverside;
mod riverside;
mod support;
