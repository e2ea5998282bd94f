//! Why nothing is begun at a portal although nothing is wrong with its account: a person's word, the rest after a
//! kick, the hospital's quiet hours.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a person has ordered for a portal, from the mildest to the strictest. It stands in the portal ledger until
/// `portal resume`, restarts included, and no login is begun while it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Nothing new is begun: no look into the In Basket, no chart, no Done. A chart that is open is read to its end,
    /// and the session is kept alive.
    Paused,
    /// As [`HoldKind::Paused`]; once no chart is open any more, the session is given up and its cookies are forgotten.
    Drained,
    /// The kill switch: from the moment the service sees it no further request is made, those under way are broken
    /// off, the session is dropped and its cookies are forgotten.
    Stopped,
}

impl HoldKind {
    /// The kind's stable name, as health pages, metrics and the audit log show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Drained => "drained",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for HoldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A person's order as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperatorHold {
    /// What.
    pub kind: HoldKind,
    /// The operating system's account of who ordered it.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
    /// Why, in that person's words; no patient data.
    pub why: String,
}

/// Why nothing is begun at a portal at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// A person has ordered it.
    Operator(HoldKind),
    /// The account was logged in elsewhere, and somebody may be at work with it.
    AfterKick {
        /// Until then.
        until: Timestamp,
    },
    /// The portal says that the account is at work elsewhere: nobody is thrown out.
    InUse {
        /// Until then.
        until: Timestamp,
    },
    /// The hospital's quiet hours. The session is kept, but nothing is asked of the portal.
    QuietHours {
        /// Until then.
        until: Timestamp,
    },
}

impl Hold {
    /// The hold's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator(kind) => kind.name(),
            Self::AfterKick { .. } => "after_kick",
            Self::InUse { .. } => "in_use",
            Self::QuietHours { .. } => "quiet_hours",
        }
    }

    /// When it ends by itself; none where a person has to end it.
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Operator(_) => None,
            Self::AfterKick { until } | Self::InUse { until } | Self::QuietHours { until } => Some(until),
        }
    }
}
