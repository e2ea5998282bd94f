//! What must be true of a world: at the moment things happen, and when all is quiet.

use super::audit::{self, Beginnings};
use super::{World, charts};
use crate::hospital::portal::{Portal, Witnessed};
use crate::hospital::stories::Expected;
use domain::held::{Held, Hold};
use domain::ids::OrderId;
use domain::keys;
use domain::parser::{OrderSet, OrderState, Outcome};
use domain::ports::{
    BlobStore, Clock, DeliveryStore, OrderStore, RequestFilter, RequestStore, StepCache, StepKey,
};
use domain::request::{Request, RequestStatus};
use domain::retry::RetryPolicy;
use futures::FutureExt;
use memory::{MemoryDestination, MemoryStores};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The longest a world may take to come to rest once nothing goes wrong any more.
const REST_MAX: Duration = Duration::from_secs(6 * 3_600);

/// Looks at what the portal is asked: no document that is cached, no Done before the hand-over, nothing the audit log
/// does not know of.
pub(super) fn watch(
    portal: &Portal,
    stores: &MemoryStores,
    folder: &Arc<MemoryDestination>,
    clock: &Arc<dyn Clock>,
) {
    let (stores, folder, clock) = (stores.clone(), Arc::clone(folder), Arc::clone(clock));
    let beginnings = Beginnings::default();
    portal.set_witness(Arc::new(move |witnessed| match witnessed {
        Witnessed::Password | Witnessed::Chart(_) => beginnings.look(witnessed, &stores, &requests(&stores)),
        Witnessed::Fetch(mrn, epic_id, version) => {
            let (sealer, portal) = (stores.sealer.as_ref(), World::portal_name());
            let patient = keys::patient_key(sealer, &portal, mrn);
            let id = keys::fragment_id(sealer, &portal, &patient, epic_id, version);
            let cached = now(stores.steps.get(&StepKey::Document(id), clock.now()));
            cached.map(|_| format!("document {epic_id} was fetched although it was cached"))
        }
        Witnessed::Done(message) => {
            let set = request_of(&stores, message).and_then(|request| order_set(&stores, &request));
            let outcomes = set.as_ref().and_then(OrderSet::outcomes);
            let delivered = |id: &OrderId| folder.deliveries().iter().any(|taken| taken.key.order == *id);
            let handed_over = set.iter().flat_map(|set| &set.orders).all(|record| {
                record.state != OrderState::Closed(Outcome::Delivered) || delivered(&record.id)
            });
            (outcomes.is_none() || !handed_over).then(|| format!("Done was pressed too early on {message}"))
        }
    }));
}

/// In-memory ports never wait.
pub(super) fn now<T>(call: impl Future<Output = domain::ports::PortResult<T>>) -> T {
    call.now_or_never().expect("in-memory ports never wait").expect("and never fail")
}

/// Every request, by its message's id.
pub(crate) fn requests(stores: &MemoryStores) -> BTreeMap<String, Request> {
    let all = now(stores.requests.list(&RequestFilter::default()));
    all.into_iter().map(|request| (request.row.message_id.reveal().clone(), request)).collect()
}

fn request_of(stores: &MemoryStores, message: &str) -> Option<Request> {
    requests(stores).remove(message)
}

/// The orders of a request, if it has been parsed.
pub(crate) fn order_set(stores: &MemoryStores, request: &Request) -> Option<OrderSet> {
    now(stores.orders.get(&request.id, request.revision)).map(|set| set.value)
}

/// Whether nothing is left to be done.
fn quiet(world: &World) -> bool {
    let requests = requests(&world.stores);
    let done = world.portal.done();
    let wants_done =
        |request: &Request| order_set(&world.stores, request).is_some_and(|set| set.outcomes().is_some());
    requests.len() == world.expected.len()
        && requests.values().all(Request::at_rest)
        && requests.values().all(|request| request.held.iter().all(Held::is_parked))
        && requests
            .iter()
            .all(|(id, request)| !wants_done(request) || done.contains(id) || !request.in_motion())
        && world.stores.queue.items().is_empty()
}

