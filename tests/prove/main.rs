//! The long proofs, run by `make prove`: hours of trouble in minutes, printed seed by seed.

#![expect(clippy::expect_used, reason = "a test may fail by panicking")]
#![expect(clippy::print_stdout, reason = "a proof shows what it has seen")]

#[path = "../support/mod.rs"]
mod support;

mod crash;
mod expiry;
mod seeds;
