//! The supervision tree: the children by name, from ports to actors.
//!
//! ```text
//! root (one_for_one; gives up loudly)
//! ├ portal NAME (one_for_one): session · inbox · dispatch · scrapers (dynamic) · canary
//! ├ mail (reads code mails)
//! └ pipeline (one_for_one): reassembly · ocr_pool · parser · router · recovery
//! ```
//! It knows ports, never adapters, so that the simulation tests run this very tree on in-memory ports.

use actors::canary::{Canary, CanaryArgs};
use actors::environment::Environment;
use actors::inbox::{Inbox, InboxArgs, InboxWork};
use actors::mail_intake::{MailIntake, MailIntakeArgs};
use actors::ocr_pool::{OcrWork, PageProgress};
use actors::parser::{ModelDesk, ParserWork};
use actors::patient_scraper::{
    ChartGate, PatientScraper, PatientScraperArgs, PatientScraperMsg, SCRAPER_IDLE, ScrapeWork,
};
use actors::reassembly::ReassemblyWork;
use actors::recovery::{Recovery, RecoveryArgs};
use actors::router::{DoneOutcomes, RouterWork};
use actors::scraper_dispatch::{ScraperDispatch, ScraperDispatchArgs, ScraperSpawner};
use actors::session::{LoginSettings, SESSION_EXPIRED, Session, SessionArgs, SessionBoard};
use actors::stage::{StageLimits, StageWork};
use actors::stage_actor::{StageActor, StageArgs};
use async_trait::async_trait;
use domain::ids::{DestinationName, PatientKey, PortalName};
use domain::patient_scraper::ChartRules;
use domain::ports::{
    CodeLines, CodeMailbox, Destination, EvidenceStore, HtmlPrinter, PacketAssembler, PageReader,
    PortalEntrance, PortalLedger,
};
use domain::reassembly::PacketOrder;
use domain::session::AccountCare;
use jiff::SignedDuration;
use ractor::ActorRef;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use supervision::{
    ChildSpec, DynamicChildren, EventHook, Restart, Shutdown, StartChildError, Strategy, SupervisorSpec,
};
use understanding::Knowledge;

/// Everything the tree is made of.
pub struct TreeParts {
    /// The ports the stages share.
    pub environment: Environment,
    /// The portals.
    pub portals: Vec<PortalParts>,
    /// Brings code mails in; none where no portal needs mails.
    pub mail: Option<MailIntakeArgs>,
    /// Makes packets.
    pub assembler: Arc<dyn PacketAssembler>,
    /// The order of a packet's documents.
    pub packet_order: Arc<PacketOrder>,
    /// Reads pages.
    pub reader: Arc<dyn PageReader>,
    /// Rules, codes, outcomes.
    pub knowledge: Arc<Knowledge>,
    /// Asks a language model; none: rules alone.
    pub model: Option<Arc<ModelDesk>>,
    /// Where orders go; all of them required.
    pub destinations: Vec<Arc<dyn Destination>>,
    /// For people who watch.
    pub progress: PageProgress,
    /// Sees every start, exit, restart and escalation.
    pub on_event: EventHook,
    /// Limits and paces.
    pub pace: Pace,
    /// Makes the jitter of restarts repeatable, for simulations.
    pub restart_seed: Option<u64>,
}

/// Limits and paces of the tree.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Limits of one item.
    pub limits: StageLimits,
    /// Items a stage works on side by side.
    pub parallel: usize,
    /// Pages read side by side.
    pub pages_in_flight: usize,
    /// How long the words of a recognised page are kept for other packets; none: not at all.
    pub recognitions_kept: Option<SignedDuration>,
    /// Of how many pages.
    pub recognitions_max: u64,
    /// How long to wait for a nudge before looking anyway.
    pub poll: Duration,
    /// How long a scraper waits for a session.
    pub session_wait: Duration,
    /// A request without progress for this long is enqueued again.
    pub progress_limit: Duration,
    /// How often such requests are looked for.
    pub recovery_interval: Duration,
    /// What is in hand may be finished within this time.
    pub drain_grace: Duration,
}

