//! What understanding a packet gives: documents, fields with evidence, findings, orders and their outcome.

use crate::ids::{DestinationName, DocumentId, OrderId, PacketId, RequestId, Revision};
use crate::redacted::Redacted;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a run of pages is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentClass {
    /// Demographics and coverage.
    Facesheet,
    /// Standard written order.
    Order,
    /// Office or progress note of a visit in person.
    OfficeNote,
    /// Note of a visit by video or telephone.
    TelehealthNote,
    /// Diagnostic sleep study: polysomnography, split night or home test.
    SleepStudy,
    /// Titration report.
    Titration,
    /// Encounter or discharge summary.
    EncounterSummary,
    /// Insurance card.
    InsuranceCard,
    /// Laboratory result.
    Lab,
    /// Imaging report.
    Imaging,
    /// Letter.
    Letter,
    /// Fax or cover sheet.
    CoverSheet,
    /// None of these; kept and flagged.
    Other,
}

/// Where a value stands, to the letter. `Debug` does not show the quote.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Page of the packet, from 1.
    pub page: u32,
    /// Left, top, right, bottom in points from the page's top left.
    pub bbox: [f32; 4],
    /// The words as they stand on the page.
    pub quote: String,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence").field("page", &self.page).finish_non_exhaustive()
    }
}

/// A field's value. `Debug` shows only its kind.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// Text as printed, trimmed.
    Text(String),
    /// A calendar date in the hospital's zone.
    Date(Date),
    /// A date with a time of day in the hospital's zone.
    DateTime(DateTime),
    /// A measured number, in the field's unit.
    Number(f64),
    /// A count.
    Count(i64),
    /// Stated or denied.
    Flag(bool),
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Date(_) => "Date",
            Self::DateTime(_) => "DateTime",
            Self::Number(_) => "Number",
            Self::Count(_) => "Count",
            Self::Flag(_) => "Flag",
        })
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Date(date) => write!(f, "{date}"),
            Self::DateTime(at) => write!(f, "{at}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
        }
    }
}

/// How a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldMethod {
    /// By rules over the page's words.
    Rules,
    /// Located by a language model, copied from the page.
    Model,
    /// Typed by a person.
    Person,
}

/// One value with its evidence. No evidence, no field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Such as `order_date`, `ahi_4pct`, `prescriber.npi`, `items.hcpcs`. A name can occur more than once.
    pub name: String,
    /// The normalised value.
    pub value: FieldValue,
    /// Such as `cm`, `/h`, `min`; none for texts and dates.
    pub unit: Option<String>,
    /// Where it stands.
    pub evidence: Evidence,
    /// 0 to 1.
    pub confidence: f32,
    /// How it was found.
    pub method: FieldMethod,
}

/// A classified run of pages of a packet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Packet and first page.
    pub id: DocumentId,
    /// What it is.
    pub class: DocumentClass,
    /// 0 to 1.
    pub class_confidence: f32,
    /// The words that decided the class.
    pub decided_by: Vec<String>,
    /// First page of the packet, from 1.
    pub page_first: u32,
    /// Last page of the packet.
    pub page_last: u32,
    /// What it says.
    pub fields: Vec<Field>,
}

impl Document {
    /// The first field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Every field of a name, in reading order.
    pub fn fields_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.name == name)
    }
}

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

/// One ordered item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderItem {
    /// HCPCS code, printed or implied by the description.
    pub hcpcs: Option<String>,
    /// As printed.
    pub description: String,
    /// How many, where stated.
    pub quantity: Option<u32>,
}

/// One coverage of the patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// 1 is primary.
    pub rank: u32,
    /// The payer's name as printed.
    pub payer: String,
    /// Member id or Medicare beneficiary identifier.
    pub member_id: Option<Redacted<String>>,
    /// Whether the rules of Medicare bind it.
    pub medicare: bool,
}

/// A DME order as understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// Patient's name as the order prints it.
    pub patient_name: Option<Redacted<String>>,
    /// Date of birth.
    pub patient_dob: Option<Redacted<Date>>,
    /// The portal's MRN.
    pub patient_mrn: Option<Redacted<String>>,
    /// Coverages, primary first.
    pub coverages: Vec<Coverage>,
    /// Such as `pap`; none when no family of ours is ordered.
    pub family: Option<String>,
    /// What is ordered.
    pub items: Vec<OrderItem>,
    /// ICD-10-CM codes.
    pub diagnoses: Vec<String>,
    /// Prescriber's name.
    pub prescriber_name: Option<Redacted<String>>,
    /// Prescriber's NPI, only with a valid check digit.
    pub prescriber_npi: Option<String>,
    /// The order date, which is not the signature date.
    pub order_date: Option<Date>,
    /// The documents the order stands in, and those that support it.
    pub documents: Vec<DocumentId>,
    /// What the rules say.
    pub findings: Vec<Finding>,
}

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
    /// Every required destination gave a receipt.
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
    Superseded,
}

impl Outcome {
    /// The stable name used in reports, metrics and profiles.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Duplicate { .. } => "duplicate",
            Self::NotDme => "not_dme",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
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

/// One order of a request with its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderRecord {
    /// `request.ordinal`.
    pub id: OrderId,
    /// What was understood.
    pub order: Order,
    /// Where it stands.
    pub state: OrderState,
}

/// Everything the parser commits for one request revision, in one write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderSet {
    /// The request.
    pub request: RequestId,
    /// Its revision.
    pub revision: Revision,
    /// The packet it was read from.
    pub packet: PacketId,
    /// The packet's documents.
    pub documents: Vec<Document>,
    /// The orders; empty when the request is not DME or waits as a whole.
    pub orders: Vec<OrderRecord>,
    /// The whole request's state where it has no order.
    pub without_orders: Option<OrderState>,
    /// When it was committed.
    pub parsed_at: Timestamp,
}

impl OrderSet {
    /// Every state of the set: the orders', or the request's own.
    pub fn states(&self) -> impl Iterator<Item = &OrderState> {
        self.orders.iter().map(|order| &order.state).chain(self.without_orders.as_ref())
    }

    /// Whether nothing is left to do for it without a person.
    pub fn settled(&self) -> bool {
        self.states().all(|state| !matches!(state, OrderState::Routing { .. }))
    }

    /// The outcomes, if every order has one.
    pub fn outcomes(&self) -> Option<Vec<&Outcome>> {
        self.states()
            .map(|state| match state {
                OrderState::Closed(outcome) => Some(outcome),
                OrderState::Routing { .. } | OrderState::NeedsPerson { .. } => None,
            })
            .collect()
    }
}

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
}
