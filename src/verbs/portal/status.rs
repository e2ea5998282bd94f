//! `portal status`: every portal's account as the ledger knows it, what people have ordered, what comes to its term, and
//! whose turn it is at the mailboxes.

use crate::error::{Exit, Failure, VerbResult};
use crate::settings::{PortalSettings, Settings};
use crate::verbs::notices::{NoticeReport, notice_text, open_notices};
use crate::wiring::{self, Stores};
use crate::{beside, output};
use domain::ids::PortalName;
use domain::mfa::CodeLine;
use domain::ports::CodeAddress;
use domain::session::{
    AccountCare, AccountTerm, AttemptRefusal, HoldKind, KICKS_AGE, LedgerEntry, LockCause, Standing,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `portal status --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PortalStatusReport {
    /// Every configured portal.
    pub portals: Vec<PortalStatus>,
    /// Mailboxes at which logins take turns.
    pub mailboxes: Vec<MailboxReport>,
    /// Mails that wait for the operator, the latest first.
    pub notices: Vec<NoticeReport>,
}

/// One portal's account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PortalStatus {
    /// The portal.
    pub portal: String,
    /// `open`, or why nothing is begun there: `paused`, `drained`, `stopped`, `after_kick`, `quiet_hours`, `locked`.
    pub standing: String,
    /// Until when, where time alone ends it.
    pub standing_until: Option<Timestamp>,
    /// Logins that reached its home page.
    pub logins: u64,
    /// Whether a kept session will be tried before any login.
    pub session_kept: bool,
    /// Attempts whose end was never seen.
    pub unresolved_attempts: usize,
    /// How often in the last 24 hours the account was logged in elsewhere.
    pub kicks: usize,
    /// Why no login is tried, if none is.
    pub locked: Option<LockReport>,
    /// What a person has ordered.
    pub hold: Option<HoldReport>,
    /// The permission register's entry.
    pub permission: PermissionReport,
    /// What comes to its term, the nearest first.
    pub terms: Vec<AccountTerm>,
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

/// What a person has ordered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HoldReport {
    /// What.
    pub kind: HoldKind,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// Whether the hospital has agreed to unattended use.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PermissionReport {
    /// Whether it covers this account today.
    pub covers: bool,
    /// What it lacks.
    pub lacks: Option<LockCause>,
    /// Who agreed.
    pub agreed_by: Option<String>,
    /// Their office.
    pub role: Option<String>,
    /// The first day.
    pub agreed_on: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// For which account.
    pub account: Option<String>,
    /// Where the paper is.
    pub reference: Option<String>,
}

/// One mailbox at which logins take turns.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MailboxReport {
    /// Whom codes are mailed to.
    pub recipient: String,
    /// Who signs them.
    pub sender_domain: String,
    /// Words of their subjects, where these tell portals apart.
    pub subject: Option<String>,
    /// Whose turn it is.
    pub holder: Option<String>,
    /// Until when, unless it is renewed.
    pub until: Option<Timestamp>,
    /// Who waits, the longest first.
    pub waiting: Vec<String>,
    /// When a code was last asked for.
    pub asked_at: Option<Timestamp>,
}

pub(super) async fn run(settings: &Settings, json: bool) -> VerbResult {
    let stores = beside::open(settings).await?;
    let report = report(settings, &stores).await?;
    let portal_waits = |portal: &PortalStatus| {
        portal.locked.is_some() || portal.hold.is_some() || portal.terms.iter().any(|term| term.warn)
    };
    let waits = report.portals.iter().any(portal_waits) || !report.notices.is_empty();
    if json {
        output::print_json(&report)?;
    } else {
        let notices = report.notices.iter().map(notice_text);
        let texts = std::iter::once(table(&report)).chain(remarks(&report)).chain(notices);
        output::print(&texts.collect::<Vec<_>>().join("\n\n"))?;
    }
    Ok(if waits { Exit::NeedsPerson } else { Exit::Done })
}

/// Every portal's account as the ledger knows it, and what waits in the mailbox.
///
/// # Errors
/// A profile, the ledger or the mailbox cannot be read.
pub async fn report(settings: &Settings, stores: &Stores) -> Result<PortalStatusReport, Failure> {
    let (now, files) = (stores.clock.now(), settings.knowledge());
    let mut portals = Vec::new();
    for (name, portal) in &settings.portals {
        let care = wiring::account_care(name, portal, &files.profile(&portal.profile)?)?;
        portals.push(portal_status(name, portal, &care, &stores.ledger.entry(name).await?, now));
    }
    let mailboxes = stores.lines.lines().await?.into_iter().filter_map(|line| mailbox(line, now)).collect();
    let notices = open_notices(stores.mailbox.as_ref(), &wiring::mail_accounts(settings)).await?;
    Ok(PortalStatusReport { portals, mailboxes, notices })
}

fn portal_status(
    name: &PortalName,
    settings: &PortalSettings,
    care: &AccountCare,
    entry: &LedgerEntry,
    now: Timestamp,
) -> PortalStatus {
    let standing = care.standing(entry, now);
    let of_permission = care.permitted(now).err().map(|cause| (cause, None));
    let locked = of_permission
        .or_else(|| entry.lock.as_ref().map(|lock| (lock.cause, Some(lock.at))))
        .or_else(|| match entry.may_attempt("", now) {
            // Any credential will do: only the attempts are asked about.
            Err(AttemptRefusal::Locked(cause)) => Some((cause, None)),
            Ok(()) | Err(AttemptRefusal::Held) => None,
        });
    let (word, until) = match standing {
        Standing::Held(hold) => (hold.name(), hold.until()),
        _ if locked.is_some() => ("locked", None),
        Standing::Locked(_) => ("locked", None),
        Standing::Open => ("open", None),
    };
    let hold = entry.hold.as_ref();
    let recent = |at: Timestamp| now.duration_since(at) < KICKS_AGE;
    PortalStatus {
        portal: name.to_string(),
        standing: word.to_owned(),
        standing_until: until,
        logins: entry.logins,
        session_kept: entry.cookies.is_some(),
        unresolved_attempts: entry.unresolved.len(),
        kicks: entry.kicks.iter().filter(|kick| recent(kick.at)).count(),
        locked: locked.map(|(cause, since)| LockReport { cause, since, way_out: cause.way_out().to_owned() }),
        hold: hold.map(|hold| HoldReport {
            kind: hold.kind,
            by: hold.by.clone(),
            at: hold.at,
            why: hold.why.clone(),
        }),
        permission: permission(settings, care, now),
        terms: care.terms(now),
    }
}

fn permission(settings: &PortalSettings, care: &AccountCare, now: Timestamp) -> PermissionReport {
    let (entry, lacks) = (settings.care.permission.as_ref(), care.permitted(now).err());
    PermissionReport {
        covers: lacks.is_none(),
        lacks,
        agreed_by: entry.map(|entry| entry.agreed_by.clone()),
        role: entry.map(|entry| entry.role.clone()),
        agreed_on: entry.map(|entry| entry.agreed_on.to_string()),
        until: entry.map(|entry| entry.until.to_string()),
        account: entry.map(|entry| entry.account.clone()),
        reference: entry.map(|entry| entry.reference.clone()),
    }
}

fn mailbox(line: CodeLine, now: Timestamp) -> Option<MailboxReport> {
    let CodeAddress::Mail { recipient, sender_domain, subject } = line.address else { return None };
    let holder = line.holder.filter(|turn| turn.until > now);
    Some(MailboxReport {
        recipient,
        sender_domain,
        subject,
        holder: holder.as_ref().map(|turn| turn.portal.to_string()),
        until: holder.map(|turn| turn.until),
        waiting: line.waiting.into_iter().map(|turn| turn.portal.to_string()).collect(),
        asked_at: line.asks.last().map(|ask| ask.at),
    })
}

fn table(report: &PortalStatusReport) -> String {
    let heads =
        ["portal", "standing", "logins", "session kept", "unresolved attempts", "kicks", "locked", "way out"];
    let mut table = output::table(&heads);
    for portal in &report.portals {
        let lock = portal.locked.as_ref();
        table.add_row(vec![
            portal.portal.clone(),
            portal.standing.clone(),
            portal.logins.to_string(),
            if portal.session_kept { "yes" } else { "no" }.to_owned(),
            portal.unresolved_attempts.to_string(),
            portal.kicks.to_string(),
            lock.map_or("no".to_owned(), |lock| format!("{:?}", lock.cause)),
            lock.map_or_else(String::new, |lock| lock.way_out.clone()),
        ]);
    }
    table.to_string()
}

/// What has no room in the table: orders, terms that are near, turns that are taken.
fn remarks(report: &PortalStatusReport) -> Vec<String> {
    let mut remarks = Vec::new();
    for portal in &report.portals {
        let name = &portal.portal;
        if let Some(until) = portal.standing_until {
            remarks.push(format!("portal {name}: {} until {until}", portal.standing));
        }
        if let Some(HoldReport { kind, by, at, why }) = &portal.hold {
            remarks.push(format!(
                "portal {name}: {kind} by {by} at {at}: {why}\n`portal resume {name}` ends it"
            ));
        }
        remarks.extend(portal.terms.iter().filter(|term| term.warn).map(|term| {
            let (what, days, way_out) = (term.kind.name(), term.days_left, term.kind.way_out());
            format!("portal {name}: {what} until {}, {days} days left\n{way_out}", term.last_day)
        }));
    }
    for mailbox in &report.mailboxes {
        if let Some(holder) = &mailbox.holder {
            let waiting = mailbox.waiting.join(", ");
            let waiting =
                if waiting.is_empty() { "nobody waits".to_owned() } else { format!("waiting: {waiting}") };
            remarks.push(format!("mailbox {}: the turn of portal {holder}; {waiting}", mailbox.recipient));
        }
    }
    remarks
}
