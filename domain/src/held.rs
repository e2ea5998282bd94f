//! Work items that a request keeps back from the queues: given up for a person, or waiting for longer than a
//! queue can. Each belongs to one item, so that one delivery's trouble is not its siblings'.

use crate::request::Request;
use crate::retry::Cause;
use crate::work::{Stage, Subject, WorkItem};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One item that is kept back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The stage it stands before.
    pub stage: Stage,
    /// What it is about.
    pub subject: Subject,
    /// Why it is kept back.
    pub hold: Hold,
}

/// Why an item is kept back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "hold", rename_all = "snake_case")]
pub enum Hold {
    /// Given up; a person can send it on.
    Parked {
        /// Why.
        cause: Cause,
        /// What to do about it; no patient data.
        detail: String,
        /// Since when.
        at: Timestamp,
    },
    /// Goes on by itself; recovery enqueues it when it is due.
    Waiting {
        /// Why.
        cause: Cause,
        /// When it is due.
        until: Timestamp,
    },
}

impl Held {
    /// Whether this is the item.
    pub fn is(&self, stage: Stage, subject: &Subject) -> bool {
        self.stage == stage && self.subject == *subject
    }

    /// Whether a person has to send it on.
    pub const fn is_parked(&self) -> bool {
        matches!(self.hold, Hold::Parked { .. })
    }

    /// Whether it waits no more.
    pub fn is_due(&self, now: Timestamp) -> bool {
        matches!(self.hold, Hold::Waiting { until, .. } if until <= now)
    }

    /// The item, to be enqueued.
    pub fn item(&self, request: &Request, now: Timestamp) -> WorkItem {
        let traceparent = request.traceparent.clone();
        WorkItem::new(self.stage, &request.portal, self.subject.clone(), request.revision, traceparent, now)
    }

    /// A stable word for lists, such as `done:parked:unavailable`.
    pub fn code(&self) -> String {
        match &self.hold {
            Hold::Parked { cause, .. } => format!("{}:parked:{}", self.stage, cause.name()),
            Hold::Waiting { cause, .. } => format!("{}:waiting:{}", self.stage, cause.name()),
        }
    }

    /// What a person is told of it; no patient data.
    pub fn note(&self) -> String {
        let what = match &self.subject {
            Subject::Request { .. } => self.stage.name().to_owned(),
            Subject::Delivery { order, destination } => {
                format!("{} of {order} to {destination}", self.stage)
            }
        };
        match &self.hold {
            Hold::Parked { cause, detail, .. } => format!("{what} was given up: {}: {detail}", cause.name()),
            Hold::Waiting { cause, until } => format!("{what} waits until {until}: {}", cause.name()),
        }
    }
}
