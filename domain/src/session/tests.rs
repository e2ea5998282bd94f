//! Tables of what is written down about logins, and whether one more may follow.

use super::*;

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
        assert_eq!(entry.begin_attempt(credential, at(4)), Err(LockCause::UnresolvedAttempts));
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
    assert_eq!(entry.begin_attempt(SECRET, years_later), Err(LockCause::AccountLocked));

    let mut with_another_secret = entry.clone();
    assert_eq!(with_another_secret.begin_attempt("a changed secret", at(3)), Ok(()));
    with_another_secret.end_attempt("a changed secret", AttemptEnd::Succeeded, at(4));
    assert_eq!(with_another_secret, LedgerEntry { logins: 1, ..LedgerEntry::default() });

    entry.unlock();
    assert_eq!(entry, LedgerEntry::default());
}
