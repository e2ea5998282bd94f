//! What a chart holds: people, clinical facts, the order and the list of documents.
//!
//! Facts only, no wording: `compose` turns them into documents, `truth` into expectations. Both read
//! the same facts, so the truth never comes from reading a document back.

mod clinical;
mod document;
mod order;
mod person;
mod premises;

pub(crate) use clinical::{
    Comorbidity, OutsideFacility, Study, StudyKind, Symptom, Titration, Topic, TreatedHalf, Visit,
};
pub(crate) use document::{Appears, Content, DocumentEntry};
pub use document::{DocumentClass, Format, Section};
pub(crate) use order::{Diagnosis, Family, Order, OrderItem, Settings, Standing};
pub(crate) use person::{Address, Clinician, Coverage, Patient, PayerKind, PersonName, Sex};
pub(crate) use premises::Folder;

use jiff::civil::Date;

use crate::kind::HospitalKind;

/// What opening the chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The chart.
    Open,
    /// A question for a reason and the password (Break-the-Glass).
    BreakTheGlass,
    /// That access to this patient has ended.
    Ended,
}

/// One patient with everything the hospital knows.
#[derive(Clone)]
pub(crate) struct Chart {
    pub(crate) hospital: HospitalKind,
    pub(crate) access: Access,
    pub(crate) patient: Patient,
    pub(crate) prescriber: Clinician,
    pub(crate) sleep_physician: Clinician,
    /// Evaluation for sleep apnea before the study.
    pub(crate) visit: Option<Visit>,
    /// Visit after the study or the trial of a device.
    pub(crate) follow_up: Option<Visit>,
    pub(crate) study: Option<Study>,
    pub(crate) titration: Option<Titration>,
    /// By time; at most one has replaced another.
    pub(crate) orders: Vec<Order>,
    /// Somebody else, of whom a page got into this chart.
    pub(crate) stranger: Option<Patient>,
    /// In the portal's order within each section.
    pub(crate) documents: Vec<DocumentEntry>,
    /// The day the hospital's papers were printed, for headers and footers.
    pub(crate) printed_on: Date,
}

impl Chart {
    /// Orders that were neither withdrawn nor replaced.
    pub(crate) fn in_force(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|order| order.in_force())
    }
}
