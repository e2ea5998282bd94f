//! What `read` says, as data: the published JSON answer and the source of the tables.

use domain::ocr_pool::{ReadMethod, UnseenMark};
use domain::parser::{Document, DocumentClass, Finding, Order, Reason};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `read --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReadReport {
    /// The files, in packet order.
    pub files: Vec<FileReport>,
    /// The packet's pages.
    pub pages: Vec<PageReport>,
    /// The packet's documents with their fields.
    pub documents: Vec<Document>,
    /// The orders found.
    pub orders: Vec<OrderReading>,
    /// What would become of the packet.
    pub outcome: ReadOutcome,
    /// Why, where something waits for a person or nothing is ordered.
    pub reasons: Vec<Reason>,
}

/// One file of the packet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileReport {
    /// As it was given.
    pub file: String,
    /// How many pages it has.
    pub pages: u32,
    /// What had to be mended; none for sound files.
    pub mended: Option<String>,
}

/// One page of the packet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PageReport {
    /// Page of the packet, from 1.
    pub page: u32,
    /// The file, counted from 1.
    pub file: u32,
    /// Page of the file, from 1.
    pub file_page: u32,
    /// How its words were obtained.
    pub method: ReadMethod,
    /// How many words.
    pub words: u32,
    /// 0 to 1.
    pub mean_confidence: f32,
    /// Text that it carries and nobody sees; it was not read.
    pub unseen: Vec<UnseenMark>,
    /// Why nobody could read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_because: Option<String>,
}

/// One order, what the rules say of it and what would become of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderReading {
    /// What was understood, findings included.
    pub order: Order,
    /// What would become of it.
    pub outcome: ReadOutcome,
    /// Why it waits; empty for an order that does not.
    pub reasons: Vec<Reason>,
}

/// What would become of a packet or order if it had come through a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadOutcome {
    /// Nothing stops it: it would be handed over.
    Ready,
    /// It would wait for a person.
    NeedsPerson,
    /// Nothing a DME supplier delivers is ordered.
    NotDme,
    /// The prescriber withdrew it.
    Cancelled,
    /// Another order among the files took its place.
    Superseded,
}

impl ReadOutcome {
    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ready => "ready to be handed over",
            Self::NeedsPerson => "waits for a person",
            Self::NotDme => "no DME order",
            Self::Cancelled => "cancelled",
            Self::Superseded => "replaced by another order",
        }
    }
}

impl ReadReport {
    /// Whether any page reads like a document of a kind we know.
    pub fn is_medical(&self) -> bool {
        self.documents.iter().any(|document| document.class != DocumentClass::Other)
    }

    /// Every finding of every order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.orders.iter().flat_map(|reading| &reading.order.findings)
    }
}
