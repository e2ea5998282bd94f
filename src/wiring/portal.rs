//! One portal: its profile, its door, its login, put together from settings and secrets.

use super::Stores;
use crate::error::Failure;
use crate::knowledge::Knowledge as Files;
use crate::settings::{MfaSettings, PortalSecrets, PortalSettings, signed};
use crate::tree::PortalParts;
use actors::canary::CanaryArgs;
use actors::session::{LoginSettings, Mfa, SessionBoard};
use async_trait::async_trait;
use chromium::{ChromiumDrawer, ChromiumLauncher, DrawerOptions, LoginCredentials};
use domain::ids::{Generation, PortalName};
use domain::keys;
use domain::login::{CODE_WAIT, LoginPolicy};
use domain::mfa::MailAccount;
use domain::ports::{
    CodeAddress, HtmlPrinter, LoginBrowser, PortalEntrance, PortalError, PortalSession, PortalShell,
};
use domain::profile::Profile;
use domain::redacted::Redacted;
use domain::session::{AccountCare, QuietHours};
use files::FolderRecordings;
use http_portal::{Aids, EvidenceKeeper, HttpPortal};
use jiff::tz::TimeZone;
use mail::{TotpVerdict, totp_code};
use secrecy::ExposeSecret;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What one portal is made of.
pub(super) struct PortalWiring<'a> {
    /// Its name.
    pub(super) name: &'a PortalName,
    /// Its section of the settings.
    pub(super) settings: &'a PortalSettings,
    /// Its secrets.
    pub(super) secret: Option<PortalSecrets>,
    /// Where profiles are found.
    pub(super) files: &'a Files,
    /// The ledger and the mailbox.
    pub(super) stores: &'a Stores,
    /// The service's data folder.
    pub(super) data: &'a Path,
}

/// A portal put together.
pub(super) struct WiredPortal {
    /// Its part of the tree, without its canary.
    pub(super) parts: PortalParts,
    /// Reads it for its shape.
    pub(super) shell: Arc<dyn PortalShell>,
    /// Looks at it nightly, where the settings want that.
    pub(super) canary: Option<CanaryArgs>,
}

/// Where portals are recorded.
pub fn recordings(data: &Path) -> FolderRecordings {
    FolderRecordings::new(data.join("recorded"))
}

impl PortalWiring<'_> {
    /// The portal's part of the tree.
    ///
    /// # Errors
    /// The profile is wrong, or a secret is missing.
    pub(super) fn parts(
        self,
        launcher: ChromiumLauncher,
        printer: Arc<dyn HtmlPrinter>,
    ) -> Result<WiredPortal, Failure> {
        let profile = self.files.profile(&self.settings.profile)?;
        if self.settings.site.is_empty() && names_site(&profile) {
            return Err(Failure::usage(
                format!("portal {}", self.name),
                "its profile chooses a site, and the settings name none",
                "set site = \"…\" to the label that the portal shows for yours",
            ));
        }
        let secret = self.secret.as_ref().ok_or_else(|| {
            Failure::usage(
                format!("portal {}", self.name),
                "has no password",
                "set password = \"file:…\" or \"env:…\"",
            )
        })?;
        let credentials = LoginCredentials {
            user_name: Redacted::new(self.settings.username.clone()),
            password: Redacted::new(secret.password.expose_secret().to_owned()),
        };
        let login = Arc::new(self.login(&profile, secret, &credentials));
        let care = Arc::new(account_care(self.name, self.settings, &profile)?);
        let (folders, done_outcomes) = (profile.wanted_folders.clone(), profile.done_outcomes.clone());
        let chart_types = profile.wanted_chart_types.clone();
        let keep_alive = profile.limits.keep_alive();
        let (charts, zone) = (self.settings.charts.rules(&profile), care.zone.clone());
        let door = self.door(profile, credentials, launcher)?;
        let shell: Arc<dyn PortalShell> = Arc::clone(&door.http) as _;
        let parts = PortalParts {
            name: self.name.clone(),
            entrance: Arc::new(door),
            login,
            board: Arc::new(SessionBoard::default()),
            ledger: Arc::clone(&self.stores.ledger),
            mailbox: Arc::clone(&self.stores.mailbox),
            lines: Arc::clone(&self.stores.lines),
            evidence: Arc::clone(&self.stores.evidence),
            care,
            printer,
            charts,
            chart_types,
            folders,
            done_outcomes,
            poll_interval: self.settings.poll_interval,
            keep_alive: self.settings.keep_alive.unwrap_or(keep_alive),
            look_again: self.settings.look_again,
            scrapers_max: usize::try_from(self.settings.scrapers_max).unwrap_or(usize::MAX),
            canary: None,
        };
        Ok(WiredPortal { canary: self.canary(&parts, zone, Arc::clone(&shell)), shell, parts })
    }

    fn canary(&self, parts: &PortalParts, zone: TimeZone, shell: Arc<dyn PortalShell>) -> Option<CanaryArgs> {
        Some(CanaryArgs {
            portal: self.name.clone(),
            shell,
            ledger: Arc::clone(&self.stores.ledger),
            recordings: Arc::new(recordings(self.data)),
            session: parts.board.watch(),
            clock: Arc::clone(&self.stores.clock),
            at: self.settings.canary_at?,
            zone,
        })
    }

    fn login(
        &self,
        profile: &Profile,
        secret: &PortalSecrets,
        credentials: &LoginCredentials,
    ) -> LoginSettings {
        let mfa = match (&self.settings.mfa, &secret.totp) {
            (MfaSettings::Mail { recipient, sender_domain, subject }, _) => {
                let (recipient, sender_domain) = (recipient.clone(), sender_domain.clone());
                Mfa::Mailbox(MailAccount { recipient, sender_domain, subject: subject.clone() }.address())
            }
            (MfaSettings::Totp { .. }, Some(totp)) => {
                authenticator(Redacted::new(totp.expose_secret().to_owned()))
            }
            (MfaSettings::Totp { .. }, None) | (MfaSettings::Person, _) => {
                Mfa::Mailbox(CodeAddress::Person { portal: self.name.clone() })
            }
        };
        let policy = LoginPolicy {
            pages: profile.login.clone(),
            site: self.settings.site.clone(),
            accepted_terms: self.settings.accepted_terms.clone(),
            codes: mfa.source(),
            code_wait: CODE_WAIT,
        };
        let (name, password) = (credentials.user_name.reveal(), credentials.password.reveal());
        let credential = keys::credential_hash(self.stores.sealer.as_ref(), self.name, name, password);
        LoginSettings { policy, credential, mfa }
    }

    /// What is not as the profile describes it is kept for a person; what only a script draws is drawn in a browser of
    /// the portal's own, started when it is first needed.
    fn aids(&self, launcher: ChromiumLauncher) -> Aids {
        let keeper = EvidenceKeeper {
            store: Arc::clone(&self.stores.evidence),
            clock: Arc::clone(&self.stores.clock),
            portal: self.name.clone(),
        };
        let drawer = Arc::new(ChromiumDrawer::new(launcher, DrawerOptions::default()));
        Aids { evidence: Some(keeper), drawer: Some(drawer) }
    }

    fn door(
        &self,
        profile: Profile,
        credentials: LoginCredentials,
        launcher: ChromiumLauncher,
    ) -> Result<Door, Failure> {
        let thing = format!("portal {}", self.name);
        let aids = self.aids(launcher.clone());
        let http = HttpPortal::new(Arc::new(profile), self.settings.url.as_str(), Arc::default(), aids)
            .map_err(|error| Failure::usage(thing, error, "check the portal's url and its profile"))?;
        Ok(Door { launcher, credentials, http: Arc::new(http) })
    }
}

