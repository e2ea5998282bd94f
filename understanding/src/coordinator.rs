//! What a coordinator is told of an order: its summary in plain words, the list of what is missing or contradicted with
//! who supplies it, and the letter to the prescriber.
//!
//! Pure, from what the parser committed; nothing is read from the pages again, so neither summary nor letter can say
//! what the documents' fields and the rules' findings do not.

mod clinical;
mod letter;
mod letter_text;
mod points;
mod summary;
mod summary_text;
#[cfg(test)]
mod tests;

pub use crate::knowledge::{PointKind, Supplies};
pub use letter::{Letter, LetterItem, Letterhead, NoLetter, letter};
pub use points::OpenPoint;
pub use summary::{
    DocumentLine, LetterStanding, OrderSummary, PayerLine, PrescriberLine, RuleSaid, StudyLine,
    SummaryDiagnosis, SummaryItem, SummaryPatient, VisitLine, summarise,
};

use domain::ids::OrderId;
use domain::parser::{Document, Order, OrderState, Reason};
use domain::patient::PatientIdentity;
use domain::redacted::Redacted;

/// What is known of one order, or of a request that waits without one.
#[derive(Clone, Debug)]
pub struct CaseFacts<'a> {
    /// The hospital, as people call it.
    pub hospital: &'a str,
    /// The patient of the message, as the portal's screens show them.
    pub patient: Option<&'a PatientIdentity>,
    /// Who sent the message.
    pub sender: Option<&'a Redacted<String>>,
    /// The order's id; the request's where there is no order.
    pub reference: &'a str,
    /// The order and its id; none where the request waits as a whole.
    pub order: Option<(&'a OrderId, &'a Order)>,
    /// Where it stands; none while it is still in work.
    pub state: Option<&'a OrderState>,
    /// Why it waits, the most important first.
    pub reasons: &'a [Reason],
    /// The packet's documents.
    pub documents: &'a [Document],
}
