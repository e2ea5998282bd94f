//! A portal's profile: what one hospital's pages look like, as data (`config/portals/*.toml`).
//!
//! A new hospital is a new file of this shape, never new code. The file names paths, selectors and JSON
//! pointers; what is done with them is decided in [`crate::login`] and done by the adapters.

mod ask;
mod check;
mod document;
mod lists;
mod pages;
mod signals;
mod value;

pub use ask::{Act, Ask, Drawn, HiddenOf, Method};
pub use document::{Content, DocumentPages};
pub use lists::{
    Banner, ChartOpening, FolderList, ListFilter, ListShape, MessageDetail, MessageDone, MessageList, Paging,
    SectionList,
};
pub use pages::{LoginPage, LoginPages, LoginStep, RecognisedPage, Typed};
pub use signals::{Meaning, Says, ShellSignal, Signals};
pub use value::{IdentityAt, Value, ValueAt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// One hospital's portal, described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What a person calls this kind of portal.
    pub title: String,
    /// The hospital's IANA time zone; its screens show local times without one.
    pub zone: String,
    /// In Basket folders that are read; others are left alone.
    pub wanted_folders: Vec<String>,
    /// Chart types of messages that are read; none: all. Others stay in the In Basket, untouched.
    #[serde(default)]
    pub wanted_chart_types: Vec<String>,
    /// Outcomes after which a message is set Done, by their names in lower case.
    pub done_outcomes: Vec<String>,
    /// `true` when requests name their patient themselves, so that several charts may be open at once. `false`: the
    /// portal keeps the current patient on its server.
    pub stateless: bool,
    /// How the portal is spared.
    #[serde(default)]
    pub politeness: Politeness,
    /// Bounds on what is waited for and taken.
    #[serde(default)]
    pub limits: Limits,
    /// How dates are printed.
    pub formats: Formats,
    /// Recognising and walking the pages before the shell.
    pub login: LoginPages,
    /// The authenticated stay: how it is entered, kept and seen to have ended.
    pub session: SessionPages,
    /// Pages that may come in place of any other after the login; the first whose signals hold counts.
    #[serde(default)]
    pub signals: Vec<ShellSignal>,
    /// The In Basket's folders.
    pub folders: FolderList,
    /// A folder's messages.
    pub messages: MessageList,
    /// One message.
    pub message: MessageDetail,
    /// Setting a message Done; none: people do it.
    #[serde(default)]
    pub done: Option<MessageDone>,
    /// Opening a chart.
    pub chart: ChartOpening,
    /// The lists of an open chart; sections that look alike share one.
    pub sections: Vec<SectionList>,
    /// One document: viewer and content.
    pub document: DocumentPages,
}

/// How a portal is spared: what we promise to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Politeness {
    /// Requests in any minute, at most.
    pub requests_per_minute: u32,
    /// HTTP requests under way at once.
    pub parallel_requests: usize,
    /// Charts open at once; more than one only where the portal is stateless.
    pub open_charts: usize,
    /// Times of the hospital's day in which nothing is begun, as `22:00-05:30`.
    pub quiet_hours: Vec<String>,
}

impl Default for Politeness {
    fn default() -> Self {
        Self { requests_per_minute: 600, parallel_requests: 4, open_charts: 1, quiet_hours: Vec::new() }
    }
}

/// Bounds on what is waited for and taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// One HTTP exchange of a page, headers to last byte, in milliseconds.
    pub request_timeout_ms: u64,
    /// One document, headers to last byte, in milliseconds.
    pub download_timeout_ms: u64,
    /// A page drawn by script, in milliseconds.
    pub drawn_timeout_ms: u64,
    /// One step of a login (a page to settle, a press to be answered), in milliseconds.
    pub login_step_timeout_ms: u64,
    /// The largest document that is downloaded, in bytes.
    pub download_bytes_max: u64,
    /// The largest page that is read, in bytes.
    pub page_bytes_max: u64,
    /// A list with more pages is one whose end is never found.
    pub list_pages_max: u32,
    /// A document with more parts is not believed.
    pub document_parts_max: u32,
    /// A session idle for this long is touched, in seconds; below the portal's inactivity limit.
    pub keep_alive_secs: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_timeout_ms: 30_000,
            download_timeout_ms: 120_000,
            drawn_timeout_ms: 30_000,
            login_step_timeout_ms: 30_000,
            download_bytes_max: 100 << 20,
            page_bytes_max: 16 << 20,
            list_pages_max: 200,
            document_parts_max: 50,
            keep_alive_secs: 300,
        }
    }
}

impl Limits {
    /// One HTTP exchange of a page.
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// One document.
    pub const fn download_timeout(&self) -> Duration {
        Duration::from_millis(self.download_timeout_ms)
    }

    /// A page drawn by script.
    pub const fn drawn_timeout(&self) -> Duration {
        Duration::from_millis(self.drawn_timeout_ms)
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Formats {
    /// Dates, such as `%m/%d/%Y`; the first that fits counts.
    pub dates: Vec<String>,
    /// Dates with their time of day, such as `%m/%d/%Y %I:%M %p`; the first that fits counts.
    pub date_times: Vec<String>,
}

/// The authenticated stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionPages {
    /// The shell page; asking for it tells whether cookies are still good.
    pub home_path: String,
    /// A redirect to a path that begins like this means that the session has ended.
    pub login_path: String,
    /// An HTML answer with any of these elements is a login page, whatever its status and label.
    pub login_selectors: Vec<String>,
    /// A cheap page that keeps the session alive.
    pub touch_path: String,
    /// The token that every change has to carry, where the portal wants one.
    #[serde(default)]
    pub csrf: Option<CsrfToken>,
}

/// Where the shell page keeps its token against forged requests, and the header it goes back in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsrfToken {
    /// The element of the shell page.
    pub selector: String,
    /// Its attribute.
    pub attribute: String,
    /// The request header it goes back in.
    #[serde(default)]
    pub header: Option<String>,
    /// The form field it goes back in.
    #[serde(default)]
    pub field: Option<String>,
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
}

#[cfg(test)]
mod tests;
