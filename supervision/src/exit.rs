//! How a child ended, in one vocabulary.
//!
//! ractor reports ends in two events and several conventions (a kill arrives as a termination with
//! the reason "killed", a panic and an error both as a failure). [`classify`] is the only place that
//! knows them, so that the restart decision never looks at a runtime's habits.

use std::fmt;

use ractor::SupervisionEvent;

use crate::supervised::Reported;

/// Reasons ractor gives for an actor whose work was cut off: a kill, and a cancelled task.
const KILL_REASONS: [&str; 2] = ["killed", "actor_task_cancelled"];

/// The way a child ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// It stopped without a reason, or with one its spec does not list.
    Normal,
    /// It stopped itself for this reason, which its spec lists as expected.
    Expected(&'static str),
    /// It returned an error, or could not be started; the text is the error's own.
    Error(String),
    /// It panicked. The text of a panic is not carried: it can quote the data at hand.
    Panic,
    /// It was killed, or its task was cancelled.
    Killed,
}

impl Exit {
    /// True for every exit that uses up restart intensity.
    #[must_use]
    pub fn counts(&self) -> bool {
        !matches!(self, Self::Expected(_))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("stopped"),
            Self::Expected(reason) => write!(f, "expected exit {reason}"),
            Self::Error(text) => write!(f, "error: {text}"),
            Self::Panic => f.write_str("panic"),
            Self::Killed => f.write_str("killed"),
        }
    }
}

/// Names the end reported by `event`, or `None` when the event reports no end.
///
/// `expected` lists the stop reasons the child's spec declares. A failure that did not pass through
/// `Supervised` (a child started by a hand-written [`crate::StartFn`]) counts as a panic, because
/// ractor turns a panic and a text error into the same type and the careful reading shows no text.
pub(crate) fn classify(event: &SupervisionEvent, expected: &[&'static str]) -> Option<Exit> {
    match event {
        SupervisionEvent::ActorTerminated(_, _, reason) => Some(of_stop(reason.as_deref(), expected)),
        SupervisionEvent::ActorFailed(_, error) => Some(match error.downcast_ref::<Reported>() {
            Some(reported) => Exit::Error(reported.text().to_owned()),
            None => Exit::Panic,
        }),
        _ => None,
    }
}

fn of_stop(reason: Option<&str>, expected: &[&'static str]) -> Exit {
    match reason {
        None => Exit::Normal,
        Some(reason) if KILL_REASONS.contains(&reason) => Exit::Killed,
        Some(reason) => expected
            .iter()
            .find(|known| **known == reason)
            .map_or(Exit::Normal, |known| Exit::Expected(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_reasons_are_sorted_into_exits() {
        let table = [
            (None, Exit::Normal),
            (Some("SessionExpired"), Exit::Expected("SessionExpired")),
            (Some("something else"), Exit::Normal),
            (Some("Drained"), Exit::Normal),
            (Some("killed"), Exit::Killed),
            (Some("actor_task_cancelled"), Exit::Killed),
        ];
        for (reason, exit) in table {
            assert_eq!(of_stop(reason, &["SessionExpired"]), exit, "{reason:?}");
        }
    }

    #[test]
    fn a_kill_stays_a_kill_even_if_a_spec_lists_it() {
        assert_eq!(of_stop(Some("killed"), &["killed"]), Exit::Killed);
    }
}
