//! How much of a chart, and how many charts, we take: so that a mistake of ours or a chart without end cannot empty a
//! hospital's records.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most that is taken of one chart for one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartBudget {
    /// Documents downloaded.
    pub documents: u32,
    /// Bytes downloaded.
    pub bytes: u64,
    /// Time in one opening of it.
    pub time: SignedDuration,
}

impl Default for ChartBudget {
    /// Far above any chart seen (tens of documents, tens of megabytes), and below what a runaway would take.
    fn default() -> Self {
        Self { documents: 300, bytes: 1 << 30, time: SignedDuration::from_mins(25) }
    }
}

/// What one reading has taken so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Documents, those from the cache included: they are the same chart's.
    pub documents: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Time since the reading began.
    pub time: SignedDuration,
}

/// What a chart has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartLimit {
    /// Its documents.
    Documents,
    /// Its bytes.
    Bytes,
    /// Its time.
    Time,
}

impl fmt::Display for ChartLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documents => "documents_per_chart",
            Self::Bytes => "bytes_per_chart",
            Self::Time => "chart_minutes",
        })
    }
}

impl ChartBudget {
    /// Whether one more document may be asked for.
    ///
    /// # Errors
    /// The limit that has been reached.
    pub fn allows_another(&self, spent: Spent) -> Result<(), ChartLimit> {
        if spent.documents >= self.documents {
            return Err(ChartLimit::Documents);
        }
        if spent.bytes >= self.bytes {
            return Err(ChartLimit::Bytes);
        }
        if spent.time >= self.time {
            return Err(ChartLimit::Time);
        }
        Ok(())
    }
}

/// When the charts of one portal were opened during the last hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenedCharts(Vec<Timestamp>);

impl OpenedCharts {
    /// The time over which openings count.
    pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);

    /// Counts one more opening, or says when there is room for it.
    ///
    /// # Errors
    /// The moment from which another chart may be opened.
    pub fn admit(&mut self, per_hour: u32, now: Timestamp) -> Result<(), Timestamp> {
        // A clock that was set back must not keep the portal shut for longer than an hour.
        self.0.retain(|at| *at <= now && now.duration_since(*at) < Self::WINDOW);
        let room = usize::try_from(per_hour.max(1)).unwrap_or(usize::MAX);
        if self.0.len() < room {
            self.0.push(now);
            return Ok(());
        }
        let leaves = self.0.iter().copied().nth(self.0.len() - room).unwrap_or(now);
        Err(leaves.saturating_add(Self::WINDOW).unwrap_or(Timestamp::MAX))
    }
}

/// How often a list or document that cannot be had is asked for, before it is given up on and the rest goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentAttempts(u32);

impl DocumentAttempts {
    /// As many as a stage gives an item: a document must be given up before the chart is.
    pub const MAX: u32 = 6;

    /// Counts a failure.
    #[must_use]
    pub const fn failed(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Whether it is given up.
    pub const fn used_up(self) -> bool {
        self.0 >= Self::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_limit_ends_a_chart() {
        let budget = ChartBudget { documents: 3, bytes: 100, time: SignedDuration::from_mins(5) };
        let spent =
            |documents, bytes, minutes| Spent { documents, bytes, time: SignedDuration::from_mins(minutes) };
        for (spent, expected) in [
            (spent(0, 0, 0), Ok(())),
            (spent(2, 99, 4), Ok(())),
            (spent(3, 0, 0), Err(ChartLimit::Documents)),
            (spent(0, 100, 0), Err(ChartLimit::Bytes)),
            (spent(0, 0, 5), Err(ChartLimit::Time)),
        ] {
            assert_eq!(budget.allows_another(spent), expected, "{spent:?}");
        }
    }

    #[test]
    fn a_full_hour_says_when_there_is_room() {
        let (mut opened, start) = (OpenedCharts::default(), Timestamp::UNIX_EPOCH);
        let minute = |minutes| start + SignedDuration::from_mins(minutes);
        assert_eq!(opened.admit(2, minute(0)), Ok(()));
        assert_eq!(opened.admit(2, minute(10)), Ok(()));
        assert_eq!(opened.admit(2, minute(20)), Err(minute(60)));
        assert_eq!(opened.admit(2, minute(60)), Ok(()));
        assert_eq!(opened.admit(2, minute(61)), Err(minute(70)));
        // Fewer than before: the oldest ones have to leave until there is room.
        assert_eq!(opened.admit(1, minute(61)), Err(minute(120)));
    }

    #[test]
    fn a_document_is_given_up_after_its_attempts() {
        let mut attempts = DocumentAttempts::default();
        for _ in 0..DocumentAttempts::MAX {
            assert!(!attempts.used_up());
            attempts = attempts.failed();
        }
        assert!(attempts.used_up());
    }

    proptest! {
        /// In no hour more openings than allowed, and whoever waits as told is let in.
        #[test]
        fn no_hour_sees_more_than_allowed(
            waits in prop::collection::vec(0_i64..2_000, 1..200),
            per_hour in 1_u32..20,
        ) {
            let (mut opened, mut now) = (OpenedCharts::default(), Timestamp::UNIX_EPOCH);
            let mut admitted: Vec<Timestamp> = Vec::new();
            for seconds in waits {
                now += SignedDuration::from_secs(seconds);
                if let Err(at) = opened.admit(per_hour, now) {
                    prop_assert!(at > now && at.duration_since(now) <= OpenedCharts::WINDOW);
                    now = at;
                    prop_assert_eq!(opened.admit(per_hour, now), Ok(()));
                }
                admitted.push(now);
                let recent = admitted.iter().filter(|at| now.duration_since(**at) < OpenedCharts::WINDOW);
                prop_assert!(recent.count() <= per_hour as usize);
            }
        }
    }
}
