//! The generated torture set: whole files damaged in six ways, and files that were built to hurt. Every one
//! ends in one of the four states, within limits, and what can be read is there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

mod crashes;
mod damage;
mod dice;
mod hostile;
mod sources;
mod survivors;
