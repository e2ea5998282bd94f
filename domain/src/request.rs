//! A request: one In Basket message for one patient, and how far it has come.

use crate::ids::{MessageKey, PatientKey, PortalName, RequestId, Revision};
use crate::inbox::InboxRow;
use crate::ocr_pool::RecognizedPacket;
use crate::parser::{OrderState, Reason};
use crate::patient_scraper::{Fragment, LedgerLine};
use crate::reassembly::AssembledPacket;
use crate::redacted::Redacted;
use crate::retry::{Cause, FailureCounts};
use crate::work::{Stage, Subject, WorkItem};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the scraper brought home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapturedChart {
    /// The message's own text.
    pub message_body: Redacted<String>,
    /// In packet order.
    pub fragments: Vec<Fragment>,
    /// A reason for everything not captured.
    pub ledger: Vec<LedgerLine>,
}

/// An item that could not be finished, kept for a person who can send it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Park {
    /// The stage it stands before.
    pub stage: Stage,
    /// Why.
    pub cause: Cause,
    /// What to do about it; no patient data.
    pub detail: String,
    /// Since when.
    pub at: Timestamp,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RequestStatus {
    /// A stage works on it, or will.
    InWork {
        /// The stage it stands before.
        stage: Stage,
    },
    /// Waits for a person before it could be parsed, such as after a patient mix-up.
    NeedsPerson {
        /// Why.
        reasons: Vec<Reason>,
    },
    /// Given up by a stage; a person can send it on.
    Parked(Park),
    /// Parsed: its orders, or their absence, say the rest.
    Parsed,
}

/// One In Basket message for one patient: the unit of work until parsing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Named by message and patient.
    pub id: RequestId,
    /// The portal.
    pub portal: PortalName,
    /// The message.
    pub message: MessageKey,
    /// The patient.
    pub patient: PatientKey,
    /// Raised by a person's act or late evidence.
    pub revision: Revision,
    /// The In Basket row it came from.
    pub row: InboxRow,
    /// When we first saw it.
    pub created_at: Timestamp,
    /// When a stage last brought it further.
    pub progress_at: Timestamp,
    /// Root of its trace.
    pub traceparent: Option<String>,
    /// Where it stands.
    pub status: RequestStatus,
    /// Failures that counted.
    pub failures: FailureCounts,
    /// Set by the scraper.
    pub captured: Option<CapturedChart>,
    /// Set by reassembly.
    pub packet: Option<AssembledPacket>,
    /// Set by the OCR pool.
    pub recognized: Option<RecognizedPacket>,
    /// Set by the parser and the router: the orders' states, so that a list needs no second look-up.
    pub order_states: Vec<OrderState>,
    /// When Done was pressed on the message.
    pub done_at: Option<Timestamp>,
}

impl Request {
    /// A new request as the inbox makes it.
    pub fn new(
        id: RequestId,
        portal: PortalName,
        message: MessageKey,
        patient: PatientKey,
        row: InboxRow,
        traceparent: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            portal,
            message,
            patient,
            revision: Revision::FIRST,
            row,
            created_at: now,
            progress_at: now,
            traceparent,
            status: RequestStatus::InWork { stage: Stage::Scrape },
            failures: FailureCounts::default(),
            captured: None,
            packet: None,
            recognized: None,
            order_states: Vec::new(),
            done_at: None,
        }
    }

    /// The work item that brings this request to a stage.
    pub fn item(&self, stage: Stage, now: Timestamp) -> WorkItem {
        let subject = Subject::Request { request: self.id.clone() };
        WorkItem::new(stage, &self.portal, subject, self.revision, self.traceparent.clone(), now)
    }

    /// Moves the request before a stage: forgets the failures of the stage it left.
    pub fn advance_to(&mut self, stage: Stage, now: Timestamp) {
        if let RequestStatus::InWork { stage: left } = self.status {
            self.failures.clear(left);
        }
        self.status = RequestStatus::InWork { stage };
        self.progress_at = now;
    }

    /// Whether the service has still something to do for it by itself: it is not at rest, or it is done with and
    /// Done may have to be pressed.
    pub fn in_motion(&self) -> bool {
        let closed = |state: &OrderState| matches!(state, OrderState::Closed(_));
        let awaits_done = self.status == RequestStatus::Parsed
            && self.done_at.is_none()
            && !self.order_states.is_empty()
            && self.order_states.iter().all(closed);
        !self.at_rest() || awaits_done
    }

    /// Where it stands, in one stable word: the stage it stands before, `route`, `needs_person`, `parked`, the
    /// outcome of its first order, or `parsed` when it has none.
    pub fn standing(&self) -> &'static str {
        let waits = |state: &OrderState| matches!(state, OrderState::NeedsPerson { .. });
        let open = |state: &OrderState| matches!(state, OrderState::Routing { .. });
        match (&self.status, self.order_states.as_slice()) {
            (RequestStatus::InWork { stage }, _) => stage.name(),
            (RequestStatus::NeedsPerson { .. }, _) => "needs_person",
            (RequestStatus::Parked(_), _) => "parked",
            (RequestStatus::Parsed, states) if states.iter().any(waits) => "needs_person",
            (RequestStatus::Parsed, states) if states.iter().any(open) => "route",
            (RequestStatus::Parsed, [OrderState::Closed(outcome), ..]) => outcome.name(),
            (RequestStatus::Parsed, _) => "parsed",
        }
    }

    /// Whether nothing happens to it without a person: parsed with every order settled, or waiting.
    pub fn at_rest(&self) -> bool {
        match &self.status {
            RequestStatus::InWork { .. } => false,
            RequestStatus::NeedsPerson { .. } | RequestStatus::Parked(_) => true,
            RequestStatus::Parsed => {
                self.order_states.iter().all(|state| !matches!(state, OrderState::Routing { .. }))
            }
        }
    }
}
