//! How a portal's account is cared for: the hospital's permission, dates that people forget, quiet hours, the rest
//! after a kick.

use crate::settings::section::Section;
use domain::session::{KICKS_MAX, Permission, QuietHours};
use jiff::civil::Date;
use std::time::Duration;

/// How long no login follows after the account was logged in elsewhere: long enough for a person to finish a call.
const AFTER_KICK: Duration = Duration::from_mins(10);

/// From how many days before a term it is told of.
const WARN_DAYS: u32 = 14;

/// The most days a period may have; more is a slip of the pen.
const DAYS_MAX: u32 = 3_660;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareSettings {
    /// `[portals.NAME.permission]`; without it the portal is not touched.
    pub permission: Option<Permission>,
    /// Times in which nothing is begun; none: those of the profile.
    pub quiet_hours: Option<QuietHours>,
    /// How long no login follows a kick.
    pub after_kick: Duration,
    /// Kicks of a day after which a person has to look.
    pub kicks_max: u32,
    /// The last day of the password, where it is known.
    pub password_until: Option<Date>,
    /// The last day of the account's access, where it is known.
    pub access_until: Option<Date>,
    /// From how many days before a term it is told of.
    pub warn_days: u32,
}

pub(super) fn read(section: &mut Section<'_>) -> CareSettings {
    let after_kick = section.duration("after_kick").unwrap_or(AFTER_KICK);
    let kicks_max = u32::try_from(KICKS_MAX).unwrap_or(u32::MAX);
    let kicks_max = section.count("kicks_max", 1..=1_000_000).unwrap_or(kicks_max);
    let quiet_hours = read_quiet_hours(section);
    let password_until = read_password(section);
    let access_until = section.parsed("access_expires", day);
    let warn_days = section.parsed("warn_before", days).unwrap_or(WARN_DAYS);
    let permission = read_permission(section);
    CareSettings { permission, quiet_hours, after_kick, kicks_max, password_until, access_until, warn_days }
}

fn read_quiet_hours(section: &mut Section<'_>) -> Option<QuietHours> {
    let given = section.has("quiet_hours");
    let spans = section.texts("quiet_hours");
    if !given {
        return None;
    }
    match QuietHours::parse(&spans) {
        Ok(hours) => Some(hours),
        Err(what) => {
            section.note("quiet_hours", what);
            None
        }
    }
}

fn read_password(section: &mut Section<'_>) -> Option<Date> {
    let changed = section.parsed("password_changed", day);
    let max_age = section.parsed("password_max_age", days);
    for (key, other) in [("password_changed", "password_max_age"), ("password_max_age", "password_changed")] {
        if section.has(key) && !section.has(other) {
            section.note(other, format!("is missing; {key} alone tells nothing"));
        }
    }
    let max_age = jiff::Span::new().try_days(max_age?).ok()?;
    changed?.checked_add(max_age).ok()
}

/// Absent is no mistake of the configuration: `check` says it, and the portal is not touched.
fn read_permission(section: &mut Section<'_>) -> Option<Permission> {
    let given = section.has("permission");
    let mut section = section.section("permission");
    if !given {
        return None;
    }
    let text = |text: &str| super::not_empty(text);
    let agreed_by = section.required("agreed_by", text);
    let role = section.required("role", text);
    let agreed_on = section.required("agreed_on", day);
    let until = section.required("until", day);
    let account = section.required("account", text);
    let reference = section.required("reference", text);
    if let (Some(agreed_on), Some(until)) = (agreed_on, until)
        && until < agreed_on
    {
        section.note("until", "lies before agreed_on");
    }
    section.finish();
    Some(Permission {
        agreed_by: agreed_by?,
        role: role?,
        agreed_on: agreed_on?,
        until: until?,
        account: account?,
        reference: reference?,
    })
}

fn day(text: &str) -> Result<Date, String> {
    text.trim().parse().map_err(|_| "expected a day such as \"2026-12-31\"".to_owned())
}

fn days(text: &str) -> Result<u32, String> {
    let wanted = || format!("expected a number of days from 1 to {DAYS_MAX}, such as \"180d\"");
    let number = text.trim().strip_suffix('d').ok_or_else(wanted)?;
    number.trim().parse().ok().filter(|days| (1..=DAYS_MAX).contains(days)).ok_or_else(wanted)
}
