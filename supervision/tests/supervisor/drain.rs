//! Stopping a tree: order, graces, and who had to be killed.

use std::time::Duration;

use supervision::{
    ChildSpec, ChildState, Drained, Ended, EventKind, Outcome, Shutdown, Strategy, SupervisorSpec, Tree,
};
use tokio::time::Instant;

use crate::support::{ProbeMsg, Record, all_run, policy, probe, tell};

const HOUR: Duration = Duration::from_secs(3600);

fn graced(record: &Record, id: &str, grace_s: u64) -> ChildSpec {
    probe(record, id).shutdown(Shutdown::Drain(Duration::from_secs(grace_s)))
}

#[tokio::test(start_paused = true)]
async fn children_stop_in_reverse_start_order_at_every_level() {
    let record = Record::default();
    let inner = SupervisorSpec::new("inner", Strategy::OneForOne)
        .child(probe(&record, "b1"))
        .child(probe(&record, "b2"));
    let below = inner.handle();
    let spec = SupervisorSpec::new("root", Strategy::OneForOne)
        .child(probe(&record, "a"))
        .child(inner.into_child())
        .child(probe(&record, "c"));
    let tree = Tree::start(spec).await.expect("the spec is right");
    tree.handle().until(all_run).await;
    below.until(all_run).await;
    assert_eq!(record.take(), ["start a", "start c", "start b1", "start b2"]);
    assert_eq!(tree.drain().await, Outcome::Drained(Drained::default()));
    assert_eq!(record.take(), ["stop c", "stop b2", "stop b1", "stop a"]);
    assert!(below.children().iter().all(|child| child.state == ChildState::Idle));
}

#[tokio::test(start_paused = true)]
async fn a_slow_child_is_killed_after_its_grace_and_named() {
    let record = Record::default();
    let inner = SupervisorSpec::new("inner", Strategy::OneForOne)
        .on_event(record.hook())
        .child(graced(&record, "slow", 7))
        .child(probe(&record, "quick"));
    let below = inner.handle();
    let spec = SupervisorSpec::new("root", Strategy::OneForOne)
        .child(graced(&record, "in time", 10))
        .child(inner.into_child());
    let tree = Tree::start(spec).await.expect("the spec is right");
    tree.handle().until(all_run).await;
    below.until(all_run).await;
    tell(&below, "slow", ProbeMsg::Busy(HOUR));
    tell(&tree.handle(), "in time", ProbeMsg::Busy(Duration::from_secs(12)));
    tokio::task::yield_now().await;
    let began = Instant::now();
    let outcome = tree.run(async {}).await;
    assert_eq!(
        outcome,
        Outcome::Drained(Drained { killed: vec!["inner/slow".into()], stuck: Vec::new() }),
        "the one in time had 5 of its 12 seconds left when its turn came"
    );
    assert_eq!(began.elapsed().as_secs(), 12);
    assert_eq!(record.events("slow").last(), Some(&EventKind::Stopped { how: Ended::Killed }));
    assert_eq!(record.count("stop slow"), 0, "post_stop does not run after a kill");
    assert_eq!(record.count("stop in time"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_child_whose_spec_says_kill_is_not_waited_for_nor_named() {
    let record = Record::default();
    let spec =
        SupervisorSpec::new("root", Strategy::OneForOne).child(probe(&record, "a").shutdown(Shutdown::Kill));
    let tree = Tree::start(spec).await.expect("the spec is right");
    tree.handle().until(all_run).await;
    tell(&tree.handle(), "a", ProbeMsg::Busy(HOUR));
    tokio::task::yield_now().await;
    let began = Instant::now();
    assert_eq!(tree.drain().await, Outcome::Drained(Drained::default()));
    assert_eq!((began.elapsed(), record.count("stop a")), (Duration::ZERO, 0));
}

#[tokio::test(start_paused = true)]
async fn a_child_already_on_its_way_down_gets_its_grace_too() {
    let record = Record::default();
    let spec = SupervisorSpec::new("root", Strategy::OneForOne).child(graced(&record, "a", 10));
    let tree = Tree::start(spec).await.expect("the spec is right");
    tree.handle().until(all_run).await;
    let a = tree.handle().child("a").expect("it runs");
    tell(&tree.handle(), "a", ProbeMsg::Busy(Duration::from_secs(6)));
    tokio::task::yield_now().await;
    a.stop(None);
    assert_eq!(tree.drain().await, Outcome::Drained(Drained::default()));
    assert_eq!(record.count("stop a"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_cancels_pending_restarts() {
    let record = Record::default();
    let spec = SupervisorSpec::new("root", Strategy::OneForOne).policy(policy(3)).child(probe(&record, "a"));
    let tree = Tree::start(spec).await.expect("the spec is right");
    let root = tree.handle();
    root.until(all_run).await;
    tell(&root, "a", ProbeMsg::Fail);
    root.until(|children| matches!(children[0].state, ChildState::Restarting { .. })).await;
    assert_eq!(tree.drain().await, Outcome::Drained(Drained::default()));
    tokio::time::advance(HOUR).await;
    assert_eq!(record.take(), ["start a"]);
}

#[tokio::test(start_paused = true)]
async fn a_root_caught_in_a_start_that_hangs_is_killed_after_its_grace() {
    let record = Record::default();
    record.refuse("b", 1, crate::support::Refusal::Hang);
    let spec = SupervisorSpec::new("root", Strategy::OneForOne)
        .child(graced(&record, "a", 1))
        .child(graced(&record, "b", 1));
    let tree = Tree::start(spec).await.expect("the spec is right");
    tree.handle().until(|children| children[0].state == ChildState::Running).await;
    let outcome = tree.drain().await;
    assert_eq!(outcome, Outcome::Drained(Drained { killed: vec!["root".into()], stuck: Vec::new() }));
}

#[tokio::test(start_paused = true)]
async fn siblings_of_a_restarted_child_keep_their_grace() {
    let record = Record::default();
    let spec = SupervisorSpec::new("root", Strategy::RestForOne)
        .policy(policy(3))
        .on_event(record.hook())
        .child(probe(&record, "a"))
        .child(graced(&record, "b", 3));
    let tree = Tree::start(spec).await.expect("the spec is right");
    let root = tree.handle();
    root.until(all_run).await;
    tell(&root, "b", ProbeMsg::Busy(HOUR));
    tokio::task::yield_now().await;
    tell(&root, "a", ProbeMsg::Fail);
    root.until(|children| children[0].restarts_counted == 1 && all_run(children)).await;
    let stopped = EventKind::Stopped { how: Ended::Killed };
    assert_eq!(record.events("b"), [EventKind::Started, stopped, EventKind::Started]);
}

/// In real time and on two threads, since the child holds one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_holds_its_thread_is_reported_as_stuck() {
    let record = Record::default();
    let child = probe(&record, "a").shutdown(Shutdown::Drain(Duration::ZERO));
    let tree = Tree::start(SupervisorSpec::new("root", Strategy::OneForOne).child(child));
    let tree = tree.await.expect("the spec is right");
    tree.handle().until(all_run).await;
    let a = tree.handle().child("a").expect("it runs");
    let (release, held) = std::sync::mpsc::channel();
    let (holds, entered) = tokio::sync::oneshot::channel();
    tell(&tree.handle(), "a", ProbeMsg::Hold { holds, held });
    entered.await.expect("the probe holds its thread");
    let outcome = tree.drain().await;
    assert_eq!(outcome, Outcome::Drained(Drained { killed: Vec::new(), stuck: vec!["a".into()] }));
    release.send(()).expect("the probe still waits");
    a.wait(None).await.expect("no limit was set");
}
