//! `[portals.NAME]`: one hospital's portal and its account; how its second factor reaches us is in `mfa`, how the
//! account is cared for in `care`.

mod care;
mod charts;
mod mfa;

pub use care::CareSettings;
pub use charts::ChartSettings;
pub use mfa::MfaSettings;

use super::mistake::hint;
use super::secret::SecretReference;
use super::section::Section;
use domain::ids::PortalName;
use jiff::civil::Time;
use reqwest::Url;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How often the In Basket is looked at unless the portal says otherwise: often enough for a day's work, rare
/// enough to look like a person.
const POLL_INTERVAL: Duration = Duration::from_secs(60);

/// How long to leave a portal alone that is down or locked, unless it says otherwise.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Charts read side by side unless the portal says otherwise.
const SCRAPERS_MAX: u32 = 4;

/// When the drift canary looks unless the portal says otherwise: portals are changed at night, people come at seven.
const CANARY_AT: Time = Time::constant(4, 30, 0, 0);

/// One portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalSettings {
    /// The profile's name: `portals/NAME.toml` in the knowledge.
    pub profile: String,
    /// Scheme, host and port; the profile knows the paths.
    pub url: Url,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: SecretReference,
    /// Its second factor.
    pub mfa: MfaSettings,
    /// SHA-256 of the terms of use a person has accepted for us, lower-case hexadecimal.
    pub accepted_terms: Vec<String>,
    /// How often the In Basket is looked at.
    pub poll_interval: Duration,
    /// How often an idle session is touched; none: as often as the profile says.
    pub keep_alive: Option<Duration>,
    /// How long the portal is left alone after it was found down or locked.
    pub look_again: Duration,
    /// Charts read side by side, at most.
    pub scrapers_max: u32,
    /// The site that is chosen where the portal offers several, by its label.
    pub site: String,
    /// Permission, dates, quiet hours, rest after a kick.
    pub care: CareSettings,
    /// Budgets of charts.
    pub charts: ChartSettings,
    /// When the drift canary looks, by the hospital's clock; none: never.
    pub canary_at: Option<Time>,
}

/// A reference that has to be resolved, with the place it was written at.
pub(super) struct SecretUse {
    pub portal: PortalName,
    pub totp: bool,
    pub origin: Option<String>,
    pub path: String,
    pub reference: SecretReference,
}

/// What `[portals]` holds. A portal with a mistake is left out, its secrets are not: a missing one is to be
/// reported in the same run.
#[derive(Default)]
pub(super) struct Portals {
    pub portals: BTreeMap<PortalName, PortalSettings>,
    pub secrets: Vec<SecretUse>,
}

/// Reads every portal; `profiles` are the names of the known ones.
pub(super) fn read(section: Section<'_>, profiles: &BTreeSet<String>) -> Portals {
    let mut all = Portals::default();
    for (name, mut section) in section.named_sections() {
        if let Err(what) = checked_name(&name) {
            section.note("", what);
        }
        let name = PortalName::new(name);
        let portal = read_one(&name, &mut section, profiles, &mut all.secrets);
        if let Some(portal) = &portal {
            mfa::refuse_half_told_apart(&section, &portal.mfa, &all.portals);
        }
        section.finish();
        if let Some(portal) = portal {
            all.portals.insert(name, portal);
        }
    }
    all
}

/// Names appear in queues, metrics and file names.
pub(super) fn checked_name(name: &str) -> Result<(), String> {
    let fits = (1..=40).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if fits { Ok(()) } else { Err("expected a name of a-z, 0-9 and -, at most 40 characters".to_owned()) }
}

fn read_one(
    name: &PortalName,
    section: &mut Section<'_>,
    profiles: &BTreeSet<String>,
    secrets: &mut Vec<SecretUse>,
) -> Option<PortalSettings> {
    // Every key is read before the first `?`, so that all mistakes are noted.
    let profile = section.required("profile", |text| {
        let unknown =
            || format!("there is no such profile; {}", hint(text, profiles.iter().map(String::as_str)));
        if profiles.contains(text) { Ok(text.to_owned()) } else { Err(unknown()) }
    });
    let url = section.required("url", parse_url);
    let username = section.required("username", not_empty);
    let base = section.base().to_owned();
    let password = section.required("password", |text| SecretReference::parse(text, &base));
    let mfa = mfa::read(section);
    let mut used = |totp, key: &str, reference: &SecretReference| {
        secrets.push(SecretUse {
            portal: name.clone(),
            totp,
            origin: section.origin().map(str::to_owned),
            path: section.path_of(key),
            reference: reference.clone(),
        });
    };
    if let Some(reference) = &password {
        used(false, "password", reference);
    }
    if let Some(MfaSettings::Totp { secret }) = &mfa {
        used(true, "totp_secret", secret);
    }
    let accepted_terms = read_terms(section);
    let poll_interval = section.duration("poll_interval").unwrap_or(POLL_INTERVAL);
    let keep_alive = section.duration("keep_alive");
    let look_again = section.duration("look_again").unwrap_or(LOOK_AGAIN);
    let scrapers_max = section.count("scrapers_max", 1..=32).unwrap_or(SCRAPERS_MAX);
    let site = section.parsed("site", not_empty).unwrap_or_default();
    let care = care::read(section);
    let charts = charts::read(section);
    let canary_at = section.parsed("canary_at", canary_time).unwrap_or(Some(CANARY_AT));
    Some(PortalSettings {
        profile: profile?,
        url: url?,
        username: username?,
        password: password?,
        mfa: mfa?,
        accepted_terms,
        poll_interval,
        keep_alive,
        look_again,
        scrapers_max,
        site,
        care,
        charts,
        canary_at,
    })
}

fn read_terms(section: &mut Section<'_>) -> Vec<String> {
    let terms = section.texts("accepted_terms");
    let hash = |text: &String| text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
    if !terms.iter().all(hash) {
        section.note("accepted_terms", "expected SHA-256 sums of 64 hexadecimal digits");
    }
    terms.into_iter().map(|text| text.to_lowercase()).collect()
}

fn canary_time(text: &str) -> Result<Option<Time>, String> {
    if text == "off" {
        return Ok(None);
    }
    let time = Time::strptime("%H:%M", text);
    time.map(Some)
        .map_err(|_| "expected a time of the hospital's day such as \"04:30\", or \"off\"".to_owned())
}

fn not_empty(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// A password must not cross a network unencrypted; this machine is no network.
fn parse_url(text: &str) -> Result<Url, String> {
    let wanted = "expected an address such as \"https://carelink.example.org\"";
    let url = Url::parse(text).map_err(|_| wanted.to_owned())?;
    let Some(host) = url.host_str() else { return Err(wanted.to_owned()) };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("user name and password do not belong into the url; use username and password".to_owned());
    }
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        "http" => Err("http is accepted for this machine only; use https".to_owned()),
        _ => Err(wanted.to_owned()),
    }
}

#[cfg(test)]
mod tests;
