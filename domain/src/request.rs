//! A request: one In Basket message for one patient, and how far it has come.

use crate::held::{Held, Hold};
use crate::ids::{MessageKey, OrderId, PatientKey, PortalName, RequestId, Revision};
use crate::inbox::InboxRow;
use crate::ocr_pool::RecognizedPacket;
use crate::parser::{OrderState, Reason};
pub use crate::patient_scraper::CapturedChart;
use crate::reassembly::AssembledPacket;
use crate::retry::{Cause, FailureCounts};
use crate::work::{Stage, Subject, WorkItem};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Given up before it was parsed; a person can send it on.
    Parked(Park),
    /// Parsed: its orders, or their absence, and what is [`Request::held`] of them say the rest.
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
    /// Item families whose plans the next reading of the chart covers beside what it is told: those of the orders that
    /// were read, or a person's choice.
    #[serde(default)]
    pub families: Vec<String>,
    /// How often the chart was read for more within this revision, because an order turned out to be for something
    /// else than the message told.
    #[serde(default)]
    pub round: u32,
    /// Set by the scraper.
    pub captured: Option<CapturedChart>,
    /// Set by reassembly.
    pub packet: Option<AssembledPacket>,
    /// Set by the OCR pool.
    pub recognized: Option<RecognizedPacket>,
    /// Set by the parser and the router: the orders' states, so that a list needs no second look-up.
    pub order_states: Vec<OrderState>,
    /// Items kept back from the queues: those that wait for long, and deliveries and Done where they were given up.
    #[serde(default)]
    pub held: Vec<Held>,
    /// When Done was pressed on the message.
    pub done_at: Option<Timestamp>,
    /// When recovery last enqueued something of it.
    #[serde(default)]
    pub recovered_at: Option<Timestamp>,
    /// Set once it is known that the portal's profile asks for no Done after these outcomes.
    #[serde(default)]
    pub done_unwanted: bool,
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
            families: Vec::new(),
            round: 0,
            captured: None,
            packet: None,
            recognized: None,
            order_states: Vec::new(),
            held: Vec::new(),
            done_at: None,
            recovered_at: None,
            done_unwanted: false,
        }
    }

    /// The request as a work item's subject.
    pub fn subject(&self) -> Subject {
        Subject::Request { request: self.id.clone() }
    }

    /// The work item that brings this request to a stage.
    pub fn item(&self, stage: Stage, now: Timestamp) -> WorkItem {
        WorkItem::new(stage, &self.portal, self.subject(), self.revision, self.traceparent.clone(), now)
    }

    /// Whether an item still stands between the request and what comes next.
    pub fn wants(&self, item: &WorkItem) -> bool {
        let open = match item.stage {
            Stage::Scrape | Stage::Reassembly | Stage::Ocr | Stage::Parse => {
                self.status == RequestStatus::InWork { stage: item.stage }
            }
            Stage::Route => self.open_deliveries().any(|subject| subject == item.subject),
            Stage::Done => self.status == RequestStatus::Parsed && self.done_at.is_none(),
        };
        open && self.revision == item.revision && !self.is_parked(item.stage, &item.subject)
    }

    /// Moves the request before a stage: forgets the failures of the stage it left.
    pub fn advance_to(&mut self, stage: Stage, now: Timestamp) {
        self.leave(RequestStatus::InWork { stage }, now);
    }

    /// Parsed, with its orders' states, in one change: a parsed request that knows none would look settled.
    pub fn parsed(&mut self, states: Vec<OrderState>, now: Timestamp) {
        self.leave(RequestStatus::Parsed, now);
        self.mirror(states, now);
    }

    /// Takes over its orders' states, and forgets what was held of deliveries that have ended.
    pub fn mirror(&mut self, states: Vec<OrderState>, now: Timestamp) {
        let open_before: Vec<Subject> = self.open_deliveries().collect();
        self.order_states = states;
        self.progress_at = now;
        let open: Vec<Subject> = self.open_deliveries().collect();
        for ended in open_before.iter().filter(|subject| !open.contains(subject)) {
            self.failures.clear(Stage::Route, ended);
        }
        self.held.retain(|held| held.stage != Stage::Route || open.contains(&held.subject));
    }

    /// Done was pressed.
    pub fn done(&mut self, now: Timestamp) {
        self.done_at = Some(now);
        let subject = self.subject();
        self.settle(Stage::Done, &subject);
    }

    /// Begins anew as the next revision: nothing of the last one counts any more.
    pub fn begin_anew(&mut self, now: Timestamp) {
        self.revision = Revision(self.revision.0 + 1);
        (self.captured, self.packet, self.recognized) = (None, None, None);
        (self.families, self.round) = (Vec::new(), 0);
        self.order_states.clear();
        self.held.clear();
        (self.done_at, self.done_unwanted) = (None, false);
        self.leave(RequestStatus::InWork { stage: Stage::Scrape }, now);
        self.failures = FailureCounts::default();
    }

    /// The chart is read once more within this revision, for these families too; what was read so far stays in the
    /// step cache. Whoever calls this moves the request before [`Stage::Scrape`].
    pub fn read_again(&mut self, families: Vec<String>) {
        self.round += 1;
        self.families = families;
        (self.captured, self.packet, self.recognized) = (None, None, None);
    }

    fn leave(&mut self, status: RequestStatus, now: Timestamp) {
        if let RequestStatus::InWork { stage } = self.status {
            let subject = self.subject();
            self.settle(stage, &subject);
        }
        self.status = status;
        self.progress_at = now;
    }

    fn settle(&mut self, stage: Stage, subject: &Subject) {
        self.failures.clear(stage, subject);
        self.held.retain(|held| !held.is(stage, subject));
    }
}

