//! A wrapper that keeps patient data and secrets out of logs, spans and error texts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A value whose `Debug` and `Display` never show it.
///
/// It serialises as the value itself: what is stored goes through a
/// [`Sealer`](crate::ports::Sealer), what is printed does not.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value. Every call is a place to look at in a review.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Redacted<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::Redacted;

    #[test]
    fn neither_debug_nor_display_shows_the_value() {
        let name = Redacted::<String>::from("Doe, Jane");
        assert_eq!(format!("{name} {name:?}"), "[redacted] [redacted]");
    }
}
