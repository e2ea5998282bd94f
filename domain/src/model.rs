//! A language model asked where in a document something stands: the question, the answer, what it may cost, and what
//! is remembered of having asked.
//!
//! An answer has no value in it, only quotes: the model locates, and what a quote says is read by our own rules.

mod answer;
mod note;
mod question;
mod spending;

pub use answer::{LocatedQuote, ModelAnswer};
pub use note::{KeptAnswer, ModelEnd, ModelNote};
pub use question::{AskedField, AskedPage, ModelQuestion};
pub use spending::{Prices, Spending, TokenUsage};

#[cfg(test)]
mod tests;
