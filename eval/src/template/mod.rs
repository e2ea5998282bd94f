//! Templates: a document as a house writes it, with places for facts. The notation stands in docs/evaluation.md.

mod fill;
mod print;

pub use fill::TemplateError;
pub(crate) use fill::{Filled, fill};

use crate::facts::Value;
use crate::paper::Mark;

/// Something a template says: a value under a field's name, as it is printed.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// The number of its mark.
    pub(crate) mark: Mark,
    /// The field it is the value of.
    pub(crate) field: String,
    /// What has to be found.
    pub(crate) value: Value,
    /// As printed; empty for what is said in words.
    pub(crate) printed: String,
    /// How far a number found may lie off, for the rounding of what is printed.
    pub(crate) within: f64,
    /// It stands there, and is not the field's value.
    pub(crate) trap: bool,
}