/// Whether a login needs to be told which site to choose.
fn names_site(profile: &Profile) -> bool {
    let steps = profile.login.pages.iter().flat_map(|page| &page.steps);
    steps.flat_map(|step| step.option.iter().chain(&step.says)).any(|text| text.contains("{site}"))
}

/// How a portal's account is cared for.
///
/// # Errors
/// The profile's time zone or quiet hours are none.
pub fn account_care(
    name: &PortalName,
    settings: &PortalSettings,
    profile: &Profile,
) -> Result<AccountCare, Failure> {
    let wrong = |what: &str, cause: String| {
        let way_out = format!("mend {what} of the profile {}", settings.profile);
        Failure::usage(format!("portal {name}"), cause, way_out)
    };
    let zone = TimeZone::get(&profile.zone).map_err(|error| wrong("zone", error.to_string()))?;
    let care = &settings.care;
    let quiet_hours = match &care.quiet_hours {
        Some(hours) => hours.clone(),
        None => QuietHours::parse(&profile.politeness.quiet_hours)
            .map_err(|what| wrong("politeness.quiet_hours", what))?,
    };
    Ok(AccountCare {
        account: settings.username.clone(),
        zone,
        permission: care.permission.clone(),
        quiet_hours,
        after_kick: signed(care.after_kick),
        kicks_max: usize::try_from(care.kicks_max).unwrap_or(usize::MAX),
        password_until: care.password_until,
        access_until: care.access_until,
        warn_days: i32::try_from(care.warn_days).unwrap_or(i32::MAX),
    })
}

/// Computes codes, each once.
fn authenticator(secret: Redacted<String>) -> Mfa {
    let used = Mutex::new(None);
    Mfa::Totp(Arc::new(move |now| {
        let mut used = used.lock().unwrap_or_else(PoisonError::into_inner);
        match totp_code(&secret, now, used.as_ref()) {
            Ok(TotpVerdict::Ready(code)) => {
                *used = Some(code.clone());
                Ok(code)
            }
            Ok(TotpVerdict::NotYet { ready_at }) => Err(ready_at.duration_since(now).unsigned_abs()),
            // The secret was checked with the settings; one that has gone bad gives no code in time.
            Err(_) => Err(signed(Duration::from_secs(30)).unsigned_abs()),
        }
    }))
}

/// A browser to log in with, HTTP for everything after it.
struct Door {
    launcher: ChromiumLauncher,
    credentials: LoginCredentials,
    http: Arc<HttpPortal>,
}

#[async_trait]
impl PortalEntrance for Door {
    async fn open_browser(&self) -> Result<Box<dyn LoginBrowser>, PortalError> {
        self.launcher.open(&self.http.login_url(), self.credentials.clone()).await
    }

    async fn resume(
        &self,
        cookies: &Redacted<String>,
        generation: Generation,
    ) -> Result<Arc<dyn PortalSession>, PortalError> {
        self.http.resume(cookies, generation).await
    }
}
