//! From the file system's errors to classed ones with a way out. Their texts are the operating system's, which
//! knows no contents.
//!
//! A full, read-only or unmounted disk is an outage that somebody will mend: `Transient`, so that the work waits
//! for it instead of being given up. Only what no mending of the disk changes is `Permanent`.

use domain::ports::{ErrorClass, PortError};
use std::io;

/// Linux's `EIO`, `ENFILE`, `EMFILE`: a sick disk and too many open files have no `ErrorKind` of their own.
const PASSING_CODES: [i32; 3] = [5, 23, 24];

/// Classes an error of the file system.
pub(crate) fn classed(thing: &str, error: &io::Error) -> PortError {
    use io::ErrorKind::{
        Interrupted, NotFound, OutOfMemory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem,
        ResourceBusy, StaleNetworkFileHandle, StorageFull, TimedOut, WouldBlock,
    };
    match error.kind() {
        NotFound => PortError::not_found(thing),
        Interrupted | TimedOut | WouldBlock | OutOfMemory | ResourceBusy => {
            PortError::transient(thing, error)
        }
        StorageFull | QuotaExceeded => {
            PortError::transient(thing, format!("{error}; free space on its disk, the work waits for it"))
        }
        ReadOnlyFilesystem => {
            PortError::transient(thing, format!("{error}; make its disk writable, the work waits for it"))
        }
        PermissionDenied => PortError::transient(
            thing,
            format!("{error}; make its folder writable for the service's user, the work waits for it"),
        ),
        StaleNetworkFileHandle => PortError::transient(thing, format!("{error}; mount its disk again")),
        _ if error.raw_os_error().is_some_and(|code| PASSING_CODES.contains(&code)) => {
            PortError::transient(thing, format!("{error}; check its disk and the system's limits"))
        }
        _ => PortError::permanent(thing, error),
    }
}

/// The same while something is opened: access that was never given is a mistake of whoever set it up, and told at
/// once rather than waited for.
pub(crate) fn opening(thing: &str, error: &io::Error) -> PortError {
    match error.kind() {
        io::ErrorKind::PermissionDenied => PortError::permanent(
            thing,
            format!("{error}; give the service's user read and write access to the folder"),
        ),
        _ => classed(thing, error),
    }
}

/// The same of a write: a folder that has gone is a disk that somebody mounts again, never an unknown name.
pub(crate) fn writing(thing: &str, folder: &str, error: &io::Error) -> PortError {
    match classed(thing, error) {
        PortError { class: ErrorClass::NotFound, .. } => gone(thing, folder),
        error => error,
    }
}

/// A folder is not where it was.
pub(crate) fn gone(thing: &str, folder: &str) -> PortError {
    let cause = format!("{folder} is gone; mount its disk or make it again, the work waits for it");
    PortError::transient(thing, cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_of_a_disk_is_waited_for_and_says_how_it_ends() {
        // ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EIO, ENFILE, EMFILE, ESTALE, EBUSY, ENOMEM
        let cases = [
            (28, "free space on its disk"),
            (122, "free space on its disk"),
            (30, "make its disk writable"),
            (13, "make its folder writable"),
            (1, "make its folder writable"),
            (5, "check its disk"),
            (23, "system's limits"),
            (24, "system's limits"),
            (116, "mount its disk again"),
            (16, ""),
            (12, ""),
        ];
        for (code, way_out) in cases {
            let error = classed("folder /data", &io::Error::from_raw_os_error(code));
            assert_eq!(error.class, ErrorClass::Transient, "{error}");
            assert!(error.cause.contains(way_out), "{error}");
        }
    }

    #[test]
    fn what_no_mended_disk_changes_is_permanent() {
        // ENOTDIR, EISDIR, EINVAL, ENAMETOOLONG
        for code in [20, 21, 22, 36] {
            let error = classed("folder /data", &io::Error::from_raw_os_error(code));
            assert_eq!(error.class, ErrorClass::Permanent, "{error}");
        }
        let missing = io::Error::from_raw_os_error(2);
        assert_eq!(classed("blob", &missing).class, ErrorClass::NotFound);
        assert_eq!(writing("blob", "its folder", &missing).class, ErrorClass::Transient);
        let denied = io::Error::from_raw_os_error(13);
        assert_eq!(opening("folder /data", &denied).class, ErrorClass::Permanent);
    }
}
