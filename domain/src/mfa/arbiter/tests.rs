//! Whose turn it is, and the arbiter against a mail system that delays, repeats, reorders and forges.

use super::*;
use crate::mfa::take_verdict;
use crate::ports::{CodeEntry, CodeWindow, TakeVerdict};
use proptest::prelude::*;

fn portal(name: &str) -> PortalName {
    PortalName::new(name)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).expect("a time")
}

fn address() -> CodeAddress {
    CodeAddress::Mail {
        recipient: "codes@supplier.example".into(),
        sender_domain: "hospital.example".into(),
        subject: None,
    }
}

fn line() -> CodeLine {
    CodeLine::new(address())
}

#[test]
fn the_second_waits_until_the_first_gives_back_or_its_lease_ends() {
    let (a, b) = (portal("a"), portal("b"));
    let mut given_back = line();
    assert!(given_back.lease(&a, at(0), at(60)).is_ok());
    let holder = given_back.lease(&b, at(1), at(61)).expect_err("it waits");
    assert_eq!((holder.portal, holder.until), (a.clone(), at(60)));
    let mut killed = given_back.clone();
    given_back.release(&a);
    assert!(given_back.lease(&b, at(2), at(62)).is_ok());
    assert!(given_back.lease(&a, at(3), at(63)).is_err());
    assert!(killed.lease(&b, at(59), at(119)).is_err(), "the lease still runs");
    assert!(killed.lease(&b, at(60), at(120)).is_ok(), "nobody gives back after a kill");
    assert!(!killed.ask(&a, at(61)), "who lost its turn asks for nothing");
    assert!(killed.ask(&b, at(61)));
}

#[test]
fn a_portal_takes_its_own_turn_up_again_after_a_restart() {
    let mut line = line();
    assert!(line.lease(&portal("a"), at(0), at(60)).is_ok());
    assert!(line.lease(&portal("a"), at(5), at(65)).is_ok());
    assert_eq!(line.holder.as_ref().map(|turn| (turn.since, turn.until)), Some((at(0), at(65))));
}

#[test]
fn who_waits_longest_is_next_unless_it_has_gone_away() {
    let (a, b, c) = (portal("a"), portal("b"), portal("c"));
    let mut line = line();
    assert!(line.lease(&a, at(0), at(60)).is_ok());
    assert!(line.lease(&b, at(1), at(61)).is_err());
    assert!(line.lease(&c, at(2), at(62)).is_err());
    line.release(&a);
    assert_eq!(line.lease(&c, at(3), at(63)).expect_err("b is before").portal, b);
    assert_eq!(line.lease(&a, at(3), at(63)).expect_err("b is before").portal, b);
    // b has been killed and asks no more.
    assert!(line.lease(&c, at(32), at(92)).is_ok());
}

#[test]
fn the_next_login_asks_only_when_an_open_question_is_old() {
    let (a, b) = (portal("a"), portal("b"));
    let mut line = line();
    assert_eq!(line.lease(&a, at(0), at(60)), Ok(YourTurn { ask_from: at(0) }));
    assert!(line.ask(&a, at(1)));
    let mut answered = line.clone();
    answered.answered(&a, at(1));
    answered.release(&a);
    assert_eq!(answered.lease(&b, at(2), at(62)), Ok(YourTurn { ask_from: at(2) }));
    line.release(&a);
    assert_eq!(line.lease(&b, at(2), at(62)), Ok(YourTurn { ask_from: at(1) + ASK_GAP }));
    assert_eq!(line.lease(&b, at(40), at(99)), Ok(YourTurn { ask_from: at(40) }));
}

#[test]
fn an_answer_was_sent_nearer_to_its_question_than_to_the_one_before() {
    let a = portal("a");
    let mut line = line();
    assert_eq!(line.sent_from(), None);
    assert!(line.lease(&a, at(0), at(9_999)).is_ok());
    for (ask, from) in [(0, -120), (20, 10), (21, 20), (200, 110), (1_000, 880)] {
        assert!(line.ask(&a, at(ask)));
        assert!(line.ask(&a, at(ask)), "told twice is asked once");
        assert_eq!(line.sent_from(), Some(at(from)), "{ask}");
    }
    assert!(line.asks.len() < 5, "those too old to matter are dropped");
}

