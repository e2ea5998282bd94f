//! The whole tree on in-memory ports, behind seeded faults, on the runtime's paused clock.
//!
//! One world is one installation: its stores and its hospital outlive every process. A process is one tree; it
//! can be killed and begun anew. Shared with the long proofs, which run more seeds.

mod audit;
pub(crate) mod chaos;
mod charts;
pub(crate) mod invariants;
pub(crate) mod ports;
pub(crate) mod seeds;
pub(crate) mod telemetry;

use crate::hospital::documents::{Papers, TextAssembler, TextPrinter, TextReader};
use crate::hospital::portal::{Door, Moods, Portal, care, policy, profile};
use crate::hospital::stories::{Expected, Story, tell};
use actors::environment::{Environment, StopPoint};
use actors::mail_intake::{MailIntakeArgs, NewMails};
use actors::nudges::Nudges;
use actors::session::{LoginSettings, Mfa, SessionBoard};
use actors::stage::StageLimits;
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::login::CodeSource;
use domain::patient_scraper::ChartRules;
use domain::ports::{Clock, CodeMailbox, PortResult};
use domain::retry::RetryPolicy;
use epic_connector::tree::{Pace, PortalParts, TreeParts, spec};
use jiff::{SignedDuration, Timestamp};
use memory::{CallTally, Dice, Faults, FnClock, MemoryDestination, MemoryQueue, MemoryStores};
use ports::Ports;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use supervision::{Event, Tree};
use understanding::Knowledge;

/// Chances in a thousand that the queue of every other world, which is as Amazon SQS standard queues are, hands a
/// message out once more.
const REPEATS: u32 = 15;

/// When every world begins.
const BEGIN: Timestamp = Timestamp::constant(1_795_100_400, 0);

/// Everything that goes wrong by chance.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trouble {
    /// In stores, cache and blobs.
    pub(crate) stores: Faults,
    /// In the queue.
    pub(crate) queue: Faults,
    /// At the portal.
    pub(crate) portal: Moods,
    /// In worker processes.
    pub(crate) workers: Papers,
}

/// One installation and the hospital it serves.
pub(crate) struct World {
    /// The hospital.
    pub(crate) portal: Arc<Portal>,
    /// What outlives a process, without faults.
    pub(crate) stores: MemoryStores,
    /// Where orders go, without faults.
    pub(crate) folder: Arc<MemoryDestination>,
    /// What must become of each message.
    pub(crate) expected: Vec<(String, Expected)>,
    /// Under which locks are remembered.
    pub(crate) credential: String,
    /// Failures of one cause after which an item is parked.
    pub(crate) attempts_max: u32,
    /// Makes the jitter of restarts repeatable.
    pub(crate) restart_seed: u64,
    /// Told of stop points.
    pub(crate) stop_point: StopPoint,
    /// What the supervisors reported.
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
    clock: Arc<dyn Clock>,
    ports: Ports,
    workers: Workers,
    knowledge: Arc<Knowledge>,
    board: Mutex<Arc<SessionBoard>>,
    dice: Arc<Dice>,
}

struct Workers {
    assembler: Arc<TextAssembler>,
    reader: Arc<TextReader>,
    printer: Arc<TextPrinter>,
}

impl World {
    /// An installation that has never run, at the hospital of these stories.
    pub(crate) fn new(seed: u64, stories: &[Story]) -> Self {
        let start = tokio::time::Instant::now();
        let elapsed = move || SignedDuration::try_from(start.elapsed()).expect("a short run");
        let clock: Arc<dyn Clock> = Arc::new(FnClock::new(move || BEGIN + elapsed()));
        let mut stores = MemoryStores::new(Arc::clone(&clock));
        if seed % 2 == 1 {
            stores.queue = Arc::new(MemoryQueue::standard(Arc::clone(&clock), seed ^ 0x51, REPEATS));
        }
        let (script, expected) = tell(stories);
        let portal = Portal::open(script, Arc::clone(&clock), seed ^ 0x11);
        let folder = Arc::new(MemoryDestination::new("folder"));
        invariants::watch(&portal, &stores, &folder, &clock);
        Self {
            ports: Ports::new(&stores, &folder, seed),
            workers: Workers {
                assembler: TextAssembler::new(seed ^ 0x21),
                reader: TextReader::new(seed ^ 0x22),
                printer: TextPrinter::new(seed ^ 0x23),
            },
            knowledge: Arc::new(ports::knowledge()),
            credential: "credential-1".to_owned(),
            attempts_max: u32::MAX,
            restart_seed: seed ^ 0x41,
            stop_point: Arc::new(|_| {}),
            events: Arc::default(),
            board: Mutex::default(),
            dice: Arc::new(Dice::new(seed ^ 0x31)),
            portal,
            stores,
            folder,
            expected,
            clock,
        }
    }

