//! From the driver's errors to classed ones with a way out. Texts come from codes alone: the driver's own can
//! quote documents, keys and the address.

use domain::ports::{ErrorClass, PortError};
use mongodb::error::{Error, ErrorKind, RETRYABLE_ERROR, RETRYABLE_WRITE_ERROR, WriteFailure};

/// An insert or an index met a key that is there already.
const DUPLICATE_KEY: i32 = 11000;

/// Whether a write met a unique key that is there already.
pub(crate) fn duplicate_key(error: &Error) -> bool {
    matches!(code(error), Some((DUPLICATE_KEY, _)))
}

/// Whether the server has no such command or option, or the user may not use it: what is optional is then left out.
pub(crate) fn not_offered(error: &Error) -> bool {
    code(error).is_some_and(|(code, _)| code == UNAUTHORIZED || NOT_SUPPORTED.contains(&code))
}

/// The user lacks a role.
const UNAUTHORIZED: i32 = 13;

/// Illegal operation, no such command, cannot create index, invalid options, command not supported, not
/// implemented, feature not supported.
const NOT_SUPPORTED: [i32; 7] = [20, 59, 67, 72, 115, 238, 303];

/// Classes an error of the driver.
pub(crate) fn classed(thing: &str, error: &Error) -> PortError {
    if let Some((code, name)) = code(error) {
        let (class, cause) = meaning(error, code);
        return PortError::new(class, thing, format!("{cause} (mongodb code {code}{})", plain(name)));
    }
    let (class, cause) = match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => (
            ErrorClass::Permanent,
            "the server refused the login; check user name, password and authSource in the address",
        ),
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => {
            (ErrorClass::Transient, "the connection to the server broke")
        }
        ErrorKind::ServerSelection { .. } | ErrorKind::DnsResolve { .. } => (
            ErrorClass::Transient,
            "no server answers that can take the call; check that it runs and can be reached from here",
        ),
        ErrorKind::Shutdown => (ErrorClass::Transient, "the connection is going down"),
        ErrorKind::InvalidTlsConfig { .. } => {
            (ErrorClass::Permanent, "the address's TLS settings are wrong; check the files it names")
        }
        ErrorKind::IncompatibleServer { .. } => (
            ErrorClass::Permanent,
            "the server's release is too old for this program; MongoDB 4.4 or later is needed",
        ),
        ErrorKind::InvalidResponse { .. } | ErrorKind::Bson(_) => (
            ErrorClass::Permanent,
            "a stored document does not fit this release; run the release that wrote it",
        ),
        _ if retryable(error) => (ErrorClass::Transient, "the server asks to try again"),
        _ => (ErrorClass::Permanent, "the driver refused the call"),
    };
    PortError::new(class, thing, cause)
}

/// What a server's code means for the caller; codes as in MongoDB's `error_codes.yml`.
fn meaning(error: &Error, code: i32) -> (ErrorClass, &'static str) {
    match code {
        DUPLICATE_KEY => (ErrorClass::Permanent, "a key is there already where none can be"),
        UNAUTHORIZED => (
            ErrorClass::Permanent,
            "the user may not do this; give it the role readWrite (and dbAdmin to migrate) on the database",
        ),
        18 => (
            ErrorClass::Permanent,
            "the server refused the login; check user name, password and authSource in the address",
        ),
        // Not the primary, stepping down, shutting down, recovering.
        10107 | 13435 | 13436 | 10058 | 11600 | 11602 | 189 | 91 => {
            (ErrorClass::Transient, "the server is not the primary at the moment")
        }
        // Hosts and networks away, time limits, locks, cursors and write conflicts.
        6 | 7 | 89 | 9001 | 50 | 134 | 262 | 24 | 46 | 43 | 112 | 203 | 290 => {
            (ErrorClass::Transient, "the server could not finish the call in time")
        }
        64 => (ErrorClass::Transient, "the write was not confirmed by a majority in time"),
        100 => (
            ErrorClass::Permanent,
            "the replica set can never confirm a majority; check that most of its data-bearing members run",
        ),
        14031 => (ErrorClass::Transient, "the server's disk is full; free space there"),
        _ if NOT_SUPPORTED.contains(&code) => (
            ErrorClass::Permanent,
            "this server does not support what was asked for; use MongoDB 4.4 or later",
        ),
        17280 | 17419 | 17420 | 10334 => (ErrorClass::Permanent, TOO_LARGE),
        121 => (
            ErrorClass::Permanent,
            "the collection's validator refused the document; look whether somebody changed the validator",
        ),
        85 | 86 => (
            ErrorClass::Permanent,
            "an index of that name is there with other fields or options; drop it and migrate again",
        ),
        _ if retryable(error) => (ErrorClass::Transient, "the server asks to try again"),
        _ => (ErrorClass::Permanent, "the server refused the call"),
    }
}

