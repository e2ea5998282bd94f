//! The session: logging in, staying, ending, and never locking an account.

use crate::bench::until;
use crate::gate::{Gate, KEEP_ALIVE, LOOK_AGAIN, login};
use crate::hospital::portal::{Account, Moods, address};
use crate::hospital::script::Script;
use actors::session::Mfa;
use domain::login::CodeSource;
use domain::ports::{CodeAddress, CodeEntry, CodeWindow, PortalLedger, TakeVerdict};
use domain::session::{LockCause, SessionStatus, UNRESOLVED_ATTEMPTS_MAX};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn healthy() -> Gate {
    Gate::at(Script::default())
}

#[tokio::test(start_paused = true)]
async fn it_walks_through_terms_and_mailed_code_to_a_stay() {
    let mut gate = healthy();
    gate.open();
    let watch = gate.watch();
    until("a code awaited", || matches!(watch.now(), SessionStatus::AwaitingMfaCode)).await;
    gate.ready().await;
    let tally = gate.portal.tally();
    assert_eq!((tally.passwords, tally.logins, tally.problems.len()), (1, 1, 0));
    let entry = gate.entry().await;
    assert!(entry.cookies.is_some() && entry.unresolved.is_empty() && entry.lock.is_none());
    assert_eq!(entry.logins, 1);
}

#[tokio::test(start_paused = true)]
async fn fifty_reports_of_one_end_cause_one_login() {
    let mut gate = healthy();
    gate.open();
    let SessionStatus::Ready { generation, .. } = gate.ready().await else { panic!("just seen") };
    gate.portal.end_stays();
    for watch in (0..50).map(|_| gate.watch()) {
        watch.rejected(generation);
        tokio::task::yield_now().await;
    }
    let SessionStatus::Ready { generation: next, .. } = gate.ready().await else { panic!("just seen") };
    assert!(next > generation);
    // Those who come late speak of a stay that is gone already.
    gate.watch().rejected(generation);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(matches!(gate.watch().now(), SessionStatus::Ready { generation, .. } if generation == next));
    assert_eq!(gate.portal.tally().logins, 2);
    assert_eq!(gate.portal.tally().browsers_at_once_max, 1);
}

#[tokio::test(start_paused = true)]
async fn a_stay_that_lives_on_costs_no_login_after_a_restart() {
    let mut gate = healthy();
    gate.open();
    gate.ready().await;
    for _ in 0..5 {
        gate.restart_process().await;
        gate.ready().await;
    }
    assert_eq!(gate.portal.tally().passwords, 1);
}

#[tokio::test(start_paused = true)]
async fn a_kill_is_survived_by_the_stay() {
    let mut gate = healthy();
    gate.open();
    let SessionStatus::Ready { generation, .. } = gate.ready().await else { panic!("just seen") };
    gate.kill_session();
    let newer =
        || matches!(gate.watch().now(), SessionStatus::Ready { generation: now, .. } if now > generation);
    until("the next generation", newer).await;
    assert_eq!(gate.portal.tally().passwords, 1);
}

