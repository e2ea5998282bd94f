//! The portal: its door, and the authenticated stay behind it.

use crate::ids::Generation;
use crate::inbox::{InboxFolder, InboxRow};
use crate::patient::{IdentityConflict, PatientIdentity};
use crate::patient_scraper::{ContentKind, ListedDocument, Section};
use crate::ports::LoginBrowser;
use crate::redacted::Redacted;
use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What went wrong at a portal. Holds no patient data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortalError {
    /// The portal ended the session, or this handle belongs to an older one.
    #[error("the portal has ended the session")]
    SessionLost,
    /// The portal ended the session because the account logged in elsewhere: a person may be at work with it.
    #[error("the portal has ended the session: the account was logged in elsewhere")]
    KickedOut,
    /// The portal asks us to slow down.
    #[error("the portal asks to slow down")]
    Throttled {
        /// For how long, where it says.
        retry_after: Option<Duration>,
    },
    /// Not reached, 5xx, timeout, download cut short.
    #[error("the portal is unavailable: {cause}")]
    Unavailable {
        /// What was met.
        cause: String,
    },
    /// Access refused or ended.
    #[error("the portal refuses {what}: {why}")]
    NotPermitted {
        /// What was asked for.
        what: String,
        /// In which way.
        why: Refusal,
    },
    /// Larger than the profile allows; not downloaded to its end.
    #[error("{what} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// What was asked for.
        what: String,
        /// The profile's limit.
        limit_bytes: u64,
    },
    /// No such message or document.
    #[error("the portal does not know {what}")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// The page is not what the profile describes.
    #[error("{page} is not what the profile describes: {signal}")]
    UnexpectedPage {
        /// Which page.
        page: String,
        /// Which signal failed.
        signal: String,
    },
    /// Another patient's identifiers stand where this patient's should.
    #[error("{screen} shows another patient")]
    WrongPatient {
        /// Which screen.
        screen: String,
        /// Which identifier differs.
        conflict: IdentityConflict,
    },
}

/// How a portal refuses. Only a person may answer any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It says no more than that.
    Forbidden,
    /// It asks for a reason, and often the password, before it opens the chart.
    BreakTheGlass,
    /// The time for which this patient's chart was open to us is over.
    AccessEnded,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forbidden => "no permission",
            Self::BreakTheGlass => "Break-the-Glass is asked for",
            Self::AccessEnded => "access to the patient has ended",
        })
    }
}

/// One portal's door: opens browsers at its login page, makes sessions of cookies.
#[async_trait]
pub trait PortalEntrance: Send + Sync {
    /// Opens a browser at the login page.
    async fn open_browser(&self) -> Result<Box<dyn LoginBrowser>, PortalError>;
    /// Makes a session of cookies, after asking the portal whether they are still good.
    ///
    /// # Errors
    /// `SessionLost` when the portal answers with its login page.
    async fn resume(
        &self,
        cookies: &Redacted<String>,
        generation: Generation,
    ) -> Result<Arc<dyn PortalSession>, PortalError>;
}

/// A chart list with all its pages, and the banner it stood under.
#[derive(Clone, Debug)]
pub struct ChartList {
    /// The patient the screen showed.
    pub banner: PatientIdentity,
    /// The rows, each once. As many as the portal claims, where it claims a number.
    pub rows: Vec<ListedDocument>,
}

/// A downloaded document, with the patient its viewer showed.
#[derive(Clone)]
pub struct FetchedDocument {
    /// The patient in the viewer's header.
    pub header: PatientIdentity,
    /// Its files: one, or the parts of a document that the portal hands out in parts, in order. Never none.
    pub files: Vec<FetchedFile>,
}

/// One file of a document.
#[derive(Clone)]
pub struct FetchedFile {
    /// Told by content.
    pub kind: ContentKind,
    /// The bytes.
    pub bytes: Bytes,
}

/// An authenticated stay at a portal. Calls on an ended one give `SessionLost`.
///
/// The adapter bounds parallel requests, and keeps one chart open at a time unless the profile declares the
/// portal stateless.
#[async_trait]
pub trait PortalSession: Send + Sync {
    /// Which stay this is.
    fn generation(&self) -> Generation;
    /// The In Basket's folders that hold messages.
    async fn folders(&self) -> Result<Vec<InboxFolder>, PortalError>;
    /// A folder's list with all its pages, each message once.
    async fn messages(&self, folder: &InboxFolder) -> Result<Vec<InboxRow>, PortalError>;
    /// A message's own text.
    async fn message_body(&self, row: &InboxRow) -> Result<Redacted<String>, PortalError>;
    /// Opens a patient's chart; waits until no other is open. `WrongPatient` when its banner disagrees with the row.
    async fn open_chart(&self, row: &InboxRow) -> Result<Box<dyn OpenChart>, PortalError>;
    /// Presses Done on a message; pressing it again is no error.
    async fn mark_done(&self, row: &InboxRow) -> Result<(), PortalError>;
    /// Keeps the session alive, or finds out that it has ended.
    async fn touch(&self) -> Result<(), PortalError>;
}

/// The one open chart of a session; its documents may be downloaded side by side. Dropping it lets the next one be
/// opened.
#[async_trait]
pub trait OpenChart: Send + Sync {
    /// A section's list with all its pages.
    async fn list(&self, section: Section) -> Result<ChartList, PortalError>;
    /// Downloads a document and reads its viewer's header.
    async fn fetch(&self, document: &ListedDocument) -> Result<FetchedDocument, PortalError>;
}
