//! Session cookies between the browser that got them and the client that uses them.

use crate::redacted::Redacted;
use serde::{Deserialize, Serialize};

/// One cookie, as a browser keeps it. The value is a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCookie {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Redacted<String>,
    /// Its domain; one that begins with a dot holds for sub-domains too.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// Only sent over TLS.
    pub secure: bool,
}

/// The text the ledger keeps; sealed there.
///
/// # Errors
/// Never for cookies a browser can hold; the serialiser's signature has one.
pub fn to_text(cookies: &[SessionCookie]) -> Result<Redacted<String>, serde_json::Error> {
    serde_json::to_string(cookies).map(Redacted::new)
}

/// Reads what [`to_text`] wrote.
///
/// # Errors
/// When the text is of another shape; its contents are not in the error.
pub fn from_text(text: &Redacted<String>) -> Result<Vec<SessionCookie>, UnreadableCookies> {
    serde_json::from_str(text.reveal()).map_err(|_| UnreadableCookies)
}

/// Kept cookies that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the kept cookies cannot be read; a login will replace them")]
pub struct UnreadableCookies;
