//! The whole tree on in-memory ports with seeded faults, in paused time: what must hold holds for every seed.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod chaos;
mod duplicates;
mod hospital;
mod lost;
mod privacy;
mod sessions;
mod trace;
mod world;