/// What is kept back from the queues.
impl Request {
    /// Gives an item up for a person: the whole request until it is parsed, the one delivery or Done after that.
    pub fn park(&mut self, item: &WorkItem, cause: Cause, detail: String, now: Timestamp) {
        self.progress_at = now;
        match item.stage {
            Stage::Scrape | Stage::Reassembly | Stage::Ocr | Stage::Parse => {
                self.held.retain(|held| !held.is(item.stage, &item.subject));
                self.status = RequestStatus::Parked(Park { stage: item.stage, cause, detail, at: now });
            }
            Stage::Route | Stage::Done => self.hold(item, Hold::Parked { cause, detail, at: now }),
        }
    }

    /// Has an item wait in the store.
    pub fn wait(&mut self, item: &WorkItem, cause: Cause, until: Timestamp) {
        self.hold(item, Hold::Waiting { cause, until });
    }

    fn hold(&mut self, item: &WorkItem, hold: Hold) {
        self.held.retain(|held| !held.is(item.stage, &item.subject));
        self.held.push(Held { stage: item.stage, subject: item.subject.clone(), hold });
    }

    /// Whether an item must not be worked on now: it was given up, or waits.
    pub fn holds_back(&self, item: &WorkItem, now: Timestamp) -> bool {
        self.revision == item.revision
            && self.held.iter().any(|held| held.is(item.stage, &item.subject) && !held.is_due(now))
    }

    /// The waiting items that are due.
    pub fn due(&self, now: Timestamp) -> Vec<WorkItem> {
        self.held.iter().filter(|held| held.is_due(now)).map(|held| held.item(self, now)).collect()
    }

    /// Forgets the waits that are over at this time; says whether there were any.
    pub fn forget_due(&mut self, now: Timestamp) -> bool {
        let before = self.held.len();
        self.held.retain(|held| !held.is_due(now));
        let any = self.held.len() < before;
        if any {
            self.progress_at = now;
        }
        any
    }

