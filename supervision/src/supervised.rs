//! A wrapper that lets a supervisor tell an error from a panic.
//!
//! ractor reports both as `ActorFailed` with a boxed error, and turns a panic's text into the very
//! type a text error has. [`Supervised`] delegates every callback to the actor it holds and wraps the
//! errors the actor *returns* into [`Reported`]; whatever arrives unwrapped was a panic. The message
//! type is the actor's own, so references to it are unchanged.

use std::error::Error;
use std::fmt;

use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};

/// Longest error text carried along, in characters; the rest says nothing a log reader would miss.
const ERROR_TEXT_CHARS_MAX: usize = 500;

/// The text of an error an actor returned, its sources included.
#[derive(Debug)]
pub(crate) struct Reported {
    text: String,
}

impl Reported {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Joins `error` and its sources with ": ", bounded in length.
    pub(crate) fn text_of(error: &(dyn Error + 'static)) -> String {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            if text.len() > 4 * ERROR_TEXT_CHARS_MAX {
                break;
            }
            source = cause.source();
        }
        text.chars().take(ERROR_TEXT_CHARS_MAX).collect()
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Reported {}

/// An actor whose returned errors can be told from panics.
#[derive(Debug)]
pub(crate) struct Supervised<A>(pub(crate) A);

fn reported(error: ActorProcessingErr) -> ActorProcessingErr {
    Box::new(Reported { text: Reported::text_of(error.as_ref()) })
}

impl<A: Actor> Actor for Supervised<A> {
    type Msg = A::Msg;
    type State = A::State;
    type Arguments = A::Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        arguments: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        self.0.pre_start(myself, arguments).await.map_err(reported)
    }

    async fn post_start(
        &self,
        myself: ActorRef<Self::Msg>,
        state: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        self.0.post_start(myself, state).await.map_err(reported)
    }

    async fn post_stop(
        &self,
        myself: ActorRef<Self::Msg>,
        state: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        self.0.post_stop(myself, state).await.map_err(reported)
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        state: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        self.0.handle(myself, message, state).await.map_err(reported)
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        state: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        self.0.handle_supervisor_evt(myself, event, state).await.map_err(reported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::io::Error);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot open the store")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_text_joins_the_sources() {
        let error = Outer(std::io::Error::other("disk is full"));
        assert_eq!(Reported::text_of(&error), "cannot open the store: disk is full");
    }

    #[test]
    fn the_text_is_bounded() {
        let error = Outer(std::io::Error::other("x".repeat(10_000)));
        assert_eq!(Reported::text_of(&error).chars().count(), ERROR_TEXT_CHARS_MAX);
    }
}
