//! `epic_step_cache` and `epic_order_files`: finished steps, so that none is repeated.

use super::PortResult;
use crate::ids::{BlobRef, FragmentId, ModelAnswerKey, PortalName, RecognitionKey, RequestId, Revision};
use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;

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
    /// What a language model answered to a question, for any packet that asks the same.
    ModelAnswer(ModelAnswerKey),
    /// What was spent on language models.
    Spending(SpendingOf),
}

/// On what money was spent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpendingOf {
    /// All there is on one day of the service's clock (UTC).
    Day(Date),
    /// One request's orders, all its revisions together.
    Request(RequestId),
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
            Self::ModelAnswer(question) => format!("model/{question}"),
            Self::Spending(SpendingOf::Day(day)) => format!("spending/day/{day}"),
            Self::Spending(SpendingOf::Request(request)) => format!("spending/request/{request}"),
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
/// - C-6 `swap` replaces an entry only where it is as expected (none: there is none, or it has expired) and says whether
///   it did; of racing swaps from one state one wins.
#[async_trait]
pub trait StepCache: Send + Sync {
    /// Reads an entry that has not expired at `now`.
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>>;
    /// Writes an entry.
    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()>;
    /// Puts `value` in the place of `expected`; `false` where something else is there at `now`.
    async fn swap(
        &self,
        key: &StepKey,
        expected: Option<&Bytes>,
        value: Bytes,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> PortResult<bool>;
    /// Removes expired entries and says how many.
    async fn purge(&self, now: Timestamp) -> PortResult<u64>;
    /// Removes recognitions beyond `keep` and says how many.
    async fn trim_recognitions(&self, keep: u64) -> PortResult<u64>;
}
