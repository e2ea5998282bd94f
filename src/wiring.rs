//! Adapters behind ports: from settings to a running service.

mod browser;
mod destinations;
mod keys;
mod migrate;
mod model;
mod opening;
mod portal;
mod probing;
mod servers;
mod stores;

use opening::Opened;

pub use self::model::language_model;
pub use destinations::destination_servers;
pub use keys::{key_wrapper, key_wrapper_at};
pub use migrate::migrate;
pub use portal::{account_care, recordings};
pub use probing::{Probing, probing};
pub use stores::{Stores, open_stores};

use crate::audit_head;
use crate::error::Failure;
use crate::evidence;
use crate::health::{self, Health, Running};
use crate::knowledge::Knowledge as Files;
use crate::service::{Service, ServiceView};
use crate::settings::{MailAddress, MfaSettings, Secrets, Settings};
use crate::stop_point::stop_point;
use crate::tree::{self, Pace, PortalParts, TreeParts};
use actors::audit::AuditTrail;
use actors::environment::Environment;
use actors::mail_intake::{MailIntakeArgs, NewMails};
use actors::nudges::Nudges;
use actors::ocr_pool::PageProgress;
use async_trait::async_trait;
use chromium::ChromiumPrinter;
use domain::mfa::MailAccount;
use domain::ports::{Clock, CodeMailbox, PortResult};
use mail::MailFolder;
use opentelemetry::KeyValue;
use process::{Deadlines, Rest, WorkerCommand, WorkerPool};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use supervision::{Event, EventHook, EventKind, Tree};
use tokio::sync::Mutex;
use understanding::Knowledge;

/// How often the mail folder is looked at: a code is waited for by somebody at a login page.
const MAIL_POLL: Duration = Duration::from_millis(250);

/// Starts the service the settings describe.
///
/// # Errors
/// Another service runs on the same data, a back end cannot be opened, a profile or rule file is wrong.
pub async fn start(
    settings: &Settings,
    secrets: Secrets,
    progress: PageProgress,
) -> Result<Service, Failure> {
    // Before the health pages: a second service is told of the first, and not of its port.
    let locks = opening::file_locks(settings)?;
    let health = Health::default();
    let mut keep: Vec<Box<dyn Any + Send>> = Vec::new();
    if let Some(listen) = settings.health.listen {
        keep.push(Box::new(health::serve(listen, health.clone()).await?));
    }
    let Opened { stores, destinations, back_ends, database_lock, locks } =
        opening::open_when_up(settings, &health.readiness, locks).await?;
    keep.push(Box::new(locks));
    keep.push(Box::new(health.readiness.watch_over(back_ends)));
    keep.push(Box::new(audit_head::log_hourly(Arc::clone(&stores.audit))));
    let (evidence, clock) = (Arc::clone(&stores.evidence), Arc::clone(&stores.clock));
    keep.push(Box::new(evidence::purge_daily(evidence, clock, settings.evidence_retention_days)));
    let knowledge = Arc::new(knowledge(settings)?);
    let files = Files::new(settings.knowledge.clone());
    let launcher = browser::launcher(settings)?;
    let printer = Arc::new(ChromiumPrinter::new(launcher.clone(), chromium::PrinterOptions::default()));
    let workers = Arc::new(worker_pool(settings));
    opening::announce_workers(&workers).await;
    let environment = environment(&stores);
    let mut portals = Vec::new();
    for (name, portal) in &settings.portals {
        let secret = secrets.get(name).cloned();
        let port = portal::PortalWiring {
            name,
            settings: portal,
            secret,
            files: &files,
            stores: &stores,
            data: &settings.data,
        };
        let wired = port.parts(launcher.clone(), Arc::clone(&printer) as _)?;
        portals.push(PortalParts { canary: wired.canary, ..wired.parts });
    }
    let parts = TreeParts {
        mail: mail_intake(settings, &stores),
        environment,
        assembler: Arc::clone(&workers) as _,
        packet_order: Arc::new(settings.knowledge().packet_order()?),
        reader: Arc::clone(&workers) as _,
        knowledge,
        model: model::desk(settings)?,
        destinations,
        progress,
        on_event: count_restarts(),
        pace: pace(settings),
        restart_seed: None,
        portals,
    };
    let view = view(&stores, &parts.portals);
    let tree = Tree::start(tree::spec(&parts))
        .await
        .map_err(|error| Failure::failed("the supervision tree", error, "report this as a defect"))?;
    keep.push(Box::new(workers));
    // Set once, here, so it cannot be taken already.
    let _ = health.running.set(Running {
        view: view.clone(),
        queue: Arc::clone(&stores.queue),
        tree: tree.handle(),
    });
    Ok(Service { tree, view, printer, database_lock, keep })
}

/// Rules, codes and outcomes, embedded or overridden.
///
/// # Errors
/// Every mistake of the files at once.
pub fn knowledge(settings: &Settings) -> Result<Knowledge, Failure> {
    let files = Files::new(settings.knowledge.clone());
    let mut sources = Vec::new();
    for folder in ["payers", "codes", "prompts"] {
        sources.extend(files.under(folder)?);
    }
    for name in ["outcomes.toml", "collection.toml", "letters.toml", "keep.toml"] {
        sources.push((name.to_owned(), files.text(name)?));
    }
    let texts: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_ref())).collect();
    Knowledge::from_toml_sources(&texts).map_err(|mistakes| {
        let causes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Failure::usage(
            "rules and codes",
            causes.join("\n"),
            "mend the files in the folder of the setting `knowledge`",
        )
    })
}

