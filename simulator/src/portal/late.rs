//! Documents and messages that are not there from the beginning.
//!
//! They come when a chart has been read and left alone: the first reader is meant to miss them, the
//! second to find them. Once they have come they stay.

use jiff::Timestamp;

use super::Portal;
use crate::chart::{Appears, DocumentEntry};
use crate::generator::Message;

/// Seconds a chart is left alone before its late things come, unless the fault plan says otherwise.
const LATE_AFTER_SECS: u64 = 5;
/// A chart that was opened, but never read whole, gets them after this many times as long.
const UNREAD_TIMES: i64 = 6;

impl Portal {
    /// Notes that a chart was looked into.
    pub(super) fn touch_chart(&self, chart: usize) {
        let now = self.clock.now();
        // What has come by now came before this look.
        self.has_come(chart, now);
        self.state().chart_read.insert(chart, now);
    }

    /// Whether a message lies in the In Basket yet.
    pub(super) fn message_is_there(&self, message: &Message) -> bool {
        self.is_there(message.appears)
    }

    /// Whether a document is in its chart yet.
    pub(super) fn document_is_there(&self, entry: &DocumentEntry) -> bool {
        self.is_there(entry.appears)
    }

    fn is_there(&self, appears: Appears) -> bool {
        let Appears::AfterChartRead { message } = appears else { return true };
        let messages = &self.hospital.messages;
        let chart = messages.iter().find(|m| m.n == message).map(|m| m.chart);
        chart.is_some_and(|chart| self.has_come(chart, self.clock.now()))
    }

    fn has_come(&self, chart: usize, now: Timestamp) -> bool {
        let mut state = self.state();
        if state.late_came.contains(&chart) {
            return true;
        }
        let Some(read) = state.chart_read.get(&chart) else { return false };
        let alone = now.as_second() - read.as_second();
        let wait = i64::try_from(state.faults.late_after_secs.unwrap_or(LATE_AFTER_SECS)).unwrap_or(i64::MAX);
        let documents = &self.hospital.charts[chart].documents;
        let whole = documents
            .iter()
            .filter(|entry| entry.in_plan && entry.appears == Appears::AtStart)
            .all(|entry| state.stats.documents_served.contains_key(&entry.id));
        let come = alone >= if whole { wait } else { wait.saturating_mul(UNREAD_TIMES) };
        if come {
            state.late_came.insert(chart);
        }
        come
    }
}
