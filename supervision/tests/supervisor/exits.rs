//! Every way to end, under every strategy: who is restarted, what counts, what is reported.

use std::time::Duration;

use ractor::ActorCell;
use supervision::{
    ChildState, ChildStatus, Drained, EventKind, Exit, Outcome, Restart, Strategy, SupervisorHandle,
    SupervisorSpec, Tree,
};

use crate::support::{EXPECTED, ProbeMsg, Record, Refusal, all_run, policy, probe, status, tell};

const STRATEGIES: [Strategy; 3] = [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne];

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Stop,
    StopForUnknown,
    Expected,
    Fail,
    Panic,
    Kill,
}

const ENDS: [End; 6] = [End::Stop, End::StopForUnknown, End::Expected, End::Fail, End::Panic, End::Kill];

impl End {
    fn bring_about(self, supervisor: &SupervisorHandle, id: &str) {
        match self {
            Self::Stop => tell(supervisor, id, ProbeMsg::StopFor(None)),
            Self::StopForUnknown => tell(supervisor, id, ProbeMsg::StopFor(Some("a whim"))),
            Self::Expected => tell(supervisor, id, ProbeMsg::StopFor(Some(EXPECTED))),
            Self::Fail => tell(supervisor, id, ProbeMsg::Fail),
            Self::Panic => tell(supervisor, id, ProbeMsg::Panic),
            Self::Kill => supervisor.child(id).as_ref().map(ActorCell::kill).expect("the probe runs"),
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Stop | Self::StopForUnknown => Exit::Normal,
            Self::Expected => Exit::Expected(EXPECTED),
            Self::Fail => Exit::Error("the disk is full".into()),
            Self::Panic => Exit::Panic,
            Self::Kill => Exit::Killed,
        }
    }
}

async fn family(strategy: Strategy, rule: Restart, record: &Record) -> Tree {
    let spec = SupervisorSpec::new("root", strategy)
        .policy(policy(3))
        .on_event(record.hook())
        .child(probe(record, "a"))
        .child(probe(record, "b").restart(rule))
        .child(probe(record, "c"));
    let tree = Tree::start(spec).await.expect("the spec is right");
    tree.handle().until(all_run).await;
    tree
}

fn exited(children: &[ChildStatus], id: &str) -> bool {
    children.iter().any(|child| child.id == id && child.last_exit.is_some())
}

