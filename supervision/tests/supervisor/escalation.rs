//! Giving up: the failure walks up level by level to the caller, children stopped on the way.

use std::sync::Arc;
use std::time::Duration;

use supervision::{
    ChildSpec, ChildState, Escalated, EventKind, Exit, Outcome, SpecError, Strategy, SupervisorSpec, Tree,
    TreeError,
};

use crate::support::{ProbeMsg, Record, Refusal, all_run, policy, probe, tell};

#[tokio::test(start_paused = true)]
async fn the_exit_after_the_last_allowed_restart_stops_the_siblings_and_ends_the_tree() {
    let record = Record::default();
    let spec = SupervisorSpec::new("root", Strategy::OneForOne)
        .policy(policy(2))
        .on_event(record.hook())
        .child(probe(&record, "a"))
        .child(probe(&record, "b"))
        .child(probe(&record, "c"));
    let mut tree = Tree::start(spec).await.expect("the spec is right");
    let root = tree.handle();
    for round in 1..=2 {
        root.until(|children| children[1].restarts_counted == round - 1 && all_run(children)).await;
        tell(&root, "b", ProbeMsg::Fail);
        root.until(|children| children[1].restarts_counted == round && all_run(children)).await;
    }
    record.take();
    tell(&root, "b", ProbeMsg::Panic);
    let outcome = tree.ended().await;
    let expected = Escalated {
        supervisor: "root".into(),
        child: "b".into(),
        exit: Exit::Panic,
        restarts: 2,
        period: Duration::from_secs(60),
    };
    assert_eq!(outcome, Outcome::GaveUp(expected.clone()));
    assert_eq!(
        expected.to_string(),
        "supervisor `root` gave up: child `b` ended (panic) after 2 restarts within 60 s"
    );
    assert_eq!(record.take(), ["stop c", "stop a"]);
    assert_eq!(record.events("b").last(), Some(&EventKind::Escalated { exit: Exit::Panic }));
    assert!(root.children().iter().all(|child| child.state == ChildState::Idle));
    assert_eq!(tree.drain().await, outcome, "draining an ended tree changes nothing");
}

