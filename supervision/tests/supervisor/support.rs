//! A probe actor that ends in every way there is, and the record of what the probes did.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use supervision::{
    Backoff, ChildSpec, ChildState, ChildStatus, Event, EventHook, EventKind, Intensity, Policy,
    SupervisorHandle,
};
use tokio::sync::oneshot;

pub(crate) const EXPECTED: &str = "SessionExpired";

/// What the probes of one test did, in order, and what they are to do at their starts.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    lines: Vec<String>,
    refusals: HashMap<String, (usize, Refusal)>,
    events: Vec<Event>,
}

#[derive(Clone, Copy)]
pub(crate) enum Refusal {
    Error,
    Panic,
    Hang,
}

impl Record {
    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn note(&self, line: String) {
        self.with(|inner| inner.lines.push(line));
    }

    /// All lines so far, which are then forgotten.
    pub(crate) fn take(&self) -> Vec<String> {
        self.with(|inner| std::mem::take(&mut inner.lines))
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.with(|inner| inner.lines.iter().filter(|known| *known == line).count())
    }

    /// Lets the next `times` starts of `id` fail.
    pub(crate) fn refuse(&self, id: &str, times: usize, how: Refusal) {
        self.with(|inner| inner.refusals.insert(id.to_owned(), (times, how)));
    }

    fn refusal(&self, id: &str) -> Option<Refusal> {
        self.with(|inner| {
            let (left, how) = inner.refusals.get_mut(id)?;
            *left = left.checked_sub(1)?;
            Some(*how)
        })
    }

    pub(crate) fn hook(&self) -> EventHook {
        let record = self.clone();
        Arc::new(move |event| record.with(|inner| inner.events.push(event.clone())))
    }

    pub(crate) fn events(&self, child: &str) -> Vec<EventKind> {
        self.with(|inner| {
            inner.events.iter().filter(|event| event.child == child).map(|event| event.kind.clone()).collect()
        })
    }
}

/// An actor that does as it is told.
pub(crate) struct Probe;

pub(crate) enum ProbeMsg {
    StopFor(Option<&'static str>),
    Fail,
    Panic,
    /// Stay in the handler this long.
    Busy(Duration),
    /// Block the thread, once `holds` is sent, until `held` receives.
    Hold {
        holds: oneshot::Sender<()>,
        held: mpsc::Receiver<()>,
    },
}

#[derive(Clone)]
pub(crate) struct ProbeArgs {
    id: String,
    record: Record,
}

impl Actor for Probe {
    type Msg = ProbeMsg;
    type State = ProbeArgs;
    type Arguments = ProbeArgs;

    async fn pre_start(
        &self,
        _: ActorRef<ProbeMsg>,
        args: ProbeArgs,
    ) -> Result<ProbeArgs, ActorProcessingErr> {
        match args.record.refusal(&args.id) {
            Some(Refusal::Error) => return Err("the door is locked".into()),
            Some(Refusal::Panic) => panic!("planted name"),
            Some(Refusal::Hang) => std::future::pending().await,
            None => args.record.note(format!("start {}", args.id)),
        }
        Ok(args)
    }

    async fn handle(
        &self,
        myself: ActorRef<ProbeMsg>,
        message: ProbeMsg,
        _: &mut ProbeArgs,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ProbeMsg::StopFor(reason) => myself.stop(reason.map(str::to_owned)),
            ProbeMsg::Fail => return Err("the disk is full".into()),
            ProbeMsg::Panic => panic!("planted name"),
            ProbeMsg::Busy(time) => tokio::time::sleep(time).await,
            ProbeMsg::Hold { holds, held } => {
                // What else waits on this worker moves elsewhere; else the runtime may leave the supervisor's own
                // task in a slot that no other worker takes from, and the child is not the only one stuck.
                tokio::task::block_in_place(|| {
                    let _ = holds.send(());
                    let _ = held.recv();
                });
            }
        }
        Ok(())
    }

    async fn post_stop(&self, _: ActorRef<ProbeMsg>, args: &mut ProbeArgs) -> Result<(), ActorProcessingErr> {
        args.record.note(format!("stop {}", args.id));
        Ok(())
    }
}

/// A permanent probe that expects [`EXPECTED`].
pub(crate) fn probe(record: &Record, id: &str) -> ChildSpec {
    let args = ProbeArgs { id: id.to_owned(), record: record.clone() };
    ChildSpec::actor(id, move || (Probe, args.clone())).expect_exits(&[EXPECTED])
}

/// `restarts` within a minute, waiting 1 s, 2 s, 4 s, 8 s.
pub(crate) fn policy(restarts: u32) -> Policy {
    Policy {
        intensity: Intensity { restarts, period: Duration::from_secs(60) },
        backoff: Backoff { first: Duration::from_secs(1), cap: Duration::from_secs(8) },
    }
}

pub(crate) fn tell(supervisor: &SupervisorHandle, id: &str, message: ProbeMsg) {
    let probe = supervisor.actor::<ProbeMsg>(id).expect("the probe runs");
    probe.send_message(message).expect("the probe takes messages");
}

pub(crate) fn all_run(children: &[ChildStatus]) -> bool {
    !children.is_empty() && children.iter().all(|child| child.state == ChildState::Running)
}

pub(crate) fn status(supervisor: &SupervisorHandle, id: &str) -> ChildStatus {
    supervisor.children().into_iter().find(|child| child.id == id).expect("the child is known")
}
