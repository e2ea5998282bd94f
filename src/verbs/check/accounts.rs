//! What `check` says of the portals' accounts without asking anybody: whether the hospital has agreed, what comes to its
//! term, and which portals share a mailbox.

use super::{CheckLine, bad};
use crate::knowledge::Knowledge;
use crate::settings::{MfaSettings, PortalSettings, Settings};
use crate::wiring;
use domain::ids::PortalName;
use domain::session::{AccountCare, LockCause};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Every line about accounts.
pub(super) fn lines(settings: &Settings, knowledge: &Knowledge) -> Vec<CheckLine> {
    let now = Timestamp::now();
    let mut lines = Vec::new();
    for (name, portal) in &settings.portals {
        // A profile that does not read has a line of its own.
        let Ok(profile) = knowledge.profile(&portal.profile) else { continue };
        match wiring::account_care(name, portal, &profile) {
            Ok(care) => lines.extend(of_account(name, portal, &care, now)),
            Err(failure) => lines.push(bad(&format!("account at {name}"), &failure)),
        }
    }
    lines.extend(shared_mailboxes(settings));
    lines
}

fn of_account(
    name: &PortalName,
    portal: &PortalSettings,
    care: &AccountCare,
    now: Timestamp,
) -> Vec<CheckLine> {
    let mut lines = vec![permission(name, portal, care.permitted(now).err())];
    let what = format!("terms of {name}");
    let near: Vec<_> = care.terms(now).into_iter().filter(|term| term.warn).collect();
    let details: Vec<String> = near
        .iter()
        .map(|term| {
            let (what, days, way_out) = (term.kind.name(), term.days_left, term.kind.way_out());
            format!("{what}: {days} days left, until {}\n{way_out}", term.last_day)
        })
        .collect();
    if near.iter().any(|term| term.days_left < 0) {
        lines.push(CheckLine::bad(what, details.join("\n")));
    } else if !details.is_empty() {
        lines.push(CheckLine::good(what, details.join("\n")));
    }
    lines
}

fn permission(name: &PortalName, portal: &PortalSettings, lacks: Option<LockCause>) -> CheckLine {
    let what = format!("permission of {name}");
    let entry = portal.care.permission.as_ref().map(|entry| {
        format!(
            "{} ({}) for {}, {} to {}: {}",
            entry.agreed_by, entry.role, entry.account, entry.agreed_on, entry.until, entry.reference
        )
    });
    match (entry, lacks) {
        (Some(entry), None) => CheckLine::good(what, entry),
        (entry, lacks) => {
            let cause = lacks.unwrap_or(LockCause::PermissionMissing);
            let entry = entry.map_or_else(String::new, |entry| format!("{entry}\n"));
            let name = cause.name().replace('_', " ");
            CheckLine::bad(what, format!("{entry}{name}: the portal is not touched\n{}", cause.way_out()))
        }
    }
}

/// Portals whose codes come to one address from one sender, under subjects nobody tells apart.
fn shared_mailboxes(settings: &Settings) -> Vec<CheckLine> {
    let mut shared: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (name, portal) in &settings.portals {
        if let MfaSettings::Mail { recipient, sender_domain, subject: None } = &portal.mfa {
            shared.entry((recipient, sender_domain)).or_default().push(name.as_str());
        }
    }
    let several = shared.into_iter().filter(|(_, names)| names.len() > 1);
    let line = |((recipient, sender), names): ((&str, &str), Vec<&str>)| {
        let names = names.join(", ");
        let detail = format!(
            "{names} get their codes from {sender} at {recipient}: they log in one after the other; with an address of \
             its own, or an mfa_subject, each logs in at once"
        );
        CheckLine::good("mailbox", detail)
    };
    several.map(line).collect()
}
