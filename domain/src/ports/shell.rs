//! The portal's own shell, read for its shape alone: by the probe, the recorder and the drift canary.

use crate::drift::{MaskedPage, PageShape};
use crate::ids::PortalName;
use crate::ports::{PortResult, PortalError};
use crate::redacted::Redacted;
use async_trait::async_trait;
use std::time::Duration;

/// One page of the shell.
#[derive(Clone, Debug)]
pub struct ShellPage {
    /// The page, masked.
    pub masked: MaskedPage,
    /// What it lists, such as `4 folders`; no patient data.
    pub shows: String,
    /// Headers to last byte.
    pub took: Duration,
}

/// A portal whose shell can be read: home, folders, the first page of a wanted folder's messages. No message and no
/// chart is opened, nothing is downloaded, nothing is changed.
#[async_trait]
pub trait PortalShell: Send + Sync {
    /// The shell's pages, in the order they are met. A page that does not fit the profile is among them, with the
    /// keys that fail; what lies behind it is left out.
    ///
    /// # Errors
    /// `SessionLost` when the cookies are not good, and what keeps a page from coming at all.
    async fn shell(&self, cookies: &Redacted<String>) -> Result<Vec<ShellPage>, PortalError>;
    /// A page that a browser has seen, masked: its name, its source.
    fn masked(&self, page: &str, source: &Redacted<String>) -> MaskedPage;
}

/// Where a portal's recorded pages lie: what the canary compares with.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// The shapes of the recorded pages; none where nothing was recorded yet.
    async fn shapes(&self, portal: &PortalName) -> PortResult<Vec<PageShape>>;
    /// Records pages, in place of those recorded before.
    async fn record(&self, portal: &PortalName, pages: &[MaskedPage]) -> PortResult<()>;
}
