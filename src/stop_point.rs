//! Named stop points between durable steps, where the kill tests end the process as `kill -9` would.
//!
//! `EPIC_CONNECTOR_STOP_AT=ocr.stored` ends it at the first passing of that point, `ocr.stored#3` at the third.
//! Unset, which is the rule, passing a point costs nothing.

use actors::environment::StopPoint;
use rustix::process::{Signal, getpid, kill_process};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The environment variable.
pub const STOP_AT: &str = "EPIC_CONNECTOR_STOP_AT";

/// The stop point named by the variable's value, or one that never stops.
#[expect(clippy::disallowed_methods, reason = "a switch for tests, no setting: it is read in this one place")]
pub fn stop_point() -> StopPoint {
    let value = std::env::var(STOP_AT).ok();
    let Some(value) = value else { return Arc::new(|_| {}) };
    let (name, passings) = value.split_once('#').unwrap_or((&value, "1"));
    let name = name.to_owned();
    let left = AtomicU32::new(passings.parse().unwrap_or(1));
    Arc::new(move |reached| {
        if reached == name && left.fetch_sub(1, Ordering::SeqCst) == 1 {
            // Nothing is flushed, nothing unwinds, no destructor runs: that is the point.
            let _ = kill_process(getpid(), Signal::KILL);
        }
    })
}
