//! Times as SQLite keeps them: nanoseconds since 1970 in a 64-bit column, good until the year 2262.

use jiff::{SignedDuration, Timestamp};

/// The column's value; times beyond its range stand at its ends.
pub(crate) fn column(at: Timestamp) -> i64 {
    let nanoseconds = at.as_nanosecond();
    i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX })
}

/// The time in a column.
pub(crate) fn from_column(value: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(value)).unwrap_or(Timestamp::MAX)
}

/// A time after a wait, at most the end of time.
pub(crate) fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
