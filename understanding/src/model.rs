//! A language model beside the rules: which documents it is asked about, and what of its answers counts.
//!
//! It locates and never transcribes: of an answer only the place counts, and the value is what our own parsers read there.
//! It is asked for what the rules did not find, found with little confidence, or found twice; never for whose document it
//! is, what is ordered, or where anything goes. Its values never decide anything by themselves unless a deployer says so:
//! they stand beside the rules' for people, agreement raises confidence, and disagreement goes to a person.

mod compare;
mod fields;
mod mask;
mod question;
#[cfg(test)]
mod tests;
mod value;
mod visible;

pub(crate) use compare::{Compared, complete, dispute};
pub(crate) use fields::known_fields;
pub use question::{Asking, questions};

use domain::ids::DocumentId;
use domain::model::ModelAnswer;

/// What a model answered about a packet's documents.
#[derive(Clone, Debug, Default)]
pub struct ModelAnswers {
    /// By document.
    pub answers: Vec<(DocumentId, ModelAnswer)>,
    /// Whether a value that only the model located may satisfy a payer's rule.
    pub may_satisfy_rules: bool,
}

/// How many of a document's quotes counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The document.
    pub document: DocumentId,
    /// Quotes that stand on the page and say what was asked for.
    pub counted: u32,
}
