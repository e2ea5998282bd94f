//! What understanding a packet gives: documents, fields with evidence, findings, orders and their outcome.

mod document;
mod finding;
mod order;
mod order_set;
mod outcome;
mod shingles;
mod signature;
mod signature_set;

pub use document::{Document, DocumentClass, Evidence, Field, FieldMethod, FieldValue};
pub use finding::{Finding, FindingOutcome};
pub use order::{Coverage, DocumentMark, MarkKind, Order, OrderItem};
pub use order_set::{OrderRecord, OrderSet};
pub use outcome::{OrderState, Outcome, Reason};
pub use shingles::Shingles;
pub use signature::{OrderSketch, Signature};
pub use signature_set::{
    DocumentMarks, DocumentRelation, DocumentSignature, Likeness, RelationKind, SignatureSet, ToldApart,
};

#[cfg(test)]
mod tests;