#[tokio::test(start_paused = true)]
async fn a_failure_escalates_through_two_levels() {
    let record = Record::default();
    let lower =
        SupervisorSpec::new("lower", Strategy::OneForOne).policy(policy(1)).child(probe(&record, "p"));
    let below = lower.handle();
    let middle = SupervisorSpec::new("middle", Strategy::RestForOne)
        .policy(policy(0))
        .child(lower.into_child())
        .child(probe(&record, "after"));
    let root = SupervisorSpec::new("root", Strategy::OneForOne)
        .policy(policy(0))
        .child(probe(&record, "before"))
        .child(middle.into_child());
    let tree = Tree::start(root).await.expect("the spec is right");
    below.until(all_run).await;
    tell(&below, "p", ProbeMsg::Fail);
    below.until(|children| children[0].restarts_counted == 1 && all_run(children)).await;
    tell(&below, "p", ProbeMsg::Fail);

    let Outcome::GaveUp(escalated) = tree.run(std::future::pending()).await else {
        panic!("the root gives up");
    };
    assert_eq!((escalated.supervisor.as_str(), escalated.child.as_str()), ("root", "middle"));
    let text = escalated.to_string();
    for part in ["`root`", "`middle` gave up", "`lower` gave up", "`p` ended (error: the disk is full)"] {
        assert!(text.contains(part), "{text}");
    }
    let lines = record.take();
    assert_eq!(lines[lines.len() - 2..], ["stop after", "stop before"], "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_gave_up_is_restarted_with_a_clean_slate_and_lasting_counters() {
    let record = Record::default();
    let lower =
        SupervisorSpec::new("lower", Strategy::OneForOne).policy(policy(0)).child(probe(&record, "p"));
    let below = lower.handle();
    let root = SupervisorSpec::new("root", Strategy::OneForOne).policy(policy(3)).child(lower.into_child());
    let tree = Tree::start(root).await.expect("the spec is right");
    for round in 1..=3 {
        below.until(all_run).await;
        tell(&below, "p", ProbeMsg::Fail);
        tree.handle().until(|children| children[0].restarts_counted == round && all_run(children)).await;
    }
    below.until(all_run).await;
    assert_eq!(record.count("start p"), 4);
    let lower = &tree.handle().children()[0];
    assert_eq!((lower.restarts_counted, lower.children[0].id.as_str()), (3, "p"));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_never_starts_ends_the_tree() {
    for refusal in [Refusal::Error, Refusal::Panic, Refusal::Hang] {
        let record = Record::default();
        record.refuse("b", usize::MAX, refusal);
        let spec = SupervisorSpec::new("root", Strategy::RestForOne)
            .policy(policy(3))
            .child(probe(&record, "a"))
            .child(probe(&record, "b"))
            .child(probe(&record, "c"));
        // A minute holds two hung starts at most, so give those a longer window.
        let mut long = policy(3);
        long.intensity.period = Duration::from_secs(600);
        let tree = Tree::start(spec.policy(long)).await.expect("the spec is right");
        assert!(matches!(tree.run(std::future::pending()).await, Outcome::GaveUp(_)));
        assert_eq!(record.take(), ["start a", "stop a"], "c is never started, a is stopped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_tree_takes_everybody_along() {
    let record = Record::default();
    let middle = SupervisorSpec::new("middle", Strategy::OneForOne).child(probe(&record, "p"));
    let below = middle.handle();
    let tree = Tree::start(SupervisorSpec::new("root", Strategy::OneForOne).child(middle.into_child()));
    let tree = tree.await.expect("the spec is right");
    below.until(all_run).await;
    let probe = below.child("p").expect("it runs");
    drop(tree);
    probe.wait(None).await.expect("no limit was set");
    assert_eq!(record.take(), ["start p"], "killed, not stopped");
}

#[tokio::test(start_paused = true)]
async fn a_root_that_ends_in_neither_way_is_lost() {
    let record = Record::default();
    let spec = SupervisorSpec::new("root", Strategy::OneForOne)
        .on_event(Arc::new(|_| panic!("a hook must not panic")))
        .child(probe(&record, "p"));
    let tree = Tree::start(spec).await.expect("the spec is right");
    assert_eq!(tree.run(std::future::pending()).await, Outcome::Lost);
}

#[tokio::test(start_paused = true)]
async fn a_killed_nested_supervisor_is_restarted_with_its_children() {
    let record = Record::default();
    let middle = SupervisorSpec::new("middle", Strategy::OneForOne).child(probe(&record, "p"));
    let below = middle.handle();
    let tree = Tree::start(SupervisorSpec::new("root", Strategy::OneForOne).child(middle.into_child()));
    let tree = tree.await.expect("the spec is right");
    below.until(all_run).await;
    let old = below.child("p").expect("it runs");
    tree.handle().child("middle").expect("it runs").kill();
    below.until(|children| all_run(children) && record.count("start p") == 2).await;
    old.wait(None).await.expect("no limit was set");
    assert_eq!(tree.handle().children()[0].last_exit, Some(Exit::Killed));
}

#[tokio::test(start_paused = true)]
async fn wrong_specs_are_refused_at_any_depth() {
    let record = Record::default();
    let twice = || {
        SupervisorSpec::new("inner", Strategy::OneForOne)
            .child(probe(&record, "p"))
            .child(probe(&record, "p"))
            .into_child()
    };
    let with = |child: ChildSpec| SupervisorSpec::new("root", Strategy::OneForOne).child(child);
    let (dynamic, _) = SupervisorSpec::dynamic("pool", 2);
    let cases = [
        (with(twice()), SpecError::DuplicateId { supervisor: "inner".into(), id: "p".into() }),
        (with(probe(&record, "")), SpecError::BadId { supervisor: "root".into(), id: String::new() }),
        (with(probe(&record, "a/b")), SpecError::BadId { supervisor: "root".into(), id: "a/b".into() }),
        (
            with(dynamic.child(probe(&record, "p")).into_child()),
            SpecError::ChildOfDynamic { supervisor: "pool".into(), id: "p".into() },
        ),
    ];
    for (spec, error) in cases {
        assert_eq!(Tree::start(spec).await.expect_err("it is wrong"), TreeError::Spec(error));
    }
    assert!(record.take().is_empty());
}
