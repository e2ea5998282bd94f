//! From SQLite's errors to classed ones with a way out. Texts come from the code alone: SQLite's own messages
//! can quote statements and values.

use domain::ports::{ErrorClass, PortError};
use rusqlite::{Error, ErrorCode};
use tokio::task::JoinError;

/// What goes wrong inside a job: SQLite's error, or one that is classed already.
#[derive(Debug)]
pub(crate) enum StoreError {
    Sql(Error),
    Port(PortError),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<PortError> for StoreError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl StoreError {
    /// Names the thing that failed, unless that is known already.
    pub(crate) fn at(self, thing: &str) -> PortError {
        match self {
            Self::Sql(error) => classed(thing, &error),
            Self::Port(error) => error,
        }
    }
}

/// Classes an error of SQLite.
pub(crate) fn classed(thing: &str, error: &Error) -> PortError {
    let Error::SqliteFailure(failure, _) = error else {
        return PortError::permanent(
            thing,
            "a stored row does not fit this release; restore a backup or run the release that wrote it",
        );
    };
    let (class, cause) = match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            (ErrorClass::Transient, "the database file is held by another process")
        }
        ErrorCode::SchemaChanged | ErrorCode::OperationInterrupted | ErrorCode::OutOfMemory => {
            (ErrorClass::Transient, "sqlite could not finish the statement; it is tried again")
        }
        ErrorCode::DiskFull => {
            (ErrorClass::Permanent, "the disk is full; free space and start the service again")
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (
            ErrorClass::Permanent,
            "the database file may not be written; give the service's user write access to it and its folder",
        ),
        ErrorCode::CannotOpen => (
            ErrorClass::Permanent,
            "the database file cannot be opened; check that its folder exists and may be written",
        ),
        ErrorCode::DatabaseCorrupt => {
            (ErrorClass::Permanent, "the database file is damaged; stop the service and restore a backup")
        }
        ErrorCode::NotADatabase => (
            ErrorClass::Permanent,
            "the file is no database of this connector; move it away or name another path",
        ),
        ErrorCode::SystemIoFailure => {
            (ErrorClass::Permanent, "reading or writing the database file failed; check the disk")
        }
        _ => (ErrorClass::Permanent, "sqlite refused the statement"),
    };
    PortError::new(class, thing, format!("{cause} (sqlite code {})", failure.extended_code))
}

/// The writer thread is gone, which only a defect of ours can cause.
pub(crate) fn writer_gone(thing: &str) -> PortError {
    PortError::permanent(thing, "the store's writer has ended; start the service again")
}

/// A reader panicked or the runtime is going down.
pub(crate) fn reader_died(thing: &str, error: &JoinError) -> PortError {
    let cause =
        if error.is_cancelled() { "the service is going down" } else { "the store's reader panicked" };
    PortError::transient(thing, cause)
}
