//! Parser, router and recovery: what follows a packet, once and only once, and what the queues forgot.

use crate::bench::{Bench, portal, until};
use actors::environment::Environment;
use actors::parser::ParserWork;
use actors::recovery::{Recovery, RecoveryArgs};
use actors::router::{DoneOutcomes, RouterWork};
use actors::stage::{StageLimits, StageWork};
use actors::stage_actor::{StageActor, StageArgs};
use domain::held::{Held, Hold};
use domain::ids::{DestinationName, OrderId};
use domain::keys;
use domain::parser::{Order, OrderRecord, OrderSet, OrderState, Outcome, Reason};
use domain::ports::{DeliveryStore, Destination, OrderStore, WorkQueue};
use domain::recovery::route_items;
use domain::request::{Park, Request, RequestStatus};
use domain::retry::{Cause, RetryPolicy};
use domain::work::Stage;
use jiff::SignedDuration;
use memory::{Faults, Faulty, MemoryDestination};
use ractor::{Actor, ActorRef};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn done_outcomes() -> DoneOutcomes {
    let outcomes = ["delivered", "not_dme", "superseded"].map(str::to_owned);
    Arc::new(HashMap::from([(portal(), outcomes.to_vec())]))
}

/// Limits under which injected faults never park anything, and never make it wait for long.
fn patient() -> StageLimits {
    let wait_max = SignedDuration::from_secs(2);
    let retry = RetryPolicy { attempts_max: u32::MAX, wait_max, ..RetryPolicy::default() };
    StageLimits { retry, ..StageLimits::default() }
}

pub(crate) async fn start<W: StageWork>(environment: &Environment, work: W) {
    let args = StageArgs {
        queue: work.stage().queue(&portal()),
        work: Arc::new(work),
        room: 2,
        poll: Duration::from_millis(500),
        limits: patient(),
        environment: environment.clone(),
    };
    Actor::spawn(None, StageActor::default(), args).await.expect("it starts");
}

/// The bench's ports behind faults.
pub(crate) fn faulty(bench: &Bench, faults: Faults, seed: u64) -> Environment {
    let stores = &bench.stores;
    Environment {
        requests: Arc::new(Faulty::new(stores.requests.clone(), faults, seed)),
        orders: Arc::new(Faulty::new(stores.orders.clone(), faults, seed + 1)),
        deliveries: Arc::new(Faulty::new(stores.deliveries.clone(), faults, seed + 2)),
        signatures: Arc::new(Faulty::new(stores.signatures.clone(), faults, seed + 3)),
        queue: Arc::new(Faulty::new(stores.queue.clone(), faults, seed + 4)),
        ..bench.environment.clone()
    }
}

fn order() -> Order {
    Order {
        patient_name: None,
        patient_dob: None,
        patient_mrn: None,
        coverages: Vec::new(),
        family: Some("pap".to_owned()),
        items: Vec::new(),
        diagnoses: Vec::new(),
        prescriber_name: None,
        prescriber_npi: None,
        order_date: None,
        stands_in: Vec::new(),
        documents: Vec::new(),
        document_marks: Vec::new(),
        findings: Vec::new(),
    }
}

/// A parsed request with one order on its way to each of `destinations`, its items enqueued.
pub(crate) async fn routing(bench: &Bench, destinations: &[DestinationName]) -> Request {
    let request = bench.request_before(Stage::Parse, 1).await;
    let pdf = domain::ports::BlobStore::put(
        bench.stores.blobs.as_ref(),
        domain::ports::BlobClass::Packet,
        "%PDF".into(),
    )
    .await
    .expect("stored");
    let packet = keys::packet_id(&request.id, request.revision, &[]);
    let recognized = domain::ocr_pool::RecognizedPacket {
        id: packet.clone(),
        searchable_pdf: pdf,
        not_searchable: None,
        pages: 1,
        recognized: 0,
        unreadable: Vec::new(),
        unseen: Vec::new(),
        unread: Vec::new(),
    };
    let set = OrderSet {
        request: request.id.clone(),
        revision: request.revision,
        packet,
        documents: Vec::new(),
        orders: vec![OrderRecord {
            id: OrderId::of(&request.id, 1),
            order: order(),
            state: OrderState::Routing { open: destinations.to_vec() },
        }],
        without_orders: None,
        model: Vec::new(),
        parsed_at: bench.environment.now(),
    };
    bench.stores.orders.commit(&set).await.expect("committed");
    let change = |request: &mut Request| {
        request.status = RequestStatus::Parsed;
        request.recognized = Some(recognized.clone());
        request.order_states = set.states().cloned().collect();
        true
    };
    let request = bench.environment.update_request(&request.id, change).await.expect("updated");
    let parse = bench.lease(Stage::Parse).await;
    bench.stores.queue.acknowledge(&parse).await.expect("acknowledged");
    let items = route_items(&request, &set, bench.environment.now());
    bench.stores.queue.enqueue(&items, SignedDuration::ZERO).await.expect("enqueued");
    request
}

