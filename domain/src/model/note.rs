//! What is remembered of having asked a model: beside the orders for people, and in the step cache so that nothing is
//! asked twice. No text of a document.

use super::ModelAnswer;
use crate::ids::DocumentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How asking ended. Whatever it was, the order went on by rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelEnd {
    /// It answered.
    Answered,
    /// It had been asked the same before, and that answer was used.
    Kept,
    /// It was not asked: it failed a short while ago.
    Resting,
    /// It was not asked: the order's spending limit.
    OrderLimit,
    /// It was not asked: the day's spending limit.
    DayLimit,
    /// It was too busy.
    Throttled,
    /// It could not be reached, or failed.
    Unavailable,
    /// It took too long.
    TimedOut,
    /// It would not answer, or a content filter stopped it.
    Refused,
    /// Its answer was cut off.
    Truncated,
    /// Its answer was no answer of the form.
    Malformed,
    /// It does not take our questions: key, name, rights or address are wrong.
    Denied,
}

impl ModelEnd {
    /// The stable name used in metrics and notes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Kept => "kept",
            Self::Resting => "resting",
            Self::OrderLimit => "order_limit",
            Self::DayLimit => "day_limit",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Denied => "denied",
        }
    }
}

/// What is told of one document that a model was asked about, or was to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelNote {
    /// The document.
    pub document: DocumentId,
    /// Prompt and version, such as `sleep_study 1`.
    pub prompt: String,
    /// The model.
    pub model: String,
    /// How it ended.
    pub end: ModelEnd,
    /// Things asked for.
    pub asked: u32,
    /// Quotes that came.
    pub quotes: u32,
    /// Of these, how many stand on the page and say what was asked for.
    pub counted: u32,
}

/// What is kept of an answer that was paid for, useful or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// How asking ended.
    pub end: ModelEnd,
    /// The answer, where there was one.
    pub answer: Option<ModelAnswer>,
}
