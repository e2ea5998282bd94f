//! Work items: what travels between stages. A few hundred bytes, no content, no patient data.

use crate::ids::{DestinationName, OrderId, PortalName, QueueName, RequestId, Revision, WorkItemId};
use crate::keys;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the work item format. A newer one is made visible again, never deleted.
pub const WORK_ITEM_VERSION: u16 = 1;

/// The longest delay a queue takes: what Amazon SQS takes as `DelaySeconds` at most. Longer waits live in the store.
pub const DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Deliveries after which a queue gives an item up ([`crate::ports::WorkQueue::lease_dead`]). Above the number at
/// which a stage parks one by itself, so that this is the way of items that kill whoever takes them.
pub const DELIVERIES_DEAD: u32 = 25;

/// Where the embedded queues keep what they have given up.
pub fn dead_letters() -> QueueName {
    QueueName::new("epic_dead")
}

/// The stages of the way, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Read the message and the chart, download what the plan asks for.
    Scrape,
    /// Make one packet of the fragments.
    Reassembly,
    /// Read the packet's pages.
    Ocr,
    /// Understand the pages, commit the orders.
    Parse,
    /// Hand one order to one destination.
    Route,
    /// Press Done on the message in the In Basket.
    Done,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 6] =
        [Self::Scrape, Self::Reassembly, Self::Ocr, Self::Parse, Self::Route, Self::Done];

    /// The stage's name in ids, queues, spans and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scrape => "scrape",
            Self::Reassembly => "reassembly",
            Self::Ocr => "ocr",
            Self::Parse => "parse",
            Self::Route => "route",
            Self::Done => "done",
        }
    }

    /// The queue this stage leases from. Scraping and Done need a portal's session, so they have one a portal.
    pub fn queue(self, portal: &PortalName) -> QueueName {
        match self {
            Self::Scrape | Self::Done => QueueName::new(format!("epic_{}_{portal}", self.name())),
            Self::Reassembly | Self::Ocr | Self::Parse | Self::Route => {
                QueueName::new(format!("epic_{}", self.name()))
            }
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a work item is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    /// One request.
    Request {
        /// Which.
        request: RequestId,
    },
    /// One order on its way to one destination.
    Delivery {
        /// The order.
        order: OrderId,
        /// Where it goes.
        destination: DestinationName,
    },
}

impl Subject {
    /// The request behind the subject.
    pub fn request(&self) -> RequestId {
        match self {
            Self::Request { request } => request.clone(),
            Self::Delivery { order, .. } => order.request(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Request { request } => request.to_string(),
            Self::Delivery { order, destination } => format!("{order}>{destination}"),
        }
    }
}

/// One durable unit of work for one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkItem {
    /// Derived from stage, subject and revision.
    pub id: WorkItemId,
    /// Who works on it.
    pub stage: Stage,
    /// The portal it came from.
    pub portal: PortalName,
    /// What it is about.
    pub subject: Subject,
    /// The subject's revision.
    pub revision: Revision,
    /// W3C trace context of the request, so that one trace spans every hop.
    pub traceparent: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// See [`WORK_ITEM_VERSION`].
    pub version: u16,
}

impl WorkItem {
    /// Makes an item; its id follows from its inputs.
    pub fn new(
        stage: Stage,
        portal: &PortalName,
        subject: Subject,
        revision: Revision,
        traceparent: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: keys::work_item_id(stage.name(), &subject.text(), revision),
            stage,
            portal: portal.clone(),
            subject,
            revision,
            traceparent,
            created_at: now,
            version: WORK_ITEM_VERSION,
        }
    }

    /// The queue the item belongs into.
    pub fn queue(&self) -> QueueName {
        self.stage.queue(&self.portal)
    }

    /// The next stage's item for the same subject.
    #[must_use]
    pub fn next(&self, stage: Stage, now: Timestamp) -> Self {
        Self::new(stage, &self.portal, self.subject.clone(), self.revision, self.traceparent.clone(), now)
    }
}

/// A work item in hand: nobody else gets it until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The item.
    pub item: WorkItem,
    /// Where it was leased from.
    pub queue: QueueName,
    /// Changes with every lease of the same item; settling with an old one fails as lost.
    pub token: String,
    /// How often the queue has handed the item out, this time included. A crash backstop, no retry counter.
    pub deliveries: u32,
    /// When the lease ends unless renewed.
    pub expires_at: Timestamp,
}
