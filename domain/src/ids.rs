//! The one list of identifiers. Each is a newtype, none holds patient data: what names a patient, a
//! message or a file is an HMAC under the installation key (see [`crate::keys`]).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; deriving it is the caller's part.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id! {
    /// A portal's name in the configuration, such as `albany-med`.
    PortalName,
    /// A destination's name in the configuration, such as `folder`.
    DestinationName,
    /// HMAC of (portal, MRN): one patient at one portal.
    PatientKey,
    /// HMAC of (portal, Epic message id): one In Basket message.
    MessageKey,
    /// HMAC of (message, patient): the unit of work until parsing.
    RequestId,
    /// HMAC of (portal, patient, Epic document id, version): one downloaded file.
    FragmentId,
    /// Hash of the manifest a packet was made from.
    PacketId,
    /// `request.ordinal`: one order of a request.
    OrderId,
    /// A document's place in a packet: `packet-first page`.
    DocumentId,
    /// Keyed hash of a blob's content; its address in the blob store.
    BlobRef,
    /// Derived from a work item's inputs, so that a repeat is recognisable.
    WorkItemId,
    /// The name of one durable queue, such as `epic_ocr`.
    QueueName,
    /// Keyed hash of normalised name and date of birth: one patient across portals.
    PatientBlock,
    /// What the words of a page depend on: its content and the way of reading. As the reader names it.
    PageKey,
    /// HMAC of a page key: under this the page's words are kept for other packets.
    RecognitionKey,
    /// HMAC of a question to a language model: under this its answer is kept.
    ModelAnswerKey,
}

/// Raised only by a person's act or late evidence; part of every commit key, so that a replay is new
/// work and a repeat is not. The first revision is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Revision(pub u32);

impl Revision {
    /// The revision every request starts with.
    pub const FIRST: Self = Self(1);
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Counts the authenticated stays of one portal; facts about an older one are ignored.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Generation(pub u64);

impl Generation {
    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl OrderId {
    /// The `ordinal`-th order (from 1) of a request.
    pub fn of(request: &RequestId, ordinal: usize) -> Self {
        Self(format!("{request}.{ordinal}"))
    }

    /// The request this order came from.
    pub fn request(&self) -> RequestId {
        RequestId::new(self.0.rsplit_once('.').map_or(self.0.as_str(), |(request, _)| request))
    }
}
