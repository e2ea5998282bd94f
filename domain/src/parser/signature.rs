//! What is remembered of an order to recognise it when it comes again.

use super::{Likeness, Shingles};
use crate::ids::{OrderId, RequestId, Revision};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// What is remembered of one order to recognise it when it comes again. Hashes only, under the
/// installation key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// The request it came with.
    pub request: RequestId,
    /// The order.
    pub order: OrderId,
    /// When its message arrived, in the hospital's local time.
    pub received: DateTime,
    /// Sorted item codes, prescriber and order date.
    pub order_key: String,
    /// Hash of the order document's normalised text.
    pub text_hash: String,
    /// Sorted hashes of the order text's word shingles, to measure resemblance.
    pub shingles: Vec<u64>,
    /// The order this one repeats; none for an original.
    pub duplicate_of: Option<OrderId>,
    /// The revision of the request it was written in: a later one decides anew.
    #[serde(default = "first_revision")]
    pub revision: Revision,
    /// Whether the prescriber had signed the order: a signed copy is more than an unsigned one.
    #[serde(default = "yes")]
    pub signed: bool,
    /// Codes of the reasons for which the order waited for a person when it was decided; none if it went on.
    #[serde(default)]
    pub waits_for: Vec<String>,
    /// Sorted hashes that name the notes, studies and tests that came with it.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// The later order that came with more and took this one's place while it waited. Written in one step with that
    /// order's own signature, so that of the two never both go on.
    #[serde(default)]
    pub superseded_by: Option<OrderId>,
    /// What outlasts recognition errors, other papers and other portals.
    #[serde(default)]
    pub sketch: OrderSketch,
    /// Which order it was held to repeat, or may repeat, with score and reason.
    #[serde(default)]
    pub likeness: Option<Likeness>,
}

/// What two copies of an order share where their texts differ. Keyed hashes only; empty in signatures of the first
/// release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderSketch {
    /// A sample of the hashes of the text's runs of letters.
    pub letters: Shingles,
    /// One of 2^n runs of letters is in the sample.
    pub letters_scale: u8,
    /// Whether its pages were recognised from pictures.
    pub scanned: bool,
    /// The order's printed number.
    pub number: Option<u64>,
    /// The orders, by printed number, that it takes the place of.
    pub corrects: Vec<u64>,
    /// The ordered items.
    pub items: Vec<u64>,
    /// The order date.
    pub day: Option<u64>,
    /// That day and those around it, as many as the policy's window is wide.
    pub days_near: Vec<u64>,
    /// The patient's full middle names.
    pub middle_names: Vec<u64>,
    /// The first letters of the patient's middle names.
    pub middle_initials: Vec<u64>,
}

const fn first_revision() -> Revision {
    Revision::FIRST
}

const fn yes() -> bool {
    true
}
