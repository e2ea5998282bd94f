//! A DME order as the documents state it, before anybody decides where it goes.

use super::Finding;
use crate::ids::DocumentId;
use crate::redacted::Redacted;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// The documents the order stands in, the best copy first; none where it was kept by an earlier release.
    #[serde(default)]
    pub stands_in: Vec<DocumentId>,
    /// The documents the order stands in, and those that support it.
    pub documents: Vec<DocumentId>,
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// Documents of the packet that the order does not need, or that a person should look at first. All are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub document_marks: Vec<DocumentMark>,
}

/// What is to be known of a document before it is used for an order. Nothing is dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentMark {
    /// The document.
    pub document: DocumentId,
    /// What is to be known.
    pub mark: MarkKind,
    /// In words; nothing of the patient.
    pub why: String,
}

/// What is to be known of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// An order of this kind does not need it.
    NotNeeded,
    /// Nobody knows what kind of document it is; it is kept.
    Unknown,
    /// It may be a record that must not be passed on: somebody looks at it first.
    LookFirst,
    /// It must not be passed on without the patient's consent: the order waits.
    HeldBack,
}

impl MarkKind {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotNeeded => "not needed for this order",
            Self::Unknown => "of unknown kind, kept",
            Self::LookFirst => "look at it before it is passed on",
            Self::HeldBack => "must not be passed on without consent",
        }
    }
}
