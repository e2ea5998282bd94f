//! The pool: at most `size` calls at once, each with a worker of its own while it runs.

use crate::command::WorkerCommand;
use crate::error::PoolError;
use crate::worker::Worker;
use documents::protocol::DocumentKey;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a call may take; the worker is killed after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Opening a document, looking at it, drawing or reading one page. A dense page at 300 dpi takes two
    /// seconds of an idle core.
    pub page: Duration,
    /// Putting a packet together, or writing its text layer.
    pub packet: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { page: Duration::from_secs(60), packet: Duration::from_secs(120) }
    }
}

/// Warm worker processes. Started when first needed, killed with the pool.
pub struct WorkerPool {
    command: WorkerCommand,
    pub(crate) deadlines: Deadlines,
    slots: Semaphore,
    size: usize,
    /// Workers nobody is using. Held for moments, never over a wait.
    idle: Mutex<Vec<Worker>>,
}

/// The right to use one worker; the worker is given back only by `keep`, so that one whose call was
/// abandoned half-way, or failed, is killed by being dropped.
pub(crate) struct Lease<'a> {
    pool: &'a WorkerPool,
    worker: Worker,
    _slot: SemaphorePermit<'a>,
}

impl WorkerPool {
    /// A pool of up to `size` workers (at least one).
    pub fn new(command: WorkerCommand, size: usize, deadlines: Deadlines) -> Self {
        let size = size.max(1);
        Self { command, deadlines, slots: Semaphore::new(size), size, idle: Mutex::new(Vec::new()) }
    }

    /// How many calls can be in flight.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Waits for a free slot and picks a worker: one that has `document` open, else any idle one, else a
    /// new one.
    pub(crate) async fn lease(&self, document: Option<&DocumentKey>) -> Result<Lease<'_>, PoolError> {
        let slot = self.slots.acquire().await.map_err(|_| PoolError::NotStarted {
            program: self.command.program.display().to_string(),
            cause: "the pool is closed".to_owned(),
        })?;
        let worker = match self.pick(document) {
            Some(worker) => worker,
            None => Worker::start(&self.command)?,
        };
        Ok(Lease { pool: self, worker, _slot: slot })
    }

    fn pick(&self, document: Option<&DocumentKey>) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain_mut(Worker::is_alive);
        let at = document
            .and_then(|document| idle.iter().position(|worker| worker.has_open(document)))
            // The one that has rested longest is least likely to be wanted for another packet.
            .or(if idle.is_empty() { None } else { Some(0) })?;
        Some(idle.remove(at))
    }
}

impl Lease<'_> {
    pub(crate) fn worker(&mut self) -> &mut Worker {
        &mut self.worker
    }

    /// Gives the worker back. The slot is freed after that, so the next call finds it.
    pub(crate) fn keep(self) {
        let Self { pool, worker, _slot: slot } = self;
        pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        drop(slot);
    }
}

impl std::fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerPool")
            .field("size", &self.size)
            .field("free", &self.slots.available_permits())
            .finish_non_exhaustive()
    }
}
