//! The restart decision held against a table of every case, and against its invariants.

use proptest::prelude::*;
use proptest::strategy::Strategy as Generator;

use super::Strategy;
use super::*;

const PERIOD: Duration = Duration::from_secs(60);
const POLICY: Policy = Policy {
    intensity: Intensity { restarts: 2, period: PERIOD },
    backoff: Backoff { first: Duration::from_secs(1), cap: Duration::from_secs(8) },
};

fn exits() -> [Exit; 5] {
    [Exit::Normal, Exit::Expected("SessionExpired"), Exit::Error("e".into()), Exit::Panic, Exit::Killed]
}

fn history(counted: usize, expected: usize) -> History {
    let mut history = History::default();
    for _ in 0..counted {
        history.record("child", Duration::ZERO, true, PERIOD);
    }
    for _ in 0..expected {
        history.record("child", Duration::ZERO, false, PERIOD);
    }
    history
}

/// Every exit kind × restart kind, with room left and with the intensity used up.
#[test]
fn every_exit_meets_every_restart_rule() {
    use Restart::{Permanent, Temporary, Transient};
    let again = |counted| Decision::Restart { after: Duration::from_secs(1), counted };
    let later = |counted| Decision::Restart { after: Duration::from_secs(4), counted };
    let full = Decision::Escalate;
    let leave = Decision::Leave;
    // (rule, [decision per exit with room], [decision per exit when the intensity is used up])
    let table = [
        (
            Permanent,
            [again(true), again(false), again(true), again(true), again(true)],
            [full, later(false), full, full, full],
        ),
        (
            Transient,
            [leave, again(false), again(true), again(true), again(true)],
            [leave, later(false), full, full, full],
        ),
        (Temporary, [leave; 5], [leave; 5]),
    ];
    for (rule, with_room, used_up) in table {
        for (index, exit) in exits().into_iter().enumerate() {
            let fresh = decide(&POLICY, rule, "child", &exit, &history(0, 0), Duration::ZERO, 0.0);
            assert_eq!(fresh, with_room[index], "{rule:?} {exit:?} with room");
            let full = decide(&POLICY, rule, "child", &exit, &history(2, 0), Duration::ZERO, 0.0);
            assert_eq!(full, used_up[index], "{rule:?} {exit:?} used up");
        }
    }
}

#[test]
fn the_decision_does_not_depend_on_the_strategy_but_its_reach_does() {
    let table = [
        (Strategy::OneForOne, 0, 0..1),
        (Strategy::OneForOne, 2, 2..3),
        (Strategy::OneForAll, 0, 0..4),
        (Strategy::OneForAll, 3, 0..4),
        (Strategy::RestForOne, 0, 0..4),
        (Strategy::RestForOne, 1, 1..4),
        (Strategy::RestForOne, 3, 3..4),
    ];
    for (strategy, index, reach) in table {
        assert_eq!(strategy.affected(index, 4), reach, "{strategy:?} {index}");
    }
}

#[test]
fn waits_double_to_the_cap_and_jitter_takes_at_most_half() {
    let seconds = |earlier, jitter| POLICY.backoff.delay(earlier, jitter).as_secs_f64();
    assert_eq!([0, 1, 2, 3, 4, 40, u32::MAX].map(|n| seconds(n, 0.0)), [1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]);
    assert!((seconds(3, 0.5) - 6.0).abs() < 1e-9);
    assert!((seconds(3, 1.0) - 4.0).abs() < 1e-9);
}

#[test]
fn the_window_slides() {
    let history = history(2, 0);
    let at = |now| decide(&POLICY, Restart::Permanent, "child", &Exit::Panic, &history, now, 0.0);
    assert_eq!(at(PERIOD), Decision::Escalate);
    let past_it = PERIOD + Duration::from_nanos(1);
    assert_eq!(at(past_it), Decision::Restart { after: Duration::from_secs(1), counted: true });
}

#[test]
fn siblings_share_the_intensity_but_not_the_backoff() {
    let history = history(1, 5);
    let sibling = decide(&POLICY, Restart::Permanent, "other", &Exit::Killed, &history, Duration::ZERO, 0.0);
    assert_eq!(sibling, Decision::Restart { after: Duration::from_secs(1), counted: true });
    assert_eq!(history.counted(Duration::ZERO, PERIOD), 1);
}

#[test]
fn zero_intensity_escalates_at_once() {
    let policy = Policy { intensity: Intensity { restarts: 0, period: PERIOD }, ..POLICY };
    let none = History::default();
    let decision = decide(&policy, Restart::Permanent, "child", &Exit::Panic, &none, Duration::ZERO, 0.0);
    assert_eq!(decision, Decision::Escalate);
}

#[derive(Debug, Clone)]
struct Step {
    gap_ms: u64,
    exit: usize,
    child: usize,
    jitter: f64,
}

fn steps() -> impl Generator<Value = Vec<Step>> {
    let step = (0_u64..40_000, 0_usize..5, 0_usize..3, 0.0_f64..1.0)
        .prop_map(|(gap_ms, exit, child, jitter)| Step { gap_ms, exit, child, jitter });
    proptest::collection::vec(step, 0..200)
}

proptest! {
    /// However exits fall, no window of one period holds more counted restarts than allowed, and no
    /// expected exit ever escalates.
    #[test]
    fn never_more_counted_restarts_in_a_period_than_allowed(steps in steps(), allowed in 0_u32..6) {
        let policy = Policy { intensity: Intensity { restarts: allowed, period: PERIOD }, ..POLICY };
        let (mut history, mut now, mut counted_at) = (History::default(), Duration::ZERO, Vec::new());
        for step in steps {
            now += Duration::from_millis(step.gap_ms);
            let child = format!("child {}", step.child);
            let exit = exits()[step.exit].clone();
            match decide(&policy, Restart::Permanent, &child, &exit, &history, now, step.jitter) {
                Decision::Restart { after, counted } => {
                    prop_assert!(after <= policy.backoff.cap);
                    prop_assert_eq!(counted, exit.counts());
                    history.record(&child, now, counted, PERIOD);
                    if counted {
                        counted_at.push(now);
                    }
                }
                Decision::Escalate => {
                    prop_assert!(exit.counts());
                    // A supervisor that gave up starts afresh: its history goes with it.
                    let recent = counted_at.iter().filter(|at| now - **at <= PERIOD).count();
                    prop_assert_eq!(recent, allowed as usize);
                    history = History::default();
                    counted_at.clear();
                }
                Decision::Leave => prop_assert!(false, "a permanent child is never left"),
            }
            let recent = counted_at.iter().filter(|at| now - **at <= PERIOD).count();
            prop_assert!(recent <= allowed as usize);
        }
    }

    /// Memory stays bounded however many expected exits come.
    #[test]
    fn expected_exits_do_not_pile_up(count in 0_usize..500) {
        prop_assert!(history(0, count).past.len() <= REMEMBERED_PER_CHILD_MAX);
    }
}
