//! A classified run of a packet's pages and the fields it says, each with the evidence a person can look up.

use crate::ids::DocumentId;
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
    /// A study's recorded data without an interpretation: hypnogram, epochs, event list.
    RawStudyData,
    /// Certificate of medical necessity or DME information form; history only since 2023.
    MedicalNecessityForm,
    /// A device's record of use over a period.
    AdherenceReport,
    /// A payer's form that asks for, or grants, authorisation.
    PriorAuthorization,
    /// Consent, release of information, assignment of benefits, notice of privacy practices.
    Consent,
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