    /// The hospital's name in the configuration.
    pub(crate) fn portal_name() -> PortalName {
        PortalName::new("riverside")
    }

    /// Begins a process: a new tree with new boards and nudges on what has been stored.
    pub(crate) async fn start(&self) -> Tree {
        let board = Arc::new(SessionBoard::default());
        *self.board.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&board);
        Tree::start(spec(&self.parts(board))).await.expect("the tree starts")
    }

    /// The board of the process that runs now.
    pub(crate) fn board(&self) -> Arc<SessionBoard> {
        Arc::clone(&self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends a process as `kill -9` does, and waits until nothing of it moves.
    pub(crate) async fn crash(&self, tree: Tree) {
        drop(tree);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    /// Changes what goes wrong from now on.
    pub(crate) fn set_trouble(&self, trouble: Trouble) {
        self.ports.set(trouble.stores, trouble.queue);
        self.portal.set_moods(trouble.portal);
        self.workers.assembler.set(trouble.workers);
        self.workers.reader.set(trouble.workers);
        self.workers.printer.set(trouble.workers);
    }

    /// What was asked of the ports, by port and method.
    pub(crate) fn calls(&self) -> BTreeMap<String, CallTally> {
        self.ports.calls()
    }

    /// The ports as the stages of a process get them.
    pub(crate) fn environment(&self) -> Environment {
        let dice = Arc::clone(&self.dice);
        let jitter = Arc::new(move || dice.below(1_000) as f64 / 1_000.0);
        let (clock, stop_point) = (Arc::clone(&self.clock), Arc::clone(&self.stop_point));
        self.ports.environment(clock, Arc::new(Nudges::default()), stop_point, jitter)
    }

    /// Rules, codes, outcomes.
    pub(crate) fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.knowledge)
    }

    fn parts(&self, board: Arc<SessionBoard>) -> TreeParts {
        let events = Arc::clone(&self.events);
        let mails = CodeMails { portal: Arc::clone(&self.portal), mailbox: self.ports.mailbox.clone() };
        TreeParts {
            environment: self.environment(),
            portals: vec![self.portal_parts(board)],
            mail: Some(MailIntakeArgs { mails: Arc::new(mails), poll: Duration::from_millis(250) }),
            assembler: self.workers.assembler.clone(),
            packet_order: Arc::default(),
            reader: self.workers.reader.clone(),
            knowledge: Arc::clone(&self.knowledge),
            model: None,
            destinations: vec![self.ports.folder.clone()],
            progress: Arc::new(|_, _, _| {}),
            on_event: Arc::new(move |event| {
                events.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
            }),
            pace: self.pace(),
            restart_seed: Some(self.restart_seed),
        }
    }

    fn portal_parts(&self, board: Arc<SessionBoard>) -> PortalParts {
        let policy = policy();
        let CodeSource::Mailbox(address) = policy.codes.clone() else { panic!("codes are mailed here") };
        let login = LoginSettings { policy, credential: self.credential.clone(), mfa: Mfa::Mailbox(address) };
        let profile = profile();
        PortalParts {
            name: Self::portal_name(),
            entrance: Arc::new(Door(Arc::clone(&self.portal))),
            login: Arc::new(login),
            board,
            ledger: self.ports.ledger.clone(),
            mailbox: self.ports.mailbox.clone(),
            lines: self.stores.lines.clone(),
            care: Arc::new(care()),
            evidence: self.stores.evidence.clone(),
            printer: self.workers.printer.clone(),
            charts: ChartRules::of(&profile),
            chart_types: profile.wanted_chart_types,
            folders: profile.wanted_folders,
            done_outcomes: profile.done_outcomes,
            poll_interval: Duration::from_secs(60),
            keep_alive: Duration::from_secs(300),
            look_again: Duration::from_secs(30),
            scrapers_max: 4,
            canary: None,
        }
    }

    fn pace(&self) -> Pace {
        let retry = RetryPolicy { attempts_max: self.attempts_max, ..RetryPolicy::default() };
        Pace {
            limits: StageLimits { retry, ..StageLimits::default() },
            parallel: 2,
            pages_in_flight: 2,
            recognitions_kept: Some(SignedDuration::from_hours(24)),
            recognitions_max: 50,
            poll: Duration::from_millis(500),
            session_wait: Duration::from_secs(600),
            progress_limit: Duration::from_secs(45 * 60),
            recovery_interval: Duration::from_secs(60),
            drain_grace: Duration::from_secs(20),
        }
    }
}

/// The hospital's code mails as they come in.
struct CodeMails {
    portal: Arc<Portal>,
    mailbox: Arc<dyn CodeMailbox>,
}

#[async_trait]
impl NewMails for CodeMails {
    async fn take_in(&self) -> PortResult<usize> {
        self.portal.deliver_mails(self.mailbox.as_ref()).await
    }
}
