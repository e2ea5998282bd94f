//! Fifty identical messages, parsed at once: one original, forty-nine duplicates, whatever the interleaving.

use crate::hospital::documents::TextReader;
use crate::hospital::stories::Story;
use crate::world::telemetry::Lines;
use crate::world::{Trouble, World, chaos, invariants};
use actors::environment::Environment;
use actors::parser::ParserWork;
use actors::stage::StageLimits;
use actors::stage_actor::{StageActor, StageArgs};
use bytes::Bytes;
use domain::ids::{BlobRef, DestinationName};
use domain::parser::{OrderState, Outcome};
use domain::ports::{OrderStore, PacketPdf, PageReader, PageStore, RequestStore, WorkQueue};
use domain::request::{Request, RequestStatus};
use domain::retry::RetryPolicy;
use domain::work::Stage;
use jiff::SignedDuration;
use memory::{Dice, Faults};
use ractor::Actor;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

const MESSAGES: usize = 50;

/// Brings fifty copies of one message as far as the parser, by the tree itself, without its parser's work:
/// their requests come back, put before the parser again.
async fn before_the_parser(world: &World) -> Vec<Request> {
    world.set_trouble(Trouble::default());
    let tree = world.start().await;
    invariants::come_to_rest(world).await;
    world.crash(tree).await;
    invariants::requests(&world.stores).into_values().collect()
}

/// What fifty parsed copies share: read once by the tree, used by every seed.
struct Copies {
    requests: Vec<Request>,
    sheets: Bytes,
}

fn in_paused_time<T>(run: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(run)
}

async fn copies() -> Copies {
    let world = World::new(0, &[Story::Repeated(u32::try_from(MESSAGES).expect("fifty"))]);
    let requests = before_the_parser(&world).await;
    assert_eq!(requests.len(), MESSAGES);
    let blob = &requests[0].packet.as_ref().expect("a packet").pdf;
    let sheets = domain::ports::BlobStore::get(world.stores.blobs.as_ref(), blob).await.expect("stored");
    Copies { requests, sheets }
}

/// A world in which the copies stand before the parser and nothing has been parsed.
async fn stand_before_the_parser(world: &World, copies: &Copies, progress_age: SignedDuration) {
    let pdf = PacketPdf { blob: BlobRef::new("shared"), bytes: copies.sheets.clone() };
    let reader = TextReader::new(0);
    let environment = world.environment();
    for parsed in &copies.requests {
        let mut request = parsed.clone();
        request.status = RequestStatus::InWork { stage: Stage::Parse };
        request.order_states.clear();
        request.progress_at = environment.now() - progress_age;
        // The order's own page is all that duplicates are decided by, and comes first.
        let packet = request.packet.as_mut().expect("a packet");
        packet.pages.truncate(1);
        let captured = request.captured.as_mut().expect("captured");
        captured.fragments.truncate(1);
        captured.ledger.clear();
        let text = reader.read_page(&pdf, 1).await.expect("read");
        world.stores.pages.put(&packet.id, &text).await.expect("stored");
        assert!(world.stores.requests.create(&request).await.expect("stored"));
        let item = request.item(Stage::Parse, environment.now());
        world.stores.queue.enqueue(&[item], SignedDuration::ZERO).await.expect("enqueued");
    }
}

/// Fifty parsers at once, in trouble by seed.
async fn parse_at_once(world: &World, environment: &Environment) {
    let work = ParserWork {
        environment: environment.clone(),
        knowledge: world.knowledge(),
        destinations: vec![DestinationName::new("folder")],
        done_outcomes: Arc::default(),
        model: None,
    };
    let retry = RetryPolicy { attempts_max: u32::MAX, ..RetryPolicy::default() };
    let args = StageArgs {
        work: Arc::new(work),
        queue: Stage::Parse.queue(&World::portal_name()),
        room: MESSAGES,
        poll: Duration::from_millis(500),
        limits: StageLimits { retry, ..StageLimits::default() },
        environment: environment.clone(),
    };
    let (parser, _) = Actor::spawn(None, StageActor::default(), args).await.expect("it starts");
    let parsed = |request: &Request| request.status == RequestStatus::Parsed;
    let wait = async {
        while !invariants::requests(&world.stores).values().all(parsed) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(3_600), wait).await.expect("parsed within an hour");
    parser.kill();
}

