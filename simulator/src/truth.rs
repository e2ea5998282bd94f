//! What is true of the synthetic hospital, written beside it as `truth.json`.
//!
//! Expectations come from the story table and the chart's facts, never from anybody's rules: a
//! reader of the documents can be held against them. Field names are a promise to other programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::chart::{DocumentClass, Format, Section};
pub use crate::generator::Story;

/// The whole truth of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// The seed everything was generated from.
    pub seed: u64,
    /// Names of the portals.
    pub portals: Vec<String>,
    /// Every message; numbers are unique over all portals.
    pub messages: Vec<MessageTruth>,
}

impl Truth {
    /// The truth of a run over several hospitals; the seed is the first one's.
    pub fn merged(truths: impl IntoIterator<Item = Truth>) -> Truth {
        let mut merged = Truth { seed: 0, portals: Vec::new(), messages: Vec::new() };
        for (i, truth) in truths.into_iter().enumerate() {
            if i == 0 {
                merged.seed = truth.seed;
            }
            merged.portals.extend(truth.portals);
            merged.messages.extend(truth.messages);
        }
        merged.messages.sort_by_key(|message| message.n);
        merged
    }
}

/// One In Basket message and what must become of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageTruth {
    /// Number, from 1, unique over all portals; within one portal by time of receipt.
    pub n: usize,
    /// Name of its portal.
    pub portal: String,
    /// The portal's id.
    pub message_id: String,
    /// Folder it lies in at the start.
    pub folder: String,
    /// Epic's type of it, such as "Office Visit".
    pub chart_type: String,
    /// Whose chart.
    pub patient: PatientTruth,
    /// Why this patient exists.
    pub story: Story,
    /// Local hospital time, ISO 8601 without zone.
    pub received: String,
    /// Number of the message whose chart has to be read before it appears; without one it is there at the start.
    pub appears_after: Option<usize>,
    /// What must become of it.
    pub expect: Expectation,
    /// All documents of the chart.
    pub documents: Vec<DocumentTruth>,
}

/// Identity as the banner shows it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct PatientTruth {
    /// "Doe, Jane A".
    pub name: String,
    /// Medical record number.
    pub mrn: String,
    /// ISO date.
    pub dob: String,
}

impl fmt::Debug for PatientTruth {
    /// Nothing of the patient: the synthetic one is printed where a real one would be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatientTruth").finish_non_exhaustive()
    }
}

/// Where a message must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedOutcome {
    /// Handed over.
    Delivered,
    /// The same order as an earlier message.
    Duplicate,
    /// Holds no order for equipment.
    NotDme,
    /// Waits for a person, with a reason.
    NeedsPerson,
    /// The prescriber withdrew the order.
    Cancelled,
    /// A later message about the same order took its place.
    Superseded,
}

/// Outcome, reason and the facts that must be read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// Where it ends.
    pub outcome: ExpectedOutcome,
    /// Rule and verdict, such as `PAP-2:insufficient`, or another code; only for `needs_person`. Ends in `*` where
    /// any code of the part before it will do.
    pub reason: Option<String>,
    /// Number of the original; only for `duplicate`.
    pub duplicate_of: Option<usize>,
    /// Number of the message that took its place; only for `superseded`.
    pub superseded_by: Option<usize>,
    /// Orders handed over for this message.
    pub deliveries: usize,
    /// HCPCS codes in the orders' own sequence, of orders in force; none where the whole request waits.
    pub items: Vec<String>,
    /// Facts by name, as text: ISO dates, numbers with the decimals printed.
    pub fields: BTreeMap<String, String>,
}

impl fmt::Debug for Expectation {
    /// Names of the facts, not their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expectation")
            .field("outcome", &self.outcome)
            .field("reason", &self.reason)
            .field("duplicate_of", &self.duplicate_of)
            .field("superseded_by", &self.superseded_by)
            .field("deliveries", &self.deliveries)
            .field("items", &self.items)
            .field("fields", &self.fields.keys())
            .finish()
    }
}

/// One document of the chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentTruth {
    /// The served id, also printed on every page.
    pub id: String,
    /// The tab it is listed in.
    pub section: Section,
    /// What it is.
    pub class: DocumentClass,
    /// Title in the list.
    pub title: String,
    /// How it is delivered.
    pub format: Format,
    /// Layout 1 to 3.
    pub layout: u8,
    /// Pages as served; an HTML note counts as one.
    pub pages: usize,
    /// Files it is served in.
    pub parts: u8,
    /// Belongs in the order's packet.
    pub in_plan: bool,
    /// Number of the message whose chart has to be read before it appears; without one it is there at the start.
    pub appears_after: Option<usize>,
}