    /// Lets go of the items chosen, with a clean record, and gives them to be enqueued: a person sends them on.
    pub fn send_on(&mut self, chosen: impl Fn(&Held) -> bool, now: Timestamp) -> Vec<WorkItem> {
        let sent: Vec<Held> = self.held.iter().filter(|held| chosen(held)).cloned().collect();
        let mut items = Vec::new();
        for held in &sent {
            self.settle(held.stage, &held.subject);
            items.push(held.item(self, now));
            self.progress_at = now;
        }
        items
    }

    fn is_parked(&self, stage: Stage, subject: &Subject) -> bool {
        self.held.iter().any(|held| held.is(stage, subject) && held.is_parked())
    }
}

/// Where it stands.
impl Request {
    /// The deliveries without a receipt, as far as the request knows. Orders are numbered from 1 in the order of
    /// their states.
    pub fn open_deliveries(&self) -> impl Iterator<Item = Subject> {
        (1..).zip(&self.order_states).flat_map(|(ordinal, state)| {
            let order = OrderId::of(&self.id, ordinal);
            let open = match state {
                OrderState::Routing { open } => open.as_slice(),
                OrderState::NeedsPerson { .. } | OrderState::Closed(_) => &[],
            };
            open.iter().map(move |destination| Subject::Delivery {
                order: order.clone(),
                destination: destination.clone(),
            })
        })
    }

    /// Whether nothing happens to it without a person: parsed with every order settled or given up, or waiting.
    pub fn at_rest(&self) -> bool {
        match &self.status {
            RequestStatus::InWork { .. } => false,
            RequestStatus::NeedsPerson { .. } | RequestStatus::Parked(_) => true,
            RequestStatus::Parsed => {
                self.open_deliveries().all(|subject| self.is_parked(Stage::Route, &subject))
            }
        }
    }

    /// Whether Done may have to be pressed: every order has its outcome, and Done was neither pressed nor given up.
    pub fn awaits_done(&self) -> bool {
        self.status == RequestStatus::Parsed
            && self.done_at.is_none()
            && !self.done_unwanted
            && !self.order_states.is_empty()
            && self.order_states.iter().all(|state| matches!(state, OrderState::Closed(_)))
            && !self.is_parked(Stage::Done, &self.subject())
    }

    /// Whether the service has still something to do for it by itself: it is not at rest, or it is done with and
    /// Done may have to be pressed.
    pub fn in_motion(&self) -> bool {
        !self.at_rest() || self.awaits_done()
    }

    /// Whether a person has to act: it waits for one, or something of it was given up.
    pub fn needs_person(&self) -> bool {
        let waits = |state: &OrderState| matches!(state, OrderState::NeedsPerson { .. });
        match &self.status {
            RequestStatus::InWork { .. } => false,
            RequestStatus::NeedsPerson { .. } | RequestStatus::Parked(_) => true,
            RequestStatus::Parsed => {
                self.order_states.iter().any(waits) || self.held.iter().any(Held::is_parked)
            }
        }
    }

    /// Where it stands, in one stable word: the stage it stands before, `route`, `needs_person`, `parked`, the
    /// outcome of its first order, or `parsed` when it has none. A delivered order whose Done was given up stays
    /// `delivered`; [`Held::note`] tells of it.
    pub fn standing(&self) -> &'static str {
        let waits = |state: &OrderState| matches!(state, OrderState::NeedsPerson { .. });
        match (&self.status, self.order_states.as_slice()) {
            (RequestStatus::InWork { stage }, _) => stage.name(),
            (RequestStatus::NeedsPerson { .. }, _) => "needs_person",
            (RequestStatus::Parked(_), _) => "parked",
            (RequestStatus::Parsed, states) if states.iter().any(waits) => "needs_person",
            (RequestStatus::Parsed, _) if !self.at_rest() => "route",
            (RequestStatus::Parsed, _) if self.open_deliveries().next().is_some() => "parked",
            (RequestStatus::Parsed, [OrderState::Closed(outcome), ..]) => outcome.name(),
            (RequestStatus::Parsed, _) => "parsed",
        }
    }
}

#[cfg(test)]
mod tests;
