//! The two ends of a fax pipeline: the place its files lie in, and the queue its messages wait in.

use super::{BackEnd, PortResult};
use crate::fax::{FaxFormat, UnreadableFaxPage};
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;

/// What is kept of one hand-over.
#[derive(Clone, PartialEq, Eq)]
pub struct FaxRecord {
    /// The bytes that were decided first.
    pub record: Bytes,
    /// Whether its message has been given to the queue.
    pub sent: bool,
}

impl fmt::Debug for FaxRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaxRecord").field("bytes", &self.record.len()).field("sent", &self.sent).finish()
    }
}

/// Files a fax pipeline reads, and beside them what was decided of each hand-over.
///
/// - X-1 a file appears whole or not at all; the same name and content again change nothing.
/// - X-2 of several records under one id the first stays, and every caller is given it.
/// - X-3 a record says that its message was sent from the moment somebody marked it, and never before.
#[async_trait]
pub trait FaxFiles: BackEnd {
    /// Puts a file, and says where the pipeline finds it. The name tells contents apart.
    async fn put(&self, name: &str, bytes: Bytes) -> PortResult<String>;
    /// Keeps a record under an id, unless there is one; gives the one that is there.
    async fn record(&self, fax_id: &str, record: Bytes) -> PortResult<Bytes>;
    /// The record under an id.
    async fn recorded(&self, fax_id: &str) -> PortResult<Option<FaxRecord>>;
    /// Notes that the message of a recorded hand-over was sent.
    async fn mark_sent(&self, fax_id: &str) -> PortResult<()>;
}

/// The queue a fax pipeline takes its messages from.
///
/// - Y-1 a message that was taken is there for the pipeline, whatever happens to us.
/// - Y-2 a message may be there twice: whoever reads it goes by its fax id.
#[async_trait]
pub trait FaxQueue: BackEnd {
    /// Gives it one message, the envelope's JSON.
    async fn send(&self, fax_id: &str, envelope: &str) -> PortResult<()>;
}

/// What a fax is asked to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaxWanted {
    /// TIFF or PDF.
    pub format: FaxFormat,
    /// Its file is not larger.
    pub bytes_max: u64,
}

/// A packet scanned again.
#[derive(Clone, PartialEq, Eq)]
pub struct FaxMade {
    /// The file.
    pub bytes: Bytes,
    /// Pages that will not be readable, in order.
    pub unreadable: Vec<UnreadableFaxPage>,
}

impl fmt::Debug for FaxMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaxMade")
            .field("bytes", &self.bytes.len())
            .field("unreadable", &self.unreadable)
            .finish()
    }
}

/// Scans packets again as a fax machine would: black and white, 204 by 196 dots an inch, Group 4.
///
/// - S-1 the same packet and wish make the same bytes.
/// - S-2 a worker's death or deadline is `Transient`; a packet that cannot be made to fit is `Permanent`.
#[async_trait]
pub trait FaxMaker: Send + Sync {
    /// Makes the fax of a packet.
    async fn make_fax(&self, pdf: &Bytes, wanted: &FaxWanted) -> PortResult<FaxMade>;
}
