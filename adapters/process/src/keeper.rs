//! A pool's own thread. It starts the workers, because a worker is told to end with the *thread* that
//! started it, and threads of a runtime come and go; and it lets workers go that nobody has needed for long,
//! because each keeps the memory of a warm engine.

use crate::command::{Skill, WorkerCommand};
use crate::error::PoolError;
use crate::worker::Worker;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// When idle workers are let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// A worker that nobody has needed for this long is let go.
    pub after: Duration,
    /// Workers that stay however long they rest.
    pub keep: usize,
}

impl Default for Rest {
    fn default() -> Self {
        Self { after: Duration::from_secs(300), keep: 1 }
    }
}

/// A worker nobody is using, and since when.
struct Idle {
    worker: Worker,
    since: Instant,
}

/// The workers nobody is using, the one used last at the end. Held for moments, never over a wait.
#[derive(Clone, Default)]
pub(crate) struct IdleWorkers {
    workers: Arc<Mutex<Vec<Idle>>>,
}

impl IdleWorkers {
    /// Takes the one that `wanted` wants, else the one used last: the others may then rest until they go. One that
    /// lacks the skill makes room for one that has it, and so there is soon none that is in the way.
    pub(crate) fn take(&self, needed: Skill, wanted: impl Fn(&Worker) -> bool) -> Option<Worker> {
        let mut idle = self.locked();
        idle.retain_mut(|idle| idle.worker.is_alive());
        let able = |idle: &Idle| idle.worker.skill().covers(needed);
        let at = idle.iter().rposition(|idle| able(idle) && wanted(&idle.worker));
        if let Some(at) = at.or_else(|| idle.iter().rposition(able)) {
            return Some(idle.remove(at).worker);
        }
        drop(idle.pop());
        None
    }

    pub(crate) fn give(&self, worker: Worker) {
        self.locked().push(Idle { worker, since: Instant::now() });
    }

    pub(crate) fn count(&self) -> usize {
        self.locked().len()
    }

    pub(crate) fn clear(&self) {
        self.locked().clear();
    }

    /// Takes out whoever has rested long enough; they end when the result is dropped.
    fn rested(&self, rest: Rest) -> Vec<Idle> {
        let mut idle = self.locked();
        let may_go = idle.len().saturating_sub(rest.keep);
        let gone = idle.iter().take(may_go).take_while(|idle| idle.since.elapsed() >= rest.after).count();
        idle.drain(..gone).collect()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An order to start a worker: in which runtime its pipes are waited for, and where it goes.
struct Order {
    runtime: Handle,
    skill: Skill,
    worker: oneshot::Sender<Result<Worker, PoolError>>,
}

/// The thread, by its end of the line. It ends with the last of these.
pub(crate) struct Keeper {
    orders: mpsc::Sender<Order>,
}

impl Keeper {
    pub(crate) fn start(command: WorkerCommand, rest: Rest, idle: IdleWorkers) -> std::io::Result<Self> {
        let (orders, incoming) = mpsc::channel::<Order>();
        // Often enough that nobody stays much longer than said.
        let round = (rest.after / 4).clamp(Duration::from_millis(20), Duration::from_secs(30));
        thread::Builder::new().name("worker keeper".to_owned()).spawn(move || {
            let mut runtime: Option<Handle> = None;
            loop {
                match incoming.recv_timeout(round) {
                    Ok(order) => {
                        let _inside = order.runtime.enter();
                        // Who no longer waits for it gets none: it ends by being dropped.
                        let _ = order.worker.send(Worker::start(&command, order.skill));
                        runtime = Some(order.runtime.clone());
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        let _inside = runtime.as_ref().map(Handle::enter);
                        let gone = idle.rested(rest);
                        if !gone.is_empty() {
                            tracing::debug!(
                                workers = gone.len(),
                                "workers that had nothing to do have ended"
                            );
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Self { orders })
    }

    /// A new worker.
    pub(crate) async fn worker(&self, skill: Skill) -> Option<Result<Worker, PoolError>> {
        let (worker, started) = oneshot::channel();
        self.orders.send(Order { runtime: Handle::current(), skill, worker }).ok()?;
        started.await.ok()
    }
}
