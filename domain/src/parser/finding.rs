//! What one payer rule says of one order, and what it looked at.

use super::Evidence;
use crate::redacted::Redacted;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One payer rule's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingOutcome {
    /// The evidence shows it.
    Met,
    /// The evidence contradicts it.
    Unmet,
    /// The record is silent, or not legible.
    Insufficient,
    /// The rule does not concern this order.
    NotApplicable,
}

impl FindingOutcome {
    /// The name used in reasons such as `PAP-1:insufficient`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::Insufficient => "insufficient",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// What one rule says of one order, with what it looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Such as `PAP-1b`.
    pub rule: String,
    /// The rule's version: the day it took effect.
    pub version: Date,
    /// What it says.
    pub outcome: FindingOutcome,
    /// A required rule can stop an order, an advisory one never does.
    pub required: bool,
    /// One sentence a coordinator understands.
    pub message: String,
    /// The values it looked at, by name.
    pub inputs: BTreeMap<String, Redacted<String>>,
    /// Where they stand.
    pub evidence: Vec<Evidence>,
}
