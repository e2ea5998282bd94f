//! What holds for reading any chart of one portal.

use super::{ChartBudget, Section};
use crate::profile::Profile;
use std::collections::BTreeSet;

/// What holds for reading any chart of one portal: the profile's part and the settings' part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRules {
    /// Whether requests name their patient themselves.
    pub stateless: bool,
    /// The sections the portal has.
    pub offered: BTreeSet<Section>,
    /// The most that is taken of one chart.
    pub budget: ChartBudget,
    /// Charts opened in any hour, at most.
    pub charts_per_hour: u32,
}

impl ChartRules {
    /// About one a second: what the default politeness towards a portal leaves room for.
    pub const CHARTS_PER_HOUR: u32 = 3_000;

    /// What a profile says, with budgets far above any honest need.
    pub fn of(profile: &Profile) -> Self {
        Self {
            stateless: profile.stateless,
            offered: profile.sections.iter().flat_map(|list| list.names.keys().copied()).collect(),
            budget: ChartBudget::default(),
            charts_per_hour: Self::CHARTS_PER_HOUR,
        }
    }
}