/// One portal.
pub struct PortalParts {
    /// Its name.
    pub name: PortalName,
    /// Its door.
    pub entrance: Arc<dyn PortalEntrance>,
    /// How to log in.
    pub login: Arc<LoginSettings>,
    /// Where its status is published.
    pub board: Arc<SessionBoard>,
    /// Remembers attempts, locks and cookies.
    pub ledger: Arc<dyn PortalLedger>,
    /// Codes.
    pub mailbox: Arc<dyn CodeMailbox>,
    /// Whose turn it is at the mailbox.
    pub lines: Arc<dyn CodeLines>,
    /// Where pages of failed logins are kept.
    pub evidence: Arc<dyn EvidenceStore>,
    /// How the account is cared for.
    pub care: Arc<AccountCare>,
    /// Makes PDFs of HTML notes.
    pub printer: Arc<dyn HtmlPrinter>,
    /// What holds for reading its charts.
    pub charts: ChartRules,
    /// The folders whose messages are wanted.
    pub folders: Vec<String>,
    /// The chart types of messages that are wanted; none: all.
    pub chart_types: Vec<String>,
    /// The outcomes after which Done is pressed.
    pub done_outcomes: Vec<String>,
    /// How often the In Basket is looked at.
    pub poll_interval: Duration,
    /// How often an idle session is touched.
    pub keep_alive: Duration,
    /// How long the portal is left alone after it was found down or locked.
    pub look_again: Duration,
    /// Charts read side by side.
    pub scrapers_max: usize,
    /// Looks nightly whether the portal has changed; none: nobody does.
    pub canary: Option<CanaryArgs>,
}

/// The whole tree, ready to be started.
pub fn spec(parts: &TreeParts) -> SupervisorSpec {
    let mut root = watched(SupervisorSpec::new("root", Strategy::OneForOne), parts);
    for portal in &parts.portals {
        root = root.child(portal_spec(portal, parts).into_child());
    }
    if let Some(mail) = parts.mail.clone() {
        root = root.child(ChildSpec::actor("mail", move || (MailIntake, mail.clone())));
    }
    root.child(pipeline(parts).into_child())
}

/// What every supervisor of the tree has.
fn watched(spec: SupervisorSpec, parts: &TreeParts) -> SupervisorSpec {
    let spec = spec.on_event(Arc::clone(&parts.on_event));
    match parts.restart_seed {
        Some(seed) => spec.seed(seed),
        None => spec,
    }
}

fn portal_spec(portal: &PortalParts, parts: &TreeParts) -> SupervisorSpec {
    let (scrapers, children) = SupervisorSpec::dynamic("scrapers", portal.scrapers_max.saturating_mul(2));
    let scrapers = watched(scrapers, parts).dynamic_grace(parts.pace.drain_grace);
    let session = session(portal, &parts.environment);
    let inbox = inbox(portal, parts);
    let dispatch = dispatch(portal, parts, children);
    let spec = watched(SupervisorSpec::new(portal.name.as_str(), Strategy::OneForOne), parts)
        .child(
            ChildSpec::actor("session", move || (Session, session.clone()))
                .expect_exits(&[SESSION_EXPIRED])
                .shutdown(Shutdown::Drain(parts.pace.drain_grace)),
        )
        .child(ChildSpec::actor("inbox", move || (Inbox, inbox.clone())))
        .child(scrapers.into_child())
        .child(ChildSpec::actor("dispatch", move || (ScraperDispatch, dispatch.clone())));
    match portal.canary.clone() {
        Some(canary) => spec.child(ChildSpec::actor("canary", move || (Canary, canary.clone()))),
        None => spec,
    }
}

/// What a portal's session starts with.
pub fn session(portal: &PortalParts, environment: &Environment) -> SessionArgs {
    SessionArgs {
        portal: portal.name.clone(),
        board: Arc::clone(&portal.board),
        entrance: Arc::clone(&portal.entrance),
        ledger: Arc::clone(&portal.ledger),
        audit: Arc::clone(&environment.audit),
        mailbox: Arc::clone(&portal.mailbox),
        lines: Arc::clone(&portal.lines),
        care: Arc::clone(&portal.care),
        evidence: Arc::clone(&portal.evidence),
        clock: Arc::clone(&environment.clock),
        login: Arc::clone(&portal.login),
        keep_alive: portal.keep_alive,
        look_again: portal.look_again,
        stop_point: Arc::clone(&environment.stop_point),
    }
}

fn inbox(portal: &PortalParts, parts: &TreeParts) -> InboxArgs {
    let work = InboxWork::new(
        portal.name.clone(),
        portal.folders.clone(),
        parts.environment.clone(),
        portal.board.watch(),
    );
    let work = work.only(portal.chart_types.clone());
    InboxArgs { work: Arc::new(work), poll: portal.poll_interval, limits: parts.pace.limits }
}

