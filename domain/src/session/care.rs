//! The care for one portal's account: the hospital's permission, dates that people forget, quiet hours, the rest
//! after a kick; and the one decision whether anything may be begun at the portal.

use super::{Hold, HoldKind, LedgerEntry, LockCause, QuietHours};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// Who at a hospital has agreed in writing that its portal is used unattended, for which account, until when. The
/// connector touches no portal outside of it.
///
/// Portals' terms let a hospital end access without notice, some forbid automated use outright: written consent is a
/// precondition, so it is one of the program as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The person.
    pub agreed_by: String,
    /// Their office at the hospital.
    pub role: String,
    /// The first day it covers.
    pub agreed_on: Date,
    /// The last day it covers.
    pub until: Date,
    /// The account it is for.
    pub account: String,
    /// Where the paper is found.
    pub reference: String,
}

impl Permission {
    /// Whether it covers an account on a day of the hospital's calendar.
    ///
    /// # Errors
    /// What it lacks.
    pub fn covers(&self, account: &str, today: Date) -> Result<(), LockCause> {
        if self.account != account {
            return Err(LockCause::PermissionOtherAccount);
        }
        if today < self.agreed_on {
            return Err(LockCause::PermissionNotYet);
        }
        if today > self.until {
            return Err(LockCause::PermissionEnded);
        }
        Ok(())
    }
}

/// What of an account comes to its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// The password gets too old.
    Password,
    /// The hospital's site verification or the account's own access ends.
    Access,
    /// The permission register's last day.
    Permission,
}

impl TermKind {
    /// The stable name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Access => "access",
            Self::Permission => "permission",
        }
    }

    /// What a person has to do about it.
    pub const fn way_out(self) -> &'static str {
        match self {
            Self::Password => {
                "change the password at the portal, put it behind the secret reference, set `password_changed`"
            }
            Self::Access => {
                "have the hospital's site administrator verify the account again, then set `access_expires`"
            }
            Self::Permission => {
                "have the hospital renew its permission, then set `until` of [portals.NAME.permission]"
            }
        }
    }
}

/// One term of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountTerm {
    /// What ends.
    pub kind: TermKind,
    /// Its last day, in the hospital's calendar.
    #[schemars(with = "String")]
    pub last_day: Date,
    /// Whole days until then; 0 on the last day, negative after it.
    pub days_left: i32,
    /// Whether it is near enough to be told of.
    pub warn: bool,
}

/// How one portal's account is cared for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCare {
    /// The account.
    pub account: String,
    /// The hospital's time zone.
    pub zone: TimeZone,
    /// The permission register's entry.
    pub permission: Option<Permission>,
    /// Times in which nothing is begun.
    pub quiet_hours: QuietHours,
    /// How long no login follows a kick.
    pub after_kick: SignedDuration,
    /// Kicks of a day after which a person has to look.
    pub kicks_max: usize,
    /// The last day of the password, where it is known.
    pub password_until: Option<Date>,
    /// The last day of the account's access, where it is known.
    pub access_until: Option<Date>,
    /// From how many days before a term it is told of.
    pub warn_days: i32,
}

/// Whether anything may be begun at a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Open,
    /// Not now.
    Held(Hold),
    /// Not before a person has acted; a stay that there is ends at once.
    Locked(LockCause),
}

impl AccountCare {
    /// Whether anything may be begun now, as far as people, permission, kicks and the time of day decide it. What the
    /// portal itself has refused is decided by [`LedgerEntry::may_attempt`].
    pub fn standing(&self, entry: &LedgerEntry, now: Timestamp) -> Standing {
        let ordered = entry.hold.as_ref().map(|hold| hold.kind);
        if ordered == Some(HoldKind::Stopped) {
            return Standing::Held(Hold::Operator(HoldKind::Stopped));
        }
        if let Err(cause) = self.permitted(now) {
            return Standing::Locked(cause);
        }
        if let Some(kind) = ordered {
            return Standing::Held(Hold::Operator(kind));
        }
        if let Some(until) = self.rests_until(entry, now) {
            return Standing::Held(Hold::AfterKick { until });
        }
        match self.quiet_hours.quiet_until(now, &self.zone) {
            Some(until) => Standing::Held(Hold::QuietHours { until }),
            None => Standing::Open,
        }
    }

    /// When time alone next changes the standing, after `now`: the end of a rest, an edge of quiet hours, midnight.
    pub fn next_change(&self, entry: &LedgerEntry, now: Timestamp) -> Option<Timestamp> {
        let tomorrow = self.today(now).tomorrow().ok();
        let midnight =
            tomorrow.and_then(|day| self.zone.to_timestamp(day.to_datetime(jiff::civil::Time::MIN)).ok());
        [
            self.rests_until(entry, now),
            self.quiet_hours.quiet_until(now, &self.zone),
            self.quiet_hours.next_begin(now, &self.zone),
            midnight,
        ]
        .into_iter()
        .flatten()
        .filter(|at| *at > now)
        .min()
    }

    /// Whether the hospital has agreed that the account is used now.
    ///
    /// # Errors
    /// What the permission register lacks.
    pub fn permitted(&self, now: Timestamp) -> Result<(), LockCause> {
        let permission = self.permission.as_ref().ok_or(LockCause::PermissionMissing)?;
        permission.covers(&self.account, self.today(now))
    }

    /// Every term that is known, the nearest first.
    pub fn terms(&self, now: Timestamp) -> Vec<AccountTerm> {
        let today = self.today(now);
        let known = [
            (TermKind::Password, self.password_until),
            (TermKind::Access, self.access_until),
            (TermKind::Permission, self.permission.as_ref().map(|permission| permission.until)),
        ];
        let term = |(kind, last_day): (TermKind, Option<Date>)| {
            let last_day = last_day?;
            // Civil days: no clock change makes one of them shorter.
            let days_left = last_day.duration_since(today).as_hours() / 24;
            let days_left = i32::try_from(days_left).unwrap_or(i32::MAX);
            Some(AccountTerm { kind, last_day, days_left, warn: days_left <= self.warn_days })
        };
        let mut terms: Vec<AccountTerm> = known.into_iter().filter_map(term).collect();
        terms.sort_by_key(|term| (term.days_left, term.kind));
        terms
    }

    /// The day of the hospital's calendar.
    pub fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone.clone()).date()
    }

    /// Until when no login follows the last kick.
    fn rests_until(&self, entry: &LedgerEntry, now: Timestamp) -> Option<Timestamp> {
        let until = entry.kicks.last()?.at.saturating_add(self.after_kick).ok()?;
        (until > now).then_some(until)
    }
}

#[cfg(test)]
mod tests;
