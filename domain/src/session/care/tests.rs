//! Tables of the one decision whether anything may be begun, and of the dates that are told of.

use super::*;
use crate::ids::Generation;
use crate::session::{OperatorHold, PortalKick};

fn care() -> AccountCare {
    let permission = Permission {
        agreed_by: "R. Oakes".into(),
        role: "privacy officer".into(),
        agreed_on: "2026-01-01".parse().expect("a day"),
        until: "2026-12-31".parse().expect("a day"),
        account: "dme.supplier".into(),
        reference: "contract 17".into(),
    };
    AccountCare {
        account: "dme.supplier".into(),
        zone: TimeZone::get("America/New_York").expect("a zone"),
        permission: Some(permission),
        quiet_hours: QuietHours::parse(&["22:00-05:30".to_owned()]).expect("spans"),
        after_kick: SignedDuration::from_mins(10),
        kicks_max: 3,
        password_until: Some("2026-11-30".parse().expect("a day")),
        access_until: None,
        warn_days: 14,
    }
}

fn at(text: &str) -> Timestamp {
    care().zone.to_timestamp(text.parse().expect("a time")).expect("a time")
}

fn held(kind: HoldKind) -> LedgerEntry {
    let hold = OperatorHold { kind, by: "ann".into(), at: at("2026-11-01T00:00:00"), why: "audit".into() };
    LedgerEntry { hold: Some(hold), ..LedgerEntry::default() }
}

#[test]
fn the_strictest_word_counts() {
    let (day, night) = (at("2026-11-20T12:00:00"), at("2026-11-20T23:00:00"));
    let operator = |kind| Standing::Held(Hold::Operator(kind));
    let kicked = LedgerEntry {
        kicks: vec![PortalKick { generation: Generation(1), at: day }],
        ..LedgerEntry::default()
    };
    let rest = day + SignedDuration::from_mins(10);
    let without = AccountCare { permission: None, ..care() };
    for (care, entry, now, expected) in [
        (care(), LedgerEntry::default(), day, Standing::Open),
        (
            care(),
            LedgerEntry::default(),
            night,
            Standing::Held(Hold::QuietHours { until: at("2026-11-21T05:30:00") }),
        ),
        (care(), kicked.clone(), day, Standing::Held(Hold::AfterKick { until: rest })),
        (care(), kicked, rest, Standing::Open),
        (care(), held(HoldKind::Paused), night, operator(HoldKind::Paused)),
        (care(), held(HoldKind::Drained), day, operator(HoldKind::Drained)),
        (without.clone(), held(HoldKind::Drained), day, Standing::Locked(LockCause::PermissionMissing)),
        (without.clone(), held(HoldKind::Stopped), day, operator(HoldKind::Stopped)),
        (without, LedgerEntry::default(), night, Standing::Locked(LockCause::PermissionMissing)),
    ] {
        assert_eq!(care.standing(&entry, now), expected);
    }
}

#[test]
fn a_permission_covers_its_account_from_its_first_day_to_its_last() {
    let care = care();
    let other = AccountCare { account: "j.doe".into(), ..care.clone() };
    for (care, now, expected) in [
        (&care, "2025-12-31T23:59:59", Err(LockCause::PermissionNotYet)),
        (&care, "2026-01-01T00:00:00", Ok(())),
        (&care, "2026-12-31T23:59:59", Ok(())),
        (&care, "2027-01-01T00:00:00", Err(LockCause::PermissionEnded)),
        (&other, "2026-06-01T12:00:00", Err(LockCause::PermissionOtherAccount)),
    ] {
        assert_eq!(care.permitted(at(now)), expected, "{now}");
    }
}

#[test]
fn time_alone_next_changes_it_at_the_nearest_edge() {
    let care = care();
    let entry = LedgerEntry::default();
    for (now, next) in [
        ("2026-11-20T12:00:00", "2026-11-20T22:00:00"),
        ("2026-11-20T22:00:00", "2026-11-21T00:00:00"),
        ("2026-11-21T00:00:00", "2026-11-21T05:30:00"),
    ] {
        assert_eq!(care.next_change(&entry, at(now)), Some(at(next)), "{now}");
    }
}

#[test]
fn terms_are_told_of_before_they_end_and_after() {
    let days = |now: &str| {
        let terms = care().terms(at(now));
        terms.into_iter().map(|term| (term.kind, term.days_left, term.warn)).collect::<Vec<_>>()
    };
    let (password, permission) = (TermKind::Password, TermKind::Permission);
    assert_eq!(days("2026-11-15T23:59:00"), [(password, 15, false), (permission, 46, false)]);
    assert_eq!(days("2026-11-16T00:00:00"), [(password, 14, true), (permission, 45, false)]);
    assert_eq!(days("2026-11-30T12:00:00")[0], (password, 0, true));
    assert_eq!(days("2026-12-02T12:00:00")[0], (password, -2, true));
}
