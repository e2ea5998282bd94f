//! The parser: understands a recognised packet and commits its 0..n orders in one write.
//!
//! Consumes `epic_parse`, emits one `epic_route` item for each order and destination, and `epic_done` when
//! nothing is left to deliver. Commit points: the patient's signature set (compare-and-set, where duplicates are
//! decided, and which waiting order gives way to one that comes with more), the sets of the orders that give way, then
//! the order set. A restart repeats all: a request finds its own signatures and keeps their verdict. It never decides on
//! today's rules: the order's own date chooses them. Where a language model is in use it is asked before anything is
//! decided, and whatever comes of that, the order goes on by rules. What each document repeats is filed in the signature
//! set too.

mod cancelling;
mod completeness;
mod filing;
mod model;
mod signing;
mod unusable;

use crate::environment::Environment;
use crate::router::{DoneOutcomes, done_item, mirror_states};
use crate::stage::{self, StageFailure, StageWork};
use crate::stage_actor::StageActor;
use async_trait::async_trait;
use domain::ids::{DestinationName, OrderId, PacketId, PatientBlock};
use domain::keys;
use domain::model::ModelNote;
use domain::parser::{Likeness, OrderRecord, OrderSet, OrderState, Outcome};
use domain::ports::RequestFilter;
use domain::recovery::route_items;
use domain::request::{Request, RequestStatus};
use domain::retry::Cause;
use domain::work::{Stage, WorkItem};
use jiff::SignedDuration;
use signing::Signing;
use std::sync::Arc;
use understanding::{
    Decision, DuplicateVerdict, Knowledge, MAYBE_DUPLICATE, ModelAnswers, OrderDraft, OrderVerdict,
    PacketReading, RequestContext, RequestDecision, Understanding, understand_with,
};

pub use model::{ModelDesk, ModelLimits};

/// How long a request waits for earlier messages about the same patient, so that the first one is the original.
const EARLIER_WAIT_MAX: SignedDuration = SignedDuration::from_mins(10);

/// The actor of this stage.
pub type Parser = StageActor<ParserWork>;

/// What the parser does with an item.
pub struct ParserWork {
    /// The ports.
    pub environment: Environment,
    /// Rules, codes, outcomes.
    pub knowledge: Arc<Knowledge>,
    /// Every order goes to all of these.
    pub destinations: Vec<DestinationName>,
    /// When Done is pressed, by portal.
    pub done_outcomes: DoneOutcomes,
    /// Asks a language model; none: rules alone.
    pub model: Option<Arc<ModelDesk>>,
}

/// What the parser made of a packet.
pub struct Parsed {
    /// The round of the reading it is of.
    round: u32,
    understanding: Understanding,
    /// Whom a language model was asked about.
    notes: Vec<ModelNote>,
}

#[async_trait]
impl StageWork for ParserWork {
    type Output = Parsed;

    fn stage(&self) -> Stage {
        Stage::Parse
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        if request.revision != item.revision || request.status != RequestStatus::Parsed {
            return Ok(stage::request_done(request, item, self.environment.now()));
        }
        let set = self.environment.orders.get(&request.id, request.revision).await?;
        Ok(Some(set.map_or_else(Vec::new, |set| self.next(request, &set.value, item))))
    }

