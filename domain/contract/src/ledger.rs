//! Clauses L-1 to L-7 of `PortalLedger`.

use crate::{Harness, RACERS, race, sample, surely, tell};
use domain::ids::{Generation, PortalName};
use domain::ports::{AttemptEnd, ErrorClass, PortalLedger};
use domain::session::{
    HoldKind, LedgerEntry, LockCause, OperatorHold, PortalKick, UNRESOLVED_ATTEMPT_AGE,
    UNRESOLVED_ATTEMPTS_MAX,
};
use std::collections::BTreeSet;
use std::sync::Arc;

type Ledger = dyn PortalLedger;

const CREDENTIAL: &str = "credential-hash";

async fn begin(ledger: &Arc<Ledger>, credential: &str, at: i64) -> bool {
    let told =
        tell(|| async { ledger.begin_attempt(&sample::portal(), credential, sample::at(at)).await }).await;
    assert!(told.answer.is_ok() || told.failed(ErrorClass::Conflict));
    told.answer.is_ok()
}

async fn end(ledger: &Arc<Ledger>, end: AttemptEnd, at: i64) {
    surely(|| async { ledger.end_attempt(&sample::portal(), CREDENTIAL, end, sample::at(at)).await }).await;
}

async fn entry(ledger: &Arc<Ledger>) -> LedgerEntry {
    surely(|| async { ledger.entry(&sample::portal()).await }).await
}

/// L-1: an attempt is on disk when `begin_attempt` returns.
pub async fn l_1_an_attempt_is_on_disk_before_the_button_is_pressed(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    assert_eq!(entry(&ledger).await, LedgerEntry::default());
    assert!(begin(&ledger, CREDENTIAL, 5).await);
    let ledger = harness.reopen(ledger).await;
    let unresolved = entry(&ledger).await.unresolved;
    assert!(!unresolved.is_empty() && unresolved.iter().all(|at| *at == sample::at(5)));
    let other = surely(|| async { ledger.entry(&PortalName::new("other")).await }).await;
    assert_eq!(other, LedgerEntry::default());
}

/// L-1: the attempt after the last allowed one is refused, until the old ones no longer count.
pub async fn l_1_too_many_unresolved_attempts_are_refused(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    let mut begun = 0;
    while entry(&ledger).await.unresolved.len() < UNRESOLVED_ATTEMPTS_MAX {
        begin(&ledger, CREDENTIAL, 5).await;
        begun += 1;
        assert!(begun <= UNRESOLVED_ATTEMPTS_MAX, "attempts are not written down");
    }
    let ledger = harness.reopen(ledger).await;
    assert!(!begin(&ledger, CREDENTIAL, 6).await, "an attempt too many was allowed");
    assert!(!begin(&ledger, "another secret", 6).await, "another secret does not make attempts safe");
    assert_eq!(entry(&ledger).await.unresolved.len(), UNRESOLVED_ATTEMPTS_MAX);
    assert!(begin(&ledger, CREDENTIAL, 6 + UNRESOLVED_ATTEMPT_AGE.as_secs()).await);
}

/// L-1: racing logins together get no more attempts than one after the other.
pub async fn l_1_racing_attempts_stay_within_the_limit(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    let results = race(RACERS, |_| {
        let ledger = Arc::clone(&ledger);
        async move { begin(&ledger, CREDENTIAL, 5).await }
    })
    .await;
    let allowed = results.iter().filter(|allowed| **allowed).count();
    assert!(allowed <= UNRESOLVED_ATTEMPTS_MAX, "{allowed} attempts were allowed");
    assert_eq!(entry(&ledger).await.unresolved.len(), UNRESOLVED_ATTEMPTS_MAX);
}

/// L-2: a lock survives a restart, forbids its credential, and no other.
pub async fn l_2_a_lock_survives_and_holds_for_its_credential_only(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    begin(&ledger, CREDENTIAL, 5).await;
    end(&ledger, AttemptEnd::Locked(LockCause::WrongPassword), 6).await;
    let ledger = harness.reopen(ledger).await;
    let lock = entry(&ledger).await.lock;
    assert!(lock.is_some_and(|lock| {
        lock.cause == LockCause::WrongPassword && lock.credential == CREDENTIAL && lock.at == sample::at(6)
    }));
    let later = 6 + 10 * UNRESOLVED_ATTEMPT_AGE.as_secs();
    for _ in 0..10 {
        assert!(!begin(&ledger, CREDENTIAL, later).await, "a locked credential was tried again");
    }
    assert!(begin(&ledger, "a changed secret", later).await);
}

