//! A portal's profile: what one hospital's pages look like, as data (`config/portals/*.toml`).
//!
//! A new hospital is a new file of this shape, never new code. The file names paths, selectors and JSON
//! pointers; what is done with them is decided in [`crate::login`] and done by the adapters.

mod check;
mod lists;
mod pages;

pub use lists::{
    ChartOpening, DocumentPages, FolderList, IdentityPointers, MessageDetail, MessageDone, MessageList,
    SectionList,
};
pub use pages::{LoginPages, PageSignals, RecognisedPage, Says};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// One hospital's portal, described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What a person calls this kind of portal.
    pub title: String,
    /// The hospital's IANA time zone; its screens show local times without one.
    pub zone: String,
    /// In Basket folders that are read; others are left alone.
    pub wanted_folders: Vec<String>,
    /// Outcomes after which a message is set Done, by their names in lower case.
    pub done_outcomes: Vec<String>,
    /// `true` when requests name their patient themselves, so that several charts may be open at once.
    pub stateless: bool,
    /// Bounds on what is asked of the portal.
    pub limits: Limits,
    /// How dates are printed.
    pub formats: Formats,
    /// Recognising and walking the pages before the shell.
    pub login: LoginPages,
    /// The authenticated stay: how it is entered, kept and seen to have ended.
    pub session: SessionPages,
    /// The In Basket's folders.
    pub folders: FolderList,
    /// A folder's messages.
    pub messages: MessageList,
    /// One message.
    pub message: MessageDetail,
    /// Setting a message Done.
    pub done: MessageDone,
    /// Opening a chart.
    pub chart: ChartOpening,
    /// The lists of an open chart.
    pub section: SectionList,
    /// One document: viewer and content.
    pub document: DocumentPages,
}

/// Bounds on what is asked of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// One HTTP exchange, headers to last byte, in milliseconds.
    pub request_timeout_ms: u64,
    /// One step of a login (a page to settle, a press to be answered), in milliseconds.
    pub login_step_timeout_ms: u64,
    /// HTTP requests under way at once.
    pub parallel_requests: usize,
    /// The largest document that is downloaded, in bytes.
    pub download_bytes_max: u64,
    /// A session idle for this long is touched, in seconds; below the portal's inactivity limit.
    pub keep_alive_secs: u64,
}

impl Limits {
    /// One HTTP exchange.
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// One step of a login.
    pub const fn login_step_timeout(&self) -> Duration {
        Duration::from_millis(self.login_step_timeout_ms)
    }

    /// The idle time after which a session is touched.
    pub const fn keep_alive(&self) -> Duration {
        Duration::from_secs(self.keep_alive_secs)
    }
}

/// How the portal prints dates, as `strftime` patterns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formats {
    /// A date, such as `%m/%d/%Y`.
    pub date: String,
    /// A date with its time of day, such as `%m/%d/%Y %I:%M %p`.
    pub date_time: String,
}

/// The authenticated stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPages {
    /// The shell page; asking for it tells whether cookies are still good.
    pub home_path: String,
    /// A redirect to a path that begins like this means that the session has ended.
    pub login_path: String,
    /// An HTML answer with any of these elements is a login page, whatever its status.
    pub login_selectors: Vec<String>,
    /// A cheap page that keeps the session alive.
    pub touch_path: String,
    /// The token that every change has to carry, where the portal wants one.
    #[serde(default)]
    pub csrf: Option<CsrfToken>,
}

/// Where the shell page keeps its token against forged requests, and the header it goes back in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsrfToken {
    /// The element of the shell page.
    pub selector: String,
    /// Its attribute.
    pub attribute: String,
    /// The request header.
    pub header: String,
}

/// One mistake in a profile: where and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProfileMistake {
    /// The key, dotted, such as `section.path`.
    pub at: String,
    /// What is wrong and how it is mended.
    pub what: String,
}

impl fmt::Display for ProfileMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl Profile {
    /// Every mistake of the profile that can be seen without asking the portal; empty when it is sound.
    pub fn validate(&self) -> Vec<ProfileMistake> {
        check::all_mistakes(self)
    }

    /// The selectors a snapshot has to ask for, so that [`crate::login::classify`] can tell the page.
    pub fn login_selectors(&self) -> Vec<String> {
        self.login.selectors()
    }
}

#[cfg(test)]
mod tests;