    async fn perform(&self, item: &WorkItem) -> Result<Parsed, StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        self.wait_for_earlier(&request).await?;
        let (Some(packet), Some(captured)) = (&request.packet, &request.captured) else {
            let nothing = packet_name(&request);
            let reading = PacketReading { packet: &nothing, pages: &[], manifest: &[], fragments: &[] };
            return self.understood(&request, &reading).await;
        };
        let pages = self.environment.pages.all(&packet.id).await?;
        let reading = PacketReading {
            packet: &packet.id,
            pages: &pages,
            manifest: &packet.pages,
            fragments: &captured.fragments,
        };
        self.understood(&request, &reading).await
    }

    async fn commit(
        &self,
        item: &WorkItem,
        Parsed { round, understanding, notes }: Parsed,
    ) -> Result<Vec<WorkItem>, StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        if !request.wants(item) {
            return Ok(self.already_done(item, &request).await?.unwrap_or_default());
        }
        let missed = completeness::to_be_read_for(&request, &understanding, &self.knowledge);
        if missed.is_some() || request.round != round {
            return self.read_again(item, round, missed.unwrap_or_default()).await;
        }
        filing::file(self, &request, &understanding).await?;
        let (set, blocks) = self.order_set(&request, understanding, notes).await?;
        (self.environment.stop_point)("parse.signed");
        let set = self.store(set).await?;
        let set = signing::give_way(self, set, &blocks).await?;
        (self.environment.stop_point)("parse.committed");
        let now = self.environment.now();
        self.environment
            .update_request(&request.id, |request| {
                let wanted = request.wants(item);
                if wanted {
                    request.parsed(set.states().cloned().collect(), now);
                }
                wanted
            })
            .await?;
        let request = mirror_states(&self.environment, &set).await?;
        Ok(self.next(&request, &set, item))
    }
}

impl ParserWork {
    async fn understood(
        &self,
        request: &Request,
        reading: &PacketReading<'_>,
    ) -> Result<Parsed, StageFailure> {
        let context = context(request);
        let (answers, mut notes) = match &self.model {
            Some(desk) => model::ask(self, desk, request, reading, &context).await?,
            None => (ModelAnswers::default(), Vec::new()),
        };
        let mut understanding = understand_with(reading, &context, &self.knowledge, &answers);
        model::count(&mut notes, &understanding.counted);
        if let Some(captured) = &request.captured {
            completeness::tell_gaps(&mut understanding, captured, &self.knowledge);
            if let Some(packet) = &request.packet {
                unusable::tell(&mut understanding, packet, &captured.fragments, &self.knowledge);
            }
        }
        Ok(Parsed { round: request.round, understanding, notes })
    }

    /// Sends the request back to its chart, in one change and before anything has been signed: cut off anywhere, it
    /// either is before the scraper or is parsed again and sent back then.
    async fn read_again(
        &self,
        item: &WorkItem,
        round: u32,
        families: Vec<String>,
    ) -> Result<Vec<WorkItem>, StageFailure> {
        tracing::info!(?families, "ordered is what the chart was not read for: it is read once more");
        stage::advance_request(&self.environment, item, |request| {
            (request.round == round).then(|| {
                request.read_again(families.clone());
                Stage::Scrape
            })
        })
        .await
    }

    /// Lets messages about the same patient that arrived earlier go first, for a while.
    async fn wait_for_earlier(&self, request: &Request) -> Result<(), StageFailure> {
        if self.environment.now().duration_since(request.progress_at) > EARLIER_WAIT_MAX {
            return Ok(());
        }
        let filter = RequestFilter {
            portal: Some(request.portal.clone()),
            patient: Some(request.patient.clone()),
            in_motion: true,
            ..RequestFilter::default()
        };
        let place = |request: &Request| (request.row.received, request.id.clone());
        let earlier = self.environment.requests.list(&filter).await?.into_iter().any(|other| {
            matches!(other.status, RequestStatus::InWork { .. }) && place(&other) < place(request)
        });
        if earlier {
            return Err(StageFailure::failed(
                Cause::EarlierRequest,
                "an earlier message of the same patient goes first",
            ));
        }
        Ok(())
    }

    /// The set with every order's state decided, duplicates included, and where each order that signed did so.
    async fn order_set(
        &self,
        request: &Request,
        understanding: Understanding,
        notes: Vec<ModelNote>,
    ) -> Result<(OrderSet, Vec<(OrderId, PatientBlock)>), StageFailure> {
        let (mut orders, mut blocks) = (Vec::new(), Vec::new());
        for (ordinal, draft) in (1..).zip(understanding.orders) {
            let id = OrderId::of(&request.id, ordinal);
            let (state, block) = self.decide(request, &id, &draft).await?;
            blocks.extend(block.map(|block| (id.clone(), block)));
            orders.push(OrderRecord { id, order: draft.order, state });
        }
        let without_orders = match understanding.request {
            RequestDecision::NotDme { .. } => Some(OrderState::Closed(Outcome::NotDme)),
            RequestDecision::NeedsPerson { reasons } => Some(OrderState::NeedsPerson { reasons }),
            RequestDecision::Orders => None,
        };
        let set = OrderSet {
            request: request.id.clone(),
            revision: request.revision,
            packet: packet_name(request),
            documents: understanding.documents,
            orders,
            without_orders,
            model: notes,
            parsed_at: self.environment.now(),
        };
        Ok((set, blocks))
    }