/// L-3: `Abandoned` removes the newest unresolved attempt only.
pub async fn l_3_abandoned_removes_the_newest_attempt(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    begin(&ledger, CREDENTIAL, 5).await;
    let first = entry(&ledger).await.unresolved;
    begin(&ledger, CREDENTIAL, 9).await;
    let told = tell(|| async {
        ledger.end_attempt(&sample::portal(), CREDENTIAL, AttemptEnd::Abandoned, sample::at(10)).await
    })
    .await;
    let left = entry(&ledger).await.unresolved;
    if told.sure && first.len() == 1 {
        assert!(left.first() == first.first() && left.len() <= 2, "the older attempt was removed");
    }
    // Lost answers may have left more attempts than were begun here, never more than the limit; ending more
    // than there are is no error.
    for _ in 0..=UNRESOLVED_ATTEMPTS_MAX {
        end(&ledger, AttemptEnd::Abandoned, 11).await;
    }
    let entry = entry(&ledger).await;
    assert!(entry.unresolved.is_empty() && entry.lock.is_none() && entry.logins == 0);
}

/// L-3: `Succeeded` clears attempts and lock, and counts a login.
pub async fn l_3_success_clears_everything_and_counts(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    end(&ledger, AttemptEnd::Locked(LockCause::UnknownPage), 4).await;
    begin(&ledger, "a changed secret", 5).await;
    begin(&ledger, "a changed secret", 6).await;
    let told = tell(|| async {
        ledger.end_attempt(&sample::portal(), CREDENTIAL, AttemptEnd::Succeeded, sample::at(7)).await
    })
    .await;
    let ledger = harness.reopen(ledger).await;
    let entry = entry(&ledger).await;
    assert!(entry.unresolved.is_empty() && entry.lock.is_none());
    assert!(entry.logins == 1 || (!told.sure && entry.logins > 1), "{} logins", entry.logins);
}

/// L-3: a refused attempt stays counted beside the lock; a person's word clears both.
pub async fn l_3_unlock_clears_attempts_and_lock(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    begin(&ledger, CREDENTIAL, 5).await;
    end(&ledger, AttemptEnd::Locked(LockCause::AccountLocked), 6).await;
    assert!(!entry(&ledger).await.unresolved.is_empty(), "the portal counts a refused attempt, so do we");
    surely(|| async { ledger.unlock(&sample::portal()).await }).await;
    let after = entry(&ledger).await;
    assert!(after.unresolved.is_empty() && after.lock.is_none() && after.logins == 0);
    assert!(begin(&ledger, CREDENTIAL, 7).await);
}

/// L-4: no generation comes twice, racing askers and restarts included.
pub async fn l_4_no_generation_comes_twice(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    let mut seen = race(RACERS, |_| {
        let ledger = Arc::clone(&ledger);
        async move { surely(|| async { ledger.next_generation(&sample::portal()).await }).await }
    })
    .await;
    let ledger = harness.reopen(ledger).await;
    let highest = seen.iter().copied().max().unwrap_or(Generation(0));
    let next = surely(|| async { ledger.next_generation(&sample::portal()).await }).await;
    assert!(next > highest, "the count began anew");
    seen.push(next);
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
    assert!(!seen.contains(&Generation::default()), "0 means that there was none yet");
    assert_eq!(entry(&ledger).await.generation, next);
}

/// L-5: cookies come back after a restart and are unreadable on disk; forgotten ones stay forgotten.
pub async fn l_5_cookies_are_kept_unreadable(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    surely(|| async { ledger.save_cookies(&sample::portal(), Some(sample::PLANTED.into())).await }).await;
    sample::assert_unreadable(harness.at_rest().await);
    let ledger = harness.reopen(ledger).await;
    assert_eq!(entry(&ledger).await.cookies, Some(sample::PLANTED.into()));
    surely(|| async { ledger.save_cookies(&sample::portal(), None).await }).await;
    let ledger = harness.reopen(ledger).await;
    assert_eq!(entry(&ledger).await.cookies, None);
    sample::assert_unreadable(harness.at_rest().await);
}