/// Lets time pass until nothing is left to be done.
pub(crate) async fn come_to_rest(world: &World) {
    let wait = async {
        while !quiet(world) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    if tokio::time::timeout(REST_MAX, wait).await.is_err() {
        let requests = requests(&world.stores);
        let stuck: Vec<String> = requests
            .iter()
            .map(|(id, request)| format!("{id} {:?} {:?}", request.status, request.order_states))
            .collect();
        let items = world.stores.queue.items();
        panic!(
            "no rest in {REST_MAX:?}: {stuck:#?}, items {items:#?}, session {:?}",
            world.board().watch().now()
        );
    }
}

/// Everything that must hold when all is quiet.
pub(crate) fn hold(world: &World) {
    let requests = requests(&world.stores);
    let mut delivered = BTreeSet::new();
    let mut problems = Vec::new();
    for (id, expected) in &world.expected {
        let request = &requests[id];
        let set = order_set(&world.stores, request);
        let states: Vec<OrderState> = set.iter().flat_map(|set| set.states().cloned()).collect();
        if parked_with_a_cause(world, request) {
            continue;
        }
        if request.status == RequestStatus::Parsed && request.order_states != states {
            problems.push(format!("{id} mirrors {:?}, its set says {states:?}", request.order_states));
        }
        if !fulfilled(expected, request, &states) {
            problems.push(format!("{id} should be {expected:?}, is {:?} {states:?}", request.status));
        }
        let closed = set.iter().flat_map(|set| &set.orders);
        let closed = closed.filter(|record| record.state == OrderState::Closed(Outcome::Delivered));
        delivered.extend(closed.map(|record| record.id.clone()));
        let pressed = world.portal.done().contains(id);
        let waits = matches!(expected, Expected::NeedsPerson(_));
        if pressed == waits {
            problems.push(format!("{id}: Done pressed: {pressed}"));
        }
    }
    problems.extend(originals(world, &requests));
    problems.extend(receipts(world, &delivered));
    problems.extend(audit::problems(world, &requests));
    for (id, request) in &requests {
        problems.extend(charts::problems(&world.portal, id, request));
    }
    let tally = world.portal.tally();
    problems.extend(tally.problems);
    if tally.browsers_at_once_max > 1 {
        problems.push(format!("{} logins at once", tally.browsers_at_once_max));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Parked is a fair end only where the cause was met as often as the policy says; what is parked of a parsed request
/// is one delivery, or Done.
fn parked_with_a_cause(world: &World, request: &Request) -> bool {
    let mut parked = Vec::new();
    if let RequestStatus::Parked(park) = &request.status {
        parked.push((park.stage, request.subject(), park.cause, park.detail.clone()));
    }
    for held in &request.held {
        // Nothing waits once all is quiet.
        let Hold::Parked { cause, detail, .. } = &held.hold else { panic!("{}: {held:?}", request.id) };
        parked.push((held.stage, held.subject.clone(), *cause, detail.clone()));
    }
    for (stage, subject, cause, detail) in &parked {
        let met = request.failures.of(*stage, subject, *cause);
        assert!(met >= world.attempts_max, "parked before {stage} after {met} failures: {cause:?} {detail}");
        assert!(world.attempts_max <= RetryPolicy::default().attempts_max && !detail.is_empty());
    }
    !parked.is_empty()
}

fn fulfilled(expected: &Expected, request: &Request, states: &[OrderState]) -> bool {
    let has =
        |reasons: &[domain::parser::Reason], code: &str| reasons.iter().any(|reason| reason.code == code);
    match (expected, &request.status, states) {
        (Expected::Delivered, RequestStatus::Parsed, [OrderState::Closed(Outcome::Delivered)])
        | (Expected::NotDme, RequestStatus::Parsed, [OrderState::Closed(Outcome::NotDme)])
        | (
            Expected::OneOf(_),
            RequestStatus::Parsed,
            [OrderState::Closed(Outcome::Delivered | Outcome::Duplicate { .. })],
        ) => true,
        (Expected::NeedsPerson(code), RequestStatus::NeedsPerson { reasons }, _) => has(reasons, code),
        (Expected::NeedsPerson(code), RequestStatus::Parsed, [OrderState::NeedsPerson { reasons }]) => {
            has(reasons, code)
        }
        _ => false,
    }
}

/// Of messages that repeat one order exactly one is the original, and the others name it.
fn originals(world: &World, requests: &BTreeMap<String, Request>) -> Vec<String> {
    let mut problems = Vec::new();
    let groups: BTreeSet<&Vec<String>> = world
        .expected
        .iter()
        .filter_map(|(_, expected)| if let Expected::OneOf(ids) = expected { Some(ids) } else { None })
        .collect();
    for ids in groups {
        let sets = ids.iter().filter_map(|id| order_set(&world.stores, &requests[id]));
        let (mut originals, mut named) = (BTreeSet::new(), BTreeSet::new());
        for record in sets.flat_map(|set| set.orders) {
            match record.state {
                OrderState::Closed(Outcome::Duplicate { of }) => named.insert(of),
                _ => originals.insert(record.id),
            };
        }
        if originals.len() != 1 || !named.is_subset(&originals) {
            problems.push(format!("{ids:?}: originals {originals:?}, named {named:?}"));
        }
    }
    problems
}

/// One receipt for each delivered order, and the destination has taken exactly those.
fn receipts(world: &World, delivered: &BTreeSet<OrderId>) -> Vec<String> {
    let receipts: Vec<OrderId> =
        now(world.stores.deliveries.list()).into_iter().map(|receipt| receipt.key.order).collect();
    let taken: Vec<OrderId> =
        world.folder.deliveries().into_iter().map(|delivery| delivery.key.order).collect();
    let mut problems = Vec::new();
    for (what, found) in [("receipts", &receipts), ("deliveries", &taken)] {
        let distinct: BTreeSet<OrderId> = found.iter().cloned().collect();
        if distinct.len() != found.len() || !distinct.is_superset(delivered) {
            problems.push(format!("{what} {found:?}, delivered {delivered:?}"));
        }
    }
    if now(world.stores.blobs.contains(&domain::ids::BlobRef::new("none"))) {
        problems.push("a blob nobody stored".to_owned());
    }
    problems
}
