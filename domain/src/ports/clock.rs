//! The time of day.

use jiff::Timestamp;

/// Tells the time; in tests it follows the runtime's paused clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}