#[tokio::test(start_paused = true)]
async fn keeping_it_alive_finds_out_that_it_has_ended() {
    let mut gate = healthy();
    gate.open();
    gate.ready().await;
    gate.portal.end_stays();
    let begun = tokio::time::Instant::now();
    until("the next login", || gate.portal.tally().logins == 2).await;
    assert!(begun.elapsed() < KEEP_ALIVE + Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_refused_password_is_not_submitted_again_by_ten_restarts() {
    let mut gate = Gate::with_account(Account { password_right: false, ..Account::default() });
    gate.open();
    assert_eq!(gate.locked().await, LockCause::WrongPassword);
    for _ in 0..10 {
        gate.restart_process().await;
        assert_eq!(gate.locked().await, LockCause::WrongPassword);
        tokio::time::sleep(LOOK_AGAIN * 3).await;
    }
    let tally = gate.portal.tally();
    assert_eq!((tally.passwords, tally.problems.as_slice()), (1, [].as_slice()));

    // A changed secret is another credential: the lock is not about it.
    gate.portal.set_account(Account::default());
    gate.args.login = login("credential-2");
    gate.restart_process().await;
    gate.ready().await;
    assert_eq!(gate.portal.tally().passwords, 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_person_has_to_settle_is_not_tried_again() {
    let locked = Account { locked: true, ..Account::default() };
    let expired = Account { expired: true, ..Account::default() };
    for (account, terms_known, cause) in [
        (locked, true, LockCause::AccountLocked),
        (expired, true, LockCause::PasswordExpired),
        (Account::default(), false, LockCause::TermsChanged),
    ] {
        let mut gate = Gate::with_account(account);
        if !terms_known {
            let mut settings = (*gate.args.login).clone();
            settings.policy.accepted_terms.clear();
            gate.args.login = Arc::new(settings);
        }
        gate.open();
        assert_eq!(gate.locked().await, cause);
        gate.restart_process().await;
        assert_eq!(gate.locked().await, cause);
        tokio::time::sleep(LOOK_AGAIN * 10).await;
        assert_eq!(gate.portal.tally().passwords, 1, "{cause:?}");

        // A person has settled it.
        gate.portal.set_account(Account::default());
        gate.args.login = login("credential-1");
        gate.ledger.unlock(&gate.args.portal).await.expect("unlocked");
        gate.restart_process().await;
        gate.ready().await;
    }
}

/// Opens a gate whose process ends at every passing of a stop point, `times` times.
async fn crash_at(gate: &mut Gate, point: &'static str, times: usize) {
    for _ in 0..times {
        let reached = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&reached);
        gate.args.stop_point = Arc::new(move |passed: &str| {
            seen.fetch_or(passed == point, Ordering::Relaxed);
        });
        // The hospital takes its time, so that the process ends before the next thing happens.
        gate.portal.set_moods(Moods { latency_max: Duration::from_millis(900), ..Moods::default() });
        gate.restart_process().await;
        let locked = || matches!(gate.watch().now(), SessionStatus::Locked { .. });
        until(point, || reached.load(Ordering::Relaxed) || locked()).await;
        gate.portal.end_stays();
    }
    gate.args.stop_point = Arc::new(|_| {});
    gate.restart_process().await;
}

#[tokio::test(start_paused = true)]
async fn logins_whose_end_was_never_seen_are_not_repeated_without_end() {
    let mut gate = healthy();
    crash_at(&mut gate, "session.attempt_begun", UNRESOLVED_ATTEMPTS_MAX + 2).await;
    assert_eq!(gate.locked().await, LockCause::UnresolvedAttempts);
    assert!(gate.portal.tally().passwords as usize <= UNRESOLVED_ATTEMPTS_MAX);
    gate.ledger.unlock(&gate.args.portal).await.expect("unlocked");
    gate.restart_process().await;
    gate.ready().await;
    assert!(gate.entry().await.unresolved.is_empty());
}

/// Cookies are kept only after the shell was reached: whoever has them was not refused, whatever the ledger
/// still says of the attempt.
#[tokio::test(start_paused = true)]
async fn crashes_after_the_cookies_were_kept_do_not_add_up_to_a_lock() {
    let mut gate = healthy();
    crash_at(&mut gate, "session.cookies_saved", UNRESOLVED_ATTEMPTS_MAX + 2).await;
    gate.ready().await;
    assert!(gate.entry().await.lock.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_code_that_never_comes_costs_no_lock_and_is_tried_again_later() {
    let mut gate = Gate::with_account(Account { code_mail_after: None, ..Account::default() });
    gate.open();
    until("giving up", || matches!(gate.watch().now(), SessionStatus::Down { .. })).await;
    let entry = gate.entry().await;
    assert!(entry.lock.is_none() && entry.unresolved.is_empty(), "the password was good");
    gate.portal.set_account(Account::default());
    gate.ready().await;
}

#[tokio::test(start_paused = true)]
async fn a_portal_that_is_down_is_looked_at_again() {
    let mut gate = healthy();
    gate.open();
    gate.ready().await;
    gate.portal.set_moods(Moods { unavailable: 1_000, ..Moods::default() });
    gate.restart_process().await;
    until("down", || matches!(gate.watch().now(), SessionStatus::Down { .. })).await;
    gate.portal.set_moods(Moods::default());
    gate.ready().await;
    assert_eq!(gate.portal.tally().passwords, 1, "the kept cookies were still good");
}

/// A gate whose codes a person types.
fn typed() -> (Gate, CodeAddress) {
    let mut gate = healthy();
    let person = CodeAddress::Person { portal: gate.args.portal.clone() };
    let mut settings = (*gate.args.login).clone();
    settings.policy.codes = CodeSource::Mailbox(person.clone());
    settings.mfa = Mfa::Mailbox(person.clone());
    gate.args.login = Arc::new(settings);
    (gate, person)
}

async fn type_in(gate: &Gate, address: &CodeAddress, code: &str) {
    let arrived_at = gate.args.clock.now();
    let id = format!("person-{arrived_at}");
    let entry = CodeEntry { id, address: address.clone(), arrived_at, sent_at: None, code: code.into() };
    assert!(gate.args.mailbox.offer(&entry).await.expect("offered"));
}

async fn awaits_code(gate: &Gate) {
    until("a code awaited", || matches!(gate.watch().now(), SessionStatus::AwaitingMfaCode)).await;
}

#[tokio::test(start_paused = true)]
async fn a_person_types_the_code_the_hospital_mailed_to_them() {
    let (mut gate, person) = typed();
    gate.open();
    awaits_code(&gate).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    // The person's own mailbox.
    let begin = jiff::Timestamp::UNIX_EPOCH;
    let window = CodeWindow { address: address(), not_before: begin, oldest: begin, sent_from: None };
    let taken = gate.args.mailbox.take(&window).await.expect("taken");
    let TakeVerdict::Taken(code) = taken else { panic!("one code was mailed: {taken:?}") };
    type_in(&gate, &person, code.reveal()).await;
    gate.ready().await;
    assert_eq!((gate.portal.tally().passwords, gate.portal.tally().wrong_codes), (1, 0));
    assert!(gate.args.lines.lines().await.expect("lines").is_empty(), "nobody waits for a person's code");
}

#[tokio::test(start_paused = true)]
async fn codes_that_a_person_mistypes_twice_lock_before_the_portal_does() {
    let (mut gate, person) = typed();
    gate.open();
    for _ in 0..2 {
        awaits_code(&gate).await;
        type_in(&gate, &person, "WRONG1").await;
        tokio::time::sleep(Duration::from_secs(20)).await;
    }
    assert_eq!(gate.locked().await, LockCause::CodesRefused);
    tokio::time::sleep(LOOK_AGAIN * 20).await;
    gate.restart_process().await;
    assert_eq!(gate.locked().await, LockCause::CodesRefused);
    assert_eq!((gate.portal.tally().passwords, gate.portal.tally().wrong_codes), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_code_that_a_person_does_not_type_costs_no_lock() {
    let (mut gate, _) = typed();
    gate.open();
    until("giving up", || matches!(gate.watch().now(), SessionStatus::Down { .. })).await;
    let entry = gate.entry().await;
    assert!(entry.lock.is_none() && entry.unresolved.is_empty(), "the password was good");
}
