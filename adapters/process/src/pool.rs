//! The pool: at most `size` calls at once, each with a worker of its own while it runs.

use crate::cage::CageState;
use crate::command::{Skill, WorkerCommand};
use crate::error::PoolError;
use crate::keeper::{IdleWorkers, Keeper, Rest};
use crate::shared::SharedFiles;
use crate::worker::Worker;
use documents::protocol::DocumentKey;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Given to a worker that is asked for its cage: it says it and ends.
pub const TELL_CAGE: &str = "--tell-cage";

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

/// Warm worker processes. Started when first needed, let go after a while without work, killed with the pool.
pub struct WorkerPool {
    command: WorkerCommand,
    pub(crate) deadlines: Deadlines,
    slots: Semaphore,
    size: usize,
    rest: Rest,
    idle: IdleWorkers,
    keeper: OnceLock<Keeper>,
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
        Self {
            command,
            deadlines,
            slots: Semaphore::new(size),
            size,
            rest: Rest::default(),
            idle: IdleWorkers::default(),
            keeper: OnceLock::new(),
        }
    }

    /// The same pool with other ideas of when idle workers are let go; to be said before the first call.
    #[must_use]
    pub fn resting(mut self, rest: Rest) -> Self {
        self.rest = rest;
        self
    }

    /// How many calls can be in flight.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Workers that wait for work.
    pub fn idle(&self) -> usize {
        self.idle.count()
    }

    /// Starts as many workers as are always kept and loads their language data, so that the first page does
    /// not wait for it.
    ///
    /// # Errors
    /// A worker cannot be started, or has no language data.
    pub async fn prestart(&self) -> Result<(), PoolError> {
        let mut warm = Vec::new();
        for _ in 0..self.rest.keep.min(self.size) {
            let mut lease = self.lease(Skill::Recognises, None).await?;
            self.warm(lease.worker()).await?;
            warm.push(lease);
        }
        warm.into_iter().for_each(Lease::keep);
        Ok(())
    }

    /// Asks a worker for the cage it is in. Starts one for this and ends it.
    ///
    /// # Errors
    /// It cannot be started or does not answer: as good as no cage.
    pub async fn cage(&self) -> Result<CageState, PoolError> {
        let answer = self.command.bare().arg(TELL_CAGE).stdout(std::process::Stdio::piped()).output();
        let told = timeout(self.deadlines.page, answer)
            .await
            .map_err(|_| PoolError::Deadline { after: self.deadlines.page })?
            .map_err(|error| self.command.not_started(&error.to_string()))?;
        serde_json::from_slice(&told.stdout)
            .map_err(|_| PoolError::Garbled { cause: "it does not tell its cage".to_owned() })
    }

    /// Waits for a free slot and picks a worker with this skill: one that has `document` open, else the idle one used
    /// last, else a new one.
    pub(crate) async fn lease(
        &self,
        skill: Skill,
        document: Option<&DocumentKey>,
    ) -> Result<Lease<'_>, PoolError> {
        let closed = || self.command.not_started("the pool is closed");
        let slot = self.slots.acquire().await.map_err(|_| closed())?;
        let wanted = |worker: &Worker| document.is_some_and(|document| worker.has_open(document));
        let worker = match self.idle.take(skill, wanted) {
            Some(worker) => worker,
            None => self.keeper()?.worker(skill).await.ok_or_else(closed)??,
        };
        Ok(Lease { pool: self, worker, _slot: slot })
    }

    /// The files it shares with its workers.
    pub(crate) fn files(&self) -> &SharedFiles {
        &self.command.files
    }

    fn keeper(&self) -> Result<&Keeper, PoolError> {
        if let Some(keeper) = self.keeper.get() {
            return Ok(keeper);
        }
        let started = Keeper::start(self.command.clone(), self.rest, self.idle.clone())
            .map_err(|error| self.command.not_started(&error.to_string()))?;
        // Two first calls at once start two; the one too many ends at once.
        Ok(self.keeper.get_or_init(|| started))
    }
}

impl Lease<'_> {
    pub(crate) fn worker(&mut self) -> &mut Worker {
        &mut self.worker
    }

    /// Gives the worker back. The slot is freed after that, so the next call finds it.
    pub(crate) fn keep(self) {
        let Self { pool, worker, _slot: slot } = self;
        pool.idle.give(worker);
        drop(slot);
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        // The keeper's thread has the list too, and may need a moment to notice.
        self.idle.clear();
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
