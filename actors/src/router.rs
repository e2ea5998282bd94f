//! The router: hands one order to one destination, once and only once.
//!
//! Consumes `epic_route`, emits `epic_done` when the last order of a request has its outcome. Commit points: the
//! receipt under (order, revision, destination), its audit entry, then the order's state. A destination that took an order whose
//! receipt was lost is asked for it, never given the order again.

use crate::environment::Environment;
use crate::stage::{StageFailure, StageWork};
use crate::stage_actor::StageActor;
use async_trait::async_trait;
use bytes::Bytes;
use domain::audit;
use domain::ids::{DestinationName, OrderId, PortalName};
use domain::parser::{OrderRecord, OrderSet, OrderState, Outcome};
use domain::ports::{Destination, ErrorClass, PortError, Versioned};
use domain::request::Request;
use domain::retry::Cause;
use domain::router::{Delivery, DeliveryFacts, DeliveryKey, Receipt};
use domain::work::{Stage, Subject, WorkItem};
use std::collections::HashMap;
use std::sync::Arc;
use understanding::{CaseFacts, Knowledge, summarise};

/// The actor of this stage.
pub type Router = StageActor<RouterWork>;

/// The outcomes after which Done is pressed, by portal; from the profiles.
pub type DoneOutcomes = Arc<HashMap<PortalName, Vec<String>>>;

/// What the router does with an item.
pub struct RouterWork {
    /// The ports.
    pub environment: Environment,
    /// What an order's summary is worded by.
    pub knowledge: Arc<Knowledge>,
    /// By name.
    pub destinations: HashMap<DestinationName, Arc<dyn Destination>>,
    /// When to press Done.
    pub done_outcomes: DoneOutcomes,
}

#[async_trait]
impl StageWork for RouterWork {
    type Output = (Receipt, Request);

    fn stage(&self) -> Stage {
        Stage::Route
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        _: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        let key = key_of(item)?;
        let (set, _) = self.order_set(&key).await?;
        let state = set.orders.iter().find(|record| record.id == key.order).map(|record| &record.state);
        match state {
            Some(OrderState::Routing { open }) if open.contains(&key.destination) => Ok(None),
            Some(_) => Ok(Some(self.next(&set, item).await?)),
            None => Err(StageFailure::failed(
                Cause::Permanent,
                format!("order {} is not in its request's set", key.order),
            )),
        }
    }

    async fn perform(&self, item: &WorkItem) -> Result<(Receipt, Request), StageFailure> {
        let key = key_of(item)?;
        let request = self.environment.request(&key.order.request()).await?.value;
        Ok((self.receipt(key, &request).await?, request))
    }

    async fn commit(
        &self,
        item: &WorkItem,
        (receipt, request): (Receipt, Request),
    ) -> Result<Vec<WorkItem>, StageFailure> {
        let receipt = self.environment.deliveries.record(&receipt).await?;
        (self.environment.stop_point)("route.receipt");
        let entry = audit::delivered(&request, &receipt.key, self.environment.now());
        self.environment.audit.write_down(&[entry]).await?;
        let set = self.close_destination(&receipt.key).await?;
        mirror_states(&self.environment, &set).await?;
        self.next(&set, item).await
    }
}

impl RouterWork {
    /// The receipt there is, else the one the destination gives for the order.
    async fn receipt(&self, key: DeliveryKey, request: &Request) -> Result<Receipt, StageFailure> {
        if let Some(receipt) = self.environment.deliveries.get(&key).await? {
            return Ok(receipt);
        }
        let destination = self.destinations.get(&key.destination).ok_or_else(|| {
            let detail = format!(
                "destination {} is no longer configured; add it again and retry the order",
                key.destination
            );
            StageFailure::failed(Cause::Permanent, detail)
        })?;
        if let Some(receipt) = destination.find(&key).await? {
            return Ok(receipt);
        }
        let delivery = self.delivery(key, request).await?;
        let delivered = destination.deliver(&delivery, self.environment.now()).await;
        if delivered.is_err() {
            // It may have been taken all the same.
            let entry = audit::delivery_failed(
                request,
                &delivery.key,
                self.environment.audit.moment(self.environment.now()),
            );
            self.environment.audit.write_down_end(entry).await;
        }
        Ok(delivered?)
    }

    async fn order_set(&self, key: &DeliveryKey) -> Result<(OrderSet, domain::ports::Version), StageFailure> {
        let Versioned { value, version } = self
            .environment
            .orders
            .get(&key.order.request(), key.revision)
            .await?
            .ok_or_else(|| PortError::permanent(format!("order {}", key.order), "not in the store"))?;
        Ok((value, version))
    }

    async fn delivery(&self, key: DeliveryKey, request: &Request) -> Result<Delivery, StageFailure> {
        let (set, _) = self.order_set(&key).await?;
        let packet_pdf = match &request.recognized {
            Some(recognized) => self.environment.blobs.get(&recognized.searchable_pdf).await?,
            None => {
                return Err(StageFailure::failed(Cause::Permanent, "the request has no packet to hand over"));
            }
        };
        let order_json = Bytes::from(handover_json(&key.order, &set, request)?);
        let summary = Bytes::from(handover_summary(&key.order, &set, request, &self.knowledge)?);
        Ok(Delivery { key, facts: DeliveryFacts::of(request), packet_pdf, order_json, summary })
    }

