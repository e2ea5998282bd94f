//! What happens to a world beside the faults of its ports: actors are killed, sessions end, processes crash.

use super::{Trouble, World};
use crate::hospital::documents::Papers;
use crate::hospital::portal::Moods;
use domain::ports::PortalLedger;
use domain::session::{LockCause, SessionStatus};
use memory::{Dice, Faults};
use ractor::ActorCell;
use std::time::Duration;
use supervision::{Outcome, Tree};

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    KillSomebody,
    EndStays,
    KickStays,
    CrashProcess,
    DrainProcess,
    WaitLong,
}

impl Act {
    fn roll(dice: &Dice) -> Self {
        match dice.below(11) {
            0..=4 => Self::KillSomebody,
            5..=6 => Self::EndStays,
            7 => Self::CrashProcess,
            8 => Self::DrainProcess,
            9 => Self::KickStays,
            _ => Self::WaitLong,
        }
    }
}

/// Everything is done, and one answer in so many is lost: what a timeout looks like.
pub(crate) const LOST: Faults =
    Faults { fail_before: 0, fail_after: 60, deliver_twice: 0, expire_early: 0, yields_max: 3 };

/// The trouble of a seed: a few shapes, so that each kind of fault also comes alone.
pub(crate) fn trouble(dice: &Dice) -> Trouble {
    let latency_max = Duration::from_millis([20, 500, 4_000][dice.below(3) as usize]);
    let portal = Moods { unavailable: 20, throttled: 10, ends_stay: 5, latency_max };
    let workers = Papers { dies: 40, panics: 20, takes: Duration::from_millis(dice.below(800)) };
    // The queue's own faults are rough; a store that lies as often would only slow the run down.
    let stores = Faults { fail_before: 8, fail_after: 8, yields_max: 4, ..Faults::default() };
    match dice.below(5) {
        4 => Trouble { stores: LOST, queue: LOST, ..Trouble::default() },
        0 => Trouble { stores, queue: Faults::rough(), portal, workers },
        1 => Trouble { queue: Faults::rough(), ..Trouble::default() },
        2 => Trouble { stores, ..Trouble::default() },
        _ => Trouble { portal, workers, ..Trouble::default() },
    }
}

/// Runs a process through its acts, starting another whenever one has ended; gives back the last one.
pub(crate) async fn unfold(world: &World, dice: &Dice) -> Tree {
    let mut tree = world.start().await;
    for _ in 0..4 + dice.below(10) {
        tree = pass(world, tree, Duration::from_millis(dice.below(15_000))).await;
        let act = Act::roll(dice);
        tracing::info!(?act, "chaos");
        tree = perform(world, tree, act, dice).await;
    }
    tree
}

async fn perform(world: &World, tree: Tree, act: Act, dice: &Dice) -> Tree {
    match act {
        Act::KillSomebody => {
            let all = everybody(&tree);
            if !all.is_empty() {
                all[dice.below(all.len() as u64) as usize].kill();
            }
        }
        Act::EndStays => world.portal.end_stays(),
        Act::KickStays => world.portal.kick_stays(),
        Act::CrashProcess => {
            world.crash(tree).await;
            return world.start().await;
        }
        Act::DrainProcess => {
            let outcome = tree.drain().await;
            assert!(!matches!(outcome, Outcome::Lost), "a drain was lost");
            return world.start().await;
        }
        Act::WaitLong => return pass(world, tree, Duration::from_secs(dice.below(900))).await,
    }
    tree
}

/// Lets time pass. A root that gives up ends the process, and somebody outside starts it again; a person
/// looks at accounts whose logins never came to an end.
pub(crate) async fn pass(world: &World, mut tree: Tree, time: Duration) -> Tree {
    let until = tokio::time::Instant::now() + time;
    while tokio::time::Instant::now() < until {
        tokio::select! {
            biased;
            outcome = tree.ended() => {
                assert!(matches!(outcome, Outcome::GaveUp(_)), "the root ended: {outcome:?}");
                tokio::time::sleep(Duration::from_secs(5)).await;
                tree = world.start().await;
            }
            () = tokio::time::sleep(Duration::from_secs(1)) => look_after(world).await,
        }
    }
    tree
}

/// What a person does: logs in by hand once, sees that the account is fine, unlocks.
pub(crate) async fn look_after(world: &World) {
    let locked = world.board().watch().now();
    if let SessionStatus::Locked { cause } = locked {
        // Logins cut off half-way leave attempts without an end, and codes that come into the next attempt.
        let cut_off = matches!(cause, LockCause::UnresolvedAttempts | LockCause::CodesRefused);
        assert!(cut_off, "the portal refused nothing: {cause:?}");
        world.stores.ledger.unlock(&World::portal_name()).await.expect("unlocked");
    }
}

/// Every actor below the root, supervisors included, in order of birth.
fn everybody(tree: &Tree) -> Vec<ActorCell> {
    let root = tree.handle();
    let mut all: Vec<ActorCell> = root.children().iter().filter_map(|child| root.child(&child.id)).collect();
    let mut next = 0;
    while let Some(cell) = all.get(next) {
        let mut children = cell.get_children();
        children.sort_by_key(ActorCell::get_id);
        all.extend(children);
        next += 1;
    }
    all
}
