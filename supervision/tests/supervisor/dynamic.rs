//! Children added at run time: bounded, found by id, restarted one for one, stopped together.

use std::time::Duration;

use supervision::{
    ChildState, Drained, DynamicChildren, Ended, Exit, Outcome, Restart, Shutdown, StartChildError,
    StartError, StopChildError, Strategy, SupervisorSpec, Tree,
};
use tokio::time::Instant;

use crate::support::{EXPECTED, ProbeMsg, Record, Refusal, all_run, policy, probe, tell};

async fn pool(limit: usize) -> (Tree, DynamicChildren) {
    let (spec, children) = SupervisorSpec::dynamic("pool", limit);
    let spec = spec.policy(policy(2));
    let tree = Tree::start(
        SupervisorSpec::new("root", Strategy::OneForOne).policy(policy(1)).child(spec.into_child()),
    );
    let tree = tree.await.expect("the spec is right");
    tree.handle().until(all_run).await;
    (tree, children)
}

#[tokio::test(start_paused = true)]
async fn children_come_and_go_within_the_limit() {
    let record = Record::default();
    let (_tree, pool) = pool(2).await;
    let one = pool.start(probe(&record, "one")).await.expect("there is room");
    pool.start(probe(&record, "two")).await.expect("there is room");
    assert_eq!((pool.count(), pool.ids()), (2, vec!["one".to_owned(), "two".to_owned()]));
    assert!(
        matches!(pool.start(probe(&record, "one")).await, Err(StartChildError::AlreadyRunning(cell)) if cell == one)
    );
    assert!(matches!(pool.start(probe(&record, "three")).await, Err(StartChildError::Full { limit: 2 })));
    assert_eq!(pool.stop("one").await, Ok(Ended::Stopped));
    assert!(pool.get("one").is_none());
    assert_eq!(pool.stop("one").await, Err(StopChildError::NotRunning { id: "one".into() }));
    pool.start(probe(&record, "three")).await.expect("there is room again");
    assert_eq!(record.take(), ["start one", "start two", "stop one", "start three"]);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_ends_for_good_leaves_its_place() {
    let record = Record::default();
    let (_tree, pool) = pool(1).await;
    for (rule, end) in [
        (Restart::Transient, ProbeMsg::StopFor(None)),
        (Restart::Temporary, ProbeMsg::Panic),
        (Restart::Temporary, ProbeMsg::StopFor(Some(EXPECTED))),
    ] {
        pool.start(probe(&record, "p").restart(rule)).await.expect("there is room");
        tell(pool.handle(), "p", end);
        pool.handle().until(<[_]>::is_empty).await;
    }
    assert_eq!(record.count("start p"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_transient_child_is_restarted_alone() {
    let record = Record::default();
    let (_tree, pool) = pool(2).await;
    for id in ["one", "two"] {
        pool.start(probe(&record, id).restart(Restart::Transient)).await.expect("there is room");
    }
    tell(pool.handle(), "one", ProbeMsg::Panic);
    pool.handle().until(|children| matches!(children[0].state, ChildState::Restarting { .. })).await;
    assert!(matches!(pool.start(probe(&record, "one")).await, Err(StartChildError::Busy { .. })));
    assert!(
        matches!(pool.start(probe(&record, "six")).await, Err(StartChildError::Full { .. })),
        "it keeps its place"
    );
    pool.handle().until(all_run).await;
    assert_eq!((record.count("start one"), record.count("start two")), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_first_start_that_fails_is_told_and_forgotten() {
    let record = Record::default();
    let (_tree, pool) = pool(1).await;
    let cases = [
        (Refusal::Error, StartError::Failed("the door is locked".into())),
        (Refusal::Panic, StartError::Panicked),
        (Refusal::Hang, StartError::TimedOut { after: Duration::from_secs(30) }),
    ];
    for (refusal, expected) in cases {
        record.refuse("p", 1, refusal);
        let Err(StartChildError::Start(error)) = pool.start(probe(&record, "p")).await else {
            panic!("the start is refused");
        };
        assert_eq!((error, pool.count()), (expected, 0));
    }
    pool.start(probe(&record, "p")).await.expect("the place is free");
}

#[tokio::test(start_paused = true)]
async fn a_later_start_that_fails_is_retried() {
    let record = Record::default();
    let (_tree, pool) = pool(1).await;
    pool.start(probe(&record, "p")).await.expect("there is room");
    record.refuse("p", 1, Refusal::Error);
    tell(pool.handle(), "p", ProbeMsg::Fail);
    pool.handle().until(|children| children[0].restarts_counted == 2 && all_run(children)).await;
    let p = &pool.handle().children()[0];
    assert_eq!(p.last_exit, Some(Exit::Error("start failed: the door is locked".into())));
}

#[tokio::test(start_paused = true)]
async fn stopping_one_slow_child_holds_up_nobody() {
    let record = Record::default();
    let (_tree, pool) = pool(3).await;
    let slow = probe(&record, "slow").shutdown(Shutdown::Drain(Duration::from_secs(4)));
    pool.start(slow).await.expect("there is room");
    tell(pool.handle(), "slow", ProbeMsg::Busy(Duration::from_secs(3600)));
    tokio::task::yield_now().await;
    let began = Instant::now();
    let others = async {
        pool.handle().until(|children| children[0].state == ChildState::Stopping).await;
        assert!(matches!(pool.start(probe(&record, "slow")).await, Err(StartChildError::Busy { .. })));
        pool.start(probe(&record, "other")).await.expect("there is room");
        began.elapsed()
    };
    let (first, second, meanwhile) = tokio::join!(pool.stop("slow"), pool.stop("slow"), others);
    assert_eq!((first, second), (Ok(Ended::Killed), Ok(Ended::Killed)));
    assert_eq!((meanwhile, began.elapsed().as_secs()), (Duration::ZERO, 4));
    assert_eq!(pool.ids(), ["other"]);
}

#[tokio::test(start_paused = true)]
async fn a_child_waiting_for_its_restart_can_be_stopped() {
    let record = Record::default();
    let (_tree, pool) = pool(1).await;
    pool.start(probe(&record, "p")).await.expect("there is room");
    tell(pool.handle(), "p", ProbeMsg::Fail);
    pool.handle().until(|children| matches!(children[0].state, ChildState::Restarting { .. })).await;
    assert_eq!(pool.stop("p").await, Ok(Ended::Stopped));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!((pool.count(), record.count("start p")), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn the_handle_survives_the_supervisor_but_the_children_do_not() {
    let record = Record::default();
    let (tree, pool) = pool(3).await;
    for id in ["one", "two"] {
        pool.start(probe(&record, id)).await.expect("there is room");
    }
    for round in 1..=3_u64 {
        tell(pool.handle(), "one", ProbeMsg::Panic);
        let root = tree.handle();
        if round <= 2 {
            pool.handle().until(|children| children[0].restarts_counted == round && all_run(children)).await;
        } else {
            root.until(|children| children[0].restarts_counted == 1).await;
            assert!(matches!(pool.start(probe(&record, "x")).await, Err(StartChildError::Unavailable)));
            assert_eq!(pool.stop("two").await, Err(StopChildError::Unavailable));
            root.until(all_run).await;
        }
    }
    assert_eq!((pool.count(), record.count("stop two")), (0, 1));
    pool.start(probe(&record, "one")).await.expect("the new supervisor takes children");
}

#[tokio::test(start_paused = true)]
async fn a_drain_stops_all_at_the_same_time_and_cuts_long_graces() {
    let record = Record::default();
    let (spec, pool) = SupervisorSpec::dynamic("pool", 8);
    let spec = spec.dynamic_grace(Duration::from_secs(3)).into_child();
    let tree = Tree::start(SupervisorSpec::new("root", Strategy::OneForOne).child(spec));
    let tree = tree.await.expect("the spec is right");
    tree.handle().until(all_run).await;
    for n in 0..8 {
        let child = probe(&record, &n.to_string()).shutdown(Shutdown::Drain(Duration::from_secs(3600)));
        pool.start(child).await.expect("there is room");
        tell(pool.handle(), &n.to_string(), ProbeMsg::Busy(Duration::from_secs(if n < 6 { 2 } else { 900 })));
    }
    tokio::task::yield_now().await;
    let began = Instant::now();
    let killed = vec!["pool/6".to_owned(), "pool/7".to_owned()];
    assert_eq!(tree.drain().await, Outcome::Drained(Drained { killed, stuck: Vec::new() }));
    assert_eq!(began.elapsed().as_secs(), 3);
    assert!(matches!(pool.start(probe(&record, "x")).await, Err(StartChildError::Unavailable)));
}
