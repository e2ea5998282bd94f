//! Sessions in the whole tree: they end, passwords are refused, and the work goes on or waits unharmed.

use crate::hospital::portal::{Account, Moods};
use crate::hospital::stories::Story;
use crate::world::{Trouble, World, invariants};
use domain::request::RequestStatus;
use domain::session::{LockCause, SessionStatus};
use memory::Dice;
use std::time::Duration;
use supervision::{ChildStatus, Tree};

/// Documents of a chart that are downloaded side by side, at most.
const DOWNLOADS_MAX: u32 = 4;

/// A slow portal, so that sessions end while charts are read.
const SLOW: Moods = Moods { unavailable: 0, throttled: 0, ends_stay: 0, latency_max: Duration::from_secs(3) };

async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(3_600), wait).await.is_ok(),
        "waited an hour for: {what}"
    );
}

/// Every child of the tree, nested ones included.
fn everybody(children: Vec<ChildStatus>) -> Vec<ChildStatus> {
    let nested: Vec<ChildStatus> =
        children.iter().flat_map(|child| everybody(child.children.clone())).collect();
    children.into_iter().chain(nested).collect()
}

fn restarts_counted(tree: &Tree) -> u64 {
    everybody(tree.handle().children()).iter().map(|child| child.restarts_counted).sum()
}

fn ready(world: &World) -> bool {
    matches!(world.board().watch().now(), SessionStatus::Ready { .. })
}

#[tokio::test(start_paused = true)]
async fn ten_expiries_cost_ten_logins_and_nothing_else() {
    for seed in 0..10 {
        let world = World::new(seed, &[Story::Complete; 6]);
        world.set_trouble(Trouble { portal: SLOW, ..Trouble::default() });
        let (tree, dice) = (world.start().await, Dice::new(seed));
        for logins in 1..=10 {
            // An idle session may be gone for a while before anybody meets the login page.
            until("the next session", || world.portal.tally().logins == logins && ready(&world)).await;
            tokio::time::sleep(Duration::from_millis(500 + dice.below(20_000))).await;
            world.portal.end_stays();
        }
        invariants::come_to_rest(&world).await;
        invariants::hold(&world);
        let tally = world.portal.tally();
        assert_eq!(tally.stays_ended, 10, "seed {seed}");
        assert!(tally.logins <= 11, "seed {seed}: {} logins", tally.logins);
        assert_eq!(restarts_counted(&tree), 0, "seed {seed}: expiries used up restart intensity");
        let again: u32 = tally.downloads.values().map(|count| count - 1).sum();
        assert!(again <= tally.stays_ended * DOWNLOADS_MAX, "seed {seed}: {again} downloads again");
        for request in invariants::requests(&world.stores).values() {
            assert_eq!(request.failures.total(), 0, "seed {seed}: an expiry counted as a failure");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_password_survives_ten_restarts_unsubmitted_and_a_new_secret_goes_on() {
    let mut world = World::new(1, &[Story::Complete, Story::NonDme]);
    world.portal.set_account(Account { password_right: false, ..Account::default() });
    let mut tree = world.start().await;
    for _ in 0..10 {
        let locked = || {
            let now = world.board().watch().now();
            matches!(now, SessionStatus::Locked { cause: LockCause::WrongPassword })
        };
        until("the lock", locked).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        world.crash(tree).await;
        tree = world.start().await;
    }
    let tally = world.portal.tally();
    assert_eq!((tally.passwords, tally.browsers), (1, 1));
    assert_eq!(tally.problems, Vec::<String>::new());

    world.portal.set_account(Account::default());
    world.crash(tree).await;
    world.credential = "credential-2".to_owned();
    let tree = world.start().await;
    invariants::come_to_rest(&world).await;
    invariants::hold(&world);
    drop(tree);
}

#[tokio::test(start_paused = true)]
async fn requests_wait_unharmed_while_the_account_is_locked() {
    let mut world = World::new(2, &[Story::Complete; 4]);
    world.set_trouble(Trouble { portal: SLOW, ..Trouble::default() });
    let tree = world.start().await;
    until("a download", || !world.portal.tally().downloads.is_empty()).await;
    // The password is changed at the hospital, and the session ends in the middle of the charts.
    world.portal.set_account(Account { password_right: false, ..Account::default() });
    world.portal.end_stays();
    tokio::time::sleep(Duration::from_secs(24 * 3_600)).await;
    assert_eq!(world.portal.tally().passwords, 2, "one good one, one refused one");
    for request in invariants::requests(&world.stores).values() {
        let waits = matches!(request.status, RequestStatus::InWork { .. } | RequestStatus::Parsed);
        assert!(waits, "a locked account is no request's failure: {:?}", request.status);
        assert_eq!(request.failures.total(), 0);
    }
    world.crash(tree).await;
    world.portal.set_account(Account::default());
    world.credential = "credential-2".to_owned();
    let tree = world.start().await;
    invariants::come_to_rest(&world).await;
    invariants::hold(&world);
    drop(tree);
}