fn dispatch(portal: &PortalParts, parts: &TreeParts, children: DynamicChildren) -> ScraperDispatchArgs {
    let work = ScrapeWork {
        environment: parts.environment.clone(),
        session: portal.board.watch(),
        knowledge: Arc::clone(&parts.knowledge),
        rules: portal.charts.clone(),
        gate: ChartGate::default(),
        printer: Arc::clone(&portal.printer),
        session_wait: parts.pace.session_wait,
    };
    let args = PatientScraperArgs { work: Arc::new(work), limits: parts.pace.limits };
    ScraperDispatchArgs {
        portal: portal.name.clone(),
        environment: parts.environment.clone(),
        session: portal.board.watch(),
        spawner: Arc::new(Scrapers { children, args, grace: parts.pace.drain_grace }),
        room: portal.scrapers_max,
        lease: parts.pace.limits.lease,
        poll: parts.pace.poll,
    }
}

/// Finds or starts the scraper of a patient under the portal's dynamic supervisor.
struct Scrapers {
    children: DynamicChildren,
    args: PatientScraperArgs,
    grace: Duration,
}

#[async_trait]
impl ScraperSpawner for Scrapers {
    async fn scraper(&self, patient: &PatientKey) -> Result<ActorRef<PatientScraperMsg>, String> {
        if let Some(running) = self.children.actor(patient.as_str()) {
            return Ok(running);
        }
        let args = self.args.clone();
        // A scraper that fails is not restarted: its leases end, and the dispatch starts another one.
        let child = ChildSpec::actor(patient.as_str(), move || (PatientScraper, args.clone()))
            .restart(Restart::Temporary)
            .expect_exits(&[SCRAPER_IDLE])
            .shutdown(Shutdown::Drain(self.grace));
        match self.children.start(child).await {
            Ok(cell) | Err(StartChildError::AlreadyRunning(cell)) => Ok(cell.into()),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn pipeline(parts: &TreeParts) -> SupervisorSpec {
    let done_outcomes: DoneOutcomes = Arc::new(
        parts.portals.iter().map(|portal| (portal.name.clone(), portal.done_outcomes.clone())).collect(),
    );
    let environment = &parts.environment;
    let reassembly = ReassemblyWork {
        environment: environment.clone(),
        assembler: Arc::clone(&parts.assembler),
        order: Arc::clone(&parts.packet_order),
    };
    let ocr = OcrWork {
        environment: environment.clone(),
        reader: Arc::clone(&parts.reader),
        pages_in_flight: parts.pace.pages_in_flight,
        recognitions_kept: parts.pace.recognitions_kept,
        progress: Arc::clone(&parts.progress),
    };
    let parser = ParserWork {
        environment: environment.clone(),
        knowledge: Arc::clone(&parts.knowledge),
        destinations: parts.destinations.iter().map(|destination| destination.name().clone()).collect(),
        done_outcomes: Arc::clone(&done_outcomes),
        model: parts.model.clone(),
    };
    let destinations: HashMap<DestinationName, Arc<dyn Destination>> = parts
        .destinations
        .iter()
        .map(|destination| (destination.name().clone(), Arc::clone(destination)))
        .collect();
    let router = RouterWork {
        environment: environment.clone(),
        knowledge: Arc::clone(&parts.knowledge),
        destinations,
        done_outcomes: Arc::clone(&done_outcomes),
    };
    let recovery = RecoveryArgs {
        environment: environment.clone(),
        interval: parts.pace.recovery_interval,
        limit: SignedDuration::try_from(parts.pace.progress_limit).unwrap_or(SignedDuration::MAX),
        recognitions_max: parts.pace.recognitions_max,
        done_outcomes,
    };
    watched(SupervisorSpec::new("pipeline", Strategy::OneForOne), parts)
        .child(stage("reassembly", reassembly, parts))
        .child(stage("ocr_pool", ocr, parts))
        .child(stage("parser", parser, parts))
        .child(stage("router", router, parts))
        .child(ChildSpec::actor("recovery", move || (Recovery, recovery.clone())))
}

/// The child of one pipeline stage; these queues are no portal's, so any name gives the same one.
fn stage<W: StageWork>(id: &str, work: W, parts: &TreeParts) -> ChildSpec {
    let args = StageArgs {
        queue: work.stage().queue(&PortalName::new("")),
        work: Arc::new(work),
        room: parts.pace.parallel,
        poll: parts.pace.poll,
        limits: parts.pace.limits,
        environment: parts.environment.clone(),
    };
    ChildSpec::actor(id, move || (StageActor::default(), args.clone()))
        .shutdown(Shutdown::Drain(parts.pace.drain_grace))
}