    async fn decide(
        &self,
        request: &Request,
        id: &OrderId,
        draft: &OrderDraft,
    ) -> Result<(OrderState, Option<PatientBlock>), StageFailure> {
        let reached = match &draft.decision {
            Decision::Route => OrderState::Routing { open: self.destinations.clone() },
            Decision::NeedsPerson { reasons } => OrderState::NeedsPerson { reasons: reasons.clone() },
            Decision::Cancelled => OrderState::Closed(Outcome::Cancelled),
            Decision::Superseded { by } => {
                let by = OrderId::of(&request.id, by + 1);
                OrderState::Closed(Outcome::Superseded { by })
            }
        };
        if draft.decision == Decision::Cancelled {
            return Ok((cancelling::cancelled(self, request, id, draft).await?, None));
        }
        if !draft.signs() {
            return Ok((reached, None));
        }
        let signing = Signing::of(self, request, id, draft);
        let OrderVerdict { verdict, doubt } = signing.verdict().await?;
        let state = match verdict {
            DuplicateVerdict::Original | DuplicateVerdict::Supersedes { .. } => {
                doubt.map_or(reached.clone(), |doubt| self.doubted(reached, &doubt))
            }
            DuplicateVerdict::Duplicate { of, .. } => OrderState::Closed(Outcome::Duplicate { of }),
            DuplicateVerdict::Superseded { by } => OrderState::Closed(Outcome::Superseded { by }),
        };
        Ok((state, Some(signing.block)))
    }

    /// Puts an order before a person that may have been here before.
    fn doubted(&self, reached: OrderState, doubt: &Likeness) -> OrderState {
        let detail = format!("order {}, {:.0} % alike: {}", doubt.of, 100.0 * doubt.score, doubt.why);
        let reason = self.knowledge.reason_about(MAYBE_DUPLICATE, &detail);
        let mut reasons = match reached {
            OrderState::NeedsPerson { reasons } => reasons,
            OrderState::Routing { .. } => Vec::new(),
            closed @ OrderState::Closed(_) => return closed,
        };
        reasons.push(reason);
        OrderState::NeedsPerson { reasons: self.knowledge.arrange(reasons) }
    }

    /// Commits the set; where one is there already, that one counts.
    async fn store(&self, set: OrderSet) -> Result<OrderSet, StageFailure> {
        if self.environment.orders.commit(&set).await? {
            return Ok(set);
        }
        let stored = self.environment.orders.get(&set.request, set.revision).await?;
        Ok(stored.map_or(set, |stored| stored.value))
    }

    fn next(&self, request: &Request, set: &OrderSet, item: &WorkItem) -> Vec<WorkItem> {
        let mut items = route_items(request, set, self.environment.now());
        items.extend(done_item(request, set, &self.done_outcomes, &self.environment, item));
        items
    }
}

/// The packet's name; a request whose chart gave nothing has a packet without pages.
fn packet_name(request: &Request) -> PacketId {
    let made = request.packet.as_ref().map(|packet| packet.id.clone());
    made.unwrap_or_else(|| keys::packet_id(&request.id, request.revision, &[]))
}

fn context(request: &Request) -> RequestContext {
    RequestContext {
        patient: Some(request.row.patient.clone()),
        received: Some(request.row.received.date()),
        message_subject: Some(request.row.subject.clone()),
        message_body: request.captured.as_ref().map(|captured| captured.message_body.clone()),
    }
}
