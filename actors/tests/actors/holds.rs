//! What people, permission, kicks and the time of day do to a session: nothing is begun, what is under way is finished,
//! or everything ends at once.

use crate::bench::until;
use crate::gate::Gate;
use crate::hospital::portal::{Account, Moods, care};
use crate::hospital::stories::{Story, tell};
use actors::session::ORDERS_POLL;
use domain::inbox::InboxRow;
use domain::patient_scraper::Section;
use domain::ports::{PortalError, PortalLedger, PortalSession};
use domain::session::{AccountCare, Hold, HoldKind, LockCause, OperatorHold, QuietHours, SessionStatus};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;

/// As long as an order takes to be seen, and a little more.
const SEEN: Duration = Duration::from_millis(2_500);

fn gate() -> Gate {
    Gate::at(tell(&[Story::Complete]).0)
}

async fn order(gate: &Gate, kind: Option<HoldKind>) {
    let hold = kind.map(|kind| {
        let (by, why) = ("ann".to_owned(), "the hospital called".to_owned());
        OperatorHold { kind, by, at: gate.args.clock.now(), why }
    });
    gate.ledger.hold(&gate.args.portal, hold).await.expect("written");
}

async fn held(gate: &Gate) -> Hold {
    let hold = || match gate.watch().now() {
        SessionStatus::Held { hold } => Some(hold),
        _ => None,
    };
    until("a hold", || hold().is_some()).await;
    hold().expect("just seen")
}

async fn stay(gate: &Gate) -> Arc<dyn PortalSession> {
    let SessionStatus::Ready { portal, .. } = gate.ready().await else { panic!("just seen") };
    portal
}

async fn row(portal: &Arc<dyn PortalSession>) -> InboxRow {
    let folder = portal.folders().await.expect("folders").remove(0);
    portal.messages(&folder).await.expect("messages").remove(0)
}

#[test]
fn an_order_is_seen_within_the_wait_of_these_tests() {
    assert!(ORDERS_POLL < SEEN);
}

