//! From SQLite's errors to classed ones with a way out. Texts come from the code alone: SQLite's own messages
//! can quote statements and values.

use domain::ports::{ErrorClass, PortError};
use rusqlite::{Error, ErrorCode, ffi};
use std::io;
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

/// Classes an error of SQLite. A full, read-only or sick disk is an outage that somebody will mend: `Transient`, so
/// that the work waits for it instead of being given up. A damaged file stays damaged: `Permanent`.
pub(crate) fn classed(thing: &str, error: &Error) -> PortError {
    let Error::SqliteFailure(failure, _) = error else {
        return PortError::permanent(
            thing,
            "a stored row does not fit this release; restore a backup or run the release that wrote it",
        );
    };
    let (class, cause) = verdict(*failure);
    PortError::new(class, thing, format!("{cause} (sqlite code {})", failure.extended_code))
}

fn verdict(failure: ffi::Error) -> (ErrorClass, &'static str) {
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            (ErrorClass::Transient, "the database file is held by another process")
        }
        ErrorCode::SchemaChanged | ErrorCode::OperationInterrupted | ErrorCode::OutOfMemory => {
            (ErrorClass::Transient, "sqlite could not finish the statement; it is tried again")
        }
        ErrorCode::DiskFull => {
            (ErrorClass::Transient, "the disk is full; free space on it, the work waits for it")
        }
        // Shared memory that cannot grow is how a full disk shows first.
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
            (ErrorClass::Transient, "the disk is full; free space on it, the work waits for it")
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (
            ErrorClass::Transient,
            "the database file may not be written; make its disk, it and its folder writable for the service's \
             user, the work waits for it",
        ),
        ErrorCode::CannotOpen => (
            ErrorClass::Transient,
            "the database file cannot be opened; see that its folder is there and writable and has space, the \
             work waits for it",
        ),
        ErrorCode::DatabaseCorrupt => (ErrorClass::Permanent, DAMAGED),
        ErrorCode::SystemIoFailure if DAMAGED_CODES.contains(&failure.extended_code) => {
            (ErrorClass::Permanent, DAMAGED)
        }
        ErrorCode::SystemIoFailure => (
            ErrorClass::Transient,
            "reading or writing the database file failed; check its disk: space, quota, mount, health",
        ),
        ErrorCode::NotADatabase => (
            ErrorClass::Permanent,
            "the file is no database of this connector; move it away or name another path",
        ),
        _ => (ErrorClass::Permanent, "sqlite refused the statement"),
    }
}

const DAMAGED: &str = "the database file is damaged; stop the service and restore a backup";

/// Input and output that succeeded and brought what cannot be right.
const DAMAGED_CODES: [i32; 2] = [ffi::SQLITE_IOERR_CORRUPTFS, ffi::SQLITE_IOERR_DATA];

/// Classes an error of the file system met while the file is opened. Access that was never given is a mistake of
/// whoever set it up, and told at once rather than waited for.
pub(crate) fn opening(thing: &str, error: &io::Error) -> PortError {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => {
            PortError::transient(thing, format!("{error}; free space on its disk"))
        }
        ReadOnlyFilesystem => PortError::transient(thing, format!("{error}; make its disk writable")),
        PermissionDenied => PortError::permanent(
            thing,
            format!("{error}; give the service's user write access to the file and its folder"),
        ),
        _ => PortError::permanent(thing, error),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i32) -> PortError {
        classed("store", &Error::SqliteFailure(ffi::Error::new(code), Some("a planted value".to_owned())))
    }

    #[test]
    fn an_outage_of_the_disk_is_waited_for_and_damage_is_not() {
        let passing = [
            (ffi::SQLITE_FULL, "free space"),
            (ffi::SQLITE_IOERR_SHMSIZE, "free space"),
            (ffi::SQLITE_READONLY, "writable"),
            (ffi::SQLITE_READONLY_DIRECTORY, "writable"),
            (ffi::SQLITE_PERM, "writable"),
            (ffi::SQLITE_CANTOPEN, "writable and has space"),
            (ffi::SQLITE_IOERR_WRITE, "check its disk"),
            (ffi::SQLITE_IOERR_FSYNC, "check its disk"),
            (ffi::SQLITE_BUSY, "another process"),
        ];
        let lasting = [
            (ffi::SQLITE_CORRUPT, "restore a backup"),
            (ffi::SQLITE_IOERR_CORRUPTFS, "restore a backup"),
            (ffi::SQLITE_IOERR_DATA, "restore a backup"),
            (ffi::SQLITE_NOTADB, "no database of this connector"),
            (ffi::SQLITE_CONSTRAINT, "refused"),
        ];
        let classes = [(ErrorClass::Transient, passing.as_slice()), (ErrorClass::Permanent, &lasting)];
        for (class, cases) in classes {
            for (code, text) in cases {
                let error = of(*code);
                assert!(error.class == class && error.cause.contains(text), "{code}: {error}");
                assert!(!error.to_string().contains("planted"), "{error}");
            }
        }
    }
}
