//! What a page looked like when something failed: kept sealed, for a person on call, and no longer than set.

use crate::ids::PortalName;
use crate::ports::{PagePicture, PortResult};
use async_trait::async_trait;
use jiff::Timestamp;
use std::fmt;

/// One page that was not what it should have been.
#[derive(Clone)]
pub struct Evidence {
    /// At which portal.
    pub portal: PortalName,
    /// When.
    pub taken_at: Timestamp,
    /// What a person calls the page; no patient data.
    pub page: String,
    /// What was wrong with it; no patient data.
    pub signal: String,
    /// The page itself.
    pub picture: PagePicture,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("portal", &self.portal)
            .field("page", &self.page)
            .field("signal", &self.signal)
            .finish_non_exhaustive()
    }
}

/// An entry of the list of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLine {
    /// By this it is fetched.
    pub id: String,
    /// At which portal.
    pub portal: PortalName,
    /// When.
    pub taken_at: Timestamp,
    /// What a person calls the page.
    pub page: String,
    /// What was wrong with it.
    pub signal: String,
}

/// Keeps evidence. Clauses: E-1 what was kept is got back as it was, across restarts; E-2 a list is newest first; E-3
/// purging removes what is older than the moment given, bytes included, and nothing else; E-4 nothing of a page lies
/// readable on disk; E-5 more than [`EVIDENCE_MAX`] entries of one portal: the oldest goes first.
#[async_trait]
pub trait EvidenceStore: Send + Sync {
    /// Keeps one page; gives its id.
    async fn keep(&self, evidence: &Evidence) -> PortResult<String>;
    /// What is kept of a portal, or of all.
    async fn list(&self, portal: Option<&PortalName>) -> PortResult<Vec<EvidenceLine>>;
    /// One page.
    async fn get(&self, id: &str) -> PortResult<Option<PagePicture>>;
    /// Removes what was taken before; tells how many.
    async fn purge(&self, before: Timestamp) -> PortResult<u64>;
}

/// Entries kept of one portal: a portal that fails all night must not fill the disk.
pub const EVIDENCE_MAX: usize = 200;