#[tokio::test(start_paused = true)]
async fn a_permanent_child_comes_back_from_every_end_with_those_its_strategy_names() {
    for strategy in STRATEGIES {
        for end in ENDS {
            let record = Record::default();
            let tree = family(strategy, Restart::Permanent, &record).await;
            let root = tree.handle();
            end.bring_about(&root, "b");
            root.until(|children| exited(children, "b") && all_run(children)).await;

            let starts = ["a", "b", "c"].map(|id| record.count(&format!("start {id}")));
            let expected = match strategy {
                Strategy::OneForOne => [1, 2, 1],
                Strategy::OneForAll => [2, 2, 2],
                Strategy::RestForOne => [1, 2, 2],
            };
            assert_eq!(starts, expected, "{strategy:?} {end:?}");
            let b = status(&root, "b");
            assert_eq!(b.last_exit, Some(end.exit()), "{strategy:?} {end:?}");
            let counts = (b.restarts_counted, b.restarts_expected);
            assert_eq!(counts, if end == End::Expected { (0, 1) } else { (1, 0) }, "{strategy:?} {end:?}");
            assert_eq!(status(&root, "a").restarts_counted, 0, "a sibling's restart is not its own");
            assert_eq!(tree.drain().await, Outcome::Drained(Drained::default()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_transient_child_stays_down_after_a_normal_end_only() {
    for end in ENDS {
        let record = Record::default();
        let tree = family(Strategy::OneForOne, Restart::Transient, &record).await;
        let root = tree.handle();
        end.bring_about(&root, "b");
        let finished = end.exit() == Exit::Normal;
        let settled = if finished { ChildState::Finished } else { ChildState::Running };
        root.until(|children| exited(children, "b") && children[1].state == settled).await;
        assert_eq!(record.count("start b"), if finished { 1 } else { 2 }, "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_temporary_child_is_never_started_again() {
    for end in ENDS {
        let record = Record::default();
        let tree = family(Strategy::OneForAll, Restart::Temporary, &record).await;
        let root = tree.handle();
        end.bring_about(&root, "b");
        root.until(|children| children[1].state == ChildState::Finished).await;
        // Not even with its siblings.
        tell(&root, "a", ProbeMsg::Fail);
        root.until(|children| exited(children, "a") && children[2].state == ChildState::Running).await;
        assert_eq!(["a", "b", "c"].map(|id| record.count(&format!("start {id}"))), [2, 1, 2], "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_an_exit_like_any_other() {
    let cases = [
        (Refusal::Error, Exit::Error("start failed: the door is locked".into())),
        (Refusal::Panic, Exit::Panic),
        (Refusal::Hang, Exit::Error("start did not end within 30 s".into())),
    ];
    for strategy in STRATEGIES {
        for (refusal, exit) in &cases {
            let record = Record::default();
            record.refuse("b", 2, *refusal);
            let tree = family(strategy, Restart::Permanent, &record).await;
            let b = status(&tree.handle(), "b");
            assert_eq!(b.last_exit.as_ref(), Some(exit), "{strategy:?}");
            assert_eq!(b.restarts_counted, 2, "{strategy:?}");
            let starts = ["a", "b", "c"].map(|id| record.count(&format!("start {id}")));
            let expected = if strategy == Strategy::OneForAll { [3, 1, 1] } else { [1, 1, 1] };
            assert_eq!(starts, expected, "{strategy:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn expected_exits_use_no_intensity_however_many() {
    let record = Record::default();
    let tree = family(Strategy::OneForOne, Restart::Permanent, &record).await;
    let root = tree.handle();
    for round in 1..=10 {
        tell(&root, "b", ProbeMsg::StopFor(Some(EXPECTED)));
        root.until(|children| children[1].restarts_expected == round && all_run(children)).await;
    }
    // The whole intensity is still there for exits that count.
    for round in 1..=3 {
        tell(&root, "b", ProbeMsg::Panic);
        root.until(|children| children[1].restarts_counted == round && all_run(children)).await;
    }
    assert_eq!(record.count("start b"), 14);
}

#[tokio::test(start_paused = true)]
async fn waits_grow_and_are_reported() {
    let record = Record::default();
    let tree = family(Strategy::OneForOne, Restart::Permanent, &record).await;
    let root = tree.handle();
    for round in 1..=3 {
        tell(&root, "b", ProbeMsg::Fail);
        root.until(|children| children[1].restarts_counted == round && all_run(children)).await;
    }
    let waits: Vec<Duration> = record
        .events("b")
        .into_iter()
        .filter_map(|kind| match kind {
            EventKind::Restarting { after, counted: true } => Some(after),
            _ => None,
        })
        .collect();
    let full = [1, 2, 4].map(Duration::from_secs);
    assert_eq!(waits.len(), 3);
    for (wait, full) in waits.into_iter().zip(full) {
        assert!(full / 2 <= wait && wait <= full, "{wait:?} of {full:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn events_tell_the_story_and_no_panic_text() {
    let record = Record::default();
    let tree = family(Strategy::RestForOne, Restart::Permanent, &record).await;
    let root = tree.handle();
    tell(&root, "b", ProbeMsg::Panic);
    root.until(|children| exited(children, "b") && all_run(children)).await;
    let story = |id| record.events(id).iter().map(|kind| format!("{kind:?}")).collect::<Vec<_>>();
    let (b, c) = (story("b"), story("c"));
    assert_eq!((b.len(), c.len()), (4, 3), "{b:?} {c:?}");
    assert_eq!(
        [b[0].as_str(), b[1].as_str(), b[3].as_str()],
        ["Started", "Exited { exit: Panic }", "Started"]
    );
    assert!(b[2].starts_with("Restarting"), "{b:?}");
    assert_eq!(c, ["Started", "Stopped { how: Stopped }", "Started"]);
    assert!(!b.concat().contains("planted name"));
}

#[tokio::test(start_paused = true)]
async fn a_restarted_child_is_found_again_and_the_old_reference_is_dead() {
    let record = Record::default();
    let tree = family(Strategy::OneForOne, Restart::Permanent, &record).await;
    let root = tree.handle();
    let old = root.actor::<ProbeMsg>("b").expect("it runs");
    assert!(root.actor::<String>("b").is_none(), "it takes other messages");
    old.kill();
    root.until(|children| exited(children, "b") && all_run(children)).await;
    let new = root.actor::<ProbeMsg>("b").expect("it runs again");
    assert_ne!(old.get_id(), new.get_id());
    assert!(old.send_message(ProbeMsg::Fail).is_err());
}
