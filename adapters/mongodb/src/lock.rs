//! One service a database: a document in `epic_service` that its holder keeps counting up.
//!
//! No clock of another machine is trusted: a lock is taken over when its count has stood still for the whole expiry
//! as seen by the one who waits. Losing it is no danger to the records, which are guarded one by one; it keeps two
//! services from logging in to one portal account by turns.

use crate::MongoStore;
use crate::collections::SERVICE;
use crate::document::{FORMAT, Stored};
use crate::holder::Holder;
use domain::ports::{ErrorClass, PortError, PortResult};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use std::fmt;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const THING: &str = "service lock";

/// The only document of the collection.
const ID: &str = "service";

/// How often the lock is renewed, and for how long it stands unrenewed.
#[derive(Clone, Copy, Debug)]
pub struct LockTimes {
    /// Between two renewals.
    pub renewal: Duration,
    /// A lock that was not renewed for so long is anybody's.
    pub expiry: Duration,
}

impl Default for LockTimes {
    fn default() -> Self {
        Self { renewal: Duration::from_secs(5), expiry: Duration::from_secs(15) }
    }
}

/// Held by the one running service of a database; dropping it lets the next one start.
pub struct ServiceLock {
    store: MongoStore,
    token: ObjectId,
    lost: watch::Receiver<bool>,
    renewal: JoinHandle<()>,
}

/// What was seen of another's lock.
struct Seen {
    holder: Holder,
    token: ObjectId,
    beat: i64,
}

/// What one try found.
enum Verdict {
    /// The lock is ours.
    Ours,
    /// Its holder has counted it up while we looked on.
    Alive(Seen),
    /// Its holder may be dead or alive.
    Unsure(Seen),
    /// It was given back at this moment.
    Gone,
}

impl ServiceLock {
    /// Takes the lock with [`LockTimes::default`].
    ///
    /// A lock nobody holds, or whose holder ran on this machine and has ended, is taken at once. Else its holder may
    /// be dead or alive, and is watched for up to `wait`: less than the expiry (15 s) cannot take over. A holder
    /// that is seen alive is no longer waited for.
    ///
    /// # Errors
    /// `Permanent`, naming the holder, when another service holds it; `Transient` when the server is away.
    pub async fn acquire(store: &MongoStore, wait: Duration) -> PortResult<Self> {
        Self::acquire_with(store, wait, LockTimes::default()).await
    }

    /// Takes the lock with other times; every service of a database must use the same.
    ///
    /// # Errors
    /// As of [`ServiceLock::acquire`].
    pub async fn acquire_with(store: &MongoStore, wait: Duration, times: LockTimes) -> PortResult<Self> {
        let token = ObjectId::new();
        let give_up = Instant::now() + wait;
        let mut watched: Option<(Seen, Instant)> = None;
        loop {
            match store.try_lock(token, watched.as_ref(), times.expiry).await {
                Ok(Verdict::Ours) => return Ok(Self::held(store, token, times)),
                Ok(Verdict::Alive(seen)) => return Err(refused(store, &seen)),
                Ok(Verdict::Unsure(seen)) if Instant::now() >= give_up => return Err(refused(store, &seen)),
                // With the same token: an earlier try may have been executed, and its answer lost.
                Err(error) if error.class != ErrorClass::Transient || Instant::now() >= give_up => {
                    return Err(error);
                }
                Ok(Verdict::Unsure(seen)) => {
                    let since = watched.take().filter(|(before, _)| before.token == seen.token);
                    watched = Some((seen, since.map_or_else(Instant::now, |(_, since)| since)));
                }
                Ok(Verdict::Gone) | Err(_) => {}
            }
            sleep(times.renewal / 5).await;
        }
    }

    fn held(store: &MongoStore, token: ObjectId, times: LockTimes) -> Self {
        let (tell, lost) = watch::channel(false);
        let renewal = tokio::spawn(renew(store.clone(), token, times.renewal, tell));
        Self { store: store.clone(), token, lost, renewal }
    }

