//! The long proofs, run by `make prove`: hours of trouble in minutes, printed seed by seed.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]
#![expect(clippy::print_stdout, reason = "a proof shows what it has seen")]

#[path = "../support/health.rs"]
mod health;
#[path = "../simulation/hospital/mod.rs"]
mod hospital;
#[path = "../support/houses.rs"]
mod houses;
#[path = "../support/scripted.rs"]
mod scripted;
#[path = "../support/mod.rs"]
mod support;
#[expect(dead_code, reason = "the simulation's own tests use the rest")]
#[path = "../simulation/world/mod.rs"]
mod world;

mod accounts;
mod crash;
mod disks;
mod expiry;
mod hospitals;
mod ledgers;
mod seeds;
mod simulation;
mod soak;
mod storm;
