//! The adapter on a real server, whose address is in `MONGODB_URI`: every clause of the ports it meets, and what is
//! its own. Each test has a database of its own and drops it.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail by panicking, and says what it measured"
)]

mod contract_suites;
mod faults;
mod fixture;
mod lock;
mod migrations;
mod privacy;
mod proxy;
mod refusals;
mod scale;
mod walks;
mod watch;
