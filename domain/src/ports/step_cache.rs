//! `epic_step_cache` and `epic_order_files`: finished steps, so that none is repeated.

use super::PortResult;
use crate::ids::{BlobRef, FragmentId, PortalName, RecognitionKey, RequestId, Revision};
use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

/// What the text of every [`StepKey::Recognition`] begins with, and of no other key.
pub const RECOGNITIONS: &str = "recognition/";

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
    /// The PDF a note was printed to, for any document with this content.
    Printed {
        /// The note's bytes.
        note: BlobRef,
        /// What it was printed with.
        edition: String,
    },
    /// The recognised words of a page, for any packet it is in.
    Recognition(RecognitionKey),
}

impl StepKey {
    /// The key as one text, for stores that have one key column.
    pub fn text(&self) -> String {
        match self {
            Self::Listing { portal, request, revision, step } => {
                format!("listing/{portal}/{request}/{revision}/{step}")
            }
            Self::Document(fragment) => format!("document/{fragment}"),
            Self::Printed { note, edition } => format!("printed/{note}/{edition}"),
            Self::Recognition(page) => format!("{RECOGNITIONS}{page}"),
        }
    }
}

/// Remembers results of finished steps.
///
/// - C-1 `get` gives back what `put` took, until it expires.
/// - C-2 an expired entry is never handed out.
/// - C-3 `put` under a known key replaces the entry.
/// - C-4 an entry survives a restart.
/// - C-5 of more recognitions than are to be kept, those go that expire first; no other entry goes.
#[async_trait]
pub trait StepCache: Send + Sync {
    /// Reads an entry that has not expired at `now`.
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>>;
    /// Writes an entry.
    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()>;
    /// Removes expired entries and says how many.
    async fn purge(&self, now: Timestamp) -> PortResult<u64>;
    /// Removes recognitions beyond `keep` and says how many.
    async fn trim_recognitions(&self, keep: u64) -> PortResult<u64>;
}
