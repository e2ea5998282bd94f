//! The one error type of the storage-like ports: classed, named, without contents.

use std::fmt;

/// What a caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// Worth another try.
    Transient,
    /// A repeat will not help.
    Permanent,
    /// The lease ended and somebody else may have the item.
    LeaseLost,
    /// No such thing.
    NotFound,
    /// Somebody else changed the record first; read it again and decide again.
    Conflict,
}

/// An error of a port: which thing, why, and what class. Never holds contents or patient data.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{thing}: {cause}")]
pub struct PortError {
    /// What the caller can do.
    pub class: ErrorClass,
    /// The thing that failed, such as `work queue epic_ocr`.
    pub thing: String,
    /// The cause, and where there is one the way out.
    pub cause: String,
}

/// Shorthand for results of ports.
pub type PortResult<T> = Result<T, PortError>;

impl PortError {
    /// Makes an error.
    pub fn new(class: ErrorClass, thing: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self { class, thing: thing.into(), cause: cause.to_string() }
    }

    /// Worth another try.
    pub fn transient(thing: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self::new(ErrorClass::Transient, thing, cause)
    }

    /// A repeat will not help.
    pub fn permanent(thing: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self::new(ErrorClass::Permanent, thing, cause)
    }

    /// The record changed under the caller.
    pub fn conflict(thing: impl Into<String>) -> Self {
        Self::new(ErrorClass::Conflict, thing, "changed by another writer")
    }

    /// No such thing.
    pub fn not_found(thing: impl Into<String>) -> Self {
        Self::new(ErrorClass::NotFound, thing, "not found")
    }

    /// The lease is no longer ours.
    pub fn lease_lost(thing: impl Into<String>) -> Self {
        Self::new(ErrorClass::LeaseLost, thing, "the lease has ended")
    }
}
