//! The portal, before login (a browser at the login page) and after it (an authenticated session).

use crate::ids::Generation;
use crate::inbox::{InboxFolder, InboxRow, ListPage};
use crate::patient::{IdentityConflict, PatientIdentity};
use crate::patient_scraper::{ContentKind, ListedDocument, Section};
use crate::redacted::Redacted;
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What went wrong at a portal. Holds no patient data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortalError {
    /// The portal ended the session, or this handle belongs to an older one.
    #[error("the portal has ended the session")]
    SessionLost,
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
    #[error("the portal refuses {what}")]
    NotPermitted {
        /// What was asked for.
        what: String,
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

/// A field of a page snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotField {
    /// The selector it was asked for by.
    pub selector: String,
    /// Its visible text, or value; none when the page has no such element.
    pub text: Option<Redacted<String>>,
}

/// What a browser sees of a page, enough to tell which page it is.
#[derive(Clone, PartialEq, Eq)]
pub struct PageSnapshot {
    /// Path and query, without host.
    pub path: String,
    /// The title.
    pub title: String,
    /// The elements the profile asks about.
    pub fields: Vec<SnapshotField>,
}

impl fmt::Debug for PageSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| field.text.is_some())
            .map(|field| field.selector.as_str())
            .collect();
        f.debug_struct("PageSnapshot")
            .field("path", &self.path)
            .field("present", &present)
            .finish_non_exhaustive()
    }
}

impl PageSnapshot {
    /// The text of an element, if the page has it.
    pub fn text(&self, selector: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.selector == selector)
            .and_then(|field| field.text.as_ref())
            .map(|text| text.reveal().as_str())
    }
}

/// What a login step types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginSecret {
    /// The account's name.
    UserName,
    /// The account's password.
    Password,
    /// A code.
    Code(Redacted<String>),
}

/// One thing done at a login page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginAct {
    /// Type into an element.
    Fill {
        /// Where.
        selector: String,
        /// What.
        secret: LoginSecret,
    },
    /// Press an element and wait for the page that follows.
    Press {
        /// What.
        selector: String,
    },
}

/// A browser at a portal's login pages. Dropping it ends its processes and wipes its profile.
#[async_trait]
pub trait LoginBrowser: Send + Sync {
    /// The page as it is now, once it has settled; asks for these selectors.
    async fn snapshot(&mut self, selectors: &[String]) -> Result<PageSnapshot, PortalError>;
    /// Does one thing.
    async fn act(&mut self, act: &LoginAct) -> Result<(), PortalError>;
    /// The session's cookies, to be kept sealed.
    async fn cookies(&mut self) -> Result<Redacted<String>, PortalError>;
    /// Ends the browser and waits until its processes are gone.
    async fn close(self: Box<Self>);
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

/// One page of a chart list, with the banner it stood under.
#[derive(Clone, Debug)]
pub struct SectionPage {
    /// The patient the screen showed.
    pub banner: PatientIdentity,
    /// The rows.
    pub list: ListPage<ListedDocument>,
}

/// A downloaded document, with the patient its viewer showed.
#[derive(Clone)]
pub struct FetchedDocument {
    /// The patient in the viewer's header.
    pub header: PatientIdentity,
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
    /// One page of a folder's list, from 1.
    async fn messages(&self, folder: &InboxFolder, page: u32) -> Result<ListPage<InboxRow>, PortalError>;
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
    /// One page of a section's list, from 1.
    async fn list(&self, section: Section, page: u32) -> Result<SectionPage, PortalError>;
    /// Downloads a document and reads its viewer's header.
    async fn fetch(&self, document: &ListedDocument) -> Result<FetchedDocument, PortalError>;
}
