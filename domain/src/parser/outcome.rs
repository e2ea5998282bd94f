//! Where an order stands and how it can end.

use crate::ids::{DestinationName, OrderId, RequestId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why an order or request waits for a person; stable codes such as `PAP-1b:unmet`, `quarantine:mrn`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The stable code.
    pub code: String,
    /// One sentence for a coordinator; no identifiers of the patient.
    pub text: String,
}

/// How an order ended; final per revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Every destination gave a receipt.
    Delivered,
    /// The same order has been here before.
    Duplicate {
        /// The original.
        of: OrderId,
    },
    /// Nothing a DME supplier delivers.
    NotDme,
    /// A person refused it.
    Rejected,
    /// The prescriber withdrew it.
    Cancelled,
    /// A newer order took its place.
    Superseded {
        /// The newer one: of the same request where the chart holds both, else of a later one.
        by: OrderId,
    },
}

impl Outcome {
    /// Whether it says what became of the request: an order that another one of the same request replaced does not.
    pub fn decides(&self, request: &RequestId) -> bool {
        !matches!(self, Self::Superseded { by } if by.request() == *request)
    }

    /// The stable name used in reports, metrics and profiles.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Duplicate { .. } => "duplicate",
            Self::NotDme => "not_dme",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Superseded { .. } => "superseded",
        }
    }
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// On its way to these destinations.
    Routing {
        /// Those that have not given a receipt yet.
        open: Vec<DestinationName>,
    },
    /// Waits for a person; not an outcome.
    NeedsPerson {
        /// Why, the most important first.
        reasons: Vec<Reason>,
    },
    /// Ended.
    Closed(Outcome),
}
