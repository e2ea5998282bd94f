//! Executed, but the caller was told that it failed: at every call of every port that a run makes.

use crate::hospital::stories::Story;
use crate::world::{Trouble, World, chaos, invariants};
use memory::{CallTally, Dice, Faults};
use std::collections::BTreeMap;
use std::time::Duration;

/// One answer in eight is lost.
const LOST: Faults = Faults { fail_after: 125, ..chaos::LOST };

/// Calls made less often than this may have been lucky.
const OFTEN: u64 = 40;

async fn live(seed: u64) -> BTreeMap<String, CallTally> {
    let world = World::new(seed, &Story::ALL);
    world.set_trouble(Trouble { stores: LOST, queue: LOST, ..Trouble::default() });
    let tree = chaos::unfold(&world, &Dice::new(seed)).await;
    let tree = chaos::pass(&world, tree, Duration::from_secs(3_600)).await;
    world.set_trouble(Trouble::default());
    let tree = chaos::pass(&world, tree, Duration::from_secs(120)).await;
    invariants::come_to_rest(&world).await;
    invariants::hold(&world);
    drop(tree);
    world.calls()
}

#[test]
fn every_call_of_every_port_loses_its_answer_and_nothing_is_lost_or_done_twice() {
    let mut all: BTreeMap<String, CallTally> = BTreeMap::new();
    for seed in 0..12 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        for (call, tally) in runtime.expect("a runtime").block_on(live(seed)) {
            let sum = all.entry(call).or_default();
            (sum.made, sum.lost) = (sum.made + tally.made, sum.lost + tally.lost);
        }
    }
    let spared: Vec<_> = all.iter().filter(|(_, tally)| tally.made >= OFTEN && tally.lost == 0).collect();
    assert!(spared.is_empty(), "these answers always came: {spared:?}");
    let hit = all.values().filter(|tally| tally.lost > 0).count();
    assert!(hit >= 30, "few calls were hit at all: {all:#?}");
}
