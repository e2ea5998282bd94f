//! The authenticator-app variant of the code page.

use totp_rs::{Builder, Secret};

/// Shortest secret RFC 4226 allows, in bytes.
const SECRET_BYTES_MIN: usize = 16;

/// The secret behind base32 text, if it is one and long enough.
pub(crate) fn secret_bytes(base32: &str) -> Option<Secret> {
    Secret::try_from_base32(base32.trim()).ok().filter(|secret| secret.as_bytes().len() >= SECRET_BYTES_MIN)
}

/// The time step a code belongs to at `unix_seconds`, one step of slack either way; `None` when wrong.
///
/// A step may be used once (RFC 6238, 5.2): the caller remembers it.
pub(crate) fn step_of(base32: &str, code: &str, unix_seconds: u64) -> Option<u64> {
    let totp = Builder::new().with_secret(secret_bytes(base32)?).build().ok()?;
    totp.check(code, unix_seconds)
}
