//! The signals by which a page is known, before and after the login.

use super::Act;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Signals that must all hold. At least one must be given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signals {
    /// Path and query begin like this.
    #[serde(default)]
    pub path: Option<String>,
    /// The title holds this, in any case of letters.
    #[serde(default)]
    pub title: Option<String>,
    /// These elements are there; a JSON pointer where one begins with a slash.
    #[serde(default)]
    pub present: Vec<String>,
    /// These elements, or places in JSON, are not there, or empty.
    #[serde(default)]
    pub absent: Vec<String>,
    /// These elements hold these words.
    #[serde(default)]
    pub says: Vec<Says>,
    /// The HTTP status is this.
    #[serde(default)]
    pub status: Option<u16>,
}

/// An element, or a place in JSON, and words in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// The element's selector; a JSON pointer where it begins with a slash.
    pub selector: String,
    /// Words its text holds, in any case of letters.
    pub words: String,
}

/// What a page after the login means, whatever was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// The session has ended; a login follows. So for a locked account, an expired password and new terms: the login
    /// meets them again and says which.
    SessionEnded,
    /// The session has ended because the account logged in elsewhere; a person may be at work with it.
    KickedOut,
    /// The chart asks for a reason before it opens. Never answered by us.
    BreakTheGlass,
    /// The time for which this chart was open to us is over.
    AccessEnded,
    /// Refused.
    NoPermission,
    /// There is no such thing.
    NotFound,
    /// The page has gone stale: what led to it is read again, then it is asked for once more.
    StalePage,
    /// A page in the way ("what's new"): `dismiss` it, then ask once more.
    Overlay,
    /// The session is about to end; the answer is good, and the session is kept alive.
    Countdown,
    /// Down on purpose.
    Maintenance,
    /// We ask too much.
    SlowDown,
}

/// One such page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShellSignal {
    /// What it means.
    pub means: Meaning,
    /// By what it is known.
    pub when: Signals,
    /// What takes it away; for an overlay.
    #[serde(default)]
    pub dismiss: Option<Act>,
}
