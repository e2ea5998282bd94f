//! A language model that is asked where in a document something stands.

use super::PortError;
use crate::model::{ModelAnswer, ModelEnd, ModelQuestion, TokenUsage};
use async_trait::async_trait;
use jiff::SignedDuration;

/// Which model is asked, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelIdentity {
    /// The model's or deployment's name.
    pub name: String,
    /// The host that texts are sent to.
    pub host: String,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelReply {
    /// Where things stand, as the model says; nothing of it has been checked.
    pub answer: ModelAnswer,
    /// What it took; none where the server does not count.
    pub usage: Option<TokenUsage>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelFailure {
    /// Too busy; where the server said so, for how long.
    Throttled {
        /// How long it wants to be left alone.
        retry_after: Option<SignedDuration>,
    },
    /// Not reached, or failed.
    Unavailable,
    /// No answer within its time.
    TimedOut,
    /// It would not answer, or a content filter stopped question or answer.
    Refused,
    /// The answer was cut off.
    Truncated,
    /// The answer is none of the form.
    Malformed,
    /// It does not take our questions: key, name, rights or address are wrong.
    Denied,
}

impl ModelFailure {
    /// The same as an end of asking.
    pub const fn end(self) -> ModelEnd {
        match self {
            Self::Throttled { .. } => ModelEnd::Throttled,
            Self::Unavailable => ModelEnd::Unavailable,
            Self::TimedOut => ModelEnd::TimedOut,
            Self::Refused => ModelEnd::Refused,
            Self::Truncated => ModelEnd::Truncated,
            Self::Malformed => ModelEnd::Malformed,
            Self::Denied => ModelEnd::Denied,
        }
    }
}

/// No answer, and why. Never holds a text of question or answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("language model: {cause}")]
pub struct ModelError {
    /// What kind of failure.
    pub failure: ModelFailure,
    /// What happened, and where there is one the way out.
    pub cause: String,
    /// What it took all the same; none where nobody says.
    pub usage: Option<TokenUsage>,
}

impl ModelError {
    /// An error that took no tokens anybody told of.
    pub fn new(failure: ModelFailure, cause: impl Into<String>) -> Self {
        Self { failure, cause: cause.into(), usage: None }
    }
}

/// Whatever stands between a caller and the model is away with it.
impl From<PortError> for ModelError {
    fn from(error: PortError) -> Self {
        Self::new(ModelFailure::Unavailable, format!("{}: {}", error.thing, error.cause))
    }
}

/// Answers questions about one document at a time. It has no memory and no tools: an answer follows from its
/// question alone.
///
/// - W-1 a whole answer comes back as the model gave it, with the tokens it took; what is asked again is asked again.
/// - W-2 what is not one whole answer of the form is an error of its own kind: cut off, refused or filtered, malformed
///   (no JSON, unknown keys, nothing, too long). Tokens that were counted are told with it.
/// - W-3 a model that is too busy, away, too slow or does not take our questions is told apart, with the time the server
///   wants to be left alone where it named one; the next question is answered as if nothing had been.
/// - W-4 neither errors nor `Debug` show any text of question or answer.
/// - W-5 instructions, schema and document arrive as they were asked, whatever the document says: its text is data within
///   one message.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// Which model this is.
    fn identity(&self) -> &ModelIdentity;
    /// Asks.
    async fn ask(&self, question: &ModelQuestion) -> Result<ModelReply, ModelError>;
}
