//! The epic-connector program: verbs, settings, telemetry and the wiring of ports to adapters.
//!
//! A library with a thin `main`, so that the tests under `tests/` can reach its parts.

pub mod error;
pub mod knowledge;
pub mod settings;
pub mod telemetry;
