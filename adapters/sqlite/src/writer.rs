//! The one writer: a thread that owns the writing connection and commits what waits in one go.
//!
//! Each job runs in a savepoint, so that one that fails undoes only itself; all are answered after the commit
//! that makes them durable. With many writers at once, one fsync then serves a whole batch.

use crate::error::{StoreError, classed, writer_gone};
use domain::ports::{PortError, PortResult};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

/// Jobs in one transaction: enough to fill the time of an fsync, few enough to answer soon.
const BATCH_MAX: usize = 64;

/// The sending side. Dropping it waits until the jobs it was given are done.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> PortResult<Self> {
        let (jobs, waiting) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(connection, &waiting))
            .map_err(|error| PortError::permanent("store's writer", error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs a job and waits for its commit. A caller who stops waiting does not undo it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        thing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> PortResult<T> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write { thing, work: Some(work), result: None, reply });
        let sender = self.jobs.as_ref().ok_or_else(|| writer_gone(thing))?;
        sender.send(job).map_err(|_| writer_gone(thing))?;
        answer.await.map_err(|_| writer_gone(thing))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without senders the thread's loop ends; it closes the connection, which folds the WAL back.
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

/// A job whose types the thread need not know.
trait Job: Send {
    /// Does the work; after an error it must be undone.
    fn run(&mut self, connection: &Connection) -> PortResult<()>;
    /// Answers, after the commit or its failure.
    fn settle(self: Box<Self>, commit: &PortResult<()>);
}

struct Write<T, W> {
    thing: &'static str,
    work: Option<W>,
    result: Option<PortResult<T>>,
    reply: oneshot::Sender<PortResult<T>>,
}

impl<T: Send, W: FnOnce(&Connection) -> Result<T, StoreError> + Send> Job for Write<T, W> {
    fn run(&mut self, connection: &Connection) -> PortResult<()> {
        let work = self.work.take().ok_or_else(|| writer_gone(self.thing))?;
        let result = work(connection).map_err(|error| error.at(self.thing));
        let outcome = result.as_ref().map(|_| ()).map_err(Clone::clone);
        self.result = Some(result);
        outcome
    }

    fn settle(self: Box<Self>, commit: &PortResult<()>) {
        let answer = match (commit, self.result) {
            (Err(error), _) => Err(PortError { thing: self.thing.to_owned(), ..error.clone() }),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(writer_gone(self.thing)),
        };
        // Nobody listens when the caller was cancelled; the work is done all the same.
        let _ = self.reply.send(answer);
    }
}

fn serve(mut connection: Connection, waiting: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(BATCH_MAX - 1));
        let commit = commit(&mut connection, &mut batch);
        for job in batch {
            job.settle(&commit);
        }
    }
}

fn commit(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> PortResult<()> {
    let failed = |error| classed("store", &error);
    let mut transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    for job in batch {
        let savepoint = transaction.savepoint().map_err(failed)?;
        match job.run(&savepoint) {
            Ok(()) => savepoint.commit().map_err(failed)?,
            // Some errors, such as a full disk, end the whole transaction; the job's own error says which.
            Err(error) => savepoint.finish().map_err(|_| error)?,
        }
    }
    transaction.commit().map_err(failed)
}
