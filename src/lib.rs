//! The epic-connector program: verbs, settings, telemetry and the wiring of ports to adapters.
//!
//! A library with a thin `main`, so that the tests under `tests/` can reach its parts.

pub mod audit_head;
pub mod audited;
pub mod beside;
pub mod cli;
pub mod error;
pub mod evidence;
pub mod health;
pub mod knowledge;
pub mod output;
pub mod panics;
pub mod probe;
pub mod readiness;
pub mod service;
pub mod settings;
pub mod stop_point;
pub mod telemetry;
pub mod tree;
pub mod verbs;
pub mod wiring;