    /// Takes the destination off the order's open ones; the last one closes the order.
    async fn close_destination(&self, key: &DeliveryKey) -> Result<OrderSet, StageFailure> {
        loop {
            let (mut set, version) = self.order_set(key).await?;
            let Some(record) = set.orders.iter_mut().find(|record| record.id == key.order) else {
                return Err(StageFailure::failed(Cause::Permanent, "the order is not in its request's set"));
            };
            let OrderState::Routing { open } = &mut record.state else { return Ok(set) };
            open.retain(|destination| *destination != key.destination);
            if open.is_empty() {
                record.state = OrderState::Closed(Outcome::Delivered);
            }
            match self.environment.orders.update(&set, version).await {
                Ok(_) => return Ok(set),
                Err(error) if error.class == ErrorClass::Conflict => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn next(&self, set: &OrderSet, item: &WorkItem) -> Result<Vec<WorkItem>, StageFailure> {
        let request = mirror_states(&self.environment, set).await?;
        Ok(done_item(&request, set, &self.done_outcomes, &self.environment, item))
    }
}

fn key_of(item: &WorkItem) -> Result<DeliveryKey, StageFailure> {
    match &item.subject {
        Subject::Delivery { order, destination } => Ok(DeliveryKey {
            order: order.clone(),
            revision: item.revision,
            destination: destination.clone(),
        }),
        Subject::Request { .. } => {
            Err(StageFailure::failed(Cause::Permanent, "a routing item must name an order"))
        }
    }
}

/// Copies the orders' states to the request, where lists and recovery read them.
///
/// The set is read after the request: whoever changes the set later copies it later, and one of the two meets a
/// conflict. So of two destinations that finish at the same time the slower one never writes what it knew before.
///
/// # Errors
/// Those of the store.
pub async fn mirror_states(environment: &Environment, set: &OrderSet) -> Result<Request, PortError> {
    loop {
        let Versioned { value: mut request, version } = environment.request(&set.request).await?;
        let newest = environment.orders.get(&set.request, set.revision).await?;
        let states: Vec<OrderState> =
            newest.as_ref().map_or(set, |newest| &newest.value).states().cloned().collect();
        if request.revision != set.revision || request.order_states == states {
            return Ok(request);
        }
        request.mirror(states, environment.now());
        match environment.requests.update(&request, version).await {
            Ok(_) => return Ok(request),
            Err(error) if error.class == ErrorClass::Conflict => {}
            Err(error) => return Err(error),
        }
    }
}

/// The item that presses Done, once every order of the request is in an outcome its portal's profile lists.
pub fn done_item(
    request: &Request,
    set: &OrderSet,
    done_outcomes: &DoneOutcomes,
    environment: &Environment,
    item: &WorkItem,
) -> Vec<WorkItem> {
    let listed = done_outcomes.get(&request.portal).map_or(&[][..], Vec::as_slice);
    let all_listed = set.outcomes().is_some_and(|outcomes| {
        outcomes
            .iter()
            .filter(|outcome| outcome.decides(&set.request))
            .all(|outcome| listed.iter().any(|name| name == outcome.name()))
    });
    if !all_listed || request.done_at.is_some() {
        return Vec::new();
    }
    let subject = Subject::Request { request: request.id.clone() };
    vec![WorkItem::new(
        Stage::Done,
        &request.portal,
        subject,
        item.revision,
        item.traceparent.clone(),
        environment.now(),
    )]
}

/// The order in plain words, as whoever opens the delivery finds it: handed over.
fn handover_summary(
    order: &OrderId,
    set: &OrderSet,
    request: &Request,
    knowledge: &Knowledge,
) -> Result<String, StageFailure> {
    let record = record_of(order, set)?;
    let facts = CaseFacts {
        hospital: request.portal.as_str(),
        patient: Some(&request.row.patient),
        sender: Some(&request.row.from),
        reference: order.as_str(),
        order: Some((order, &record.order)),
        state: Some(&OrderState::Closed(Outcome::Delivered)),
        reasons: &[],
        documents: &set.documents,
    };
    Ok(format!("{}\n", summarise(&facts, knowledge).text()))
}

fn record_of<'s>(order: &OrderId, set: &'s OrderSet) -> Result<&'s OrderRecord, StageFailure> {
    let record = set.orders.iter().find(|record| record.id == *order);
    record.ok_or_else(|| StageFailure::failed(Cause::Permanent, "the order is not in its request's set"))
}

/// What a destination gets beside the packet: the order, the packet's documents, and where each page came from.
fn handover_json(order: &OrderId, set: &OrderSet, request: &Request) -> Result<Vec<u8>, StageFailure> {
    #[derive(serde::Serialize)]
    struct Handover<'a> {
        order_id: &'a OrderId,
        request: &'a domain::ids::RequestId,
        revision: domain::ids::Revision,
        portal: &'a PortalName,
        received: jiff::civil::DateTime,
        order: &'a domain::parser::Order,
        documents: &'a [domain::parser::Document],
        manifest: &'a [domain::reassembly::ManifestPage],
        /// Text in the packet that nobody sees: whoever copies from it should know.
        unseen: &'a [domain::ocr_pool::UnseenMark],
        /// Pages that nobody could read, and why: whoever gets the packet looks at them.
        unread: &'a [domain::ocr_pool::UnreadPage],
    }
    let record = record_of(order, set)?;
    let handover = Handover {
        order_id: order,
        request: &set.request,
        revision: set.revision,
        portal: &request.portal,
        received: request.row.received,
        order: &record.order,
        documents: &set.documents,
        manifest: request.packet.as_ref().map_or(&[], |packet| packet.pages.as_slice()),
        unseen: request.recognized.as_ref().map_or(&[], |packet| packet.unseen.as_slice()),
        unread: request.recognized.as_ref().map_or(&[], |packet| packet.unread.as_slice()),
    };
    serde_json::to_vec_pretty(&handover)
        .map_err(|_| StageFailure::failed(Cause::Permanent, "the order cannot be written as JSON"))
}
