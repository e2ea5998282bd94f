//! A browser at a portal's login pages: what it sees, what it is told to do.

use crate::ports::PortalError;
use crate::redacted::Redacted;
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;

/// An element of a page: in the top page, or in a frame of it, to any depth.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locator {
    /// Selectors of the frames that lead to it, outermost first.
    pub frames: Vec<String>,
    /// The element's selector in the innermost.
    pub selector: String,
}

/// What a snapshot is asked about one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameQuestion {
    /// Selectors of the frames that lead to it, outermost first; none: the top page.
    pub frames: Vec<String>,
    /// The elements asked about.
    pub selectors: Vec<String>,
}

/// A field of a page snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotField {
    /// The selector it was asked for by.
    pub selector: String,
    /// Its visible text, or value; none when the page has no such element.
    pub text: Option<Redacted<String>>,
}

/// What a browser sees of one frame, enough to tell which page it is.
#[derive(Clone, PartialEq, Eq)]
pub struct FrameView {
    /// The frames that led to it, as asked.
    pub frames: Vec<String>,
    /// Path and query, without host.
    pub path: String,
    /// The HTTP status it came with; 0 where the browser does not tell.
    pub status: u16,
    /// The title.
    pub title: String,
    /// The elements the profile asks about.
    pub fields: Vec<SnapshotField>,
}

impl fmt::Debug for FrameView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| field.text.is_some())
            .map(|field| field.selector.as_str())
            .collect();
        f.debug_struct("FrameView")
            .field("frames", &self.frames)
            .field("path", &self.path)
            .field("status", &self.status)
            .field("present", &present)
            .finish_non_exhaustive()
    }
}

impl FrameView {
    /// The text of an element, if the frame has it.
    pub fn text(&self, selector: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.selector == selector)
            .and_then(|field| field.text.as_ref())
            .map(|text| text.reveal().as_str())
    }
}

/// What a browser sees of a page: those of the frames asked about that are there, the top page first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSnapshot {
    /// One view a frame.
    pub views: Vec<FrameView>,
}

impl PageSnapshot {
    /// The view of a frame, if the page has it.
    pub fn view(&self, frames: &[String]) -> Option<&FrameView> {
        self.views.iter().find(|view| view.frames == frames)
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
        at: Locator,
        /// What.
        secret: LoginSecret,
        /// One character into each of the elements that match, in their order.
        boxes: bool,
    },
    /// Choose an option of a list.
    Choose {
        /// The list.
        at: Locator,
        /// The option, by its text.
        option: String,
    },
    /// Press an element and wait for the page that follows.
    Press {
        /// What.
        at: Locator,
        /// Of several that match, the one whose text holds these words.
        says: Option<String>,
    },
}

/// A page as it was when something failed, for a person to look at; kept sealed.
#[derive(Clone)]
pub struct PagePicture {
    /// The page's source.
    pub html: Option<Redacted<String>>,
    /// A screenshot, PNG.
    pub png: Option<Bytes>,
}

/// A browser at a portal's login pages. Dropping it ends its processes and wipes its profile.
#[async_trait]
pub trait LoginBrowser: Send + Sync {
    /// The page as it is now, once it has settled; asks about these frames. A frame that is not there has no view.
    async fn snapshot(&mut self, questions: &[FrameQuestion]) -> Result<PageSnapshot, PortalError>;
    /// Does one thing.
    async fn act(&mut self, act: &LoginAct) -> Result<(), PortalError>;
    /// The session's cookies, to be kept sealed.
    async fn cookies(&mut self) -> Result<Redacted<String>, PortalError>;
    /// The page as evidence of a failure; fields that were typed into are emptied first.
    async fn picture(&mut self) -> Result<PagePicture, PortalError>;
    /// Ends the browser and waits until its processes are gone.
    async fn close(self: Box<Self>);
}
