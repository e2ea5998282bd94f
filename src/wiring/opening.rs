//! The start of the one service: its locks, its back ends and destinations, waited for where they are away.

use super::destinations::open_destinations;
use super::servers;
use super::stores::{Stores, open_stores};
use crate::error::Failure;
use crate::readiness::ReadinessBoard;
use crate::settings::Settings;
use domain::ports::{BackEnd, Destination};
use process::WorkerPool;
use sqlite::ServiceLock;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a start waits before it tries what is away again; doubled up to [`WAIT_MAX`].
const WAIT_FIRST: Duration = Duration::from_millis(500);

/// See [`WAIT_FIRST`].
const WAIT_MAX: Duration = Duration::from_secs(15);

/// How long a start waits for a service of this database that has died without a word; longer than its lock lasts.
const LOCK_WAIT: Duration = Duration::from_secs(20);

/// What a service starts on.
pub(super) struct Opened {
    /// Every storage port.
    pub(super) stores: Stores,
    /// Where orders go.
    pub(super) destinations: Vec<Arc<dyn Destination>>,
    /// What all of these lie on.
    pub(super) back_ends: Vec<Arc<dyn BackEnd>>,
    /// Held while the service runs, where the database is a server.
    pub(super) database_lock: Option<mongo::ServiceLock>,
    /// Held while the service runs.
    pub(super) locks: Vec<ServiceLock>,
}

/// One service a data folder, and one a file of records or queues. None while a disk takes no lock's file: then they
/// are taken by [`open_when_up`].
///
/// # Errors
/// Another service runs on one of them; a file may not be written.
pub(super) fn file_locks(settings: &Settings) -> Result<Option<Vec<ServiceLock>>, Failure> {
    match take_file_locks(settings) {
        Err(failure) if failure.passing => Ok(None),
        locks => locks.map(Some),
    }
}

fn take_file_locks(settings: &Settings) -> Result<Vec<ServiceLock>, Failure> {
    let mut paths = BTreeSet::from([settings.data.join("service")]);
    paths.extend(settings.store.path().map(Path::to_owned));
    paths.extend(settings.queue.path().map(Path::to_owned));
    paths.iter().map(|path| Ok(ServiceLock::acquire(path)?)).collect()
}

/// Has the workers that are always kept started and warm, and says what keeps hostile files in them: plainly
/// where something is missing. Neither stops the start; the work that needs a worker will say why it waits.
pub(super) async fn announce_workers(workers: &WorkerPool) {
    let (warm, cage) = tokio::join!(workers.prestart(), workers.cage());
    if let Err(error) = warm {
        tracing::warn!(%error, "no worker could be warmed");
    }
    match cage {
        Ok(state) if state.is_whole() => tracing::info!(cage = %state, "workers are caged"),
        Ok(state) => {
            tracing::warn!(cage = %state, "the workers' cage has holes; use a kernel or container without them");
        }
        Err(error) => tracing::warn!(%error, "the workers' cage is unknown"),
    }
}

/// Opens the stores, waiting for servers that are away and for disks that are full or read-only: the health pages say
/// what is waited for. A wrong password, a wrong name or a missing right is no matter of time and ends the start.
///
/// # Errors
/// What waiting does not mend.
pub(super) async fn open_when_up(
    settings: &Settings,
    readiness: &ReadinessBoard,
    mut locks: Option<Vec<ServiceLock>>,
) -> Result<Opened, Failure> {
    let mut wait = WAIT_FIRST;
    loop {
        match open_for_service(settings, &mut locks).await {
            Err(failure) if failure.passing => {
                tracing::warn!(thing = %failure.thing, cause = %failure.cause, "waiting for it to start with");
                readiness.waits(format!("{}: {}", failure.thing, failure.cause));
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(WAIT_MAX);
            }
            result => return result,
        }
    }
}

/// Opens the stores for the one service that works on them: every back end answers, every queue is there.
async fn open_for_service(
    settings: &Settings,
    locks: &mut Option<Vec<ServiceLock>>,
) -> Result<Opened, Failure> {
    if locks.is_none() {
        *locks = Some(take_file_locks(settings)?);
    }
    let stores = open_stores(settings).await?;
    if let Some(queue) = &stores.servers.sqs {
        servers::make_queues(queue, settings).await?;
    }
    for back_end in &stores.back_ends {
        back_end.ping().await?;
    }
    if let Some(queue) = &stores.servers.queue_file {
        queue.begin_service().await?;
    }
    // A destination that takes nothing now holds up its deliveries and nothing else.
    let mut destinations = Vec::new();
    let mut back_ends = stores.back_ends.clone();
    for opened in open_destinations(settings).await? {
        destinations.push(opened.port);
        back_ends.extend(opened.back_ends);
    }
    let database_lock = match &stores.servers.mongo {
        Some(store) => Some(mongo::ServiceLock::acquire(store, LOCK_WAIT).await?),
        None => None,
    };
    Ok(Opened { stores, destinations, back_ends, database_lock, locks: locks.take().unwrap_or_default() })
}
