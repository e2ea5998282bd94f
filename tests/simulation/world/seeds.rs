//! Seeds: one run each, through trouble and chaos to rest, every invariant checked. A seed replays its run.

use super::telemetry::{Lines, found};
use super::{Trouble, World, chaos, invariants};
use crate::hospital::documents::Papers;
use crate::hospital::portal::Moods;
use crate::hospital::stories::{Story, planted_words};
use domain::ports::OrderStore;
use domain::retry::RetryPolicy;
use memory::{Dice, Faults};
use std::ops::Range;
use std::time::Duration;

/// Every so many seeds the retry policy is the shipped one, and trouble may park an item.
const SHIPPED_POLICY_EVERY: u64 = 5;

/// Log lines shown of a run that failed.
const TAIL: usize = 40;

/// Requests of a seed of the hard course, at least: messages that repeat make it more.
const HARD_REQUESTS: usize = 10;

/// What the runs of a range meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// A few requests, one of several shapes of trouble.
    Usual,
    /// Ten requests; of everything that is asked of stores, queue and portal one call in five fails: half of them
    /// before anything was done, half after.
    Hard,
}

/// Runs these seeds, one after the other. A failing run prints its seed and the end of its log.
pub(crate) fn run(seeds: Range<u64>, course: Course) {
    for seed in seeds {
        let lines = Lines::default();
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run_one(seed, course, &lines)));
        if let Err(panic) = ran {
            let text = lines.text();
            let mut tail: Vec<&str> = text.lines().rev().take(TAIL).collect();
            tail.reverse();
            show(seed, course, &tail.join("\n"));
            std::panic::resume_unwind(panic);
        }
    }
}

#[expect(clippy::print_stdout, reason = "a failing test tells what is needed to run it again")]
fn show(seed: u64, course: Course, tail: &str) {
    println!("seed {seed} of {course:?} failed; the end of its log:\n{tail}");
}

/// One run; its log goes into `lines`.
pub(crate) fn run_one(seed: u64, course: Course, lines: &Lines) {
    let _guard = lines.capture();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(live(seed, course, lines));
}

async fn live(seed: u64, course: Course, lines: &Lines) {
    let dice = Dice::new(seed);
    let stories = stories(&dice, course);
    let mut world = World::new(seed, &stories);
    if course == Course::Usual && seed.is_multiple_of(SHIPPED_POLICY_EVERY) {
        world.attempts_max = RetryPolicy::default().attempts_max;
    }
    world.set_trouble(match course {
        Course::Usual => chaos::trouble(&dice),
        Course::Hard => hard_trouble(),
    });
    let tree = chaos::unfold(&world, &dice).await;
    world.set_trouble(Trouble::default());
    // What was handed out and never came back is due again after this.
    let tree = chaos::pass(&world, tree, Duration::from_secs(120)).await;
    rest(&world, tree).await;
    invariants::hold(&world);
    assert_nothing_told(&world, lines, stories.len()).await;
}

/// Comes to rest, with somebody outside who keeps the process running.
async fn rest(world: &World, mut tree: supervision::Tree) {
    let keep = async {
        loop {
            tree = chaos::pass(world, tree, Duration::from_secs(60)).await;
        }
    };
    tokio::select! {
        biased;
        () = invariants::come_to_rest(world) => {}
        () = keep => {}
    }
}

/// No planted word where others can read: logs, reasons, parks, queue bodies.
async fn assert_nothing_told(world: &World, lines: &Lines, patients: usize) {
    let words = planted_words(patients);
    let text = lines.text();
    if let Some(word) = found(&text, &words) {
        let line = text.lines().find(|line| line.contains(word));
        panic!("a log line shows {word}: {line:?}");
    }
    let mut told = Vec::new();
    for request in invariants::requests(&world.stores).values() {
        told.push(format!("{request:?} {:?}", request.status));
    }
    for set in world.stores.orders.list().await.expect("listed") {
        told.push(format!("{set:?}"));
    }
    assert_eq!(found(&told.join("\n"), &words), None, "shown by Debug of what is stored");
}

/// One call in five fails.
fn hard_trouble() -> Trouble {
    let portal = Moods { unavailable: 200, latency_max: Duration::from_millis(500), ..Moods::default() };
    let workers = Papers { dies: 200, panics: 0, takes: Duration::from_millis(200) };
    Trouble { stores: Faults::retryable(), queue: Faults::retryable(), portal, workers }
}

/// A handful of stories; small, so that many seeds fit into a minute.
fn stories(dice: &Dice, course: Course) -> Vec<Story> {
    let count = match course {
        Course::Usual => usize::try_from(3 + dice.below(4)).expect("a few"),
        Course::Hard => HARD_REQUESTS,
    };
    (0..count).map(|_| Story::ALL[dice.below(Story::ALL.len() as u64) as usize]).collect()
}