pub(crate) fn router(
    environment: &Environment,
    destinations: &[Arc<MemoryDestination>],
    faults: Faults,
) -> RouterWork {
    let behind_faults = |destination: &Arc<MemoryDestination>| {
        let faulty: Arc<dyn Destination> = Arc::new(Faulty::new(Arc::clone(destination), faults, 9));
        (destination.name().clone(), faulty)
    };
    RouterWork {
        environment: environment.clone(),
        knowledge: Arc::new(knowledge()),
        destinations: destinations.iter().map(behind_faults).collect(),
        done_outcomes: done_outcomes(),
    }
}

/// Routes one order to two destinations under these faults and checks what is left when all is quiet.
async fn route_to_two(faults: Faults, seed: u64) {
    let bench = Bench::new();
    let destinations = ["folder", "partner"].map(|name| Arc::new(MemoryDestination::new(name)));
    let names: Vec<_> = destinations.iter().map(|destination| destination.name().clone()).collect();
    let request = routing(&bench, &names).await;
    let environment = faulty(&bench, faults, seed);
    start(&environment, router(&environment, &destinations, faults)).await;
    until("Done alone", || bench.queued() == [Stage::Done]).await;
    let request = bench.stored(&request.id).await;
    assert_eq!(request.order_states, [OrderState::Closed(Outcome::Delivered)], "seed {seed}");
    assert!(request.at_rest(), "seed {seed}");
    for destination in &destinations {
        assert_eq!(destination.deliveries().len(), 1, "seed {seed}");
    }
    assert_eq!(bench.stores.deliveries.list().await.expect("listed").len(), 2, "seed {seed}");
}

