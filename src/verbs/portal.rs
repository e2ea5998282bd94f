//! `portal code|unlock|status|dismiss`: what a person does for a portal's account, also beside a running service.

use crate::cli::{Context, PortalCommand};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::{MfaSettings, PortalSettings, Settings};
use crate::verbs::notices::{NoticeReport, notice_text, open_notices};
use crate::wiring::{self, Stores};
use crate::{audited, beside, output, telemetry};
use domain::audit::{AuditAction, OperatorAct};
use domain::ids::PortalName;
use domain::keys;
use domain::ports::{CodeAddress, CodeEntry};
use domain::redacted::Redacted;
use domain::session::{LedgerEntry, LockCause};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Codes of portals have this many characters.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 4..=10;

/// The answer of `portal status --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PortalStatusReport {
    /// Every configured portal.
    pub portals: Vec<PortalStatus>,
    /// Mails that wait for the operator, the latest first.
    pub notices: Vec<NoticeReport>,
}

/// One portal's account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PortalStatus {
    /// The portal.
    pub portal: String,
    /// Logins that reached its home page.
    pub logins: u64,
    /// Whether a kept session will be tried before any login.
    pub session_kept: bool,
    /// Attempts whose end was never seen.
    pub unresolved_attempts: usize,
    /// Why no login is tried, if none is.
    pub locked: Option<LockReport>,
}

/// Why no login is tried.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LockReport {
    /// The cause.
    pub cause: LockCause,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
    /// What a person has to do.
    pub way_out: String,
}

/// Runs the verb.
///
/// # Errors
/// There is no such portal, no store, or it cannot be written.
pub async fn run(context: &Context, command: PortalCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    match command {
        PortalCommand::Code { name, code } => hand_over(context, &settings, &name, &code).await,
        PortalCommand::Unlock { name } => unlock(context, &settings, &name).await,
        PortalCommand::Status { json } => status(&settings, json).await,
        PortalCommand::Dismiss { id } => dismiss(context, &settings, &id).await,
    }
}

async fn hand_over(context: &Context, settings: &Settings, name: &str, code: &str) -> VerbResult {
    let (portal, portal_settings) = configured(settings, name)?;
    if portal_settings.mfa != MfaSettings::Person {
        let cause = "its codes do not come from a person";
        return Err(Failure::usage(format!("portal {name}"), cause, "set mfa = \"person\" for it"));
    }
    let code = code.trim();
    if !CODE_CHARS.contains(&code.chars().count()) || !code.chars().all(|c| c.is_ascii_alphanumeric()) {
        let cause = "a code has 4 to 10 letters and digits";
        return Err(Failure::usage("the code", cause, "copy it exactly as the hospital shows it"));
    }
    let now = Timestamp::now();
    let entry = CodeEntry {
        id: format!("person-{}", keys::plain_hash(&[name, &now.as_nanosecond().to_string()])),
        address: CodeAddress::Person { portal: portal.clone() },
        arrived_at: now,
        code: Redacted::from(code),
    };
    let stores = beside::open(settings).await?;
    audited::write_down(context, &stores, account_act(Some(portal), "code_handed_in")).await?;
    stores.mailbox.offer(&entry).await?;
    output::print(&format!("portal {name}: the code waits for the login; it is used once"))?;
    Ok(Exit::Done)
}

async fn unlock(context: &Context, settings: &Settings, name: &str) -> VerbResult {
    let (portal, _) = configured(settings, name)?;
    let stores = beside::open(settings).await?;
    audited::write_down(context, &stores, account_act(Some(portal.clone()), "unlocked")).await?;
    stores.ledger.unlock(&portal).await?;
    output::print(&format!("portal {name}: unlocked; a running service tries again by itself"))?;
    Ok(Exit::Done)
}

fn account_act(portal: Option<PortalName>, why: &str) -> OperatorAct {
    let act = OperatorAct::new(AuditAction::AccountChanged);
    OperatorAct { portal, why: Some(why.to_owned()), ..act }
}

