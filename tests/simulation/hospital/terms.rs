//! On which terms the hospital is entered: its profile, its terms of use, where its codes go, how the account is cared
//! for.

use domain::login::{CODE_WAIT, CodeSource, LoginPolicy, terms_hash};
use domain::ports::CodeAddress;
use domain::profile::Profile;
use domain::session::{AccountCare, Permission, QuietHours};
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::TimeZone;

/// The terms page's text, accepted by [`policy`].
pub(crate) const TERMS: &str = "You will use this portal for treatment, payment and operations only.";

/// How long nothing is begun after somebody else logged in with the account.
const AFTER_KICK: SignedDuration = SignedDuration::from_mins(10);

/// The shipped profile of the hospital this one is like, but for the open chart, which this one keeps.
pub(crate) fn profile() -> Profile {
    let text = include_str!("../../../config/portals/hospital-b.toml");
    let mut profile: Profile = toml::from_str(text).expect("the profile reads");
    profile.stateless = false;
    profile.politeness.open_charts = 1;
    profile
}

/// Where the hospital's codes go.
pub(crate) fn address() -> CodeAddress {
    CodeAddress::Mail {
        recipient: "codes@supplier.example".into(),
        sender_domain: "hospital.example".into(),
        subject: None,
    }
}

/// How to log in here.
pub(crate) fn policy() -> LoginPolicy {
    LoginPolicy {
        pages: profile().login,
        site: String::new(),
        accepted_terms: vec![terms_hash(TERMS)],
        codes: CodeSource::Mailbox(address()),
        code_wait: CODE_WAIT,
    }
}

/// How the account is cared for: permitted for good, and back soon after somebody else used it.
pub(crate) fn care() -> AccountCare {
    let account = "supplier".to_owned();
    let permission = Permission {
        agreed_by: "Ada Bell".to_owned(),
        role: "Director of Health Information".to_owned(),
        agreed_on: date(2026, 1, 1),
        until: date(2030, 12, 31),
        account: account.clone(),
        reference: "agreement 7".to_owned(),
    };
    AccountCare {
        account,
        zone: TimeZone::UTC,
        permission: Some(permission),
        quiet_hours: QuietHours::default(),
        after_kick: AFTER_KICK,
        kicks_max: usize::MAX,
        password_until: None,
        access_until: None,
        warn_days: 14,
    }
}
