//! The long proofs, run by `make prove`: hours of trouble in minutes, printed seed by seed.

#[path = "../support/mod.rs"]
mod support;

mod crash;
mod expiry;
mod seeds;