#[tokio::test(start_paused = true)]
async fn two_destinations_at_once_leave_the_request_at_rest() {
    for seed in 0..200 {
        route_to_two(Faults { yields_max: 8, ..Faults::default() }, seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn faults_and_lost_answers_deliver_nothing_twice() {
    for seed in 0..200 {
        let faults = Faults { fail_before: 60, fail_after: 60, ..Faults::rough() };
        route_to_two(faults, seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_for_a_destination_that_is_gone_is_parked_and_says_so() {
    let bench = Bench::new();
    let request = routing(&bench, &[DestinationName::new("gone")]).await;
    start(&bench.environment, router(&bench.environment, &[], Faults::default())).await;
    until("no items", || bench.queued().is_empty()).await;
    let stored = bench.stored(&request.id).await;
    assert_eq!(stored.status, RequestStatus::Parsed, "the delivery was given up, not the request");
    assert!(stored.at_rest() && !stored.in_motion());
    let [Held { stage: Stage::Route, hold: Hold::Parked { detail, .. }, .. }] = stored.held.as_slice() else {
        panic!("held: {:?}", stored.held)
    };
    assert!(detail.contains("gone"), "{detail}");
}

/// The knowledge of `config/`.
pub(crate) fn knowledge() -> understanding::Knowledge {
    let sources = [
        ("outcomes.toml", include_str!("../../../config/outcomes.toml")),
        ("collection.toml", include_str!("../../../config/collection.toml")),
        ("payers/humana.toml", include_str!("../../../config/payers/humana.toml")),
        ("letters.toml", include_str!("../../../config/letters.toml")),
        ("keep.toml", include_str!("../../../config/keep.toml")),
        ("payers/medicare.toml", include_str!("../../../config/payers/medicare.toml")),
        ("payers/medicare_breathing.toml", include_str!("../../../config/payers/medicare_breathing.toml")),
        ("payers/medicare_equipment.toml", include_str!("../../../config/payers/medicare_equipment.toml")),
        ("payers/medicare_orders.toml", include_str!("../../../config/payers/medicare_orders.toml")),
        ("payers/medicare_pap.toml", include_str!("../../../config/payers/medicare_pap.toml")),
        ("payers/new_york_medicaid.toml", include_str!("../../../config/payers/new_york_medicaid.toml")),
        ("payers/other.toml", include_str!("../../../config/payers/other.toml")),
        ("codes/pap.toml", include_str!("../../../config/codes/pap.toml")),
        ("codes/other_families.toml", include_str!("../../../config/codes/other_families.toml")),
        ("prompts/order.toml", include_str!("../../../config/prompts/order.toml")),
        ("prompts/sleep_study.toml", include_str!("../../../config/prompts/sleep_study.toml")),
    ];
    understanding::Knowledge::from_toml_sources(&sources).expect("config/ is right")
}

/// Wherever the parser is cut off, the request ends up knowing its orders' states.
#[tokio::test(start_paused = true)]
async fn a_parsed_request_knows_its_states_wherever_the_parser_was_cut_off() {
    let knowledge = Arc::new(knowledge());
    for seed in 0..100 {
        let bench = Bench::new();
        let request = bench.request_before(Stage::Parse, 1).await;
        let faults = Faults { fail_before: 60, fail_after: 60, yields_max: 3, ..Faults::default() };
        let environment = faulty(&bench, faults, seed);
        let parser = ParserWork {
            environment: environment.clone(),
            knowledge: Arc::clone(&knowledge),
            destinations: vec![DestinationName::new("folder")],
            done_outcomes: done_outcomes(),
            model: None,
        };
        start(&environment, parser).await;
        until("no parse item", || !bench.queued().contains(&Stage::Parse)).await;
        let set = bench.stores.orders.get(&request.id, request.revision).await.expect("read").expect("a set");
        let states: Vec<OrderState> = set.value.states().cloned().collect();
        assert!(!states.is_empty());
        let request = bench.stored(&request.id).await;
        assert_eq!((request.status, request.order_states), (RequestStatus::Parsed, states), "seed {seed}");
    }
}

pub(crate) async fn recover(bench: &Bench) -> ActorRef<actors::recovery::RecoveryMsg> {
    let args = RecoveryArgs {
        environment: bench.environment.clone(),
        interval: Duration::from_secs(60),
        limit: SignedDuration::from_mins(45),
        recognitions_max: 50,
        done_outcomes: done_outcomes(),
    };
    Actor::spawn(None, Recovery, args).await.expect("it starts").0
}

/// Takes every item out of the queues, as a lost queue would.
pub(crate) async fn forget(bench: &Bench) {
    for item in bench.stores.queue.items() {
        let leases = bench.stores.queue.lease(&item.queue(), 100, SignedDuration::from_secs(5)).await;
        for lease in leases.expect("leased") {
            bench.stores.queue.acknowledge(&lease).await.expect("acknowledged");
        }
    }
    assert_eq!(bench.queued(), []);
}

#[tokio::test(start_paused = true)]
async fn what_the_queues_forgot_comes_back_from_the_store_and_what_waits_does_not() {
    let bench = Bench::new();
    let destination = [DestinationName::new("folder")];
    routing(&bench, &destination).await;
    for (number, stage) in (2..).zip([Stage::Scrape, Stage::Reassembly, Stage::Ocr, Stage::Parse]) {
        bench.request_before(stage, number).await;
    }
    let waiting = bench.request_before(Stage::Scrape, 6).await;
    let parked = bench.request_before(Stage::Scrape, 7).await;
    let at = bench.environment.now();
    let reasons = vec![Reason { code: "quarantine:mrn".to_owned(), text: "look".to_owned() }];
    let park = Park { stage: Stage::Scrape, cause: Cause::Permanent, detail: "look".to_owned(), at };
    for (id, status) in
        [(waiting.id, RequestStatus::NeedsPerson { reasons }), (parked.id, RequestStatus::Parked(park))]
    {
        let change = |request: &mut Request| {
            request.status = status.clone();
            true
        };
        bench.environment.update_request(&id, change).await.expect("updated");
    }
    let expected = || {
        let mut queued = bench.queued();
        queued.sort();
        queued == [Stage::Scrape, Stage::Reassembly, Stage::Ocr, Stage::Parse, Stage::Route]
    };
    forget(&bench).await;
    let recovery = recover(&bench).await;
    until("all that is unfinished", expected).await;

    // Later only those without progress for a while.
    forget(&bench).await;
    tokio::time::sleep(Duration::from_secs(44 * 60)).await;
    assert_eq!(bench.queued(), []);
    until("those without progress", expected).await;
    recovery.stop(None);
}

#[tokio::test(start_paused = true)]
async fn done_that_was_never_pressed_is_remembered() {
    let bench = Bench::new();
    let folder = Arc::new(MemoryDestination::new("folder"));
    let request = routing(&bench, &[folder.name().clone()]).await;
    start(&bench.environment, router(&bench.environment, &[folder], Faults::default())).await;
    until("Done alone", || bench.queued() == [Stage::Done]).await;
    forget(&bench).await;
    recover(&bench).await;
    until("Done", || bench.queued() == [Stage::Done]).await;
    let change = |request: &mut Request| {
        request.done_at = Some(request.progress_at);
        true
    };
    bench.environment.update_request(&request.id, change).await.expect("updated");
    forget(&bench).await;
    tokio::time::sleep(Duration::from_secs(3 * 3_600)).await;
    assert_eq!(bench.queued(), []);
}
