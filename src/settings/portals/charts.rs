//! How much is taken of a portal's charts: budgets far above any honest need, so that a mistake of ours or a chart
//! without end is noticed before it has emptied the records.

use crate::settings::section::Section;
use domain::patient_scraper::{ChartBudget, ChartRules};
use domain::profile::Profile;
use jiff::SignedDuration;

/// What `[portals.NAME]` says of its charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartSettings {
    /// Charts opened in any hour.
    pub charts_per_hour: u32,
    /// The most that is taken of one chart for one message.
    pub budget: ChartBudget,
}

impl Default for ChartSettings {
    fn default() -> Self {
        Self { charts_per_hour: ChartRules::CHARTS_PER_HOUR, budget: ChartBudget::default() }
    }
}

impl ChartSettings {
    /// What holds for reading a chart of a portal with this profile.
    pub fn rules(self, profile: &Profile) -> ChartRules {
        ChartRules { charts_per_hour: self.charts_per_hour, budget: self.budget, ..ChartRules::of(profile) }
    }
}

/// Reads the keys that are about charts.
pub(super) fn read(section: &mut Section<'_>) -> ChartSettings {
    let ChartSettings { mut charts_per_hour, mut budget } = ChartSettings::default();
    if let Some(count) = section.count("charts_per_hour", 1..=100_000) {
        charts_per_hour = count;
    }
    if let Some(count) = section.count("documents_per_chart", 1..=100_000) {
        budget.documents = count;
    }
    if let Some(megabytes) = section.count("megabytes_per_chart", 1..=100_000) {
        budget.bytes = u64::from(megabytes) << 20;
    }
    if let Some(minutes) = section.count("chart_minutes", 1..=720) {
        budget.time = SignedDuration::from_mins(i64::from(minutes));
    }
    ChartSettings { charts_per_hour, budget }
}
