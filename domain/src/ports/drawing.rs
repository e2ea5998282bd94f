//! Pages of a stay that HTTP alone does not give: drawn in a browser with the stay's cookies.

use crate::ports::PortalError;
use crate::redacted::Redacted;
use async_trait::async_trait;
use bytes::Bytes;
use std::time::Duration;

/// A page of the stay that its own script has to draw.
#[derive(Clone, Debug)]
pub struct DrawnQuestion {
    /// Whole address, on the portal's own host.
    pub address: String,
    /// The stay's cookies, as [`LoginBrowser::cookies`] gave them or newer.
    pub cookies: Redacted<String>,
    /// Frames that lead to the part that is wanted, outermost first.
    pub frames: Vec<String>,
    /// The page is drawn once this element is there.
    pub ready: String,
    /// What is wanted of it.
    pub wanted: DrawnPart,
    /// The time it may take.
    pub within: Duration,
    /// The most it may give, in bytes.
    pub bytes_max: u64,
}

/// What is wanted of a drawn page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawnPart {
    /// Its source as drawn.
    Html,
    /// The file behind a `blob:` or `data:` address in an element's attribute.
    File {
        /// The element.
        selector: String,
        /// The attribute.
        attribute: String,
    },
    /// The page printed to PDF.
    Print,
}

/// Draws pages that HTTP alone does not give, in a browser with the stay's cookies.
#[async_trait]
pub trait PageDrawer: Send + Sync {
    /// Draws one page.
    ///
    /// # Errors
    /// `Unavailable` when it is not ready in time or the browser fails, `TooLarge`, `UnexpectedPage` when the part
    /// wanted is not there.
    async fn draw(&self, question: &DrawnQuestion) -> Result<Bytes, PortalError>;
}
