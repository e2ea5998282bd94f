//! The one shape of everything that can go wrong at the command line: the thing, its cause and the way out,
//! with the exit code. Printed as short lines on stderr; never holds patient data or secrets.

use domain::ports::{ErrorClass, PortError};
use std::fmt;
use std::process::ExitCode;

/// How the program ends. The numbers are part of the documented interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything asked for is done.
    Done,
    /// 1: it could not be done.
    Failed,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: it is done, but something waits for a person.
    NeedsPerson,
}

impl Exit {
    /// The process's exit code.
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NeedsPerson => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// What a verb returns.
pub type VerbResult = Result<Exit, Failure>;

/// Why a verb did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// The thing that failed, such as a file, a portal or a setting.
    pub thing: String,
    /// Why; several causes stand on lines of their own.
    pub cause: String,
    /// What the reader can do about it.
    pub way_out: String,
    /// Whether it may be gone at the next try, as a server that is away.
    pub passing: bool,
}

impl Failure {
    /// The command line or the configuration is wrong.
    pub fn usage(thing: impl Into<String>, cause: impl fmt::Display, way_out: impl Into<String>) -> Self {
        Self::new(Exit::Usage, thing.into(), cause.to_string(), way_out.into())
    }

    /// It could not be done.
    pub fn failed(thing: impl Into<String>, cause: impl fmt::Display, way_out: impl Into<String>) -> Self {
        Self::new(Exit::Failed, thing.into(), cause.to_string(), way_out.into())
    }

    const fn new(exit: Exit, thing: String, cause: String, way_out: String) -> Self {
        Self { exit, thing, cause, way_out, passing: false }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.thing)?;
        for cause in self.cause.lines() {
            writeln!(f, "  cause: {cause}")?;
        }
        write!(f, "  way out: {}", self.way_out)
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let way_out = match error.class {
            ErrorClass::Transient => "try again; if it stays, run `epic-connector check --connect`",
            ErrorClass::NotFound => "check the name; `epic-connector orders list` shows what there is",
            ErrorClass::LeaseLost | ErrorClass::Conflict => "another process changed it first; try again",
            ErrorClass::Permanent => "run `epic-connector check --connect` to see what is wrong",
        };
        let passing = error.class == ErrorClass::Transient;
        Self { passing, ..Self::failed(error.thing, error.cause, way_out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_prints_thing_each_cause_and_way_out() {
        let text = Failure::usage("the configuration", "one\ntwo", "mend it").to_string();
        assert_eq!(text, "error: the configuration\n  cause: one\n  cause: two\n  way out: mend it");
    }
}