#[test]
fn a_copy_of_an_answer_that_was_seen_answers_nothing_else() {
    let a = portal("a");
    let mut line = line();
    assert!(line.lease(&a, at(0), at(9_999)).is_ok());
    assert!(line.ask(&a, at(0)));
    line.answered(&a, at(8));
    line.answered(&a, at(7));
    assert!(line.ask(&a, at(10)));
    assert_eq!(line.sent_from(), Some(at(9)), "halfway would be 5");
}

/// What a mail system does with one mail.
#[derive(Clone, Debug)]
struct Fate {
    /// How long the hospital takes to write it; the arbiter tolerates less than half of [`ASK_GAP`].
    written_after: i64,
    /// How long it then travels.
    travels: i64,
    /// A copy comes so long after it.
    copy_after: Option<i64>,
    /// Another code is mailed together with it, and comes so long after it.
    other_after: Option<i64>,
}

/// How long a code lies before it is taken, in whole seconds.
const SETTLES_IN: i64 = 2;

/// How long codes that differ lie before another is asked for.
const AMBIGUOUS_FOR: i64 = 5;

fn fate() -> impl Strategy<Value = Fate> {
    let travels = prop_oneof![8 => 0_i64..20, 2 => 20_i64..600];
    let copy = proptest::option::weighted(0.2, 1_i64..300);
    let other = proptest::option::weighted(0.15, 0_i64..2);
    (0_i64..9, travels, copy, other).prop_map(|(written_after, travels, copy_after, other_after)| Fate {
        written_after,
        travels,
        copy_after,
        other_after,
    })
}

/// One login in a simulated day: it takes its turn, asks, and takes a code or gives up.
#[derive(Clone, Debug)]
struct Login {
    /// Which portal.
    portal: usize,
    /// How long after the one before it is begun.
    pause: i64,
    /// It is killed so long after it has asked, and does not give back.
    killed_after: Option<i64>,
    mails: [Fate; 2],
}

fn login() -> impl Strategy<Value = Login> {
    (0_usize..2, 0_i64..90, proptest::option::weighted(0.25, 0_i64..40), fate(), fate()).prop_map(
        |(portal, pause, killed_after, first, second)| Login {
            portal,
            pause,
            killed_after,
            mails: [first, second],
        },
    )
}

struct World {
    line: CodeLine,
    /// Mails on their way and in the mailbox, with the question each answers.
    mails: Vec<(CodeEntry, usize)>,
    questions: usize,
}

impl World {
    fn ask(&mut self, portal: &PortalName, now: i64, fate: &Fate) -> usize {
        assert!(self.line.ask(portal, at(now)), "it is its turn");
        self.questions += 1;
        let question = self.questions;
        let sent = now + fate.written_after;
        let arrived = sent + fate.travels;
        let (ours, other) = (format!("{question:06}"), format!("x{question:05}"));
        let copy = |code: &String| fate.copy_after.map(|after| (arrived + after, code.clone()));
        let others = fate.other_after.map(|after| [Some((arrived + after, other.clone())), copy(&other)]);
        let mails =
            [Some((arrived, ours.clone())), copy(&ours)].into_iter().chain(others.into_iter().flatten());
        for (arrived, code) in mails.flatten() {
            let entry = CodeEntry {
                id: format!("{}", self.mails.len()),
                address: address(),
                arrived_at: at(arrived),
                sent_at: Some(at(sent)),
                code: code.as_str().into(),
            };
            self.mails.push((entry, question));
        }
        question
    }

