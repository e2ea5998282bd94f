//! The blob store: files kept under an address made of their content.

use super::PortResult;
use crate::ids::BlobRef;
use async_trait::async_trait;
use bytes::Bytes;
use jiff::SignedDuration;

/// Why bytes are kept, which decides for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlobClass {
    /// A file as a portal gave it, or as it was printed from one.
    Chart,
    /// A packet: what orders rest on, kept as long as they are.
    Packet,
}

impl BlobClass {
    /// Every class.
    pub const ALL: [Self; 2] = [Self::Chart, Self::Packet];

    /// The class's name: the first part of its blobs' addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Packet => "packet",
        }
    }

    /// The address of bytes of this class with this keyed hash.
    pub fn address(self, hash: &[u8; 32]) -> BlobRef {
        BlobRef::new(format!("{}-{}", self.name(), data_encoding::BASE32_DNSSEC.encode(hash)))
    }

    /// The class and the hash's text of an address; none for what is no address of ours.
    pub fn of(blob: &BlobRef) -> Option<(Self, &str)> {
        let (name, hash) = blob.as_str().split_once('-')?;
        let class = Self::ALL.into_iter().find(|class| class.name() == name)?;
        // 256 bits in base32.
        let is_hash = hash.len() == 52 && hash.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        is_hash.then_some((class, hash))
    }
}

/// Stores bytes under a keyed hash of their content.
///
/// - B-1 `get` gives back exactly what `put` took.
/// - B-2 `put` is atomic: a crash leaves the whole blob or none, never a part.
/// - B-3 putting the same bytes again gives the same address and changes nothing.
/// - B-4 an unknown address is `NotFound`.
/// - B-5 content that does not match its address is `Permanent`, never handed out.
/// - B-6 what is stored does not show the content.
/// - B-7 a class has addresses of its own, so that each can be kept for a time of its own.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Stores bytes.
    async fn put(&self, class: BlobClass, bytes: Bytes) -> PortResult<BlobRef>;
    /// Reads bytes.
    async fn get(&self, blob: &BlobRef) -> PortResult<Bytes>;
    /// Whether the address is known.
    async fn contains(&self, blob: &BlobRef) -> PortResult<bool>;
    /// A link that gives the content to whoever has it, until it expires; none where the store has no links.
    async fn link(&self, blob: &BlobRef, valid_for: SignedDuration) -> PortResult<Option<String>> {
        let _ = (blob, valid_for);
        Ok(None)
    }
}