fn ordered(kind: HoldKind) -> OperatorHold {
    OperatorHold { kind, by: "ann".to_owned(), at: sample::at(3), why: "the hospital called".to_owned() }
}

/// L-6: a hold survives a restart and whatever else is written; no login begins under it; `hold` alone ends it.
pub async fn l_6_a_hold_stands_until_it_is_ended(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    let hold = ordered(HoldKind::Stopped);
    surely(|| async { ledger.hold(&sample::portal(), Some(hold.clone())).await }).await;
    let ledger = harness.reopen(ledger).await;
    assert!(!begin(&ledger, CREDENTIAL, 5).await, "a login began under a hold");
    surely(|| async { ledger.unlock(&sample::portal()).await }).await;
    surely(|| async { ledger.save_cookies(&sample::portal(), None).await }).await;
    surely(|| async { ledger.next_generation(&sample::portal()).await }).await;
    end(&ledger, AttemptEnd::Succeeded, 6).await;
    assert_eq!(entry(&ledger).await.hold, Some(hold));
    let other = surely(|| async { ledger.entry(&PortalName::new("other")).await }).await;
    assert_eq!(other.hold, None);
    // The last word counts.
    surely(|| async { ledger.hold(&sample::portal(), Some(ordered(HoldKind::Paused))).await }).await;
    assert_eq!(entry(&ledger).await.hold, Some(ordered(HoldKind::Paused)));
    surely(|| async { ledger.hold(&sample::portal(), None).await }).await;
    let ledger = harness.reopen(ledger).await;
    assert_eq!(entry(&ledger).await.hold, None);
    assert!(begin(&ledger, CREDENTIAL, 7).await);
}

/// L-7: a stay's kick counts once, takes the cookies along, and the last of a day that is allowed locks the portal.
pub async fn l_7_kicks_count_once_a_stay_and_lock_in_the_end(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    surely(|| async { ledger.save_cookies(&sample::portal(), Some(sample::PLANTED.into())).await }).await;
    let kick = |generation, at| PortalKick { generation: Generation(generation), at: sample::at(at) };
    for at in [5, 6, 7] {
        let after = surely(|| async { ledger.kicked(&sample::portal(), kick(1, at), 2).await }).await;
        assert!(after.kicks.len() == 1 && after.cookies.is_none() && after.lock.is_none());
    }
    let ledger = harness.reopen(ledger).await;
    assert_eq!(entry(&ledger).await.kicks, [kick(1, 5)]);
    assert_eq!(entry(&ledger).await.cookies, None);
    surely(|| async { ledger.kicked(&sample::portal(), kick(2, 9), 2).await }).await;
    let ledger = harness.reopen(ledger).await;
    let cause = entry(&ledger).await.lock.map(|lock| lock.cause);
    assert_eq!(cause, Some(LockCause::KickedRepeatedly));
    assert!(!begin(&ledger, "a changed secret", 10).await, "another password does not make others go away");
    surely(|| async { ledger.unlock(&sample::portal()).await }).await;
    assert!(entry(&ledger).await.kicks.is_empty());
    assert!(begin(&ledger, CREDENTIAL, 11).await);
}

/// L-7: of racing reports of one kick one counts.
pub async fn l_7_racing_reports_are_one_kick(harness: impl Harness<Ledger>) {
    let ledger = harness.open().await;
    race(RACERS, |index| {
        let ledger = Arc::clone(&ledger);
        let kick =
            PortalKick { generation: Generation(4), at: sample::at(i64::try_from(index).unwrap_or(0)) };
        async move { surely(|| async { ledger.kicked(&sample::portal(), kick, 3).await }).await }
    })
    .await;
    let entry = entry(&ledger).await;
    assert!(entry.kicks.len() == 1 && entry.lock.is_none());
}