/// Why a record cannot be stored; [`crate::vault::SEALED_BYTES_MAX`] refuses it before the server does.
pub(crate) const TOO_LARGE: &str = "the record is larger than a document may be (16 MB)";

fn retryable(error: &Error) -> bool {
    error.contains_label(RETRYABLE_WRITE_ERROR) || error.contains_label(RETRYABLE_ERROR)
}

/// The server's code and its name, wherever in the error they are.
fn code(error: &Error) -> Option<(i32, Option<&str>)> {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some((command.code, Some(&command.code_name))),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some((write.code, write.code_name.as_deref())),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => {
            Some((concern.code, Some(&concern.code_name)))
        }
        _ => None,
    }
}

/// A code's name for the text, if it looks like one.
fn plain(name: Option<&str>) -> String {
    let looks_like_one =
        |name: &&str| (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.filter(looks_like_one).map(|name| format!(" {name}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{classed, not_offered};
    use domain::ports::ErrorClass;
    use mongodb::error::{CommandError, Error, ErrorKind, WriteError, WriteFailure};
    use std::sync::Arc;

    fn command(code: i32, name: &str) -> Error {
        let text = format!(
            r#"{{"code": {code}, "codeName": "{name}", "errmsg": "Zyxwvutova", "topologyVersion": null}}"#
        );
        let command: CommandError = serde_json::from_str(&text).expect("a command error");
        ErrorKind::Command(command).into()
    }

    fn write(code: i32) -> Error {
        let text =
            format!(r#"{{"code": {code}, "errmsg": "dup key: {{ _id: Zyxwvutova }}", "errInfo": null}}"#);
        let write: WriteError = serde_json::from_str(&text).expect("a write error");
        ErrorKind::Write(WriteFailure::WriteError(write)).into()
    }

    #[test]
    fn every_error_has_a_class_and_shows_no_server_text() {
        let io = || std::io::Error::other("Zyxwvutova");
        let cases = [
            (ErrorKind::Io(Arc::new(io())).into(), ErrorClass::Transient),
            (command(13, "Unauthorized"), ErrorClass::Permanent),
            (command(10107, "NotWritablePrimary"), ErrorClass::Transient),
            (command(50, "MaxTimeMSExpired"), ErrorClass::Transient),
            (command(64, "WriteConcernFailed"), ErrorClass::Transient),
            (command(14031, "OutOfDiskSpace"), ErrorClass::Transient),
            (command(121, "Document Zyxwvutova"), ErrorClass::Permanent),
            (command(99999, "Whatever"), ErrorClass::Permanent),
            (write(11000), ErrorClass::Permanent),
            (write(112), ErrorClass::Transient),
        ];
        for (error, class) in cases {
            let error = classed("request store", &error);
            assert_eq!(error.class, class, "{error}");
            assert!(!error.to_string().contains("Zyxwvutova"), "{error}");
        }
    }

    #[test]
    fn what_a_server_lacks_is_told_apart() {
        for code in [13, 59, 67, 115, 238] {
            assert!(not_offered(&command(code, "X")));
        }
        assert!(!not_offered(&command(50, "MaxTimeMSExpired")) && !not_offered(&write(11000)));
    }
}