    fn waiting(&self, window: &CodeWindow, now: i64) -> (TakeVerdict, Option<Timestamp>) {
        let here: Vec<&CodeEntry> =
            self.mails.iter().map(|(entry, _)| entry).filter(|entry| entry.arrived_at <= at(now)).collect();
        let sent = here.iter().filter(|entry| window.admits(entry)).filter_map(|entry| entry.sent_at).max();
        (take_verdict(here, window), sent)
    }
}

/// One code after the other: a second one is asked for when the first does not come in three minutes.
fn log_in(world: &mut World, login: &Login, begun: i64) -> (i64, Option<(String, usize)>) {
    let portal = portal(["a", "b"][login.portal]);
    let mut now = begun;
    let turn = loop {
        match world.line.lease(&portal, at(now), at(now + 60)) {
            Ok(turn) => break turn,
            Err(_) => now += 1,
        }
    };
    now = now.max(turn.ask_from.as_second() - 1_790_000_000);
    for (round, fate) in login.mails.iter().enumerate() {
        assert!(world.line.lease(&portal, at(now), at(now + 60)).is_ok(), "renewed in time");
        if round > 0 {
            // Void: what has arrived is useless now.
            world.mails.retain(|(entry, _)| entry.arrived_at > at(now));
        }
        let question = world.ask(&portal, now, fate);
        let window = CodeWindow {
            address: address(),
            not_before: at(now),
            oldest: at(now - 480),
            sent_from: world.line.sent_from(),
        };
        let (asked, mut lie) = (now, None);
        while now < asked + 180 {
            if login.killed_after.is_some_and(|after| now >= asked + after) {
                return (now, None);
            }
            assert!(world.line.lease(&portal, at(now), at(now + 60)).is_ok());
            let (verdict, sent) = world.waiting(&window, now);
            let codes = verdict.candidates();
            lie = (codes > 0).then(|| lie.filter(|(known, _)| *known == codes).unwrap_or((codes, now)));
            match (lie, sent) {
                (Some((1, since)), Some(sent)) if now >= since + SETTLES_IN => {
                    world.line.answered(&portal, sent);
                    world.line.release(&portal);
                    let TakeVerdict::Taken(code) = verdict else { panic!("one waits") };
                    world.mails.retain(|(entry, _)| !(window.admits(entry) && entry.arrived_at <= at(now)));
                    return (now, Some((code.into_inner(), question)));
                }
                (Some((2.., since)), Some(sent)) if now >= since + AMBIGUOUS_FOR => {
                    world.line.answered(&portal, sent);
                    break;
                }
                _ => now += 1,
            }
        }
    }
    world.line.release(&portal);
    (now, None)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_login_ever_gets_a_code_that_answers_another_question(
        logins in proptest::collection::vec(login(), 1..12),
    ) {
        let mut world = World { line: line(), mails: Vec::new(), questions: 0 };
        let mut now = 0;
        for login in &logins {
            let (ended, got) = log_in(&mut world, login, now + login.pause);
            if let Some((code, question)) = got {
                prop_assert_eq!(code, format!("{:06}", question));
            }
            now = ended;
        }
    }

    #[test]
    fn nobody_holds_the_mailbox_while_another_does(
        calls in proptest::collection::vec((0_usize..3, 0_i64..40, any::<bool>()), 1..60),
    ) {
        let names = [portal("a"), portal("b"), portal("c")];
        let (mut line, mut now) = (line(), 0);
        for (who, pause, gives_back) in calls {
            now += pause;
            let before = line.holder.clone().filter(|turn| turn.until > at(now));
            let granted = line.lease(&names[who], at(now), at(now + 30)).is_ok();
            if let Some(before) = &before {
                prop_assert_eq!(granted, before.portal == names[who]);
            }
            let first = line.waiting.first().map(|turn| turn.portal.clone());
            prop_assert!(granted || first.is_some(), "somebody is next");
            prop_assert!(line.waiting.len() <= names.len());
            if granted && gives_back {
                line.release(&names[who]);
            }
        }
    }
}