fn configured<'a>(settings: &'a Settings, name: &str) -> Result<(PortalName, &'a PortalSettings), Failure> {
    let known: Vec<&str> = settings.portals.keys().map(PortalName::as_str).collect();
    let portal = PortalName::new(name);
    let found = settings.portals.get(&portal).ok_or_else(|| {
        let way_out = if known.is_empty() {
            "add [portals.NAME]".to_owned()
        } else {
            format!("known: {}", known.join(", "))
        };
        Failure::usage(format!("portal {name}"), "is not configured", way_out)
    })?;
    Ok((portal, found))
}

async fn status(settings: &Settings, json: bool) -> VerbResult {
    let stores = beside::open(settings).await?;
    let report = report(settings, &stores).await?;
    let locked = report.portals.iter().any(|portal| portal.locked.is_some());
    let waits = locked || !report.notices.is_empty();
    if json {
        output::print_json(&report)?;
    } else {
        let notices = report.notices.iter().map(notice_text);
        output::print(&std::iter::once(table(&report)).chain(notices).collect::<Vec<_>>().join("\n\n"))?;
    }
    Ok(if waits { Exit::NeedsPerson } else { Exit::Done })
}

async fn dismiss(context: &Context, settings: &Settings, id: &str) -> VerbResult {
    let stores = beside::open(settings).await?;
    let nobody = || {
        let way_out = "`epic-connector portal status` lists what waits";
        Failure::failed(format!("mail {id}"), "waits for nobody", way_out)
    };
    // Only the id of a mail that is there is written down: what a person types can be anything.
    let notices = stores.mailbox.notices().await?;
    let mail = notices.into_iter().map(|notice| notice.id).find(|known| known == id).ok_or_else(nobody)?;
    let act = OperatorAct { subject: Some(mail), ..account_act(None, "notice_dismissed") };
    audited::write_down(context, &stores, act).await?;
    if !stores.mailbox.dismiss(id).await? {
        return Err(nobody());
    }
    output::print(&format!("mail {id}: dismissed"))?;
    Ok(Exit::Done)
}

/// Every portal's account as the ledger knows it, and what waits in the mailbox.
///
/// # Errors
/// Ledger or mailbox cannot be read.
pub async fn report(settings: &Settings, stores: &Stores) -> Result<PortalStatusReport, Failure> {
    let mut portals = Vec::new();
    for name in settings.portals.keys() {
        portals.push(portal_status(name, &stores.ledger.entry(name).await?));
    }
    let notices = open_notices(stores.mailbox.as_ref(), &wiring::mail_accounts(settings)).await?;
    Ok(PortalStatusReport { portals, notices })
}

fn portal_status(name: &PortalName, entry: &LedgerEntry) -> PortalStatus {
    let locked = entry.lock.as_ref().map(|lock| (lock.cause, Some(lock.at))).or_else(|| {
        // Any credential will do: only the attempts are asked about.
        entry.may_attempt("", Timestamp::now()).err().map(|cause| (cause, None))
    });
    PortalStatus {
        portal: name.to_string(),
        logins: entry.logins,
        session_kept: entry.cookies.is_some(),
        unresolved_attempts: entry.unresolved.len(),
        locked: locked.map(|(cause, since)| LockReport { cause, since, way_out: cause.way_out().to_owned() }),
    }
}

fn table(report: &PortalStatusReport) -> String {
    let mut table =
        output::table(&["portal", "logins", "session kept", "unresolved attempts", "locked", "way out"]);
    for portal in &report.portals {
        let lock = portal.locked.as_ref();
        table.add_row(vec![
            portal.portal.clone(),
            portal.logins.to_string(),
            if portal.session_kept { "yes" } else { "no" }.to_owned(),
            portal.unresolved_attempts.to_string(),
            lock.map_or("no".to_owned(), |lock| format!("{:?}", lock.cause)),
            lock.map_or_else(String::new, |lock| lock.way_out.clone()),
        ]);
    }
    table.to_string()
}
