//! `epic_step_cache` and `epic_order_files`: finished steps of a scrape, so that none is repeated.

use super::PortResult;
use crate::ids::{FragmentId, PortalName, RequestId, Revision};
use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

/// Names a finished step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StepKey {
    /// A message or listing of one request: true for this scrape only, at most 12 hours.
    Listing {
        /// The portal.
        portal: PortalName,
        /// The request.
        request: RequestId,
        /// Its revision.
        revision: Revision,
        /// Such as `orders/2`; no patient data.
        step: String,
    },
    /// A downloaded document in one version, for any request.
    Document(FragmentId),
}

impl StepKey {
    /// The key as one text, for stores that have one key column.
    pub fn text(&self) -> String {
        match self {
            Self::Listing { portal, request, revision, step } => {
                format!("listing/{portal}/{request}/{revision}/{step}")
            }
            Self::Document(fragment) => format!("document/{fragment}"),
        }
    }
}

/// Remembers results of finished steps.
///
/// - C-1 `get` gives back what `put` took, until it expires.
/// - C-2 an expired entry is never handed out.
/// - C-3 `put` under a known key replaces the entry.
/// - C-4 an entry survives a restart.
#[async_trait]
pub trait StepCache: Send + Sync {
    /// Reads an entry that has not expired at `now`.
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>>;
    /// Writes an entry.
    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()>;
    /// Removes expired entries and says how many.
    async fn purge(&self, now: Timestamp) -> PortResult<u64>;
}
