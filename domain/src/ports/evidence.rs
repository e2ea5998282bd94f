//! What a page looked like when something failed: kept sealed, for a person on call, and no longer than set.

use crate::ids::PortalName;
use crate::keys::plain_hash;
use crate::ports::{PagePicture, PortResult};
use async_trait::async_trait;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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

impl Evidence {
    /// Its place in lists: kept again, after an answer that was lost, it is the same.
    pub fn line(&self) -> EvidenceLine {
        let Self { portal, taken_at, page, signal, .. } = self;
        let moment = taken_at.as_nanosecond().to_string();
        let hash = plain_hash(&["evidence", portal.as_str(), &moment, page, signal]);
        // In the order of time, also where nothing but the name is seen.
        let id = format!("{}-{}", taken_at.strftime("%Y%m%dT%H%M%S%3fZ"), hash.get(..10).unwrap_or(&hash));
        EvidenceLine {
            id,
            portal: portal.clone(),
            taken_at: *taken_at,
            page: page.clone(),
            signal: signal.clone(),
        }
    }
}

/// An entry of the list of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// Keeps evidence.
///
/// - E-1 What was kept is got back as it was, across restarts.
/// - E-2 A list is newest first.
/// - E-3 Purging removes what is older than the moment given, bytes included, and nothing else.
/// - E-4 Nothing of a page lies readable on disk.
/// - E-5 Of more than [`EVIDENCE_MAX`] entries of one portal the oldest goes first.
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