/// The originals among the orders, and how many name each of them as theirs.
async fn verdicts(world: &World) -> Vec<(Request, usize)> {
    let sets = world.stores.orders.list().await.expect("listed");
    assert_eq!(sets.len(), MESSAGES);
    let records: Vec<_> = sets.iter().flat_map(|set| &set.orders).collect();
    let repeats = |record: &&&domain::parser::OrderRecord| {
        records.iter().filter(|other| {
            matches!(&other.state, OrderState::Closed(Outcome::Duplicate { of }) if *of == record.id)
        }).count()
    };
    let is_original = |record: &&&domain::parser::OrderRecord| {
        !matches!(record.state, OrderState::Closed(Outcome::Duplicate { .. }))
    };
    let mut originals = Vec::new();
    for record in records.iter().filter(is_original) {
        let request =
            world.stores.requests.get(&record.id.request()).await.expect("read").expect("stored").value;
        originals.push((request, repeats(&record)));
    }
    originals
}

async fn parse_fifty(seed: u64, copies: &Copies, progress_age: SignedDuration) -> Vec<(Request, usize)> {
    let world = World::new(seed, &[]);
    stand_before_the_parser(&world, copies, progress_age).await;
    let dice = Dice::new(seed);
    let faults =
        Faults { yields_max: 1 + u32::try_from(dice.below(12)).expect("few"), ..chaos::trouble(&dice).queue };
    world.set_trouble(Trouble {
        stores: Faults { yields_max: 9, ..Faults::default() },
        queue: faults,
        ..Trouble::default()
    });
    parse_at_once(&world, &world.environment()).await;
    verdicts(&world).await
}

fn one_original(seeds: Range<u64>) {
    let copies = in_paused_time(copies());
    let lowest = copies.requests.iter().min_by_key(|request| (request.row.received, request.id.clone()));
    let lowest = lowest.expect("fifty").id.clone();
    for seed in seeds {
        let originals = in_paused_time(parse_fifty(seed, &copies, SignedDuration::ZERO));
        let found: Vec<_> =
            originals.iter().map(|(request, repeats)| (request.id.clone(), *repeats)).collect();
        assert_eq!(found, [(lowest.clone(), MESSAGES - 1)], "seed {seed}");
    }
}

// A hundred seeds, in two halves for two cores.

#[test]
fn fifty_identical_messages_are_one_original_and_forty_nine_duplicates() {
    one_original(0..50);
}

#[test]
fn fifty_identical_messages_under_fifty_more_seeds() {
    one_original(50..100);
}

/// Those who have waited long enough for an earlier message wait no more: then the compare-and-set alone decides.
#[test]
fn without_waiting_for_each_other_there_is_still_one_original() {
    let copies = in_paused_time(copies());
    for seed in 0..25 {
        let originals = in_paused_time(parse_fifty(seed, &copies, SignedDuration::from_hours(1)));
        let repeats: Vec<usize> = originals.iter().map(|(_, repeats)| *repeats).collect();
        assert_eq!(repeats, [MESSAGES - 1], "seed {seed}");
    }
}

/// The same through the whole tree: fifty deliveries would be forty-nine too many.
#[test]
fn the_whole_tree_delivers_one_of_fifty() {
    let lines = Lines::default();
    let _guard = lines.capture();
    in_paused_time(async {
        let world = World::new(7, &[Story::Repeated(u32::try_from(MESSAGES).expect("fifty"))]);
        let tree = world.start().await;
        invariants::come_to_rest(&world).await;
        invariants::hold(&world);
        assert_eq!(world.folder.deliveries().len(), 1);
        assert_eq!(world.portal.done().len(), MESSAGES);
        let block = world.stores.orders.list().await.expect("listed").len();
        assert_eq!(block, MESSAGES);
        drop(tree);
    });
}
