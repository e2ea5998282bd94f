//! Tables of what is written down about logins, and whether one more may follow.

use super::*;
use crate::ids::Generation;
use crate::ports::AttemptEnd;
use jiff::Timestamp;

const SECRET: &str = "credential-hash";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// An entry with one attempt begun at each of these seconds.
fn begun(seconds: &[i64]) -> LedgerEntry {
    let mut entry = LedgerEntry::default();
    for second in seconds {
        entry.begin_attempt(SECRET, at(*second)).unwrap();
    }
    entry
}

#[test]
fn an_attempt_too_many_is_refused_whatever_the_credential() {
    let mut entry = begun(&[1, 2, 3]);
    assert_eq!(entry.unresolved.len(), UNRESOLVED_ATTEMPTS_MAX);
    let before = entry.clone();
    for credential in [SECRET, "a changed secret"] {
        assert_eq!(
            entry.begin_attempt(credential, at(4)),
            Err(AttemptRefusal::Locked(LockCause::UnresolvedAttempts))
        );
    }
    assert_eq!(entry, before);
}

#[test]
fn attempts_of_the_age_limit_no_longer_count_and_are_dropped() {
    let age = UNRESOLVED_ATTEMPT_AGE.as_secs();
    let mut entry = begun(&[1, 2, 3]);
    assert!(entry.begin_attempt(SECRET, at(age)).is_err());
    assert_eq!(entry.begin_attempt(SECRET, at(1 + age)), Ok(()));
    assert_eq!(entry.unresolved, [at(2), at(3), at(1 + age)]);
}

#[test]
fn each_end_leaves_what_the_portal_would_count() {
    let locked = |cause| Some(Lock { cause, credential: SECRET.to_owned(), at: at(9) });
    let refused = LockCause::WrongPassword;
    let cases = [
        (AttemptEnd::Succeeded, vec![], None, 1),
        (AttemptEnd::Abandoned, vec![at(1)], None, 0),
        (AttemptEnd::Locked(refused), vec![at(1), at(2)], locked(refused), 0),
    ];
    for (end, unresolved, lock, logins) in cases {
        let mut entry = begun(&[1, 2]);
        entry.end_attempt(SECRET, end, at(9));
        assert_eq!(entry, LedgerEntry { lock, unresolved, logins, ..LedgerEntry::default() }, "{end:?}");
    }
}

#[test]
fn ending_more_attempts_than_were_begun_is_no_error() {
    let mut entry = LedgerEntry::default();
    entry.end_attempt(SECRET, AttemptEnd::Abandoned, at(9));
    assert_eq!(entry, LedgerEntry::default());
}

#[test]
fn a_lock_holds_for_its_credential_until_a_success_or_a_persons_word() {
    let mut entry = begun(&[1]);
    entry.end_attempt(SECRET, AttemptEnd::Locked(LockCause::AccountLocked), at(2));
    let years_later = at(1_000_000_000);
    assert_eq!(
        entry.begin_attempt(SECRET, years_later),
        Err(AttemptRefusal::Locked(LockCause::AccountLocked))
    );

    let mut with_another_secret = entry.clone();
    assert_eq!(with_another_secret.begin_attempt("a changed secret", at(3)), Ok(()));
    with_another_secret.end_attempt("a changed secret", AttemptEnd::Succeeded, at(4));
    assert_eq!(with_another_secret, LedgerEntry { logins: 1, ..LedgerEntry::default() });

    entry.unlock();
    assert_eq!(entry, LedgerEntry::default());
}

fn kick(generation: u64, second: i64) -> PortalKick {
    PortalKick { generation: Generation(generation), at: at(second) }
}

#[test]
fn a_stay_is_kicked_once_and_the_third_kick_of_a_day_is_a_persons() {
    let day = KICKS_AGE.as_secs();
    let mut entry = LedgerEntry { cookies: Some("sealed".into()), ..LedgerEntry::default() };
    for second in [1, 2, 3] {
        entry.kicked(kick(7, second), KICKS_MAX);
    }
    assert_eq!((entry.kicks.as_slice(), entry.cookies.is_none()), ([kick(7, 1)].as_slice(), true));
    entry.kicked(kick(8, day), KICKS_MAX);
    entry.kicked(kick(9, day + 1), KICKS_MAX);
    assert!(entry.lock.is_none(), "the first is of the day before");
    entry.kicked(kick(10, day + 2), KICKS_MAX);
    assert_eq!(entry.lock.as_ref().map(|lock| lock.cause), Some(LockCause::KickedRepeatedly));
    let refused = Err(AttemptRefusal::Locked(LockCause::KickedRepeatedly));
    assert_eq!(
        entry.may_attempt("a changed secret", at(9 * day)),
        refused,
        "the password is not what is wrong"
    );
    entry.unlock();
    assert_eq!(entry, LedgerEntry::default());
}

#[test]
fn a_success_says_nothing_about_who_else_uses_the_account() {
    let mut entry = begun(&[1]);
    entry.kicked(kick(1, 2), KICKS_MAX);
    entry.end_attempt(SECRET, AttemptEnd::Succeeded, at(3));
    assert_eq!(entry.kicks, [kick(1, 2)]);
}

#[test]
fn nothing_is_begun_while_a_person_holds_the_portal() {
    for kind in [HoldKind::Paused, HoldKind::Drained, HoldKind::Stopped] {
        let hold = OperatorHold { kind, by: "ann".into(), at: at(1), why: "audit".into() };
        let mut entry = LedgerEntry { hold: Some(hold), ..LedgerEntry::default() };
        let before = entry.clone();
        assert_eq!(entry.begin_attempt(SECRET, at(2)), Err(AttemptRefusal::Held));
        assert_eq!(entry, before);
        entry.unlock();
        assert_eq!(entry, before, "only a resume ends a hold");
    }
}

#[test]
fn an_entry_of_an_earlier_release_reads_as_one_without_holds_and_kicks() {
    let old = r#"{"lock":null,"unresolved":[],"logins":3,"generation":4,"cookies":null}"#;
    let entry: LedgerEntry = serde_json::from_str(old).expect("reads");
    assert_eq!(entry, LedgerEntry { logins: 3, generation: Generation(4), ..LedgerEntry::default() });
}

#[test]
fn every_lock_has_a_name_of_its_own_and_a_way_out() {
    let causes = [
        LockCause::WrongPassword,
        LockCause::AccountLocked,
        LockCause::NotAllowed,
        LockCause::PasswordExpired,
        LockCause::TermsChanged,
        LockCause::UnknownPage,
        LockCause::CodesRefused,
        LockCause::UnresolvedAttempts,
        LockCause::KickedRepeatedly,
        LockCause::PermissionMissing,
        LockCause::PermissionNotYet,
        LockCause::PermissionEnded,
        LockCause::PermissionOtherAccount,
    ];
    let names: std::collections::BTreeSet<_> = causes.iter().map(|cause| cause.name()).collect();
    assert_eq!(names.len(), causes.len());
    for cause in causes {
        assert_eq!(serde_json::to_value(cause).expect("JSON"), cause.name());
        assert!(!cause.way_out().is_empty());
    }
}
