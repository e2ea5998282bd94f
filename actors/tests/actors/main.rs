//! One actor at a time, on in-memory ports and a paused clock.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod audit;
mod bench;
mod charts;
mod documents;
mod gate;
mod holds;
#[path = "../../../tests/simulation/hospital/mod.rs"]
#[expect(dead_code, reason = "the simulation uses more of the hospital than single actors need")]
mod hospital;
mod inbox;
mod lifecycle;
mod mailbox;
mod models;
mod orders;
mod outages;
mod parsing;
mod reading;
mod recognitions;
mod repeats;
mod scrapers;
mod session;
mod stage;
mod stage_actor;
