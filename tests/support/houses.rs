//! What tests of two hospitals ask of each.

use crate::support::Hospital;
use simulator::{HospitalKind, PortalStats};

impl Hospital {
    /// What one portal has counted.
    pub(crate) fn stats_of(&self, kind: HospitalKind) -> PortalStats {
        self.simulator().stats_of(kind)
    }

    /// Ends every session as if the accounts had logged in elsewhere.
    pub(crate) fn kick_sessions(&self) {
        self.simulator().kick_sessions();
    }
}