#[tokio::test(start_paused = true)]
async fn a_pause_begins_nothing_finishes_what_is_under_way_and_keeps_the_session() {
    let mut gate = gate();
    gate.open();
    let portal = stay(&gate).await;
    let chart = portal.open_chart(&row(&portal).await).await.expect("opened");
    order(&gate, Some(HoldKind::Paused)).await;
    tokio::time::sleep(SEEN).await;
    assert_eq!(held(&gate).await, Hold::Operator(HoldKind::Paused));
    chart.list(Section::Orders).await.expect("an open chart is read to its end");
    drop(chart);
    // Longer than the portal lets an idle session live: it is kept alive.
    let before = gate.portal.tally().requests;
    tokio::time::sleep(Duration::from_mins(30)).await;
    assert!(gate.portal.tally().requests > before);
    order(&gate, None).await;
    stay(&gate).await;
    assert_eq!(gate.portal.tally().passwords, 1, "the session was kept");
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_open_charts_and_then_gives_the_session_up() {
    let mut gate = gate();
    gate.open();
    let portal = stay(&gate).await;
    let chart = portal.open_chart(&row(&portal).await).await.expect("opened");
    order(&gate, Some(HoldKind::Drained)).await;
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(held(&gate).await, Hold::Operator(HoldKind::Drained));
    chart.list(Section::Orders).await.expect("an open chart is read to its end");
    assert!(gate.entry().await.cookies.is_some(), "still under way");
    drop(chart);
    tokio::time::sleep(SEEN).await;
    assert!(gate.entry().await.cookies.is_none());
    let before = gate.portal.tally().requests;
    assert_eq!(portal.folders().await.err(), Some(PortalError::SessionLost));
    tokio::time::sleep(Duration::from_hours(1)).await;
    gate.restart_process().await;
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(gate.portal.tally().requests, before, "nothing is asked of a drained portal");
    order(&gate, None).await;
    stay(&gate).await;
    assert_eq!(gate.portal.tally().logins, 2);
}

#[tokio::test(start_paused = true)]
async fn the_kill_switch_breaks_off_what_is_under_way() {
    let mut gate = gate();
    gate.open();
    let portal = stay(&gate).await;
    let chart = portal.open_chart(&row(&portal).await).await.expect("opened");
    gate.portal.set_moods(Moods { latency_max: Duration::from_hours(10), ..Moods::default() });
    order(&gate, Some(HoldKind::Stopped)).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(chart.list(Section::Orders).await.err(), Some(PortalError::SessionLost));
    assert!(begun.elapsed() < SEEN, "it took {:?}", begun.elapsed());
    gate.portal.set_moods(Moods::default());
    tokio::time::sleep(SEEN).await;
    assert_eq!(held(&gate).await, Hold::Operator(HoldKind::Stopped));
    assert!(gate.entry().await.cookies.is_none());
    let before = gate.portal.tally();
    assert_eq!(chart.list(Section::Orders).await.err(), Some(PortalError::SessionLost));
    assert_eq!(portal.mark_done(&never()).await.err(), Some(PortalError::SessionLost));
    tokio::time::sleep(Duration::from_hours(2)).await;
    gate.restart_process().await;
    tokio::time::sleep(Duration::from_hours(2)).await;
    let after = gate.portal.tally();
    assert_eq!((after.requests, after.browsers), (before.requests, before.browsers));
    order(&gate, None).await;
    stay(&gate).await;
}

fn never() -> InboxRow {
    InboxRow {
        message_id: "M-0".into(),
        folder: String::new(),
        chart_type: String::new(),
        subject: "".into(),
        from: "".into(),
        received: jiff::civil::date(2026, 11, 20).at(9, 0, 0, 0),
        patient: domain::patient::PatientIdentity { name: "".into(), mrn: "".into(), dob: None },
        chart_ref: "".into(),
    }
}

/// Whenever in a login the switch is thrown, no password is submitted once it is on disk.
#[tokio::test(start_paused = true)]
async fn no_password_follows_a_stop_that_is_on_disk() {
    for millis in (0..6_000).step_by(150) {
        let mut gate = gate();
        gate.portal.set_moods(Moods { latency_max: Duration::from_millis(400), ..Moods::default() });
        gate.open();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        order(&gate, Some(HoldKind::Stopped)).await;
        let passwords = gate.portal.tally().passwords;
        tokio::time::sleep(SEEN * 4).await;
        // One whose attempt stood in the ledger before the stop may be pressed in these seconds.
        let begun = gate.entry().await.unresolved.len();
        let after = gate.portal.tally().passwords;
        assert!(after == passwords || begun > 0 && after <= 1, "{millis}: {after} after {passwords}");
        let requests = gate.portal.tally().requests;
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert_eq!((gate.portal.tally().passwords, gate.portal.tally().requests), (after, requests));
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_kick_no_login_follows_before_the_rest_is_over() {
    let mut gate = gate();
    gate.open();
    let portal = stay(&gate).await;
    gate.portal.kick_stays();
    assert_eq!(portal.folders().await.err(), Some(PortalError::SessionLost));
    let kicked = gate.args.clock.now();
    assert!(matches!(held(&gate).await, Hold::AfterKick { .. }));
    tokio::time::sleep(Duration::from_mins(4)).await;
    // A restart does not make the rest shorter.
    gate.restart_process().await;
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(gate.portal.tally().passwords, 1);
    assert!(matches!(held(&gate).await, Hold::AfterKick { .. }));
    stay(&gate).await;
    assert!(gate.args.clock.now() >= kicked + SignedDuration::from_mins(10));
    assert_eq!((gate.portal.tally().passwords, gate.entry().await.kicks.len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_kick_while_nobody_was_there_is_one_too() {
    let mut gate = gate();
    gate.open();
    stay(&gate).await;
    gate.portal.kick_stays();
    gate.restart_process().await;
    assert!(matches!(held(&gate).await, Hold::AfterKick { .. }));
    tokio::time::sleep(Duration::from_mins(9)).await;
    assert_eq!((gate.portal.tally().passwords, gate.entry().await.kicks.len()), (1, 1));
    stay(&gate).await;
}

#[tokio::test(start_paused = true)]
async fn three_kicks_in_a_day_are_a_persons() {
    let mut gate = gate();
    gate.args.care = Arc::new(AccountCare { kicks_max: 3, ..care() });
    gate.open();
    for _ in 0..3 {
        let portal = stay(&gate).await;
        gate.portal.kick_stays();
        assert!(portal.touch().await.is_err());
        tokio::time::sleep(SEEN).await;
    }
    assert_eq!(gate.locked().await, LockCause::KickedRepeatedly);
    tokio::time::sleep(Duration::from_hours(30)).await;
    assert_eq!(gate.portal.tally().passwords, 3);
    gate.ledger.unlock(&gate.args.portal).await.expect("unlocked");
    stay(&gate).await;
    assert_eq!(gate.portal.tally().passwords, 4);
}

#[tokio::test(start_paused = true)]
async fn without_permission_the_portal_is_not_touched() {
    let other = AccountCare { account: "j.doe".to_owned(), ..care() };
    for (care, cause) in [
        (AccountCare { permission: None, ..care() }, LockCause::PermissionMissing),
        (other, LockCause::PermissionOtherAccount),
    ] {
        let mut gate = gate();
        gate.args.care = Arc::new(care);
        gate.open();
        assert_eq!(gate.locked().await, cause);
        tokio::time::sleep(Duration::from_hours(2)).await;
        gate.restart_process().await;
        assert_eq!(gate.locked().await, cause);
        assert_eq!((gate.portal.tally().browsers, gate.portal.tally().requests), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_day_the_permission_ends_the_session_is_closed() {
    let mut gate = gate();
    let mut care = care();
    let today = care.today(gate.args.clock.now());
    care.permission =
        care.permission.map(|permission| domain::session::Permission { until: today, ..permission });
    let midnight = care.zone.to_timestamp(today.tomorrow().expect("a day").at(0, 0, 0, 0)).expect("a time");
    gate.args.care = Arc::new(care);
    gate.open();
    let portal = stay(&gate).await;
    let left = midnight.duration_since(gate.args.clock.now()).unsigned_abs();
    tokio::time::sleep(left - Duration::from_secs(1)).await;
    stay(&gate).await;
    portal.folders().await.expect("the last day");
    tokio::time::sleep(Duration::from_secs(1) + Duration::from_millis(200)).await;
    assert_eq!(gate.locked().await, LockCause::PermissionEnded);
    assert_eq!(portal.folders().await.err(), Some(PortalError::SessionLost));
    tokio::time::sleep(SEEN).await;
    assert!(gate.entry().await.cookies.is_none());
}

#[tokio::test(start_paused = true)]
async fn in_quiet_hours_nothing_is_asked_of_the_portal_that_is_not_under_way() {
    let mut gate = gate();
    let zone = care().zone;
    let clock = Arc::clone(&gate.args.clock);
    let local = move || clock.now().to_zoned(zone.clone()).time();
    let hour = local().hour();
    let span = format!("{:02}:00-{:02}:00", (hour + 1) % 24, (hour + 3) % 24);
    let quiet_hours = QuietHours::parse(&[span]).expect("a span");
    gate.args.care = Arc::new(AccountCare { quiet_hours, ..care() });
    gate.open();
    let portal = stay(&gate).await;
    let row = row(&portal).await;
    until("the hour before", || local().minute() == 59).await;
    let chart = portal.open_chart(&row).await.expect("opened");
    let hold = held(&gate).await;
    let Hold::QuietHours { until: end } = hold else { panic!("{hold:?}") };
    assert_eq!(local().minute(), 0, "at the very minute");
    chart.list(Section::Orders).await.expect("what is under way is finished");
    drop(chart);
    let before = gate.portal.tally().requests;
    tokio::time::sleep(Duration::from_mins(30)).await;
    gate.portal.end_stays();
    gate.restart_process().await;
    tokio::time::sleep(Duration::from_mins(80)).await;
    let after = gate.portal.tally();
    assert_eq!((after.requests, after.browsers), (before, 1), "neither touched nor logged in");
    stay(&gate).await;
    assert!(gate.args.clock.now() >= end);
}

#[tokio::test(start_paused = true)]
async fn a_stay_that_outlived_the_night_is_used_again_and_a_dead_one_is_noticed_first() {
    for outlives in [true, false] {
        let mut gate = gate();
        gate.open();
        stay(&gate).await;
        order(&gate, Some(HoldKind::Paused)).await;
        tokio::time::sleep(SEEN).await;
        if !outlives {
            gate.portal.end_stays();
        }
        order(&gate, None).await;
        stay(&gate).await.folders().await.expect("a stay on the board is alive");
        assert_eq!(gate.portal.tally().logins, if outlives { 1 } else { 2 });
    }
}

#[tokio::test(start_paused = true)]
async fn a_persons_word_is_obeyed_within_seconds() {
    let locked = Account { locked: true, ..Account::default() };
    let mut gate = Gate::with_account(locked);
    gate.open();
    assert_eq!(gate.locked().await, LockCause::AccountLocked);
    gate.portal.set_account(Account::default());
    gate.ledger.unlock(&gate.args.portal).await.expect("unlocked");
    let begun = tokio::time::Instant::now();
    until("a login", || matches!(gate.watch().now(), SessionStatus::LoggingIn)).await;
    assert!(begun.elapsed() < SEEN);
    gate.ready().await;
}