/// This very program, also after its file has been replaced by a newer release while it runs.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// Worker processes of this very program.
pub fn worker_pool(settings: &Settings) -> WorkerPool {
    workers(settings, settings.ocr.workers, settings.ocr.workers_kept)
}

/// So many of them, of whom `keep` stay however long there is nothing to do.
fn workers(settings: &Settings, count: usize, keep: usize) -> WorkerPool {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut command = WorkerCommand::new(OWN_PROGRAM.into(), vec!["worker".to_owned()], environment);
    let deadlines = Deadlines { page: settings.ocr.page_deadline, packet: settings.ocr.packet_deadline };
    // Half, because a machine that is shared takes longer by the clock.
    command.limits.page_cpu = deadlines.page / 2;
    command.limits.packet_cpu = deadlines.packet / 2;
    let rest = Rest { after: settings.ocr.idle_after, keep };
    WorkerPool::new(command, count, deadlines).resting(rest)
}

/// What the stages are given of opened stores.
pub fn environment(stores: &Stores) -> Environment {
    Environment {
        requests: Arc::clone(&stores.requests),
        orders: Arc::clone(&stores.orders),
        signatures: Arc::clone(&stores.signatures),
        deliveries: Arc::clone(&stores.deliveries),
        steps: Arc::clone(&stores.steps),
        pages: Arc::clone(&stores.pages),
        blobs: Arc::clone(&stores.blobs),
        queue: Arc::clone(&stores.queue),
        audit: Arc::new(AuditTrail::new(Arc::clone(&stores.audit))),
        sealer: Arc::clone(&stores.sealer),
        clock: Arc::clone(&stores.clock),
        nudges: Arc::new(Nudges::default()),
        outages: Arc::default(),
        stop_point: stop_point(),
        jitter: Arc::new(jitter),
    }
}

/// Spreads retries; nothing depends on its quality.
fn jitter() -> f64 {
    let nanos = jiff::Timestamp::now().subsec_nanosecond().unsigned_abs();
    f64::from(nanos % 1_000_000) / 1_000_000.0
}

fn pace(settings: &Settings) -> Pace {
    let work = &settings.work;
    Pace {
        limits: work.stage_limits(),
        parallel: work.parallel,
        pages_in_flight: settings.ocr.workers,
        recognitions_kept: settings.ocr.recognitions_kept,
        recognitions_max: settings.ocr.recognitions_max,
        poll: work.queue_poll,
        session_wait: work.session_wait,
        progress_limit: work.progress_limit,
        recovery_interval: work.recovery_interval,
        drain_grace: work.drain_grace,
    }
}

fn view(stores: &Stores, portals: &[PortalParts]) -> ServiceView {
    ServiceView {
        requests: Arc::clone(&stores.requests),
        orders: Arc::clone(&stores.orders),
        boards: portals.iter().map(|portal| (portal.name.clone(), Arc::clone(&portal.board))).collect(),
        cares: portals.iter().map(|portal| (portal.name.clone(), Arc::clone(&portal.care))).collect(),
        done_outcomes: portals
            .iter()
            .map(|portal| (portal.name.clone(), portal.done_outcomes.clone()))
            .collect(),
    }
}

/// Mail intake for the portals whose codes are mailed.
fn mail_intake(settings: &Settings, stores: &Stores) -> Option<MailIntakeArgs> {
    let accounts: Vec<MailAccount> = mail_accounts(settings);
    if accounts.is_empty() {
        return None;
    }
    let MailAddress::Folder(path) = &settings.mail else { return None };
    let mails = FolderMails {
        folder: Mutex::new(MailFolder::new(path)),
        mailbox: Arc::clone(&stores.mailbox),
        accounts,
        clock: Arc::clone(&stores.clock),
    };
    Some(MailIntakeArgs { mails: Arc::new(mails), poll: MAIL_POLL })
}

/// The accounts whose codes are mailed.
pub fn mail_accounts(settings: &Settings) -> Vec<MailAccount> {
    let account = |mfa: &MfaSettings| match mfa {
        MfaSettings::Mail { recipient, sender_domain, subject } => Some(MailAccount {
            recipient: recipient.clone(),
            sender_domain: sender_domain.clone(),
            subject: subject.clone(),
        }),
        MfaSettings::Totp { .. } | MfaSettings::Person => None,
    };
    settings.portals.values().filter_map(|portal| account(&portal.mfa)).collect()
}

struct FolderMails {
    folder: Mutex<MailFolder>,
    mailbox: Arc<dyn CodeMailbox>,
    accounts: Vec<MailAccount>,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl NewMails for FolderMails {
    async fn take_in(&self) -> PortResult<usize> {
        let mut folder = self.folder.lock().await;
        let reports = folder.poll(self.mailbox.as_ref(), &self.accounts, self.clock.now()).await?;
        Ok(reports.iter().filter(|report| report.verdict == domain::mfa::MailVerdict::Accepted).count())
    }
}

/// Counts what the tree had to mend; the log lines are the supervisors' own.
fn count_restarts() -> EventHook {
    let restarts = opentelemetry::global::meter("epic-connector")
        .u64_counter("epic_connector.tree.restarts")
        .with_description("restarts of parts of the tree, by part and whether they count as failures")
        .build();
    Arc::new(move |event: &Event| {
        if let EventKind::Restarting { counted, .. } = event.kind {
            let part = KeyValue::new("part", event.child.clone());
            restarts.add(1, &[part, KeyValue::new("result", if counted { "failure" } else { "expected" })]);
        }
    })
}