    /// Resolves when another service has taken the lock over, or somebody has removed it: this one must stop. While
    /// the server is away nobody is told anything, and nothing can be written either.
    pub async fn lost(&self) {
        let mut lost = self.lost.clone();
        // The sender lives as long as the renewal; both end with this lock or by losing it.
        if lost.wait_for(|lost| *lost).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Gives the lock back, so that the next service starts at once. Without it the next one waits for the expiry,
    /// or sees on the same machine that this process has ended.
    ///
    /// # Errors
    /// When the server is away; the lock then expires.
    pub async fn release(self) -> PortResult<()> {
        self.renewal.abort();
        self.store.remove_lock(self.token).await
    }
}

impl Drop for ServiceLock {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

impl fmt::Debug for ServiceLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceLock").field("place", &self.store.place()).finish_non_exhaustive()
    }
}

/// Counts the lock up until it is not ours any more.
async fn renew(store: MongoStore, token: ObjectId, every: Duration, tell: watch::Sender<bool>) {
    loop {
        sleep(every).await;
        match store.beat_lock(token).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::error!(place = store.place(), "another service has taken the lock over");
                tell.send_replace(true);
                return;
            }
            Err(error) => tracing::warn!(%error, "the service's lock could not be renewed"),
        }
    }
}

fn refused(store: &MongoStore, seen: &Seen) -> PortError {
    // The token was made when the lock was taken, by the holder's clock.
    let since = seen.token.timestamp().try_to_rfc3339_string().unwrap_or_default();
    let cause = format!(
        "another service is running on it: {}, since {since}; stop that one, or give this one a database of its own",
        seen.holder
    );
    PortError::new(ErrorClass::Permanent, store.place(), cause)
}

impl MongoStore {
    /// One try: makes the lock, or takes it over where its holder is surely dead or has stood still for the expiry.
    async fn try_lock(
        &self,
        token: ObjectId,
        watched: Option<&(Seen, Instant)>,
        expiry: Duration,
    ) -> PortResult<Verdict> {
        if self.make_lock(token).await? {
            return Ok(Verdict::Ours);
        }
        let Some(seen) = self.see_lock().await? else { return Ok(Verdict::Gone) };
        if seen.token == token {
            return Ok(Verdict::Ours);
        }
        let before = watched.filter(|(before, _)| before.token == seen.token);
        if before.is_some_and(|(before, _)| before.beat != seen.beat) {
            return Ok(Verdict::Alive(seen));
        }
        let expired = before.is_some_and(|(_, since)| since.elapsed() >= expiry);
        if (expired || seen.holder.is_dead()) && self.take_lock(&seen, token).await? {
            tracing::warn!(holder = %seen.holder, "took over the lock of a service that has ended");
            return Ok(Verdict::Ours);
        }
        Ok(Verdict::Unsure(seen))
    }

    /// Makes the lock where there is none.
    async fn make_lock(&self, token: ObjectId) -> PortResult<bool> {
        let mut document = Holder::this().fields();
        document.extend(doc! { "_id": ID, "token": token, "beat": 0_i64 });
        self.insert(THING, SERVICE, document).await
    }

    async fn see_lock(&self) -> PortResult<Option<Seen>> {
        let Some(document) = self.find(THING, SERVICE, ID).await? else { return Ok(None) };
        let stored = Stored::read(THING, &document)?;
        let token = document.get_object_id("token").map_err(|_| {
            PortError::permanent(THING, "has no token; another program wrote it: remove the document")
        })?;
        Ok(Some(Seen { holder: Holder::read(&stored)?, token, beat: stored.number("beat")? }))
    }

    /// Takes over exactly the lock that was seen.
    async fn take_lock(&self, seen: &Seen, token: ObjectId) -> PortResult<bool> {
        let mut fields = Holder::this().fields();
        fields.extend(doc! { "token": token, "beat": 0_i64, "format": FORMAT });
        self.change_lock(doc! { "_id": ID, "token": seen.token, "beat": seen.beat }, doc! { "$set": fields })
            .await
    }

    async fn beat_lock(&self, token: ObjectId) -> PortResult<bool> {
        self.change_lock(doc! { "_id": ID, "token": token }, doc! { "$inc": { "beat": 1_i64 } }).await
    }

    async fn change_lock(&self, at: Document, change: Document) -> PortResult<bool> {
        let done = self.server().run(THING, self.collection(SERVICE).update_one(at, change)).await?;
        Ok(done.matched_count == 1)
    }

    async fn remove_lock(&self, token: ObjectId) -> PortResult<()> {
        let at = doc! { "_id": ID, "token": token };
        self.server().run(THING, self.collection(SERVICE).delete_one(at)).await.map(|_| ())
    }
}
